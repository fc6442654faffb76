"""The access review: who may need support, with probabilities, reasons and everything that could change them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from likeforlike.review.making import run_review
    from likeforlike.review.plan import ReviewPlan, read_plan
    from likeforlike.review.result import ReviewResult, load_result
    from likeforlike.review.verifying import verify_result

__all__ = ["ReviewPlan", "ReviewResult", "load_result", "read_plan", "run_review", "verify_result"]

# Reading a result needs no engine, and running one does: each is loaded for those who use it.
_HOMES = {
    "ReviewPlan": "plan",
    "ReviewResult": "result",
    "load_result": "result",
    "read_plan": "plan",
    "run_review": "making",
    "verify_result": "verifying",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
