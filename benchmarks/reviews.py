"""How long a whole review takes from stored observations: one board of a region, and every board of a country.

A county is simulated, added and built first, which is not counted. `LIKEFORLIKE_BENCH_PRACTICES=600` makes the country
a small one: England has 6,200 practices in 42 boards, and 36 months of them take 8 GB.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.measuring import run_code
from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.measures.build import build
from likeforlike.review.making import one_thread
from likeforlike.review.plan import ReviewPlan, read_plan
from likeforlike.review.run import Region, fit_region, review_area
from likeforlike.settings import Settings
from likeforlike.simulate.plan import MOST_ICBS, MOST_PRACTICES, CountyPlan
from likeforlike.simulate.write import simulate_county
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

PRACTICES, BOARDS, MONTHS = 600, 4, 36
PROCESSES = 2
CPU = "processor time, the mean"
INDICATORS = {
    "calls_answered_share": "",
    "calls_answered_within_2_minutes_share": "",
    "within_14_days_share": "",
    "same_day_share": "higher",
    "face_to_face_share": "higher",
    "appointments_per_1000": "higher",
    "online_submissions_per_1000": "higher",
    "nhs_111_calls_per_1000": "",
}
REVIEW = """
from pathlib import Path
from likeforlike.catalogue import load_catalogue
from likeforlike.review.making import run_review
from likeforlike.review.plan import read_plan
from likeforlike.settings import Settings
from likeforlike.store import Store
store, catalogue = Store(Path({store!r})), load_catalogue()
planned = read_plan(Path({plan!r}), catalogue)
run_review(planned, store, catalogue, Settings(store.folder), Path({target!r}), lambda step: None)
"""

Row = dict[str, object]
_SHARED: dict[str, tuple[Region, Catalogue, ReviewPlan]] = {}


def run() -> list[Row]:
    """Rows of work, figure, unit, bar and note."""
    practices = int(os.environ.get("LIKEFORLIKE_BENCH_PRACTICES", MOST_PRACTICES))
    boards = max(1, round(MOST_ICBS * practices / MOST_PRACTICES))
    with tempfile.TemporaryDirectory() as folder:
        region = _prepare(Path(folder) / "region", PRACTICES, BOARDS)
        rows = _review_one(region)
        country = region if practices == PRACTICES else _prepare(Path(folder) / "country", practices, boards)
        return [*rows, *_review_all(country)]


def _prepare(folder: Path, practices: int, boards: int) -> Path:
    """A folder with a county, its store, built, and a plan for its first board."""
    plan = CountyPlan(icbs=boards, practices=practices, months=MONTHS)
    simulated = simulate_county(plan, folder / "county", processes=PROCESSES)
    store = Store(folder / "store")
    add_paths(store, load_catalogue(), list(simulated.official))
    build(store, load_catalogue(), Settings(store.folder))
    packs = sorted(path.name for path in (folder / "county" / "data_packs").glob("*.csv"))
    (folder / "plan.toml").write_text(_write_plan(packs), encoding="utf-8")
    return folder


def _write_plan(packs: list[str]) -> str:
    lines = [
        'title = "A benchmark"',
        'area = "XI01"',
        "seed = 1",
        "restricted = true",
        f"data_packs = [{', '.join(map(repr, packs))}]",
        f"window = {{ last = {CountyPlan().last_month}, months = 12 }}",
        "gates = { breaks = false }",
    ]
    for name, better in INDICATORS.items():
        lines += ["[[indicators]]", f'id = "{name}"', "weight = 1.0"]
        lines += [f'better = "{better}"', 'reason = "To have eight."'] if better else []
    return "\n".join(lines) + "\n"


def _review_one(folder: Path) -> list[Row]:
    cost = run_code(
        REVIEW.format(
            store=str(folder / "store"), plan=str(folder / "plan.toml"), target=str(folder / "result")
        )
    )
    work = f"one board of {BOARDS}, {PRACTICES} practices, {MONTHS} months, {len(INDICATORS)} indicators"
    note = "10,000 draws, every sensitivity run, tables written"
    return [
        {"work": work, "figure": round(cost.seconds, 1), "unit": "s", "bar": 20, "note": note},
        {"work": work, "figure": round(cost.megabytes), "unit": "MB", "bar": 1000, "note": "peak"},
    ]


def _review_all(folder: Path) -> list[Row]:
    boards = sorted(path.name[:4] for path in (folder / "county" / "data_packs").glob("*.csv"))
    started = time.perf_counter()
    # A fresh interpreter for each, which fits what the boards share itself: a fork would inherit the locks of this
    # one's threads, and a region cannot be handed over.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context, _fit, (folder,)) as pool:
        reviewed = list(pool.map(_review_board, boards))
    seconds = time.perf_counter() - started
    practices, spent = sum(one for one, _ in reviewed), sum(one for _, one in reviewed)
    work = f"{len(boards)} boards of {practices:,} practices, {PROCESSES} processes, without documents"
    bar = 300 if len(boards) == MOST_ICBS else None
    return [
        {"work": work, "figure": round(seconds, 1), "unit": "s", "bar": bar, "note": "the fits included"},
        {
            "work": "one of them",
            "figure": round(spent / len(boards), 1),
            "unit": "s",
            "bar": None,
            "note": CPU,
        },
    ]


def _fit(folder: Path) -> None:
    catalogue, store = load_catalogue(), Store(folder / "store")
    plan = read_plan(folder / "plan.toml", catalogue).plan
    with one_thread():
        built = build(store, catalogue, Settings(store.folder))
        _SHARED["region"] = (fit_region(built, catalogue, plan, _say_nothing), catalogue, plan)


def _review_board(board: str) -> tuple[int, float]:
    """A board's practices, and the processor seconds of its review."""
    region, catalogue, plan = _SHARED["region"]
    started = time.process_time()
    with one_thread():
        review = review_area(region, catalogue, plan.model_copy(update={"area": board}), _say_nothing)
    return len(review.members), time.process_time() - started


def _say_nothing(step: str) -> None:
    del step
