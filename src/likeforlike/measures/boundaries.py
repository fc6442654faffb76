"""Boundaries from the store, and made simple enough for a web page without tearing neighbours apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow.parquet

from likeforlike.errors import NotFoundError, SettingsError
from likeforlike.store import Store, select_editions

SOURCE, TABLE = "boundaries", "areas"
# Length of a degree of latitude (the Earth's mean radius, 6,371,009 m: International Union of Geodesy and Geophysics),
# and the latitude about which England lies: there a degree of longitude is so much shorter.
METRES_OF_A_DEGREE = math.pi * 6_371_009 / 180
MIDDLE_LATITUDE = math.radians(53.0)
# Five decimals of a degree are about a metre.
DECIMALS = 5


@dataclass(frozen=True)
class Boundary:
    """One area: its code of the Office for National Statistics, its name, and its GeoJSON geometry as text."""

    kind: str
    year: int
    code: str
    name: str
    shape: str


def read_boundaries(store: Store, kind: str, year: int | None = None) -> tuple[Boundary, ...]:
    """The areas of a kind in order of code: those of a year, else of the newest that the store has.

    Raises:
        NotFoundError: the store has none of that kind, or none of that year.
    """
    selection = select_editions(store.manifest(), SOURCE, TABLE)
    rows = [
        row
        for path in selection.paths
        for row in pyarrow.parquet.read_table(store.path(path), filters=[("kind", "==", kind)]).to_pylist()
    ]
    years = sorted({row["year"].year for row in rows})
    if not years or (year is not None and year not in years):
        there = f"those of {', '.join(map(str, years))}" if years else "none"
        raise NotFoundError(
            f"there are no boundaries of the kind '{kind}'{f' of {year}' if year else ''}; the store has {there}.",
            next_step="Add the publisher's GeoJSON: `likeforlike sources` says where it is.",
        )
    wanted = year or years[-1]
    found = [
        Boundary(kind, wanted, row["code"], row["name"], row["shape"])
        for row in rows
        if row["year"].year == wanted
    ]
    return tuple(sorted(found, key=lambda boundary: boundary.code))


def simplify_boundaries(boundaries: Sequence[Boundary], tolerance: float) -> tuple[Boundary, ...]:
    """The same areas with fewer corners; borders that neighbours have in common stay in common.

    `tolerance` is in metres: corners whose triangle with their neighbours is smaller than its square go
    (Visvalingam and Whyatt 1993, The Cartographic Journal 30: 46-51, on all borders of a coverage at once). Islands
    stay, however small. Coordinates are rounded to five decimals, a metre.

    Raises:
        SettingsError: the tolerance is not above zero.
    """
    import shapely

    if not tolerance > 0:
        raise SettingsError(
            f"a tolerance above zero was expected, found {tolerance}.",
            next_step="Give it in metres, such as 500.",
        )
    scale = np.array([math.cos(MIDDLE_LATITUDE), 1.0]) * METRES_OF_A_DEGREE

    def to_metres(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return corners * scale

    def to_degrees(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.round(corners / scale, DECIMALS)

    shapes = shapely.from_geojson([boundary.shape for boundary in boundaries])
    simple = shapely.transform(
        shapely.coverage_simplify(shapely.transform(shapes, to_metres), tolerance), to_degrees
    )
    # Rounding may let two sides of a creek touch.
    sound = [
        shape if shape.is_valid else shapely.make_valid(shape, method="structure", keep_collapsed=False)
        for shape in simple
    ]
    return tuple(
        replace(boundary, shape=shapely.to_geojson(shape))
        for boundary, shape in zip(boundaries, sound, strict=True)
    )
