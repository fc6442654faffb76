"""What all charts of an indicator page have in common: finding above, source and edition underneath, state marks."""

from __future__ import annotations

import json
import math
import statistics
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import altair as alt

from likeforlike.charts.chart import LONGEST_LINE, Chart
from likeforlike.charts.indicator_input import ChartIndicator, ChartRow
from likeforlike.charts.look import BETTER, CONFIG, INK, PAPER, PEER, WIDTH, WORSE
from likeforlike.present import wording
from likeforlike.present.table import TableView

# State → shape, whether it is filled, colour; in the order in which they are drawn, the telling ones last.
STATE_LOOKS = {
    "not assessed": ("square", False, PEER),
    "cannot tell": ("circle", False, PEER),
    "as expected": ("circle", True, PEER),
    "better than expected": ("triangle-up", True, BETTER),
    "worse than expected": ("triangle-down", True, WORSE),
}
TOLD = ("better than expected", "as expected", "worse than expected")
# The same shapes as letters that the fonts of all machines have.
GLYPHS = {
    "better than expected": "▲",
    "as expected": "●",
    "worse than expected": "▼",
    "cannot tell": "○",
}
# More organisations than these are drawn in bands, for a page has to stay light.
MOST_DRAWN = 150
# Of the title's second line and the source underneath, in characters; and how far that is from the axis.
SUBTITLE_LINE, SOURCE_LINE, BELOW_AXIS = 110, 112, 46


def finish(
    layers: Sequence[Any],
    finding: str,
    indicator: ChartIndicator,
    table: TableView,
    *,
    height: float,
    width: float = WIDTH,
    below: float = BELOW_AXIS,
) -> Chart:
    """Layers as one chart; `below` is how far under it the source stands."""
    source = (
        alt.Chart(rows_of([{}]))
        .mark_text(
            align="left",
            baseline="top",
            fontSize=9,
            color=PEER,
            lineHeight=12,
            text=textwrap.wrap(indicator.source, SOURCE_LINE),
        )
        .encode(x=fixed_x(0), y=fixed_y(height + below))
    )
    drawn = alt.layer(
        *layers,
        source,
        width=width,
        height=height,
        title=alt.TitleParams(
            text=textwrap.wrap(finding, LONGEST_LINE),
            subtitle=textwrap.wrap(f"{indicator.title} · {indicator.window}", SUBTITLE_LINE),
        ),
        description=finding,
        config=alt.Config(**CONFIG),
    )
    specification = drawn.to_dict(validate=False)
    specification["datasets"] = {
        name: json.loads(text) for name, text in sorted(specification["datasets"].items())
    }
    return Chart(finding, indicator.source, specification, table)


def rows_of(rows: Sequence[dict[str, Any]]) -> Any:
    """Rows inside the specification, as text until it is finished.

    Altair walks through every figure of every layer several times; a text it lets alone. Without this a chart takes
    three times as long.
    """
    return alt.InlineData(values=json.dumps(list(rows)))


# Altair has no types for these two.
_X_VALUE: Any = alt.XValue
_Y_VALUE: Any = alt.YValue


def fixed_x(points: float | str) -> Any:
    """A place in points of the drawing from its left edge, whatever its scale is; or 'width'."""
    return _X_VALUE(points)


def fixed_y(points: float | str) -> Any:
    """A place in points of the drawing from its top, whatever its scale is; or 'height'."""
    return _Y_VALUE(points)


def state_points(
    base_of: Callable[[list[dict[str, Any]]], Any],
    rows: Sequence[dict[str, Any]],
    *,
    size: float = 30,
    plain: bool = False,
) -> list[Any]:
    """A layer of points for each state that occurs, in its shape; `base_of` places a list of rows.

    `plain` points are alike: where nothing is judged.
    """
    if plain:
        return [base_of(list(rows)).mark_point(shape="circle", filled=True, color=PEER, opacity=1, size=size)]
    layers = []
    for state, (shape, filled, colour) in STATE_LOOKS.items():
        its = [row for row in rows if row["state"] == state]
        if its:
            layers.append(
                base_of(its).mark_point(
                    shape=shape,
                    color=colour,
                    fill=colour if filled else PAPER,
                    opacity=1,
                    strokeWidth=1,
                    size=size,
                )
            )
    return layers


def words_at(base: Any, *, align: str = "left", bold: bool = False, **mark: Any) -> list[Any]:
    """A text with a pale edge, so that it can be read over lines."""
    weight = "bold" if bold else "normal"
    style = {"align": align, "fontSize": 10, "fontWeight": weight, "color": INK} | mark
    return [
        base.mark_text(**style, stroke=PAPER, strokeWidth=4, strokeJoin="round"),
        base.mark_text(**style),
    ]


def known(rows: Iterable[ChartRow]) -> list[ChartRow]:
    """Those that have a figure."""
    return [row for row in rows if row.value is not None and math.isfinite(row.value)]


def is_judged(rows: Iterable[ChartRow]) -> bool:
    """Whether organisations have states here: of an indicator without them it merely cannot be told of anybody."""
    return any(row.mean is not None or row.state in TOLD for row in rows)


def value_of(row: ChartRow) -> float:
    """The figure of one that has one."""
    assert row.value is not None
    return row.value


def quantile(values: Sequence[float], share: float) -> float:
    """Of sorted values, between neighbours where it falls between them (R's type 7)."""
    place = share * (len(values) - 1)
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def middle(values: Iterable[float]) -> float:
    """The median."""
    return statistics.median(values)


def tidy(value: float) -> float:
    """Five digits: more cannot be seen, and a page stays light."""
    return float(f"{value:.5g}")


def say_states(rows: Iterable[ChartRow]) -> dict[str, int]:
    """State → how many, in the order of the words."""
    counted = dict.fromkeys(wording.SHAPES, 0)
    for row in rows:
        counted[row.state] += 1
    return {state: number for state, number in counted.items() if number}
