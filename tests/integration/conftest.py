"""A small simulated county, written once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.simulate import CountyPlan, simulate_county
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The folders of the official files of one ICB, twelve practices and four months."""
    plan = CountyPlan(icbs=1, practices=12, months=4)
    return simulate_county(plan, tmp_path_factory.mktemp("county") / "county").official


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The definitions that are shipped."""
    return load_catalogue()


@pytest.fixture(scope="session")
def restated_store(
    county: tuple[Path, ...], catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> Store:
    """The county's files, and one of them again in part: an edition replaced in one area only."""
    folder = tmp_path_factory.mktemp("restated")
    filled = Store(folder / "store")
    (crosstab,) = (path for path in county if path.name == "gp_appointments_practice")
    (newest,) = crosstab.glob("*/*_Nov_25.csv")
    lines = newest.read_text(encoding="utf-8").splitlines(keepends=True)
    area = lines[1].split(",")
    one_area = next(cell for cell in area if cell.startswith("XS"))
    restated = folder / "release_Dec_25" / newest.name
    restated.parent.mkdir()
    restated.write_text(lines[0] + "".join(line for line in lines[1:] if one_area in line), encoding="utf-8")
    add_paths(filled, catalogue, [*county, restated])
    return filled
