"""A disk that is full is said to be full, and the store is what it was."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

SCRIPT = Path(__file__).with_name("full_disk.py")


def run(store: Store, action: str, largest: int, *paths: Path) -> str:
    """What the store says when no file may be larger than this."""
    command = [sys.executable, str(SCRIPT), str(store.folder), action, str(largest), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def store(county: tuple[Path, ...], tmp_path: Path) -> Store:
    """A store with the registered patients."""
    store = Store(tmp_path / "store")
    add_paths(store, load_catalogue(), [path for path in county if path.name == "registered_patients"])
    return store


def check_as_it_was(store: Store, before: set[Path]) -> None:
    assert store.verify() == []
    store.sweep()
    assert {path for path in store.folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
def test_an_add_on_a_full_disk(
    store: Store, county: tuple[Path, ...], tmp_path: Path, *, packed: bool
) -> None:
    (crosstab,) = (path for path in county if path.name == "gp_appointments_practice")
    path = min(crosstab.glob("*/*.csv"))
    if packed:
        # Unpacking writes as well.
        (tmp_path / path.parent.name).mkdir()
        packed_path = tmp_path / path.parent.name / f"{path.name}.gz"
        packed_path.write_bytes(gzip.compress(path.read_bytes()))
        path = packed_path
    before = {path for path in store.folder.rglob("*") if path.is_file()}
    said = run(store, "add", 3_000, path)
    assert "the store cannot be written (File too large)" in said
    assert str(store.folder) in said
    check_as_it_was(store, before)


def test_a_build_on_a_full_disk(store: Store) -> None:
    before = {path for path in store.folder.rglob("*") if path.is_file()}
    said = run(store, "build", 1_000)
    assert "the store cannot be written (File too large)" in said
    check_as_it_was(store, before)
