"""Records become figures: counted by hand, on both engines, from both kinds of file; every fault has its end."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from record_files import HEADER, ROWS, figures_by_hand, open_named, records, write_csv, write_parquet

from likeforlike.errors import FileRefusedError
from likeforlike.measures.engine import Engine
from likeforlike.measures.records import Aggregated, aggregate_records
from likeforlike.sources.records import check_faults

# PySpark leaves the socket by which rows come from Java for the garbage collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

WRITERS = {"csv": write_csv, "parquet": write_parquet}


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Each engine; Spark only where there is Java."""
    if request.param == "spark":
        request.getfixturevalue("java")
    opened = open_named(request.param, tmp_path_factory.mktemp(request.param))
    yield opened
    opened.close()
    gc.collect()


@pytest.mark.parametrize("kind", WRITERS)
def test_figures_are_those_counted_by_hand(engine: Engine, tmp_path: Path, kind: str) -> None:
    # In two files, the later rows first.
    files = [WRITERS[kind](tmp_path / f"{part}.{kind}", ROWS[part::2]) for part in (1, 0)]
    counted = aggregate_records(engine, records(), files, tmp_path)
    assert counted.figures.to_pylist() == figures_by_hand()
    assert (counted.rows, counted.faults, counted.words) == (6, {}, {})


@pytest.mark.parametrize("kind", WRITERS)
def test_a_row_may_stand_for_several_events(engine: Engine, tmp_path: Path, kind: str) -> None:
    rows = [[*row, str(number)] for number, row in enumerate(ROWS)]
    file = WRITERS[kind](tmp_path / f"calls.{kind}", rows, [*HEADER, "CALLS"])
    counted = aggregate_records(engine, records(count="CALLS"), [file], tmp_path)
    # Rows 0, 1 and 3 are in hours: 0 + 1 calls in October, 3 in November, and none of A81002.
    assert counted.figures["numerator"].to_pylist() == [0 + 1, 3, 0, 0, 0, 0]
    assert counted.rows == 6


FAULTY = [
    ["", "2025-10-01", "IN", "999", "1"],  # no organisation
    ["", "2025-12-01", "IN", "999", "1"],  # nor a day in the span: counted under the first
    ["A81001", "2025-09-30", "IN", "999", "1"],
    ["A81001", "2025-12-01", "IN", "999", "1"],
    ["A81001", "", "IN", "999", "1"],
    ["A81001", "2025-10-01", "in", "999", "1"],  # words are compared letter by letter
    ["A81001", "2025-10-01", "IN", "", "1"],  # an empty cell is a word that this column does not know
]


@pytest.mark.parametrize("kind", WRITERS)
def test_rows_with_faults_count_for_nothing_and_are_counted(
    engine: Engine, tmp_path: Path, kind: str
) -> None:
    leave = dict.fromkeys(("no_organisation", "outside_span", "unknown_label"), "leave_out")
    file = WRITERS[kind](tmp_path / f"calls.{kind}", [*FAULTY, *ROWS])
    counted = aggregate_records(engine, records(**leave), [file], tmp_path)
    assert counted.figures.to_pylist() == figures_by_hand()
    assert counted.rows == len(FAULTY) + len(ROWS)
    assert counted.faults == {"no_organisation": 2, "outside_span": 3, "unknown_label": 2}
    assert check_faults(records(**leave), counted.faults, counted.words, "calls") == counted.faults


def test_words_outside_a_vocabulary_are_found(engine: Engine, tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "calls.parquet", [*FAULTY, *ROWS])
    counted = aggregate_records(engine, records(), [file], tmp_path)
    assert counted.words == {"HOURS": ("in",), "OUTCOME": ("",)}


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ({"no_organisation": 1234}, "1,234 rows have no organisation."),
        ({"outside_span": 2}, "2 rows have no day, or one outside the span."),
        ({"unknown_label": 1}, "1 rows have a word outside a vocabulary. Column 'HOURS' has 'in', ''."),
        ({"no_count": 1}, "1 rows have no count, or one below zero."),
    ],
)
def test_rows_with_faults_are_refused_unless_said_otherwise(faults: dict[str, int], said: str) -> None:
    with pytest.raises(FileRefusedError) as caught:
        check_faults(records(), faults, {"HOURS": ("in", "")}, "calls.parquet")
    assert (caught.value.what, caught.value.where) == (said, "calls.parquet")
    assert "Nothing was written." in caught.value.next_step


