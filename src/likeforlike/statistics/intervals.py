"""Intervals for one count, one proportion or one rate: what sampling alone leaves open.

Missing (NaN) input and a denominator of zero give NaN bounds; `checks.count_reasons` says which it was.
Impossible input raises `ValueError`. All functions broadcast over arrays of any shape.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from likeforlike.statistics.blocks import PairOfArrays, in_blocks
from likeforlike.statistics.checks import (
    FloatArray,
    check_broadcast,
    check_events_within_trials,
    check_level,
    check_not_negative,
)

# Byar's approximation is used from this count on, the exact interval below it (DHSC, "Technical guide:
# confidence intervals"; Breslow & Day 1987, p. 69, for its accuracy).
EXACT_BELOW = 10.0


class Interval(NamedTuple):
    """Two-sided bounds, each of the input's broadcast shape and in the units of the estimate."""

    lower: FloatArray
    upper: FloatArray


def wilson_interval(events: ArrayLike, trials: ArrayLike, level: float = 0.95) -> Interval:
    """Wilson's score interval of a proportion (Wilson 1927; Newcombe & Altman 2000, p. 46).

    The bounds are the two roots p of (x/n − p)² = z² p(1 − p)/n, so they stay within 0 and 1.

    Args:
        events: x, 0 ≤ x ≤ trials; need not be whole (weighted surveys).
        trials: n, the denominator.
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: negative or infinite counts, events above trials, shapes that do not broadcast, level
            outside (0, 1).
    """
    z = float(special.ndtri(0.5 + check_level(level) / 2))
    x, n = _events_and_trials(events, trials)

    def formula(x: FloatArray, n: FloatArray) -> PairOfArrays:
        n = np.where(n > 0, n, np.nan)
        upper = _wilson_upper(x, n, z)
        return _wilson_lower(x, n, z, upper), upper

    return Interval(*in_blocks(formula, events=x, trials=n))


def clopper_pearson_interval(events: ArrayLike, trials: ArrayLike, level: float = 0.95) -> Interval:
    """The exact binomial interval (Clopper & Pearson 1934): each tail holds at most (1 − level)/2.

    The bounds are quantiles of Beta(x, n − x + 1) and Beta(x + 1, n − x).

    Args:
        events: x, 0 ≤ x ≤ trials.
        trials: n.
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: negative or infinite counts, events above trials, shapes that do not broadcast, level
            outside (0, 1).
    """
    tail = (1 - check_level(level)) / 2
    x, n = _events_and_trials(events, trials)

    def formula(x: FloatArray, n: FloatArray) -> PairOfArrays:
        absent = np.isnan(x) | ~(n > 0)
        lower = np.where(x > 0, special.betaincinv(x, n - x + 1, tail), 0.0)
        upper = np.where(x < n, special.betainccinv(x + 1, n - x, tail), 1.0)
        return np.where(absent, np.nan, lower), np.where(absent, np.nan, upper)

    return Interval(*in_blocks(formula, events=x, trials=n))


def exact_poisson_interval(events: ArrayLike, level: float = 0.95) -> Interval:
    """The exact interval of a Poisson mean, in events (Garwood 1936).

    Lower: half the (1 − level)/2 quantile of χ² with 2x degrees of freedom; upper: half the
    (1 + level)/2 quantile with 2(x + 1).

    Args:
        events: x ≥ 0; need not be whole.
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: negative or infinite counts, level outside (0, 1).
    """
    tail = (1 - check_level(level)) / 2
    return Interval(
        *in_blocks(lambda x: _exact_poisson(x, tail), events=check_not_negative("events", events))
    )


