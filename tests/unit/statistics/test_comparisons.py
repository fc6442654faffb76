"""Two units against each other: published tables, slow twins, mirror laws and exact coverage."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import norm

from likeforlike.statistics.comparisons import (
    proportion_difference,
    proportion_ratio,
    rate_difference,
    rate_ratio,
)
from likeforlike.statistics.intervals import rate_interval, wilson_interval

NAN = float("nan")

# Newcombe RG. Interval estimation for the difference between independent proportions. Statistics in Medicine
# 1998;17:873–890, table II, method 10 (score, without continuity correction).
NEWCOMBE = [
    ((56, 70, 48, 80), 0.0524, 0.3339),
    ((9, 10, 3, 10), 0.1705, 0.8090),
    ((6, 7, 2, 7), 0.0582, 0.8062),
    ((5, 56, 0, 29), -0.0381, 0.1926),
    ((0, 10, 0, 20), -0.1611, 0.2775),
    ((0, 10, 0, 10), -0.2775, 0.2775),
    ((10, 10, 0, 20), 0.6791, 1.0),
    ((10, 10, 0, 10), 0.6075, 1.0),
]


@pytest.mark.parametrize(("counts", "lower", "upper"), NEWCOMBE)
def test_difference_of_proportions_as_published(counts, lower, upper) -> None:
    x, n, y, m = counts
    assert proportion_difference(*counts) == pytest.approx((x / n - y / m, lower, upper), abs=6e-5)


def test_ratio_of_rates_is_the_exact_test_of_poisson_counts_turned_round() -> None:
    """At each limit of the ratio, the chance of so few or so many, given the sum, is 2.5%."""
    x, n, y, m = 11, 800.0, 21, 3011.0
    value, lower, upper = rate_ratio(x, n, y, m)
    assert value == pytest.approx((11 / 800) / (21 / 3011))
    at_least = sum(binomial(k, x + y, lower * n / (lower * n + m)) for k in range(x, x + y + 1))
    at_most = sum(binomial(k, x + y, upper * n / (upper * n + m)) for k in range(x + 1))
    assert (at_least, at_most) == pytest.approx((0.025, 0.025), rel=1e-9)


def binomial(k: int, n: int, p: float) -> float:
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


def test_ratio_of_proportions_solves_its_quadratic() -> None:
    """At a limit r the two units' own distances to their limits make up that of p − r·q from 0."""
    x, n, y, m = 9, 40, 17, 60
    p, q = x / n, y / m
    (l1, u1), (l2, u2) = wilson_interval(x, n), wilson_interval(y, m)
    value, lower, upper = proportion_ratio(x, n, y, m)
    assert value == pytest.approx(p / q)
    assert p - lower * q == pytest.approx(math.hypot(p - l1, lower * (u2 - q)), rel=1e-12)
    assert upper * q - p == pytest.approx(math.hypot(u1 - p, upper * (q - l2)), rel=1e-12)


def test_difference_of_rates_squares_the_distances() -> None:
    x, n, y, m = 5, 10.0, 30, 100.0
    (l1, u1), (l2, u2) = rate_interval(x, n), rate_interval(y, m)
    below = math.sqrt((0.5 - l1) ** 2 + (u2 - 0.3) ** 2)
    above = math.sqrt((u1 - 0.5) ** 2 + (0.3 - l2) ** 2)
    assert rate_difference(x, n, y, m) == pytest.approx((0.2, 0.2 - below, 0.2 + above), rel=1e-12)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n, m = draw(st.integers(1, 3000)), draw(st.integers(1, 3000))
    return draw(st.integers(1, n)), n, draw(st.integers(1, m)), m


@pytest.mark.parametrize("difference", [proportion_difference, rate_difference])
@given(pairs())
def test_swapping_the_units_mirrors_a_difference(difference, pair) -> None:
    x, n, y, m = pair
    value, lower, upper = difference(x, n, y, m)
    assert difference(y, m, x, n) == pytest.approx((-value, -upper, -lower), abs=1e-12)
    assert lower <= value <= upper


@pytest.mark.parametrize("ratio", [proportion_ratio, rate_ratio])
@given(pairs())
def test_swapping_the_units_inverts_a_ratio(ratio, pair) -> None:
    x, n, y, m = pair
    value, lower, upper = ratio(x, n, y, m)
    assert ratio(y, m, x, n) == pytest.approx((1 / value, 1 / upper, 1 / lower), rel=1e-7)
    assert lower <= value <= upper


@pytest.mark.parametrize("ratio", [proportion_ratio, rate_ratio])
def test_no_events_are_valid_above_and_not_below(ratio) -> None:
    value, lower, upper = ratio(0, 10, 5, 20)
    assert value == lower == 0
    assert 0 < upper < math.inf
    assert np.isnan(ratio(5, 20, 0, 10)).all()