def test_texts_that_are_no_days(engine: Engine, tmp_path: Path) -> None:
    days = ["2025-02-31", "01/10/2025", "2025-10-1", "2025-10", "20251001", "2025-10-01x", "", "today"]
    file = write_csv(tmp_path / "calls.csv", [["A81001", day, "IN", "999", "1"] for day in days])
    assert aggregate_records(engine, records(), [file], tmp_path).faults == {"outside_span": len(days)}


def test_the_day_of_a_moment(engine: Engine, tmp_path: Path) -> None:
    moments = ["2025-10-31", "2025-10-31T23:59:59", "2025-10-31 23:59:59.999"]
    file = write_csv(tmp_path / "calls.csv", [["A81001", moment, "IN", "999", "1"] for moment in moments])
    counted = aggregate_records(engine, records(), [file], tmp_path)
    assert counted.figures.select(["period_end", "numerator"]).to_pylist() == [
        {"period_end": datetime.date(2025, 10, 31), "numerator": len(moments)}
    ] * len(records().indicators)


def test_the_last_moment_of_a_month_in_parquet(engine: Engine, tmp_path: Path) -> None:
    last = pyarrow.array(["2025-10-31T23:59:59"]).cast(pyarrow.timestamp("us"))
    table = pyarrow.table({"PRACTICE": ["A81001"], "CALLED": last, "HOURS": ["IN"], "OUTCOME": ["999"]})
    pyarrow.parquet.write_table(table, tmp_path / "calls.parquet")
    counted = aggregate_records(engine, records(), [tmp_path / "calls.parquet"], tmp_path)
    assert counted.figures["period_end"].to_pylist() == [datetime.date(2025, 10, 31)] * 2


def test_texts_that_are_no_counts(engine: Engine, tmp_path: Path) -> None:
    described = records(count="CALLS")
    counts = ["-1", "", "1.5", "1e3", "many", "12345678901234567890"]
    file = write_csv(tmp_path / "calls.csv", [[*ROWS[0], count] for count in counts], [*HEADER, "CALLS"])
    counted = aggregate_records(engine, described, [file], tmp_path)
    assert counted.faults == {"no_count": len(counts)}
    with pytest.raises(FileRefusedError, match="6 rows have no count, or one below zero"):
        check_faults(described, counted.faults, counted.words, "calls.csv")


def test_numbers_that_are_no_counts(engine: Engine, tmp_path: Path) -> None:
    rows = [[*ROWS[0], count] for count in ("-1", "")]
    file = write_parquet(tmp_path / "calls.parquet", rows, [*HEADER, "CALLS"])
    counted = aggregate_records(engine, records(count="CALLS"), [file], tmp_path)
    assert counted.faults == {"no_count": 2}


@pytest.mark.parametrize("line", ["A81001,2025-10-01,IN,999", "A81001,2025-10-01,IN,999,1,2"])
def test_a_row_with_a_cell_too_few_or_too_many(engine: Engine, tmp_path: Path, line: str) -> None:
    file = write_csv(tmp_path / "calls.csv", ROWS)
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(FileRefusedError, match="every row has the cells of its header"):
        aggregate_records(engine, records(), [file], tmp_path)


def test_quoted_cells(engine: Engine, tmp_path: Path) -> None:
    labels = {"hours": {"column": "HOURS", "labels": {"in": ['IN, "core"'], "out": ["OUT"]}}}
    only = [{"indicator": "nhs_111_calls_per_1000", "numerator": {"where": {"hours": ["in"]}}}]
    described = records(labels=labels, indicators=only, ignored=["OUTCOME", "SECONDS"])
    file = write_csv(tmp_path / "calls.csv", [["A81001", "2025-10-01", 'IN, "core"', "a,b", ""]])
    assert '"IN, ""core"""' in file.read_text(encoding="utf-8")
    counted: Aggregated = aggregate_records(engine, described, [file], tmp_path)
    assert counted.figures["numerator"].to_pylist() == [1]


def test_no_rows_at_all(engine: Engine, tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "calls.parquet", [])
    counted = aggregate_records(engine, records(), [file], tmp_path)
    assert (counted.rows, counted.figures.num_rows) == (0, 0)
