"""Observations as arrays: what is withheld, why, and the link scale on which organisations are compared."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from made_builds import make_build, observation

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.panel import Panel, link_values, read_panel
from likeforlike.errors import NotFoundError

SEPTEMBER, OCTOBER, NOVEMBER = (datetime.date(2025, month, 1) for month in (9, 10, 11))
SHARE = load_catalogue().indicator("same_day_share")
RATE = load_catalogue().indicator("online_submissions_per_1000")


def count(
    code: str, month: datetime.date, numerator: int, denominator: int, **facts: object
) -> dict[str, object]:
    return observation(
        code,
        indicator="same_day_share",
        period_start=month,
        numerator=numerator,
        denominator=denominator,
        editions="a,b",
        **facts,
    )


@pytest.fixture
def panel(tmp_path: Path) -> Panel:
    rows = [
        count("X2", SEPTEMBER, 40, 100),
        count("X2", NOVEMBER, 60, 120),
        count("X1", SEPTEMBER, 5, 10, reason="below_minimum"),
        count("X1", NOVEMBER, 30, 100, failed_gates="unknown_status,unmapped"),
    ]
    return read_panel(make_build(tmp_path / "build", {"same_day_share": rows}), SHARE, "gp_practice")


def test_every_month_from_the_first_to_the_last_is_there(panel: Panel) -> None:
    assert panel.organisations == ("X1", "X2")
    assert panel.months == (SEPTEMBER, OCTOBER, NOVEMBER)
    np.testing.assert_array_equal(panel.numerator, [[np.nan, np.nan, np.nan], [40, np.nan, 60]])
    np.testing.assert_array_equal(panel.denominator, [[np.nan, np.nan, np.nan], [100, np.nan, 120]])


def test_whatever_is_withheld_says_why(panel: Panel) -> None:
    assert panel.withheld.tolist() == [["below_minimum", "absent", "gate:unknown_status"], ["", "absent", ""]]


def test_the_editions_under_the_figures_are_named_once(panel: Panel) -> None:
    assert panel.editions == ("a", "b")


def test_some_organisations_and_some_months(panel: Panel) -> None:
    part = panel.select({"X2"}).between(OCTOBER, NOVEMBER)
    assert (part.organisations, part.months) == (("X2",), (OCTOBER, NOVEMBER))
    np.testing.assert_array_equal(part.numerator, [[np.nan, 60]])
    assert part.withheld.tolist() == [["absent", ""]]


def test_a_kind_of_organisation_without_figures_is_an_error(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", {"same_day_share": [count("X1", NOVEMBER, 1, 2)]})
    with pytest.raises(NotFoundError, match="no figures for 'pcn'"):
        read_panel(build, SHARE, "pcn")


def test_a_share_is_compared_as_log_odds(panel: Panel) -> None:
    expected = np.full((2, 3), 50.0)
    values, variances = link_values(panel, expected)
    # 40 of 100 where 50 were expected: odds (40 + ½)/(60 + ½) against 50/50; 60 of 120 against 50/70.
    assert values[1, 0] == pytest.approx(np.log(40.5 / 60.5))
    assert variances[1, 0] == pytest.approx(1 / 40.5 + 1 / 60.5)
    assert values[1, 2] == pytest.approx(np.log(60.5 / 60.5) - np.log(50 / 70))
    assert np.isnan(values[0]).all()
    assert np.isnan(values[1, 1])


def test_a_rate_is_compared_as_a_log_ratio() -> None:
    panel = Panel(
        RATE,
        ("X1",),
        (NOVEMBER,),
        np.array([[80.0]]),
        np.array([[4000.0]]),
        np.array([[""]], dtype=object),
        (),
    )
    values, variances = link_values(panel, np.array([[100.0]]))
    assert values[0, 0] == pytest.approx(np.log(80.5 / 100))
    assert variances[0, 0] == pytest.approx(1 / 80.5)


def test_where_nothing_or_everything_was_expected_nobody_is_told_from_anybody(panel: Panel) -> None:
    # Of X2's 100 and 120: nothing was expected in the first month, everything in the last.
    values, _ = link_values(panel, np.array([[50.0, 50.0, 50.0], [0.0, 50.0, 120.0]]))
    assert np.isnan(values[1]).all()
