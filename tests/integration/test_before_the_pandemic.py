"""Practices of a simulated county, March to August 2021 beside 2019: from files, against the truth behind them."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from likeforlike.catalogue import Catalogue
from likeforlike.comparison.monthly_counts import read_monthly_counts
from likeforlike.comparison.prepandemic import Before, compare_with_before
from likeforlike.measures.build import build
from likeforlike.settings import Settings
from likeforlike.simulate import CountyPlan, simulate_county
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

MONTHS = [datetime.date(2021, month, 1) for month in range(3, 9)]
THEN = [month.replace(year=2019) for month in MONTHS]
PLAN = CountyPlan(icbs=1, practices=40, months=30, last_month=MONTHS[-1], seed=5)


@dataclass(frozen=True)
class Compared:
    """What the library says of each practice, and the truth."""

    before: Before
    truth: NDArray[np.float64]
    """Mean log ratio of appointments expected by working day, 2021 over 2019, of all that a practice is now."""
    chance: NDArray[np.float64]
    """By how much counts alone may move that: the standard error."""
    mergers: dict[str, str]
    """Successor → the practice that it took over."""
    silent: str
    """The practice that sends no figures in 2021."""


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Compared:
    folder = tmp_path_factory.mktemp("before")
    county = simulate_county(PLAN, folder / "county")
    store = Store(folder / "store")
    labels = {f"{month:%b_%y}" for month in (*MONTHS, *THEN)}
    crosstabs = [
        path
        for path in (county.directory / "gp_appointments_practice").glob("*/*.csv")
        if path.stem[-6:] in labels
    ]
    assert len(crosstabs) == 12
    # Lists and registers of all months: who followed whom is read from them.
    lineage = [county.directory / name for name in ("registered_patients", "organisations")]
    add_paths(store, catalogue, [*crosstabs, *lineage])
    two = ("list_size", "appointments_per_working_day")
    wanted = replace(
        catalogue, indicators={name: catalogue.indicators[name] for name in two}, digest="two of them"
    )
    made = build(store, wanted, Settings(store.folder))
    counts = read_monthly_counts(made, "appointments_per_working_day", "gp_practice")
    practices = sorted({code for month in (*MONTHS, *THEN) for code in counts.counts[month]})
    (silent,) = [row for row in rows(county.truth / "events.csv") if row["event"] == "stops_submitting"]
    mergers = {
        row["successor_code"]: row["practice_code"]
        for row in rows(county.truth / "events.csv")
        if row["event"] == "merger"
    }
    truth, chance = read_truth(county.truth / "expected.csv", practices, mergers)
    return Compared(
        compare_with_before(counts, practices, MONTHS), truth, chance, mergers, silent["practice_code"]
    )


def read_truth(
    path: Path, practices: list[str], mergers: dict[str, str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean over the months of log(expected a working day now / then), whoever was taken over in the then; its error."""
    expected = {
        (row["practice_code"], datetime.date.fromisoformat(row["month"])): float(row["appointments"])
        * float(row["list_size"])
        / 1000
        for row in rows(path)
    }
    logs, errors = [], []
    for code in practices:
        now = np.array([expected.get((code, month), np.nan) for month in MONTHS])
        then = np.array(
            [
                expected.get((code, month), np.nan) + expected.get((mergers.get(code, ""), month), 0.0)
                for month in THEN
            ]
        )
        logs.append(np.log(now / then).mean())
        # Counts are Poisson; a month has at least 19 working days.
        errors.append(np.sqrt((1 / (19 * now) + 1 / (19 * then)).mean() / len(MONTHS)))
    return np.array(logs), np.array(errors)


def test_every_practice_has_a_ratio_or_a_reason(compared: Compared) -> None:
    before = compared.before
    place = {code: row for row, code in enumerate(before.organisations)}
    assert len(place) == 40
    closed = set(compared.mergers.values())
    assert len(closed) == 3
    without = {code for code, row in place.items() if before.reason[row]}
    assert without == closed | {compared.silent}
    for code in without:
        assert before.reason[place[code]] == (
            "no comparable baseline: it has no figure in these months (0 of 6 months compared, 3 needed)"
        )
    # What a practice took over is in its baseline: without it each would seem to have grown.
    taken_over = {code for code, row in place.items() if before.with_predecessors[row]}
    assert taken_over == set(compared.mergers)


def test_intervals_hold_the_truth_behind_the_files(compared: Compared) -> None:
    before, truth = compared.before, np.exp(compared.truth)
    some = ~np.isnan(before.ratio)
    assert some.sum() == 36
    inside = (before.lower <= truth) & (truth <= before.upper)
    # The truth of these very months, from which counts differ by chance alone: hardly any is missed.
    assert inside[some].mean() >= 0.95
    np.testing.assert_array_less(abs(np.log(before.ratio) - compared.truth)[some], 4 * compared.chance[some])
    # Nobody is said to be below, or above, whom the truth has on the other side.
    assert (truth[before.upper < 1] < 1).all()
    assert (truth[before.lower > 1] > 1).all()
    assert (before.upper < 1).sum() > 3
