"""Writes where the county lies, in the middle of the North Sea: GeoJSON of its regions, boards and sub-boards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from likeforlike.simulate.county import Area, County

FOLDER = "boundaries"
# Degrees: the south-western corner, a board's width and height, the sea between two rows of boards.
WEST, SOUTH = 0.2, 54.0
WIDTH, HEIGHT, SEA = 0.3, 0.2, 0.05
BOARDS_IN_A_ROW = 6

Corners = list[list[float]]


def write_boundaries(county: County, directory: Path) -> list[Path]:
    """Write the three kinds of area as they are in the year of the last month: rectangles that meet."""
    folder = directory / FOLDER
    folder.mkdir()
    year = county.months[-1].year
    boards = [_board(number) for number in range(len(county.icbs))]
    return [
        _write(
            folder / f"nhs_england_regions_{year}.geojson",
            "NHSER",
            year,
            county.regions,
            _regions(county, boards),
        ),
        _write(folder / f"integrated_care_boards_{year}.geojson", "ICB", year, county.icbs, boards),
        _write(
            folder / f"sub_icbs_{year}.geojson", "SICBL", year, county.sub_icbs, _sub_icbs(county, boards)
        ),
    ]


def _board(number: int) -> Corners:
    row, column = divmod(number, BOARDS_IN_A_ROW)
    west, south = WEST + column * WIDTH, SOUTH + row * (HEIGHT + SEA)
    return _rectangle(west, south, west + WIDTH, south + HEIGHT)


def _rectangle(west: float, south: float, east: float, north: float) -> Corners:
    corners = [[west, south], [west, north], [east, north], [east, south], [west, south]]
    return [[round(x, 6), round(y, 6)] for x, y in corners]


def _regions(county: County, boards: Sequence[Corners]) -> list[Corners]:
    """A region is the box about its boards, which stand in one row."""
    regions = []
    for number in range(len(county.regions)):
        its = [
            corner
            for icb, board in zip(county.icbs, boards, strict=True)
            if icb.parent == number
            for corner in board
        ]
        xs, ys = [x for x, _ in its], [y for _, y in its]
        regions.append(_rectangle(min(xs), min(ys), max(xs), max(ys)))
    return regions


def _sub_icbs(county: County, boards: Sequence[Corners]) -> list[Corners]:
    """The parts of a board are strips from west to east."""
    parents = [area.parent for area in county.sub_icbs]
    strips = []
    for place, parent in enumerate(parents):
        (west, south), _, (_, north), *_ = boards[parent]
        width = WIDTH / parents.count(parent)
        before = parents[:place].count(parent)
        strips.append(_rectangle(west + before * width, south, west + (before + 1) * width, north))
    return strips


def _write(path: Path, kind: str, year: int, areas: Sequence[Area], shapes: Sequence[Corners]) -> Path:
    short = f"{year % 100:02d}"
    features = [
        {
            "type": "Feature",
            "properties": {"FID": number, f"{kind}{short}CD": area.ons_code, f"{kind}{short}NM": area.name},
            "geometry": {"type": "Polygon", "coordinates": [shape]},
        }
        for number, (area, shape) in enumerate(zip(areas, shapes, strict=True), start=1)
    ]
    content = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "EPSG:4326"}},
        "features": features,
    }
    path.write_bytes(json.dumps(content).encode())
    return path
