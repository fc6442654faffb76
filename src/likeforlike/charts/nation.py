"""England's series with the limits of its own variation, the months that stand out, and known breaks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import altair as alt

from likeforlike.charts.chart import Chart
from likeforlike.charts.indicator_chart import (
    finish,
    fixed_x,
    fixed_y,
    rows_of,
    tidy,
    words_at,
)
from likeforlike.charts.indicator_input import ChartIndicator, NationBreak, NationMonth
from likeforlike.charts.look import ACCENT, INK, PALE, PEER, WIDTH
from likeforlike.charts.months import spread_labels
from likeforlike.present import wording
from likeforlike.present.chart_findings import say_figures, say_nation
from likeforlike.present.table import Column, make_table

HEIGHT, END_WORDS, MOST_TICKS = 220.0, 70.0, 7
# Words at the ends of lines stand so far apart, in points of the drawing.
LABEL_GAP = 13.0
FEWEST = 3
SHAPES = {"H": "triangle-up", "L": "triangle-down"}


def draw_nation(
    indicator: ChartIndicator, months: Sequence[NationMonth], breaks: Sequence[NationBreak]
) -> Chart | None:
    """The series of the nation; none where it has fewer than three figures."""
    figures = [one for one in months if one.value is not None]
    if len(figures) < FEWEST:
        return None
    # What comes before the first figure is empty paper.
    months = months[list(months).index(figures[0]) :]
    shown = [one for one in breaks if months[0].month < one.month <= months[-1].month]
    at = alt.X(
        "month:T",
        title=None,
        axis=alt.Axis(format="%b %Y", grid=False, values=_ticks(months)),
    )
    up = alt.Y(
        "value:Q",
        title=indicator.unit,
        scale=alt.Scale(domain=_domain(months), nice=False),
        axis=alt.Axis(tickCount=6, format=",.6~g"),
    )
    layers = [*_limits(months, at, up), *_breaks(shown, at)]
    layers += [
        _line(run, "value", at, up, color=ACCENT, strokeWidth=2)
        for run in _runs(months, lambda one: one.value is not None)
    ]
    layers.append(_points([one for one in figures if not one.mark], at, up, "circle", 22))
    for mark, shape in SHAPES.items():
        its = [one for one in figures if one.mark == mark]
        if its:
            layers.append(_points(its, at, up, shape, 70))
    if any(one.mark for one in figures):
        key = alt.Chart(
            rows_of([{"text": "▲ ▼ higher or lower than its months usually are, or a run of them"}])
        )
        layers += words_at(
            key.encode(x=fixed_x("width"), y=fixed_y(-7), text=alt.Text("text:N")),
            align="right",
            fontSize=9,
            fontStyle="italic",
        )
    last = figures[-1]
    layers += _end_words(indicator, months, last, at, up)
    finding = say_nation(
        _say(indicator, last),
        last.month,
        next((_say(indicator, one) for one in figures if _year_before(one, last)), None),
        last.mark_words if last.mark else "",
    )
    table = make_table(
        "England",
        f"{indicator.title}: England, month by month",
        [
            "Month",
            Column(indicator.unit, indicator.decimals),
            Column("its mean", indicator.decimals),
            Column("lower limit", indicator.decimals),
            Column("upper limit", indicator.decimals),
            "stands out",
            "known change in recording",
        ],
        [
            (
                one.month,
                one.value,
                one.centre,
                one.lower,
                one.upper,
                one.mark_words if one.mark else "",
                " ".join(known.words for known in shown if known.month == one.month),
            )
            for one in months
        ],
    )
    return finish(layers, finding, indicator, table, height=HEIGHT, width=WIDTH - END_WORDS, below=28)


def _ticks(months: Sequence[NationMonth]) -> list[alt.DateTime]:
    """Months to be named below, evenly and not too many."""
    step = -(-len(months) // MOST_TICKS)
    return [
        alt.DateTime(year=one.month.year, month=one.month.month, date=one.month.day) for one in months[::step]
    ]


def _say(indicator: ChartIndicator, one: NationMonth) -> str:
    return wording.figure(one.value, indicator.unit, indicator.decimals)


def _year_before(one: NationMonth, last: NationMonth) -> bool:
    return (one.month.year, one.month.month) == (last.month.year - 1, last.month.month)


def _domain(months: Sequence[NationMonth]) -> list[float]:
    every = [value for one in months for value in (one.value, one.lower, one.upper) if value is not None]
    room = 0.12 * ((max(every) - min(every)) or abs(max(every)) or 1.0)
    return [tidy(min(every) - room), tidy(max(every) + room)]


def _row(one: NationMonth, value: float | None) -> dict[str, Any]:
    return {"month": one.month.isoformat(), "value": value if value is None else tidy(value)}


def _runs(months: Sequence[NationMonth], has: Any) -> list[list[NationMonth]]:
    """Stretches of months without a gap: a line is not drawn over a month that nobody knows."""
    return [list(run) for there, run in groupby(months, key=has) if there]


def _line(run: Sequence[NationMonth], field: str, at: alt.X, up: alt.Y, **mark: Any) -> Any:
    rows = [_row(one, getattr(one, field)) for one in run]
    return alt.Chart(rows_of(rows)).mark_line(**mark).encode(x=at, y=up)


def _points(its: Sequence[NationMonth], at: alt.X, up: alt.Y, shape: str, size: float) -> Any:
    rows = [_row(one, one.value) for one in its]
    return (
        alt.Chart(rows_of(rows))
        .mark_point(
            shape=shape, color=ACCENT if shape == "circle" else INK, filled=True, opacity=1, size=size
        )
        .encode(x=at, y=up)
    )


def _limits(months: Sequence[NationMonth], at: alt.X, up: alt.Y) -> list[Any]:
    """The band between the limits and the mean, a stretch for each set of them."""
    layers: list[Any] = []
    with_lines = _runs(months, lambda one: None not in (one.centre, one.lower, one.upper))
    stretches = [
        list(its) for run in with_lines for _, its in groupby(run, key=lambda one: (one.lower, one.upper))
    ]
    for its in stretches:
        rows = [_row(one, one.lower) | {"upper": tidy(one.upper or 0.0)} for one in its]
        layers.append(
            alt.Chart(rows_of(rows))
            .mark_area(color=PALE, opacity=0.7)
            .encode(x=at, y=up, y2=alt.Y2("upper:Q"))
        )
        layers.append(_line(its, "centre", at, up, color=PEER, strokeDash=[5, 3], strokeWidth=1))
    return layers


def _end_words(
    indicator: ChartIndicator, months: Sequence[NationMonth], last: NationMonth, at: alt.X, up: alt.Y
) -> list[Any]:
    """What each line is and the newest figure, right of their ends and so far apart that they can be read."""
    (figure,), _ = say_figures([last.value or 0.0], indicator.unit, indicator.decimals)
    ends = [(last.value or 0.0, figure, ACCENT, "bold")]
    newest = months[-1]
    if None not in (newest.centre, newest.lower, newest.upper):
        ends += [
            (newest.centre or 0.0, "mean", PEER, "normal"),
            (newest.upper or 0.0, "usual range", PEER, "normal"),
        ]
    low, high = _domain(months)
    heights = spread_labels([end[0] for end in ends], LABEL_GAP * (high - low) / HEIGHT)
    layers: list[Any] = []
    for (_, words, colour, weight), height in zip(ends, heights, strict=True):
        row = {"month": newest.month.isoformat(), "value": tidy(height), "text": words}
        layers += words_at(
            alt.Chart(rows_of([row])).encode(x=at, y=up, text=alt.Text("text:N")),
            bold=weight == "bold",
            dx=9,
            color=colour,
        )
    return layers


def _breaks(breaks: Sequence[NationBreak], at: alt.X) -> list[Any]:
    """A dotted line at each known change; what changed stands in the table."""
    layers: list[Any] = []
    for number, one in enumerate(breaks):
        base = alt.Chart(rows_of([{"month": one.month.isoformat(), "text": "recording changed"}]))
        layers.append(base.mark_rule(color=INK, strokeDash=[1, 3]).encode(x=at))
        layers += words_at(
            base.encode(x=at, y=fixed_y(HEIGHT - 8 - 12 * (number % 3)), text=alt.Text("text:N")),
            dx=4,
            fontSize=9,
        )
    return layers
