"""An empty store for each test, and a folder for its files."""

from __future__ import annotations

from pathlib import Path

import pytest
from whole_street import Street

from likeforlike.store import Store


@pytest.fixture
def street(tmp_path: Path) -> Street:
    """An empty store."""
    return Street(tmp_path / "files", Store(tmp_path / "store"))
