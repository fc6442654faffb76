"""Position strips of one sheet: a tick a peer, a hollow diamond for the expected, a dot with its bar for this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from likeforlike.charts.look import ACCENT, INK, PEER
from likeforlike.charts.position_strip import StripRow, domain_of
from likeforlike.charts.quick.svg import WIDTH, Scale, bar, diamond, dot, draw, line, scale_to, text, ticks

ROW, EDGE = 40.0, 8.0


def quick_strips(rows: Sequence[StripRow]) -> str:
    """Strips below each other on one scale."""
    place = scale_to(*domain_of(rows), EDGE, WIDTH - EDGE)
    return draw(
        ROW * len(rows),
        (part for number, row in enumerate(rows) for part in _strip(row, number * ROW, place)),
    )


def _strip(row: StripRow, top: float, place: Scale) -> Iterator[str]:
    middle = top + 21
    yield text(EDGE, top + 10, row.label, size=9.5, bold=True)
    yield text(WIDTH - EDGE, top + 10, row.words, size=9, anchor="end")
    yield line(EDGE, middle, WIDTH - EDGE, middle, stroke=PEER, width=0.5)
    yield ticks(map(place, row.peers), middle - 5, middle + 5, stroke=PEER)
    if row.lower is not None and row.upper is not None:
        yield bar(place(row.lower), place(row.upper), middle - 2.5, 5, fill=ACCENT)
    yield diamond(place(0.0), middle)
    if row.value is not None:
        yield dot(place(row.value), middle, fill=ACCENT, radius=4.5)
    yield text(EDGE, top + 36, f"← {row.ends[0]}", size=8)
    yield text(place(0.0), top + 36, "expected", size=8, anchor="middle", fill=INK)
    yield text(WIDTH - EDGE, top + 36, f"{row.ends[1]} →", size=8, anchor="end")
