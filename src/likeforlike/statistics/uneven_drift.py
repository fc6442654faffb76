"""Drift that is larger in some organisations than in others: log ωᵢ² normal, weighed on a grid."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.drift_covariance import DriftCovariance, VarianceComponents

# Grid of the standard normal for log ωᵢ² in predictions.
_NORMAL = np.linspace(-5, 5, 81)
# Grid of log ωᵢ² about log ω² for the fit, and the largest unevenness looked for (a factor of e^±5 in 95%).
_LOG_DRIFT = np.linspace(-9, 6, 151)
_MOST_UNEVEN = 2.5
# Gain in log-likelihood below which even drift is kept: half the 95% point of the mixture ½χ²₀ + ½χ²₁.
_LEAST_GAIN = 1.353


def fit_unevenness(
    residuals: FloatArray, precision: FloatArray, components: VarianceComponents
) -> VarianceComponents:
    """The components with the standard deviation ψ of log ωᵢ² that maximises the mixture likelihood.

    log ωᵢ² ~ N(log ω² − ψ²/2, ψ²), so that the mean of ωᵢ² stays ω². ψ stays 0 unless it gains significantly
    (one-sided likelihood ratio at 5%; Self & Liang 1987, case 5): it is on its bound where all drift alike.
    """
    if components.drift == 0:
        return components
    centre = float(np.log(components.drift))
    logs = _log_likelihoods(residuals, precision, components, centre + _LOG_DRIFT)
    peak = logs.max(axis=0)
    likelihoods = np.exp(logs - peak)

    def value(unevenness: float) -> float:
        prior = np.exp(-0.5 * ((_LOG_DRIFT + unevenness**2 / 2) / unevenness) ** 2)
        return float((np.log(prior @ likelihoods / prior.sum()) + peak).sum())

    found = optimize.minimize_scalar(
        lambda unevenness: -value(unevenness), bounds=(0.1, _MOST_UNEVEN), method="bounded"
    )
    even = float(_log_likelihoods(residuals, precision, components, np.array([centre])).sum())
    gained = -float(found.fun) - even
    return components._replace(unevenness=float(found.x) if gained > _LEAST_GAIN else 0.0)


def weigh_drift(
    residuals: FloatArray, precision: FloatArray, components: VarianceComponents
) -> tuple[FloatArray, FloatArray]:
    """Candidate values of log ωᵢ², shape (k,), and their posterior weights in each organisation, (k, n)."""
    with np.errstate(divide="ignore"):
        centre = np.log(components.drift)
    if components.unevenness == 0:
        return np.array([centre]), np.ones((1, residuals.shape[1]))
    grid = centre - components.unevenness**2 / 2 + components.unevenness * _NORMAL
    logs = _log_likelihoods(residuals, precision, components, grid) - 0.5 * _NORMAL[:, None] ** 2
    weights = np.exp(logs - logs.max(axis=0))
    return grid, weights / weights.sum(axis=0)


def _log_likelihoods(
    residuals: FloatArray, precision: FloatArray, components: VarianceComponents, log_drifts: FloatArray
) -> FloatArray:
    """Log-likelihood of each organisation (up to a constant) at each ω², shape (k, n)."""
    result = np.empty((log_drifts.size, residuals.shape[1]))
    for k, log_drift in enumerate(log_drifts):
        covariance = DriftCovariance(precision, components._replace(drift=float(np.exp(log_drift))))
        squares = (residuals * covariance.solve(residuals)).sum(axis=0)
        result[k] = -0.5 * (covariance.log_determinant + squares)
    return result
