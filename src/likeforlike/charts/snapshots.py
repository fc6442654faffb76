"""Whom one month alone would have named, month by month, and how many of them are on the list."""

from __future__ import annotations

import altair as alt

from likeforlike.charts.chart import Chart, data_of, make_chart
from likeforlike.charts.look import ACCENT, INK, PALE, PEER, WIDTH
from likeforlike.present.report import ReportView

STEP = 20


def draw_snapshots(view: ReportView) -> Chart:
    """Of those whom each month would have named: pale bars, and within them those on the list."""
    rows = [
        {"month": one.month, "named": one.named, "on_list": one.on_list, "order": order}
        for order, one in enumerate(view.snapshots)
    ]
    months = alt.Y(
        "month:N",
        sort=[str(row["month"]) for row in rows],
        title=None,
        axis=alt.Axis(ticks=False, domain=False),
    )
    most = max((one.named for one in view.snapshots), default=1)
    at = alt.X(
        "named:Q",
        title=f"{view.many}",
        scale=alt.Scale(domain=[0, most * 1.3]),
        axis=alt.Axis(grid=False, tickMinStep=1),
    )
    base = alt.Chart(data_of(rows))
    drawn = alt.layer(
        base.mark_bar(color=PALE, stroke=PEER).encode(x=at, y=months),
        base.mark_bar(color=ACCENT).encode(x=alt.X("on_list:Q"), y=months),
        base.transform_calculate(text="datum.on_list + ' of ' + datum.named + ' on the list'")
        .mark_text(align="left", dx=4, color=INK)
        .encode(x=at, y=months, text="text:N"),
    ).properties(width=WIDTH - 60, height=alt.Step(STEP))
    return make_chart(drawn, view.snapshot_finding, view.source, view.tables["Snapshots"])
