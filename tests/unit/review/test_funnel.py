"""Funnels from the tables of a result, against the exact limits of a plain sum."""

from __future__ import annotations

from math import comb
from pathlib import Path

import pytest

from likeforlike.review.funnel import make_funnels
from made_results import CALLS, VISITS, make_result


def test_a_point_is_the_target_moved_by_what_lies_between_figure_and_expected(tmp_path: Path) -> None:
    result = make_result(tmp_path / "made")
    funnels = make_funnels(result.rows("indicators"), result.rows("effects"), result.rows("months"))
    calls = {point.organisation: point for point in funnels[CALLS].points}
    # Practice 2: 80 − 8 of 100 where 60 are expected, around 60; 3 months of 2,000 calls.
    assert calls["Z00002"].value == pytest.approx(60 + 72 - 60)
    assert calls["Z00002"].size == 6000
    # Practice 5 has exactly what is expected.
    assert not calls["Z00005"].outside
    assert calls["Z00010"].outside
    # The eleventh is not assessed; the third's September is missing.
    assert "Z00011" not in calls
    visits = {point.organisation: point for point in funnels[VISITS].points}
    assert visits["Z00003"].size == 6000


def test_limits_are_those_of_the_binomial(tmp_path: Path) -> None:
    """At a limit l of n trials the chance of ≤ n·l successes is 2.5%, by a sum of the binomial's terms."""
    result = make_result(tmp_path / "made")
    funnels = make_funnels(result.rows("indicators"), result.rows("effects"), result.rows("months"))
    smallest = funnels[CALLS].limits[0]
    trials = round(smallest.size)
    assert trials == 3000

    def at_most(count: int) -> float:
        return sum(comb(trials, k) * 3**k * 2 ** (trials - k) for k in range(count + 1)) / 5**trials

    events = smallest.lower / 100 * trials
    assert at_most(int(events) - 1) < 0.025 < at_most(int(events) + 1)
    assert smallest.far_lower < smallest.lower < funnels[CALLS].target < smallest.upper < smallest.far_upper


def test_nobody_with_a_figure_has_no_funnel() -> None:
    assert make_funnels([{"indicator": "x", "reference_value": 1.0}], [], []) == {}
