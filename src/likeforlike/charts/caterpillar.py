"""Every organisation's range of positions, from the best expected to the last: who can be told from whom."""

from __future__ import annotations

from typing import Literal

import altair as alt

from likeforlike.charts.chart import Chart, data_of, make_chart
from likeforlike.charts.look import ACCENT, INK, PALE, PAPER, PEER, WIDTH
from likeforlike.present.report import PlacedView, ReportView
from likeforlike.present.wording import CATEGORIES

# Category → shape, whether it is filled, colour: lightness and shape tell it too.
LOOKS = {
    "almost certainly": ("triangle-down", True, ACCENT),
    "probably": ("triangle-down", False, ACCENT),
    "cannot tell": ("circle", False, INK),
    "almost certainly not": ("circle", True, PEER),
}
# Taller than this a page would not hold it; shorter than the least step ranges run together.
TALLEST, LARGEST_STEP = 700, 12


def draw_caterpillar(view: ReportView) -> Chart:
    """The ranges of all assessed organisations, the listed by name."""
    places = view.places
    step = min(LARGEST_STEP, TALLEST / max(len(places), 1))
    rows = [_row(one, number) for number, one in enumerate(places, start=1)]
    order = alt.Y("order:Q", axis=None, scale=alt.Scale(domain=[0.5, len(places) + 0.5], reverse=True))
    at = alt.X(
        "rank:Q",
        title=f"position among {len(places):,} {view.many}, 1 is the best",
        scale=alt.Scale(domain=[1, max(len(places), 2)], nice=False),
        axis=alt.Axis(format=",d", tickMinStep=1),
    )
    base = alt.Chart(data_of(rows))
    fifth = (
        alt.Chart(data_of([{"rank": view.last_fifth, "end": max(len(places), 2)}]))
        .mark_rect(color=PALE, opacity=0.6)
        .encode(x=at, x2="end:Q")
    )
    named = (
        alt.Chart(data_of([{"rank": view.last_fifth, "order": 0.5, "text": "the last fifth"}]))
        .mark_text(align="left", baseline="bottom", dx=2, dy=-2, fontStyle="italic")
        .encode(x=at, y=order, text="text:N")
    )
    layers = [
        fifth,
        named,
        base.mark_rule(strokeWidth=min(2, step / 2)).encode(
            x=alt.X("rank_lower:Q"), x2="rank_upper:Q", y=order, color=alt.Color("colour:N", scale=None)
        ),
    ]
    for category, (shape, filled, colour) in LOOKS.items():
        its = [row for row in rows if row["category"] == category]
        if its:
            layers.append(
                alt.Chart(data_of(its))
                .mark_point(
                    shape=shape,
                    filled=filled,
                    color=colour,
                    opacity=1,
                    size=28,
                    fill=colour if filled else "white",
                )
                .encode(x=at, y=order)
            )
            layers += _band(its, at, order, category, len(places))
    drawn = alt.layer(*layers).properties(width=WIDTH, height=max(40, step * len(places)))
    return make_chart(drawn, view.ranks_finding, view.source, view.tables["All organisations"])


def _row(one: PlacedView, order: int) -> dict[str, object]:
    return {
        "order": order,
        "name": one.name,
        "category": one.category,
        "rank": one.rank,
        "rank_lower": one.rank_lower,
        "rank_upper": one.rank_upper,
        "colour": LOOKS[one.category][2],
    }


def _band(
    its: list[dict[str, object]], at: alt.X, order: alt.Y, category: str, all_of: int
) -> list[alt.Chart]:
    """The category's words beside some of those in it, on the side where ranges leave room."""
    middle = its[len(its) // 2]
    early = float(str(middle["rank"])) < all_of / 2
    text = f"{CATEGORIES[category]} ({len(its):,})"
    edge, beside = (all_of, its[len(its) // 8]) if early else (1, middle)
    base = alt.Chart(data_of([{"rank": edge, "order": beside["order"], "text": text}])).encode(
        x=at, y=order, text="text:N"
    )
    side: Literal["left", "right"] = "right" if early else "left"
    return [
        base.mark_text(align=side, fontWeight="bold", stroke=PAPER, strokeWidth=5, strokeJoin="round"),
        base.mark_text(align=side, fontWeight="bold"),
    ]
