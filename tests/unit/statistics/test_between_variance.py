"""Variance between units: definitions written out, laws, and the recovery of a known truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.statistics.between_variance import (
    dersimonian_laird,
    paule_mandel,
    restricted_maximum_likelihood,
)

NAN = float("nan")
Y = [0.32, -0.41, 0.05, 0.77, -0.12, 0.29, -0.63, 0.11]
V = [0.02, 0.05, 0.01, 0.08, 0.03, 0.02, 0.06, 0.015]
ESTIMATORS = [dersimonian_laird, paule_mandel, restricted_maximum_likelihood]


def weighted(tau2: float) -> tuple[float, float, list[float]]:
    """Mean, Q and weights at τ², added up one by one."""
    weights = [1 / (v + tau2) for v in V]
    mean = sum(w * y for w, y in zip(weights, Y, strict=True)) / sum(weights)
    return mean, sum(w * (y - mean) ** 2 for w, y in zip(weights, Y, strict=True)), weights


def test_dersimonian_laird_written_out() -> None:
    _, q, weights = weighted(0)
    tau2 = (q - 7) / (sum(weights) - sum(w**2 for w in weights) / sum(weights))
    mean, _, weights = weighted(tau2)
    expected = (tau2, mean, sum(weights) ** -0.5, q)
    assert dersimonian_laird(Y, V) == pytest.approx(expected, rel=1e-12)


def test_paule_mandel_meets_its_expectation() -> None:
    tau2 = paule_mandel(Y, V).tau2
    assert tau2 > 0
    assert weighted(tau2)[1] == pytest.approx(7, rel=1e-10)


def test_reml_is_highest_on_a_fine_grid() -> None:
    def restricted_log_likelihood(tau2: float) -> float:
        _, q, weights = weighted(tau2)
        return 0.5 * (sum(math.log(w) for w in weights) - math.log(sum(weights)) - q)

    found = restricted_maximum_likelihood(Y, V).tau2
    grid = [k / 10_000 for k in range(10_000)]
    best = max(grid, key=restricted_log_likelihood)
    assert found == pytest.approx(best, abs=1e-4)
    assert restricted_log_likelihood(found) >= restricted_log_likelihood(best)


@pytest.mark.parametrize("estimator", ESTIMATORS)
class TestLaws:
    @given(order=st.permutations(range(8)), shift=st.floats(-5, 5), scale=st.floats(0.1, 20))
    def test_order_shift_and_unit(self, estimator, order, shift, scale) -> None:
        known = estimator(Y, V)
        ours = estimator(np.array(Y)[order] * scale + shift, np.array(V)[order] * scale**2)
        assert ours.tau2 == pytest.approx(known.tau2 * scale**2, rel=1e-6)
        assert ours.mean == pytest.approx(known.mean * scale + shift, abs=1e-6)

    def test_units_without_data_take_no_part(self, estimator) -> None:
        assert estimator([*Y, NAN, 0.3], [*V, 0.01, NAN]) == estimator(Y, V)

    def test_no_more_spread_than_chance_gives_nothing(self, estimator) -> None:
        assert estimator([0.1, 0.0, -0.1, 0.05], [1, 1, 1, 1]).tau2 == 0
        assert estimator([0.1, 0.1, 0.1], [1, 2, 3]).tau2 == 0

    def test_recovers_the_truth_on_average(self, estimator) -> None:
        random = np.random.default_rng(3)
        variances = random.uniform(0.01, 0.2, 150)
        found = []
        for _ in range(60):
            truths = random.normal(1, 0.3, 150)
            found.append(estimator(random.normal(truths, np.sqrt(variances)), variances).tau2)
        assert np.mean(found) == pytest.approx(0.09, abs=4 * np.std(found) / math.sqrt(60))
        assert np.std(found) < 0.03

    @pytest.mark.parametrize(
        ("estimates", "variances", "message"),
        [
            ([1, 2, 3], [1, 0, 1], r"variances\[1\] is 0: it must be greater than 0"),
            ([1, 2, math.inf], [1, 1, 1], r"estimates\[2\] is inf: it must be finite"),
            ([1, 2, 3], [1, 1], "must have the same shape"),
            ([1, NAN, 3], [1, 1, 1], r"estimates has 2 unit\(s\) with data: at least 3 are needed"),
            ([[1, 2, 3]], [[1, 1, 1]], "it must have 1 dimension"),
        ],
    )
    def test_impossible_input_is_refused(self, estimator, estimates, variances, message) -> None:
        with pytest.raises(ValueError, match=message):
            estimator(estimates, variances)
