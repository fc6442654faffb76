"""Shapes in a drawing: projection, grid, and a place inside."""

from __future__ import annotations

import json
import math

import pytest

from likeforlike.charts.plane import area, draw_polygons, fit, point_inside, project, read_polygons


def test_the_projection_is_true_to_scale_along_its_meridian() -> None:
    assert project(-2.0, 53.0) == pytest.approx((0.0, math.radians(53)))
    # A degree of longitude at 53° north is cos 53° as long as one of latitude.
    east, _ = project(-1.0, 53.0)
    assert east == pytest.approx(math.radians(1) * math.cos(math.radians(53)), rel=1e-4)


def square(west: float, south: float, size: float) -> list[list[float]]:
    return [
        [west, south],
        [west, south + size],
        [west + size, south + size],
        [west + size, south],
        [west, south],
    ]


def test_neighbours_keep_their_border_and_specks_go() -> None:
    left = read_polygons(json.dumps({"type": "Polygon", "coordinates": [square(-3, 52, 1)]}))
    both = {"type": "MultiPolygon", "coordinates": [[square(-2, 52, 1)], [square(-1.9, 51, 0.001)]]}
    right = read_polygons(json.dumps(both))
    frame = fit([corner for polygon in (*left, *right) for corner in polygon[0]], 0, 0, 200, 200)
    (first,), drawn = draw_polygons(left, frame), draw_polygons(right, frame)
    assert len(drawn) == 1
    assert len(set(first[0]) & set(drawn[0][0])) == 2
    assert all(2 * number == int(2 * number) for ring in first for corner in ring for number in corner)
    assert all(0 <= number <= 200 for ring in first for corner in ring for number in corner)


def test_corners_in_the_middle_of_a_side_go() -> None:
    ring = [(0.0, 0.0), (0.0, 0.5), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.5, 0.0), (0.0, 0.0)]
    frame = fit(ring, 0, 0, 100, 100)
    (drawn,) = draw_polygons([[ring]], frame)
    assert len(drawn[0]) == 5
    assert abs(area(drawn[0])) == 100 * 100


def test_a_mark_in_a_horseshoe_stands_in_its_metal_and_not_in_its_mouth() -> None:
    horseshoe = [(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 8.0), (2.0, 8.0), (2.0, 2.0)]
    horseshoe += [(10.0, 2.0), (10.0, 0.0), (0.0, 0.0)]
    x, y = point_inside([[horseshoe]])
    assert (x, y) == (1.0, 5.0)


def test_a_mark_keeps_out_of_holes_and_small_islands() -> None:
    outline = [(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0), (0.0, 0.0)]
    hole = [(2.0, 4.0), (2.0, 6.0), (5.0, 6.0), (5.0, 4.0), (2.0, 4.0)]
    island = [(20.0, 0.0), (20.0, 1.0), (21.0, 1.0), (21.0, 0.0), (20.0, 0.0)]
    assert point_inside([[island], [outline, hole]]) == (7.5, 5.0)


def test_a_line_is_no_area() -> None:
    with pytest.raises(ValueError, match="LineString"):
        read_polygons(json.dumps({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}))
