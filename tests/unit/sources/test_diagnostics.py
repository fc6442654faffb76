"""Diagnostic waits in small: what stands above the header, totals within totals, two sheets that must agree."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from made_waits import (
    BANNER,
    CLINIC,
    DIAGNOSTICS_FILE,
    FIRST,
    FIRST_TOTAL,
    IDLE,
    PROVIDER_ROWS,
    SECOND,
    TEST_ROWS,
    TOTAL,
    Cells,
    add_up,
    waits,
    write_diagnostics,
)
from street import add_one, stored_rows

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.measures.build import build
from likeforlike.settings import Settings
from likeforlike.store import PublishedBasis, Store

SOURCE = "diagnostics"
# Places of a cell in the figures of a row.
WAITING, OVER_6, OVER_13, SHARE, BANDS, PLANNED = 0, 1, 2, 3, 4, 19


def refusal(tmp_path: Path, **book: Any) -> FileRefusedError:
    path = write_diagnostics(tmp_path / DIAGNOSTICS_FILE, **book)
    with pytest.raises(FileRefusedError) as caught:
        add_one(Store(tmp_path / "store"), path)
    return caught.value


def with_cell(rows: Sequence[Cells], row: int, place: int, cell: Any) -> list[Cells]:
    """The rows with one cell changed; a place below zero is counted from the end."""
    changed = [list(cells) for cells in rows]
    changed[row][place] = cell
    return changed


def banner_with(words: str, cell: Any) -> list[Cells]:
    """The banner with another cell behind some words."""
    return [[*row[:2], cell] if row[1:2] == [words] else row for row in BANNER]


def test_rows_as_published(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    added = add_one(store, write_diagnostics(tmp_path / DIAGNOSTICS_FILE))
    providers = stored_rows(store, SOURCE, "providers")
    assert [row["provider"] for row in providers] == ["RAA", "NT9C1", "NT9C2"]
    first = providers[0]
    assert {name: first[name] for name in list(first)[:10]} == {
        "month": datetime.date(2025, 6, 1),
        "region": "Y56",
        "region_name": "London Commissioning Region",
        "provider": "RAA",
        "provider_name": "First NHS Trust",
        "organisation_type": "nhs_trust",
        "waiting": 200,
        "over_6_weeks": 15 + 5 + 30 + 10,
        "over_13_weeks": 5 + 10,
        "printed_share_over_6_weeks": 60 / 200,
    }
    assert (first["waiting_0_to_1_weeks"], first["waiting_5_to_6_weeks"]) == (100, 40)
    assert (first["waiting_6_to_7_weeks"], first["waiting_13_weeks_or_more"]) == (45, 15)
    assert (first["planned_tests"], first["unscheduled_tests"], first["waiting_list_tests"]) == (3, 14, 18)
    assert (added.published, added.published_basis) == ("2025-08-14", PublishedBasis.CONTENT)


def test_tests_with_their_totals_and_what_is_expected_of_each(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_diagnostics(tmp_path / DIAGNOSTICS_FILE))
    names = ("provider", "test", "waiting", "over_6_weeks", "expected_over_6_weeks")
    # Of those waiting for a scan 15 + 5 of 100 and 4 + 1 of 100 have waited so long: 25 of 200.
    assert [tuple(row.values()) for row in stored_rows(store, SOURCE, "tests", *names)] == [
        ("RAA", "Magnetic resonance imaging", 100, 20, Decimal("12.5")),
        ("RAA", "Audiology assessment", 100, 40, Decimal(40)),
        ("RAA", "Total", 200, 60, Decimal("43.333333")),
        ("NT9C1", "Magnetic resonance imaging", 100, 5, Decimal("12.5")),
        ("NT9C1", "Total", 100, 5, Decimal("21.666667")),
    ]


def test_observations_of_providers_regions_and_england(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_diagnostics(tmp_path / DIAGNOSTICS_FILE))
    made = build(store, load_catalogue(), Settings(store.folder))

    def observed(indicator: str) -> dict[str, tuple[float | None, str | None]]:
        path = made.folder / "observations" / f"{indicator}.parquet"
        rows = pyarrow.parquet.read_table(path).to_pylist()
        return {row["organisation"]: (row["value"], row["reason"]) for row in rows}

    assert observed("diagnostics_over_6_weeks_share") == {
        "RAA": (pytest.approx(100 * 60 / 200), None),
        "NT9C1": (pytest.approx(100 * 5 / 100), None),
        # Nobody waits: the 0 that is printed is a share of nothing.
        "NT9C2": (None, "not_applicable"),
        "Y56": (pytest.approx(30), None),
        "Y58": (pytest.approx(5), None),
        "ENG": (pytest.approx(100 * 65 / 300), None),
    }
    against = observed("diagnostics_over_6_weeks_against_expected")
    assert against["RAA"] == (pytest.approx(100 * 60 / (12.5 + 40)), None)
    assert against["NT9C1"] == (pytest.approx(100 * 5 / 12.5), None)
    assert against["ENG"] == (pytest.approx(100), None)
    assert observed("diagnostics_hearing_over_6_weeks_share")["NT9C1"] == (None, "not_applicable")


def test_a_revised_file_is_of_the_day_of_its_revision(tmp_path: Path) -> None:
    path = write_diagnostics(
        tmp_path / DIAGNOSTICS_FILE, banner=banner_with("Revised:", "1st September 2025")
    )
    assert add_one(Store(tmp_path / "store"), path).published == "2025-09-01"


def test_a_file_without_a_day_of_issue_asks_for_it(tmp_path: Path) -> None:
    path = write_diagnostics(tmp_path / DIAGNOSTICS_FILE, banner=banner_with("Published:", ""))
    assert add_one(Store(tmp_path / "store"), path).published_basis is PublishedBasis.ASSUMED


@pytest.mark.parametrize(
    ("words", "cell", "said", "at"),
    [
        ("Published:", "some day in August", "found 'some day in August', expected a day such as '12th June 2025'",
         "sheet 'Provider', row 6, column C"),
        ("Published:", "31st June 2025", "found '31st June 2025', expected a day", "row 6, column C"),
        ("Published:", 45.5, "found '45.5', expected a day", "row 6, column C"),
        ("Period:", "", "nothing stands behind 'Period:' above the header", "sheet 'Provider'"),
        ("Period:", "Q1 2025", "found 'Q1 2025' behind 'Period:', expected the first day", "row 5, column C"),
        ("Period:", "June 2999", "found 'June 2999' behind 'Period:'", "row 5, column C"),
        ("Title:", "Monthly Something", "no known format", ""),
    ],
)  # fmt: skip
def test_a_banner_that_says_something_else(tmp_path: Path, words: str, cell: Any, said: str, at: str) -> None:
    error = refusal(tmp_path, banner=banner_with(words, cell))
    assert said in str(error)
    assert at in str(error.where)


@pytest.mark.parametrize(
    ("row", "place", "cell", "said", "at"),
    [
        (2, 4 + WAITING, 201, "the 3 rows sum to 301, the row of totals says 300", "row 12, column F"),
        (0, 4 + PLANNED, 4, "the 3 rows sum to 3, the row of totals says 4", "row 12, column Y"),
        (0, 3, "Sum", "found '', expected an organisation code", "row 12"),
        (2, 4 + SHARE, 0.31, "60 of 200 are 0.3, printed is 0.31", "row 14, column I"),
        (2, 4 + SHARE, 0.3 + 1e-14, "60 of 200 are 0.3, printed is 0.30000000000001", "row 14, column I"),
        (2, 4 + OVER_6, "-", "found '-', expected a whole number, zero or more", "row 14, column G"),
        (2, 4 + OVER_6, 59.5, "found '59.5', expected a whole number", "row 14, column G"),
        (2, 2, "", "found '', expected an organisation code", "row 14, column D"),
        (3, 2, "RAA", "the same month, provider occurs twice (2025-06-01, RAA)", "rows 14 and 15"),
    ],
)  # fmt: skip
def test_a_spoilt_row_of_providers(
    tmp_path: Path, row: int, place: int, cell: Any, said: str, at: str
) -> None:
    error = refusal(tmp_path, providers=with_cell(PROVIDER_ROWS, row, place, cell))
    assert said in str(error)
    assert at in str(error.where)


def test_weeks_that_are_not_those_waiting(tmp_path: Path) -> None:
    # One patient moves from the first week to the seventh, here and in the total: those over six weeks do not follow.
    rows = [list(cells) for cells in PROVIDER_ROWS]
    for row in (0, 2):
        rows[row][4 + BANDS] -= 1
        rows[row][4 + BANDS + 6] += 1
    error = refusal(tmp_path, providers=rows)
    assert "61 patients in the single weeks, the row says 60" in str(error)
    assert "row 14, column G" in str(error.where)


def test_tests_that_do_not_add_up_to_their_provider(tmp_path: Path) -> None:
    rows = [list(cells) for cells in TEST_ROWS]
    rows[2][6 + PLANNED] += 1
    error = refusal(tmp_path, tests=with_cell(rows, 0, 6 + PLANNED, TOTAL[PLANNED] + 1))
    assert "the tests of provider RAA: 4, this row says 3" in str(error)
    assert "sheet 'Provider by Test', row 16, column AA" in str(error.where)


def test_a_provider_whose_sheets_disagree(tmp_path: Path) -> None:
    busier = waits(80, 15, 4, 1, planned=2)
    total = add_up(FIRST_TOTAL, busier)
    rows = [PROVIDER_ROWS[0][:4] + total, *PROVIDER_ROWS[1:3], [*SECOND, *busier], PROVIDER_ROWS[4]]
    error = refusal(tmp_path, providers=rows)
    assert "provider NT9C1 on sheet 'Provider by Test': 0, this row says 2" in str(error)


def test_a_busy_provider_that_the_other_sheet_lacks(tmp_path: Path) -> None:
    tests = [[*TEST_ROWS[0][:6], *FIRST_TOTAL], *TEST_ROWS[1:5]]
    error = refusal(tmp_path, tests=tests)
    assert "provider NT9C1 on sheet 'Provider by Test': 0, this row says 100" in str(error)


def test_a_provider_with_tests_and_no_row_of_its_own(tmp_path: Path) -> None:
    providers = [["", "", "", "Total", *FIRST_TOTAL], *PROVIDER_ROWS[1:3], PROVIDER_ROWS[4]]
    error = refusal(tmp_path, providers=providers)
    assert "provider NT9C1 has no row of its own on sheet 'Provider'" in str(error)


def test_tests_without_a_total_of_their_provider(tmp_path: Path) -> None:
    tests = [*TEST_ROWS, [*IDLE, 1, "Magnetic Resonance Imaging", *[0, 0, 0, 0, *[0] * 14, "", 0, 0, 0]]]
    error = refusal(tmp_path, tests=tests)
    assert "provider NT9C2 has no row of its own on sheet 'Provider', or no total here" in str(error)


def test_a_file_without_its_total(tmp_path: Path) -> None:
    error = refusal(tmp_path, providers=PROVIDER_ROWS[1:])
    assert "0 rows of totals ('Total'), expected one" in str(error)


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    error = refusal(tmp_path, sheets=("Commissioner", "Commissioner by Test"))
    assert "no sheet 'Provider', there are Commissioner, Commissioner by Test" in str(error)


def test_an_unknown_test(tmp_path: Path) -> None:
    error = refusal(tmp_path, tests=with_cell(TEST_ROWS, 2, 5, "Time Travel"))
    assert "found 'Time Travel', expected one of Magnetic resonance imaging" in str(error)


def test_a_header_that_was_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("made_waits.WHO", ["Region", "Regional Team Name", "Provider Code", "Provider Name"])
    error = refusal(tmp_path)
    assert "has no column 'Provider level data / Regional Team Code'" in str(error)


def test_a_sheet_too_large_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # An old workbook (.xls) is no zip that could be looked into before it is opened.
    monkeypatch.setattr("likeforlike.sources.reading.probing.check_workbook_fits", lambda *_: None)
    monkeypatch.setattr("likeforlike.sources.reading.workbook_limits.MOST_CELLS", 100)
    error = refusal(tmp_path)
    assert "columns, at most 100 cells are read" in str(error)
    assert "sheet 'Provider'" in str(error.where)


def test_figures_below_the_table_are_not_lost(tmp_path: Path) -> None:
    notes: list[Cells] = [["Source: DM01"], [*FIRST, *CLINIC]]
    error = refusal(tmp_path, providers=[*PROVIDER_ROWS, *notes])
    assert "a row of figures stands below row 17" in str(error)
