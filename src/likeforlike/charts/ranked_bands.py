"""The ranges of very many organisations in bands of 1% of them, so that a page stays light."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import altair as alt

from likeforlike.charts.chart import Chart
from likeforlike.charts.indicator_chart import (
    finish,
    fixed_x,
    fixed_y,
    middle,
    rows_of,
    state_points,
    tidy,
    words_at,
)
from likeforlike.charts.indicator_input import ChartIndicator
from likeforlike.charts.look import PALE
from likeforlike.charts.ranked_basis import Basis, Range
from likeforlike.charts.ranked_words import axis_of, short_name, state_words, zero_line
from likeforlike.present import wording
from likeforlike.present.table import Column, make_table

BANDS, EXTREMES, BANDS_HEIGHT = 100, 3, 380.0
# Where the words for the two shades stand, in heights of the chart from above.
SHADE_WORDS = 0.66
TELLING = ("better than expected", "worse than expected")


def draw_bands(indicator: ChartIndicator, basis: Basis) -> Chart:
    """Bands of 1% of all: the middle of each, where its ranges usually lie, and as far as any of them goes."""
    bands = make_bands(basis.ranges)
    at = axis_of(basis)
    order = alt.Y(
        "order:Q",
        title=f"per cent of {len(basis.ranges):,} {indicator.many}, from {basis.first}",
        scale=alt.Scale(domain=[0, BANDS], reverse=True, nice=False),
        axis=alt.Axis(grid=False, tickCount=5),
    )
    base = alt.Chart(rows_of(bands))

    def reach(lower: str, upper: str, colour: str, opacity: float) -> Any:
        return base.mark_area(orient="horizontal", color=colour, opacity=opacity, clip=True).encode(
            x=alt.X(f"{lower}:Q"), x2=alt.X2(f"{upper}:Q"), y=order
        )

    extremes = _extremes(basis.ranges)
    named = {state: [short_name(one.name) for one in extremes if one.state == state] for state in TELLING}
    layers = [
        reach("least", "most", PALE, 0.8),
        reach("lower", "upper", "#a9b6bf", 1.0),
        *zero_line(basis, at),
        *state_points(
            lambda its: alt.Chart(rows_of(its)).encode(x=at, y=order),
            bands,
            size=26,
            plain=not basis.states,
        ),
        *state_words(
            basis,
            at,
            height=BANDS_HEIGHT,
            below={state: ["the farthest:", *its] for state, its in named.items() if its},
        ),
        *_shade_words(basis),
    ]
    table = make_table(
        "Ranked",
        f"{indicator.title}: {basis.title}, in bands of 1% of all, and the {2 * EXTREMES} farthest by name",
        [
            "band",
            Column("organisations", 0),
            "state of most of them",
            Column(f"middle: {basis.heading}", basis.decimals),
            Column("range from", basis.decimals),
            Column("to", basis.decimals),
        ],
        [
            *(
                (
                    f"{wording.ordinal(number)} per cent",
                    band["organisations"],
                    band["state"],
                    band["at"],
                    band["lower"],
                    band["upper"],
                )
                for number, band in enumerate(bands, start=1)
            ),
            *((f"{one.name} ({one.code})", 1, one.state, one.at, one.lower, one.upper) for one in extremes),
        ],
    )
    return finish(layers, basis.finding, indicator, table, height=BANDS_HEIGHT)


def make_bands(ranges: Sequence[Range]) -> list[dict[str, Any]]:
    """A hundred equal bands in order: the middle of each, its usual range, its hull, and the commonest state."""
    bands = []
    for number in range(BANDS):
        first, last = (math.floor(edge * len(ranges) / BANDS) for edge in (number, number + 1))
        its = ranges[first:last]
        bands.append(
            {
                "order": number + 0.5,
                "organisations": len(its),
                "at": tidy(middle(one.at for one in its)),
                "lower": tidy(middle(one.lower for one in its)),
                "upper": tidy(middle(one.upper for one in its)),
                "least": min(one.lower for one in its),
                "most": max(one.upper for one in its),
                "state": Counter(one.state for one in its).most_common(1)[0][0],
            }
        )
    return bands


def _extremes(ranges: Sequence[Range]) -> list[Range]:
    """The first and last few that differ from what is expected: of others a name says nothing."""
    telling = [one for one in ranges if one.state in TELLING]
    return [*telling[:EXTREMES], *telling[EXTREMES:][-EXTREMES:]]


def _shade_words(basis: Basis) -> list[Any]:
    """What the two shades are, said in the corner that the figures leave free."""
    falling = basis.ranges[0].at > basis.ranges[-1].at
    base = alt.Chart(
        rows_of([{"text": ["dark: where the ranges of a band", "usually lie; pale: as far as any goes"]}])
    )
    corner = base.encode(
        x=fixed_x("width" if falling else 8), y=fixed_y(SHADE_WORDS * BANDS_HEIGHT), text=alt.Text("text:N")
    )
    return words_at(
        corner,
        align="right" if falling else "left",
        dx=-6 if falling else 0,
        fontStyle="italic",
        lineHeight=12,
    )
