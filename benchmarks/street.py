"""The street from file to observation: adding and measuring England, and the small things that must be quick."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from benchmarks.measuring import best_of, run_code, run_command

MONTHS = int(os.environ.get("LIKEFORLIKE_BENCH_MONTHS", "36"))
PUBLISHED = Path(os.environ.get("LIKEFORLIKE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
OF_THIS_ISSUE = (
    "gp_appointments_practice",
    "gp_appointments_annex1",
    "gp_appointments_regional",
    "gp_appointments_coverage",
    "registered_patients",
    "cloud_telephony",
    "online_consultations",
)

_SIMULATE = """
from pathlib import Path
from likeforlike.simulate.plan import CountyPlan
from likeforlike.simulate.write import simulate_county
simulate_county(CountyPlan(icbs=42, practices=6200, months={months}), Path({folder!r}), processes=2)
"""

# The floor: what any reader must do, one all-text COPY a file with two threads, and nothing else.
_FLOOR = """
import duckdb
from pathlib import Path
connection = duckdb.connect(config={{"threads": 2}})
for number, path in enumerate(sorted(Path({folder!r}).rglob("*.csv"))):
    target = Path({target!r}) / f"{{number}}.parquet"
    connection.execute(f"COPY (SELECT * FROM read_csv('{{path}}', all_varchar = true)) TO '{{target}}'")
"""


def run() -> list[dict[str, str]]:
    """Measure everything here; about twenty minutes and thirty gigabytes of scratch space for 36 months."""
    with tempfile.TemporaryDirectory(prefix="likeforlike-bench-") as scratch:
        return [*_quick_things(Path(scratch)), *_published(Path(scratch)), *_england(Path(scratch))]


def _england(scratch: Path) -> list[dict[str, str]]:
    county, store, floor = scratch / "county", scratch / "store", scratch / "floor"
    floor.mkdir()
    run_code(_SIMULATE.format(months=MONTHS, folder=str(county)))
    crosstabs = county / "gp_appointments_practice"
    size = sum(path.stat().st_size for path in crosstabs.rglob("*.csv"))
    # The pages of the files are in memory for both, or for neither.
    lower = run_code(_FLOOR.format(folder=str(crosstabs), target=str(floor)))
    added = run_command("add", str(crosstabs), store=str(store))
    shutil.rmtree(floor)
    run_command("add", str(county), store=str(store))
    built = run_command("build", store=str(store))
    rows = _rows(store)
    return [
        {
            "work": f"add England's crosstabs, {MONTHS} months, {rows / 1e6:.1f} million rows",
            "figure": f"{added.seconds / lower.seconds:.2f} × the floor, {added.megabytes:.0f} MB",
            "bar": "≤ 1.5 ×, ≤ 2 GB",
            "note": f"{added.seconds:.0f} s against {lower.seconds:.0f} s of all-text COPY with two threads; "
            f"{size / 1e9:.1f} GB",
        },
        {
            "work": "measure all indicators for all practices and months of it, with roll-ups",
            "figure": f"{built.seconds:.1f} s, {built.megabytes:.0f} MB",
            "bar": "≤ 20 s, ≤ 2 GB",
            "note": "`likeforlike build`, the county's lists and workbooks included",
        },
    ]


def _rows(store: Path) -> int:
    from likeforlike.store import Store

    files = Store(store).manifest().of_source("gp_appointments_practice")
    return sum(table.rows for file in files for table in file.tables)


def _published(scratch: Path) -> list[dict[str, str]]:
    if not PUBLISHED.is_dir():
        return []
    store = scratch / "published"
    folders = [str(PUBLISHED / name) for name in OF_THIS_ISSUE]
    added = run_command("add", *folders, store=str(store))
    built = run_command("build", store=str(store))
    again = run_command("add", *folders, store=str(store))
    return [
        {
            "work": "add all published GP files (78 files)",
            "figure": f"{added.seconds:.0f} s, {added.megabytes:.0f} MB",
            "bar": "≤ 60 s",
            "note": f"added again: {again.seconds:.1f} s",
        },
        {
            "work": "build from them",
            "figure": f"{built.seconds:.1f} s, {built.megabytes:.0f} MB",
            "bar": "none",
            "note": "",
        },
    ]


def _quick_things(scratch: Path) -> list[dict[str, str]]:
    county, store = scratch / "small", scratch / "small-store"
    run_code(
        "from pathlib import Path\n"
        "from likeforlike.simulate.plan import CountyPlan\n"
        "from likeforlike.simulate.write import simulate_county\n"
        f"simulate_county(CountyPlan(icbs=4, practices=1400, months=1), Path({str(county)!r}))"
    )
    crosstab = next((county / "gp_appointments_practice").rglob("*.csv"))
    run_command("add", str(crosstab), store=str(store))
    there = best_of(5, "add", str(crosstab), store=str(store))
    helped = best_of(5, "--help")
    return [
        {
            "work": f"add a file of {crosstab.stat().st_size / 1e6:.0f} MB that is already there",
            "figure": f"{there.seconds:.2f} s",
            "bar": "≤ 0.5 s",
            "note": "best of 5, start-up included",
        },
        {
            "work": "likeforlike --help",
            "figure": f"{helped.seconds:.2f} s",
            "bar": "≤ 0.4 s",
            "note": "best of 5",
        },
    ]
