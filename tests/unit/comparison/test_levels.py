"""Ratings of an area: what stood in a month, who is no more, how many stand at each level."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from made_builds import make_build, observation

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.areas import Area
from likeforlike.comparison.comparing import Comparison, compare_organisations
from likeforlike.comparison.levels import count_levels
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.lineage_reading import Closure

RATING = "cqc_overall_rating"
COUNCIL = Area("council", "X06000001", "Anyshire")
HOMES = tuple(f"X1-0000000{number}" for number in range(1, 6))
DAY = datetime.date


def rated(place: int, day: datetime.date, value: float, gates: str = "") -> dict[str, object]:
    return observation(
        HOMES[place], organisation_type="care_home", period_start=day, period_end=day, value=value, failed_gates=gates
    )  # fmt: skip


RATINGS = [
    rated(0, DAY(2016, 3, 9), 2.0),
    rated(0, DAY(2019, 6, 20), 3.0),
    rated(1, DAY(2017, 1, 5), 3.0),
    rated(2, DAY(2018, 7, 7), 4.0),
    rated(3, DAY(2019, 6, 3), 1.0, gates="inherited_rating"),
]


def compare(folder: Path, period: datetime.date | None = None) -> Comparison:
    members = [("care_home", code, "council", COUNCIL.code, DAY(2021, 1, 19)) for code in HOMES]
    return compare_organisations(
        make_build(folder, {RATING: RATINGS}, (), members),
        load_catalogue(),
        load_catalogue().indicator(RATING),
        organisation_type="care_home",
        area=COUNCIL,
        period=period,
    )


def standing(comparison: Comparison) -> dict[str, str | None]:
    return {figure.organisation[-1]: figure.level for figure in comparison.figures}


@pytest.mark.parametrize(
    ("month", "levels"),
    [
        (DAY(2016, 3, 1), {"1": "Requires improvement"}),
        (DAY(2018, 2, 1), {"1": "Requires improvement", "2": "Good"}),
        # Given on the 3rd and the 20th of the month: both stand at its end.
        (DAY(2019, 6, 1), {"1": "Good", "2": "Good", "3": "Outstanding", "4": "Inadequate"}),
        (DAY(2020, 4, 1), {"1": "Good", "2": "Good", "3": "Outstanding", "4": "Inadequate"}),
    ],
    ids=["month of a report", "no report in it", "two reports in it", "after all"],
)
def test_what_stood_at_the_end_of_a_month(
    tmp_path: Path, month: datetime.date, levels: dict[str, str]
) -> None:  # fmt: skip
    comparison = compare(tmp_path, month)
    assert standing(comparison) == levels
    assert (comparison.period, comparison.period_end.month) == (month, month.month)


def test_before_the_first_report_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no figures here for 2016-02"):
        compare(tmp_path, DAY(2016, 2, 1))


def test_who_is_no_more_has_no_rating_that_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Closure(HOMES[1], DAY(2018, 5, 31), None, "closed", ())

    def read_closures(build: Build, organisation_type: str) -> dict[str, Closure]:
        del build, organisation_type
        return {ended.organisation: ended}

    monkeypatch.setattr("likeforlike.comparison.comparing.read_closures", read_closures)
    assert standing(compare(tmp_path / "before", DAY(2018, 4, 1))) == {
        "1": "Requires improvement",
        "2": "Good",
    }
    after = compare(tmp_path / "after", DAY(2018, 5, 1))
    assert standing(after) == {"1": "Requires improvement"}
    assert after.closed == (ended,)


def test_levels_are_counted_and_an_inherited_rating_is_not(tmp_path: Path) -> None:
    shares = count_levels(compare(tmp_path))
    assert [(one.level, one.organisations, one.of) for one in shares] == [
        ("Outstanding", 1, 3),
        ("Good", 2, 3),
        ("Requires improvement", 0, 3),
        ("Inadequate", 0, 3),
    ]
    # Wilson (1927), with z² = 3.8415: (2 + z²/2 ± z √(2/3 + z²/4)) / (3 + z²); of none of 3, 0 to z² / (3 + z²).
    assert (shares[1].lower, shares[1].upper) == pytest.approx((0.207656, 0.938511), abs=1e-5)
    assert (shares[3].lower, shares[3].upper) == pytest.approx((0.0, 0.561497), abs=1e-5)


def test_a_share_has_no_levels(tmp_path: Path) -> None:
    members = [("gp_practice", "X00001", "icb", "XI01", DAY(2025, 11, 1))]
    rows = [observation("X00001", value=50.0, numerator=50, denominator=100)]
    comparison = compare_organisations(
        make_build(tmp_path, {"face_to_face_share": rows}, (), members),
        load_catalogue(),
        load_catalogue().indicator("face_to_face_share"),
        organisation_type="gp_practice",
        area=Area("icb", "XI01", "FICTION"),
    )
    assert count_levels(comparison) == ()
