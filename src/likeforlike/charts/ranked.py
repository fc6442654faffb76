"""All organisations of a kind in order, each with its range; where they are very many, in bands of 1%."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import altair as alt

from likeforlike.charts.chart import Chart
from likeforlike.charts.indicator_chart import (
    GLYPHS,
    MOST_DRAWN,
    STATE_LOOKS,
    finish,
    fixed_x,
    fixed_y,
    known,
    middle,
    quantile,
    rows_of,
    say_states,
    state_points,
    tidy,
    value_of,
    words_at,
)
from likeforlike.charts.indicator_input import ChartIndicator, ChartRow
from likeforlike.charts.look import INK, PALE, WIDTH
from likeforlike.present import wording
from likeforlike.present.chart_findings import say_ranked, say_spread
from likeforlike.present.table import Cell, Column, TableView, make_table

LEVEL = 0.95
# Taller than this a page would not hold it; below the least step a name cannot stand beside each.
TALLEST, LARGEST_STEP, LEAST_NAMED_STEP = 620.0, 15.0, 10.0
NAMES_WIDTH, LONGEST_NAME = 225, 42
BANDS, EXTREMES, BANDS_HEIGHT = 100, 3, 380.0
TELLING = ("better than expected", "worse than expected")
POSITION, MOST_TICKS = "position", 8
# Of words beside ranges, in points of the drawing.
WORDS_LINE, WORDS_GAP = 12.0, 8.0
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


def draw_ranked(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> Chart | None:
    """Every organisation's range from the best to the last; none where nobody has a figure with an interval."""
    basis = find_basis(indicator, rows)
    if indicator.levels or not basis.ranges:
        return None
    if len(basis.ranges) > MOST_DRAWN:
        return _draw_bands(indicator, basis)
    return _draw_each(indicator, basis)


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
        states=False,
    )


def _domain_of(ranges: Sequence[Range]) -> tuple[float, float]:
    """From the lowest to the highest end, but for the farthest hundredth on either side."""
    lows, highs = sorted(one.lower for one in ranges), sorted(one.upper for one in ranges)
    least, most = quantile(lows, 0.01), quantile(highs, 0.99)
    room = 0.02 * ((most - least) or 1.0)
    return tidy(least - room), tidy(most + room)


def _at(basis: Basis) -> alt.X:
    return alt.X(
        "at:Q",
        title=basis.title,
        scale=alt.Scale(domain=list(basis.domain), nice=False, clamp=True),
        axis=alt.Axis(format=",.6~g", tickCount=6)
        if basis.heading != POSITION
        else alt.Axis(format=",d", values=_positions_named(len(basis.ranges))),
    )


def _positions_named(number: int) -> list[int]:
    """The first position and about six round ones.

    >>> _positions_named(42)
    [1, 10, 20, 30, 40]
    """
    step = next(step for step in (1, 2, 5, 10, 20, 50) if number / step <= MOST_TICKS)
    return [1, *range(step if step > 1 else 2, number + 1, step)]


def _zero(basis: Basis, at: alt.X) -> list[Any]:
    """The line of what is expected, named above."""
    if not basis.zero:
        return []
    base = alt.Chart(rows_of([{"at": 0, "text": basis.zero}]))
    return [
        base.mark_rule(color=INK, strokeDash=[4, 3]).encode(x=at),
        base.mark_text(baseline="bottom", dy=-4, fontStyle="italic", fontSize=10).encode(
            x=at, y=fixed_y(0), text=alt.Text("text:N")
        ),
    ]


