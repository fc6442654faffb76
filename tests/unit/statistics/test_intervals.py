"""Each interval against its definition written out slowly, its laws, and its coverage."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from likeforlike.statistics.intervals import (
    Interval,
    byar_interval,
    clopper_pearson_interval,
    exact_poisson_interval,
    rate_interval,
    wilson_interval,
)

NAN = float("nan")
Z95 = 1.959963984540054


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that rises through 0 between low and high crosses it, by halving."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if function(middle) > 0 else (middle, high)
    return (low + high) / 2


def binomial_at_most(x: int, n: int, p: float) -> float:
    return math.fsum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(x + 1))


def poisson_at_most(x: int, mean: float) -> float:
    return math.fsum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(x + 1))


class TestAgainstSlowTwins:
    @pytest.mark.parametrize(("x", "n"), [(0, 7), (1, 7), (3, 7), (7, 7), (12, 400), (399, 400)])
    def test_wilson_solves_the_score_equation(self, x: int, n: int) -> None:
        def beyond(p: float) -> float:
            return abs(x / n - p) - Z95 * math.sqrt(p * (1 - p) / n)

        lower = root(lambda p: -beyond(p), 0, x / n) if x else 0.0
        upper = root(beyond, x / n, 1) if x < n else 1.0
        assert wilson_interval(x, n) == pytest.approx((lower, upper), abs=1e-12)

    @pytest.mark.parametrize(("x", "n"), [(0, 7), (1, 7), (3, 7), (7, 7), (12, 60), (59, 60)])
    def test_clopper_pearson_leaves_each_tail_its_share(self, x: int, n: int) -> None:
        lower = root(lambda p: 1 - binomial_at_most(x - 1, n, p) - 0.025, 0, 1) if x else 0.0
        upper = root(lambda p: 0.025 - binomial_at_most(x, n, p), 0, 1) if x < n else 1.0
        assert clopper_pearson_interval(x, n) == pytest.approx((lower, upper), abs=1e-12)

    @pytest.mark.parametrize("x", [0, 1, 4, 9, 30])
    def test_exact_poisson_leaves_each_tail_its_share(self, x: int) -> None:
        lower = root(lambda mean: 1 - poisson_at_most(x - 1, mean) - 0.001, 0, 200) if x else 0.0
        upper = root(lambda mean: 0.001 - poisson_at_most(x, mean), 0, 200)
        assert exact_poisson_interval(x, 0.998) == pytest.approx((lower, upper), rel=1e-9)

    @pytest.mark.parametrize("x", [10, 11.5, 65, 1045, 3_000_000])
    def test_byar_is_its_formula_from_ten_events_on(self, x: float) -> None:
        lower = x * (1 - 1 / (9 * x) - Z95 / (3 * math.sqrt(x))) ** 3
        y = x + 1
        upper = y * (1 - 1 / (9 * y) + Z95 / (3 * math.sqrt(y))) ** 3
        assert byar_interval(x) == pytest.approx((lower, upper), rel=1e-12)

    @pytest.mark.parametrize("x", [0, 1, 9, 0.3, 9.99])
    def test_byar_is_exact_below_ten_events(self, x: float) -> None:
        assert byar_interval(x) == pytest.approx(tuple(exact_poisson_interval(x)), rel=1e-14)

    def test_a_rate_divides_the_interval_of_its_events(self) -> None:
        lower, upper = byar_interval(65)
        assert rate_interval(65, 1300) == pytest.approx((lower / 1300, upper / 1300), rel=1e-15)


counts = st.integers(0, 5000)
levels = st.floats(0.01, 0.999)


@st.composite
def proportions(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 100_000))
    return draw(st.integers(0, n)), n


@pytest.mark.parametrize("interval", [wilson_interval, clopper_pearson_interval])
class TestLawsOfProportions:
    @given(proportions(), levels)
    def test_counting_the_others_mirrors_the_interval(self, interval, proportion, level) -> None:
        x, n = proportion
        lower, upper = interval(x, n, level)
        assert interval(n - x, n, level) == pytest.approx((1 - upper, 1 - lower), abs=1e-9)

    @given(proportions(), levels)
    def test_bounds_hold_the_estimate_within_zero_and_one(self, interval, proportion, level) -> None:
        x, n = proportion
        lower, upper = interval(x, n, level)
        assert 0 <= lower <= x / n + 1e-12
        assert x / n - 1e-12 <= upper <= 1

    @given(proportions())
    def test_more_data_narrow_and_more_level_widens(self, interval, proportion) -> None:
        x, n = proportion

        def width(times: int, level: float) -> float:
            lower, upper = interval(times * x, times * n, level)
            return float(upper - lower)

        assert width(4, 0.95) < width(1, 0.95) < width(1, 0.998)

    def test_missing_and_zero_denominators_never_give_a_number(self, interval) -> None:
        for bounds in interval([NAN, 3, 0, NAN], [10, NAN, 0, 0]):
            assert np.isnan(bounds).all()

    def test_a_unit_without_data_changes_nobody_else(self, interval) -> None:
        alone, beside = interval([3], [10]), interval([NAN, 3, 0], [10, 10, 0])
        assert (beside.lower[1], beside.upper[1]) == (alone.lower[0], alone.upper[0])

    def test_arguments_broadcast_to_any_shape(self, interval) -> None:
        lower, upper = interval(np.array([[1], [2]]), np.array([10, 20, 30]))
        assert lower.shape == upper.shape == (2, 3)
        assert (lower[1, 2], upper[1, 2]) == pytest.approx(interval(2, 30), rel=1e-15)

    @pytest.mark.parametrize(
        ("events", "trials", "level", "message"),
        [
            ([1, -1], 10, 0.95, r"events\[1\] is -1: it must not be negative"),
            (1, [[10, math.inf]], 0.95, r"trials\[0, 1\] is inf: it must be finite"),
            ([1, 11], 10, 0.95, r"events\[1\] is 11 but trials\[1\] is 10: events must not exceed trials"),
            (1, 10, 95, r"level is 95: .* strictly between 0 and 1"),
            ([1, 2], [1, 2, 3], 0.95, r"do(es)? not broadcast|could not be broadcast"),
        ],
    )
    def test_impossible_input_is_refused(self, interval, events, trials, level, message) -> None:
        with pytest.raises(ValueError, match=message):
            interval(events, trials, level)


@pytest.mark.parametrize("interval", [byar_interval, exact_poisson_interval])
class TestLawsOfCounts:
    @given(counts, levels)
    def test_bounds_hold_the_count_and_rise_with_it(self, interval, x, level) -> None:
        lower, upper = interval(np.array([x, x + 1.0]), level)
        assert 0 <= lower[0] <= x <= upper[0]
        assert lower[0] <= lower[1]
        assert upper[0] < upper[1]

    def test_missing_never_gives_a_number(self, interval) -> None:
        assert np.isnan(interval([NAN, 3])).tolist() == [[True, False], [True, False]]

    def test_impossible_input_is_refused(self, interval) -> None:
        with pytest.raises(ValueError, match=r"events\[0\] is -3: it must not be negative"):
            interval([-3])
        with pytest.raises(ValueError, match="level is 1: it must lie strictly between"):
            interval(3, 1)


def test_byar_everywhere_never_falls_below_zero() -> None:
    lower = byar_interval([0, 0.01, 1, 2], 0.998, exact_below=0).lower
    np.testing.assert_allclose(lower, [0, 0, 0, 2 * (1 - 1 / 18 - 3.090232306167813 / (3 * 2**0.5)) ** 3])


@pytest.mark.parametrize("wrong", [-1.0, NAN])
def test_the_switch_to_exact_must_be_a_count(wrong: float) -> None:
    with pytest.raises(ValueError, match=f"exact_below is {wrong}: it must not be negative or missing"):
        byar_interval(5, exact_below=wrong)


def test_a_rate_without_a_denominator_has_no_interval() -> None:
    assert np.isnan(rate_interval([3, 3, NAN], [0, NAN, 5])).all()
    with pytest.raises(ValueError, match=r"denominator\[0\] is -5: it must not be negative"):
        rate_interval([3], [-5])


def test_long_arrays_give_what_short_ones_give() -> None:
    """More elements than one block of the cache, broadcast, against one at a time."""
    events = np.arange(200.0)[:, None]
    trials = 200.0 + np.arange(301)
    whole = wilson_interval(events, trials)
    for i, j in [(0, 0), (199, 300), (54, 131), (109, 7)]:
        assert (whole.lower[i, j], whole.upper[i, j]) == tuple(wilson_interval(i, 200.0 + j))


def covered(interval: Interval, truth: float) -> np.ndarray:
    return (interval.lower <= truth) & (truth <= interval.upper)


class TestCoverage:
    """Coverage summed over the distribution itself: no simulation, so no Monte Carlo error."""

    @pytest.mark.parametrize("n", [20, 100, 500])
    def test_wilson_covers_as_stated_on_average_and_clopper_pearson_always(self, n: int) -> None:
        x = np.arange(n + 1.0)
        truths = (np.arange(400) + 0.5) / 400
        wilson, exact = wilson_interval(x, n), clopper_pearson_interval(x, n)
        chances = [stats.binom.pmf(x, n, p) for p in truths]
        by_wilson = [chance @ covered(wilson, p) for chance, p in zip(chances, truths, strict=True)]
        by_exact = [chance @ covered(exact, p) for chance, p in zip(chances, truths, strict=True)]
        assert np.mean(by_wilson) == pytest.approx(0.95, abs=0.005)
        assert min(by_exact) >= 0.95

    def test_exact_poisson_always_covers_and_byar_nearly(self) -> None:
        x = np.arange(400.0)
        for mean in np.linspace(0.5, 200, 300):
            chance = stats.poisson.pmf(x, mean)
            assert chance @ covered(exact_poisson_interval(x), mean) >= 0.95
            assert chance @ covered(byar_interval(x), mean) >= 0.945
