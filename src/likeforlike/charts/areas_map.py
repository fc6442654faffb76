"""The map: areas in the look of their state or in steps of lightness by their figure, organisations as points."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from likeforlike.charts.chart import Chart
from likeforlike.charts.indicator_chart import (
    MOST_DRAWN,
    finish,
    is_judged,
    known,
    middle,
    quantile,
    rows_of,
    say_states,
    state_points,
    value_of,
    words_at,
)
from likeforlike.charts.indicator_input import AreaShape, ChartIndicator, ChartRow
from likeforlike.charts.look import BETTER, INK, PALE, PAPER, PEER, WIDTH, WORSE
from likeforlike.charts.months import spread_labels
from likeforlike.charts.plane import Frame, Polygon, draw_polygons, fit, point_inside, project, read_polygons
from likeforlike.present import wording
from likeforlike.present.chart_findings import MOST_NAMED, say_areas, say_map
from likeforlike.present.table import Cell, Column, TableView, make_table

HEIGHT, MAP_WIDTH = 460.0, 390.0
KEY_LEFT, KEY_STEP = 395.0, 20.0
# Of names on the map: in points from each other, in characters to a line.
NAME_GAP, NAME_LINE = 14.0, 30
# London is drawn a second time, larger: west, south, east, north of it, in degrees.
LONDON = (-0.56, 51.25, 0.36, 51.72)
LONDON_LEFT, LONDON_TOP, LONDON_WIDTH, LONDON_HEIGHT = 405.0, 262.0, 155.0, 130.0
FEWEST_OF_LONDON = 4
# An area's fill and the mark in it, in black and white apart by lightness and mark.
FILLS = {
    "better than expected": BETTER,
    "worse than expected": WORSE,
    "as expected": PALE,
    "cannot tell": PAPER,
    "not assessed": PAPER,
}
MARKS = {"better than expected": ("▲", INK), "worse than expected": ("▼", PAPER), "not assessed": ("□", PEER)}
# Equal fifths of the areas from the lowest to the highest figure, each step darker.
STEPS = ("#eef4f9", "#bcd5ea", "#82b1d9", "#3f83bd", "#0b4680")
FEWEST_AREAS, FEWEST_POINTS = 5, 5


@dataclass(frozen=True)
class DrawnArea:
    """An area as it lies in one frame."""

    code: str
    name: str
    polygons: list[Polygon]


@dataclass(frozen=True)
class Painted:
    """How areas are painted: fills and marks by code, the key's lines (fill, mark, words), finding, table, names."""

    fills: dict[str, str]
    marks: dict[str, tuple[str, str]]
    key: list[tuple[str, str, str]]
    finding: str
    table: TableView
    named: tuple[str, ...]


def draw_map(
    indicator: ChartIndicator, rows: Sequence[ChartRow], shapes: Sequence[AreaShape]
) -> Chart | None:
    """A map of the rows: of areas that have a shape, else of points, else of the areas that very many lie in.

    None where there are no shapes, or fewer than five areas or points to show, or a rating is shown by levels only.
    `shapes` are those of the country that is shown, and nothing else's.
    """
    if not shapes or indicator.levels:
        return None
    codes = {shape.code for shape in shapes}
    judged = is_judged(rows)
    own = [row for row in rows if row.code in codes]
    if len(own) >= FEWEST_AREAS:
        return _draw(
            indicator, shapes, _paint_states(indicator, own) if judged else _paint_own(indicator, own)
        )
    spots = [row for row in known(rows) if row.latitude is not None and row.longitude is not None]
    if judged and FEWEST_POINTS <= len(spots) <= 2 * MOST_DRAWN:
        return _draw(indicator, shapes, _paint_points(indicator, spots), spots)
    middles = _middles([row for row in known(rows) if row.area in codes])
    if len(middles) >= FEWEST_AREAS:
        return _draw(indicator, shapes, _paint_middles(indicator, middles, shapes))
    return None


