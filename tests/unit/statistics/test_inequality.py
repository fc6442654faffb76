"""Indices of inequality against least squares and the normal distribution, and their laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeforlike.statistics.inequality import inequality_indices, standard_errors_from_limits

NAN = float("nan")
VALUES = np.array([31.0, 27.5, 24.0, 24.5, 19.0])
POPULATIONS = np.array([900.0, 1200.0, 1000.0, 800.0, 1100.0])
ERRORS = np.array([1.2, 0.9, 1.1, 1.4, 0.8])
Z95 = 1.959963984540054


def indices(values=VALUES, populations=POPULATIONS, errors=ERRORS, **options):
    return inequality_indices(values, populations, errors, **{"seed": 1, "draws": 20_000} | options)


def least_squares_slowly(values, populations) -> tuple[float, float]:
    """Intercept and slope of the weighted line, from the normal equations in sums."""
    total, below, middles = sum(populations), 0.0, []
    for n in populations:
        middles.append((below + n / 2) / total)
        below += n
    s = [sum(n * m**power for n, m in zip(populations, middles, strict=True)) for power in (0, 1, 2)]
    t = [
        sum(n * m**power * y for n, m, y in zip(populations, middles, values, strict=True))
        for power in (0, 1)
    ]
    slope = (s[0] * t[1] - s[1] * t[0]) / (s[0] * s[2] - s[1] ** 2)
    return (t[0] - slope * s[1]) / s[0], slope


def test_the_line_by_normal_equations() -> None:
    intercept, slope = least_squares_slowly(VALUES, POPULATIONS)
    ours = indices()
    assert ours.intercept == pytest.approx(intercept, rel=1e-12)
    assert ours.slope.value == pytest.approx(slope, rel=1e-12)
    assert ours.relative.value == pytest.approx((intercept + slope) / intercept, rel=1e-12)


@pytest.mark.parametrize(("scale", "to", "back"), [
    ("log", math.log, math.exp),
    ("logit", lambda p: math.log(p / (1 - p)), lambda x: 1 / (1 + math.exp(-x))),
])  # fmt: skip
def test_the_line_on_its_scale(scale, to, back) -> None:
    values = VALUES / 100
    a, b = least_squares_slowly([to(value) for value in values], POPULATIONS)
    ours = indices(values, errors=ERRORS / 100, scale=scale, fit_on_scale=True)
    assert ours.slope.value == pytest.approx(back(a + b) - back(a), rel=1e-10)
    assert ours.relative.value == pytest.approx(back(a + b) / back(a), rel=1e-10)
    assert ours.intercept == pytest.approx(back(a), rel=1e-10)


def test_the_simulated_interval_is_the_normal_one_where_that_is_exact() -> None:
    """The slope is a weighted sum of normal figures: its variance adds up."""
    weights = [least_squares_slowly([float(i == j) for j in range(5)], POPULATIONS)[1] for i in range(5)]
    deviation = math.sqrt(sum(w**2 * e**2 for w, e in zip(weights, ERRORS, strict=True)))
    slope = indices(draws=200_000).slope
    for level, z in ((0.95, Z95), (0.998, 3.090232306167813)):
        slope = indices(draws=200_000, level=level).slope
        tail = (1 - level) / 2
        density = math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        error = deviation * math.sqrt(tail * (1 - tail) / 200_000) / density
        assert slope.lower == pytest.approx(slope.value - z * deviation, abs=4 * error)
        assert slope.upper == pytest.approx(slope.value + z * deviation, abs=4 * error)


def test_coverage_of_a_known_slope() -> None:
    middles = (np.cumsum(POPULATIONS) - POPULATIONS / 2) / POPULATIONS.sum()
    drawn = np.random.default_rng(4).normal(30 - 12 * middles, ERRORS, (2000, 5))
    slope, relative, _ = indices(drawn, draws=1000, level=0.9)
    error = math.sqrt(0.9 * 0.1 / 2000)
    for figure, truth in ((slope, -12), (relative, 18 / 30)):
        covered = ((figure.lower <= truth) & (truth <= figure.upper)).mean()
        # A thousand draws place each limit within 1% of the tail's chance.
        assert covered == pytest.approx(0.9, abs=3 * error + 0.02)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 100), st.floats(0.5, 50))
def test_units_of_values_and_sizes_of_populations(scale, size) -> None:
    known, ours = indices(), indices(VALUES * scale, POPULATIONS * size, ERRORS * scale)
    np.testing.assert_allclose(ours.slope, np.multiply(known.slope, scale), rtol=1e-9)
    np.testing.assert_allclose(ours.relative, known.relative, rtol=1e-9)


def test_the_other_end_first_mirrors_the_slope_and_inverts_the_ratio() -> None:
    known, ours = indices(), indices(VALUES[::-1], POPULATIONS[::-1], ERRORS[::-1])
    assert ours.slope.value == pytest.approx(-known.slope.value)
    assert ours.relative.value == pytest.approx(1 / known.relative.value)


def test_a_unit_without_data_changes_nobody_else() -> None:
    alone = indices()
    beside = indices(
        np.array([[NAN, 1, 2, 3, 4], VALUES, VALUES, VALUES]),
        np.array([POPULATIONS, POPULATIONS, [NAN, 1, 1, 1, 1], POPULATIONS]),
        np.array([ERRORS, ERRORS, ERRORS, [NAN, 1, 1, 1, 1]]),
    )
    for ours, known in zip((*beside.slope, *beside.relative), (*alone.slope, *alone.relative), strict=True):
        assert ours[1] == pytest.approx(known, rel=1e-12)
        assert np.isnan(ours[[0, 2]]).all()
    assert np.isnan([beside.slope.lower[3], beside.slope.upper[3]]).all()


def test_the_same_seed_gives_the_same_interval_and_another_a_near_one() -> None:
    again, other = indices(), indices(seed=2)
    assert again == indices()
    assert other.slope.lower != again.slope.lower
    assert other.slope.lower == pytest.approx(again.slope.lower, abs=0.2)


def test_a_line_from_zero_has_no_relative_index() -> None:
    ours = indices([-1.0, 0.0, 1.0], [1, 1, 1], [0.0, 0.0, 0.0], fit_on_scale=False)
    exact = indices([1.0, 3.0, 5.0], [1, 1, 1], [0.0, 0.0, 0.0])
    assert ours.slope == pytest.approx((3, 3, 3))
    assert exact.intercept == 0
    assert np.isnan(exact.relative).all()


def test_standard_errors_from_limits() -> None:
    assert standard_errors_from_limits(2 - 1.5 * Z95, 2 + 1.5 * Z95) == pytest.approx(1.5)
    on_log = standard_errors_from_limits(math.exp(1 - 0.2 * Z95), math.exp(1 + 0.2 * Z95), scale="log")
    assert on_log == pytest.approx(0.2)
    with pytest.raises(ValueError, match=r"upper − lower\[1\] is -.*: it must not be negative"):
        standard_errors_from_limits([1, 2], [3, 1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scale": "probit"}, "scale is 'probit': it must be one of identity, log, logit"),
        ({"scale": "logit"}, r"1 − values \(on the logit scale\)\[0\] is -30: it must be greater than 0"),
        ({"values": [0, 1, 2, 3, 4], "scale": "log"}, r"values \(on the log scale\)\[0\] is 0: .* greater"),
        ({"populations": [1, 1, 0, 1, 1]}, r"populations\[2\] is 0: it must be greater than 0"),
        ({"errors": [1, 1, -1, 1, 1]}, r"standard_errors\[2\] is -1: it must not be negative"),
        ({"values": [1, 2], "populations": [1, 1], "errors": [1, 1]}, r"values has 2 unit\(s\)"),
        ({"values": 1, "populations": 1, "errors": 1}, r"values has 0 unit\(s\)"),
        ({"draws": 999}, "draws is 999: it must be a whole number of at least 1000"),
        ({"level": 95}, "level is 95"),
    ],
)
def test_impossible_input_is_refused(options, message) -> None:
    with pytest.raises(ValueError, match=message):
        indices(**options)


@pytest.mark.parametrize("seed", [-1, 1.5])
def test_a_seed_is_a_whole_number(seed) -> None:
    with pytest.raises(ValueError, match=r"seed is .*: it must be a whole number of at least 0"):
        inequality_indices([1.0, 2, 3], [1, 1, 1], [0.1, 0.1, 0.1], seed=seed)
