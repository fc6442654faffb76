"""Where the real files and the answers computed elsewhere lie, and what happens when they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def _folder(variable: str, default: Path) -> Path:
    folder = Path(os.environ.get(variable, default))
    if folder.is_dir():
        return folder
    message = f"{variable}: no folder {folder}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{message}; with CI=true its absence is a failure", pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def published_data() -> Path:
    """The folder of real published files (`LIKEFORLIKE_DATA`)."""
    return _folder("LIKEFORLIKE_DATA", PROJECT.parent / "shared" / "data")


@pytest.fixture(scope="session")
def reference_answers() -> Path:
    """The folder of answers computed by other programs (`LIKEFORLIKE_REFERENCE`)."""
    return _folder("LIKEFORLIKE_REFERENCE", PROJECT.parent / "shared" / "reference")
