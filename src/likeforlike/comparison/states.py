"""The four states of one organisation on one indicator, from draws in units of the smallest difference that matters."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from likeforlike.comparison.panel import FloatArray

# P(beyond the smallest difference) at which it is called better or worse, and P(within it) at which as expected.
SURE, WITHIN = 0.95, 0.80


class State(StrEnum):
    """How an organisation's figure stands to what is expected of it."""

    BETTER = "better than expected"
    EXPECTED = "as expected"
    WORSE = "worse than expected"
    CANNOT_TELL = "cannot tell"
    NOT_ASSESSED = "not assessed"


def state_of(worse: float, better: float) -> State:
    """The state, from the probabilities of being worse and better by more than the smallest difference."""
    if np.isnan(worse):
        return State.NOT_ASSESSED
    if worse >= SURE:
        return State.WORSE
    if better >= SURE:
        return State.BETTER
    return State.EXPECTED if 1 - worse - better >= WITHIN else State.CANNOT_TELL


def beyond(units: FloatArray) -> tuple[FloatArray, FloatArray]:
    """P(worse) and P(better) by more than one unit: from (draws, …) to (…)."""
    return np.asarray((units <= -1).mean(axis=0)), np.asarray((units >= 1).mean(axis=0))