def _paint_states(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> Painted:
    counted = say_states(rows)
    key = [
        (FILLS[state], MARKS.get(state, ("", INK))[0], f"{wording.sentence(state)} ({number:,})")
        for state, number in counted.items()
    ]
    return Painted(
        {row.code: FILLS[row.state] for row in rows},
        {row.code: MARKS[row.state] for row in rows if row.state in MARKS},
        key,
        _say_states(indicator, rows),
        _table(indicator, rows),
        _few(rows),
    )


def _say_states(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> str:
    better, worse = (
        [row.name for row in rows if row.state == state]
        for state in ("better than expected", "worse than expected")
    )
    return say_map(indicator.many, len(rows), better, worse)


def _few(rows: Sequence[ChartRow]) -> tuple[str, ...]:
    """Codes of those to name on the map: of a state that few are in."""
    named: list[str] = []
    for state in ("better than expected", "worse than expected"):
        its = [row.code for row in rows if row.state == state]
        named += its if len(its) <= MOST_NAMED else []
    return tuple(named)


def _table(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> TableView:
    return make_table(
        "Map",
        f"{indicator.title}: figures on the map",
        [wording.sentence(indicator.one), "code", "state", Column(indicator.unit, indicator.decimals)],
        [
            (row.name, row.code, row.state, row.value)
            for row in sorted(rows, key=lambda row: (row.name, row.code))
        ],
    )


def _paint_points(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> Painted:
    return Painted({}, {}, [], _say_states(indicator, rows), _table(indicator, rows), ())


def _paint_own(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> Painted:
    its = {row.code: (row.name, value_of(row), 1) for row in known(rows)}
    return _paint_steps(indicator, its, of_areas=False)


def _middles(rows: Sequence[ChartRow]) -> dict[str, tuple[float, int]]:
    by_area: dict[str, list[float]] = {}
    for row in rows:
        by_area.setdefault(row.area or "", []).append(value_of(row))
    return {code: (middle(its), len(its)) for code, its in by_area.items() if len(its) >= FEWEST_POINTS}


def _paint_middles(
    indicator: ChartIndicator, middles: dict[str, tuple[float, int]], shapes: Sequence[AreaShape]
) -> Painted:
    names = {shape.code: shape.name for shape in shapes}
    its = {code: (names[code], value, number) for code, (value, number) in middles.items()}
    return _paint_steps(indicator, its, of_areas=True)


def _paint_steps(
    indicator: ChartIndicator, its: dict[str, tuple[str, float, int]], *, of_areas: bool
) -> Painted:
    values = sorted(value for _, value, _ in its.values())
    edges = [quantile(values, number / len(STEPS)) for number in range(1, len(STEPS))]

    def step_of(value: float) -> int:
        return sum(value > edge for edge in edges)

    bounds = [values[0], *edges, values[-1]]
    key = [
        (
            fill,
            "",
            _between(bounds[number], bounds[number + 1], indicator.decimals),
        )
        for number, fill in enumerate(STEPS)
    ]
    ordered = sorted(its, key=lambda code: (its[code][1], code))
    lowest, highest = its[ordered[0]], its[ordered[-1]]
    finding = say_areas(
        indicator.one if of_areas else None, highest[:2], lowest[:2], indicator.unit, indicator.decimals
    )
    first: list[str | Column] = ["Area" if of_areas else wording.sentence(indicator.one), "code"]
    columns = [
        *first,
        Column(f"{'middle: ' if of_areas else ''}{indicator.unit}", indicator.decimals),
        *([Column(indicator.many, 0)] if of_areas else []),
    ]
    rows: list[tuple[Cell, ...]] = [
        (name, code, value, *([number] if of_areas else []))
        for code, (name, value, number) in sorted(its.items(), key=lambda item: (item[1][0], item[0]))
    ]
    return Painted(
        {code: STEPS[step_of(value)] for code, (_, value, _) in its.items()},
        {},
        [*key[::-1], (PAPER, "", "no figure")],
        finding,
        make_table("Map", f"{indicator.title}: figures on the map", columns, rows),
        (ordered[-1], ordered[0]),
    )


def _between(lower: float, upper: float, decimals: int) -> str:
    return f"{wording.number(lower, decimals)} to {wording.number(upper, decimals)}"


def _draw(
    indicator: ChartIndicator,
    shapes: Sequence[AreaShape],
    painted: Painted,
    spots: Sequence[ChartRow] = (),
) -> Chart:
    """The country, London larger beside it, and the key with its numbers."""
    read = [(shape, read_polygons(shape.geometry)) for shape in shapes]
    whole = fit(
        (corner for _, polygons in read for polygon in polygons for corner in polygon[0]),
        2.0,
        2.0,
        MAP_WIDTH,
        HEIGHT - 4,
    )
    frames = [(whole, _areas(read, whole))]
    inner = [one for one in read if _in_london(one[1])]
    if len(inner) >= FEWEST_OF_LONDON:
        corners = (corner for _, polygons in inner for polygon in polygons for corner in polygon[0])
        frame = fit(corners, LONDON_LEFT, LONDON_TOP, LONDON_WIDTH, LONDON_HEIGHT)
        frames.append((frame, _areas(inner, frame)))
    layers: list[Any] = []
    backdrop = PALE if spots else PAPER
    for _, areas in frames:
        layers += _fill(areas, painted, backdrop)
    for frame, areas in frames:
        layers += _marks(areas, painted)
        if spots:
            inside = frame is whole
            layers += _spots([row for row in spots if inside or _near_london(row)], frame)
    if len(frames) > 1:
        layers.append(_text(LONDON_LEFT, LONDON_TOP - 8, "London, larger", bold=True))
    layers += _names([areas for _, areas in frames], painted)
    layers += _key(indicator, painted, spots)
    return finish(layers, painted.finding, indicator, painted.table, height=HEIGHT, below=10)


def _areas(read: Sequence[tuple[AreaShape, list[Polygon]]], frame: Frame) -> list[DrawnArea]:
    drawn = [DrawnArea(shape.code, shape.name, draw_polygons(polygons, frame)) for shape, polygons in read]
    return [area for area in drawn if area.polygons]


def _in_london(polygons: Sequence[Polygon]) -> bool:
    (west, south), (east, north) = project(*LONDON[:2]), project(*LONDON[2:])
    return all(west <= x <= east and south <= y <= north for polygon in polygons for x, y in polygon[0])


def _near_london(row: ChartRow) -> bool:
    west, south, east, north = LONDON
    return west <= (row.longitude or 0.0) <= east and south <= (row.latitude or 0.0) <= north


def _fill(areas: Sequence[DrawnArea], painted: Painted, backdrop: str) -> list[Any]:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": area.polygons},
            "name": area.name,
            "fill": painted.fills.get(area.code, backdrop),
        }
        for area in areas
    ]
    # Already in points of the drawing: nothing is left to project.
    return [
        alt.Chart(rows_of(features))
        .mark_geoshape(stroke=PEER, strokeWidth=0.5)
        .encode(fill=alt.Fill("fill:N", scale=None))
        .project(type="identity", scale=1, translate=[0, 0])
    ]


def _place(base: Any) -> Any:
    """Rows with x and y in points of the drawing."""
    return base.encode(
        x=alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False)),
        y=alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, HEIGHT], nice=False, reverse=True)),
    )


