"""A small store with four months of registered patients, built; every test changes a copy of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import build
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store


@pytest.fixture(scope="session")
def kept(county: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store as it is made once; read only."""
    store = Store(tmp_path_factory.mktemp("upkeep") / "store")
    add_paths(store, load_catalogue(), [path for path in county if path.name == "registered_patients"])
    build(store, load_catalogue(), Settings(store.folder, threads=1))
    return store.folder


@pytest.fixture
def store(kept: Path, tmp_path: Path) -> Store:
    """A copy of it."""
    shutil.copytree(kept, tmp_path / "store")
    return Store(tmp_path / "store")
