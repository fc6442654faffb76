"""Counts at which a Poisson or binomial tail holds a given probability: what control limits are made of.

The upper limit is the count x with P(X ≥ x) = tail, the lower the x with P(X ≤ x) = tail, both distributions
continued to fractions by their gamma and beta integrals (for a Poisson count, P(X ≥ x) is the chance that
Gamma(x) is below E, and P(X ≤ x) that Gamma(x + 1) is above it). A count is then beyond a limit exactly when
its own tail is smaller than `tail`, whatever the size of the unit. Where even the last possible count has a
larger tail, the limit is that count: nothing is beyond it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate, special

from likeforlike.statistics.blocks import PairOfArrays, in_blocks
from likeforlike.statistics.checks import FloatArray

# Solving for one Poisson limit takes a few microseconds, looking it up a fiftieth of that, and nothing is
# lost: (x − E)/√E is a smooth function of 1/√E, and ratios differ by less than 1e-10
# (tests/unit/statistics/test_tail_limits.py). Shorter arrays are not worth the table.
KNOTS = 2048
TABLE_FROM = KNOTS

# Where almost nothing is expected the curve bends ever more sharply: those few are solved.
FEWEST_IN_TABLE = 0.05
MOST_U = FEWEST_IN_TABLE**-0.5

# A secant step below this part of the way ends the search, after which the error is the square of it or
# rounding; 8 steps are usual, 60 never happen.
SMALLEST_STEP = 1e-11
MOST_STEPS = 60


def poisson_ratio_limits(expected: FloatArray, tail: float) -> PairOfArrays:
    """Lower and upper limits of count over expected count E, with `tail` beyond; NaN where E is 0 or missing.

    Accurate to 1e-10 in long arrays, where they are interpolated, and to rounding in short ones.
    """
    if expected.size < TABLE_FROM:
        return in_blocks(lambda E: _poisson(E, tail), expected=expected)
    lower_curve, upper_curve = _curves(tail)

    def formula(E: FloatArray) -> PairOfArrays:
        u = np.where(E >= FEWEST_IN_TABLE, E, FEWEST_IN_TABLE)
        np.sqrt(u, out=u)
        np.divide(1.0, u, out=u)
        place = u * (KNOTS / MOST_U)
        np.minimum(place, KNOTS, out=place)
        knot = np.minimum(place.astype(np.intp), KNOTS - 1)
        place -= knot
        lower, upper = (_along(curve, knot, place, u) for curve in (lower_curve, upper_curve))
        lower[lower < 0] = 0.0
        lower[~(E > 0)] = upper[~(E > 0)] = np.nan
        return lower, upper

    lower, upper = in_blocks(formula, expected=expected)
    few = (expected > 0) & (expected < FEWEST_IN_TABLE)
    lower[few], upper[few] = _poisson(expected[few], tail)
    return lower, upper


def binomial_limits(trials: FloatArray, target: FloatArray, tail: float) -> PairOfArrays:
    """Lower and upper counts around trials · target, with `tail` beyond each; NaN where n is 0 or missing."""

    def formula(n: FloatArray, t: FloatArray) -> PairOfArrays:
        n = np.where(n > 0, n, np.nan)
        # The lower limit of events is the upper limit of the others, counted from the other end.
        return n - _binomial_upper(n, 1 - t, tail), _binomial_upper(n, t, tail)

    return in_blocks(formula, trials=trials, target=target)


def _poisson(E: FloatArray, tail: float) -> PairOfArrays:
    E = np.where(E > 0, E, np.nan)
    shape, upper = _gamma_shapes(E, tail)
    return np.maximum(shape - 1, 0.0) / E, upper / E


def _gamma_shapes(E: FloatArray, tail: float) -> PairOfArrays:
    """Shapes a for which Gamma(a) is above E with chance `tail`, and below it: lower x + 1 and upper x."""
    z = float(special.ndtri(tail))
    root = np.sqrt(E)

    # On the scale w = √a both chances are almost straight lines with slopes of 2 standard errors.
    def deficit(w: FloatArray) -> FloatArray:
        return z - _probit(special.gammaincc(w * w, E))

    def surplus(w: FloatArray) -> FloatArray:
        return _probit(special.gammainc(w * w, E)) - z

    return _secant(deficit, np.maximum(root + z / 2, 0.3)) ** 2, _secant(surplus, root - z / 2) ** 2


def _binomial_upper(n: FloatArray, t: FloatArray, tail: float) -> FloatArray:
    z = float(special.ndtri(tail))
    # P(X = n) = tⁿ above the tail: no count is too high. Without any chance of an event, one is too many.
    everything = n * np.log(np.where(t > 0, t, np.nan)) >= np.log(tail)
    # On the scale w = 2√n · arcsin √(x/n) the tail is almost a straight line of slope 1 standard error.
    size = np.where(everything | (t == 0), np.nan, n)
    scale = 2 * np.sqrt(size)

    def surplus(w: FloatArray) -> FloatArray:
        x = size * np.sin(w / scale) ** 2
        return _probit(special.betainc(x, size - x + 1, t)) - z

    most, centre = scale * (np.pi / 2), scale * np.arcsin(np.sqrt(t))
    limit = size * np.sin(_secant(surplus, np.minimum(centre - z, (centre + most) / 2), most) / scale) ** 2
    return np.where(t == 0, 0.0 * n, np.where(everything, n, limit))


def _probit(chance: FloatArray) -> FloatArray:
    return np.asarray(special.ndtri(np.clip(chance, 1e-300, 1 - 1e-16)))


def _secant(
    falling: Callable[[FloatArray], FloatArray], start: FloatArray, most: FloatArray | float = np.inf
) -> FloatArray:
    """Where each element of an almost straight function crosses 0, between 0 and `most`."""
    before, now = start, np.minimum(start + 0.1, (start + most) / 2)
    height_before, height = falling(before), falling(now)
    for _ in range(MOST_STEPS):
        rise = height - height_before
        flat = (rise == 0) | np.isnan(rise)
        step = np.where(flat, 0.0, -height * (now - before) / np.where(flat, 1.0, rise))
        before, height_before = now, height
        # A step beyond a border goes half way to it.
        now = np.where(now + step <= 0, now / 2, np.minimum(now + step, (now + most) / 2))
        if not (np.abs(now - before) > SMALLEST_STEP * np.maximum(now, 1.0)).any():
            break
        height = falling(now)
    return now


def _along(curve: FloatArray, knot: NDArray[np.intp], place: FloatArray, u: FloatArray) -> FloatArray:
    """The ratio limit/E = 1 + height·u, with the height from the cubic piece at u = 1/√E."""
    height: FloatArray = curve[0].take(knot)
    for power in (1, 2, 3):
        height *= place
        height += curve[power].take(knot)
    height *= u
    height += 1.0
    return height


@lru_cache(maxsize=16)
def _curves(tail: float) -> tuple[FloatArray, FloatArray]:
    """(limit − E)/√E of either limit over 1/√E, 0 to MOST_U: cubic pieces (4, KNOTS), highest power first."""
    z = float(special.ndtri(tail))
    u = MOST_U * np.arange(1, KNOTS + 1) / KNOTS
    shape, upper = _gamma_shapes(u**-2, tail)
    curves = []
    # As E grows without bound, (limit − E)/√E tends to the normal quantile.
    for limit, at_infinity in ((shape - 1, z), (upper, -z)):
        heights = np.concatenate([[at_infinity], (limit - u**-2) * u])
        # In units of one piece, so that the place within it runs from 0 to 1.
        curves.append(np.ascontiguousarray(interpolate.CubicSpline(np.arange(KNOTS + 1), heights).c))
    return curves[0], curves[1]
