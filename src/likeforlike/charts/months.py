"""Month by month, a small panel each: what was measured, what was expected, and the area's middle."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import altair as alt

from likeforlike.charts.chart import Chart, data_of, make_chart, wrap_words
from likeforlike.charts.look import ACCENT, INK, PEER
from likeforlike.present.evidence import MeasureView
from likeforlike.present.table import Column, TableView, make_table

PANEL_WIDTH, PANEL_HEIGHT, COLUMNS = 165, 90, 3
# Above a panel, in characters: longer ones go on below.
LONGEST_NAME, LONGEST_TITLE = 24, 34
# Words beside the ends of lines stand at least this share of the panel's height apart.
LABEL_GAP = 0.13
LINES = (
    ("value", "measured", ACCENT, [1, 0], "circle"),
    ("expected", "expected", INK, [4, 2], "diamond"),
    ("area_median", "middle of the area", PEER, [1, 2], None),
)


def draw_months(panels: Sequence[tuple[str, MeasureView]], finding: str, source: str) -> Chart:
    """One panel for each name and measure; the scale of each is its own, its unit said in its heading."""
    titles = {number: _title(name, one) for number, (name, one) in enumerate(panels)}
    drawn: Any = alt.concat(
        *(_panel(titles[number], one) for number, (_, one) in enumerate(panels)), columns=COLUMNS, spacing=14
    )
    return make_chart(drawn, finding, source, table_of_months(panels))


def _title(name: str, one: MeasureView) -> list[str]:
    return [name, one.indicator.labelled]


def _panel(title: list[str], one: MeasureView) -> Any:
    layers: list[Any] = []
    named: list[tuple[dict[str, Any], str, str]] = []
    at = alt.X("month:T", title=None, axis=alt.Axis(format="%b %y", grid=False, tickCount=3))
    last = max((row.month for row in one.months), default=datetime.date.min)
    up = alt.Y("figure:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=3))
    for field, words, colour, dash, shape in LINES:
        rows = [
            {"month": row.month.isoformat(), "figure": getattr(row, field)}
            for row in one.months
            if getattr(row, field) is not None
        ]
        if not rows:
            continue
        layers.append(alt.Chart(data_of(rows)).mark_line(color=colour, strokeDash=dash).encode(x=at, y=up))
        if shape:
            layers.append(
                alt.Chart(data_of(rows))
                .mark_point(
                    shape=shape,
                    color=colour,
                    fill=colour if shape == "circle" else "white",
                    size=16,
                    opacity=1,
                )
                .encode(x=at, y=up)
            )
        named.append((rows[-1], words, colour))
    heights = spread_labels([row["figure"] for row, _, _ in named], LABEL_GAP * _range(one))
    for (_, words, colour), height in zip(named, heights, strict=True):
        text = {"month": last.isoformat(), "figure": height, "text": words}
        layers.append(
            alt.Chart(data_of([text]))
            .mark_text(align="left", dx=6, fontSize=8, color=colour)
            .encode(x=at, y=up, text="text:N")
        )
    if not layers:
        layers = [alt.Chart(data_of([{"text": "no month has a figure"}])).mark_text().encode(text="text:N")]
    return alt.layer(*layers).properties(
        width=PANEL_WIDTH - 45,
        height=PANEL_HEIGHT,
        title=alt.TitleParams(
            text=wrap_words(title[0], LONGEST_NAME),
            subtitle=wrap_words(title[1], LONGEST_TITLE),
            fontSize=10,
            subtitleFontSize=9,
        ),
    )


def spread_labels(values: Sequence[float], gap: float) -> list[float]:
    """Heights for words beside these values, so far apart that they can be read, in the values' own order.

    >>> spread_labels([5.0, 5.1, 9.0], 1.0)
    [4.55, 5.55, 9.0]
    """
    order = sorted(range(len(values)), key=lambda number: values[number])
    heights = list(values)
    for below, above in pairwise(order):
        lacking = gap - (heights[above] - heights[below])
        if lacking > 0:
            heights[above] += lacking / 2
            heights[below] -= lacking / 2
    for below, above in pairwise(order):
        heights[above] = max(heights[above], heights[below] + gap)
    return [round(height, 6) for height in heights]


def _range(one: MeasureView) -> float:
    figures = [
        figure
        for row in one.months
        for figure in (row.value, row.expected, row.area_median)
        if figure is not None
    ]
    return (max(figures) - min(figures)) or 1.0 if figures else 1.0


def table_of_months(panels: Sequence[tuple[str, MeasureView]]) -> TableView:
    """The months of all panels: measured and expected beside each other."""
    months = sorted({row.month for _, one in panels for row in one.months})
    found = [({row.month: row for row in one.months}, one) for _, one in panels]
    columns: list[str | Column] = ["Month"]
    for name, one in panels:
        columns.append(
            Column(
                name if one.indicator.unit in name else f"{name}, {one.indicator.unit}",
                one.indicator.decimals,
            )
        )
        columns.append(Column("expected", one.indicator.decimals))
    rows = [
        (
            month,
            *(
                cell
                for its, _ in found
                for cell in ((its[month].value, its[month].expected) if month in its else (None, None))
            ),
        )
        for month in months
    ]
    return make_table("Months", "Month by month", columns, rows)
