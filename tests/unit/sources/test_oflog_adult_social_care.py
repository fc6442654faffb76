"""Oflog's measures of social care, in small: medians and distances are those of the values, or the file is refused."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.errors import FileRefusedError
from likeforlike.store import Store

SOURCE = "oflog_adult_social_care"
NAME = "oflog_asc_2015-16_to_2022-23.csv"
HEADER = (
    "Financial year,Local authority code,Local authority name,Grouping,Entity_Name,Region,Measure,Code,Value,MEDIAN,"
    "MADs_from_median,rank_order"
)


def row(code: str, name: str, value: str, distance: str, median: str = "7.4") -> str:
    """A council's carers' quality of life in 2021-22."""
    place = f"2021-22,{code},{name},LA_Raw,Counties,North East"
    return f'{place},"Outcome, carers",ASC1,{value},{median},{distance},desc'


# Median 7.4 of 7.0, 7.4 and 7.7; deviations 0.4, 0 and 0.3, of which the median is 0.3.
COUNCILS = [
    row("E06000005", "Darlington", "7.7", "1"),
    row("E10000007", "Derbyshire", "7.4", "0"),
    row("E09000010", "Enfield", "7.0", "-1.333333333"),
    row("E06000001", "Hartlepool", "", ""),
]


def text(*rows: str) -> str:
    """The file; its titles hold commas, so nothing is taken out beside them."""
    return "\n".join((HEADER, *rows)) + "\n"


def test_values_as_published(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    file = add_one(store, write_file(tmp_path, NAME, text(*COUNCILS)))
    columns = ("council", "year", "measure", "value", "value_reason", "median")
    april = datetime.date(2021, 4, 1)
    assert [tuple(one.values()) for one in stored_rows(store, SOURCE, "measures", *columns)] == [
        ("E06000005", april, "ASC1", 7.7, None, 7.4),
        ("E10000007", april, "ASC1", 7.4, None, 7.4),
        ("E09000010", april, "ASC1", 7.0, None, 7.4),
        ("E06000001", april, "ASC1", None, "not_published", 7.4),
    ]
    # Named after the year that ended in March 2023, and out nine months later.
    assert file.published == "2023-12-31"


@pytest.mark.parametrize(
    ("place", "other", "what"),
    [
        (0, None, "the median of all councils is 7.2, the file's is 7.4"),
        (1, row("E10000007", "Derbyshire", "7.5", "0"), "the median of all councils is 7.5, the file's is 7.4"),
        (2, row("E09000010", "Enfield", "7.0", "-1.4"), "lies -1.333 median absolute deviations from the median"),
        (0, row("E06000005", "Darlington", "7.7", ""), "the file says nothing"),
        (1, row("E06000005", "Derbyshire", "7.4", "0"), "occurs twice"),
        (1, row("E10000007", "Derbyshire", "seven", "0"), "found 'seven', expected a number"),
        (1, row("E10000007", "Derbyshire", "7.4", "0", median=""), "expected a number"),
    ],
)  # fmt: skip
def test_what_does_not_follow_from_the_values_is_refused(
    tmp_path: Path, place: int, other: str | None, what: str
) -> None:
    rows = [*COUNCILS[:place], *([other] if other else []), *COUNCILS[place + 1 :]]
    store = Store(tmp_path / "store")
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, write_file(tmp_path, NAME, text(*rows)))
    assert what in str(refusal.value)
    assert store.manifest().files == ()


def test_a_renamed_column_is_named(tmp_path: Path) -> None:
    renamed = text(*COUNCILS).replace("Local authority code", "LA code")
    with pytest.raises(
        FileRefusedError, match="no column 'Local authority code', an unknown column 'LA code'"
    ):
        add_one(Store(tmp_path / "store"), write_file(tmp_path, NAME, renamed))


def test_equal_values_have_no_deviation(tmp_path: Path) -> None:
    same = csv_text(HEADER, *(row(f"E0600000{place}", "A", "7.4", "0") for place in range(3)))
    add_one(Store(tmp_path / "store"), write_file(tmp_path, NAME, same))
