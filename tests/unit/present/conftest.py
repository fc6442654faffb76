"""The made result, once for all tests of views."""

from __future__ import annotations

import pytest

from likeforlike.review.result import ReviewResult
from made_results import FICTION, make_result


@pytest.fixture(scope="session")
def result(tmp_path_factory: pytest.TempPathFactory) -> ReviewResult:
    """Two of ten listed, one not assessed, restricted and fictional."""
    return make_result(
        tmp_path_factory.mktemp("result") / "made", restricted=True, fiction=FICTION, before=True
    )


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> ReviewResult:
    """Nobody listed."""
    return make_result(tmp_path_factory.mktemp("result") / "empty", listed=0)
