"""Patterns in time that chance seldom makes: runs of the NHS rules, and Anhøj's runs around a median."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    IntArray,
    check_broadcast,
    check_complete,
    check_dimensions,
    check_numbers,
)

# NHS England, "Making data count": seven points make a shift or a trend, two of three lie near a limit.
SHIFT = 7
TREND = 7
NEAR_POINTS = 2
NEAR_WINDOW = 3


class Runs(NamedTuple):
    """Runs on one side of the centre line and how many crossings they leave, with the limits of chance."""

    useful: int
    longest_run: int
    longest_run_limit: int
    crossings: int
    crossings_limit: int
    signal: bool


def shifts(side: IntArray) -> IntArray:
    """Points that belong to seven or more in a row on one side of the mean: +1 above, −1 below, else 0.

    Args:
        side: shape (n,): +1 above the mean, −1 below, 0 on it or missing (either ends a run).
    """
    return _in_runs(side, SHIFT)


def trends(values: FloatArray) -> IntArray:
    """Points that belong to seven or more each above (+1) or each below (−1) the one before, else 0.

    Equal neighbours and missing values end a trend. A turning point that ends one trend and starts the next
    belongs to the next.

    Args:
        values: shape (n,), NaN where missing.
    """
    steps = np.nan_to_num(np.sign(np.diff(values))).astype(np.int64)
    member = np.zeros(values.size, dtype=np.int64)
    long = _in_runs(steps, TREND - 1)
    member[1:] = long
    # The first point of a trend is one before its first step.
    starts = np.flatnonzero(long)
    member[starts] = long[starts]
    return member


def near_limit_pairs(side: IntArray, near: BoolArray) -> IntArray:
    """Near points of which two or more lie in three in a row, all on one side of the mean: ±1, else 0.

    Args:
        side: as for `shifts`.
        near: shape (n,): beyond two thirds of the way to a limit, and not beyond the limit.
    """
    member = np.zeros(side.size, dtype=np.int64)
    for start in range(side.size - NEAR_WINDOW + 1):
        window = slice(start, start + NEAR_WINDOW)
        together = abs(int(side[window].sum())) == NEAR_WINDOW
        if together and np.count_nonzero(near[window]) >= NEAR_POINTS:
            member[window] = np.where(near[window], side[window], member[window])
    return member


def anhoej_runs(values: ArrayLike, centre: ArrayLike) -> Runs:
    """Anhøj's two rules: a run that is too long, or too few crossings of the centre line.

    Of the n′ useful points (not missing, not on the line) the longest run is unusual above
    round(log₂ n′) + 3, and the crossings below the 5% point of a binomial(n′ − 1, ½). For a run chart the
    centre is the median, for a control chart its mean. Together they give some 5% false signals at any n.

    Args:
        values: shape (n,), in the order of time; NaN where missing.
        centre: one number or shape (n,).

    Raises:
        ValueError: shapes do not fit, a number is infinite, the centre is missing, or no point is useful.

    Source: Anhøj & Olesen 2014, PLoS ONE 9:e113825; longest run after Schilling 2012, crossings after Chen
    2010. R: `qicharts2::qic`.
    """
    y = check_numbers("values", values)
    check_dimensions("values", y, 1)
    line = check_complete("centre", centre)
    if check_broadcast(values=y, centre=line) != y.shape:
        raise ValueError(f"centre has shape {line.shape}: it must be one number or have that of values")
    side = np.sign(y - line)
    side = side[~np.isnan(side) & (side != 0)]
    if side.size == 0:
        raise ValueError("values: every point is missing or on the centre line, so no run can be judged")
    changes = np.flatnonzero(np.diff(side))
    lengths = np.diff(np.concatenate([[-1], changes, [side.size - 1]]))
    longest, crossings = int(lengths.max()), int(changes.size)
    # R rounds halves to even, as Python does.
    longest_limit = round(float(np.log2(side.size))) + 3
    crossings_limit = _binomial_quantile(0.05, side.size - 1)
    return Runs(
        useful=int(side.size),
        longest_run=longest,
        longest_run_limit=longest_limit,
        crossings=crossings,
        crossings_limit=crossings_limit,
        signal=longest > longest_limit or crossings < crossings_limit,
    )


def _in_runs(signs: IntArray, least: int) -> IntArray:
    """The signs of those that belong to at least `least` equal, non-zero ones in a row; else 0."""
    member = np.zeros_like(signs)
    start = 0
    for stop in range(1, signs.size + 1):
        if stop == signs.size or signs[stop] != signs[start]:
            if stop - start >= least:
                member[start:stop] = signs[start]
            start = stop
    return member


def _binomial_quantile(probability: float, trials: int) -> int:
    """The smallest k with P(Bin(trials, ½) ≤ k) ≥ probability."""
    k = 0
    while bdtr(k, trials, 0.5) < probability:
        k += 1
    return k
