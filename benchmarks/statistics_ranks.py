"""How long ranks of all practices of England take, and how much memory: sets, P(last fifth), rank intervals.

Processor time is counted: it means the same on a machine that does other work besides. Memory is the most
that the work itself holds at once. Run alone with `python -m benchmarks.statistics_ranks`.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.measuring import least_processor_seconds
from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.normal_ranks import normal_probability_of_worst_places
from likeforlike.statistics.rank_confidence_sets import marginal_rank_sets, simultaneous_rank_sets
from likeforlike.statistics.rank_probabilities import probability_of_worst_places, rank_intervals

ORGANISATIONS, SET_DRAWS, JOINT_DRAWS, AREA = 6_500, 1_000, 10_000, 200
BAR_MEGABYTES = 300.0
REPEATS = 3

Row = dict[str, str | float | None]


def run() -> list[Row]:
    """Two rows a piece of work, seconds and megabytes: work, figure, unit, bar (None where none) and note."""
    random = np.random.default_rng(1)
    # Answered share of telephone calls on the logit scale: τ² 0.39, and errors as uneven as list sizes.
    truth = random.normal(0, np.sqrt(0.39), ORGANISATIONS)
    errors = 0.2 * np.exp(random.normal(0, 0.4, ORGANISATIONS))
    estimates = truth + errors * random.standard_normal(ORGANISATIONS)

    def draws() -> Iterator[FloatArray]:
        stream = np.random.default_rng(2)
        for _ in range(0, JOINT_DRAWS, 100):
            yield estimates + errors * stream.standard_normal((100, ORGANISATIONS))

    drawing = least_processor_seconds(REPEATS, lambda: [None for _ in draws()])
    fifth = ORGANISATIONS // 5
    drawn = f"{JOINT_DRAWS:,} draws of {ORGANISATIONS:,}, less the {drawing:.2f} s of drawing itself"
    simulated = f"{ORGANISATIONS:,} organisations, {SET_DRAWS:,} draws"
    works: list[tuple[str, Callable[[], object], float, float | None, str]] = [
        (
            "simultaneous rank sets with stepdown",
            lambda: simultaneous_rank_sets(estimates, errors, best="highest", draws=SET_DRAWS),
            0.0,
            1.5,
            simulated,
        ),
        (
            "marginal rank sets with stepdown",
            lambda: marginal_rank_sets(estimates, errors, best="highest", draws=SET_DRAWS),
            0.0,
            None,
            simulated,
        ),
        (
            "joint draws to P(last fifth)",
            lambda: probability_of_worst_places(draws(), fifth, best="highest"),
            drawing,
            2.0,
            drawn,
        ),
        (
            "joint draws to rank intervals",
            lambda: rank_intervals(draws(), best="highest"),
            drawing,
            8.0,
            drawn,
        ),
        (
            "P(last fifth) of an area without simulation",
            lambda: normal_probability_of_worst_places(
                estimates[:AREA], errors[:AREA] ** 2, AREA // 5, best="highest"
            ),
            0.0,
            None,
            f"{AREA} organisations, exact to 1e-8",
        ),
    ]
    rows: list[Row] = []
    for name, work, outside, bar, note in works:
        seconds = least_processor_seconds(REPEATS, work) - outside
        rows.append(_row(name, round(seconds, 3), "s", bar, f"processor time, best of {REPEATS}; {note}"))
        rows.append(_row(name, round(_peak(work), 1), "MB", BAR_MEGABYTES, f"most held at once; {note}"))
    return rows


def _peak(work: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def _row(work: str, figure: float, unit: str, bar: float | None, note: str) -> Row:
    return {"work": work, "figure": figure, "unit": unit, "bar": bar, "note": note}


if __name__ == "__main__":
    for row in run():
        print(row)
