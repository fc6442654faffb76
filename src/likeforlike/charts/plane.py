"""Shapes and places of the country as points of a drawing: projected, fitted, and no finer than a screen can show."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

Point = tuple[float, float]
Ring = list[Point]
Polygon = list[Ring]
"""Its outline, then its holes."""

# The central meridian of the British National Grid (Ordnance Survey, "A guide to coordinate systems in Great Britain").
MERIDIAN = -2.0
# In points of the drawing: corners nearer to each other are one, and islands that are smaller are not drawn.
GRAIN, SMALLEST_ISLAND = 0.5, 1.5


@dataclass(frozen=True)
class Frame:
    """Where a part of the country stands in a drawing, y downwards."""

    scale: float
    left: float
    top: float
    width: float
    height: float

    def place(self, point: Point) -> Point:
        """A projected point in the drawing."""
        return self.left + point[0] * self.scale, self.top - point[1] * self.scale


def project(longitude: float, latitude: float) -> Point:
    """Transverse Mercator on a sphere of radius 1 (Snyder 1987, Map projections: a working manual, eq. 8-1 and 8-3).

    >>> project(-2.0, 0.0)
    (0.0, 0.0)
    """
    east, north = math.radians(longitude - MERIDIAN), math.radians(latitude)
    return (
        math.atanh(math.cos(north) * math.sin(east)),
        math.atan2(math.tan(north), math.cos(east)),
    )


@lru_cache(maxsize=1000)
def read_polygons(geometry: str) -> list[Polygon]:
    """The polygons of a GeoJSON Polygon or MultiPolygon, projected; the same shapes come with every indicator.

    Raises:
        ValueError: it is neither.
    """
    shape = json.loads(geometry)
    if shape["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(
            f"the shape is a {shape['type']}: only a Polygon or a MultiPolygon has an inside to colour"
        )
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [[[project(*corner[:2]) for corner in ring] for ring in polygon] for polygon in polygons]


def fit(points: Iterable[Point], left: float, top: float, width: float, height: float) -> Frame:
    """The frame in which all these projected points just fit into a box."""
    every = list(points)
    easts, norths = [point[0] for point in every], [point[1] for point in every]
    across, upward = max(easts) - min(easts), max(norths) - min(norths)
    scale = min(width / (across or 1e-9), height / (upward or 1e-9))
    return Frame(scale, left - min(easts) * scale, top + max(norths) * scale, across * scale, upward * scale)


def draw_polygons(polygons: Sequence[Polygon], frame: Frame) -> list[Polygon]:
    """Polygons in a frame on a grid of half points, so that neighbours keep their common border; specks go."""
    drawn = []
    for polygon in polygons:
        rings = [_on_grid([frame.place(corner) for corner in ring]) for ring in polygon]
        kept = [ring for ring in rings if len(ring) > 3 and abs(area(ring)) >= SMALLEST_ISLAND]
        # Without its outline a polygon has no holes either.
        if kept and kept[0] is rings[0]:
            drawn.append(kept)
    return drawn


def _on_grid(ring: Sequence[Point]) -> Ring:
    """Corners on the grid, each once, and none in the middle of a straight line."""
    corners = [key for key, _ in groupby((_to_grain(x), _to_grain(y)) for x, y in ring)]
    bent = corners[:1]
    for corner, after in pairwise(corners[1:]):
        before = bent[-1]
        turn = (corner[0] - before[0]) * (after[1] - before[1]) - (corner[1] - before[1]) * (
            after[0] - before[0]
        )
        if turn:
            bent.append(corner)
    return bent + corners[-1:] if len(corners) > 1 else bent


def _to_grain(value: float) -> float:
    return round(value / GRAIN) * GRAIN


def area(ring: Sequence[Point]) -> float:
    """Of a closed ring, signed (the shoelace formula)."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def point_inside(polygons: Sequence[Polygon]) -> Point:
    """A place for a mark inside the largest polygon: the middle of the widest stretch at its middle height."""
    polygon = max(polygons, key=lambda one: abs(area(one[0])))
    outline = polygon[0]
    whole = area(outline)
    height = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairwise(outline)) / (6 * whole)
    crossings = sorted(
        x1 + (height - y1) / (y2 - y1) * (x2 - x1)
        for ring in polygon
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 <= height) != (y2 <= height)
    )
    start, end = max(
        zip(crossings[::2], crossings[1::2], strict=False), key=lambda stretch: stretch[1] - stretch[0]
    )
    return (start + end) / 2, height
