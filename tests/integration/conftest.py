"""A small simulated county, written once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from likeforlike.simulate import CountyPlan, simulate_county


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The folders of the official files of one ICB, twelve practices and four months."""
    plan = CountyPlan(icbs=1, practices=12, months=4)
    return simulate_county(plan, tmp_path_factory.mktemp("county") / "county").official
