"""Boundaries in small: two neighbours and an island; what crosses itself is repaired, what is no shape is refused."""

from __future__ import annotations

import copy
import datetime
import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from street import add_one, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError, NotFoundError, SettingsError, UserError
from likeforlike.measures.boundaries import Boundary, read_boundaries, simplify_boundaries
from likeforlike.sources.adding import add_paths
from likeforlike.store import PublishedBasis, Store

NAME = "integrated_care_boards_2023.geojson"
# Two squares that share the border at longitude -1, with a corner on it that is nearly in line.
WEST = [[[-2.0, 52.0], [-1.0, 52.0], [-1.001, 52.5], [-1.0, 53.0], [-2.0, 53.0], [-2.0, 52.0]]]
EAST = [[[-1.0, 52.0], [0.0, 52.0], [0.0, 53.0], [-1.0, 53.0], [-1.001, 52.5], [-1.0, 52.0]]]
ISLAND = [
    [[[1.0, 52.0], [1.1, 52.0], [1.1, 52.1], [1.0, 52.0]]],
    [[[1.2, 52.0], [1.3, 52.0], [1.3, 52.1], [1.2, 52.0]]],
]


def feature(code: str, name: str, geometry: str, coordinates: list[Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"FID": 1, "ICB23CD": code, "ICB23NM": name, "LONG": -1.5},
        "geometry": {"type": geometry, "coordinates": coordinates},
    }


def collection() -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "EPSG:4326"}},
        "features": [
            feature("E54000001", "West", "Polygon", WEST),
            feature("E54000002", "East", "Polygon", EAST),
            feature("E54000003", "Islands", "MultiPolygon", ISLAND),
        ],
    }


def add(folder: Path, content: dict[str, Any], name: str = NAME) -> Store:
    store = Store(folder / "store")
    add_one(store, write_file(folder, name, json.dumps(content)))
    return store


def test_an_area_as_it_is_stored(tmp_path: Path) -> None:
    store = add(tmp_path, collection())
    stored = stored_rows(store, "boundaries", "areas")
    assert {**stored[0], "shape": json.loads(stored[0]["shape"])} == {
        "year": datetime.date(2023, 1, 1),
        "kind": "icb",
        "code": "E54000001",
        "name": "West",
        "shape": {"type": "Polygon", "coordinates": WEST},
    }
    assert [one["code"] for one in stored] == ["E54000001", "E54000002", "E54000003"]
    (file,) = store.manifest().files
    assert (file.published, file.published_basis) == ("2023-12-31", PublishedBasis.NAME)


@pytest.mark.parametrize(
    ("code", "name", "kind", "year"),
    [
        ("SICBL24CD", "SICBL24NM", "sub_icb", 2024),
        ("NHSER24CD", "NHSER24NM", "nhs_region", 2024),
        ("LAD24CD", "LAD24NM", "district", 2024),
        ("CTYUA21CD", "CTYUA21NM", "county_or_unitary", 2021),
    ],
)
def test_the_properties_say_what_the_areas_are_and_of_which_year(
    tmp_path: Path, code: str, name: str, kind: str, year: int
) -> None:
    content = collection()
    for number, one in enumerate(content["features"]):
        one["properties"] = {code: f"E0000000{number}", name: "A place"}
    store = add(tmp_path, content, "anything.geojson")
    stored = stored_rows(store, "boundaries", "areas", "kind", "year")
    assert {(one["kind"], one["year"].year) for one in stored} == {(kind, year)}


def test_packed_and_with_a_byte_order_mark_it_is_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    text = "\ufeff" + json.dumps(collection(), indent=2)
    add_one(store, write_file(tmp_path, f"{NAME}.gz", gzip.compress(text.encode())))
    assert len(stored_rows(store, "boundaries", "areas")) == 3


def test_a_kind_does_not_take_the_place_of_another_of_its_year(tmp_path: Path) -> None:
    store = add(tmp_path, collection())
    regions = collection()
    for one in regions["features"]:
        one["properties"] = {"NHSER23CD": one["properties"]["ICB23CD"], "NHSER23NM": "A region"}
    add_one(store, write_file(tmp_path, "nhs_england_regions_2023.geojson", json.dumps(regions)))
    assert [len(read_boundaries(store, kind)) for kind in ("icb", "nhs_region")] == [3, 3]


def test_a_shape_that_crosses_itself_at_a_point_is_repaired_and_said(tmp_path: Path) -> None:
    content = collection()
    # A thread, out and back, hangs on the northern border: no area, but no valid ring either.
    ring = [*WEST[0][:4], [-1.5, 53.0], [-1.5, 53.1], [-1.5, 53.0], *WEST[0][4:]]
    content["features"][0]["geometry"]["coordinates"] = [ring]
    store = add(tmp_path, content)
    (file,) = store.manifest().files
    assert file.notes == ("1 shape crosses itself and was repaired: E54000001",)
    shape = json.loads(stored_rows(store, "boundaries", "areas", "shape")[0]["shape"])
    assert [-1.5, 53.1] not in shape["coordinates"][0]


def changed(*path: Any, to: Any) -> dict[str, Any]:
    content = copy.deepcopy(collection())
    place: Any = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return content