def _marks(areas: Sequence[DrawnArea], painted: Painted) -> list[Any]:
    rows = []
    for area in areas:
        if area.code in painted.marks:
            x, y = point_inside(area.polygons)
            mark, colour = painted.marks[area.code]
            rows.append({"x": round(x, 1), "y": round(y, 1), "text": mark, "colour": colour})
    if not rows:
        return []
    return [
        _place(alt.Chart(rows_of(rows)))
        .mark_text(fontSize=8, baseline="middle")
        .encode(text=alt.Text("text:N"), color=alt.Color("colour:N", scale=None))
    ]


def _spots(rows: Sequence[ChartRow], frame: Frame) -> list[Any]:
    places = []
    for row in rows:
        x, y = frame.place(project(row.longitude or 0.0, row.latitude or 0.0))
        places.append({"x": round(x, 1), "y": round(y, 1), "state": row.state})
    return state_points(lambda its: _place(alt.Chart(rows_of(its))), places, size=26)


def _names(frames: Sequence[Sequence[DrawnArea]], painted: Painted) -> list[Any]:
    """Names of the few, each in the largest frame that its area is in."""
    areas = {area.code: area for frame in frames for area in frame}
    named = [areas[code] for code in painted.named if code in areas]
    places = [point_inside(area.polygons) for area in named]
    heights = spread_labels([y for _, y in places], NAME_GAP)
    layers: list[Any] = []
    for area, (x, _), height in zip(named, places, heights, strict=True):
        row = {"x": round(x, 1), "y": round(height, 1), "text": textwrap.wrap(area.name, NAME_LINE)}
        base = _place(alt.Chart(rows_of([row])))
        layers += words_at(
            base.encode(text=alt.Text("text:N")), dx=8, fontSize=9, lineHeight=10, baseline="middle"
        )
    return layers


def _text(x: float, y: float, words: str, *, bold: bool = False, colour: str = INK) -> Any:
    base = _place(alt.Chart(rows_of([{"x": x, "y": y, "text": words}])))
    return base.mark_text(
        align="left", baseline="middle", fontSize=10, fontWeight="bold" if bold else "normal", color=colour
    ).encode(text=alt.Text("text:N"))


def _key(indicator: ChartIndicator, painted: Painted, spots: Sequence[ChartRow]) -> list[Any]:
    """What fills and marks mean, with how many there are of each."""
    x, top = KEY_LEFT, 16.0
    layers: list[Any] = []
    if spots:
        for state, number in say_states(spots).items():
            rows = [{"x": x + 7, "y": top, "state": state}]
            layers += state_points(lambda its: _place(alt.Chart(rows_of(its))), rows, size=50)
            layers.append(_text(x + 20, top, f"{wording.sentence(state)} ({number:,})"))
            top += KEY_STEP
        return layers
    if all(not mark for _, mark, _ in painted.key) and painted.key:
        layers.append(_text(x, top, wording.sentence(indicator.unit), bold=True))
        top += KEY_STEP
    for fill, mark, words in painted.key:
        swatch = _place(alt.Chart(rows_of([{"x": x + 7, "y": top}])))
        layers.append(
            swatch.mark_point(shape="square", size=190, fill=fill, stroke=PEER, strokeWidth=0.7, opacity=1)
        )
        if mark:
            colour = PAPER if fill == WORSE else INK if fill == BETTER else PEER
            layers.append(_text(x + 2.5, top, mark, colour=colour))
        layers.append(_text(x + 22, top, words))
        top += KEY_STEP
    return layers
