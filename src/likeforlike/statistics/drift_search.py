"""The highest point of the likelihood of lasting differences and drift: where to start, how to climb, how sharp it is.

Parameters are τ² and ω² in units of all variance, and ρ. What REML adds to the likelihood changes little
where the likelihood itself changes much, so a quadratic stands for it: found once at the top of the
likelihood, and again wherever the top with it turns out to lie too far away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import optimize

from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.drift_likelihood import profile, restriction

# Of τ² and ω² (in units of all variance) and ρ; at ρ = 1 drift would be one more lasting difference.
BOUNDS = ((0.0, np.inf), (0.0, np.inf), (-0.95, 0.99))
_STARTING_CORRELATIONS = np.array([-0.5, 0.0, 0.3, 0.6, 0.8, 0.9, 0.97])
# So many organisations, taken evenly from all, tell which start is best.
_FEW = 200
# Relative step of the differences.
_STEP = 1e-3
# A quadratic for the restriction errs by the third power of the distance: nothing within so many steps.
_NEAR = 3.0
_ROUNDS = 20
# Steps of Newton's method end the search below this share of a step of the differences.
_SETTLED = 1e-6
# Shares of the log-likelihood whose gain ends a climb.
_ROUGHLY, _CLOSELY = 1e-8, 1e-14


class Quadratic(NamedTuple):
    """value + slope·(x − at) + ½(x − at)′curvature(x − at)."""

    at: FloatArray
    value: float
    slope: FloatArray
    curvature: FloatArray


class Summit(NamedTuple):
    """The best parameters, the unit of τ² and ω², and the standard errors of (τ², ω², ρ) without that unit."""

    components: VarianceComponents
    standard_errors: FloatArray


def find_summit(y: FloatArray, precision: FloatArray, *, restricted: bool) -> Summit:
    """Maximise the likelihood, or the restricted likelihood, of what `check_panel` returns.

    Climbs by L-BFGS-B (Byrd, Lu, Nocedal & Zhu 1995) from the best of several starts by moments. A standard
    error is NaN where the estimate lies on its bound.

    Raises ValueError where nothing varies.
    """
    scale, residuals = _variation(y, precision)
    starts = _start(residuals / np.sqrt(scale), precision * scale)
    there = np.flatnonzero((precision > 0).any(axis=0))
    few = there[:: max(1, there.size // _FEW)]
    best = max(starts, key=lambda start: _value(y[:, few], precision[:, few], start, scale))
    added = Quadratic(best, 0.0, np.zeros(3), np.zeros((3, 3)))
    found = _climb(y, precision, scale, best, added, _ROUGHLY)
    if not _is_inside(found):
        # Where there is no drift its correlation has no slope, though there may be a top elsewhere.
        tops = [found, *(_climb(y, precision, scale, start, added, _ROUGHLY) for start in starts)]
        found = max(tops, key=lambda top: _value(y, precision, top, scale))
    for _ in range(_ROUNDS):
        if restricted:
            added = _restriction_near(precision, scale, found)
        moved = _settle(y, precision, scale, found, added)
        near = bool((np.abs(moved - found) <= _NEAR * _steps(found)).all())
        found = moved
        if near or not restricted:
            break
    errors = _standard_errors(y, precision, scale, found, added)
    return Summit(_components(found, scale), errors * [scale, scale, 1.0])


def _components(parameters: FloatArray, scale: float) -> VarianceComponents:
    lasting, drift, correlation = (float(p) for p in parameters)
    return VarianceComponents(max(lasting, 0.0) * scale, max(drift, 0.0) * scale, correlation)


def _variation(y: FloatArray, precision: FloatArray) -> tuple[float, FloatArray]:
    """The variance of all values about their period means, and the residuals from these."""
    observed = precision > 0
    counts = np.maximum(observed.sum(axis=1), 1)
    residuals = np.where(observed, y - (y.sum(axis=1) / counts)[:, None], 0.0)
    scale = float((residuals**2).sum() / observed.sum())
    if scale == 0:
        raise ValueError("values do not differ between organisations in any period: nothing varies")
    return scale, residuals


def _start(residuals: FloatArray, precision: FloatArray) -> list[FloatArray]:
    """Parameters whose covariances by lag, τ² + ω²ρ^h, lie nearest to those seen, at several correlations."""
    observed = (precision > 0).astype(float)
    periods = residuals.shape[0]
    together, number = residuals @ residuals.T, observed @ observed.T
    chance = np.divide(1.0, precision, out=np.zeros_like(precision), where=precision > 0).sum()
    lag = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods))).ravel()
    weight = np.bincount(lag, number.ravel())
    total = np.bincount(lag, together.ravel())
    total[0] -= chance
    root = np.sqrt(weight)
    seen = np.divide(total, root, out=np.zeros(periods), where=root > 0)
    starts = []
    for correlation in _STARTING_CORRELATIONS:
        design = np.column_stack([root, root * correlation ** np.arange(periods)])
        lasting, drift = optimize.nnls(design, seen)[0]
        # Away from the bounds, where the likelihood's slope may say little.
        starts.append(np.array([max(lasting, 0.02), max(drift, 0.02), correlation]))
    return starts


def _value(y: FloatArray, precision: FloatArray, parameters: FloatArray, scale: float) -> float:
    return profile(y, precision, _components(parameters, scale)).log_likelihood


def _slope(
    y: FloatArray, precision: FloatArray, scale: float, parameters: FloatArray, added: Quadratic
) -> tuple[float, FloatArray]:
    """Log-likelihood with what is added, and its derivatives by the parameters."""
    at = profile(y, precision, _components(parameters, scale))
    away = parameters - added.at
    bent = added.curvature @ away
    value = at.log_likelihood + added.value + float((added.slope + bent / 2) @ away)
    return value, at.slope * [scale, scale, 1.0] + added.slope + bent


def _climb(
    y: FloatArray, precision: FloatArray, scale: float, start: FloatArray, added: Quadratic, gain: float
) -> FloatArray:
    """Up to where a step gains less than the share `gain` of the log-likelihood."""
    n = y.shape[1]

    def fall(parameters: FloatArray) -> tuple[float, FloatArray]:
        value, slope = _slope(y, precision, scale, parameters, added)
        return -value / n, -slope / n

    found = optimize.minimize(
        fall,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=list(BOUNDS),
        options={"ftol": gain, "gtol": 1e-7, "maxiter": 200},
    )
    return np.asarray(found.x, dtype=np.float64)


def _settle(
    y: FloatArray, precision: FloatArray, scale: float, start: FloatArray, added: Quadratic
) -> FloatArray:
    """The last steps to the top: Newton's, all with the curvature of the first; near a bound, a climb."""
    steps = _steps(start)
    if _is_inside(start):
        here = _slope(y, precision, scale, start, added)[1]
        moved = [_slope(y, precision, scale, start + move, added)[1] for move in np.diag(steps)]
        curvature = (here - np.array(moved)) / steps[:, None]
        curvature = (curvature + curvature.T) / 2
        parameters, slope, last = start, here, np.inf
        while np.linalg.eigvalsh(curvature)[0] > 0:
            step = np.linalg.solve(curvature, slope)
            furthest = float(np.abs(step / steps).max())
            parameters = parameters + step
            if not _is_inside(parameters) or furthest > last / 2:
                break
            if furthest < _SETTLED:
                return parameters
            last = furthest
            slope = _slope(y, precision, scale, parameters, added)[1]
    return _climb(y, precision, scale, start, added, _CLOSELY)


