"""A store of any format version can be opened by the program of today, from the first version on."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import StoreError
from likeforlike.measures.build import build
from likeforlike.measures.reading import read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import rebuild
from likeforlike.store import AddedFile, Manifest, Store, StoredTable, upgrades
from likeforlike.store.manifest import Withdrawal, read_format_version
from likeforlike.upkeep.backup import back_up

# A store as the first version wrote it: the list sizes and the map of twelve simulated practices, November 2025.
# It is never written again: a change that it does not survive needs a step in store/upgrades.py.
FORMAT_1 = Path(__file__).with_name("format_1_store")

# What a manifest of each format version holds. Changing a dataclass is changing the format: raise FORMAT_VERSION,
# write the step from the version before, freeze a store of that version beside the one above, and add a row here.
FIELDS = {
    1: {
        Manifest: {"files", "containers", "withdrawals"},
        AddedFile: {
            *(
                "sha256",
                "content_sha256",
                "name",
                "bytes",
                "source",
                "layout",
                "importer_version",
                "published",
            ),
            *("published_basis", "licence", "added", "original", "tables", "restricted", "notes"),
        },
        StoredTable: {"table", "parquet", "parquet_sha256", "rows", "columns", "coverage"},
        Withdrawal: {"sha256", "name", "source", "published", "reason", "withdrawn"},
    }
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A copy of the frozen store."""
    shutil.copytree(FORMAT_1, tmp_path / "store")
    return Store(tmp_path / "store")


def set_version(store: Store, version: object, **changes: object) -> None:
    document = json.loads(store.manifest_path.read_text(encoding="utf-8"))
    store.manifest_path.write_text(
        json.dumps(document | {"format_version": version} | changes), encoding="utf-8"
    )


def test_the_fields_of_a_manifest_are_those_of_its_version() -> None:
    for kind, fields in FIELDS[upgrades.FORMAT_VERSION].items():
        assert {field.name for field in dataclasses.fields(kind)} == fields, kind.__name__
    # Every version before today's has a way up.
    assert set(upgrades.UPGRADES) == set(range(1, upgrades.FORMAT_VERSION))


def test_a_store_of_the_first_version_opens_and_gives_its_figures(store: Store, tmp_path: Path) -> None:
    assert read_format_version(store.manifest_path) == 1
    assert store.verify() == []
    assert [file.name for file in store.manifest().files] == [
        "Nov25/gp-reg-pat-prac-all.csv",
        "Nov25/gp-reg-pat-prac-map.csv",
    ]
    catalogue = load_catalogue()
    rebuild(store, catalogue)
    made = build(store, catalogue, Settings(store.folder, threads=1))
    (england,) = read_observations(made, "list_size", organisation_type="england").to_pylist()
    # The sum of the column NUMBER_OF_PATIENTS of the file, added up with the csv module when it was frozen.
    assert england["numerator"] == 160_567
    assert Store(back_up(store, catalogue, tmp_path / "copy").folder).verify() == []


def give_it_a_colour(document: dict[str, Any]) -> dict[str, Any]:
    """The step of a format that never was: version 0 called `withdrawals` otherwise."""
    renamed = dict(document)
    renamed["withdrawals"] = renamed.pop("tombstones")
    return renamed


def test_an_older_format_is_upgraded_in_memory_and_written_at_the_next_change(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrades, "UPGRADES", {0: give_it_a_colour} | dict(upgrades.UPGRADES))
    document = json.loads(store.manifest_path.read_text(encoding="utf-8"))
    today = store.manifest()
    document["tombstones"] = document.pop("withdrawals")
    store.manifest_path.write_text(json.dumps(document | {"format_version": 0}), encoding="utf-8")
    before = store.manifest_path.read_bytes()
    assert store.manifest() == today
    assert store.verify() == []
    # Looking changes nothing: the program of before can go on.
    assert (store.manifest_path.read_bytes(), read_format_version(store.manifest_path)) == (before, 0)
    store.remember_container("abc", "all.zip")
    assert read_format_version(store.manifest_path) == upgrades.FORMAT_VERSION
    assert store.manifest().files == today.files


@pytest.mark.parametrize("version", [upgrades.FORMAT_VERSION + 1, 99, 0, -1, "1", 1.0, None, True])
def test_a_format_that_this_program_does_not_know_is_refused(store: Store, version: object) -> None:
    set_version(store, version)
    before = store.manifest_path.read_bytes()
    with pytest.raises(StoreError) as caught:
        store.manifest()
    assert f"the store has format {version}, this program reads format" in caught.value.what
    assert caught.value.where == str(store.manifest_path)
    assert "likeforlike that wrote it" in caught.value.next_step
    with pytest.raises(StoreError):
        store.remember_container("abc", "all.zip")
    assert store.manifest_path.read_bytes() == before


def test_an_older_manifest_that_is_damaged_is_said_to_be_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrades, "UPGRADES", {0: give_it_a_colour} | dict(upgrades.UPGRADES))
    set_version(store, 0)  # and without what a version 0 would hold
    with pytest.raises(StoreError, match="the manifest is damaged"):
        store.manifest()
