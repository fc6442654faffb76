"""A month in the publishers' spellings."""

from __future__ import annotations

import datetime

import pytest

from likeforlike.sources.reading.months import add_months, last_day, month_format, parse_month


@pytest.mark.parametrize(
    "cell",
    [
        "01AUG2025",
        "01Aug2025",
        "AUG2025",
        "Aug-25",
        "Aug-2025",
        "01/08/2025",
        "2025-08-01",
        "August 2025",
        " 2025-08-01 ",
        "Aug-25 [5]",
        "Aug-25 [10,11]",
        datetime.date(2025, 8, 1),
        datetime.date(2025, 8, 31),
        datetime.datetime(2025, 8, 31, 0, 0),  # noqa: DTZ001 - a spreadsheet's date has no zone
    ],
)
def test_august_2025(cell: object) -> None:
    assert parse_month(cell) == datetime.date(2025, 8, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "15AUG2025", "31JUN2025", "32AUG2025", "01XYZ2025", "08/01/2025", "2025-13-01", "2025-08",
        "August", "Aug 2025", "Quarter 2025", "", None, 202508,
        datetime.date(2025, 8, 15),
    ],
)  # fmt: skip
def test_what_names_no_month(cell: object) -> None:
    assert parse_month(cell) is None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("01AUG2025", "%d%b%Y"),
        ("Aug-25", "%b-%y"),
        ("Aug-2025", "%b-%Y"),
        ("2025", None),
        ("Aug 2025", None),
        ("May 2025", "%B %Y"),
    ],
)
def test_the_form_of_a_spelling(text: str, form: str | None) -> None:
    assert month_format(text) == form


@pytest.mark.parametrize(
    ("month", "last"), [((2024, 2), (2024, 2, 29)), ((2025, 2), (2025, 2, 28)), ((2025, 12), (2025, 12, 31))]
)
def test_the_last_day(month: tuple[int, int], last: tuple[int, int, int]) -> None:
    assert last_day(datetime.date(*month, 1)) == datetime.date(*last)


@pytest.mark.parametrize(
    ("months", "later"),
    [(0, (2025, 11)), (1, (2025, 12)), (2, (2026, 1)), (-11, (2024, 12)), (26, (2028, 1))],
)
def test_months_later(months: int, later: tuple[int, int]) -> None:
    assert add_months(datetime.date(2025, 11, 1), months) == datetime.date(*later, 1)
