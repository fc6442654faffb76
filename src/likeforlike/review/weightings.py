"""Whom other weightings of the same draws would list."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from likeforlike.review.listing import ONE_IN
from likeforlike.review.plan import Thresholds
from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.multiplicity import list_with_few_false

# Weightings and numbers worked on at a time: 2²⁰ doubles are 8 MB.
_WEIGHTINGS, _ROOM = 128, 2**20


def list_for_weightings(
    units: FloatArray, weightings: FloatArray, assessed: NDArray[np.bool_], thresholds: Thresholds
) -> NDArray[np.bool_]:
    """The list of each weighting, as `make_list` makes it: (weightings, organisations).

    `units` (draws, organisations, indicators), `weightings` (weightings, indicators); organisations that are not
    assessed are never listed. Ranks, which take most of the time of a whole `make_list`, are not needed.
    """
    listed = np.zeros((weightings.shape[0], assessed.size), dtype=bool)
    places = int(assessed.sum()) // ONE_IN
    if places == 0:
        return listed
    shares = weightings / weightings.sum(axis=1, keepdims=True)
    some = np.ascontiguousarray(units[:, assessed])
    for first in range(0, len(shares), _WEIGHTINGS):
        part = slice(first, first + _WEIGHTINGS)
        for row, probability in enumerate(_probabilities(some, shares[part], places, thresholds.worse_by)):
            listed[first + row, assessed] = list_with_few_false(
                probability,
                thresholds.most_false,
                least_probability=thresholds.probably,
                longest=places,
            ).listed
    return listed


def _probabilities(units: FloatArray, shares: FloatArray, places: int, worse_by: float) -> FloatArray:
    """`probability_last_and_worse` of each weighting: (weightings, organisations)."""
    draws, organisations, indicators = units.shape
    total = np.zeros((len(shares), organisations))
    size = max(1, _ROOM // (len(shares) * organisations))
    for start in range(0, draws, size):
        piece = units[start : start + size]
        drawn = (shares @ piece.reshape(-1, indicators).T).reshape(len(shares), -1, organisations)
        named = drawn <= -worse_by
        # Where no more are worse than England than there are places, all of them are among the last.
        crowded = np.count_nonzero(named, axis=2) > places
        rows = drawn[crowded]
        cut = np.partition(rows, places - 1, axis=1)[:, places - 1 : places]
        inside = rows <= cut
        named[crowded] &= inside
        total += named.sum(axis=1)
        surplus = np.count_nonzero(inside, axis=1) - places
        for row in np.flatnonzero(surplus):
            tied = (rows[row] == cut[row]) & (rows[row] <= -worse_by)
            total[np.nonzero(crowded)[0][row], tied] -= surplus[row] / np.count_nonzero(rows[row] == cut[row])
    return np.asarray(total / draws)
