"""Figures against size, like for like, with the limits of chance: who lies outside, and whether size explains it."""

from __future__ import annotations

import altair as alt

from likeforlike.charts.chart import Chart, data_of, make_chart
from likeforlike.charts.look import ACCENT, INK, PAPER, PEER, WIDTH
from likeforlike.present.indicator_tables import FunnelView
from likeforlike.present.report import ReportView
from likeforlike.present.table import TableView

HEIGHT = 260
ROOM = 1.1
INDICATOR = 2  # The column of the table of funnels that names it.
LINES = (("lower", "upper", "95%", [4, 3]), ("far_lower", "far_upper", "99.8%", [1, 0]))


def draw_funnel(one: FunnelView, view: ReportView) -> Chart:
    """One indicator's funnel; the listed are filled triangles, the others hollow circles."""
    points = [
        {"size": point.size, "value": point.value, "listed": point.organisation in one.listed}
        for point in one.funnel.points
    ]
    values = [row["value"] for row in points]
    room = 0.05 * (max(values) - min(values) or 1.0)
    low, high = min(*values, one.funnel.target) - room, max(*values, one.funnel.target) + room
    at = alt.X(
        "size:Q",
        scale=alt.Scale(type="log", nice=False, domain=_domain(points)),
        title="size: the denominator over the window",
        axis=alt.Axis(format=",", grid=False, values=_tens(points)),
    )
    up = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[low, high], nice=False, clamp=True),
        title=f"{one.unit}, like for like",
    )
    lines = [
        {"size": row.size, "value": getattr(row, side), "side": side, "dash": level}
        for row in one.funnel.limits
        for *sides, level, _ in LINES
        for side in sides
    ]
    layers: list[alt.Chart] = []
    for lower, upper, _, dash in LINES:
        for side in (lower, upper):
            its = [row for row in lines if row["side"] == side]
            layers.append(
                alt.Chart(data_of(its))
                .mark_line(color=PEER, strokeDash=dash, strokeWidth=1)
                .encode(x=at, y=up)
            )
    layers.append(
        alt.Chart(data_of([{"value": one.funnel.target}]))
        .mark_rule(color=INK, strokeDash=[6, 3])
        .encode(y=up)
    )
    for listed, shape, colour in ((False, "circle", PEER), (True, "triangle-down", ACCENT)):
        its = [row for row in points if row["listed"] is listed]
        if its:
            layers.append(
                alt.Chart(data_of(its))
                .mark_point(shape=shape, filled=listed, color=colour, opacity=0.9, size=45 if listed else 28)
                .encode(x=at, y=up)
            )
    end = lines[-1] | {"value": max(row["value"] for row in lines if row["size"] == lines[-1]["size"])}
    words = alt.Chart(data_of([end | {"text": "limits of chance: 95% dashed, 99.8% solid"}])).encode(
        x=at, y=up, text="text:N"
    )
    layers.append(
        words.mark_text(align="right", dy=-8, fontSize=10, stroke=PAPER, strokeWidth=5, strokeJoin="round")
    )
    layers.append(words.mark_text(align="right", dy=-8, fontSize=10))
    drawn = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)
    every = view.tables["Funnels"]
    table = TableView(
        every.name,
        one.finding,
        every.columns,
        tuple(row for row in every.rows if row[INDICATOR] == one.title),
    )
    return make_chart(drawn, one.finding, view.source, table)


def _domain(points: list[dict[str, float]]) -> list[float]:
    """All sizes, and a tenth of room on either side: where all are alike there would be none."""
    sizes = [row["size"] for row in points]
    return [min(sizes) / ROOM, max(sizes) * ROOM]


def _tens(points: list[dict[str, float]]) -> list[float]:
    """Powers of ten, and twice and five times them, within the sizes."""
    sizes = [row["size"] for row in points]
    steps = [step * 10.0**power for power in range(10) for step in (1, 2, 5)]
    return [step for step in steps if min(sizes) <= step <= max(sizes)]