@pytest.mark.parametrize("compare", [proportion_difference, proportion_ratio, rate_difference, rate_ratio])
class TestInput:
    def test_what_is_absent_gives_no_number_and_touches_nobody_else(self, compare) -> None:
        ours = compare([3, NAN, 0, 3, 3], [10, 10, 0, 10, 10], [4, 4, 4, NAN, 0], [20, 20, 20, 20, 0])
        assert np.isnan(ours)[:, 1:].all()
        assert tuple(figure[0] for figure in ours) == pytest.approx(tuple(compare(3, 10, 4, 20)))

    def test_impossible_input_is_refused(self, compare) -> None:
        with pytest.raises(ValueError, match="must not be negative"):
            compare(3, 10, [4, -4], 20)
        with pytest.raises(ValueError, match="broadcast"):
            compare([3, 3], 10, [4, 4, 4], 20)
        with pytest.raises(ValueError, match="level is 95"):
            compare(3, 10, 4, 20, 95)


def coverage(compare, truth, chances, counts, sizes) -> float:
    """The chance, summed over all pairs of counts, that the interval holds the truth."""
    x, y = np.meshgrid(counts[0], counts[1], indexing="ij")
    _, lower, upper = compare(x, sizes[0], y, sizes[1])
    weight = np.multiply.outer(*chances)
    known = ~np.isnan(lower)
    held = (lower <= truth) & (truth <= upper)
    return float(weight[known & held].sum() / weight[known].sum())


@pytest.mark.parametrize(("p", "q"), [(0.1, 0.3), (0.5, 0.5), (0.85, 0.7)])
def test_comparisons_of_proportions_cover_as_stated(p: float, q: float) -> None:
    n, m = 60, 45
    counts = np.arange(n + 1.0), np.arange(m + 1.0)
    chances = stats.binom.pmf(counts[0], n, p), stats.binom.pmf(counts[1], m, q)
    assert coverage(proportion_difference, p - q, chances, counts, (n, m)) == pytest.approx(0.95, abs=0.015)
    assert coverage(proportion_ratio, p / q, chances, counts, (n, m)) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("a", "b"), [(4.0, 9.0), (25.0, 25.0), (60.0, 20.0)])
def test_comparisons_of_rates_cover_at_least_as_stated(a: float, b: float) -> None:
    counts = np.arange(150.0), np.arange(150.0)
    chances = stats.poisson.pmf(counts[0], a), stats.poisson.pmf(counts[1], b)
    sizes = 10.0, 20.0
    assert coverage(rate_ratio, (a / 10) / (b / 20), chances, counts, sizes) >= 0.95
    assert 0.945 <= coverage(rate_difference, a / 10 - b / 20, chances, counts, sizes) <= 0.985


@pytest.mark.parametrize("compare", [proportion_difference, proportion_ratio])
def test_the_unit_that_is_wrong_is_named(compare) -> None:
    with pytest.raises(ValueError, match=r"other_events\[0\] is -1: it must not be negative"):
        compare([1], [2], [-1], [5])
    with pytest.raises(ValueError, match=r"other_events\[1\] is 6 but other_trials\[1\] is 5"):
        compare([1, 1], [2, 2], [1, 6], [5, 5])
    with pytest.raises(ValueError, match=r"events has shape \(2,\), .* broadcast"):
        compare([1, 1], [2, 2], [1, 6, 7], [9, 9, 9])


@pytest.mark.parametrize("compare", [proportion_difference, proportion_ratio])
def test_none_is_missing_and_changes_nobody_else(compare) -> None:
    value, lower, upper = compare([1, None], [10, None], [1, 1], [5, 5])
    alone = compare(1, 10, 1, 5)
    assert (value[0], lower[0], upper[0]) == tuple(alone)
    assert np.isnan([value[1], lower[1], upper[1]]).all()


@pytest.mark.parametrize(
    ("events", "trials", "other_events", "other_trials"),
    [(10**9, 10**9, 10**9, 10**9), (10**9 - 1, 10**9, 10**9 - 5, 10**9), (3, 10**9, 10**9, 10**9)],
)
def test_the_ratio_keeps_its_digits_where_nearly_all_trials_are_events(
    events: int, trials: int, other_events: int, other_trials: int
) -> None:
    """Donner & Zou's quadratic in fifty digits: (ab − √((ab)² − l₁(2a − l₁)u₂(2b − u₂))) / (u₂(2b − u₂))."""
    with localcontext() as digits:
        digits.prec = 50
        z = Decimal(float(norm.ppf(0.975)))

        def wilson(x: int, n: int) -> tuple[Decimal, Decimal]:
            half = z * (z * z / 4 + Decimal(x) * (n - x) / n).sqrt()
            return tuple((x + z * z / 2 + side * half) / (n + z * z) for side in (-1, 1))

        a, b = Decimal(events) / trials, Decimal(other_events) / other_trials
        (low, high), (low_other, high_other) = wilson(events, trials), wilson(other_events, other_trials)

        def limit(own: Decimal, other: Decimal, side: int) -> float:
            first, second = own * (2 * a - own), other * (2 * b - other)
            return float((a * b + side * ((a * b) ** 2 - first * second).sqrt()) / second)

        expected = limit(low, high_other, -1), limit(high, low_other, 1)
    _, lower, upper = proportion_ratio(events, trials, other_events, other_trials)
    assert (lower, upper) == pytest.approx(expected, rel=1e-13)
