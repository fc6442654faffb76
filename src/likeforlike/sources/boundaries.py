"""Boundaries as the Office for National Statistics publishes them: GeoJSON, a feature an area, all shapes valid."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from likeforlike.catalogue import Layout, Source, Table
from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, StagedTable, Staging
from likeforlike.sources.reading.checks import check_texts_hold_no_people, summarise
from likeforlike.sources.reading.probing import BYTE_ORDER_MARK, Probe

# What a collection of features says of itself stands before the first of them.
HEAD_BYTES = 4096
COLLECTION = re.compile(rb'"type"\s*:\s*"FeatureCollection"')
# Degrees of longitude and latitude, under the names that GeoJSON files give them; none is the format's default.
DEGREES = re.compile(r"(EPSG:+(\d*:)?4326|CRS84)$")
YEAR = "{yy}"
# The United Kingdom with its islands: west, south, east, north.
BOX = (-9.0, 49.0, 2.5, 61.5)
# A repair may move a border by the width of a pen, not take a field away: relative change of area.
LARGEST_REPAIR = 1e-5
SCHEMA = pyarrow.schema(
    {
        "year": pyarrow.date32(),
        "kind": pyarrow.string(),
        "code": pyarrow.string(),
        "name": pyarrow.string(),
        "shape": pyarrow.string(),
        "edition": pyarrow.string(),
    }
)


@dataclass(frozen=True)
class _Kind:
    """What the properties of a file's features say: of which kind the areas are, in which year."""

    layout: Layout
    year: int
    code: str
    """The property that holds the code."""
    name: str


class BoundariesFormat:
    """Collections of GeoJSON features with the properties of one of the source's layouts."""

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether a file is a collection of features; of what, `stage` says."""
        del source
        with probe.path.open("rb") as stream:
            head = stream.read(HEAD_BYTES).removeprefix(BYTE_ORDER_MARK).lstrip()
        return head.startswith(b"{") and COLLECTION.search(head) is not None

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Check every shape, repair what crosses itself, write."""
        (table,) = source.tables
        features = _read_features(probe)
        kind = _find_kind(probe, table, features)
        rows, repaired = _read_rows(probe, kind, features, staging.edition)
        target = staging.folder / f"{table.id}.parquet"
        pyarrow.parquet.write_table(
            pyarrow.Table.from_pylist(rows, schema=SCHEMA), target, compression="zstd"
        )
        summary = summarise(staging.connection, target, table)
        if summary.faults:
            fault = summary.faults[0]
            raise FileRefusedError(
                f"found {'nothing' if fault.word is None else repr(fault.word)} as {fault.column.name}, "
                f"expected {fault.expected}.",
                where=probe.name,
                next_step="Download the file again.",
            )
        check_texts_hold_no_people(summary, probe.name)
        staged = StagedTable(table, target, summary.rows, summary.coverage, summary.texts, summary.ends)
        return Staged(kind.layout.name, (staged,), notes=_note(repaired))


def _note(repaired: list[str]) -> tuple[str, ...]:
    if not repaired:
        return ()
    what = "shape crosses itself and was" if len(repaired) == 1 else "shapes cross themselves and were"
    return (f"{len(repaired)} {what} repaired: {', '.join(repaired)}",)


