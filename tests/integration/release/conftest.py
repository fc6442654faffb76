"""A county's release, made once, and another after one more month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.measures.build import Build, build
from likeforlike.release.building import make_release
from likeforlike.settings import Settings
from likeforlike.simulate import CountyPlan, simulate_county
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

# One of each kind of figure, and what they are expected from and divide by.
KEPT = (
    "list_size",
    "calls_answered_share",
    "same_day_share",
    "appointments_per_1000",
    "cqc_overall_rating",
    "shmi",
    "ae_within_4_hours_share",
    "ae_attendances_per_1000",
    "age_under_5_share",
    "age_65_and_over_share",
    "age_85_and_over_share",
    "female_share",
    "deprivation_score",
    "rural_practice",
)


@dataclass(frozen=True)
class Made:
    """What the releases were made from."""

    store: Store
    catalogue: Catalogue
    build: Build
    releases: Path
    release: Path
    """Of all files but the newest month of calls."""
    newest_calls: Path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One ICB of 70 practices over nine months, without its newest month of calls."""
    folder = tmp_path_factory.mktemp("release")
    county = simulate_county(CountyPlan(icbs=1, practices=70, months=9, seed=5), folder / "county")
    everything = load_catalogue()
    catalogue = replace(
        everything,
        indicators={name: everything.indicators[name] for name in KEPT},
        rating_rules={"cqc_rating": everything.rating_rule("cqc_rating")},
    )
    calls = sorted(path for path in county.directory.rglob("*Telephony*November*"))
    files = [
        path
        for part in county.official
        for path in sorted(part.rglob("*"))
        if path.is_file() and path not in calls
    ]
    store = Store(folder / "store")
    add_paths(store, everything, files)
    built = build(store, catalogue, Settings(store.folder, threads=1))
    releases = folder / "releases"
    return Made(
        store,
        catalogue,
        built,
        releases,
        make_release(store, built, catalogue, releases, lambda step: None),
        calls[0],
    )
