"""Funnel limits against tail sums, their relation to intervals, and how often they cry wolf."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from likeforlike.statistics.funnels import (
    compare_with_limits,
    proportion_funnel_limits,
    rate_funnel_limits,
    ratio_funnel_limits,
    score_funnel_limits,
    shmi_control_limits,
)
from likeforlike.statistics.intervals import (
    Interval,
    clopper_pearson_interval,
    exact_poisson_interval,
    wilson_interval,
)

NAN = float("nan")


def poisson_at_most(x: int, mean: float) -> float:
    return math.fsum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(x + 1))


def binomial_at_most(x: int, n: int, p: float) -> float:
    return math.fsum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(x + 1))


@pytest.mark.parametrize("expected", [0.03, 0.7, 2.0, 5.0, 43.21])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_a_count_is_beyond_ratio_limits_when_its_own_tail_is_small(expected: float, level: float) -> None:
    tail = (1 - level) / 2
    for x in range(100):
        too_high = 1 - poisson_at_most(x - 1, expected) < tail
        too_low = poisson_at_most(x, expected) < tail
        position = compare_with_limits(x / expected, ratio_funnel_limits(expected, level))
        assert position == int(too_high) - int(too_low)


@pytest.mark.parametrize(("trials", "target"), [(1, 0.5), (12, 0.04), (30, 0.5), (60, 0.97)])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_a_count_is_beyond_limits_of_proportions_when_its_own_tail_is_small(trials, target, level) -> None:
    tail = (1 - level) / 2
    for x in range(trials + 1):
        too_high = 1 - binomial_at_most(x - 1, trials, target) < tail
        too_low = binomial_at_most(x, trials, target) < tail
        position = compare_with_limits(x / trials, proportion_funnel_limits(trials, target, level))
        assert position == int(too_high) - int(too_low)


@given(st.integers(1, 400), st.floats(0.2, 0.999))
def test_a_count_lies_on_the_limits_at_the_ends_of_its_exact_interval(x, level) -> None:
    lower, upper = exact_poisson_interval(x, level)
    assert ratio_funnel_limits(lower, level).upper == pytest.approx(x / lower, rel=1e-8)
    assert ratio_funnel_limits(upper, level).lower == pytest.approx(x / upper, rel=1e-8)


@given(st.integers(2, 400), st.data(), st.floats(0.2, 0.999))
def test_a_proportion_lies_on_the_limits_at_the_ends_of_its_exact_interval(n, data, level) -> None:
    x = data.draw(st.integers(1, n - 1))
    lower, upper = clopper_pearson_interval(x, n, level)
    assert proportion_funnel_limits(n, lower, level).upper == pytest.approx(x / n, rel=1e-7)
    assert proportion_funnel_limits(n, upper, level).lower == pytest.approx(x / n, rel=1e-7)


@pytest.mark.parametrize("expected", [0.7, 5.0, 43.21])
def test_shmi_limits_cut_the_tails_off_gamma_densities(expected: float) -> None:
    def below(limit: float, shape: float) -> float:
        density = integrate.quad(lambda x: x ** (shape - 1) * math.exp(-x) / math.gamma(shape), 0, limit)
        return density[0]

    lower, upper = shmi_control_limits(expected, 0.95)
    assert below(lower * expected, expected) == pytest.approx(0.025, rel=1e-6)
    assert below(upper * expected, expected + 1) == pytest.approx(0.975, rel=1e-6)


def test_shmi_limits_are_exact_for_hospitals_and_not_for_practices() -> None:
    for expected in (20, 100, 1500, 5000):
        np.testing.assert_allclose(
            np.multiply(shmi_control_limits(expected), expected),
            np.multiply(ratio_funnel_limits(expected, 0.998), expected),
            atol=2.5,
        )
    # With 2 events expected, none at all has the chance e⁻² = 14% and yet lies below their lower limit.
    assert compare_with_limits(0, shmi_control_limits(2)) == -1
    assert compare_with_limits(0, ratio_funnel_limits(2, 0.998)) == 0


def test_rate_limits_are_ratio_limits_times_the_target() -> None:
    lower, upper = ratio_funnel_limits(2000 * 0.03, 0.998)
    assert rate_funnel_limits(2000, 0.03, 0.998) == pytest.approx((0.03 * lower, 0.03 * upper))


def test_score_limits_in_their_textbook_form() -> None:
    half = 1.959963984540054 * math.sqrt(0.2 * 0.8 / 50)
    assert score_funnel_limits(50, 0.2) == pytest.approx((0.2 - half, 0.2 + half))
    assert score_funnel_limits(2, 0.2).lower == 0


@given(st.integers(1, 3000), st.data(), st.floats(0.01, 0.99), st.floats(0.5, 0.999))
def test_beyond_score_limits_is_where_wilsons_interval_leaves_out_the_target(n, data, target, level) -> None:
    x = data.draw(st.integers(0, n))
    lower, upper = wilson_interval(x, n, level)
    if min(abs(lower - target), abs(upper - target)) > 1e-9:
        position = compare_with_limits(x / n, score_funnel_limits(n, target, level))
        assert position == int(lower > target) - int(upper < target)


@given(st.integers(1, 5000), st.floats(0.001, 0.999))
def test_counting_the_others_mirrors_limits_of_proportions(n, target) -> None:
    for limits in (proportion_funnel_limits, score_funnel_limits):
        lower, upper = limits(n, target)
        assert limits(n, 1 - target) == pytest.approx((1 - upper, 1 - lower), abs=1e-9)
        assert 0 <= lower <= upper <= 1


@given(st.floats(0.05, 1e6), st.floats(0.5, 0.99))
def test_limits_close_in_with_size_and_open_with_level(expected, level) -> None:
    def width(size: float, at: float) -> float:
        lower, upper = ratio_funnel_limits(size, at)
        return float(upper - lower)

    assert width(2 * expected, level) < width(expected, level) < width(expected, (1 + level) / 2)


def test_extreme_targets_leave_no_room() -> None:
    assert proportion_funnel_limits(20, 0.0) == (0, 0)
    assert proportion_funnel_limits(20, 1.0) == (1, 1)
    assert score_funnel_limits(20, 0.0) == (0, 0)


@pytest.mark.parametrize("level", [0.95, 0.998])
class TestFalseAlarms:
    """A unit on target is beyond each limit with at most its chance, summed over the distribution itself."""

    def test_poisson(self, level: float) -> None:
        counts = np.arange(500.0)
        for mean in np.geomspace(0.1, 200, 100):
            position = compare_with_limits(counts / mean, ratio_funnel_limits(mean, level))
            chance = stats.poisson.pmf(counts, mean)
            assert chance[position > 0].sum() <= (1 - level) / 2
            assert chance[position < 0].sum() <= (1 - level) / 2

    def test_binomial(self, level: float) -> None:
        counts = np.arange(81.0)
        for target in np.linspace(0.002, 0.998, 80):
            position = compare_with_limits(counts / 80, proportion_funnel_limits(80, target, level))
            chance = stats.binom.pmf(counts, 80, target)
            assert chance[position > 0].sum() <= (1 - level) / 2
            assert chance[position < 0].sum() <= (1 - level) / 2


def test_positions() -> None:
    limits = Interval(np.array([1.0, 1.0, 1.0, 1.0, NAN]), np.array([2.0, 2.0, 2.0, 2.0, NAN]))
    position = compare_with_limits([0.5, 1.0, 2.5, NAN, 1.5], limits)
    np.testing.assert_array_equal(position, [-1, 0, 1, NAN, NAN])


class TestInput:
    def test_what_is_absent_gives_no_number(self) -> None:
        for limits in (
            ratio_funnel_limits([0, NAN]),
            shmi_control_limits([0, NAN]),
            rate_funnel_limits([0, 10, NAN], [0.5, 0, 0.5]),
            proportion_funnel_limits([0, NAN, 10], [0.5, 0.5, NAN]),
            score_funnel_limits([0, NAN, 10], [0.5, 0.5, NAN]),
        ):
            assert np.isnan(limits).all()

    @pytest.mark.parametrize("limits", [proportion_funnel_limits, score_funnel_limits])
    def test_impossible_targets_and_trials_are_refused(self, limits) -> None:
        with pytest.raises(ValueError, match=r"target\[1\] is 1.5: it must lie between 0 and 1"):
            limits(10, [0.5, 1.5])
        with pytest.raises(ValueError, match="trials is -10: it must not be negative"):
            limits(-10, 0.5)
        with pytest.raises(ValueError, match="level is 2"):
            limits(10, 0.5, 2)

    def test_impossible_counts_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"expected\[1\] is -3: it must not be negative"):
            ratio_funnel_limits([1, -3])
        with pytest.raises(ValueError, match=r"target\[0\] is inf: it must be finite"):
            rate_funnel_limits(10, [math.inf])
        with pytest.raises(ValueError, match="do not broadcast"):
            rate_funnel_limits([1, 2], [1, 2, 3])
        with pytest.raises(ValueError, match="do not broadcast"):
            compare_with_limits([1, 2, 3], ratio_funnel_limits([1, 2]))