def _read_features(probe: Probe) -> list[dict[str, Any]]:
    try:
        content = json.loads(Path(probe.path).read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FileRefusedError(
            f"looks like GeoJSON, and cannot be read as JSON ({error}).",
            where=probe.name,
            next_step="It may have been cut short: download it again.",
        ) from None
    features = content.get("features")
    if not isinstance(features, list) or not features or not all(_is_feature(one) for one in features):
        raise FileRefusedError(
            "no list of features with properties and a geometry.",
            where=probe.name,
            next_step="Download it again.",
        )
    _check_degrees(probe, content.get("crs"))
    return features


def _is_feature(feature: object) -> bool:
    return isinstance(feature, dict) and all(
        isinstance(feature.get(key), dict) for key in ("properties", "geometry")
    )


def _check_degrees(probe: Probe, crs: object) -> None:
    if crs is None:
        return
    try:
        name = str(crs["properties"]["name"])  # type: ignore[index]  # what is no such table is caught below
    except (KeyError, TypeError):
        name = str(crs)[:60]
    if DEGREES.search(name) is None:
        raise FileRefusedError(
            f"its coordinates are in '{name}', degrees (EPSG:4326) were expected.",
            where=probe.name,
            next_step="Choose GeoJSON when you download it; other formats are in metres of the national grid.",
        )


def _find_kind(probe: Probe, table: Table, features: list[dict[str, Any]]) -> _Kind:
    """The layout whose properties all features have."""
    properties = list(features[0]["properties"])
    for layout in table.layouts:
        pattern = re.escape(layout.headers["code"]).replace(re.escape(YEAR), r"(\d\d)")
        found = next(filter(None, (re.fullmatch(pattern, name) for name in properties)), None)
        if found is not None:
            kind = _Kind(
                layout, 2000 + int(found[1]), found[0], layout.headers["name"].replace(YEAR, found[1])
            )
            _check_properties(probe, kind, features)
            return kind
    wanted = ", ".join(layout.headers["code"].replace(YEAR, "23") for layout in table.layouts)
    raise FileRefusedError(
        f"its features have the properties {', '.join(properties)[:200]}; one such as {wanted} was expected.",
        where=probe.name,
        next_step="If the publisher named them anew, change definitions/sources/boundaries.toml.",
    )


def _check_properties(probe: Probe, kind: _Kind, features: list[dict[str, Any]]) -> None:
    for number, feature in enumerate(features, start=1):
        for name in (kind.code, kind.name):
            value = feature["properties"].get(name)
            if not isinstance(value, str) or not value.strip():
                raise FileRefusedError(
                    f"found {value!r}, expected a text.",
                    where=f"{probe.name}, feature {number}, property '{name}'",
                    next_step="Download the file again.",
                )


def _read_rows(
    probe: Probe, kind: _Kind, features: list[dict[str, Any]], edition: str
) -> tuple[list[dict[str, object]], list[str]]:
    rows: list[dict[str, object]] = []
    repaired = []
    seen: set[str] = set()
    for number, feature in enumerate(features, start=1):
        code, name = feature["properties"][kind.code], feature["properties"][kind.name]
        where = f"{probe.name}, feature {number} ({code})"
        if code in seen:
            raise FileRefusedError(
                "the same code occurs twice.",
                where=where,
                next_step="Each area has one feature; remove the copy.",
            )
        seen.add(code)
        shape, was_repaired = _read_shape(feature["geometry"], where)
        repaired += [code] if was_repaired else []
        rows.append(
            {
                "year": datetime.date(kind.year, 1, 1), "kind": kind.layout.name, "code": code,
                "name": name, "shape": shape, "edition": edition,
            }
        )  # fmt: skip
    return rows, repaired


def _read_shape(geometry: dict[str, Any], where: str) -> tuple[str, bool]:
    """A valid polygon or several as GeoJSON, and whether it had to be repaired."""
    import shapely

    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.GEOSException as error:
        raise FileRefusedError(
            f"the geometry cannot be read ({str(error)[:80]}).",
            where=where,
            next_step="Download the file again.",
        ) from None
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise FileRefusedError(
            f"a polygon was expected, found {'an empty one' if shape.is_empty else shape.geom_type}.",
            where=where,
            next_step="Choose boundaries, not centroids, when you download it.",
        )
    west, south, east, north = shape.bounds
    if not (BOX[0] <= west <= east <= BOX[2] and BOX[1] <= south <= north <= BOX[3]):
        raise FileRefusedError(
            f"it reaches from {west:.6g}, {south:.6g} to {east:.6g}, {north:.6g}: not within the United Kingdom.",
            where=where,
            next_step="Coordinates may be in metres, or latitude may stand first; download it as GeoJSON in degrees.",
        )
    if shape.is_valid:
        return shapely.to_geojson(shape), False
    sound = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if sound.geom_type not in ("Polygon", "MultiPolygon") or (
        abs(sound.area - shape.area) > LARGEST_REPAIR * sound.area
    ):
        raise FileRefusedError(
            f"the shape crosses itself ({shapely.is_valid_reason(shape)}) and cannot be repaired without changing it.",
            where=where,
            next_step="Download the file again.",
        )
    return shapely.to_geojson(sound), True


FORMAT = BoundariesFormat()
