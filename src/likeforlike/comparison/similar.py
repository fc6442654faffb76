"""The organisations with the most similar populations: peers that are chosen on what they cannot change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from likeforlike.comparison.expected import Covariates
from likeforlike.comparison.panel import FloatArray

NEIGHBOURS = 20
# The median absolute deviation of a normal distribution is this share of its standard deviation.
MAD_OF_NORMAL = 0.6745


@dataclass(frozen=True)
class Neighbours:
    """The nearest of each organisation, itself left out: (n, k); −1 and NaN where its population is not known."""

    place: NDArray[np.int64]
    distance: FloatArray
    """Root mean square difference over the characteristics, each in robust standard deviations."""


def known_of_most(populations: Covariates) -> Covariates:
    """Only the characteristics that are known of more than half, and that differ between them."""
    seen = ~np.isnan(populations.values)
    kept = [
        place
        for place in range(len(populations.names))
        if 2 * seen[:, place].sum() > seen.shape[0] and np.ptp(populations.values[seen[:, place], place]) > 0
    ]
    return Covariates(tuple(populations.names[place] for place in kept), populations.values[:, kept])


def find_similar(populations: Covariates, neighbours: int = NEIGHBOURS) -> Neighbours:
    """Nearest neighbours on standardised characteristics, all with the same weight.

    Each characteristic is centred at its median and divided by its median absolute deviation ÷ 0.6745; one whose
    deviation is 0 (rural or not) by its standard deviation. An organisation with an unknown characteristic has no
    neighbours and is nobody's.
    """
    values = populations.values
    n = values.shape[0]
    known = np.flatnonzero(~np.isnan(values).any(axis=1))
    count = min(neighbours, known.size - 1)
    place = np.full((n, max(count, 0)), -1, dtype=np.int64)
    distance = np.full((n, max(count, 0)), np.nan)
    if count < 1:
        return Neighbours(place, distance)
    some = values[known]
    robust = np.median(np.abs(some - np.median(some, axis=0)), axis=0) / MAD_OF_NORMAL
    spread = np.where(robust > 0, robust, some.std(axis=0))
    scaled = (some - np.median(some, axis=0)) / np.where(spread > 0, spread, 1.0)
    far, nearest = (np.asarray(found) for found in KDTree(scaled).query(scaled, k=count + 1))
    for row in range(known.size):
        # Of organisations that are alike in everything, any may come first: itself is taken out by its place.
        others = np.flatnonzero(nearest[row] != row)[:count]
        place[known[row]] = known[nearest[row, others]]
        distance[known[row]] = far[row, others] / np.sqrt(values.shape[1])
    return Neighbours(place, distance)
