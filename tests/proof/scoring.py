"""What many reviewed counties come to: coverage, calibration, wrong entries, length, and whether targets are met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from counties import Case, break_at
from numpy.typing import NDArray
from reviewing import Reviewed

FloatArray = NDArray[np.float64]


class Figure(NamedTuple):
    """A figure and its Monte Carlo error, the counties being the sample."""

    value: float
    error: float


class Score(NamedTuple):
    """One row of the proof."""

    case: Case
    counties: int
    reliability: float
    coverage: Figure
    """Share of practices whose true rank lies in its 95% interval."""
    slope: Figure
    """Of the share truly there on P, by tenths of P."""
    listed: Figure
    """Mean length of the list; a fifth of the assessed is the longest."""
    truly: float
    """Mean number truly in the last fifth and worse by what matters."""
    wrong: Figure
    """Pooled share of listed practices that are not."""
    empty: float
    """Share of counties with an empty list."""
    beside_oracle: Figure
    """Length of all lists together, as a share of the oracle's."""
    oracle_wrong: Figure
    snapshot_listed: float
    snapshot_wrong: Figure
    snapshot_not_last: Figure
    """Share of those a month's league table names that are truly in the last fifth at no distance at all."""
    from_after_break: float
    """Share of indicators in which no month from before a change of recording was looked at."""


class Target(NamedTuple):
    """A condition of the methods, in words and as a check."""

    words: str
    holds: Callable[[Score], bool]


TARGETS = {
    "coverage": Target(
        "95% rank intervals hold 0.93 to 0.97 of true ranks", lambda s: 0.93 <= s.coverage.value <= 0.97
    ),
    "calibration": Target("calibration slope of P 0.9 to 1.1", lambda s: 0.9 <= s.slope.value <= 1.1),
    "wrong": Target(
        "wrong entries at most 10% + 2 Monte Carlo errors",
        lambda s: s.wrong.value <= 0.10 + 2 * s.wrong.error,
    ),
    "oracle": Target("lists at least 90% as long as the oracle's", lambda s: s.beside_oracle.value >= 0.90),
    "reliable": Target("reliability at least 0.6", lambda s: s.reliability >= 0.6),
    "empty": Target("the list is empty in at least 95% of counties", lambda s: s.empty >= 0.95),
    "gated": Target("announced changes gated in all", lambda s: s.from_after_break == 1.0),
}


def score(case: Case, reviewed: Sequence[Reviewed]) -> Score:
    """Pool counties; errors treat them as the sample, for practices of one county share their components."""
    inside, ranked = [], []
    for one in reviewed:
        some = one.listing.assessed
        rank = one.true_rank[some]
        inside.append(
            ((one.listing.ranks.lower[some] <= rank) & (rank <= one.listing.ranks.upper[some])).sum()
        )
        ranked.append(some.sum())
    lengths = [one.listing.listed.sum() for one in reviewed]
    starts = [one.months_used for one in reviewed]
    return Score(
        case=case,
        counties=len(reviewed),
        reliability=float(np.mean([one.reliability for one in reviewed])),
        coverage=ratio(inside, ranked),
        slope=_slope(reviewed),
        listed=ratio(lengths, np.ones(len(reviewed))),
        truly=float(np.mean([one.truth.sum() for one in reviewed])),
        wrong=ratio([(one.listing.listed & ~one.truth).sum() for one in reviewed], lengths),
        empty=float(np.mean(np.array(lengths) == 0)),
        beside_oracle=ratio(lengths, [one.by_oracle.sum() for one in reviewed]),
        oracle_wrong=ratio(
            [(one.by_oracle & ~one.true_for_oracle).sum() for one in reviewed],
            [one.by_oracle.sum() for one in reviewed],
        ),
        snapshot_listed=float(np.mean([one.by_snapshot.sum() for one in reviewed])),
        snapshot_wrong=ratio(
            [(one.by_snapshot & ~one.true_for_snapshot).sum() for one in reviewed],
            [one.by_snapshot.sum() for one in reviewed],
        ),
        snapshot_not_last=ratio(
            [(one.by_snapshot & ~one.last_fifth_for_snapshot).sum() for one in reviewed],
            [one.by_snapshot.sum() for one in reviewed],
        ),
        from_after_break=float(np.mean([start >= break_at(case) for its in starts for start in its])),
    )


def missed(one: Score) -> list[str]:
    """The targets of a row that it misses, in words."""
    return [TARGETS[name].words for name in one.case.targets if not TARGETS[name].holds(one)]


def ratio(above: Sequence[float] | FloatArray, below: Sequence[float] | FloatArray) -> Figure:
    """Σ above/Σ below and its error by linearisation (Cochran 1977, eq. 6.13); NaN over nothing."""
    a, b = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    if b.sum() == 0:
        return Figure(float("nan"), float("nan"))
    value = a.sum() / b.sum()
    return Figure(float(value), float(np.sqrt(a.size * np.var(a - value * b, ddof=1)) / b.sum()))


def _slope(reviewed: Sequence[Reviewed]) -> Figure:
    """Of the share truly there on the mean P of each tenth of P, weighted; error by leaving out each county."""
    number, predicted, seen = (np.zeros((len(reviewed), 10)) for _ in range(3))
    for row, one in enumerate(reviewed):
        some = one.listing.assessed
        p = one.listing.probability[some]
        tenth = np.minimum((10 * p).astype(int), 9)
        number[row] = np.bincount(tenth, minlength=10)
        predicted[row] = np.bincount(tenth, p, 10)
        seen[row] = np.bincount(tenth, one.truth[some], 10)
    totals = [part.sum(axis=0) for part in (number, predicted, seen)]
    without = [
        _line(totals[0] - number[row], totals[1] - predicted[row], totals[2] - seen[row])
        for row in range(len(reviewed))
    ]
    n = len(reviewed)
    return Figure(_line(*totals), float(np.sqrt((n - 1) / n * ((without - np.mean(without)) ** 2).sum())))


def _line(number: FloatArray, predicted: FloatArray, seen: FloatArray) -> float:
    there = number > 0
    weight = number[there]
    x, y = predicted[there] / weight, seen[there] / weight
    x, y = x - np.average(x, weights=weight), y - np.average(y, weights=weight)
    spread = (weight * x**2).sum()
    return float((weight * x * y).sum() / spread) if spread > 0 else float("nan")
