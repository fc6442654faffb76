"""A small simulated county, written once for all tests of this folder."""

from __future__ import annotations

import pytest
from county_files import SMALL

from likeforlike.simulate import Simulated, simulate_county


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """The small county, on disk."""
    return simulate_county(SMALL, tmp_path_factory.mktemp("county") / "small")
