"""Where the mean of a series may have changed: suggestions for a person, never acted upon."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from likeforlike.statistics.checks import (
    FloatArray,
    IntArray,
    check_complete,
    check_dimensions,
    check_whole_number,
)

# Segment costs held at once: 2²¹ doubles are 16 MB.
_ROOM = 2**21


class BreakSearch(NamedTuple):
    """The best segmentations with 0, 1, …, m breaks.

    positions: for each number of breaks, where the new segments begin (position of their first point).
    residual_squares, bic: shape (m + 1,), sum of squares around segment means, and Schwarz's criterion.
    suggested: the number of breaks with the smallest BIC.
    sup_f, p_value: shape (m,), for 1, …, m breaks against none.
    """

    positions: tuple[IntArray, ...]
    residual_squares: FloatArray
    bic: FloatArray
    suggested: int
    sup_f: FloatArray
    p_value: FloatArray


def find_mean_breaks(
    values: ArrayLike,
    *,
    minimum_length: int,
    max_breaks: int = 5,
    simulations: int = 999,
    seed: int = 0,
) -> BreakSearch:
    """The segmentations into constant means with the least residual squares, by exact dynamic programming.

    supF(m) = (n − m − 1)/m · (RSS₀ − RSSₘ)/RSSₘ. Its p-value is (1 + #{simulated ≥ observed})/(1 + number)
    over seeded series of independent standard normal numbers, to which the same search is applied. Location
    and scale cancel in F, so with independent normal errors of equal variance the test is exact at every n.
    Months that resemble their neighbours (drift, season) make it too small: read it as an upper limit of what
    the evidence can be. BIC = n·(ln(RSS/n) + ln 2π + 1) + 2(m + 1)·ln n.

    Args:
        values: shape (n,), in the order of time, none missing.
        minimum_length: fewest points in a segment, for instance 15% of n.
        max_breaks: most breaks that are tried.
        simulations: how many series make the null distribution; p is never below 1/(1 + simulations).
        seed: of the simulation.

    Cost: about m·n² for each simulated series; a second for 100 points.

    Raises:
        ValueError: a value is missing or infinite, or the segments do not fit into the series.

    Source: Bai & Perron 2003, Journal of Applied Econometrics 18 (search and supF); Yao 1988 (BIC); Dufour
    2006, Journal of Econometrics 133 (exact Monte Carlo test). R: `strucchange::breakpoints`, `Fstats`.
    """
    y = check_complete("values", values)
    check_dimensions("values", y, 1)
    check_whole_number("minimum_length", minimum_length, 2)
    check_whole_number("max_breaks", max_breaks, 1)
    check_whole_number("simulations", simulations, 1)
    check_whole_number("seed", seed, 0)
    if (max_breaks + 1) * minimum_length > y.size:
        raise ValueError(
            f"values has {y.size} points: {max_breaks + 1} segments of at least {minimum_length} do not fit;"
            " take fewer breaks or shorter segments"
        )
    # Counted from the first value: a constant series has residuals of exactly nothing.
    squares, choices = _search((y - y[0])[None, :], minimum_length, max_breaks)
    observed = _sup_f(squares, y.size)[0]
    beyond = np.zeros(max_breaks, dtype=np.int64)
    stream = np.random.default_rng(seed)
    rows = max(1, _ROOM // (y.size + 1) ** 2)
    for start in range(0, simulations, rows):
        null = stream.standard_normal((min(rows, simulations - start), y.size))
        simulated = _sup_f(_search(null, minimum_length, max_breaks)[0], y.size)
        beyond += np.count_nonzero(simulated >= observed, axis=0)
    with np.errstate(divide="ignore"):
        likelihood = y.size * (np.log(squares[0] / y.size) + np.log(2.0 * np.pi) + 1.0)
    bic = likelihood + 2.0 * np.arange(1, max_breaks + 2) * np.log(y.size)
    return BreakSearch(
        positions=tuple(_trace(choices[:, 0], breaks) for breaks in range(max_breaks + 1)),
        residual_squares=squares[0],
        bic=bic,
        suggested=int(np.argmin(bic)),
        sup_f=observed,
        p_value=np.asarray((1.0 + beyond) / (1.0 + simulations), dtype=np.float64),
    )


def _search(series: FloatArray, minimum_length: int, max_breaks: int) -> tuple[FloatArray, IntArray]:
    """For each series the least residual squares with 0, …, m breaks, and the last break of each prefix.

    Shapes (series, m + 1) and (m, series, n + 1): entry k of the latter is the best start of the last segment
    of the first k points.
    """
    rows, size = series.shape
    cost = _segment_costs(series, minimum_length)
    best = cost[:, 0, :]
    squares = [best[:, size]]
    choices = np.zeros((max_breaks, rows, size + 1), dtype=np.int64)
    for breaks in range(max_breaks):
        totals = best[:, :, None] + cost
        choices[breaks] = totals.argmin(axis=1)
        best = np.take_along_axis(totals, choices[breaks][:, None, :], axis=1)[:, 0, :]
        squares.append(best[:, size])
    return np.stack(squares, axis=1), choices


def _segment_costs(series: FloatArray, minimum_length: int) -> FloatArray:
    """Sum of squares around the mean of points i to j − 1, at [series, i, j]; infinite where too short.

    Means and squares are run forward for all starts at once (Welford 1962): differences of cumulative squares
    lose every digit of the noise where the level jumps by millions of it.
    """
    rows, size = series.shape
    cost = np.full((rows, size + 1, size + 1), np.inf)
    mean, squares = np.zeros((rows, size)), np.zeros((rows, size))
    for length in range(1, size + 1):
        starts = np.arange(size - length + 1)
        added = series[:, length - 1 :]
        before = mean[:, : starts.size]
        after = before + (added - before) / length
        squares = squares[:, : starts.size] + (added - before) * (added - after)
        mean = after
        if length >= minimum_length:
            cost[:, starts, starts + length] = squares
    return cost


def _sup_f(squares: FloatArray, size: int) -> FloatArray:
    """supF for 1, …, m breaks, (series, m); 0 where nothing varies, infinite where the fit is perfect."""
    breaks = np.arange(1, squares.shape[1])
    explained = squares[:, :1] - squares[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        f = (size - breaks - 1.0) / breaks * explained / squares[:, 1:]
    return np.where(explained > 0.0, f, 0.0)


def _trace(choices: IntArray, breaks: int) -> IntArray:
    """The positions of `breaks` breaks, back from the end of the series."""
    positions = np.empty(breaks, dtype=np.int64)
    stop = choices.shape[1] - 1
    for step in range(breaks - 1, -1, -1):
        stop = positions[step] = choices[step, stop]
    return positions
