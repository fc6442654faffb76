"""Control charts against the rules spelt out point by point."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.statistics import control_charts
from likeforlike.statistics.control_charts import (
    Cause,
    Meaning,
    count_limits,
    individuals_limits,
    moving_range_limits,
    xmr_chart,
)

small_numbers = st.one_of(st.integers(0, 6).map(float), st.just(math.nan))
series = st.lists(small_numbers, min_size=2, max_size=40).filter(
    lambda values: any(not math.isnan(a) and not math.isnan(b) for a, b in pairwise(values))
)


def plain_limits(values: list[float], screen: bool) -> tuple[float, float]:
    """Mean and mean moving range in plain Python."""
    present = [v for v in values if not math.isnan(v)]
    ranges = [abs(b - a) for a, b in pairwise(values)]
    ranges = [r for r in ranges if not math.isnan(r)]
    mean = sum(ranges) / len(ranges)
    if screen and mean > 0:
        ranges = [r for r in ranges if r < 3.267 * mean]
        mean = sum(ranges) / len(ranges)
    return sum(present) / len(present), mean


@given(series, st.booleans())
def test_limits_are_the_mean_and_moving_ranges(values: list[float], screen: bool) -> None:
    mean, mean_range = plain_limits(values, screen)
    chart = xmr_chart(values, improvement="increase", screen_moving_ranges=screen)
    np.testing.assert_allclose(chart.limits.centre, mean)
    np.testing.assert_allclose(chart.limits.upper, mean + 2.66 * mean_range)
    np.testing.assert_allclose(chart.limits.near_lower, mean - 2.66 * mean_range * 2 / 3, atol=1e-12)


@given(series)
def test_polarity_flip_exchanges_better_and_worse(values: list[float]) -> None:
    up, down = (xmr_chart(values, improvement=way) for way in ("increase", "decrease"))
    swap = {Meaning.IMPROVEMENT: Meaning.CONCERN, Meaning.CONCERN: Meaning.IMPROVEMENT}
    assert [swap.get(Meaning(m), Meaning.COMMON_CAUSE) for m in up.meaning] == down.meaning.tolist()
    np.testing.assert_array_equal(up.cause, down.cause)
    assert ((up.direction == 0) == (up.cause == Cause.COMMON)).all()


def test_a_series_turned_upside_down_has_its_signals_upside_down() -> None:
    values = np.random.default_rng(3).normal(0, 1, 200).cumsum()
    chart, turned = (xmr_chart(v, improvement="increase") for v in (values, -values))
    np.testing.assert_array_equal(chart.direction, -turned.direction)
    np.testing.assert_array_equal(chart.cause, turned.cause)
    assert len(set(chart.cause.tolist())) == 5, "all four rules must occur, or this shows little"


def test_the_rebase_starts_limits_and_rules_anew() -> None:
    before, after = [1.0, 2.0, 1.0, 3.0, 2.0], [11.0, 12.0, 11.0, 13.0, 12.0]
    chart = xmr_chart(before + after, improvement="decrease", rebase_at=[5])
    for start, part in ((0, before), (5, after)):
        alone = xmr_chart(part, improvement="decrease")
        np.testing.assert_array_equal(chart.limits.upper[start : start + 5], alone.limits.upper)
        np.testing.assert_array_equal(chart.cause[start : start + 5], alone.cause)
    assert (chart.cause == Cause.COMMON).all()


def test_a_run_does_not_cross_a_rebase() -> None:
    # Eight points in a row above the mean if it is one segment, four and four if it is two.
    values = [0.0, -9, 1, 1, 1, 1, 1, 1, 1, 1, -9, 0]
    whole = xmr_chart(values, improvement="increase")
    cut = xmr_chart(values, improvement="increase", rebase_at=[6])
    assert (whole.cause == Cause.SHIFT).sum() == 8
    assert Cause.SHIFT not in cut.cause.tolist()


def test_only_the_baseline_makes_the_limits() -> None:
    values = [1.0, 2.0, 1.0, 2.0, 50.0, 60.0]
    chart = xmr_chart(values, improvement="increase", baseline=4)
    assert chart.limits.centre.tolist() == [1.5] * 6
    assert chart.limits.upper.tolist() == [1.5 + 2.66 * 1.0] * 6
    assert chart.outside.tolist() == [False] * 4 + [True] * 2
    assert chart.meaning.tolist() == [0] * 4 + [Meaning.IMPROVEMENT] * 2


def test_screening_leaves_out_the_moving_ranges_of_one_outlier() -> None:
    values = [5.0, 6, 5, 6, 5, 6, 5, 6, 5, 6, 90, 6, 5, 6, 5, 6, 5, 6]
    plain = individuals_limits(values)
    screened = individuals_limits(values, screen_moving_ranges=True)
    # Fifteen moving ranges of 1 remain; two of 84 go.
    assert screened.upper[0] - screened.centre[0] == pytest.approx(3 / 1.128)
    assert plain.upper[0] - plain.centre[0] == pytest.approx(3 / 1.128 * (15 + 2 * 84) / 17)


def test_a_constant_series_has_no_signal() -> None:
    chart = xmr_chart([0.1] * 15, improvement="decrease", screen_moving_ranges=True)
    assert (chart.cause == Cause.COMMON).all()
    assert chart.limits.lower.tolist() == chart.limits.upper.tolist() == [0.1] * 15


def test_neutral_measures_are_high_or_low() -> None:
    chart = xmr_chart([1.0, 2, 1, 2, 1, 2, 30, 1, 2, 1, 2, -30], improvement="neutral", baseline=6)
    assert chart.meaning[[6, 11]].tolist() == [Meaning.NEUTRAL_HIGH, Meaning.NEUTRAL_LOW]


def test_a_missing_month_changes_only_the_ranges_beside_it() -> None:
    ranges, limits = moving_range_limits([1.0, 3.0, math.nan, 4.0, 9.0])
    np.testing.assert_array_equal(ranges, [math.nan, 2, math.nan, math.nan, 5])
    assert limits.centre.tolist() == [3.5] * 5
    assert limits.upper.tolist() == [3.267 * 3.5] * 5


def test_count_limits_stop_at_zero() -> None:
    limits = count_limits([3.0, 5.0, math.nan, 4.0])
    assert limits.centre.tolist() == [4.0] * 4
    assert limits.upper.tolist() == [4 + 3 * 2.0] * 4
    assert limits.lower.tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1.0, math.inf], {}, r"values\[1\] is inf"),
        ([[1.0, 2.0]], {}, "values has shape"),
        ([1.0, math.nan, 2.0], {}, "the moving ranges of a baseline has 0 unit"),
        ([1.0, 2.0, 3.0], {"improvement": "up"}, "improvement is 'up'"),
        ([1.0, 2.0, 3.0], {"baseline": 1}, "baseline is 1"),
        ([1.0, 2.0, 3.0], {"rebase_at": [3]}, r"rebase_at is \[3\]: positions must increase"),
        ([1.0, 2.0, 3.0, 4.0], {"rebase_at": [2, 2]}, "positions must increase"),
        ([1.0, 2.0, 3.0, 4.0], {"rebase_at": [0]}, "rebase_at is 0"),
    ],
)
def test_bad_input_is_refused(values: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        xmr_chart(values, **{"improvement": "increase", **options})


def test_bad_input_to_the_other_charts_is_refused() -> None:
    with pytest.raises(ValueError, match=r"counts\[0\] is -1"):
        count_limits([-1.0, 2.0])
    with pytest.raises(ValueError, match="counts has 0 unit"):
        count_limits([math.nan])
    with pytest.raises(ValueError, match="the moving ranges has 0 unit"):
        moving_range_limits([1.0])


def test_a_moving_range_on_its_limit_is_screened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges 1, 1, 4 with the mean 2: at a limit of twice the mean the 4 goes and the mean is 1."""
    monkeypatch.setattr(control_charts, "D4", 2.0)
    limits = control_charts.individuals_limits([0, 1, 2, 6], multiplier=1.0, screen_moving_ranges=True)
    assert limits.upper[0] - limits.centre[0] == 1.0
