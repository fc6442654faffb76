"""One organisation's months as people see them: a sentence, the months that stand out, the gaps and their reasons."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

from likeforlike.catalogue import Methods
from likeforlike.comparison.trend import (
    ABSENT,
    IMPROVEMENT,
    LEAST_FOR_LIMITS,
    MARKED,
    Movement,
    Trend,
)
from likeforlike.present import public_wording, wording
from likeforlike.present.table import Column, TableView, make_table

HOW = (
    "The limits are of this series alone: its mean and 2.66 times the mean distance between neighbouring months on "
    "either side (an XmR chart by the rules of NHS England's “Making data count”). A month within them is as its "
    "months usually are; it says nothing about other organisations."
)


@dataclass(frozen=True)
class TrendMonth:
    """One month: a figure, or why there is none."""

    month: datetime.date
    value: float | None
    words: str
    """The figure with its unit, or the reason in words."""
    centre: float | None
    lower: float | None
    upper: float | None
    mark: str
    """'H' or 'L' where the month stands out, else ''."""
    mark_words: str


@dataclass(frozen=True)
class TrendBreak:
    """A known change in recording within the series."""

    month: datetime.date
    words: str
    """What changed, and whether limits begin anew."""


@dataclass(frozen=True)
class TrendView:
    """The series of one indicator of one organisation."""

    title: str
    sentence: str
    months: tuple[TrendMonth, ...]
    limits: str
    """The limits that hold at the end, in words; '' where there are none."""
    breaks: tuple[TrendBreak, ...]
    how: str
    table: TableView


def view_trend(trend: Trend, methods: Methods) -> TrendView:
    """A followed series in words; `methods` has the words for reasons."""
    indicator = trend.indicator
    decimals = (
        indicator.decimals
        if indicator.decimals is not None
        else wording.decimals_of(indicator.smallest_difference)
    )
    months = tuple(_view_month(trend, place, methods, decimals) for place in range(len(trend.months)))
    return TrendView(
        title=indicator.title,
        sentence=_say_end(trend, decimals),
        months=months,
        limits=_say_limits(trend, decimals),
        breaks=tuple(
            TrendBreak(
                one.month,
                f"{wording.month(one.month)}: {one.what} "
                + (
                    "The limits begin anew here."
                    if one.rebase
                    else "The limits go on: nobody has set new ones."
                ),
            )
            for one in trend.breaks
        ),
        how=HOW,
        table=make_table(
            "Months",
            f"{indicator.title}, month by month",
            [
                "Month",
                Column(f"figure, {indicator.unit}", decimals),
                Column("its mean", decimals),
                Column("lower limit", decimals),
                Column("upper limit", decimals),
                "stands out",
                "why there is no figure",
            ],
            [
                (
                    one.month,
                    one.value,
                    one.centre,
                    one.lower,
                    one.upper,
                    f"{one.mark}: {one.mark_words}" if one.mark else "",
                    "" if one.value is not None else one.words,
                )
                for one in months
            ],
        ),
    )


def _view_month(trend: Trend, place: int, methods: Methods, decimals: int) -> TrendMonth:
    value = _number(trend.values[place])
    sign = int(trend.direction[place])
    rule = trend.rules[place]
    reason = trend.reasons[place]
    if value is not None:
        words = wording.figure(value, trend.indicator.unit, decimals)
    else:
        words = wording.ABSENT if reason == ABSENT else methods.reason(reason).title
    return TrendMonth(
        month=trend.months[place],
        value=value,
        words=words,
        centre=_number(trend.centre[place]),
        lower=_number(trend.lower[place]),
        upper=_number(trend.upper[place]),
        mark=(public_wording.LOW if sign < 0 else public_wording.HIGH) if rule else "",
        mark_words=public_wording.stands_out(rule, sign, _improvement(trend)) if rule else "",
    )


def _say_end(trend: Trend, decimals: int) -> str:
    if trend.movement is Movement.TOO_FEW:
        start = trend.rebased[-1] if trend.rebased else 0
        known = sum(not math.isnan(value) for value in trend.values[start:])
        said = public_wording.too_few_months(known, LEAST_FOR_LIMITS)
        changed = f" since recording changed in {wording.month(trend.months[start])}" if start else ""
        return f"{said}{changed}."
    if trend.movement is Movement.NOTHING:
        return f"{public_wording.too_few_months(0, LEAST_FOR_LIMITS)}."
    last = max(place for place, value in enumerate(trend.values) if not math.isnan(value))
    if trend.movement in MARKED:
        since = trend.since if trend.since is not None else last
        said = public_wording.moved(
            trend.movement,
            trend.sign,
            _improvement(trend),
            wording.month(trend.months[last]),
            wording.month(trend.months[since]),
            last - since + 1,
        )
        return f"{said}."
    if trend.year is None:
        return f"{public_wording.NO_YEAR_BEFORE}."
    unit = trend.indicator.unit
    points = "percentage points" if unit == "per cent" else unit
    said = public_wording.changed_in_a_year(
        wording.number(trend.year.change, decimals),
        wording.interval(trend.year.lower, trend.year.upper, "", decimals),
        trend.sign,
        _improvement(trend),
        little=trend.movement is Movement.LITTLE,
    )
    return f"{said}, in {points}."


def _say_limits(trend: Trend, decimals: int) -> str:
    places = [place for place, centre in enumerate(trend.centre) if not math.isnan(centre)]
    if not places:
        return ""
    last, unit = places[-1], trend.indicator.unit
    lower, centre, upper = (
        wording.figure(float(line[last]), unit, decimals) for line in (trend.lower, trend.centre, trend.upper)
    )
    return f"Its mean is {centre}, and its months vary between {lower} and {upper}."


def _improvement(trend: Trend) -> str:
    return IMPROVEMENT[trend.indicator.polarity]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
