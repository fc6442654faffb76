"""The real files, taken in and built once for all tests of a run, however many processes share the work."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import Build, build, find_build
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import Store

SOURCES = (
    "cloud_telephony",
    "cqc/gp_overall_ratings_Apr24.csv",
    "deprivation",
    "fingertips_gp",
    "gp_appointments_annex1",
    "gp_appointments_coverage",
    "gp_appointments_practice",
    "gp_appointments_regional",
    "gp_workforce/workforce_year_practice_fte.csv.gz",
    "nhs_payments",
    "online_consultations",
    "organisations",
    "registered_patients",
)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all processes of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "published"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def published_store(published_data: Path, shared_folder: Path) -> Store:
    """A store with all files that NHS England published, of every source; adding them takes half a minute."""
    store, done = Store(shared_folder / "store"), shared_folder / "added"
    with FileLock(shared_folder / "adding.lock"):
        if not done.exists():
            results = add_paths(store, load_catalogue(), [published_data / source for source in SOURCES])
            left_out = {
                Path(result.name).name: result.outcome
                for result in results
                if result.outcome is not Outcome.ADDED
            }
            # It lists practices and has no month: a table that nothing here needs.
            assert left_out == {"Mapping_Aug_25.csv": Outcome.UNKNOWN}
            done.touch()
    return store


@pytest.fixture(scope="session")
def published_build(published_store: Store, shared_folder: Path) -> Build:
    """All observations of these files, from the newest issues."""
    with FileLock(shared_folder / "building.lock"):
        build(published_store, load_catalogue(), Settings(published_store.folder))
    made = find_build(published_store, load_catalogue())
    assert made is not None
    return made
