"""Funnel limits: how far a unit of a given size may be from the target by sampling alone.

The limits surround the target, not the unit's figure (Spiegelhalter 2005). They answer one question, whether
a figure is surprising if the unit's own rate is the target and events are independent; where units truly
differ, `overdispersion` widens them. Exact limits hold at any size: a unit on target is beyond one with at
most the stated chance. A limit that nothing can be beyond is the smallest or the largest possible figure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from likeforlike.statistics.blocks import PairOfArrays, in_blocks
from likeforlike.statistics.checks import (
    FloatArray,
    check_broadcast,
    check_level,
    check_not_negative,
    check_numbers,
    check_proportions,
)
from likeforlike.statistics.intervals import Interval
from likeforlike.statistics.tail_limits import binomial_limits, poisson_ratio_limits


def ratio_funnel_limits(expected: ArrayLike, level: float = 0.95) -> Interval:
    """Exact Poisson limits of observed over expected where 1 is the target.

    The upper limit is x/E with P(X ≥ x | E) = (1 − level)/2, x continued to fractions by the gamma
    integral; the lower likewise with P(X ≤ x). A count is beyond a limit exactly when its own exact interval
    leaves out E (Garwood 1936): the rule of DHSC's funnels, which trace the same curve from counts to E.

    Args:
        expected: E, of any shape; NaN limits where it is 0 or missing.
        level: two-sided, between 0 and 1; 0.95 and 0.998 are customary.

    Raises:
        ValueError: negative or infinite expected counts, level outside (0, 1).
    """
    tail = (1 - check_level(level)) / 2
    return Interval(*poisson_ratio_limits(check_not_negative("expected", expected), tail))


def shmi_control_limits(expected: ArrayLike, level: float = 0.998) -> Interval:
    """The limits that the Summary Hospital-level Mortality Indicator publishes as exact Poisson limits.

    χ²(α/2, 2E)/2/E and χ²(1 − α/2, 2(E + 1))/2/E: the interval that a count of E would have (NHS England,
    SHMI methodology). They differ from `ratio_funnel_limits` by about two events: nothing among the hundreds
    of deaths of a hospital, but with 2 expected events even none at all (a chance of 14%) would lie below the
    lower 99.8% limit. Use them to repeat what is published, not for small units.

    Args:
        expected: E, of any shape; NaN limits where it is 0 or missing.
        level: two-sided, between 0 and 1.

    Raises:
        ValueError: negative or infinite expected counts, level outside (0, 1).
    """
    tail = (1 - check_level(level)) / 2
    size = check_not_negative("expected", expected)
    E = np.where(size > 0, size, np.nan)
    return Interval(special.gammaincinv(E, tail) / E, special.gammainccinv(E + 1, tail) / E)


def rate_funnel_limits(denominator: ArrayLike, target: ArrayLike, level: float = 0.95) -> Interval:
    """Exact Poisson limits of a rate around its target: those of the ratio, times the target.

    Args:
        denominator: person-time or population.
        target: events per unit of the denominator that all would have; broadcasts.
        level: two-sided, between 0 and 1.

    Returns:
        NaN limits where denominator · target is 0 or missing.

    Raises:
        ValueError: negative or infinite input, shapes that do not broadcast, level outside (0, 1).
    """
    size, rate = check_not_negative("denominator", denominator), check_not_negative("target", target)
    check_broadcast(denominator=size, target=rate)
    lower, upper = ratio_funnel_limits(size * rate, level)
    return Interval(lower * rate, upper * rate)


def proportion_funnel_limits(trials: ArrayLike, target: ArrayLike, level: float = 0.95) -> Interval:
    """Exact binomial limits of a proportion around its target.

    The binomial form of `ratio_funnel_limits`: x/n with P(X ≥ x | n, t) = (1 − level)/2, x continued to
    fractions by the beta integral; a count is beyond a limit exactly when its Clopper–Pearson interval leaves
    out the target.

    Args:
        trials: n; NaN limits where it is 0 or missing.
        target: t, 0 to 1; broadcasts.
        level: two-sided, between 0 and 1.

    Raises:
        ValueError: negative or infinite trials, target outside 0 to 1, shapes that do not broadcast, level
            outside (0, 1).
    """
    tail = (1 - check_level(level)) / 2
    n, t = _trials_and_target(trials, target)
    lower, upper = binomial_limits(n, t, tail)
    size = np.where(n > 0, n, np.nan)
    return Interval(lower / size, upper / size)


def score_funnel_limits(trials: ArrayLike, target: ArrayLike, level: float = 0.95) -> Interval:
    """Limits of a proportion at t ± z√(t(1 − t)/n), within 0 and 1, as Fingertips draws them.

    A proportion lies beyond them exactly when its Wilson interval leaves out the target (DHSC, Fingertips
    technical guidance, funnel plots).

    Args:
        trials: n; NaN limits where it is 0 or missing.
        target: t, 0 to 1; broadcasts.
        level: two-sided, between 0 and 1.

    Raises:
        ValueError: as `proportion_funnel_limits`.
    """
    z = float(special.ndtri(0.5 + check_level(level) / 2))
    n, t = _trials_and_target(trials, target)

    def formula(n: FloatArray, t: FloatArray) -> PairOfArrays:
        half = t * (1 - t)
        half /= np.where(n > 0, n, np.nan)
        np.sqrt(half, out=half)
        half *= z
        return np.maximum(t - half, 0.0), np.minimum(t + half, 1.0)

    return Interval(*in_blocks(formula, trials=n, target=t))


def compare_with_limits(values: ArrayLike, limits: Interval) -> FloatArray:
    """Where each figure lies: 1 above its upper limit, −1 below its lower, 0 within; NaN if unknown.

    Args:
        values: figures in the units of the limits.
        limits: any `Interval`; shapes broadcast.

    Raises:
        ValueError: infinite values, shapes that do not broadcast.
    """
    figures = check_numbers("values", values)
    lower, upper = np.asarray(limits.lower), np.asarray(limits.upper)
    check_broadcast(values=figures, lower=lower, upper=upper)
    position = (figures > upper).astype(np.float64) - (figures < lower)
    return np.where(np.isnan(figures) | np.isnan(lower) | np.isnan(upper), np.nan, position)[()]


def _trials_and_target(trials: ArrayLike, target: ArrayLike) -> tuple[FloatArray, FloatArray]:
    n, t = check_not_negative("trials", trials), check_proportions("target", target)
    check_broadcast(trials=n, target=t)
    return n, t
