"""How figures are spread within each fifth of organisations by the deprivation of their population."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from likeforlike.charts.chart import Chart
from likeforlike.charts.indicator_chart import (
    finish,
    fixed_x,
    fixed_y,
    known,
    quantile,
    rows_of,
    tidy,
    value_of,
    words_at,
)
from likeforlike.charts.indicator_input import ChartIndicator, ChartRow
from likeforlike.charts.look import ACCENT, PAPER, PEER
from likeforlike.present.chart_findings import say_deprivation, say_figures
from likeforlike.present.table import Column, make_table

FIFTHS = {1: "1 most deprived", 2: "2", 3: "3", 4: "4", 5: "5 least deprived"}
STEP = 34.0
# A fifth with fewer says nothing of a spread.
FEWEST = 5


def draw_deprivation(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> Chart | None:
    """The middle one of each fifth, the middle half and eight in ten; none where a fifth has fewer than five."""
    of_fifth = {
        fifth: sorted(value_of(row) for row in known(rows) if row.deprivation == fifth) for fifth in FIFTHS
    }
    if indicator.levels or min(map(len, of_fifth.values())) < FEWEST:
        return None
    spreads: list[dict[str, Any]] = [
        {"fifth": FIFTHS[fifth], "number": len(its)}
        | {
            key: tidy(quantile(its, share))
            for key, share in (("low", 0.1), ("lower", 0.25), ("mid", 0.5), ("upper", 0.75), ("high", 0.9))
        }
        for fifth, its in of_fifth.items()
    ]

    def of(spread: dict[str, Any], key: str) -> float:
        return float(spread[key])

    for spread in spreads:
        (spread["text"],), _ = say_figures([of(spread, "mid")], indicator.unit, indicator.decimals)
    order = alt.Y(
        "fifth:N",
        sort=list(FIFTHS.values()),
        title=f"fifth of {indicator.many} by deprivation",
        axis=alt.Axis(ticks=False, domain=False, labelLimit=150, labelFontSize=11),
    )
    at = alt.X(
        "low:Q", title=indicator.unit, scale=alt.Scale(zero=False), axis=alt.Axis(format=",.6~g", tickCount=7)
    )
    base = alt.Chart(rows_of(spreads))
    layers: list[Any] = [
        base.mark_rule(color=PEER, strokeWidth=1.5).encode(x=at, x2=alt.X2("high:Q"), y=order),
        base.mark_bar(color="#a9b6bf", stroke=PEER, strokeWidth=0.5, size=14).encode(
            x=alt.X("lower:Q"), x2=alt.X2("upper:Q"), y=order
        ),
        base.mark_point(shape="diamond", color=ACCENT, fill=ACCENT, stroke=PAPER, opacity=1, size=110).encode(
            x=alt.X("mid:Q"), y=order
        ),
        *words_at(
            base.encode(x=alt.X("mid:Q"), y=order, text=alt.Text("text:N")), align="center", bold=True, dy=-14
        ),
    ]
    first = [spreads[0] | {"text": "bar: the middle half · line: eight in ten · diamond: the middle one"}]
    layers.append(
        alt.Chart(rows_of(first))
        .mark_text(align="right", baseline="bottom", fontSize=9, fontStyle="italic", dy=-6)
        .encode(x=fixed_x("width"), y=fixed_y(0), text=alt.Text("text:N"))
    )
    most, least = spreads[0], spreads[-1]
    overlapping = max(of(most, "lower"), of(least, "lower")) < min(of(most, "upper"), of(least, "upper"))
    finding = say_deprivation(
        indicator.one,
        of(most, "mid"),
        of(least, "mid"),
        indicator.unit,
        indicator.decimals,
        overlapping=overlapping,
    )
    table = make_table(
        "Deprivation",
        f"{indicator.title}: figures of {indicator.many} in each fifth by deprivation of their population",
        [
            "fifth",
            Column("organisations", 0),
            *(
                Column(heading, indicator.decimals)
                for heading in (
                    "a tenth lies below",
                    "a quarter lies below",
                    "middle",
                    "a quarter lies above",
                    "a tenth lies above",
                )
            ),
        ],
        [
            (
                str(one["fifth"]),
                *(of(one, key) for key in ("number", "low", "lower", "mid", "upper", "high")),
            )
            for one in spreads
        ],
    )
    return finish(layers, finding, indicator, table, height=STEP * len(FIFTHS))
