"""Figures against size, like for like, with the limits of chance and those that allow for usual differences."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from likeforlike.charts.chart import Chart
from likeforlike.charts.indicator_chart import MOST_DRAWN, finish, rows_of, tidy, words_at
from likeforlike.charts.indicator_input import ChartIndicator, ChartRow
from likeforlike.charts.look import BETTER, INK, PEER, WIDTH, WORSE
from likeforlike.charts.months import spread_labels
from likeforlike.comparison.funnel_points import FunnelLine, FunnelPoints, PlacedFigure
from likeforlike.present import wording
from likeforlike.present.chart_findings import say_funnel
from likeforlike.present.table import Cell, Column, TableView, make_table

HEIGHT = 300.0
ROOM = 1.1
# Of the cells that those within the limits are counted in, where they are many.
CELLS_ACROSS, CELLS_UP = 24, 14
# In points of the drawing.
MOST_NAMED, NAME_GAP = 6, 12
# Lower, upper, dash and width: chance is thin and dashed, what is usual solid.
LINES = (
    ("far_lower", "far_upper", [3, 3], 1.0),
    ("wide_lower", "wide_upper", [1, 0], 0.7),
    ("wide_far_lower", "wide_far_upper", [1, 0], 1.6),
)
PLACES = {-1: "below", 0: "within", 1: "above"}
FAR_OFF = 0.005


def draw_site_funnel(indicator: ChartIndicator, rows: Sequence[ChartRow], funnel: FunnelPoints) -> Chart:
    """The funnel: those beyond the wide limits are triangles with their names, all others circles.

    Where organisations are very many those within are counted in cells, a larger circle for more.
    """
    names = {row.code: row.name for row in rows}
    low, high = _heights(funnel)
    at = alt.X(
        "size:Q",
        scale=alt.Scale(type="log", nice=False, domain=_sizes(funnel)),
        title="size: the denominator over the window",
        axis=alt.Axis(format=",", grid=False, values=_tens(funnel.points)),
    )
    up = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[low, high], nice=False, clamp=True),
        title=f"{indicator.unit}{', like for like' if funnel.like_for_like else ''}",
    )
    layers: list[Any] = [
        _line(funnel.lines, field, dash, width, at, up) for *sides, dash, width in LINES for field in sides
    ]
    target = alt.Chart(rows_of([{"value": tidy(funnel.target)}]))
    layers.append(target.mark_rule(color=INK, strokeDash=[6, 3]).encode(y=up))
    layers += _points(indicator, funnel, at, up)
    layers += _line_words(funnel.lines, at, up)
    layers += _names(_beyond(funnel), names, funnel, at, up)
    beyond_chance = sum(one.chance != 0 for one in funnel.points)
    beyond_usual = sum(one.usual != 0 for one in funnel.points)
    finding = say_funnel(indicator.many, len(funnel.points), beyond_chance, beyond_usual)
    return finish(layers, finding, indicator, _table(indicator, funnel, names), height=HEIGHT)


def _heights(funnel: FunnelPoints) -> tuple[float, float]:
    """From the lowest to the highest figure, but for a few so far off that they would press all others together."""
    values = sorted(one.value for one in funnel.points)
    cut = int(FAR_OFF * len(values))
    shown = values[cut : len(values) - cut]
    end = funnel.lines[-1]
    low, high = min(shown[0], end.wide_far_lower), max(shown[-1], end.wide_far_upper)
    room = 0.08 * (high - low or 1.0)
    # Counted figures are never below nothing.
    return tidy(max(low - room, 0.0)), tidy(high + room)


def _sizes(funnel: FunnelPoints) -> list[float]:
    sizes = [one.size for one in funnel.points]
    return [tidy(min(sizes) / ROOM), tidy(max(sizes) * ROOM)]


def _tens(points: Sequence[PlacedFigure]) -> list[float]:
    """Powers of ten within the sizes, and where these are few twice and five times them."""
    least, most = min(one.size for one in points), max(one.size for one in points)
    steps = [step * 10.0**power for power in range(-3, 12) for step in (1, 2, 5)]
    within = [step for step in steps if least <= step <= most]
    tens = [step for step in within if math.log10(step).is_integer()]
    return tens if len(tens) > 2 else within


def _line(
    lines: Sequence[FunnelLine], field: str, dash: list[int], width: float, at: alt.X, up: alt.Y
) -> Any:
    rows = [{"size": tidy(one.size), "value": tidy(getattr(one, field))} for one in lines]
    return (
        alt.Chart(rows_of(rows))
        .mark_line(color=PEER, strokeDash=dash, strokeWidth=width, clip=True)
        .encode(x=at, y=up)
    )


def _points(indicator: ChartIndicator, funnel: FunnelPoints, at: alt.X, up: alt.Y) -> list[Any]:
    beyond = _beyond(funnel)
    apart = set(beyond)
    inside = [one for one in funnel.points if one not in apart]
    layers: list[Any] = []
    if len(funnel.points) > MOST_DRAWN:
        base = alt.Chart(rows_of(_cells(inside, funnel)))
        layers.append(
            base.mark_point(shape="circle", filled=True, color=PEER, opacity=0.55).encode(
                x=at, y=up, size=alt.Size("area:Q", scale=None)
            )
        )
    else:
        base = alt.Chart(rows_of([_row(one) for one in inside]))
        layers.append(
            base.mark_point(
                shape="circle", color=PEER, fill="white", opacity=1, strokeWidth=1, size=28
            ).encode(x=at, y=up)
        )
    good = (
        0 if indicator.polarity == "no_judgement" else 1 if indicator.polarity == "higher_is_better" else -1
    )
    for side, shape in ((1, "triangle-up"), (-1, "triangle-down")):
        its = [_row(one) for one in beyond if one.usual == side]
        colour = INK if good == 0 else BETTER if side == good else WORSE
        if its:
            layers.append(
                alt.Chart(rows_of(its))
                .mark_point(shape=shape, filled=True, color=colour, opacity=0.9, size=36)
                .encode(x=at, y=up)
            )
    return layers


def _row(one: PlacedFigure) -> dict[str, float]:
    return {"size": tidy(one.size), "value": tidy(one.value)}


def _beyond(funnel: FunnelPoints) -> list[PlacedFigure]:
    """Those beyond the wide limits, the farthest from the target first; where too many are, the farthest of them."""
    beyond = [one for one in funnel.points if one.usual != 0]
    return sorted(beyond, key=lambda one: (-abs(one.value - funnel.target), one.code))[:MOST_DRAWN]


def _cells(inside: Sequence[PlacedFigure], funnel: FunnelPoints) -> list[dict[str, float]]:
    """How many lie in each cell of a grid over the chart, as circles whose area grows with them."""
    low, high = _heights(funnel)
    left, right = (math.log(size) for size in _sizes(funnel))
    counted: Counter[tuple[int, int]] = Counter()
    for one in inside:
        across = (math.log(one.size) - left) / (right - left)
        upward = min(max((one.value - low) / (high - low), 0.0), 1.0)
        counted[
            min(int(across * CELLS_ACROSS), CELLS_ACROSS - 1), min(int(upward * CELLS_UP), CELLS_UP - 1)
        ] += 1
    most = max(counted.values(), default=1)
    largest = 0.8 * (WIDTH / CELLS_ACROSS) ** 2
    return [
        {
            "size": tidy(math.exp(left + (across + 0.5) / CELLS_ACROSS * (right - left))),
            "value": tidy(low + (upward + 0.5) / CELLS_UP * (high - low)),
            "area": round(max(largest * number / most, 4.0), 1),
            "organisations": number,
        }
        for (across, upward), number in sorted(counted.items())
    ]


def _line_words(lines: Sequence[FunnelLine], at: alt.X, up: alt.Y) -> list[Any]:
    """What each kind of line is, beside its end."""
    end = lines[-1]
    layers: list[Any] = []
    for field, words, baseline in (
        ("far_lower", "chance alone: 99.8%", "top"),
        ("wide_far_upper", "usual differences too: thin 95%, thick 99.8%", "bottom"),
    ):
        text = [{"size": tidy(end.size), "value": tidy(getattr(end, field)), "text": words}]
        layers += words_at(
            alt.Chart(rows_of(text)).encode(x=at, y=up, text=alt.Text("text:N")),
            align="right",
            baseline=baseline,
            dy=3 if baseline == "top" else -4,
            fontSize=9,
        )
    return layers


def _names(
    beyond: Sequence[PlacedFigure], names: Mapping[str, str], funnel: FunnelPoints, at: alt.X, up: alt.Y
) -> list[Any]:
    """Names beside the triangles where these are few, so far apart that they can be read."""
    layers: list[Any] = []
    if not 0 < len(beyond) <= MOST_NAMED:
        return layers
    low, high = _heights(funnel)
    left, right = (math.log(size) for size in _sizes(funnel))
    heights = spread_labels(
        [min(max(one.value, low), high) for one in beyond], NAME_GAP * (high - low) / HEIGHT
    )
    for one, height in zip(beyond, heights, strict=True):
        late = math.log(one.size) > (left + right) / 2
        row = {"size": tidy(one.size), "value": height, "text": names[one.code]}
        layers += words_at(
            alt.Chart(rows_of([row])).encode(x=at, y=up, text=alt.Text("text:N")),
            align="right" if late else "left",
            dx=-8 if late else 8,
            fontSize=9,
        )
    return layers


def _table(indicator: ChartIndicator, funnel: FunnelPoints, names: Mapping[str, str]) -> TableView:
    """What is drawn: all organisations, or those beyond the wide limits and how many others there are."""
    many = len(funnel.points) > MOST_DRAWN
    shown = _beyond(funnel) if many else list(funnel.points)
    rows: list[tuple[Cell, ...]] = [
        (names[one.code], one.code, one.size, one.value, PLACES[one.chance], PLACES[one.usual])
        for one in sorted(shown, key=lambda one: (-one.value, one.code))
    ]
    if many:
        others = len(funnel.points) - len(shown)
        rows.append((f"{others:,} others, drawn in cells", "", None, None, "", ""))
    target = wording.figure(funnel.target, indicator.unit, indicator.decimals)
    return make_table(
        "Funnel",
        f"{indicator.title}: figures against size; all together stand at {target}",
        [
            wording.sentence(indicator.one),
            "code",
            Column("denominator", 0),
            Column(indicator.unit, indicator.decimals),
            "limits of chance, 99.8%",
            "limits with usual differences, 99.8%",
        ],
        rows,
    )
