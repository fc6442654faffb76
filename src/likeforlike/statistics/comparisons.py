"""Two units against each other: difference and ratio of proportions and of rates.

Differences and ratios of proportions combine the two units' own Wilson intervals (the "method of variance
estimates recovery"), so they stay within what is possible and need no unit to have many events. Where a
unit is missing, or has a denominator of 0, all three figures are NaN; a ratio is NaN too where the second
unit has no events, because nothing can be divided by 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from likeforlike.statistics.checks import (
    FloatArray,
    check_broadcast,
    check_events_within_trials,
    check_level,
    check_not_negative,
)
from likeforlike.statistics.intervals import rate_interval, wilson_interval


class Comparison(NamedTuple):
    """A difference or ratio with its interval, each of the broadcast shape."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray


def proportion_difference(
    events: ArrayLike,
    trials: ArrayLike,
    other_events: ArrayLike,
    other_trials: ArrayLike,
    level: float = 0.95,
) -> Comparison:
    """First proportion minus second, with Newcombe's hybrid score interval (Newcombe 1998, method 10).

    Args:
        events, trials: the first unit.
        other_events, other_trials: the second unit.
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: negative or infinite counts, events above trials, shapes that do not broadcast, level
            outside (0, 1).
    """
    first, second = _proportions(events, trials, other_events, other_trials, level)
    return _difference(first, second)


def proportion_ratio(
    events: ArrayLike,
    trials: ArrayLike,
    other_events: ArrayLike,
    other_trials: ArrayLike,
    level: float = 0.95,
) -> Comparison:
    """First proportion over second, its interval from the two Wilson intervals (Donner & Zou 2012).

    Args:
        events, trials: the first unit.
        other_events, other_trials: the second unit; NaN where it has no events.
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: as `proportion_difference`.
    """
    first, second = _proportions(events, trials, other_events, other_trials, level)
    a, b = first.value, np.where(second.value > 0, second.value, np.nan)
    product = a * b
    # Each limit solves a quadratic. With the distances from the estimates to their limits no difference of
    # nearly equal numbers is left in its discriminant, (ab)² − (a² − d²)(b² − e²) = e²(a² − d²) + b²d².
    low, low_other = first.lower * (2 * a - first.lower), second.lower * (2 * b - second.lower)
    root_below = np.sqrt((second.upper - b) ** 2 * low + (b * (a - first.lower)) ** 2)
    root_above = np.sqrt((first.upper - a) ** 2 * low_other + (a * (b - second.lower)) ** 2)
    below = product + root_below
    lower = np.where(below > 0, low / np.where(below > 0, below, 1.0), 0.0 * below)
    upper = (product + root_above) / low_other
    return Comparison(a / b, lower[()], upper)


def rate_difference(
    events: ArrayLike,
    denominator: ArrayLike,
    other_events: ArrayLike,
    other_denominator: ArrayLike,
    level: float = 0.95,
) -> Comparison:
    """First rate minus second, from the two Byar (exact below 10) intervals (Zou & Donner 2008).

    Args:
        events, denominator: the first unit.
        other_events, other_denominator: the second unit.
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: negative or infinite input, shapes that do not broadcast, level outside (0, 1).
    """
    units = _rates(events, denominator, other_events, other_denominator)
    first, second = (
        Comparison(x / np.where(n > 0, n, np.nan), *rate_interval(x, n, level))
        for x, n in (units[:2], units[2:])
    )
    return _difference(first, second)


def rate_ratio(
    events: ArrayLike,
    denominator: ArrayLike,
    other_events: ArrayLike,
    other_denominator: ArrayLike,
    level: float = 0.95,
) -> Comparison:
    """First rate over second, with the exact interval given the sum (Breslow & Day 1987, chapter 3).

    Given the sum, the first unit's events are binomial with p = ratio·n₁ / (ratio·n₁ + n₂): the limits are
    the Clopper–Pearson limits of p, turned back into odds.

    Args:
        events, denominator: the first unit.
        other_events, other_denominator: the second unit; NaN where it has no events.
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: as `rate_difference`.
    """
    tail = (1 - check_level(level)) / 2
    x, n, y, m = _rates(events, denominator, other_events, other_denominator)
    n, m, y = (np.where(array > 0, array, np.nan) for array in (n, m, y))
    per_odds = m / n
    # Odds of the lower limit p are p/(1 − p); both p and 1 − p come from the beta distribution, without
    # subtracting nearly equal numbers.
    some = np.where(x > 0, x, 1.0)
    low = special.betaincinv(some, y + 1, tail) / special.betainccinv(y + 1, some, tail)
    high = special.betainccinv(x + 1, y, tail) / special.betaincinv(y, x + 1, tail)
    lower = np.where(x > 0, low, 0.0 * x * y) * per_odds
    return Comparison(x / y * per_odds, lower, high * per_odds)


def _difference(first: Comparison, second: Comparison) -> Comparison:
    value = first.value - second.value
    below = np.hypot(first.value - first.lower, second.upper - second.value)
    above = np.hypot(first.upper - first.value, second.value - second.lower)
    return Comparison(value, value - below, value + above)


def _proportions(
    events: ArrayLike, trials: ArrayLike, other_events: ArrayLike, other_trials: ArrayLike, level: float
) -> tuple[Comparison, Comparison]:
    x, n = check_not_negative("events", events), check_not_negative("trials", trials)
    y = check_not_negative("other_events", other_events)
    m = check_not_negative("other_trials", other_trials)
    check_broadcast(events=x, trials=n, other_events=y, other_trials=m)
    check_events_within_trials(x, n)
    check_events_within_trials(y, m, "other_events", "other_trials")
    first, second = (
        Comparison(above / np.where(below > 0, below, np.nan), *wilson_interval(above, below, level))
        for above, below in ((x, n), (y, m))
    )
    return first, second


def _rates(
    events: ArrayLike, denominator: ArrayLike, other_events: ArrayLike, other_denominator: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    x, n = check_not_negative("events", events), check_not_negative("denominator", denominator)
    y = check_not_negative("other_events", other_events)
    m = check_not_negative("other_denominator", other_denominator)
    check_broadcast(events=x, denominator=n, other_events=y, other_denominator=m)
    return x, n, y, m