def _draw_each(indicator: ChartIndicator, basis: Basis) -> Chart:
    step = min(LARGEST_STEP, TALLEST / len(basis.ranges))
    height, named = max(30.0, step * len(basis.ranges)), step >= LEAST_NAMED_STEP
    width = WIDTH - NAMES_WIDTH if named else WIDTH
    rows = [
        {
            "order": order,
            "name": _short(one.name),
            "at": one.at,
            "lower": one.lower,
            "upper": one.upper,
            "state": one.state,
        }
        for order, one in enumerate(basis.ranges, start=1)
    ]
    at = _at(basis)
    order = alt.Y(
        "order:Q", axis=None, scale=alt.Scale(domain=[0.5, len(rows) + 0.5], reverse=True, nice=False)
    )
    layers: list[Any] = [*_zero(basis, at)]
    for state, (_, _, colour) in STATE_LOOKS.items():
        its = [row for row in rows if row["state"] == state]
        if its:
            layers.append(
                alt.Chart(rows_of(its))
                .mark_rule(
                    color=colour,
                    strokeWidth=min(2.0, step / 2),
                    strokeDash=[2, 2] if state == "cannot tell" and basis.states else [1, 0],
                    clip=True,
                )
                .encode(x=alt.X("lower:Q"), x2=alt.X2("upper:Q"), y=order)
            )
    layers += state_points(
        lambda its: alt.Chart(rows_of(its)).encode(x=at, y=order),
        rows,
        size=34 if step > 8 else 18,
        plain=not basis.states,
    )
    if named:
        layers.append(
            alt.Chart(rows_of(rows))
            .mark_text(align="right", dx=-8, fontSize=9)
            .encode(x=fixed_x(0), y=order, text=alt.Text("name:N"))
        )
    else:
        layers += _state_words(basis, at, height=height)
    return finish(
        layers, basis.finding, indicator, _table_of_each(basis, indicator), height=height, width=width
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _state_words(
    basis: Basis, at: alt.X, *, height: float, below: Mapping[str, list[str]] | None = None
) -> list[Any]:
    """Each state's words and number about the middle one of those in it, on the side that has room.

    `below` are names to stand under the words of a state; `height` is that of the chart.
    """
    counted = Counter(one.state for one in basis.ranges)
    shown = [state for state in GLYPHS if counted[state] and basis.states]
    middles = {
        state: [place for place, one in enumerate(basis.ranges) if one.state == state][counted[state] // 2]
        for state in shown
    }
    shown.sort(key=lambda state: middles[state])
    lines = [len((below or {}).get(state, [])) for state in shown]
    heights = stack_words(
        [(middles[state] + 0.5) / len(basis.ranges) * height for state in shown], lines, height
    )
    layers: list[Any] = []
    low, high = basis.domain
    for state, at_height in zip(shown, heights, strict=True):
        one = basis.ranges[min(int(at_height / height * len(basis.ranges)), len(basis.ranges) - 1)]
        right = one.upper - low < high - one.lower
        row: dict[str, Any] = {"at": min(one.upper, high) if right else max(one.lower, low)}
        side, dx = ("left", 10) if right else ("right", -10)
        words = row | {"text": f"{GLYPHS[state]} {wording.sentence(state)} ({counted[state]:,})"}
        layers += words_at(_word(words, at, at_height), align=side, bold=True, dx=dx)
        names = (below or {}).get(state)
        if names:
            under = _word(row | {"text": names}, at, at_height + WORDS_LINE)
            layers += words_at(under, align=side, dx=dx, fontSize=9, lineHeight=WORDS_LINE)
    return layers


def stack_words(places: Sequence[float], lines: Sequence[int], height: float) -> list[float]:
    """Where words with so many lines below them stand, from above, without lying on each other or on the axis.

    >>> stack_words([10.0, 12.0, 99.0], [3, 0, 0], 100.0)
    [10.0, 66.0, 92.0]
    """
    stacked: list[float] = []
    for place, above in zip(places, [0, *lines], strict=False):
        free = stacked[-1] + (above + 1) * WORDS_LINE + WORDS_GAP if stacked else WORDS_LINE / 2
        stacked.append(max(place, free))
    lowest = height
    for number in reversed(range(len(stacked))):
        stacked[number] = min(stacked[number], lowest - WORDS_GAP - lines[number] * WORDS_LINE)
        lowest = stacked[number] - WORDS_LINE
    return stacked


def _word(row: dict[str, Any], at: alt.X, height: float) -> Any:
    return alt.Chart(rows_of([row])).encode(x=at, y=fixed_y(height), text=alt.Text("text:N"))


def _table_of_each(basis: Basis, indicator: ChartIndicator) -> TableView:
    positions = basis.heading == POSITION
    columns: list[str | Column] = [wording.sentence(indicator.one), "code", "state"]
    columns += [] if positions else [Column(basis.heading, basis.decimals)]
    columns += [Column("from", basis.decimals), Column("to", basis.decimals)]
    rows: list[tuple[Cell, ...]] = [
        (
            one.name,
            one.code,
            one.state,
            *(() if positions else (one.at,)),
            one.lower,
            one.upper,
        )
        for one in basis.ranges
    ]
    caption = f"{indicator.title}: {basis.title}"
    return make_table("Ranked", caption, columns, rows)


def _draw_bands(indicator: ChartIndicator, basis: Basis) -> Chart:
    """Bands of 1% of all: the middle of each, where its ranges usually lie, and as far as any of them goes."""
    bands = make_bands(basis.ranges)
    at = _at(basis)
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
    named = {state: [_short(one.name) for one in extremes if one.state == state] for state in TELLING}
    layers = [
        reach("least", "most", PALE, 0.8),
        reach("lower", "upper", "#a9b6bf", 1.0),
        *_zero(basis, at),
        *state_points(
            lambda its: alt.Chart(rows_of(its)).encode(x=at, y=order),
            bands,
            size=26,
            plain=not basis.states,
        ),
        *_state_words(
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
        x=fixed_x("width" if falling else 8), y=fixed_y(BANDS_HEIGHT - 30), text=alt.Text("text:N")
    )
    return words_at(
        corner,
        align="right" if falling else "left",
        dx=-6 if falling else 0,
        fontStyle="italic",
        lineHeight=12,
    )
