"""The search for the likelihood's top and the sweep over many drifts, against plain twins."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import linalg, optimize

from likeforlike.statistics.drift import fit_drift, predict_next_window
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.drift_grid import grid_forms


def covariance(components: VarianceComponents, variances: np.ndarray) -> np.ndarray:
    lags = np.abs(np.subtract.outer(np.arange(variances.size), np.arange(variances.size)))
    drift = components.drift * float(components.correlation) ** lags
    return np.asarray(components.lasting + drift + np.diag(variances))


def draw(components: VarianceComponents, n: int, periods: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Values with gaps and their sampling variances, drawn from the covariance itself."""
    rng = np.random.default_rng(seed)
    variances = 0.02 * np.exp(rng.normal(0, 0.5, (n, periods)))
    values = np.array(
        [rng.multivariate_normal(np.linspace(0, 1, periods), covariance(components, s2)) for s2 in variances]
    )
    values[rng.random(values.shape) < 0.1] = np.nan
    return values, variances


def plain_restricted_likelihood(p: np.ndarray, values: np.ndarray, variances: np.ndarray) -> float:
    """One organisation after another, nothing inverted faster than by its definition."""
    determinant, squares, information, pull = 0.0, 0.0, 0.0, 0.0
    for y, s2 in zip(values, variances, strict=True):
        seen = ~np.isnan(y)
        X = np.eye(y.size)[seen]
        V = covariance(VarianceComponents(*p), s2)[np.ix_(seen, seen)]
        W = np.linalg.inv(V)
        determinant += np.linalg.slogdet(V)[1]
        squares += y[seen] @ W @ y[seen]
        information = information + X.T @ W @ X
        pull = pull + X.T @ W @ y[seen]
    squares -= pull @ np.linalg.solve(information, pull)
    return -0.5 * (determinant + squares + np.linalg.slogdet(information)[1])


@pytest.mark.parametrize(
    ("truth", "seed"),
    [
        (VarianceComponents(0.39, 0.03, 0.7), 1),
        (VarianceComponents(0.1, 0.3, 0.9), 2),
        (VarianceComponents(0.3, 0.2, -0.4), 3),
        (VarianceComponents(0.0, 0.3, 0.2), 4),
        (VarianceComponents(0.4, 0.0, 0.5), 5),
    ],
)
def test_the_top_is_that_of_a_plain_search(truth: VarianceComponents, seed: int) -> None:
    """Nelder and Mead's simplex, which knows neither slopes nor quadratics, from the truth and to the end."""
    values, variances = draw(truth, 25, 6, seed)
    fit = fit_drift(values, variances)

    def fall(x: np.ndarray) -> float:
        p = np.array([abs(x[0]), abs(x[1]), np.clip(x[2], -0.95, 0.99)])
        return -plain_restricted_likelihood(p, values, variances)

    tops = [
        optimize.minimize(
            fall, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-11, "maxfev": 900}
        )
        for start in (np.array(truth[:3]) + 0.02, np.array(fit.components[:3]))
    ]
    best = min(tops, key=lambda top: float(top.fun))
    found = fall(np.array(fit.components[:3]))
    # The likelihood is flat at its top: a millionth below it is a thousandth of a standard error away.
    assert found == pytest.approx(best.fun, abs=1e-6)
    if truth.lasting and truth.drift:
        np.testing.assert_allclose(fit.components[:3], best.x, rtol=2e-3, atol=1e-4)


def test_few_organisations_settle_on_the_restricted_top_too() -> None:
    """With eight organisations REML lies far from ML: the quadratic in its place is found anew until it holds."""
    values, variances = draw(VarianceComponents(0.4, 0.2, 0.5), 8, 7, 6)
    fit = fit_drift(values, variances)
    assert fit.components.lasting > 1.05 * fit_drift(values, variances, method="ml").components.lasting
    at = np.array(fit.components[:3])
    slope = optimize.approx_fprime(at, plain_restricted_likelihood, 1e-6, values, variances)
    np.testing.assert_allclose(slope * at, 0, atol=1e-3)


@pytest.mark.parametrize("correlation", [0.7, 0.0, -0.5])
def test_forms_over_many_drifts_are_the_dense_ones(correlation: float) -> None:
    components = VarianceComponents(0.3, 0.1, correlation)
    values, variances = draw(components, 4, 11, 7)
    missing = np.isnan(values)
    precision = np.where(missing, 0.0, 1 / variances).T
    residuals = np.where(missing, 0.0, values).T
    carried = np.tile(0.8 ** np.arange(11)[:, None], (1, 4))
    logs = np.array([-6.0, -2.0, 3.0])
    forms = grid_forms(precision, (residuals, carried), components, logs)
    for k, log in enumerate(logs):
        for i in range(4):
            seen = ~missing[i]
            V = covariance(components._replace(drift=math.exp(log)), variances[i])[np.ix_(seen, seen)]
            vectors = np.array([values[i, seen], carried[seen, i], np.ones(seen.sum())])
            dense = vectors @ np.linalg.solve(V, vectors.T)
            for (a, b), form in forms.of.items():
                assert form[k, i] == pytest.approx(dense[a, b], rel=1e-9, abs=1e-12)
            # The constant left out is that of the sampling.
            whole = -0.5 * (np.linalg.slogdet(V)[1] - np.log(variances[i, seen]).sum() + dense[0, 0])
            assert forms.log_likelihood[k, i] == pytest.approx(whole, abs=1e-9)


def test_precise_figures_over_many_years_stay_within_the_range_of_numbers() -> None:
    """Sampling variances of 1e-12 for ten years: products of pivots would leave the doubles."""
    components = VarianceComponents(0.3, 0.1, 0.6)
    precision = np.full((120, 2), 1e12)
    residuals = np.random.default_rng(8).normal(0, 0.3, (120, 2))
    forms = grid_forms(precision, (residuals,), components, np.log([0.1]))
    V = covariance(components, np.full(120, 1e-12))
    factor = linalg.cho_factor(V)
    whole = -0.5 * (
        2 * np.log(np.diag(factor[0])).sum()
        + 120 * math.log(1e12)
        + residuals[:, 0] @ linalg.cho_solve(factor, residuals[:, 0])
    )
    assert forms.log_likelihood[0, 0] == pytest.approx(whole, rel=1e-6)


def test_a_large_fit_settles_where_no_slope_is_left() -> None:
    """Enough organisations that starts are chosen on a few of them, and period means far from nought."""
    values, variances = draw(VarianceComponents(0.39, 0.03, 0.7), 900, 12, 9)
    fit = fit_drift(values + 50, variances, uneven=True)
    at = np.array(fit.components[:3])
    slope = np.array(
        [
            (
                plain_restricted_likelihood(at * (1 + h), values + 50, variances)
                - plain_restricted_likelihood(at * (1 - h), values + 50, variances)
            )
            / 2e-3
            for h in 1e-3 * np.eye(3)
        ]
    )
    # In units of a standard error: the step that would still be made.
    assert np.abs(slope * fit.standard_errors / at).max() < 1e-2
    again = predict_next_window(values + 50, variances, fit.components, period_means=fit.period_means)
    free = predict_next_window(values + 50, variances, fit.components)
    np.testing.assert_allclose(again.mean, free.mean, atol=1e-6)
