"""Lasting differences and drift behind small counts: Poisson or binomial instead of normal sampling error.

The latent part is that of `drift`; the likelihood of the counts is integrated over it by Laplace's
approximation, so the sparser the counts the rougher the answer (how rough: docs/methods,
lasting-difference-and-drift.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from likeforlike.statistics.checks import (
    FloatArray,
    check_dimensions,
    check_enough_units,
    check_events_within_trials,
    check_not_negative,
    check_same_shape,
    check_whole_number,
)
from likeforlike.statistics.drift import DriftFit, NextWindow, fit_drift, next_window, predict_from
from likeforlike.statistics.drift_covariance import DriftCovariance, VarianceComponents
from likeforlike.statistics.drift_likelihood import Profile, check_components, profile
from likeforlike.statistics.drift_search import BOUNDS

Family = Literal["poisson", "binomial"]

_STEPS = 200
_TOLERANCE = 1e-9
# Variance on the log or logit scale below which counts say next to nothing: a unit to search in.
_LEAST_UNIT = 0.1
# Where to start looking: lasting and drift in that unit, and the correlation.
_STARTS = (
    (0.8, 0.2, 0.3),
    (0.8, 0.2, 0.8),
    (0.3, 0.7, 0.3),
    (0.3, 0.7, 0.8),
    (3.0, 1.0, 0.6),
    (0.1, 0.1, 0.5),
)
# Largest variance looked for: a factor of e¹⁰ between ordinary organisations.
_LARGEST = 100.0
# Relative step of the differences: the Laplace likelihood is smooth, its inner mode found to 1e-9.
_DIFFERENCE = 1e-3


class _Counts(NamedTuple):
    """Events and denominators, periods first, (T, n); 0 in both where missing."""

    events: FloatArray
    denominator: FloatArray
    family: Family
    constant: float


class _Mode(NamedTuple):
    """The highest point of counts and latent effects together, and the normal model that touches it there."""

    linear: FloatArray
    precision: FloatArray
    at: Profile
    log_likelihood: float


def fit_drift_counts(events: ArrayLike, denominator: ArrayLike, family: Family) -> DriftFit:
    """Fit τ², ω² and ρ on the log (`poisson`) or logit (`binomial`) scale from counts themselves.

    `events` and `denominator` (expected counts or person-time; trials), shape (n, T); NaN or a denominator of
    0 is a missing period. yᵢₜ ~ Poisson(eᵢₜ·exp(μₜ + aᵢ + dᵢₜ)) or Binomial(nᵢₜ, expit(μₜ + aᵢ + dᵢₜ)); a, d
    and, with a flat prior, μ are integrated by Laplace's approximation (Tierney & Kadane 1986; Breslow &
    Clayton 1993, eq. 5, with the likelihood itself in place of their quasi-likelihood): the REML of
    `fit_drift` where counts are large.

    Raises ValueError like `fit_drift`, for negative counts, more events than trials, or a period in which no
    trial or every trial is an event, and where events do not limit the variances.
    """
    counts = _check_counts(events, denominator, family)
    values, variances = _transform(counts)
    first = fit_drift(values.T, variances.T)
    organisations = counts.events.shape[1]
    unit = max(first.components.lasting + first.components.drift, _LEAST_UNIT)
    mode = _find_mode(counts, first.components, values)
    # Each search starts where the last one ended: half of its steps are saved.
    latest = [mode.linear]

    def components_at(parameters: FloatArray) -> VarianceComponents:
        lasting, drift, correlation = (float(p) for p in parameters)
        return VarianceComponents(max(lasting, 0.0) * unit, max(drift, 0.0) * unit, correlation)

    def fall(parameters: FloatArray) -> float:
        at = _find_mode(counts, components_at(parameters), latest[0])
        latest[0] = at.linear
        return float(-at.log_likelihood / organisations)

    # Sparse counts mislead the transformed values, so what they say is one start among several.
    transformed = [
        first.components.lasting / unit,
        first.components.drift / unit,
        first.components.correlation,
    ]
    starts = [np.array(transformed), *(np.array(start) for start in _STARTS)]
    start = min(starts, key=fall)
    found = optimize.minimize(
        fall,
        start,
        method="L-BFGS-B",
        jac="3-point",
        bounds=[(0.0, _LARGEST / unit), (0.0, _LARGEST / unit), BOUNDS[2]],
        options={"ftol": 1e-12, "gtol": 1e-6, "maxiter": 100, "finite_diff_rel_step": _DIFFERENCE},
    )
    parameters = np.asarray(found.x, dtype=np.float64)
    components = components_at(parameters)
    if max(components.lasting, components.drift) > 0.99 * _LARGEST:
        raise ValueError(
            "events do not limit the variance between organisations: nearly all have no events or nothing but"
            " events. Pool periods, or borrow the variance components from a related indicator"
        )
    best = _find_mode(counts, components, mode.linear)
    errors = _standard_errors(fall, parameters, organisations) * [unit, unit, 1.0]
    return DriftFit(components, errors, best.at.period_means, best.at.covariance, best.log_likelihood)


def predict_next_window_counts(
    events: ArrayLike,
    denominator: ArrayLike,
    components: VarianceComponents,
    family: Family,
    *,
    window: int | None = None,
) -> NextWindow:
    """Predict each organisation's mean of a + d over the next window from counts, on the log or logit scale.

    As `predict_next_window`, at the posterior mode and with the curvature there: approximate where counts are
    small, and a normal distribution in any case. Even drift only.

    Raises ValueError like `fit_drift_counts`, and for uneven components.
    """
    check_components(components)
    if components.unevenness > 0:
        raise ValueError(
            "components.unevenness is above 0: counts are predicted with even drift; set it to 0"
        )
    counts = _check_counts(events, denominator, family)
    ahead = counts.events.shape[0] if window is None else check_whole_number("window", window, 1)
    mode = _find_mode(counts, components, _transform(counts)[0])
    covariance = DriftCovariance(mode.precision, components)
    mean, own, loading = predict_from(covariance, mode.at.residuals, ahead)
    observed = np.asarray((mode.precision > 0).any(axis=0))
    return next_window(
        mean, own, loading.sum(axis=0), loading, mode.at.period_means, mode.at.covariance, observed, ahead
    )


def _check_counts(events: ArrayLike, denominator: ArrayLike, family: Family) -> _Counts:
    if family not in ("poisson", "binomial"):
        raise ValueError(f"family is {family!r}: it must be 'poisson' or 'binomial'")
    y, n = check_not_negative("events", events), check_not_negative("denominator", denominator)
    check_same_shape(events=y, denominator=n)
    check_dimensions("events", y, 2)
    missing = np.isnan(y) | np.isnan(n) | (n == 0)
    y, n = np.where(missing, 0.0, y).T.copy(), np.where(missing, 0.0, n).T.copy()
    check_enough_units("events", int((n > 0).any(axis=0).sum()), 2)
    empty = (n > 0).any(axis=1) & (y.sum(axis=1) == 0)
    if family == "binomial":
        check_events_within_trials(y.T, n.T)
        empty |= (n > 0).any(axis=1) & (y.sum(axis=1) == n.sum(axis=1))
    if empty.any():
        raise ValueError(
            f"events[:, {int(np.argmax(empty))}] are none or all of the denominator in every organisation:"
            " the mean of that period is infinite. Leave the period out"
        )
    return _Counts(y, n, family, _constant(y, n, family))


def _transform(counts: _Counts) -> tuple[FloatArray, FloatArray]:
    """Empirical logs or logits and their variances (Haldane 1955; Gart & Zweifel 1967), NaN where missing."""
    y, n, family, _ = counts
    with np.errstate(divide="ignore", invalid="ignore"):
        if family == "poisson":
            values, variances = np.log((y + 0.5) / n), 1 / (y + 0.5)
        else:
            values = np.log((y + 0.5) / (n - y + 0.5))
            variances = 1 / (y + 0.5) + 1 / (n - y + 0.5)
    return np.where(n > 0, values, np.nan), np.where(n > 0, variances, np.nan)


def _slope_and_curvature(counts: _Counts, linear: FloatArray) -> tuple[FloatArray, FloatArray]:
    """First derivative of each count's log-likelihood by its linear predictor, and minus the second."""
    y, n, family, _ = counts
    if family == "poisson":
        mean = n * np.exp(linear)
        return y - mean, mean
    p = special.expit(linear)
    return y - n * p, n * p * (1 - p)


