"""What all tests of whole reviews know of their small county: its plan, and how it is run."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.review.making import run_review
from likeforlike.review.plan import read_plan
from likeforlike.review.result import ReviewResult
from likeforlike.settings import Settings
from likeforlike.store import Store

CALLS, ONLINE = "calls_answered_share", "online_submissions_per_1000"
PLAN = """title = "Access in the small county, eight months to November 2025"
area = "XI01"
seed = 20251201
window = { last = 2025-11-01, months = 8 }
expected = false
expected_reason = "The populations are left out so that the county stays small."
draws = 2000
weightings = 20
gates = { breaks = false }

[[indicators]]
id = "calls_answered_share"
weight = 2.0

[[indicators]]
id = "online_submissions_per_1000"
weight = 1.0
better = "higher"
reason = "Where hardly any arrive, patients may find the way closed."
"""


def catalogue(*more: str) -> Catalogue:
    """The shipped definitions of what the county's files are about: the rest would be built and not looked at."""
    shipped = load_catalogue()
    kept = {CALLS, ONLINE, "list_size", "age_under_5_share", "age_85_and_over_share", *more}
    return dataclasses.replace(
        shipped,
        indicators={name: one for name, one in shipped.indicators.items() if name in kept},
        digest="of a small county",
    )


def write_plan(folder: Path, text: str = PLAN) -> Path:
    """A plan file of a test's own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def review(store: Path, target: Path, text: str = PLAN, definitions: Catalogue | None = None) -> ReviewResult:
    """Run a plan in this process; it stands beside its result."""
    known = definitions or catalogue()
    opened = Store(store)
    planned = read_plan(write_plan(target.parent / f"plan of {target.name}", text), known)
    return run_review(planned, opened, known, Settings(opened.folder, threads=1), target, lambda step: None)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
