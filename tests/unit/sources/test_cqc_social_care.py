"""Ratings of social care other than care homes, in small: days as numbers, ratings from before a location's first."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.errors import FileRefusedError
from likeforlike.store import Store

SOURCE = "cqc_social_care"
NAME = "social_care.csv"
HEADER = '"","reportdate","overall","ownership","locationid","location_start_2025","location_end_2025","good","rating"'
DAY = datetime.date


def ratings(*rows: str) -> str:
    """The file, its rows numbered."""
    return csv_text(HEADER, *(f'"{number}", {row}' for number, row in enumerate(rows, start=1)))


# 2012-07-02 and 2015-09-30 as days since 1 January 1960.
OPENED, CLOSED = (DAY(2012, 7, 2) - DAY(1960, 1, 1)).days, (DAY(2015, 9, 30) - DAY(1960, 1, 1)).days


def test_ratings_as_published(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    text = ratings(
        f'2014-10-10, "Good", "For-profit", "1-436991296", {OPENED}, {CLOSED}, 1, "Good"',
        f'2012-07-01, "Requires Improvement", "Third sector", "RREU9", {OPENED}, NA, 0, "Requires improvement"',
    )
    file = add_one(store, write_file(tmp_path, NAME, text))
    columns = ("location", "report_date", "rating", "inherited", "opened", "closed", "ownership")
    assert [tuple(row.values()) for row in stored_rows(store, SOURCE, "ratings", *columns)] == [
        ("1-436991296", DAY(2014, 10, 10), "Good", "No", DAY(2012, 7, 2), DAY(2015, 9, 30), "For-profit"),
        ("RREU9", DAY(2012, 7, 1), "Requires improvement", "Yes", DAY(2012, 7, 2), None, "Third sector"),
    ]
    assert (file.published, file.published_basis) == ("2014-10-10", "content")


def test_a_report_printed_twice_is_known_and_any_other_is_refused(tmp_path: Path) -> None:
    row = f'2017-01-10, "Good", "For-profit", "{{}}", {OPENED}, NA, 1, "Good"'
    known = ratings(*[row.format("1-1389897500")] * 2)
    add_one(Store(tmp_path / "one"), write_file(tmp_path, NAME, known))
    with pytest.raises(FileRefusedError, match="occurs twice"):
        add_one(
            Store(tmp_path / "other"), write_file(tmp_path, NAME, ratings(*[row.format("1-436991296")] * 2))
        )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"Good","For', '"Excellent","For', "found 'Excellent'"),
        ("For-profit", "Charity", "found 'Charity'"),
        ("2014-10-10", "10/10/2014", "expected a day"),
        (f",{OPENED},", ",next year,", "expected a whole number"),
        (f",{OPENED},", ",999999999,", "expected a day"),
        ('"locationid"', '"provider"', "no column 'locationid'"),
    ],
)
def test_what_is_not_as_published_is_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    text = ratings(f'2014-10-10, "Good", "For-profit", "1-436991296", {OPENED}, {CLOSED}, 1, "Good"')
    assert old in text
    with pytest.raises(FileRefusedError) as refusal:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, NAME, text.replace(old, new)))
    assert what in str(refusal.value)