def _restriction_near(precision: FloatArray, scale: float, parameters: FloatArray) -> Quadratic:
    """What REML adds near these parameters, from differences about the nearest point off the bounds."""
    low, high = np.array(BOUNDS).T
    steps = _steps(parameters)
    centre = np.clip(parameters, low + steps, high - steps)

    def value(moves: FloatArray) -> float:
        return restriction(precision, _components(centre + moves * steps, scale))

    return _differences(value, centre, steps)


def _differences(value: Callable[[FloatArray], float], centre: FloatArray, steps: FloatArray) -> Quadratic:
    size = centre.size
    here, unit = value(np.zeros(size)), np.eye(size)
    up = np.array([value(unit[j]) for j in range(size)])
    down = np.array([value(-unit[j]) for j in range(size)])
    curvature = np.diag(up + down - 2 * here)
    for i in range(size):
        for j in range(i):
            both = value(unit[i] + unit[j]) + value(-unit[i] - unit[j])
            curvature[i, j] = curvature[j, i] = (both + 2 * here - up[i] - down[i] - up[j] - down[j]) / 2
    return Quadratic(centre, here, (up - down) / (2 * steps), curvature / np.outer(steps, steps))


def _standard_errors(
    y: FloatArray, precision: FloatArray, scale: float, parameters: FloatArray, added: Quadratic
) -> FloatArray:
    """From the inverse of the observed information (differences of the slope); NaN on a bound."""
    steps = _steps(parameters)
    low, high = np.array(BOUNDS).T
    free = np.flatnonzero((parameters - steps > low) & (parameters + steps < high))
    information = np.empty((free.size, free.size))
    for row, j in enumerate(free.tolist()):
        move = np.where(np.arange(parameters.size) == j, steps, 0.0)
        up, down = (_slope(y, precision, scale, parameters + side, added)[1] for side in (move, -move))
        information[row] = ((down - up) / (2 * steps[j]))[free]
    errors = np.full(parameters.size, np.nan)
    values, vectors = np.linalg.eigh((information + information.T) / 2)
    if free.size and values[0] > 0:
        errors[free] = np.sqrt((vectors**2) @ (1 / values))
    return errors


def _is_inside(parameters: FloatArray) -> bool:
    low, high = np.array(BOUNDS).T
    steps = _steps(parameters)
    return bool((parameters - steps > low).all() and (parameters + steps < high).all())


def _steps(parameters: FloatArray) -> FloatArray:
    return np.asarray(_STEP * (np.abs(parameters) + _STEP))
