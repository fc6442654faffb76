"""Counts at which a Poisson or binomial tail holds a given probability: what control limits are made of.

The upper limit is the count x with P(X ≥ x) = tail, the lower the x with P(X ≤ x) = tail, both distributions
continued to fractions by their gamma and beta integrals. A count is then beyond a limit exactly when its own
tail is smaller than `tail`, whatever the size of the unit. Where even the last possible count has a larger
tail, the limit is that count: nothing is beyond it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate, special

from likeforlike.statistics.blocks import PairOfArrays, in_blocks
from likeforlike.statistics.checks import FloatArray

# Solving for one Poisson limit takes a few microseconds, looking it up a fiftieth of that, and nothing is
# lost: (x − E)/√E is a smooth function of 1/√E, and the relative difference stays below 1e-10
# (tests/unit/statistics/test_tail_limits.py). Shorter arrays are not worth the table.
KNOTS = 2048
TABLE_FROM = KNOTS

# Where almost nothing is expected the curve bends ever more sharply: those few are solved.
FEWEST_IN_TABLE = 0.05

# A secant step below this part of a standard error ends the search; 8 steps are usual, 60 never happen.
SMALLEST_STEP = 1e-13
MOST_STEPS = 60


class _Curve(NamedTuple):
    """(limit − E)/√E over 1/√E from 0 to `end`, in KNOTS cubic pieces: (4, KNOTS), highest power first."""

    end: float
    pieces: FloatArray


def poisson_limits(expected: FloatArray, tail: float) -> PairOfArrays:
    """Lower and upper counts around expected counts, with `tail` beyond each; NaN where E is 0 or missing."""
    if expected.size < TABLE_FROM:
        return in_blocks(lambda E: _poisson(E, tail), expected=expected)
    lower_curve, upper_curve = _curves(tail)

    def formula(E: FloatArray) -> PairOfArrays:
        root = np.sqrt(np.where(E >= FEWEST_IN_TABLE, E, FEWEST_IN_TABLE))
        lower, upper = _along(lower_curve, root), _along(upper_curve, root)
        # Before its curve starts, P(X = 0) is above the tail: no count is too low.
        lower[root * lower_curve.end < 1] = 0.0
        return lower, upper

    lower, upper = in_blocks(formula, expected=expected)
    outside = ~(expected >= FEWEST_IN_TABLE)
    lower[outside], upper[outside] = _poisson(expected[outside], tail)
    return lower, upper


def binomial_limits(trials: FloatArray, target: FloatArray, tail: float) -> PairOfArrays:
    """Lower and upper counts around trials · target, with `tail` beyond each; NaN where n is 0 or missing."""

    def formula(n: FloatArray, t: FloatArray) -> PairOfArrays:
        n = np.where(n > 0, n, np.nan)
        # The lower limit of events is the upper limit of the others, counted from the other end.
        return n - _binomial_upper(n, 1 - t, tail), _binomial_upper(n, t, tail)

    return in_blocks(formula, trials=trials, target=target)


def _poisson(E: FloatArray, tail: float) -> PairOfArrays:
    z = float(special.ndtri(tail))
    E = np.where(E > 0, E, np.nan)
    root = np.sqrt(E)

    def surplus(w: FloatArray) -> FloatArray:
        return _probit(special.gammainc(w * w, E)) - z

    def deficit(w: FloatArray) -> FloatArray:
        return z - _probit(special.gammaincc(w * w + 1, E))

    # On the scale w = √x both tails are almost straight lines with slopes of 2 standard errors.
    upper = _secant(surplus, root - z / 2) ** 2
    lower = _secant(deficit, np.maximum(root + z / 2, 0.1)) ** 2
    return np.where(np.exp(-E) >= tail, 0.0 * E, lower), upper


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
        if np.nanmax(np.abs(now - before), initial=0.0) < SMALLEST_STEP:
            break
        height = falling(now)
    return now


def _along(curve: _Curve, root: FloatArray) -> FloatArray:
    """The limit, E + √E · height, with the height from the cubic piece at 1/√E."""
    place = KNOTS / curve.end / root
    np.minimum(place, KNOTS, out=place)
    knot: NDArray[np.intp] = np.minimum(place.astype(np.intp), KNOTS - 1)
    place -= knot
    height: FloatArray = curve.pieces[0].take(knot)
    for power in (1, 2, 3):
        height *= place
        height += curve.pieces[power].take(knot)
    height += root
    height *= root
    return height


@lru_cache(maxsize=16)
def _curves(tail: float) -> tuple[_Curve, _Curve]:
    z = float(special.ndtri(tail))
    # The lower curve ends where P(X = 0) = exp(−E) reaches the tail and the limit is 0.
    most = FEWEST_IN_TABLE**-0.5
    ends = min(most, (-np.log(tail)) ** -0.5), most
    curves = []
    for side, (end, at_infinity) in enumerate(zip(ends, (z, -z), strict=True)):
        u = end * np.arange(1, KNOTS + 1) / KNOTS
        limit = _poisson(u**-2, tail)[side]
        # As E grows without bound, (limit − E)/√E tends to the normal quantile.
        heights = np.concatenate([[at_infinity], (limit - u**-2) * u])
        # In units of one piece, so that the place within it runs from 0 to 1.
        curves.append(_Curve(float(end), interpolate.CubicSpline(np.arange(KNOTS + 1), heights).c))
    return curves[0], curves[1]
