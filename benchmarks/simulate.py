"""How long the largest county takes to write: England's 42 ICBs and 6,200 practices over 36 months."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from likeforlike.simulate import CountyPlan, simulate_county

ENGLAND = CountyPlan(icbs=42, practices=6_200, months=36)
PROCESSES = 2
MOST_MINUTES = 10.0
# ru_maxrss is in bytes on macOS and in kilobytes elsewhere.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def run(plan: CountyPlan = ENGLAND, scratch: Path | None = None) -> list[dict[str, object]]:
    """Write the county once below `scratch` (England: 9.7 GB, removed afterwards); figures and bars.

    To be called from under `if __name__ == "__main__"`, as everything that starts processes.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        started = time.perf_counter()
        simulated = simulate_county(plan, Path(folder) / "county", processes=PROCESSES)
        minutes = (time.perf_counter() - started) / 60
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * RSS_UNIT / 1e9
    size = f"{plan.icbs} ICBs, {plan.practices:,} practices, {plan.months} months"
    written = f"{simulated.files} files, {simulated.bytes / 1e9:.1f} GB, {PROCESSES} processes"
    return [
        {
            "work": f"simulate {size}",
            "figure": round(minutes, 2),
            "unit": "minutes",
            "bar": f"<= {MOST_MINUTES:g}",
            "note": written,
        },
        {
            "work": f"simulate {size}: memory of the largest process",
            "figure": round(peak, 2),
            "unit": "GB",
            "bar": "none",
            "note": "peak resident size",
        },
    ]
