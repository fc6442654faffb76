"""How true effects are distributed over all: variances from every month, correlations from the window."""

from __future__ import annotations

import numpy as np

from likeforlike.review.assessing import Measured, fit_population


def measured(estimate: np.ndarray, error: float) -> Measured:
    shape = estimate.shape
    return Measured(
        estimate, np.full(shape, error), np.zeros(shape), np.full(shape, 0.5), np.full(shape, 12.0)
    )


def test_variances_are_those_of_every_month_and_correlations_those_of_the_window() -> None:
    """800 organisations with correlation 0.6, seen with little error, about a mean that is not theirs to have."""
    rng = np.random.default_rng(1)
    truth = rng.multivariate_normal([0, 0], [[0.4, 0.6 * 0.2], [0.6 * 0.2, 0.1]], 800)
    found = fit_population(
        measured(truth + 0.3 + rng.normal(0, 0.1, truth.shape), 0.01), np.array([0.39, 0.12])
    )
    np.testing.assert_allclose(np.diag(found.covariance), [0.39, 0.12])
    assert abs(found.covariance[0, 1] / np.sqrt(0.39 * 0.12) - 0.6) < 0.08
    assert found.mean.tolist() == [0, 0]


def test_estimates_that_are_all_noise_do_not_widen_the_prior() -> None:
    """A window that says next to nothing: the spread of its estimates is their error, fifty times the prior."""
    rng = np.random.default_rng(2)
    found = fit_population(measured(rng.normal(0, np.sqrt(0.5), (300, 2)), 0.3), np.array([0.01, 0.01]))
    np.testing.assert_allclose(np.diag(found.covariance), 0.01)
    assert np.linalg.eigvalsh(found.covariance)[0] >= -1e-12


def test_an_indicator_on_which_nobody_differs_stands_still() -> None:
    rng = np.random.default_rng(3)
    estimate = rng.normal(0, 0.5, (100, 3))
    estimate[:, 2] = np.nan
    found = fit_population(measured(estimate, 0.05), np.array([0.2, 0.0, 0.0]))
    np.testing.assert_allclose(found.covariance, np.diag([0.2, 0.0, 0.0]))
