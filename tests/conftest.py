"""Where the real files and the answers computed elsewhere lie, and what happens when they are absent."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def _folder(variable: str, default: Path) -> Path:
    folder = Path(os.environ.get(variable, default))
    if folder.is_dir():
        return folder
    return _say_absent(f"{variable}: no folder {folder}")


def _say_absent(message: str) -> NoReturn:
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


@pytest.fixture(scope="session")
def java() -> None:
    """Java, which Spark needs: no Python package brings it along."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        _say_absent("there is no Java: no `java` on the PATH and no JAVA_HOME")