def byar_interval(events: ArrayLike, level: float = 0.95, exact_below: float = EXACT_BELOW) -> Interval:
    """Byar's interval of a Poisson mean, in events; exact where there are few.

    Lower: x(1 − 1/(9x) − z/(3√x))³; upper: the same with x + 1 and +z (Breslow & Day 1987, p. 69).
    Divide by the denominator for a rate (`rate_interval`) or by the expected count for a ratio.

    Args:
        events: x ≥ 0; need not be whole.
        level: two-sided coverage, between 0 and 1.
        exact_below: counts below this get `exact_poisson_interval` (infinity: all of them). With 0, Byar's
            formula holds everywhere; its lower bound is 0 where the formula falls below 0 or has no value.

    Raises:
        ValueError: negative or infinite counts, level outside (0, 1), negative `exact_below`.
    """
    level = check_level(level)
    z, tail = float(special.ndtri(0.5 + level / 2)), (1 - level) / 2
    if not exact_below >= 0:
        raise ValueError(f"exact_below is {exact_below}: it must not be negative or missing")
    # Small counts are mostly whole and few are different: looked up, not solved again a million times.
    table = _exact_poisson(np.arange(min(np.ceil(exact_below), EXACT_BELOW)), tail)

    def formula(x: FloatArray) -> PairOfArrays:
        lower, upper = _byar(x, z)
        few = np.flatnonzero(x < exact_below)
        counts = x[few]
        known = (counts == np.floor(counts)) & (counts < table[0].size)
        for bounds, answers in zip((lower, upper), table, strict=True):
            bounds[few[known]] = answers[counts[known].astype(np.intp)]
        others = few[~known]
        lower[others], upper[others] = _exact_poisson(x[others], tail)
        return lower, upper

    return Interval(*in_blocks(formula, events=check_not_negative("events", events)))


def rate_interval(events: ArrayLike, denominator: ArrayLike, level: float = 0.95) -> Interval:
    """The interval of a crude rate, events per unit of the denominator: Byar, exact below 10 events.

    Args:
        events: x ≥ 0.
        denominator: person-time, patients, expected events …; NaN bounds where it is 0.
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: negative or infinite input, shapes that do not broadcast, level outside (0, 1).
    """
    x, below = check_not_negative("events", events), check_not_negative("denominator", denominator)
    check_broadcast(events=x, denominator=below)
    lower, upper = byar_interval(x, level)
    divisor = np.where(below > 0, below, np.nan)
    return Interval(lower / divisor, upper / divisor)


def _events_and_trials(events: ArrayLike, trials: ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, n = check_not_negative("events", events), check_not_negative("trials", trials)
    check_events_within_trials(x, n)
    return x, n


def _wilson_upper(x: FloatArray, n: FloatArray, z: float) -> FloatArray:
    half = z * z / 2
    root = x * (n - x)
    root /= n
    root += half / 2
    np.sqrt(root, out=root)
    root *= z
    root += x
    root += half
    root /= n + z * z
    # At x = n the root is 1 but for rounding.
    root[x == n] = 1.0
    return root


def _wilson_lower(x: FloatArray, n: FloatArray, z: float, upper: FloatArray) -> FloatArray:
    # The product of the two roots is x²/(n(n + z²)): no difference of nearly equal numbers, 0 at x = 0.
    lower = x * x
    lower /= n
    lower /= n + z * z
    lower /= upper
    return lower


def _exact_poisson(x: FloatArray, tail: float) -> PairOfArrays:
    lower = np.asarray(special.gammaincinv(np.where(x > 0, x, 1.0), tail), dtype=np.float64)
    upper = np.asarray(special.gammainccinv(x + 1, tail), dtype=np.float64)
    # 0.0 * x is 0 where there are no events and stays NaN where they are missing.
    return np.where(x > 0, lower, 0.0 * x), upper


def _byar(x: FloatArray, z: float) -> PairOfArrays:
    # The lower formula falls below 0 (or has no value, at 0) for very few events: 0 is the bound there.
    return np.maximum(_cube(np.maximum(x, 1e-12), -z), 0.0), _cube(x + 1, z)


def _cube(x: FloatArray, z: float) -> FloatArray:
    # x(1 − 1/(9x) + z/(3√x))³, with t = 1/(3√x): 1/(9x) is t².
    t = np.sqrt(x)
    np.divide(1 / 3, t, out=t)
    base = z - t
    base *= t
    base += 1.0
    cube = base * base
    cube *= base
    cube *= x
    return cube
