"""The ambulance time series in small: what is stored of sheet Raw, and what is refused."""

from __future__ import annotations

import copy
import datetime
from pathlib import Path
from typing import Any

import pytest
from service_files import AMBULANCE, AMBULANCE_HEADER, ambulance_row, write_ambulance
from street import add_one, stored_rows

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import add_paths
from likeforlike.store import PublishedBasis, Store

NAME = "AmbSYS-Time-Series-until-20250831.xlsx"
JULY, AUGUST = datetime.date(2025, 7, 1), datetime.date(2025, 8, 1)
COLUMNS = (
    "month", "area", "organisation_type", "region", "incidents", "heard_and_treated", "c1_incidents", "c1_seconds",
    "c1_centile_90_minutes", "c1_centile_90_minutes_reason", "response_times",
)  # fmt: skip


def stored(store: Store) -> list[tuple[Any, ...]]:
    rows = stored_rows(store, "ambulance", "services", *COLUMNS)
    return [tuple(row.values()) for row in rows]


def refusal(folder: Path, rows: list[list[Any]] = AMBULANCE, **written: Any) -> str:
    store = Store(folder / "store")
    with pytest.raises(FileRefusedError) as caught:
        add_paths(store, load_catalogue(), [write_ambulance(folder / NAME, rows, **written)])
    assert store.manifest().files == ()
    assert NAME in caught.value.where
    assert caught.value.next_step
    return str(caught.value)


def with_cell(row: int, column: str, cell: object) -> list[list[Any]]:
    rows = copy.deepcopy(AMBULANCE)
    rows[row][AMBULANCE_HEADER.index(column)] = cell
    return rows


