"""How the figures of all organisations are spread: a histogram, or bars of the levels of a rating."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import altair as alt

from likeforlike.charts.chart import Chart
from likeforlike.charts.indicator_chart import (
    finish,
    fixed_y,
    known,
    quantile,
    rows_of,
    tidy,
    value_of,
    words_at,
)
from likeforlike.charts.indicator_input import ChartIndicator, ChartRow
from likeforlike.charts.look import ACCENT, INK, PEER
from likeforlike.present import wording
from likeforlike.present.chart_findings import say_figures, say_levels, say_spread
from likeforlike.present.table import Column, make_table

HEIGHT, LEVEL_STEP = 200.0, 30.0
MOST_BARS, FEWEST = 30, 5
# Beyond these quantiles figures are counted in the outermost bars, or a few would press all others together.
SHOWN = 0.005
MIDDLE_OF_CHART, NEAR_EDGE = 0.5, 0.25
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def draw_values(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> Chart | None:
    """All figures; none where so few organisations have one that each is better looked at by itself."""
    figures = sorted(value_of(row) for row in known(rows))
    if len(figures) < FEWEST:
        return None
    return _draw_levels(indicator, figures) if indicator.levels else _draw_histogram(indicator, figures)


def bar_edges(figures: Sequence[float]) -> list[float]:
    """Round edges of bars over sorted figures, as many as their number can bear (its square root, 30 at most).

    >>> bar_edges([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    least, most = quantile(figures, SHOWN), quantile(figures, 1 - SHOWN)
    wanted = ((most - least) or abs(most) or 1.0) / min(MOST_BARS, max(FEWEST - 1, math.isqrt(len(figures))))
    power = 10.0 ** math.floor(math.log10(wanted))
    width = next(step * power for step in STEPS if step * power >= wanted * (1 - 1e-9))
    first, last = math.floor(least / width + 1e-9), math.ceil(most / width - 1e-9)
    return [round(number * width, 10) for number in range(first, max(last, first + 1) + 1)]


def count_bars(figures: Sequence[float], edges: Sequence[float]) -> list[int]:
    """How many figures lie in each bar, its lower edge included; those beyond all bars in the outermost."""
    width = (edges[-1] - edges[0]) / (len(edges) - 1)
    counted = Counter(
        min(max(math.floor((figure - edges[0]) / width + 1e-9), 0), len(edges) - 2) for figure in figures
    )
    return [counted[number] for number in range(len(edges) - 1)]


def _draw_histogram(indicator: ChartIndicator, figures: Sequence[float]) -> Chart:
    edges = bar_edges(figures)
    numbers = count_bars(figures, edges)
    bars = [
        {"start": start, "end": end, "organisations": number}
        for start, end, number in zip(edges, edges[1:], numbers, strict=False)
    ]
    at = alt.X(
        "start:Q",
        title=indicator.unit,
        scale=alt.Scale(domain=[edges[0], edges[-1]], nice=False, clamp=True),
        axis=alt.Axis(format=",.6~g", grid=False, tickCount=8),
    )
    up = alt.Y(
        "organisations:Q",
        title=f"number of {indicator.many}",
        scale=alt.Scale(domain=[0, 1.18 * max(numbers)], nice=False),
        axis=alt.Axis(tickMinStep=1, tickCount=5, format=",d"),
    )
    layers: list[Any] = [
        alt.Chart(rows_of(bars))
        .mark_bar(color="#a9b6bf", stroke=PEER, strokeWidth=0.5, binSpacing=0)
        .encode(x=at, x2=alt.X2("end:Q"), y=up, y2=alt.Y2Datum(0))
    ]
    quarters = [quantile(figures, share) for share in (0.25, 0.5, 0.75)]
    marks = [("the middle one", quarters[1], INK, [4, 3])]
    if indicator.nation is not None:
        marks.append(("England", indicator.nation, ACCENT, [1, 0]))
    marks.sort(key=lambda mark: mark[1])
    for number, (words, value, colour, dash) in enumerate(marks):
        share = (value - edges[0]) / (edges[-1] - edges[0])
        # The lower one's words stand left of it, unless there is no room.
        left = share > MIDDLE_OF_CHART if len(marks) == 1 else number == 0
        left = (left and share > NEAR_EDGE) or share > 1 - NEAR_EDGE
        (figure,), _ = say_figures([value], indicator.unit, indicator.decimals)
        text = f"{words}: {figure}"
        base = alt.Chart(rows_of([{"start": tidy(value), "text": text}]))
        layers.append(base.mark_rule(color=colour, strokeWidth=1.5, strokeDash=dash).encode(x=at))
        layers += words_at(
            base.encode(x=at, y=fixed_y(8 + 14 * number), text=alt.Text("text:N")),
            align="right" if left else "left",
            dx=-5 if left else 5,
            color=colour,
        )
    rows = [
        (f"{_edge(bar['start'], indicator)} to {_edge(bar['end'], indicator)}", bar["organisations"])
        for bar in bars
    ]
    table = make_table(
        "Values",
        f"{indicator.title}: how many {indicator.many} lie where; the first and the last row hold all beyond",
        [indicator.unit, Column("organisations", 0)],
        rows,
    )
    return finish(
        layers,
        say_spread(indicator.many, len(figures), quarters, indicator.unit, indicator.decimals),
        indicator,
        table,
        height=HEIGHT,
    )


def _edge(value: float, indicator: ChartIndicator) -> str:
    """An edge with as many decimals as it has."""
    return wording.number(value, max(indicator.decimals, len(f"{value:.6g}".partition(".")[2])))


def _draw_levels(indicator: ChartIndicator, figures: Sequence[float]) -> Chart:
    counted = Counter(round(figure) for figure in figures)
    shares = {
        number: f"{wording.number(100 * counted[number] / len(figures), 0)}%"
        for number in range(1, len(indicator.levels) + 1)
    }
    bars = [
        {
            "level": level,
            "organisations": counted[number],
            "text": f"{counted[number]:,} ({shares[number]})",
        }
        for number, level in enumerate(indicator.levels, start=1)
    ]
    order = alt.Y(
        "level:N",
        sort=list(indicator.levels),
        title=None,
        scale=alt.Scale(paddingInner=0.3),
        axis=alt.Axis(ticks=False, domain=False, labelLimit=200),
    )
    most = max(counted.values())
    at = alt.X(
        "organisations:Q",
        title=f"number of {indicator.many}",
        scale=alt.Scale(domain=[0, 1.2 * most], nice=False),
        axis=alt.Axis(grid=False, tickMinStep=1, format=",d"),
    )
    base = alt.Chart(rows_of(bars))
    height = LEVEL_STEP * len(bars)
    commonest, number = counted.most_common(1)[0]
    finding = say_levels(indicator.many, indicator.levels[commonest - 1], number, len(figures))
    table = make_table(
        "Values",
        f"{indicator.title}: how many {indicator.many} have each level",
        ["level", Column("organisations", 0), "share"],
        [(level, counted[number], shares[number]) for number, level in enumerate(indicator.levels, start=1)],
    )
    return finish(
        [
            base.mark_bar(color="#a9b6bf", stroke=PEER, strokeWidth=0.5).encode(x=at, y=order),
            *words_at(base.encode(x=at, y=order, text=alt.Text("text:N")), dx=4),
        ],
        finding,
        indicator,
        table,
        height=height,
    )
