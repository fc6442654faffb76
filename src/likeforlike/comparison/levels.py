"""How many organisations of an area stand at each level of a rating: ratings are counted, never averaged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from likeforlike.catalogue import Kind
from likeforlike.comparison.comparing import Comparison
from likeforlike.statistics.intervals import wilson_interval


@dataclass(frozen=True)
class LevelShare:
    """One level: how many organisations stand there, of how many, as a share with its interval (0 to 1)."""

    level: str
    organisations: int
    of: int
    share: float
    lower: float
    upper: float


def count_levels(comparison: Comparison) -> tuple[LevelShare, ...]:
    """The organisations of a comparison by level, best first; nothing for what is no ordinal or where none has one.

    Ratings that fail a check of data quality, such as inherited ones, are left out. The interval is Wilson's (1927)
    at the comparison's confidence level: how far chance alone could move the share among so many organisations.
    """
    if comparison.indicator.kind is not Kind.ORDINAL:
        return ()
    counted = [figure.level for figure in comparison.figures if figure.level and not figure.failed_gates]
    if not counted:
        return ()
    levels = tuple(reversed(comparison.indicator.levels))
    events = np.array([counted.count(level) for level in levels], dtype=float)
    interval = wilson_interval(events, np.full(events.shape, float(len(counted))), level=comparison.level)
    return tuple(
        LevelShare(
            level,
            int(events[place]),
            len(counted),
            float(events[place]) / len(counted),
            float(interval.lower[place]),
            float(interval.upper[place]),
        )
        for place, level in enumerate(levels)
    )
