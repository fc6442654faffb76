"""Counting events by the hundred million rows, on DuckDB and on Spark: seconds, memory, and where they cross."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from benchmarks.measuring import Cost, run_code, watch_command

ROWS = [
    int(rows) for rows in os.environ.get("LIKEFORLIKE_BENCH_ROWS", "1000000,10000000,100000000").split(",")
]
KIND = "appointments"
MASTER = "local[2]"
ENGINES = {
    "DuckDB": {"LIKEFORLIKE_ENGINE": "duckdb", "LIKEFORLIKE_THREADS": "2"},
    "Spark": {"LIKEFORLIKE_ENGINE": "spark", "LIKEFORLIKE_SPARK_MASTER": MASTER},
}

_SIMULATE = """
from pathlib import Path
from likeforlike.simulate.records import RecordPlan, simulate_records
simulate_records(RecordPlan({kind!r}, {rows}), Path({folder!r}))
"""

# The floor: both columns of the key read and counted by DuckDB, without a single check.
_FLOOR = """
import duckdb
connection = duckdb.connect(config={{"threads": 2}})
connection.execute("SET enable_progress_bar = false")
connection.execute(
    "SELECT GP_CODE, APPOINTMENT_DATE, count(*) FROM read_parquet('{folder}/*.parquet') GROUP BY ALL"
).fetchall()
"""


def run() -> list[dict[str, str]]:
    """Measure 1, 10 and 100 million rows; about ten minutes and two gigabytes of scratch space."""
    figures = []
    for rows in ROWS:
        with tempfile.TemporaryDirectory(prefix="likeforlike-bench-") as scratch:
            figures += _measure(rows, Path(scratch))
    return figures


def _measure(rows: int, scratch: Path) -> list[dict[str, str]]:
    events = scratch / "events"
    simulated = run_code(_SIMULATE.format(kind=KIND, rows=rows, folder=str(events)))
    size = sum(path.stat().st_size for path in (events / "records").iterdir())
    floor = run_code(_FLOOR.format(folder=str(events / "records")))
    title = f"{rows / 1e6:,.0f} million rows"
    figures = [
        {
            "work": f"{title}: simulate",
            "figure": f"{simulated.seconds:.1f} s, {simulated.megabytes:.0f} MB",
            "bar": "none",
            "note": f"{size / 1e6:,.0f} MB of Parquet",
        }
    ]
    # The files are in memory for each of the engines, or for none: the floor has just read them.
    for engine, environment in ENGINES.items():
        cost = _aggregate(events, scratch / engine, environment)
        figures.append(
            {
                "work": f"{title}: count on {engine}",
                "figure": f"{cost.seconds:.1f} s, {cost.megabytes:.0f} MB",
                "bar": "≤ 2 GB" if engine == "DuckDB" else "none",
                "note": f"{rows / cost.seconds / 1e6:.2f} million rows a second; "
                f"{cost.seconds / floor.seconds:.1f} × a bare count without a check",
            }
        )
    _check_same(events, scratch)
    return figures


def _aggregate(events: Path, target: Path, environment: dict[str, str]) -> Cost:
    """The quicker of two runs, and the larger of their peaks: all processes, start-up included."""
    costs = []
    for run in range(2):
        command = ("records", "aggregate", str(events / f"{KIND}.toml"), str(events / "records"))
        costs.append(watch_command(*command, "--to", str(target / str(run)), **environment))
    return Cost(min(cost.seconds for cost in costs), max(cost.megabytes for cost in costs))


def _check_same(events: Path, scratch: Path) -> None:
    """Raise RuntimeError where an engine's figures are not those that were drawn."""
    truth = (events / "truth.csv").read_bytes()
    for path in sorted(scratch.glob(f"*/*/{KIND}.csv")):
        if path.read_bytes() != truth:
            raise RuntimeError(f"{path} differs from the truth")
