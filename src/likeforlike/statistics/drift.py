"""Lasting differences, drift and sampling error over many periods, and what they say of the next window.

The model is ℓᵢₜ = μₜ + aᵢ + dᵢₜ + sᵢₜ: aᵢ ~ N(0, τ²) lasts, dᵢₜ is AR(1) with variance ω² and correlation ρ,
sᵢₜ is independent sampling error of known variance. It is fitted over all organisations by exact Gaussian
likelihood.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    check_enough_units,
    check_numbers,
    check_whole_number,
)
from likeforlike.statistics.drift_covariance import DriftCovariance, VarianceComponents
from likeforlike.statistics.drift_likelihood import (
    Profile,
    check_components,
    check_panel,
    profile,
)
from likeforlike.statistics.drift_reliability import carried_over, variance_of_mean
from likeforlike.statistics.drift_search import find_summit
from likeforlike.statistics.uneven_drift import fit_unevenness, mix_drift

# Fewer periods cannot tell τ², ω² and ρ apart.
LEAST_PERIODS = 4


class DriftFit(NamedTuple):
    """Fitted components, the standard errors of (τ², ω², ρ), and the mean of each period with its covariance.

    A standard error is NaN where the estimate lies on its bound.
    """

    components: VarianceComponents
    standard_errors: FloatArray
    period_means: FloatArray
    period_covariance: FloatArray
    log_likelihood: float


class NextWindow(NamedTuple):
    """What is to be expected of each organisation's mean of a + d over the next window: shape (n,).

    `mean` and `variance` are those of the difference from the mean of all organisations; NaN without data.
    The prediction errors have covariance `diag(own_variance) + shared @ shared.T` (`shared` of shape (n, T):
    the uncertainty of the period means, common to all), the form that `draw_joint` takes. `level` is the
    mean of the period means over the last `window` periods: level + mean is the prediction of μ + a + d if
    the mean of all organisations stays where it is. `gain` says how far a prediction moves when all of an
    organisation's values move by one: what is left of a difference after shrinkage.
    """

    mean: FloatArray
    variance: FloatArray
    gain: FloatArray
    own_variance: FloatArray
    shared: FloatArray
    level: float


def fit_drift(
    values: ArrayLike,
    sampling_variances: ArrayLike,
    *,
    method: Literal["reml", "ml"] = "reml",
    uneven: bool = False,
) -> DriftFit:
    """Fit τ², ω², ρ and the period means over all organisations and the longest history there is.

    `values` (log or logit scale) and `sampling_variances`, shape (n, T); NaN in either is a missing period.
    The log-likelihood is −½Σᵢ[log|Vᵢ| + rᵢ′Vᵢ⁻¹rᵢ + Tᵢ log 2π], r the residuals from the generalised least
    squares period means; REML adds −½ log|Σᵢ Xᵢ′Vᵢ⁻¹Xᵢ| + ½T log 2π (Patterson & Thompson 1971; Harville
    1974, without his constant). The drift is that of Diggle 1988, eq. 3, with exponential decay.

    `uneven=True` lets ωᵢ² differ: log ωᵢ² ~ N(·, ψ²), ψ by maximum likelihood at the other estimates, which
    stay consistent because the Gaussian score needs second moments only (Bollerslev & Wooldridge 1992).

    Raises ValueError for fewer than four periods with data (borrow the components from a related indicator),
    fewer than three organisations, variances not above 0 or shapes that differ.
    """
    if method not in ("reml", "ml"):
        raise ValueError(f"method is {method!r}: it must be 'reml' or 'ml'")
    y, precision = check_panel(values, sampling_variances)
    covered = (precision > 0).any(axis=1)
    check_enough_units("values", int((precision > 0).any(axis=0).sum()), 3)
    if covered.sum() < LEAST_PERIODS:
        raise ValueError(
            f"values has {int(covered.sum())} period(s) with data: lasting differences and drift need at"
            f" least {LEAST_PERIODS}. Borrow the variance components from a related indicator"
        )
    components, errors = find_summit(y, precision, restricted=method == "reml")
    at = profile(y, precision, components)
    if uneven:
        components = fit_unevenness(at.residuals, precision, components)
    value = at.log_likelihood + (at.restriction if method == "reml" else 0.0)
    return DriftFit(components, errors, at.period_means, at.covariance, value)


def predict_next_window(
    values: ArrayLike,
    sampling_variances: ArrayLike,
    components: VarianceComponents,
    *,
    window: int | None = None,
    period_means: ArrayLike | None = None,
) -> NextWindow:
    """Predict each organisation's mean of a + d over the `window` periods after the last (default: T again).

    `values`, `sampling_variances` as in `fit_drift`; `components` may be borrowed, and any number of periods
    will do. `period_means`, shape (T,), are those of a fit over more organisations than these (an area's, with
    England's means) and are taken as known; without, they are estimated from these. Best linear unbiased
    prediction (Robinson 1991, eq. 2.1; Harville 1976): g′V⁻¹(y − μ̂) with g the covariance of the values
    with the target. With unevenness each organisation's ωᵢ² is weighed by how well
    it explains that organisation's own history, and the prediction is the mixture's mean and variance.

    Raises ValueError like `fit_drift`, for a window below 1 or components out of range.
    """
    check_components(components)
    y, precision = check_panel(values, sampling_variances)
    periods, n = y.shape
    ahead = periods if window is None else check_whole_number("window", window, 1)
    observed = np.asarray((precision > 0).any(axis=0))
    check_enough_units("values", int(observed.sum()), 2 if period_means is None else 1)
    at = _at_known_means(y, precision, components, period_means)
    rho = components.correlation
    mixture = mix_drift(
        at.residuals, precision, components, carried_over(rho, periods, ahead), variance_of_mean(rho, ahead)
    )
    loading = np.zeros((periods, n))
    if period_means is None:
        # Only an uncertainty of the period means needs to know which months the prediction leans on.
        for log_drift, weight in zip(mixture.log_drifts, mixture.weights, strict=True):
            covariance = DriftCovariance(precision, components._replace(drift=float(np.exp(log_drift))))
            loading += weight * predict_from(covariance, at.residuals, ahead)[2]
    return next_window(
        mixture.mean,
        mixture.variance,
        mixture.gain,
        loading,
        at.period_means,
        at.covariance,
        observed,
        ahead,
    )


def _at_known_means(
    y: FloatArray, precision: FloatArray, components: VarianceComponents, period_means: ArrayLike | None
) -> Profile:
    """Residuals from known period means, which then have no uncertainty; else from the best ones."""
    at = profile(y, precision, components)
    if period_means is None:
        return at
    means = check_numbers("period_means", period_means)
    if means.shape != (y.shape[0],):
        raise ValueError(f"period_means has shape {means.shape}: it must be {(y.shape[0],)} to fit values")
    seen = precision > 0
    unknown = np.isnan(means) & seen.any(axis=1)
    if unknown.any():
        raise ValueError(f"period_means[{int(np.argmax(unknown))}] is missing: that period has values")
    residuals = np.where(seen, y - np.where(np.isnan(means), 0.0, means)[:, None], 0.0)
    return at._replace(period_means=means, covariance=np.zeros_like(at.covariance), residuals=residuals)


def predict_from(
    covariance: DriftCovariance, residuals: FloatArray, ahead: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean and variance of the next window's a + d at known period means, and the weights V⁻¹g, (T, n)."""
    periods, components = residuals.shape[0], covariance.components
    rho = components.correlation
    link = components.lasting + components.drift * carried_over(rho, periods, ahead)
    loading = covariance.solve(np.broadcast_to(link[:, None], residuals.shape))
    target = components.lasting + components.drift * variance_of_mean(rho, ahead)
    return (loading * residuals).sum(axis=0), target - link @ loading, loading


def next_window(
    mean: FloatArray,
    own: FloatArray,
    gain: FloatArray,
    loading: FloatArray,
    means: FloatArray,
    mean_covariance: FloatArray,
    observed: BoolArray,
    ahead: int,
) -> NextWindow:
    """Put the parts of a prediction together, with NaN where an organisation has no data."""
    values, vectors = np.linalg.eigh(mean_covariance)
    factor = vectors * np.sqrt(np.maximum(values, 0.0))
    shared = np.where(observed, -(factor.T @ loading), np.nan).T
    own = np.where(observed, own, np.nan)
    covered = np.flatnonzero(~np.isnan(means))
    return NextWindow(
        mean=np.where(observed, mean, np.nan),
        variance=own + (shared**2).sum(axis=1),
        gain=np.where(observed, gain, np.nan),
        own_variance=own,
        shared=shared,
        level=float(means[covered[-ahead:]].mean()),
    )
