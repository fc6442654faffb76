"""The position strip: every peer a thin tick, expected a hollow diamond, this one a filled dot with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from likeforlike.charts.chart import Chart, data_of, lift_labels, make_chart, most_lines, wrap_labels
from likeforlike.charts.look import ACCENT, INK, PEER, WIDTH
from likeforlike.present.table import TableView

STEP, LINE = 26, 11
# Of a name, in characters: longer ones go on below.
LONGEST_NAME = 40
# A few far-off peers would press all others together: beyond these quantiles a tick stands at the edge.
SHOWN = 0.01


@dataclass(frozen=True)
class StripRow:
    """One strip, in units of the smallest difference that matters; 0 is what is expected."""

    label: str
    peers: tuple[float, ...]
    value: float | None
    lower: float | None
    upper: float | None
    ends: tuple[str, str]
    """What lies left and right, the good on the right."""
    words: str = ""
    """The position as a range, for where there is room."""


def domain_of(rows: Sequence[StripRow]) -> tuple[float, float]:
    """From where to where the strips run: all but the most far-off peers, and everything of this organisation."""
    peers = sorted(value for row in rows for value in row.peers)
    cut = int(SHOWN * len(peers))
    shown = peers[cut : len(peers) - cut]
    own = [value for row in rows for value in (row.value, row.lower, row.upper) if value is not None]
    least, most = min([*shown, *own, -1.0]), max([*shown, *own, 1.0])
    room = 0.03 * (most - least)
    return least - room, most + room


def draw_position_strips(rows: Sequence[StripRow], finding: str, source: str, table: TableView) -> Chart:
    """Strips below each other on one scale; the ends of the first row's direction are said below."""
    least, most = domain_of(rows)
    labels = [row.label for row in rows]
    order = alt.Y(
        "label:N",
        sort=labels,
        title=None,
        axis=alt.Axis(
            ticks=False,
            domain=False,
            labelLimit=0,
            labelFontSize=10,
            labelExpr=wrap_labels(labels, LONGEST_NAME),
            labelOffset=lift_labels(labels, LONGEST_NAME, LINE),
            labelLineHeight=LINE,
        ),
    )
    ends = rows[0].ends if rows else ("", "")
    at = alt.X(
        "value:Q",
        scale=alt.Scale(domain=[least, most], nice=False, clamp=True),
        title=f"← {ends[0]}  ·  {ends[1]} →",
        axis=alt.Axis(grid=False, tickMinStep=1),
    )
    peers = [{"label": row.label, "value": value} for row in rows for value in row.peers]
    own = [
        {"label": row.label, "value": row.value, "lower": row.lower, "upper": row.upper}
        for row in rows
        if row.value is not None
    ]
    drawn = alt.layer(
        alt.Chart(data_of(peers))
        .mark_tick(color=PEER, thickness=0.7, height=12, opacity=0.7)
        .encode(x=at, y=order),
        alt.Chart(data_of([{"label": label, "value": 0} for label in labels]))
        .mark_point(shape="diamond", fill="white", color=INK, size=90, opacity=1)
        .encode(x=at, y=order),
        alt.Chart(data_of(own))
        .mark_rule(color=ACCENT, strokeWidth=4)
        .encode(x=alt.X("lower:Q"), x2="upper:Q", y=order),
        alt.Chart(data_of(own))
        .mark_point(shape="circle", filled=True, color=ACCENT, size=90, opacity=1)
        .encode(x=at, y=order),
    ).properties(width=WIDTH - 150, height=alt.Step(max(STEP, LINE * most_lines(labels, LONGEST_NAME))))
    return make_chart(drawn, finding, source, table)
