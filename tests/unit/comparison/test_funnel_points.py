"""Funnels of an indicator: exact limits against plain sums, wide limits against the formula written out."""

from __future__ import annotations

from math import asin, comb, exp, factorial, pi, sin, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from likeforlike.catalogue import Kind
from likeforlike.comparison.funnel_points import FunnelFigure, make_funnel_points


def make_shares(expected: float | None = None) -> list[FunnelFigure]:
    """Ten organisations of 100 with 31, 32, …, 40 events: 35.5 per cent together."""
    return [
        FunnelFigure(f"X{number}", 30.0 + number, expected, 30.0 + number, 100.0) for number in range(1, 11)
    ]


def test_a_figure_is_moved_by_what_is_expected_of_it() -> None:
    plain = make_funnel_points(Kind.PROPORTION, make_shares())
    assert plain is not None
    assert not plain.like_for_like
    assert plain.target == pytest.approx(35.5)
    assert [one.value for one in plain.points] == [30.0 + number for number in range(1, 11)]
    moved = make_funnel_points(Kind.PROPORTION, make_shares(expected=34.5))
    assert moved is not None
    assert moved.like_for_like
    # 35.5 together, and 31 is 3.5 below what is expected of it.
    assert moved.points[0].value == pytest.approx(35.5 + 31 - 34.5)


def test_where_one_has_nothing_expected_all_are_compared_as_they_are() -> None:
    figures = [*make_shares(expected=34.5), FunnelFigure("X11", 35.0, None, 35.0, 100.0)]
    made = make_funnel_points(Kind.PROPORTION, figures)
    assert made is not None
    assert not made.like_for_like


def test_limits_of_chance_are_those_of_the_binomial() -> None:
    made = make_funnel_points(Kind.PROPORTION, make_shares())
    assert made is not None
    line = made.lines[0]
    trials, share = round(line.size), made.target / 100

    def at_most(count: int) -> float:
        return sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(count + 1))

    for bound, tail in ((line.lower, 0.025), (line.far_lower, 0.001)):
        events = bound / 100 * trials
        assert at_most(int(events) - 1) < tail < at_most(int(events) + 1)


def test_limits_of_chance_of_a_rate_are_those_of_poisson() -> None:
    figures = [
        FunnelFigure(f"X{n}", 1000 * events / 4000, None, events, 4000)
        for n, events in enumerate((8, 10, 12))
    ]
    made = make_funnel_points(Kind.RATE, figures)
    assert made is not None
    assert made.target == pytest.approx(2.5)

    def at_most(count: int) -> float:
        return sum(exp(-10.0) * 10.0**k / factorial(k) for k in range(count + 1))

    events = made.lines[0].lower / 1000 * 4000
    assert at_most(int(events) - 1) < 0.025 < at_most(int(events) + 1)


def test_wide_limits_of_a_share_are_the_formula_written_out() -> None:
    """sin²(arcsin √t ± z √(1/4n + τ²)), τ² from z-scores drawn in to their tenth and ninetieth centile."""
    made = make_funnel_points(Kind.PROPORTION, make_shares())
    assert made is not None
    centre, spread = asin(sqrt(0.355)), 0.5 / sqrt(100)
    scores = [(asin(sqrt(one.value / 100)) - centre) / spread for one in made.points]
    low, high = np.quantile(scores, [0.1, 0.9])
    squares = sum(min(max(score, low), high) ** 2 for score in scores)
    weights = [1 / spread**2] * 10
    tau2 = max(0.0, (squares - 9) / (sum(weights) - sum(w * w for w in weights) / sum(weights)))
    assert made.tau2 == pytest.approx(tau2)
    line = made.lines[0]
    for level, lower, upper in (
        (0.95, line.wide_lower, line.wide_upper),
        (0.998, line.wide_far_lower, line.wide_far_upper),
    ):
        half = NormalDist().inv_cdf(0.5 + level / 2) * sqrt(spread**2 + tau2)
        assert lower == pytest.approx(100 * sin(max(centre - half, 0)) ** 2)
        assert upper == pytest.approx(100 * sin(min(centre + half, pi / 2)) ** 2)


def test_wide_limits_of_a_ratio_are_the_formula_written_out() -> None:
    """(1 ± z √(1/4E + τ²))² times the pooled ratio."""
    events = (60, 150, 90, 120, 80)
    figures = [FunnelFigure(f"X{n}", count / 100, None, count, 100) for n, count in enumerate(events)]
    made = make_funnel_points(Kind.RATIO, figures)
    assert made is not None
    assert made.target == pytest.approx(1.0)
    half = NormalDist().inv_cdf(0.999) * sqrt(1 / 400 + made.tau2)
    assert made.tau2 > 0
    assert made.lines[0].wide_far_upper == pytest.approx((1 + half) ** 2)
    assert made.lines[0].wide_far_lower == pytest.approx(max(1 - half, 0) ** 2)


def test_who_is_far_off_is_beyond_both_limits_who_differs_as_usual_beyond_one() -> None:
    shares = [40.0, 60.0] * 10 + [99.0]
    figures = [FunnelFigure(f"X{n}", share, None, share * 20, 2000.0) for n, share in enumerate(shares)]
    made = make_funnel_points(Kind.PROPORTION, figures)
    assert made is not None
    assert [(one.chance, one.usual) for one in made.points[:2]] == [(-1, 0), (1, 0)]
    assert (made.points[-1].chance, made.points[-1].usual) == (1, 1)


@pytest.mark.parametrize("kind", [Kind.MEAN, Kind.COUNT, Kind.SCORE, Kind.ORDINAL])
def test_what_is_not_counted_has_no_funnel(kind: Kind) -> None:
    assert make_funnel_points(kind, make_shares()) is None


def test_too_few_or_no_events_have_no_funnel() -> None:
    assert make_funnel_points(Kind.PROPORTION, make_shares()[:2]) is None
    nothing = [FunnelFigure(f"X{number}", 0.0, None, 0.0, 100.0) for number in range(5)]
    assert make_funnel_points(Kind.PROPORTION, nothing) is None
    everything = [FunnelFigure(f"X{number}", 100.0, None, 100.0, 100.0) for number in range(5)]
    assert make_funnel_points(Kind.PROPORTION, everything) is None


def test_standardised_figures_have_no_funnel() -> None:
    figures = [
        FunnelFigure(one.code, one.value * (0.8 if place % 2 else 1.2), None, one.numerator, one.denominator)
        for place, one in enumerate(make_shares())
    ]
    assert make_funnel_points(Kind.PROPORTION, figures) is None
    rounded = [
        FunnelFigure(one.code, one.value + 0.04, None, one.numerator, one.denominator)
        for one in make_shares()
    ]
    assert make_funnel_points(Kind.PROPORTION, rounded) is not None