def _log_likelihood(counts: _Counts, linear: FloatArray) -> float:
    y, n, family, constant = counts
    if family == "poisson":
        return float((y * linear - n * np.exp(linear)).sum()) + constant
    return float((y * linear - n * np.logaddexp(0, linear)).sum()) + constant


def _constant(y: FloatArray, n: FloatArray, family: Family) -> float:
    """What the log-likelihood owes to the counts alone."""
    if family == "poisson":
        return float((special.xlogy(y, n) - special.gammaln(y + 1)).sum())
    return float((special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)).sum())


def _find_mode(counts: _Counts, components: VarianceComponents, start: FloatArray) -> _Mode:
    """Newton's method for all organisations and period means together: each step is one normal model."""
    observed = counts.denominator > 0
    linear = np.where(observed, start, 0.0)
    last, damping = np.inf, 1.0
    for _ in range(_STEPS):
        slope, curvature = _slope_and_curvature(counts, linear)
        precision = np.where(observed, curvature, 0.0)
        working = np.where(observed, linear + slope / np.where(observed, curvature, 1.0), 0.0)
        at = profile(working, precision, components)
        covariance = DriftCovariance(precision, components)
        weighted = covariance.solve(at.residuals)
        # The latent effects are r − V⁻¹r/w: what the prior leaves of the residual.
        latent = np.where(observed, at.residuals - weighted / np.where(observed, precision, 1.0), 0.0)
        step = np.where(observed, working - at.residuals + latent - linear, 0.0)
        furthest = float(np.abs(step).max())
        # Where nearly all trials are events the curvature vanishes and full steps swing: go half of the way.
        damping = max(damping / 2, 0.125) if furthest > 0.9 * last else min(1.0, 2 * damping)
        last = furthest
        linear = linear + step * min(damping, 5.0 / max(furthest, 1e-300))
        if furthest < _TOLERANCE:
            break
    else:
        raise ArithmeticError("the mode of the latent effects was not found; check the scale of the counts")
    value = _log_likelihood(counts, linear)
    determinant = float(covariance.log_determinant.sum() + np.log(precision[observed]).sum())
    value -= 0.5 * (float((weighted * latent).sum()) + determinant)
    return _Mode(linear, precision, at, value + at.restriction)


def _standard_errors(fall: Callable[[FloatArray], float], parameters: FloatArray, n: int) -> FloatArray:
    """From the inverse of the observed information (second differences); NaN on a bound."""
    step = 3 * _DIFFERENCE * (np.abs(parameters) + _DIFFERENCE)
    low, high = np.array(BOUNDS).T
    free = np.flatnonzero((parameters - step > low) & (parameters + step < high))
    moves = np.diag(step)[free]
    information = np.empty((free.size, free.size))
    for i, a in enumerate(moves):
        for j, b in enumerate(moves):
            corners = [fall(parameters + s * a + t * b) * s * t for s in (1, -1) for t in (1, -1)]
            information[i, j] = n * sum(corners) / (4 * a.max() * b.max())
    errors = np.full(parameters.size, np.nan)
    values, vectors = np.linalg.eigh(information)
    if free.size and values[0] > 0:
        errors[free] = np.sqrt((vectors**2) @ (1 / values))
    return errors
