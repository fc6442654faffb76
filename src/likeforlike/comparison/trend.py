"""One organisation's months beside each other: limits of its own, months that stand out, and the change in a year."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from likeforlike.catalogue import Indicator, Kind, KnownBreak, Polarity
from likeforlike.comparison.panel import FloatArray
from likeforlike.statistics.control_charts import Cause, Improvement, Limits, xmr_chart
from likeforlike.statistics.means import mean_interval_from_summary
from likeforlike.statistics.run_rules import SHIFT

# Below twelve months R's NHSRplotthedots calls limits trial limits, which each further month would move.
LEAST_FOR_LIMITS = 12
YEAR = 12
# Two pairs of months have a spread, but of hardly any use: Student's quantile is 12.7 for two and 4.3 for three.
LEAST_PAIRS = 3
# An estimate from twelve pairs: a correlation nearer to 1 would leave less than one pair.
MOST_CORRELATION = 0.9
IMPROVEMENT: dict[Polarity, Improvement] = {
    Polarity.HIGHER_IS_BETTER: "increase",
    Polarity.LOWER_IS_BETTER: "decrease",
    Polarity.NO_JUDGEMENT: "neutral",
}


class Movement(StrEnum):
    """What the end of a series says."""

    NOTHING = "nothing"
    """No month has a figure."""
    TOO_FEW = "too few"
    """Too few months for limits."""
    SHIFT = "shift"
    TREND = "trend"
    OUTSIDE = "outside"
    NEAR = "near"
    LITTLE = "little"
    """Against a year before, the interval of the change lies within the smallest difference that matters."""
    CHANGED = "changed"
    """Against a year before, the interval of the change lies on one side of nought."""
    CANNOT_TELL = "cannot tell"


MARKED = (Movement.SHIFT, Movement.TREND, Movement.OUTSIDE, Movement.NEAR)
# A month that no file mentions.
ABSENT = "absent"
_MOVEMENT = {
    Cause.OUTSIDE_LIMITS: Movement.OUTSIDE,
    Cause.TREND: Movement.TREND,
    Cause.TWO_OF_THREE_NEAR_LIMIT: Movement.NEAR,
    Cause.SHIFT: Movement.SHIFT,
}


@dataclass(frozen=True)
class YearOnYear:
    """The mean change against the same months of the year before, in the indicator's unit."""

    change: float
    lower: float
    upper: float
    pairs: int


@dataclass(frozen=True)
class Trend:
    """A series without gaps in its calendar; arrays (months,), NaN where there is no figure or no limits."""

    indicator: Indicator
    months: tuple[datetime.date, ...]
    values: FloatArray
    reasons: tuple[str, ...]
    """'' where there is a figure, else a reason of the catalogue, or 'absent' where no file mentions it."""
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    rules: tuple[Movement | None, ...]
    """Of each month the first rule that it breaks."""
    direction: NDArray[np.int64]
    """+1 where a month stands out upwards, −1 downwards, else 0."""
    breaks: tuple[KnownBreak, ...]
    """Known changes in recording within these months."""
    rebased: tuple[int, ...]
    """Places at which limits begin anew, as a person decided."""
    movement: Movement
    sign: int
    """Which way the end moved: +1, −1, or 0."""
    since: int | None
    """The place at which a shift or trend that lasts to the end began."""
    year: YearOnYear | None
    """None where too few months have a counterpart that is like for like."""


def follow_months(
    indicator: Indicator,
    figures: Mapping[datetime.date, float | None],
    reasons: Mapping[datetime.date, str],
    breaks: Sequence[KnownBreak] = (),
    *,
    level: float = 0.95,
) -> Trend:
    """An organisation's months as an XmR chart, and whether the last year differs from the one before.

    Limits begin anew only at known breaks that a person marked so (`rebase`), and there are limits only where a
    segment has twelve figures or more. What the end of the series says is, in this order: a run of seven or more on
    one side of the mean that lasts to the end; the rule that the last month breaks; the change against the same
    months of the year before.

    That change is the mean of dₜ = yₜ − yₜ₋₁₂ over the last twelve months (the season cancels out), with Student's
    interval on n′ = n(1 − r)/(1 + r) months, r the correlation of neighbouring d, between 0 and 0.9: months that go
    together say less than as many that do not (Bayley & Hammersley 1946). Months on two sides of a known break are
    not compared, whether or not limits begin anew there.

    Args:
        indicator: what the figures are of.
        figures: month → value in the indicator's unit; None where there is none.
        reasons: month → why there is none.
        breaks: known breaks; those of other indicators are passed over.
        level: of the interval of the change.

    Raises:
        ValueError: no month at all, a month that is not a first day, or a missing figure without its reason.

    Source: NHS England, "Making data count" (2019 and later), by `xmr_chart`.
    """
    months = _calendar(figures)
    values, why = _fill(months, figures, reasons)
    own = tuple(
        sorted(
            (one for one in breaks if indicator.id in one.indicators and months[0] < one.month <= months[-1]),
            key=lambda one: one.month,
        )
    )
    places = {month: place for place, month in enumerate(months)}
    rebased = tuple(sorted({places[one.month] for one in own if one.rebase}))
    centre, lower, upper = (np.full(len(months), np.nan) for _ in range(3))
    cause, direction = np.zeros(len(months), dtype=np.int8), np.zeros(len(months), dtype=np.int64)
    for start, stop in zip((0, *rebased), (*rebased, len(months)), strict=True):
        segment = slice(start, stop)
        if _has_limits(values[segment]):
            chart = xmr_chart(values[segment], improvement=IMPROVEMENT[indicator.polarity])
            centre[segment] = chart.limits.centre
            lower[segment], upper[segment] = _within_the_possible(indicator, values[segment], chart.limits)
            cause[segment], direction[segment] = chart.cause, chart.direction
    year = _compare_years(values, [places[one.month] for one in own], level)
    movement, sign, since = _read_end(indicator, values, centre, cause, direction, year)
    rules = tuple(_MOVEMENT.get(Cause(int(one))) for one in cause)
    return Trend(
        indicator, months, values, why, centre, lower, upper, rules, direction, own, rebased, movement, sign,
        since, year,
    )  # fmt: skip


