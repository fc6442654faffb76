"""Whom other weightings of the same draws would list."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from likeforlike.review.listing import ONE_IN, probability_last_and_worse
from likeforlike.review.plan import Thresholds
from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.multiplicity import list_with_few_false


def list_for_weightings(
    units: FloatArray, weightings: FloatArray, assessed: NDArray[np.bool_], thresholds: Thresholds
) -> NDArray[np.bool_]:
    """The list of each weighting, as `make_list` makes it: (weightings, organisations).

    `units` (draws, organisations, indicators), `weightings` (weightings, indicators); organisations that are not
    assessed are never listed.
    """
    listed = np.zeros((weightings.shape[0], assessed.size), dtype=bool)
    places = int(assessed.sum()) // ONE_IN
    if places == 0:
        return listed
    shares = weightings / weightings.sum(axis=1, keepdims=True)
    # Organisations × indicators × draws in one block, so that each weighting is one product over contiguous rows.
    block = np.ascontiguousarray(units[:, assessed])
    for row, share in enumerate(shares):
        probability = probability_last_and_worse(block @ share, places, thresholds.worse_by)
        listed[row, assessed] = list_with_few_false(
            probability,
            thresholds.most_false,
            least_probability=thresholds.probably,
            longest=places,
        ).listed
    return listed
