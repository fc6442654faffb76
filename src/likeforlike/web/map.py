"""A small map of organisations as points: where they lie in the drawing. Scales only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from likeforlike.release.views import Listed

WIDTH, MOST_HEIGHT, EDGE = 480.0, 420.0, 14.0
# More points than this hide each other, and weigh more than the page.
MOST_POINTS = 500
FEWEST = 2


@dataclass(frozen=True)
class Point:
    """An organisation on the map."""

    listed: Listed
    across: float
    down: float


@dataclass(frozen=True)
class Map:
    """The points with the size of the drawing."""

    width: float
    height: float
    points: list[Point]
    nowhere: int
    """How many are not on it, because where they lie is not known."""


def lay_out_map(listed: Sequence[Listed]) -> Map | None:
    """A map of those whose place is known; none for too few or too many of them."""
    placed = [(one, one.latitude, one.longitude) for one in listed if one.latitude is not None]
    known = [(one, latitude, longitude) for one, latitude, longitude in placed if longitude is not None]
    if not FEWEST <= len(known) <= MOST_POINTS:
        return None
    south, north = min(latitude for _, latitude, _ in known), max(latitude for _, latitude, _ in known)
    west, east = min(longitude for *_, longitude in known), max(longitude for *_, longitude in known)
    # A degree of longitude is shorter than one of latitude.
    shrink = cos(radians((south + north) / 2))
    wide, high = max((east - west) * shrink, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 2 * EDGE) / wide, (MOST_HEIGHT - 2 * EDGE) / high)
    points = [
        Point(
            one,
            round(EDGE + (longitude - west) * shrink * scale, 1),
            round(EDGE + (north - latitude) * scale, 1),
        )
        for one, latitude, longitude in known
    ]
    return Map(
        round(wide * scale + 2 * EDGE), round(high * scale + 2 * EDGE), points, len(listed) - len(known)
    )