SHAPE = ("features", 1, "geometry")
BOW_TIE = [[[-1.0, 52.0], [0.0, 53.0], [0.0, 52.0], [-1.0, 53.0], [-1.0, 52.0]]]
METRES = [[[400000.0, 300000.0], [410000.0, 300000.0], [410000.0, 310000.0], [400000.0, 300000.0]]]
LATITUDE_FIRST = [[[52.0, -1.0], [52.0, 0.0], [53.0, 0.0], [52.0, -1.0]]]


@pytest.mark.parametrize(
    ("content", "what", "where"),
    [
        (changed("features", 1, "properties", "ICB23CD", to="E54000001"), "occurs twice", "feature 2 (E54000001)"),
        (changed("features", 1, "properties", "ICB23CD", to=7), "found 7, expected a text", "property 'ICB23CD'"),
        (changed("features", 1, "properties", to={"ICB24CD": "E5", "ICB24NM": "x"}), "found None", "feature 2"),
        (changed("features", 0, "properties", to={"WARD23CD": "E05"}), "one such as ICB23CD", NAME),
        (changed("features", 1, "properties", "ICB23CD", to="E54 000 2 "), "an organisation code", NAME),
        (changed("features", to=[]), "no list of features", NAME),
        (changed("features", 1, "geometry", to=None), "no list of features", NAME),
        (changed(*SHAPE, "type", to="Point"), "cannot be read", "feature 2"),
        (changed(*SHAPE, to={"type": "Point", "coordinates": [0, 52]}), "found Point", "feature 2"),
        (changed(*SHAPE, "coordinates", to=BOW_TIE), "cannot be repaired", "feature 2 (E54000002)"),
        (changed(*SHAPE, "coordinates", to=METRES), "not within the United Kingdom", "feature 2"),
        (changed(*SHAPE, "coordinates", to=LATITUDE_FIRST), "not within the United Kingdom", "feature 2"),
        (changed(*SHAPE, "coordinates", to=[]), "found an empty one", "feature 2"),
        (changed("crs", "properties", "name", to="EPSG:27700"), "'EPSG:27700', degrees", NAME),
        (changed("crs", to="27700"), "'27700', degrees", NAME),
    ],
    ids=[
        "a code twice", "a number for a code", "another year in between", "another kind of area", "no code", "nothing",
        "no geometry", "half a geometry", "a point", "a bow tie", "metres", "latitude first", "an empty shape",
        "the national grid", "a grid without a name",
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(
    tmp_path: Path, content: dict[str, Any], what: str, where: str
) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, write_file(tmp_path, NAME, json.dumps(content)))
    assert what in refusal.value.what
    assert where in str(refusal.value.where)
    assert refusal.value.next_step
    assert store.manifest().files == ()


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="cannot be read as JSON"):
        add_one(Store(tmp_path / "store"), write_file(tmp_path, NAME, json.dumps(collection())[:-40]))


def test_other_json_is_no_boundaries(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="no known format"):
        add_one(Store(tmp_path / "store"), write_file(tmp_path, "other.json", '{"type": "Topology"}\n'))


def test_neighbours_keep_their_border_in_common(tmp_path: Path) -> None:
    store = add(tmp_path, collection())
    west, east, island = simplify_boundaries(read_boundaries(store, "icb"), 10_000)
    assert isinstance(west, Boundary)
    corners = [json.loads(one.shape)["coordinates"][0] for one in (west, east)]
    # The corner that was nearly in line is gone on both sides; the border still runs from the one end to the other.
    assert all([-1.001, 52.5] not in one for one in corners)
    assert all([-1.0, 52.0] in one and [-1.0, 53.0] in one for one in corners)
    assert len(json.loads(island.shape)["coordinates"]) == 2
    untouched = simplify_boundaries(read_boundaries(store, "icb"), 1)
    assert [-1.001, 52.5] in json.loads(untouched[0].shape)["coordinates"][0]


def test_boundaries_that_are_not_there_and_tolerances_that_are_none(tmp_path: Path) -> None:
    store = add(tmp_path, collection())
    with pytest.raises(NotFoundError, match=r"'district'; the store has none"):
        read_boundaries(store, "district")
    with pytest.raises(NotFoundError, match=r"'icb' of 2021; the store has those of 2023"):
        read_boundaries(store, "icb", 2021)
    with pytest.raises(SettingsError, match="found 0"):
        simplify_boundaries(read_boundaries(store, "icb"), 0)


TEXT = json.dumps(collection())


@settings(max_examples=40, deadline=None)
@given(
    place=st.integers(0, len(TEXT) - 1),
    put=st.one_of(st.text(max_size=3), st.sampled_from(["null", "1e400", "[["])),
)
def test_a_spoilt_file_is_taken_in_or_refused(place: int, put: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        content = (TEXT[:place] + put + TEXT[place + 1 :]).encode("utf-8", errors="replace")
        try:
            add_paths(
                Store(Path(folder) / "store"), load_catalogue(), [write_file(Path(folder), NAME, content)]
            )
        except UserError as error:
            refusal: UserError | None = error
        else:
            refusal = None
        assert refusal is None or refusal.next_step
