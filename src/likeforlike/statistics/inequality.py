"""Slope and relative index of inequality: how a figure changes across the whole range of deprivation."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from likeforlike.statistics.checks import (
    FloatArray,
    check_broadcast,
    check_enough_units,
    check_level,
    check_not_negative,
    check_numbers,
    check_positive,
    check_whole_number,
)

FEWEST_GROUPS = 3
# Fewer draws leave the limits of a 99.8% interval to a handful of them.
FEWEST_DRAWS = 1000


class ErrorScale(StrEnum):
    """The scale on which a group's figure has a normal sampling error."""

    IDENTITY = "identity"
    LOG = "log"
    LOGIT = "logit"


class InequalityIndex(NamedTuple):
    """An index with its simulated interval, each of the units' shape."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray


class InequalityIndices(NamedTuple):
    """Slope index (in the figure's unit), relative index (a ratio) and the fitted line's start at rank 0."""

    slope: InequalityIndex
    relative: InequalityIndex
    intercept: FloatArray


def inequality_indices(
    values: ArrayLike,
    populations: ArrayLike,
    standard_errors: ArrayLike,
    *,
    seed: int,
    scale: ErrorScale | str = ErrorScale.IDENTITY,
    fit_on_scale: bool = False,
    level: float = 0.95,
    draws: int = 100_000,
) -> InequalityIndices:
    """Slope and relative index of inequality from figures of ordered groups (Low & Low 2004).

    A line is fitted through the groups' figures over the middle of each group's part of the population, with
    weights in proportion to population. With its value a at 0 and b at 1, the slope index is b − a and the
    relative index b/a. The interval is simulated: figures are drawn with their standard errors, the line is
    fitted to each draw, and quantiles are taken.

    Args:
        values: (…, groups) figures, from the most deprived group to the least.
        populations: (…, groups), above 0.
        standard_errors: (…, groups), on `scale` (`standard_errors_from_limits`).
        seed: of the draws. All units use the same draws: no unit changes another's interval.
        scale: `log` for rates and `logit` for proportions keep drawn figures possible.
        fit_on_scale: fit the line to the transformed figures too and bring its ends back. As in DHSC's
            package, the interval then holds the error of the slope, not that of the line's middle.
        level: two-sided, between 0 and 1.
        draws: at least 1,000.

    Returns:
        NaN for a unit with anything missing; the relative index is NaN where the line starts at 0.

    Raises:
        ValueError: infinite figures, populations not above 0, negative standard errors, figures that do not
            exist on the scale, fewer than three groups, too few draws, level outside (0, 1).
    """
    level, count = check_level(level), check_whole_number("draws", draws, FEWEST_DRAWS)
    check_whole_number("seed", seed, 0)
    to_scale, from_scale = _SCALES[_check_scale(scale)]
    y, n = check_numbers("values", values), check_positive("populations", populations)
    errors = check_not_negative("standard_errors", standard_errors)
    shape = check_broadcast(values=y, populations=n, standard_errors=errors)
    check_enough_units("values", shape[-1] if shape else 0, FEWEST_GROUPS)
    y, n, errors = (np.broadcast_to(array, shape) for array in (y, n, errors))

    on_scale = to_scale(y)
    fitted, back = (on_scale, from_scale) if fit_on_scale else (y, _same)
    centre, gradient = _fit(n)
    middle, slope = (centre * fitted).sum(axis=-1), (gradient * fitted).sum(axis=-1)
    first, last = back(middle - slope / 2), back(middle + slope / 2)

    standard = np.random.default_rng(seed).standard_normal((count, shape[-1]))
    cuts = np.array([(1 - level) / 2, (1 + level) / 2])
    limits = np.full((*shape[:-1], 2, 2), np.nan)
    for unit in np.ndindex(shape[:-1]):
        if np.isnan(first[unit]) or np.isnan(errors[unit]).any():
            continue
        drawn = on_scale[unit] + errors[unit] * standard
        if fit_on_scale:
            # DHSC's rule: the slope varies and the middle of the line stays where it was found.
            half, height = drawn @ gradient[unit] / 2, middle[unit]
        else:
            drawn = from_scale(drawn)
            half, height = drawn @ gradient[unit] / 2, drawn @ centre[unit]
        a, b = back(height - half), back(height + half)
        limits[(*unit, 0)] = np.quantile(b - a, cuts)
        limits[(*unit, 1)] = np.quantile(_ratio(b, a), cuts)
    return InequalityIndices(
        slope=InequalityIndex(last - first, limits[..., 0, 0][()], limits[..., 0, 1][()]),
        relative=InequalityIndex(_ratio(last, first), limits[..., 1, 0][()], limits[..., 1, 1][()]),
        intercept=first,
    )


def standard_errors_from_limits(
    lower: ArrayLike,
    upper: ArrayLike,
    level: float = 0.95,
    scale: ErrorScale | str = ErrorScale.IDENTITY,
) -> FloatArray:
    """Standard errors on a scale from published limits: (upper − lower) / 2z there.

    Args:
        lower, upper: limits of the figures; broadcast.
        level: of the limits, between 0 and 1.
        scale: the scale of the standard errors.

    Raises:
        ValueError: infinite limits, a lower above its upper, limits that do not exist on the scale.
    """
    to_scale, _ = _SCALES[_check_scale(scale)]
    z = special.ndtri(0.5 + check_level(level) / 2)
    low, high = check_numbers("lower", lower), check_numbers("upper", upper)
    check_broadcast(lower=low, upper=high)
    return check_not_negative("upper − lower", (to_scale(high) - to_scale(low)) / (2 * z))[()]


def _fit(n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The weights of the groups' figures in the fitted line's height at ½ and in its slope."""
    share = n / n.sum(axis=-1, keepdims=True)
    # Σ share·middle is ½ whatever the shares: each pair of people is counted once from either side.
    from_centre = np.cumsum(share, axis=-1) - share / 2 - 0.5
    return share, share * from_centre / (share * from_centre**2).sum(axis=-1, keepdims=True)


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    return above / np.where(below == 0, np.nan, below)


def _same(values: FloatArray) -> FloatArray:
    return values


def _log(values: FloatArray) -> FloatArray:
    return np.asarray(np.log(check_positive("values (on the log scale)", values)))


def _logit(values: FloatArray) -> FloatArray:
    check_positive("values (on the logit scale)", values)
    check_positive("1 − values (on the logit scale)", 1 - values)
    return np.asarray(special.logit(values), dtype=np.float64)


def _expit(values: FloatArray) -> FloatArray:
    return np.asarray(special.expit(values), dtype=np.float64)


_Function = Callable[[FloatArray], FloatArray]
_SCALES: dict[ErrorScale, tuple[_Function, _Function]] = {
    ErrorScale.IDENTITY: (_same, _same),
    ErrorScale.LOG: (_log, np.exp),
    ErrorScale.LOGIT: (_logit, _expit),
}


def _check_scale(scale: ErrorScale | str) -> ErrorScale:
    try:
        return ErrorScale(scale)
    except ValueError:
        known = ", ".join(ErrorScale)
        raise ValueError(f"scale is {scale!r}: it must be one of {known}") from None
