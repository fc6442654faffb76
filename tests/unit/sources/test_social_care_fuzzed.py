"""Files of social care with any cell or byte spoilt: taken in whole, or refused with a place; never anything else."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from made_locations import HEADER, current, historic, location
from street import write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import UserError
from likeforlike.sources.adding import connect
from likeforlike.sources.cqc_ratings import NestedTextError, parse_nested, read_ratings
from likeforlike.sources.format import Staging
from likeforlike.sources.reading.opening import Given, Unpacked, stamp_of
from likeforlike.sources.reading.probing import probe_file
from likeforlike.sources.registry import recognise

LOCATIONS = [
    location("1-100000001", currentRatings=current("Good", "2020-05-06", safe="Good")),
    location("1-100000002", historicRatings=historic(("2019-05-06", "Inadequate"))),
]
OFLOG = (
    "Financial year,Local authority code,Local authority name,Grouping,Entity_Name,Region,Measure,Code,Value,MEDIAN,"
    "MADs_from_median,rank_order\n"
    "2021-22,E06000005,Darlington,LA_Raw,Counties,North East,Carers,ASC1,7.7,7.4,1,desc\n"
    "2021-22,E10000007,Derbyshire,LA_Raw,Counties,North East,Carers,ASC1,7.4,7.4,0,desc\n"
    "2021-22,E09000010,Enfield,LA_Raw,Counties,North East,Carers,ASC1,7.1,7.4,-1,desc\n"
)
HOME_CARE = (
    '"","reportdate","overall","ownership","locationid","location_start_2025","location_end_2025","good","rating"\n'
    '"1",2014-10-10,"Good","For-profit","1-436991296",19176,22272,1,"Good"\n'
    '"2",2015-10-10,"Inadequate","For-profit","1-436991296",19176,NA,0,"Inadequate"\n'
)
TABLES: dict[str, list[list[str]]] = {
    "care_homes_2021.csv": [list(HEADER), *([row.get(name, "") for name in HEADER] for row in LOCATIONS)],
    "oflog_asc_2015-16_to_2022-23.csv": list(csv.reader(io.StringIO(OFLOG))),
    "social_care.csv": list(csv.reader(io.StringIO(HOME_CARE))),
}
ASCOF_NAME = "ascof_2020-21_open_data.xlsx"
ASCOF_HEADER = [
    "Geographical Code", "Geographical Description", "Geographical Level", "ONS Code", "ASCOF Measure Code",
    "Disaggregation Level", "Measure Type", "Measure Value", "Measure Group", "Measure Group Description",
]  # fmt: skip
ASCOF = [
    [code, area, level, ons, "2B1", "Total", kind, value, "2B1", "Reablement"]
    for code, area, level, ons in (
        (820.0, "Kent", "Council", "E10000016"),
        ("SE", "South East", "Region", "E12000008"),
        ("England", "England", "England", "E92000001"),
    )
    for kind, value in (("Numerator", 382.0), ("Denominator", 447.0), ("Outcome", 85.5))
]
TOKENS = (
    "", " ", "-", "*", "NA", "None", "nan", "inf", "-1", "0", "1e400", "1,000", "²", "'", '"', "\n", "\x00", "[x]",
    "[", "{}", "[[]]", "{'overall': None}", "{'overall': {'rating': 1}}", "[{'overall': {}}]", "2021-22", "9999-99",
    "0001-01-01", "9999-12-31", "31/02/2020", "Good", "England", "99999999999999999999",
)  # fmt: skip
cells = st.one_of(st.sampled_from(TOKENS), st.text(max_size=12), st.integers().map(str), st.floats().map(str))
sheet_cells = st.one_of(
    st.sampled_from(TOKENS), st.text(max_size=12), st.booleans(),
    st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return connect()


def stage(engine: duckdb.DuckDBPyConnection, name: str, write: Callable[[Path], object]) -> bool:
    """Read a file as `add` does; whether it was taken. What is no refusal is a fault of ours and comes through."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        given_file = Given(str(path), path)
        unpacked = Unpacked(
            given_file, path, "0" * 64, "0" * 64, path.stat().st_size, packed=False, stamp=stamp_of(path)
        )
        try:
            probe = probe_file(unpacked)
            found = recognise(probe, load_catalogue())
            if found is None:
                return False
            if probe.fault:
                raise probe.fault
            source, importer = found
            importer.stage(probe, source, Staging(Path(folder), "edition", engine))
        except UserError as error:
            refusal = error
        else:
            return True
    assert refusal.where
    assert refusal.next_step
    return False


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize("name", TABLES)
def test_what_is_spoilt_here_is_taken_when_whole(engine: duckdb.DuckDBPyConnection, name: str) -> None:
    assert stage(engine, name, lambda path: write_file(path.parent, name, as_csv(TABLES[name])))
    assert stage(engine, ASCOF_NAME, lambda path: write_book(path, [ASCOF_HEADER, *ASCOF]))


@pytest.mark.parametrize("name", TABLES)
@given(data=st.data())
@settings(max_examples=40, deadline=None, database=None)
def test_a_spoilt_cell(engine: duckdb.DuckDBPyConnection, name: str, data: st.DataObject) -> None:
    rows = [list(row) for row in TABLES[name]]
    row = data.draw(st.integers(0, len(rows) - 1))
    place = data.draw(st.integers(0, len(rows[row]) - 1))
    rows[row][place] = data.draw(cells)
    text = as_csv(rows).encode("utf-8", errors="surrogatepass")
    stage(engine, name, lambda path: write_file(path.parent, name, text))


@pytest.mark.parametrize("name", TABLES)
@given(data=st.data())
@settings(max_examples=40, deadline=None, database=None)
def test_a_spoilt_byte(engine: duckdb.DuckDBPyConnection, name: str, data: st.DataObject) -> None:
    content = bytearray(as_csv(TABLES[name]).encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    stage(engine, name, lambda path: write_file(path.parent, name, bytes(content)))


def write_book(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("in")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)


@given(data=st.data())
@settings(max_examples=40, deadline=None, database=None)
def test_a_spoilt_cell_of_a_workbook(engine: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    rows: list[list[Any]] = [list(row) for row in [ASCOF_HEADER, *ASCOF]]
    row = data.draw(st.integers(0, len(rows) - 1))
    rows[row][data.draw(st.integers(0, len(ASCOF_HEADER) - 1))] = data.draw(sheet_cells)
    stage(engine, ASCOF_NAME, lambda path: write_book(path, rows))


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["Good", "2020-05-06"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["overall", "rating", "reportDate", "keyQuestionRatings", "name", "organisationId"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@given(
    current_text=nested.map(str) | st.text(max_size=30), historic_text=nested.map(str) | st.text(max_size=30)
)
@settings(max_examples=300, deadline=None, database=None)
def test_nested_texts_of_any_shape(current_text: str, historic_text: str) -> None:
    try:
        found = read_ratings(current_text, historic_text)
    except NestedTextError:
        found = {}
    for (question, day), ratings in found.items():
        assert all((one.question, one.report_date) == (question, day) for one in ratings)


@pytest.mark.parametrize(
    "text", ["(" * 10_000, "[" * 50 + "]" * 50, "-" * 5_000 + "1", "1" * 5_000, "x = 1", "f()"]
)
def test_hostile_texts_are_refused(text: str) -> None:
    with pytest.raises(NestedTextError):
        parse_nested(text)
