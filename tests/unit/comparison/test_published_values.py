"""Scores, ratings, ratios and amounts beside each other: whose interval they have, what stands, who may see it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from made_builds import NOVEMBER, make_build, observation

from likeforlike.catalogue import Indicator, Input, Kind, PublishedValue, load_catalogue
from likeforlike.comparison.areas import Area
from likeforlike.comparison.comparing import Comparison, compare_organisations, make_figures
from likeforlike.errors import NotFoundError

ICB = Area("icb", "XI01", "FICTION")
PRACTICES = ("X00001", "X00002", "X00003")
MEMBERS = [("gp_practice", code, "icb", "XI01", NOVEMBER) for code in PRACTICES]
SHARE = "face_to_face_share"
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")


def of_kind(kind: Kind, **changes: Any) -> Indicator:
    """A shipped indicator, made one of another kind."""
    share = load_catalogue().indicator(SHARE)
    value = PublishedValue(column="value")
    inputs = (Input(source="made_up", table="made_up", value=value),)
    return share.model_copy(update={"kind": kind, "inputs": inputs, "quality_gates": ()} | changes)


RATING = of_kind(Kind.ORDINAL, levels=LEVELS)
SCORE = of_kind(Kind.SCORE)


def compare(folder: Path, indicator: Indicator, rows: list[dict[str, Any]], **wanted: Any) -> Comparison:
    build = make_build(folder, {SHARE: rows}, (), MEMBERS)
    return compare_organisations(
        build, load_catalogue(), indicator, organisation_type="gp_practice", area=ICB, **wanted
    )


def on_day(organisation: str, day: str, value: float) -> dict[str, Any]:
    date = datetime.date.fromisoformat(day)
    return observation(organisation, period_start=date, period_end=date, value=value)


RATINGS = [
    on_day("X00001", "2019-05-03", 1.0),
    on_day("X00001", "2024-02-12", 3.0),
    on_day("X00002", "2022-07-01", 4.0),
    on_day("X00003", "2024-03-31", 2.0),
]


def test_a_rating_stands_until_the_next_one(tmp_path: Path) -> None:
    found = compare(tmp_path, RATING, RATINGS)
    assert found.is_standing
    assert [(figure.organisation, figure.level, figure.period.year) for figure in found.figures] == [
        ("X00001", "Good", 2024),
        ("X00002", "Outstanding", 2022),
        ("X00003", "Requires improvement", 2024),
    ]
    assert all(figure.lower is None for figure in found.figures)


def test_ratings_as_they_stood_in_an_earlier_month(tmp_path: Path) -> None:
    found = compare(tmp_path, RATING, RATINGS, period=datetime.date(2022, 7, 1))
    assert [(figure.organisation, figure.level) for figure in found.figures] == [
        ("X00001", "Inadequate"),
        ("X00002", "Outstanding"),
    ]


def test_a_score_has_the_limits_that_its_publisher_gives() -> None:
    given = observation("X00001", value=32.5, published_lower=31.0, published_upper=34.0)
    bare = observation("X00002", value=20.0)
    one, other = make_figures(SCORE, [given, bare], {}, 0.95)
    assert (one.value, one.lower, one.upper, one.level) == (32.5, 31.0, 34.0, None)
    assert (other.value, other.lower, other.upper) == (20.0, None, None)


def test_a_ratio_is_uncertain_as_its_count_is() -> None:
    ratio = of_kind(Kind.RATIO, multiplier=1.0)
    (figure,) = make_figures(
        ratio, [observation("X00001", value=1.5, numerator=30, denominator=200, expected=20.0)], {}, 0.95
    )
    # Byar for 30 events (Breslow & Day 1987): 30 (1 - 1/270 - 1.96/(3 sqrt 30))^3 = 20.2, and 42.8 above.
    assert (figure.lower, figure.upper) == (
        pytest.approx(20.24 / 20, abs=1e-3),
        pytest.approx(42.83 / 20, abs=1e-3),
    )
    assert figure.expected == 20.0


def test_amounts_are_no_events_and_have_no_sampling_interval() -> None:
    rate = of_kind(Kind.RATE, multiplier=1000.0)
    rows = [
        observation("X00001", value=1.0, numerator=2.3, denominator=2300.5),
        observation("X00002", value=4.0, numerator=4, denominator=1000.5),
    ]
    amount, count = make_figures(rate, rows, {}, 0.95)
    assert (amount.numerator, amount.denominator, amount.lower) == (2.3, 2300.5, None)
    # Events among an amount of people have one: exact Poisson below ten, 1.09 to 10.24 for four.
    assert count.lower == pytest.approx(1000 * 1.0899 / 1000.5, rel=1e-3)


def test_restricted_figures_are_for_those_who_may_see_them(tmp_path: Path) -> None:
    rows = [
        observation("X00001", value=50.0, numerator=1, denominator=2),
        observation("X00002", value=50.0, numerator=1, denominator=2, restricted=True),
    ]
    share = load_catalogue().indicator(SHARE)
    everybody = compare(tmp_path / "all", share, rows)
    assert [figure.organisation for figure in everybody.figures] == ["X00001"]
    holder = compare(tmp_path / "holder", share, rows, restricted=True)
    assert [(figure.organisation, figure.restricted) for figure in holder.figures] == [
        ("X00001", False),
        ("X00002", True),
    ]
    with pytest.raises(NotFoundError):
        compare(tmp_path / "none", share, rows[1:])