def _calendar(figures: Mapping[datetime.date, float | None]) -> tuple[datetime.date, ...]:
    if not figures:
        raise ValueError("figures holds no month")
    month, last = min(figures), max(figures)
    odd = [one for one in figures if one.day != 1]
    if odd:
        raise ValueError(f"figures holds {odd[0]}: the first day of a month was expected")
    months = []
    while month <= last:
        months.append(month)
        month = datetime.date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return tuple(months)


def _fill(
    months: Sequence[datetime.date],
    figures: Mapping[datetime.date, float | None],
    reasons: Mapping[datetime.date, str],
) -> tuple[FloatArray, tuple[str, ...]]:
    """The values with NaN, and the reasons with '', a month that nobody mentions being absent."""
    values, why = np.full(len(months), np.nan), []
    for place, month in enumerate(months):
        value = figures.get(month)
        if value is not None:
            values[place] = value
            why.append("")
        elif month not in figures:
            why.append(ABSENT)
        elif reasons.get(month):
            why.append(reasons[month])
        else:
            raise ValueError(f"reasons says nothing of {month}, which has no figure")
    return values, tuple(why)


def _has_limits(values: FloatArray) -> bool:
    known = ~np.isnan(values)
    return bool(known.sum() >= LEAST_FOR_LIMITS and (known[1:] & known[:-1]).any())


def _within_the_possible(
    indicator: Indicator, values: FloatArray, limits: Limits
) -> tuple[FloatArray, FloatArray]:
    """Limits no further than figures of the kind can go: a share of 104% would only puzzle."""
    if indicator.kind is Kind.SCORE:
        return limits.lower, limits.upper
    least = min(0.0, float(np.nanmin(values)))
    most = indicator.multiplier if indicator.kind is Kind.PROPORTION else np.inf
    return np.maximum(limits.lower, least), np.minimum(limits.upper, most)


def _compare_years(values: FloatArray, breaks: Sequence[int], level: float) -> YearOnYear | None:
    era = np.searchsorted(np.array(sorted(breaks), dtype=int), np.arange(values.size), side="right")
    last = np.arange(max(YEAR, values.size - YEAR), values.size)
    change = values[last] - values[last - YEAR]
    change[era[last] != era[last - YEAR]] = np.nan
    known = change[~np.isnan(change)]
    if known.size < LEAST_PAIRS:
        return None
    count = known.size / _inflation(change)
    # Fewer than two would have no interval at all; that they are two is the widest there is.
    interval = mean_interval_from_summary(known.mean(), known.std(ddof=1), max(count, 2.0), level)
    return YearOnYear(float(interval.value), float(interval.lower), float(interval.upper), int(known.size))


def _inflation(change: FloatArray) -> float:
    """(1 + r)/(1 − r), r the correlation of neighbouring months, between 0 and its most."""
    centred = change - np.nanmean(change)
    together = np.nansum(centred[1:] * centred[:-1])
    spread = np.nansum(centred**2)
    r = min(max(together / spread, 0.0), MOST_CORRELATION) if spread > 0 else 0.0
    return float((1 + r) / (1 - r))


def _read_end(
    indicator: Indicator,
    values: FloatArray,
    centre: FloatArray,
    cause: NDArray[np.int8],
    direction: NDArray[np.int64],
    year: YearOnYear | None,
) -> tuple[Movement, int, int | None]:
    known = np.flatnonzero(~np.isnan(values))
    if known.size == 0:
        return Movement.NOTHING, 0, None
    last = int(known[-1])
    if np.isnan(centre[last]):
        return Movement.TOO_FEW, 0, None
    start = _run_start(values, centre, last)
    if last - start + 1 >= SHIFT:
        return Movement.SHIFT, int(np.sign(values[last] - centre[last])), start
    if direction[last]:
        sign = int(direction[last])
        movement = _MOVEMENT[Cause(cause[last])]
        since = _trend_start(values, last, sign) if movement is Movement.TREND else None
        return movement, sign, since
    if year is None:
        return Movement.CANNOT_TELL, 0, None
    matters = indicator.smallest_difference
    if matters is not None and -matters < year.lower and year.upper < matters:
        return Movement.LITTLE, 0, None
    if year.lower > 0 or year.upper < 0:
        return Movement.CHANGED, int(np.sign(year.change)), None
    return Movement.CANNOT_TELL, 0, None


def _run_start(values: FloatArray, centre: FloatArray, last: int) -> int:
    """Where the run on one side of the mean began that the last figure belongs to; a missing month ends it."""
    side = np.sign(values - centre)
    start = last
    while start > 0 and side[start - 1] == side[last] != 0 and centre[start - 1] == centre[last]:
        start -= 1
    return start


def _trend_start(values: FloatArray, last: int, sign: int) -> int:
    start = last
    while start > 0 and np.sign(values[start] - values[start - 1]) == sign:
        start -= 1
    return start
