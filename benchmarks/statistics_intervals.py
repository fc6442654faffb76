"""How long all intervals and funnel limits of England's practices take: 6,500 × 36 months × 20 indicators.

All of them work on one core. Processor time is counted: it means the same on a machine that does other
work besides. Run alone with `python -m benchmarks.statistics_intervals`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.measuring import least_processor_seconds
from likeforlike.statistics.funnels import (
    proportion_funnel_limits,
    ratio_funnel_limits,
    score_funnel_limits,
)
from likeforlike.statistics.intervals import byar_interval, wilson_interval

ORGANISATIONS, MONTHS, INDICATORS = 6_500, 36, 20
LEVELS = (0.95, 0.998)
REPEATS = 5
BAR = "1 s"
NOTE = f"processor seconds of one core, best of {REPEATS}; 4.68 million figures"


def run() -> list[dict[str, str | float]]:
    """One row a piece of work: work, figure, unit, bar (empty where none was set) and note."""
    random = np.random.default_rng(1)
    shape = (ORGANISATIONS, MONTHS, INDICATORS)
    # Practices with a list of 9,000 have a few to a few hundred events a month; a tenth have fewer than 10.
    expected = random.gamma(1.2, 60, shape)
    events = random.poisson(expected).astype(np.float64)
    trials = events + random.poisson(3 * expected)
    targets = random.uniform(0.1, 0.4, (MONTHS, INDICATORS))

    def wilson() -> None:
        wilson_interval(events, trials)

    def byar() -> None:
        byar_interval(events)

    def ratio_funnels() -> None:
        for level in LEVELS:
            ratio_funnel_limits(expected, level)

    def score_funnels() -> None:
        for level in LEVELS:
            score_funnel_limits(trials, targets, level)

    parts: list[tuple[str, Callable[[], None]]] = [
        ("Wilson intervals", wilson),
        ("Byar intervals, exact below 10 events", byar),
        ("exact Poisson funnel limits at 95% and 99.8%", ratio_funnels),
        ("score funnel limits of proportions at 95% and 99.8%", score_funnels),
    ]
    seconds = {name: least_processor_seconds(REPEATS, work) for name, work in parts}
    rows: list[dict[str, str | float]] = [_row(name, taken, "", NOTE) for name, taken in seconds.items()]
    rows.append(_row("all Wilson, Byar and funnel limits", sum(seconds.values()), BAR, NOTE))

    # Exact binomial limits depend on two sizes and are solved one by one: shown for one indicator and month.
    one = (slice(None), 0, 0)
    taken = least_processor_seconds(
        REPEATS, lambda: proportion_funnel_limits(trials[one], targets[0, 0], 0.998)
    )
    rows.append(
        _row(
            "exact binomial funnel limits, one indicator and month",
            taken,
            "",
            f"processor seconds, best of {REPEATS}; 6,500 practices, 99.8%",
        )
    )
    return rows


def _row(work: str, figure: float, bar: str, note: str) -> dict[str, str | float]:
    return {"work": work, "figure": round(figure, 4), "unit": "s", "bar": bar, "note": note}


if __name__ == "__main__":
    for row in run():
        print(row)
