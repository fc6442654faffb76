"""Documents of results made by hand, written once for all tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from likeforlike.documents.writing import write_documents
from likeforlike.review.result import ReviewResult
from made_results import CALLS, FICTION, make_result

KINDS: dict[str, dict[str, Any]] = {
    "open": {},
    "restricted": {"restricted": True, "fiction": FICTION, "before": True},
    "nobody listed": {"listed": 0},
    "one indicator": {"indicators": (CALLS,)},
}


SHEETS_FOR_ALL = ("open", "restricted")


@dataclass(frozen=True)
class Written:
    """A result and the folder of its documents."""

    result: ReviewResult
    folder: Path
    files: list[str]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Written]:
    """Kind → its documents; those of `SHEETS_FOR_ALL` with an evidence sheet for everybody."""
    base = tmp_path_factory.mktemp("documents")
    return {kind: write(base, kind, given) for kind, given in KINDS.items()}


def write(base: Path, kind: str, given: dict[str, Any]) -> Written:
    result = make_result(base / f"{kind} result", **given)
    folder = base / kind
    files = write_documents(result, folder, everybody=kind in SHEETS_FOR_ALL, report=lambda _: None)
    return Written(result, folder, files)