def test_services_regions_and_england_are_stored_by_month(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    added = add_one(store, write_ambulance(tmp_path / NAME))
    assert (added.published, added.published_basis) == ("2025-09-30", PublishedBasis.NAME)
    sent = (720 / 60, None, "sent")
    assert stored(store) == [
        (JULY, "ENG", "england", None, 3000, 300, 60, 24_000, *sent),
        (AUGUST, "ENG", "england", None, 5000, 500, 100, 40_000, *sent),
        (JULY, "Y60", "nhs_region", None, 3000, 300, 60, 24_000, *sent),
        (AUGUST, "Y60", "nhs_region", None, 4000, 400, 80, 32_000, *sent),
        (JULY, "RX9", "nhs_trust", "Y60", 2000, 200, 40, 16_000, *sent),
        (AUGUST, "RX9", "nhs_trust", "Y60", 3000, 300, 60, 24_000, *sent),
        (JULY, "RYA", "nhs_trust", "Y60", 1000, 100, 20, 8_000, *sent),
        (AUGUST, "RYA", "nhs_trust", "Y60", 1000, 100, 20, 8_000, *sent),
        # Before it began all figures are zero; its centile is not zero minutes.
        (JULY, "RRU", "nhs_trust", "Y56", 0, 0, 0, 0, None, "not_submitted", "not yet"),
        (AUGUST, "RRU", "nhs_trust", "Y56", 1000, 100, 20, 8_000, *sent),
    ]


@pytest.mark.parametrize(
    ("name", "year", "begins"),
    [
        ("DECEMBER", "2024-25", datetime.date(2024, 12, 1)),
        ("JANUARY", "2024-25", datetime.date(2025, 1, 1)),
        ("MARCH", "2024-25", datetime.date(2025, 3, 1)),
        ("APRIL", "2025-26", datetime.date(2025, 4, 1)),
        ("MARCH", "1999-00", datetime.date(2000, 3, 1)),
    ],
)
def test_a_month_is_that_of_its_financial_year(
    tmp_path: Path, name: str, year: str, begins: datetime.date
) -> None:
    store = Store(tmp_path / "store")
    rows = [
        ambulance_row(name, code, region, 500, 10, year=year)
        for code, region in (("ENG", ""), ("RX9", "Y60"))
    ]
    add_one(store, write_ambulance(tmp_path / "AmbSYS.xlsx", rows))
    assert {row[0] for row in stored(store)} == {begins}


def test_what_is_not_available_has_a_reason_and_adds_nothing(tmp_path: Path) -> None:
    rows = copy.deepcopy(AMBULANCE)
    for place in range(AMBULANCE_HEADER.index("A8"), AMBULANCE_HEADER.index("A38") + 1):
        of_london = rows[12][place]
        rows[12][place] = "-"
        if place in (
            AMBULANCE_HEADER.index(name) for name in ("A8", "A24", "A10", "A30", "A11", "A33", "A12", "A36")
        ):
            rows[1][place] -= of_london
    store = Store(tmp_path / "store")
    add_one(store, write_ambulance(tmp_path / NAME, rows))
    assert stored(store)[-1] == (
        *(AUGUST, "RRU", "nhs_trust", "Y56", 1000, 100, None, None, None, "not_submitted", "not available"),
    )


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (with_cell(8, "A7", "three thousand"), "row 14, column H ('A7'): found 'three thousand', expected a whole"),
        (with_cell(8, "A8", 60.5), "('A8'): found '60.5', expected a whole number"),
        (with_cell(8, "A8", "n/a"), "('A8'): found 'n/a'"),
        (with_cell(4, "A24", 32_001), ("('A24'): 32,001 is printed for Y60 in August 2025, its services sum to "
         "32,000")),
        (with_cell(1, "A53", 2501), "('A53'): 2,501 is printed for ENG in August 2025, its services sum to 2,500"),
        (with_cell(8, "A25", 420), "('A25'): a mean of 420 seconds is printed, total time over incidents is 400.0"),
        (with_cell(10, "Area", "RYB"), "expected the first day of a month"),
        (with_cell(8, "Concatenated", "2025-27AUGUSTRX9"), "expected the first day of a month"),
        (with_cell(8, "Concatenated", "2025-26AugustRX9"), "expected the first day of a month"),
        ([*AMBULANCE, ambulance_row("AUGUST", "QXX", "", 0, 0)], "row 19: found '', expected one of nhs_trust"),
        ([*AMBULANCE, AMBULANCE[8]], "is printed for ENG in August 2025, its services sum to"),
        ([*AMBULANCE[:1], *AMBULANCE[2:]], "there is no row of England for August 2025"),
        ([*AMBULANCE, ["Notes"], AMBULANCE[8]], "a row of figures stands below row 19"),
    ],
    ids=["text in numbers", "half an incident", "token", "sum of a region", "sum of England", "mean",
         "code and key", "year", "month", "unknown code", "twice", "missing total", "figures below notes"],
)  # fmt: skip
def test_what_is_not_as_published_is_refused_with_its_place(
    tmp_path: Path, rows: list[list[Any]], says: str
) -> None:
    assert says in refusal(tmp_path, rows)


def test_a_row_of_a_service_that_not_yet_sends_may_not_come_twice_either(tmp_path: Path) -> None:
    assert "the same month, area occurs twice" in refusal(tmp_path, [*AMBULANCE, AMBULANCE[11]])


def test_another_sheet_a_shifted_header_and_a_renamed_column_are_named(tmp_path: Path) -> None:
    assert "no sheet 'Raw', there are Introduction, Response times" in refusal(
        tmp_path, sheet="Response times"
    )
    renamed = ["A7 (all)" if name == "A7" else name for name in AMBULANCE_HEADER]
    assert "no column 'A7', an unknown column H 'a7 (all)'" in refusal(tmp_path, header=renamed)
    shifted = AMBULANCE_HEADER[1:]
    assert "no column 'Concatenated'" in refusal(tmp_path, header=shifted)


def test_a_header_further_down_is_found(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_ambulance(tmp_path / NAME, above=9))
    assert len(stored(store)) == 10
