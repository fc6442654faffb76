"""Control charts: is an organisation's own series changing, or is it only varying as it always did?"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    IntArray,
    check_dimensions,
    check_enough_units,
    check_not_negative,
    check_numbers,
    check_whole_number,
)
from likeforlike.statistics.run_rules import near_limit_pairs, shifts, trends

Improvement = Literal["increase", "decrease", "neutral"]

# NHS England works with 2.66 mean moving ranges; 3/1.128 = 2.6596 is the same number less rounded.
NHS_MULTIPLIER = 2.66
# d₂ of two observations to three digits, Montgomery, "Introduction to statistical quality control".
D2 = 1.128
# Limit of a moving range in mean moving ranges: D₄ of two observations (Montgomery; Nelson 1982).
D4 = 3.267


class Cause(IntEnum):
    """The rule that a point breaks, the first of them in the order of NHS England's tool; 0 where none."""

    COMMON = 0
    OUTSIDE_LIMITS = 1
    TREND = 2
    TWO_OF_THREE_NEAR_LIMIT = 3
    SHIFT = 4


class Meaning(IntEnum):
    """What a point says: nothing special, better, worse, or (improvement `neutral`) high or low."""

    COMMON_CAUSE = 0
    IMPROVEMENT = 1
    CONCERN = 2
    NEUTRAL_HIGH = 3
    NEUTRAL_LOW = 4


class Limits(NamedTuple):
    """Centre line, limits, and the lines two thirds of the way from the centre to the limits."""

    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    near_lower: FloatArray
    near_upper: FloatArray


class XmrChart(NamedTuple):
    """For each point its lines, which rule it breaks, in which direction (±1, else 0), and what that means.

    `cause` holds `Cause` and `meaning` holds `Meaning` values. A missing point is common cause.
    """

    limits: Limits
    outside: BoolArray
    cause: NDArray[np.int8]
    direction: IntArray
    meaning: NDArray[np.int8]


def xmr_chart(
    values: ArrayLike,
    *,
    improvement: Improvement,
    rebase_at: Sequence[int] = (),
    baseline: int | None = None,
    screen_moving_ranges: bool = False,
) -> XmrChart:
    """The XmR chart of NHS England's "Making data count": mean ± 2.66 mean moving ranges, and four rules.

    A point is special cause where it lies outside the limits, belongs to seven or more in a row that each
    rise or each fall, is one of two or more of three in a row on one side of the mean that lie near a limit
    (beyond two thirds of the way), or belongs to seven or more in a row on one side of the mean. Values on
    the mean and missing ones end a run; equal neighbours end a trend.

    Args:
        values: shape (n,), in the order of time; NaN where a period is missing. Moving ranges next to a
            missing period are left out.
        improvement: which way is better.
        rebase_at: positions at which a new segment with limits of its own begins; chosen by a person, who
            knows that the process was changed there. The rules start anew in each segment.
        baseline: how many of the first points of each segment make its limits; all of them where None.
        screen_moving_ranges: leave out moving ranges of 3.267 times their mean or more and take the mean
            again. Off by default, as in the official tool; R's package has it on.

    Raises:
        ValueError: a value is infinite, `improvement` is unknown, `rebase_at` is not increasing within the
            series, `baseline` is below 2, or a segment's baseline has fewer than two neighbouring values.

    Source: NHS England, "Making data count" (2019 and later); Wheeler, "Understanding variation" (1993);
    Nelson 1982, Journal of Quality Technology 14 (screening). R: `NHSRplotthedots::ptd_spc`.
    """
    y = check_numbers("values", values)
    check_dimensions("values", y, 1)
    if improvement not in _MEANINGS:
        raise ValueError(f"improvement is {improvement!r}: it must be 'increase', 'decrease' or 'neutral'")
    if baseline is not None:
        check_whole_number("baseline", baseline, 2)
    lines = np.empty((5, y.size))
    cause, direction = np.zeros(y.size, dtype=np.int8), np.zeros(y.size, dtype=np.int64)
    for segment in _segments(y.size, rebase_at):
        own = individuals_limits(
            y[segment],
            baseline=baseline,
            multiplier=NHS_MULTIPLIER,
            screen_moving_ranges=screen_moving_ranges,
        )
        lines[:, segment] = own
        cause[segment], direction[segment] = _judge(y[segment], own)
    rising, falling = _MEANINGS[improvement]
    meaning = np.select([direction > 0, direction < 0], [rising, falling], Meaning.COMMON_CAUSE).astype(
        np.int8
    )
    return XmrChart(Limits(*lines), cause == Cause.OUTSIDE_LIMITS, cause, direction, meaning)


_MEANINGS: dict[str, tuple[Meaning, Meaning]] = {
    "increase": (Meaning.IMPROVEMENT, Meaning.CONCERN),
    "decrease": (Meaning.CONCERN, Meaning.IMPROVEMENT),
    "neutral": (Meaning.NEUTRAL_HIGH, Meaning.NEUTRAL_LOW),
}


