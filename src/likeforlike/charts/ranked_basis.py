"""What of an indicator can be put in order honestly: positions, predictions, or the figures alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from likeforlike.charts.indicator_chart import (
    is_judged,
    known,
    quantile,
    say_states,
    tidy,
    value_of,
)
from likeforlike.charts.indicator_input import ChartIndicator, ChartRow
from likeforlike.present.chart_findings import say_ranked, say_spread

LEVEL = 0.95
POSITION = "position"
SMALLEST_DIFFERENCES = "smallest differences that matter"


@dataclass(frozen=True)
class Range:
    """One organisation's range on the axis of the chart."""

    code: str
    name: str
    at: float
    lower: float
    upper: float
    state: str


@dataclass(frozen=True)
class Basis:
    """What is in order: positions where all have the same peers, else predictions, else the figures."""

    ranges: tuple[Range, ...]
    title: str
    finding: str
    decimals: int
    domain: tuple[float, float]
    first: str = "the best"
    """What stands at the top."""
    zero: str = ""
    """What 0 means, where it is marked."""
    heading: str = ""
    states: bool = True
    """Whether points have the look of their state: of figures alone nobody has one."""


def find_basis(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> Basis:
    """What can be put in order honestly.

    A position counts among its own peers: only where all have the same ones do positions go together. Predictions
    do always, for they are differences from what is expected.
    """
    placed = [row for row in rows if row.mean is not None and row.deviation is not None]
    if placed:
        finding = say_ranked(indicator.many, say_states(placed))
        positions = [row for row in placed if row.least is not None and row.most is not None]
        if len(positions) == len(placed) and len({row.area for row in placed}) == 1:
            return _positions(indicator, positions, finding)
        return _predictions(placed, finding)
    return _figures(indicator, known(rows))


def _positions(indicator: ChartIndicator, rows: Sequence[ChartRow], finding: str) -> Basis:
    ranges = [
        Range(row.code, row.name, place, float(row.least or 1), float(row.most or 1), row.state)
        for place, row in enumerate(sorted(rows, key=lambda row: (-(row.mean or 0.0), row.code)), start=1)
    ]
    return Basis(
        tuple(ranges),
        f"position among {len(rows):,} {indicator.many}, 1 is the best",
        finding,
        0,
        (1.0, max(float(len(rows)), 2.0)),
        heading=POSITION,
    )


def _predictions(rows: Sequence[ChartRow], finding: str) -> Basis:
    reach = NormalDist().inv_cdf(0.5 + LEVEL / 2)
    ranges = [
        Range(
            row.code,
            row.name,
            tidy(row.mean or 0.0),
            tidy((row.mean or 0.0) - reach * (row.deviation or 0.0)),
            tidy((row.mean or 0.0) + reach * (row.deviation or 0.0)),
            row.state,
        )
        for row in sorted(rows, key=lambda row: (-(row.mean or 0.0), row.code))
    ]
    return Basis(
        tuple(ranges),
        f"from what is expected, in {SMALLEST_DIFFERENCES}: ← worse · better →",
        finding,
        1,
        _domain_of(ranges),
        zero="as expected",
        heading=f"difference in {SMALLEST_DIFFERENCES}, better is above 0",
    )


def _figures(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> Basis:
    ups = indicator.polarity != "lower_is_better"
    ranges = [
        Range(
            row.code,
            row.name,
            tidy(value_of(row)),
            tidy(value_of(row) if row.lower is None else row.lower),
            tidy(value_of(row) if row.upper is None else row.upper),
            row.state,
        )
        for row in sorted(rows, key=lambda row: ((-1 if ups else 1) * value_of(row), row.code))
    ]
    if not ranges or all(one.lower == one.upper for one in ranges):
        return Basis((), "", "", 0, (0.0, 1.0))
    values = sorted(one.at for one in ranges)
    quarters = [quantile(values, share) for share in (0.25, 0.5, 0.75)]
    return Basis(
        tuple(ranges),
        f"{indicator.unit}, with the interval of 95% that chance gives it",
        say_spread(indicator.many, len(ranges), quarters, indicator.unit, indicator.decimals),
        indicator.decimals,
        _domain_of(ranges),
        first="the highest" if ups else "the lowest",
        heading=indicator.unit,
        states=is_judged(rows),
    )


def _domain_of(ranges: Sequence[Range]) -> tuple[float, float]:
    """From the lowest to the highest end, but for the farthest hundredth on either side."""
    lows, highs = sorted(one.lower for one in ranges), sorted(one.upper for one in ranges)
    least, most = quantile(lows, 0.01), quantile(highs, 0.99)
    room = 0.02 * ((most - least) or 1.0)
    return tidy(least - room), tidy(most + room)
