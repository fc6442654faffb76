"""Break search against trying every segmentation, and against R's strucchange on the Nile."""

from __future__ import annotations

import csv
import math
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import f as f_distribution

from likeforlike.statistics.breaks import find_mean_breaks


def squares_around_means(values: list[float], breaks: tuple[int, ...]) -> float:
    edges = [0, *breaks, len(values)]
    total = 0.0
    for start, stop in pairwise(edges):
        mean = sum(values[start:stop]) / (stop - start)
        total += sum((value - mean) ** 2 for value in values[start:stop])
    return total


def best_by_trying(values: list[float], breaks: int, least: int) -> float:
    return min(
        squares_around_means(values, cut)
        for cut in combinations(range(1, len(values)), breaks)
        if all(b - a >= least for a, b in zip([0, *cut], [*cut, len(values)], strict=True))
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-9, 9).map(float), min_size=6, max_size=11))
def test_the_search_finds_the_best_of_all_segmentations(values: list[float]) -> None:
    found = find_mean_breaks(values, minimum_length=2, max_breaks=2, simulations=1)
    for breaks in range(3):
        expected = best_by_trying(values, breaks, least=2)
        assert found.residual_squares[breaks] == pytest.approx(expected, abs=1e-9)
        reached = squares_around_means(values, tuple(found.positions[breaks].tolist()))
        assert reached == pytest.approx(expected, abs=1e-9)


def test_the_nile_breaks_where_r_says(reference_answers: Path) -> None:
    """`breakpoints(Nile ~ 1)` and `Fstats(Nile ~ 1)` as printed in the manual of strucchange 1.5.

    R counts the last point of a segment, from 1; that is the first point of the next, from 0.
    """
    with (reference_answers / "r_hierarchical" / "input_nile.csv").open() as file:
        values = [float(row["Nile"]) for row in csv.DictReader(file)]
    found = find_mean_breaks(values, minimum_length=15, max_breaks=4, simulations=199)
    assert [positions.tolist() for positions in found.positions[1:4]] == [[28], [28, 83], [28, 68, 83]]
    assert found.residual_squares[:4].round().tolist() == [2835157, 1597457, 1552924, 1538097]
    assert found.bic[:4].round().tolist() == [1318, 1270, 1276, 1285]
    assert found.suggested == 1
    assert found.sup_f[0] == pytest.approx(75.93, abs=0.005)
    assert found.p_value[0] == 1 / 200


def test_with_one_possible_break_the_p_value_is_that_of_the_f_distribution() -> None:
    values = np.random.default_rng(4).normal(0, 1, 20)
    values[10:] += 0.8
    found = find_mean_breaks(values, minimum_length=10, max_breaks=1, simulations=20_000)
    expected = f_distribution.sf(found.sup_f[0], 1, 18)
    # Four Monte Carlo errors of a share p over 20,000.
    assert found.p_value[0] == pytest.approx(expected, abs=4 * math.sqrt(expected / 20_000))


def shares_below(series: int, simulations: int, level: float) -> np.ndarray:
    stream = np.random.default_rng(8)
    p_values = [
        find_mean_breaks(
            stream.normal(5, 3, 24), minimum_length=4, max_breaks=2, simulations=simulations, seed=number
        ).p_value
        for number in range(series)
    ]
    return np.mean(np.array(p_values) <= level, axis=0)


def test_a_steady_series_is_seldom_called_broken() -> None:
    # Exact at 0.10 with 99 simulations; three Monte Carlo errors √(0.1·0.9/300) = 0.017.
    assert np.abs(shares_below(series=300, simulations=99, level=0.10) - 0.10).max() <= 0.052


@pytest.mark.slow
def test_a_steady_series_is_called_broken_as_often_as_stated() -> None:
    assert np.abs(shares_below(series=4_000, simulations=99, level=0.05) - 0.05).max() <= 0.0104


def test_time_turned_round_turns_the_breaks_round() -> None:
    values = np.concatenate([np.zeros(8), np.full(7, 3.0), np.full(9, -1.0)])
    values += np.random.default_rng(2).normal(0, 0.5, 24)
    found, turned = (
        find_mean_breaks(v, minimum_length=3, max_breaks=3, simulations=19) for v in (values, values[::-1])
    )
    assert found.positions[2].tolist() == [8, 15]
    for ours, theirs in zip(found.positions, turned.positions, strict=True):
        assert ours.tolist() == sorted(24 - theirs)
    np.testing.assert_allclose(found.bic, turned.bic)
    np.testing.assert_allclose(found.sup_f, turned.sup_f)


@given(st.floats(-100, 100), st.floats(0.01, 100))
@settings(max_examples=20, deadline=None)
def test_units_of_measurement_do_not_matter(shift: float, scale: float) -> None:
    values = np.random.default_rng(6).normal(0, 1, 16)
    plain, other = (
        find_mean_breaks(v, minimum_length=3, max_breaks=2, simulations=19)
        for v in (values, shift + scale * values)
    )
    np.testing.assert_allclose(plain.sup_f, other.sup_f, rtol=1e-6)
    np.testing.assert_array_equal(plain.p_value, other.p_value)


def test_a_constant_series_has_no_break() -> None:
    found = find_mean_breaks([0.1] * 12, minimum_length=3, max_breaks=2, simulations=19)
    assert found.suggested == 0
    assert found.sup_f.tolist() == [0.0, 0.0]
    assert found.p_value.tolist() == [1.0, 1.0]


def test_a_perfect_step_has_the_smallest_p_value() -> None:
    found = find_mean_breaks([0.0] * 6 + [8.0] * 6, minimum_length=3, max_breaks=1, simulations=19)
    assert found.positions[1].tolist() == [6]
    assert math.isinf(found.sup_f[0])
    assert found.p_value.tolist() == [1 / 20]


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1.0, math.nan, 2.0, 3.0], {}, r"values\[1\] is nan"),
        ([[1.0, 2.0]], {}, "values has shape"),
        ([1.0, 2.0, 3.0], {}, "values has 3 points: 2 segments of at least 2 do not fit"),
        ([1.0] * 9, {"minimum_length": 1}, "minimum_length is 1"),
        ([1.0] * 9, {"max_breaks": 0}, "max_breaks is 0"),
        ([1.0] * 9, {"simulations": 0}, "simulations is 0"),
    ],
)
def test_bad_input_is_refused(values: object, options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        find_mean_breaks(values, **{"minimum_length": 2, "max_breaks": 1, **options})


@pytest.mark.parametrize("step", [1e6, 1e8, 1e9])
def test_a_jump_of_millions_leaves_the_noise_its_digits(step: float) -> None:
    """One break in the middle: what is left is the noise's own sum of squares about its two means."""
    noise = np.random.default_rng(3).standard_normal(24)
    parts = (noise[:12], noise[12:])
    left = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
    found = find_mean_breaks(
        noise + np.repeat([0.0, step], 12), minimum_length=4, max_breaks=2, simulations=9
    )
    assert found.positions[1].tolist() == [12]
    # The values themselves carry about 16 digits, of which the step takes nine.
    assert found.residual_squares[1] == pytest.approx(left, rel=1e-6)