def individuals_limits(
    values: ArrayLike,
    *,
    baseline: int | None = None,
    multiplier: float = 3.0 / D2,
    screen_moving_ranges: bool = False,
) -> Limits:
    """Limits of single observations from their moving ranges: mean ± multiplier · mean moving range.

    Args:
        values: shape (n,), NaN where missing.
        baseline: how many of the first points make the limits; all where None.
        multiplier: 3/1.128 (Montgomery) or 2.66 (NHS England).
        screen_moving_ranges: as for `xmr_chart`.

    Returns: lines of shape (n,). Errors and source as for `xmr_chart`; Montgomery, eq. 6.33. R:
    `qicharts2::qic(chart = "i")`.
    """
    y = check_numbers("values", values)
    check_dimensions("values", y, 1)
    base = y[:baseline]
    ranges = np.abs(np.diff(base))
    ranges = ranges[~np.isnan(ranges)]
    check_enough_units("values: the moving ranges of a baseline", ranges.size, 1)
    mean_range = ranges.mean()
    if screen_moving_ranges and mean_range > 0.0:
        # Where nothing ever moves all ranges equal their limit of 0, and none of them is an outlier.
        mean_range = ranges[ranges < D4 * mean_range].mean()
    # Rounding must not put the mean of equal values beside them: limits of no width would call all outside.
    centre = np.clip(np.nanmean(base), np.nanmin(base), np.nanmax(base))
    return _lines(np.full(y.size, centre), np.full(y.size, multiplier * mean_range))


def moving_range_limits(values: ArrayLike) -> tuple[FloatArray, Limits]:
    """The moving ranges |yₜ − yₜ₋₁| (the first is NaN) and their limits: mean, 0, and 3.267 times the mean.

    Arguments and errors as for `individuals_limits`. Source: Montgomery, section 6.4. R:
    `qicharts2::qic(chart = "mr")`.
    """
    y = check_numbers("values", values)
    check_dimensions("values", y, 1)
    ranges = np.concatenate([[np.nan], np.abs(np.diff(y))])
    check_enough_units("values: the moving ranges", int(np.count_nonzero(~np.isnan(ranges))), 1)
    centre = np.full(y.size, np.nanmean(ranges))
    lower = np.zeros(y.size)
    return ranges, Limits(centre, lower, D4 * centre, lower, D4 * centre * 2.0 / 3.0)


def count_limits(counts: ArrayLike) -> Limits:
    """Limits of counts with equal exposure (a C chart): c̄ ± 3√c̄, not below 0.

    True only where counts vary as Poisson ones do; most NHS counts vary more, and an XmR chart of them is the
    safer choice.

    Args:
        counts: shape (n,), not negative, NaN where missing.

    Source: Montgomery, eq. 7.17. R: `qicharts2::qic(chart = "c")`.
    """
    c = check_not_negative("counts", counts)
    check_dimensions("counts", c, 1)
    check_enough_units("counts", int(np.count_nonzero(~np.isnan(c))), 1)
    centre = np.full(c.size, np.nanmean(c))
    lines = _lines(centre, 3.0 * np.sqrt(centre))
    return lines._replace(lower=np.maximum(lines.lower, 0.0), near_lower=np.maximum(lines.near_lower, 0.0))


def _lines(centre: FloatArray, reach: FloatArray) -> Limits:
    return Limits(
        centre, centre - reach, centre + reach, centre - reach * 2.0 / 3.0, centre + reach * 2.0 / 3.0
    )


def _segments(size: int, rebase_at: Sequence[int]) -> list[slice]:
    starts = [0, *(check_whole_number("rebase_at", start, 1) for start in rebase_at), size]
    for before, after in pairwise(starts):
        if after <= before:
            raise ValueError(
                f"rebase_at is {list(rebase_at)}: positions must increase and lie between 1 and {size - 1}"
            )
    return [slice(before, after) for before, after in pairwise(starts)]


def _judge(y: FloatArray, limits: Limits) -> tuple[NDArray[np.int8], IntArray]:
    """The first rule that each point breaks, and the direction of it."""
    side = np.nan_to_num(np.sign(y - limits.centre)).astype(np.int64)
    outside = (y < limits.lower) | (y > limits.upper)
    near = ((y < limits.near_lower) | (y > limits.near_upper)) & ~outside
    rules = {
        Cause.OUTSIDE_LIMITS: np.where(outside, side, 0),
        Cause.TREND: trends(y),
        Cause.TWO_OF_THREE_NEAR_LIMIT: near_limit_pairs(side, near),
        Cause.SHIFT: shifts(side),
    }
    broken = [direction != 0 for direction in rules.values()]
    cause = np.select(broken, list(rules), Cause.COMMON).astype(np.int8)
    return cause, np.asarray(np.select(broken, list(rules.values()), 0))
