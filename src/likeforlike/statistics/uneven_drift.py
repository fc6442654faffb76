"""Drift that is larger in some organisations than in others: log ωᵢ² normal, weighed on a grid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import optimize
from scipy.interpolate import CubicSpline

from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.drift_grid import grid_forms

# Of the standard normal for log ωᵢ² in predictions: how far it goes, and how far apart log ωᵢ² may be. What T
# periods say of log ωᵢ² is no sharper than √(2/T), so equal steps of this size sum up exactly.
_FURTHEST, _APART, _FEWEST = 5.0, 0.25, 21
# Log ωᵢ² about log ω² for the fit: where the likelihood is computed, and where a spline through that is read.
# The largest unevenness looked for is a factor of e^±5 in 95%.
_KNOTS, _LOG_DRIFT = np.linspace(-9, 6, 51), np.linspace(-9, 6, 151)
_MOST_UNEVEN = 2.5
# Gain in log-likelihood below which even drift is kept: half the 95% point of the mixture ½χ²₀ + ½χ²₁.
_LEAST_GAIN = 1.353


class DriftMixture(NamedTuple):
    """Mean, variance and gain of the target, (n,), over candidates of log ωᵢ², (k,), and their weights, (k, n)."""

    mean: FloatArray
    variance: FloatArray
    gain: FloatArray
    log_drifts: FloatArray
    weights: FloatArray


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
    forms = grid_forms(precision, (residuals,), components, centre + np.append(_KNOTS, 0.0))
    even = float(forms.log_likelihood[-1].sum())
    logs = CubicSpline(_KNOTS, forms.log_likelihood[:-1])(_LOG_DRIFT)
    peak = logs.max(axis=0)
    likelihoods = np.exp(logs - peak)

    def value(unevenness: float) -> float:
        prior = np.exp(-0.5 * ((_LOG_DRIFT + unevenness**2 / 2) / unevenness) ** 2)
        return float((np.log(prior @ likelihoods / prior.sum()) + peak).sum())

    found = optimize.minimize_scalar(
        lambda unevenness: -value(unevenness), bounds=(0.1, _MOST_UNEVEN), method="bounded"
    )
    gained = -float(found.fun) - even
    return components._replace(unevenness=float(found.x) if gained > _LEAST_GAIN else 0.0)


def mix_drift(
    residuals: FloatArray,
    precision: FloatArray,
    components: VarianceComponents,
    carried: FloatArray,
    spread: float,
) -> DriftMixture:
    """Predict a + a mean of later d from `residuals`, each ωᵢ² weighed by the organisation's own history.

    `carried`, shape (T,), is the correlation of the drift at each period with that mean, and `spread` the mean's
    variance in units of ωᵢ². The mean of what each candidate predicts, g′V⁻¹r with g = τ² + ωᵢ²·carried, and the
    mixture's variance. One candidate where drift is even.
    """
    with np.errstate(divide="ignore"):
        centre = np.log(components.drift)
    size = max(_FEWEST, int(np.ceil(2 * _FURTHEST * components.unevenness / _APART)) + 1)
    normal = np.linspace(-_FURTHEST, _FURTHEST, size) if components.unevenness > 0 else np.zeros(1)
    grid = centre - components.unevenness**2 / 2 + components.unevenness * normal
    along = np.broadcast_to(carried[:, None], residuals.shape)
    forms = grid_forms(precision, (residuals, along), components, grid)
    logs = forms.log_likelihood - 0.5 * normal[:, None] ** 2
    weights = np.exp(logs - logs.max(axis=0))
    weights /= weights.sum(axis=0)
    lasting, drift = components.lasting, np.exp(grid)[:, None]
    means = lasting * forms.of[2, 0] + drift * forms.of[1, 0]
    learnt = lasting**2 * forms.of[2, 2] + 2 * lasting * drift * forms.of[2, 1] + drift**2 * forms.of[1, 1]
    mean = (weights * means).sum(axis=0)
    # 1′V⁻¹g: how far the prediction moves when all periods move by one.
    gain = (weights * (lasting * forms.of[2, 2] + drift * forms.of[2, 1])).sum(axis=0)
    variance = lasting + (weights * (drift * spread - learnt + (means - mean) ** 2)).sum(axis=0)
    return DriftMixture(mean, variance, gain, grid, weights)
