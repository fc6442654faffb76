"""The waterfall of one sheet: what each gap goes with, a panel an indicator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from likeforlike.charts.look import ACCENT, INK, PALE, PEER
from likeforlike.charts.quick.svg import WIDTH, bar, draw, line, scale_to, text
from likeforlike.charts.waterfall import Bar, bars_of, titled
from likeforlike.present.evidence import MeasureView
from likeforlike.review.explanation import GAP as WHOLE
from likeforlike.review.explanation import REST

ROW, HEAD, GAP, LABELS, FIGURES = 13.0, 15.0, 14.0, 78.0, 96.0
FILLS = {REST: ACCENT, WHOLE: PEER}


def quick_waterfall(measures: Sequence[MeasureView], columns: int = 2) -> str:
    """A panel for each measure whose gap is known."""
    known = [(one, bars) for one in measures if (bars := bars_of(one))]
    width = (WIDTH - GAP * (columns - 1)) / columns
    tallest = max((len(bars) for _, bars in known), default=0)
    height = HEAD + ROW * tallest + 6
    parts = [
        part
        for number, (one, bars) in enumerate(known)
        for part in _panel(one, bars, (number % columns) * (width + GAP), (number // columns) * height, width)
    ]
    return draw(height * -(-len(known) // columns), parts)


def _panel(one: MeasureView, bars: Sequence[Bar], left: float, top: float, width: float) -> Iterator[str]:
    yield text(left, top + 9, titled(one.indicator.title, one), size=8.5, bold=True)
    figures = [
        figure
        for row in bars
        for figure in (0.0, row.start, row.end, row.lower, row.upper)
        if figure is not None
    ]
    place = scale_to(min(figures), max(figures), left + LABELS, left + width - FIGURES)
    top += HEAD
    yield line(place(0), top, place(0), top + ROW * len(bars), stroke=INK)
    for number, row in enumerate(bars):
        above = top + number * ROW
        yield text(left + LABELS - 4, above + 9.5, row.group, size=8, anchor="end")
        yield bar(
            place(row.start), place(row.end), above + 2, ROW - 4, fill=FILLS.get(row.group, PALE), stroke=INK
        )
        if row.lower is not None and row.upper is not None:
            middle = above + ROW / 2
            yield line(place(row.lower), middle, place(row.upper), middle, stroke=INK, width=1.2)
        yield text(left + width - FIGURES + 4, above + 9.5, row.words, size=7.5)
