"""Sampling intervals of observations: Wilson and Byar on counts of events, wider where the counts are rounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from likeforlike.catalogue import Indicator, Input, Kind, Quantity
from likeforlike.statistics.intervals import byar_interval, wilson_interval

# Kinds whose numerator is a count of events, of which chance makes more or fewer.
WITH_SAMPLING_INTERVAL = (Kind.PROPORTION, Kind.RATE, Kind.RATIO, Kind.COUNT)

Row = dict[str, Any]


def sampling_interval(
    indicator: Indicator, rows: Sequence[Row], level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Wilson for proportions, Byar or exact for rates, counts and ratios, in the indicator's unit; else NaN.

    It describes chance alone. Nothing is judged by it: month-to-month variance is many times larger. Sums of amounts
    (full-time equivalents) are no counts of events, unless their input says `counts_events`: chance has no such
    interval for them, nor for a mean, whose variance nobody publishes. A score has the limits that its publisher
    gives.

    Where counts are rounded (`rounded_to`) it is the union of the intervals over all counts that are printed so,
    which holds the true figure at least as often as each of them would (Horowitz and Manski 2000, JASA 95: 77–84,
    section 4). Both limits of Wilson's and Byar's interval rise with the events and fall with the trials, so the
    union reaches from the lower limit of the fewest events among the most to the upper limit of the most among the
    fewest.
    """
    lower = np.full(len(rows), np.nan)
    upper = np.full(len(rows), np.nan)
    if indicator.kind is Kind.SCORE:
        for place, row in enumerate(rows):
            if row["value"] is not None and row["published_lower"] is not None:
                lower[place], upper[place] = row["published_lower"], row["published_upper"]
        return lower, upper
    if indicator.kind not in WITH_SAMPLING_INTERVAL or indicator.purpose == "population":
        return lower, upper
    has_value = np.array([row["value"] is not None and _counts_events(indicator, row) for row in rows], bool)
    if not has_value.any():
        return lower, upper
    its = [row for row, has in zip(rows, has_value, strict=True) if has]
    events = np.array([row["numerator"] for row in its], dtype=float)
    off = np.array([off_by(indicator, row, "numerator") for row in its], dtype=float)
    fewest, most = np.maximum(events - off, 0), events + off
    if indicator.kind is Kind.PROPORTION:
        trials = np.array([row["denominator"] for row in its], dtype=float)
        off_trials = np.array([off_by(indicator, row, "denominator") for row in its], dtype=float)
        # A count is never more than that of those among whom it was counted, and these are never none.
        among = np.maximum(np.maximum(trials - off_trials, np.minimum(trials, 1)), fewest)
        low = wilson_interval(fewest, trials + off_trials, level=level).lower
        high = wilson_interval(np.minimum(most, among), among, level=level).upper
        scale_low = scale_high = np.full(events.shape, indicator.multiplier)
    else:
        low, high = byar_interval(fewest, level=level).lower, byar_interval(most, level=level).upper
        scale_low = indicator.multiplier / np.array([_divided_by(indicator, row, +1) for row in its])
        scale_high = indicator.multiplier / np.array([_divided_by(indicator, row, -1) for row in its])
    lower[has_value] = low * scale_low
    upper[has_value] = high * scale_high
    return lower, upper


def off_by(indicator: Indicator, row: Row, part: Literal["numerator", "denominator"]) -> int:
    """How far a count of an observation may lie from what was counted, because its publisher rounds.

    A sum over organisations has been rounded for each of them.
    """
    quantities = [getattr(source, part) for source in _inputs(indicator, row)]
    once = max((one.off_by() for one in quantities if isinstance(one, Quantity)), default=0)
    return once * int(row["members_with_value"] or 1)


def is_rounded(indicator: Indicator) -> bool:
    """Whether any of its counts are rounded by their publisher."""
    quantities = [one for source in indicator.inputs for one in (source.numerator, source.denominator)]
    return any(isinstance(one, Quantity) and one.rounded_to is not None for one in quantities)


def _inputs(indicator: Indicator, row: Row) -> list[Input]:
    """The inputs from whose sources an observation is."""
    sources = str(row["source"] or "").split(",")
    return [source for source in indicator.inputs if source.source in sources]


def _counts_events(indicator: Indicator, row: Row) -> bool:
    if isinstance(row["numerator"], int):
        return True
    inputs = _inputs(indicator, row)
    return row["numerator"] is not None and bool(inputs) and all(one.counts_events for one in inputs)


def _divided_by(indicator: Indicator, row: Row, side: Literal[1, -1]) -> float:
    """What the events are divided by: at its most (1), or at its least (−1) though never nothing."""
    days = row["exposure"] or 1
    if indicator.kind is Kind.COUNT:
        return float(days)
    if indicator.kind is Kind.RATIO:
        return float(row["expected"])
    among = row["denominator"]
    off = off_by(indicator, row, "denominator")
    return float(max(among + side * off, min(among, 1)) * days)
