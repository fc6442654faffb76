"""The small county's store and one review of it, made once for all tests of this folder; read only."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_county import catalogue, review

from likeforlike.measures.build import build
from likeforlike.review.result import ReviewResult
from likeforlike.settings import Settings
from likeforlike.simulate import CountyPlan, simulate_county
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

SOURCES = ("cloud_telephony", "online_consultations", "registered_patients")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Telephony, online requests and lists of 80 practices in two ICBs over eight months."""
    county = simulate_county(
        CountyPlan(icbs=2, practices=80, months=8), tmp_path_factory.mktemp("small") / "county"
    )
    return tuple(path for path in county.official if path.name in SOURCES)


@pytest.fixture(scope="session")
def small_store(files: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with them, built."""
    store = Store(tmp_path_factory.mktemp("reviewed") / "store")
    add_paths(store, catalogue(), list(files))
    build(store, catalogue(), Settings(store.folder, threads=1))
    return store.folder


@pytest.fixture(scope="session")
def reviewed(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> ReviewResult:
    """The plan's own review."""
    return review(small_store, tmp_path_factory.mktemp("result") / "result")
