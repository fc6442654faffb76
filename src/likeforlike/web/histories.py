"""A row of periods as a small drawing: where its points lie, and where the line breaks. Scales only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from likeforlike.release.views import HistoryPoint

WIDTH, HEIGHT, EDGE = 240.0, 44.0, 5.0
FEWEST = 3


@dataclass(frozen=True)
class Line:
    """A path through all periods with a figure, and its last point."""

    path: str
    last: tuple[float, float]
    least: float
    most: float


def lay_out_history(points: Sequence[HistoryPoint]) -> Line | None:
    """The line of a history; none where there are too few periods to show one. A period without a figure breaks it."""
    values = [point.value for point in points if point.value is not None]
    if len(values) < FEWEST:
        return None
    least, most = min(values), max(values)
    across = (WIDTH - 2 * EDGE) / (len(points) - 1)
    up = (HEIGHT - 2 * EDGE) / (most - least) if most > least else 0.0
    path, pen, last = "", "M", (0.0, 0.0)
    for place, point in enumerate(points):
        if point.value is None:
            pen = "M"
            continue
        last = round(EDGE + place * across, 1), round(HEIGHT - EDGE - (point.value - least) * up, 1)
        path += f"{pen}{last[0]:g} {last[1]:g}"
        pen = "L"
    return Line(path, last, least, most)
