"""Every published file of every kind of organisation: adding all of them, and building all indicators."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measuring import run_command
from benchmarks.street import PUBLISHED


def run() -> list[dict[str, str]]:
    """Measure adding the whole folder of published files and building from it; about three minutes."""
    if not PUBLISHED.is_dir():
        return []
    with tempfile.TemporaryDirectory(prefix="likeforlike-bench-") as scratch:
        store = str(Path(scratch) / "store")
        added = run_command("add", str(PUBLISHED), store=store)
        built = run_command("build", store=store)
    return [
        {
            "work": "add all published files",
            "figure": f"{added.seconds:.0f} s, {added.megabytes:.0f} MB",
            "bar": "≤ 120 s, ≤ 2 GB",
        },
        {
            "work": "build all indicators from them",
            "figure": f"{built.seconds:.0f} s, {built.megabytes:.0f} MB",
            "bar": "none",
        },
    ]
