"""Gaussian rules against integrals known in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from likeforlike.statistics.quadrature import draw_from_density, hermite_rule, probability_above


@pytest.mark.parametrize("nodes", [1, 2, 9, 25])
def test_a_normal_density_integrates_to_one_with_any_number_of_nodes(nodes: int) -> None:
    z, log_weight = hermite_rule(nodes)
    points = 3 + 0.5 * z
    total = 0.5 * np.exp(stats.norm.logpdf(points, 3, 0.5) + log_weight).sum()
    assert total == pytest.approx(1, rel=1e-12)


def test_nine_nodes_integrate_polynomials_up_to_degree_seventeen() -> None:
    z, log_weight = hermite_rule(9)
    weight = np.exp(log_weight + stats.norm.logpdf(z))
    # Moments of the standard normal: 1·3·5···15 for the sixteenth, 0 for the seventeenth.
    assert (weight * z**16).sum() == pytest.approx(math.prod(range(1, 16, 2)), rel=1e-10)
    assert (weight * z**17).sum() == pytest.approx(0, abs=1e-4)
    assert (weight * z**18).sum() != pytest.approx(math.prod(range(1, 18, 2)), rel=1e-3)


def log_gamma_density(x: np.ndarray) -> np.ndarray:
    """Log of a gamma variable of shape 4: skew, and known."""
    return 4 * x - np.exp(x)


def test_probabilities_of_a_skew_density_are_the_gamma_distributions() -> None:
    mode, scale = np.array([math.log(4.0), np.nan]), np.array([0.5, np.nan])
    for threshold in (-5.0, 0.5, 1.4, 2.0, 9.0):
        above = probability_above(log_gamma_density, mode, scale, threshold)
        assert above[0] == pytest.approx(stats.gamma(4).sf(math.exp(threshold)), abs=1e-9)
        assert np.isnan(above[1])


def test_draws_from_a_skew_density_follow_it() -> None:
    drawn = draw_from_density(
        log_gamma_density,
        np.array([math.log(4.0), np.nan]),
        np.array([0.5, np.nan]),
        20_000,
        np.random.default_rng(1),
    )
    assert stats.kstest(np.exp(drawn[:, 0]), stats.gamma(4).cdf).pvalue > 0.01
    assert np.isnan(drawn[:, 1]).all()
