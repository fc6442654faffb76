"""CQC ratings, in small: every location as published, and the one that speaks for a practice."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.errors import FileRefusedError
from likeforlike.store import Store

SOURCE = "cqc_gp_ratings"
NAME = "gp_overall_ratings_Apr24.csv"
HEADER = (
    '"Practice.Code","Year","location_name","service_population_group","domain","latest_rating",'
    '"inherited_rating_y_n","IMD","IMD_quintile","ICB_NAME"'
)
APRIL = datetime.date(2024, 4, 1)


def ratings(*locations: tuple[str, int, str, str, str]) -> str:
    """A directory: code, year, name, rating, whether inherited."""
    return csv_text(
        HEADER,
        *(
            f'{code}, {year}, "{name}", "Overall", "Overall", "{rating}", "{inherited}", NA, NA, NA'
            for code, year, name, rating, inherited in locations
        ),
    )


def test_locations_as_published(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    text = ratings(
        ('"A81001"', 2016, "The Densham Surgery", "Good", "N"),
        ('"B87016001"', 2024, "Rycroft Primary Care Centre", "Good", "N"),
        ("NA", 2023, "Brace Street Health Centre", "Inadequate", "Y"),
        ("NA", 2023, "Eyam Surgery", "Good", "Y"),
    )
    added = add_one(store, write_file(tmp_path, NAME, text))
    found = stored_rows(
        store, SOURCE, "locations", "month", "practice", "location_name", "rating", "inherited", "rating_year"
    )
    assert [tuple(row.values()) for row in found] == [
        (APRIL, "A81001", "The Densham Surgery", "Good", "No", 2016),
        (APRIL, "B87016001", "Rycroft Primary Care Centre", "Good", "No", 2024),
        (APRIL, None, "Brace Street Health Centre", "Inadequate", "Yes", 2023),
        (APRIL, None, "Eyam Surgery", "Good", "Yes", 2023),
    ]
    # A branch's rating and that of no practice's code are nobody's.
    assert stored_rows(store, SOURCE, "practices") == [
        {
            "month": APRIL,
            "practice": "A81001",
            "location_name": "The Densham Surgery",
            "rating": "Good",
            "inherited": "No",
            "rating_year": 2016,
            "locations": 1,
        }
    ]
    assert added.published == "2024-04-30"


OWN_OLD = ('"M84032"', 2016, "Waterside Medical Centre", "Outstanding", "N")
OWN_NEW = ('"M84032"', 2019, "SWGP Waterside Medical Centre", "Good", "N")
INHERITED_NEWEST = ('"M84032"', 2023, "Waterside", "Inadequate", "Y")
INHERITED_OLD = ('"M84032"', 2017, "Waterside", "Good", "Y")
OWN_NEW_LOWER = ('"M84032"', 2019, "Waterside East", "Requires improvement", "N")
OWN_NEW_ALIKE = ('"M84032"', 2019, "A Site", "Good", "N")


@pytest.mark.parametrize(
    ("locations", "speaks"),
    [
        ([OWN_OLD, OWN_NEW], OWN_NEW),
        ([OWN_OLD, INHERITED_NEWEST], OWN_OLD),
        ([INHERITED_OLD, INHERITED_NEWEST], INHERITED_NEWEST),
        ([OWN_NEW, OWN_NEW_LOWER], OWN_NEW_LOWER),
        ([OWN_NEW, OWN_NEW_ALIKE], OWN_NEW_ALIKE),
        ([OWN_OLD, OWN_NEW, INHERITED_NEWEST, INHERITED_OLD], OWN_NEW),
    ],
    ids=["the newest", "own first", "inherited at least", "the lower", "by name", "all together"],
)
def test_who_speaks_for_a_practice_whatever_the_order_of_the_file(
    tmp_path: Path, locations: list[tuple[str, int, str, str, str]], speaks: tuple[str, int, str, str, str]
) -> None:
    _, year, name, rating, inherited = speaks
    for place, order in enumerate(itertools.permutations(locations)):
        store = Store(tmp_path / str(place))
        add_one(store, write_file(tmp_path, f"{place}/{NAME}", ratings(*order)))
        (found,) = stored_rows(store, SOURCE, "practices")
        assert (found["rating_year"], found["location_name"], found["rating"], found["inherited"]) == (
            year,
            name,
            rating,
            "Yes" if inherited == "Y" else "No",
        )
        assert found["locations"] == len(locations)


@pytest.mark.parametrize(
    ("location", "what", "where"),
    [
        (('"A81001"', 2016, "A", "Excellent", "N"), "found 'Excellent'", "row 2, column 'latest_rating'"),
        (('"A81001"', 2016, "A", "Good", "maybe"), "found 'maybe'", "row 2, column 'inherited_rating_y_n'"),
    ],
    ids=["rating", "inherited"],
)
def test_words_that_nobody_has_read_are_refused(
    tmp_path: Path, location: tuple[str, int, str, str, str], what: str, where: str
) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, write_file(tmp_path, NAME, ratings(location)))
    assert what in refusal.value.what
    assert refusal.value.where is not None
    assert refusal.value.where.endswith(where)
    assert store.manifest().files == ()


def test_a_rating_of_one_domain_is_no_overall_rating(tmp_path: Path) -> None:
    text = ratings(('"A81001"', 2016, "A", "Good", "N")).replace('"Overall","Overall"', '"Overall","Safe"')
    with pytest.raises(FileRefusedError, match="found 'Safe', expected one of Overall"):
        add_one(Store(tmp_path / "store"), write_file(tmp_path, NAME, text))


def test_the_same_location_twice_is_refused(tmp_path: Path) -> None:
    text = ratings(OWN_OLD, OWN_OLD)
    with pytest.raises(FileRefusedError, match="occurs twice"):
        add_one(Store(tmp_path / "store"), write_file(tmp_path, NAME, text))
