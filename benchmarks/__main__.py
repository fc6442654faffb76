"""`make bench`: run every benchmark, or those named, and write the figures beside this file."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
NOT_BENCHMARKS = {"__init__", "__main__", "measuring"}


def main(names: list[str]) -> None:
    """Run the modules of this folder that have `run()` and write one table for each."""
    modules = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in NOT_BENCHMARKS)
    results = FOLDER / "results"
    results.mkdir(exist_ok=True)
    for name in names or modules:
        rows = importlib.import_module(f"benchmarks.{name}").run()
        text = _table(name, rows)
        (results / f"{name}.md").write_text(text, encoding="utf-8")
        print(text)


def _table(name: str, rows: list[dict[str, object]]) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = [f"# {name}", "", f"`python -m benchmarks {name}` on {machine}.", ""]
    lines += ["| work | figure | bar | note |", "|---|---|---|---|"]
    for row in rows:
        figure = f"{row['figure']} {row.get('unit', '')}".strip()
        lines.append(f"| {row['work']} | {figure} | {row['bar']} | {row.get('note', '')} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
