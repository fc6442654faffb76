"""Months of one sheet, a panel an indicator: measured, expected, and the area's middle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from likeforlike.charts.look import INK, PALE
from likeforlike.charts.months import LABEL_GAP, LINES, spread_labels
from likeforlike.charts.quick.svg import WIDTH, Anchor, diamond, dot, draw, line, lines, scale_to, text
from likeforlike.present import wording
from likeforlike.present.evidence import MeasureView, MonthView

PANEL, GAP, HEAD, FOOT, LEFT, RIGHT = 50.0, 10.0, 15.0, 14.0, 26.0, 86.0
SHAPES = {
    "circle": lambda x, y, colour: dot(x, y, fill=colour, radius=2),
    "diamond": lambda x, y, colour: diamond(x, y, stroke=colour, size=2.4),
}


def quick_months(measures: Sequence[MeasureView], columns: int = 2) -> str:
    """A panel for each measure that has months."""
    shown = [one for one in measures if one.months]
    width = (WIDTH - GAP * (columns - 1)) / columns
    height = HEAD + PANEL + FOOT
    parts = [
        part
        for number, one in enumerate(shown)
        for part in _panel(one, (number % columns) * (width + GAP), (number // columns) * height, width)
    ]
    return draw(height * -(-len(shown) // columns), parts)


def _panel(one: MeasureView, left: float, top: float, width: float) -> Iterator[str]:
    yield text(left, top + 9, one.indicator.labelled, size=8.5, bold=True)
    top += HEAD
    start, end, bottom = left + LEFT, left + width - RIGHT, top + PANEL
    across = scale_to(0, len(one.months) - 1, start, end)
    figures = [
        figure for row in one.months for field, *_ in LINES if (figure := getattr(row, field)) is not None
    ]
    if not figures:
        yield text(start, top + PANEL / 2, "no month has a figure", size=8)
        return
    least, most = min(figures), max(figures)
    up = scale_to(least, most, bottom - 5, top + 5)
    for figure in sorted({least, most}):
        yield line(start, up(figure), end, up(figure), stroke=PALE, width=0.6)
        yield text(
            start - 3, up(figure) + 3, wording.number(figure, one.indicator.decimals), size=7, anchor="end"
        )
    ends: tuple[tuple[int, Anchor], ...] = ((0, "start"), (len(one.months) - 1, "end"))
    for at, anchor in ends:
        yield text(
            across(at),
            bottom + 9,
            f"{one.months[at].month:%b %Y}",
            size=7,
            anchor=anchor,
        )
    named = []
    for field, words, colour, dash, shape in LINES:
        runs = _runs(one.months, field)
        places = [[(across(number), up(figure)) for number, figure in run] for run in runs]
        yield lines(places, stroke=colour, dash=dash if dash != [1, 0] else (), width=1.3)
        if shape:
            yield "".join(SHAPES[shape](x, y, colour) for run in places for x, y in run)
        if places:
            named.append((places[-1][-1][1], words, colour))
    heights = spread_labels([height for height, _, _ in named], 1.2 * LABEL_GAP * PANEL)
    for (_, words, colour), height in zip(named, heights, strict=True):
        yield text(end + 6, height + 3, words, size=7.5, fill=colour)
    for number, row in enumerate(one.months):
        if row.value is None:
            yield text(across(number), bottom, "×", size=7, anchor="middle", fill=INK)


def _runs(months: Sequence[MonthView], field: str) -> list[list[tuple[int, float]]]:
    """Months with a figure, broken where one has none."""
    runs: list[list[tuple[int, float]]] = [[]]
    for number, row in enumerate(months):
        figure = getattr(row, field)
        if figure is None:
            runs.append([])
        else:
            runs[-1].append((number, figure))
    return [run for run in runs if run]
