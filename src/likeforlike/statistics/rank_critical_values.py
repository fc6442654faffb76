"""Critical values for the largest of many standardised differences: exact for the draws, no n × n matrix.

For independent estimates write a draw as zᵢ = sᵢeᵢ with eᵢ standard normal. The statistic of a pair,
(zᵢ − zⱼ)/√(sᵢ² + sⱼ²), is at most √(eᵢ² + eⱼ²) by Cauchy–Schwarz. So the few organisations with the largest
|e| nearly always hold the largest pair, and the bound says when they do not. A level-quantile over the draws
asks for even less: a draw whose bound lies below the quantile need not be finished.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from likeforlike.statistics.checks import BoolArray, FloatArray, IntArray

Tested = Literal["either", "higher", "lower"]

# Numbers in one temporary array: 65,536 doubles are half a megabyte, a few of them fit the cache.
_ROOM = 2**16
# Organisations looked at in each draw, on average, first and then where the bound leaves a draw open. More
# makes each draw dearer, fewer leaves more of them open; the last stage looks at everybody.
_STAGES = (8, 128)
_PAIR_CANDIDATES = 24
# Below this many organisations looking at everybody is quicker than choosing.
_FEW = 160


def simultaneous_critical_value(
    estimates: FloatArray, standard_errors: FloatArray, *, level: float, stepdown: bool, draws: int, seed: int
) -> float:
    """One critical value for all ordered pairs (i, j): H: θᵢ ≤ θⱼ, rejected where xᵢ − xⱼ > c·√(sᵢ² + sⱼ²).

    Step by step the rejected hypotheses leave the family and the quantile is taken again *from the same
    draws*, so c can only fall and the steps end. It is never below 0.
    """
    order = _order(estimates, standard_errors)
    x, s = estimates[order], standard_errors[order]
    critical = np.inf
    while True:
        found = _quantile_of_largest(x, s, critical, level, draws, seed)
        if not stepdown or found == critical:
            return found
        critical = found


def marginal_critical_values(
    estimates: FloatArray,
    standard_errors: FloatArray,
    *,
    level: float,
    stepdown: bool,
    draws: int,
    seed: int,
    tested: Tested,
) -> FloatArray:
    """A critical value for each organisation i, for the hypotheses about i alone.

    `tested` is the family: others `higher` than i (θₖ ≤ θᵢ is tested for each k), `lower`, or `either`.
    """
    order = _order(estimates, standard_errors)
    x, s = estimates[order], standard_errors[order]
    critical = np.empty(x.size)
    # A block of organisations holds two arrays of draws × organisations.
    width = max(1, 64 * _ROOM // draws)
    for start in range(0, x.size, width):
        block = np.arange(start, min(start + width, x.size))
        critical[order[block]] = _marginal_block(x, s, block, level, stepdown, draws, seed, tested)
    return critical


def count_clear_differences(
    estimates: FloatArray, standard_errors: FloatArray, critical: FloatArray
) -> tuple[IntArray, IntArray]:
    """How many others are clearly higher, and how many clearly lower, than each organisation.

    `critical` has shape () or (n,); in the second case organisation i uses its own for all its pairs.
    """
    higher, lower = np.empty(estimates.size, dtype=np.int64), np.empty(estimates.size, dtype=np.int64)
    own, variance = np.broadcast_to(critical, estimates.shape), standard_errors**2
    rows = max(1, _ROOM // estimates.size)
    for start in range(0, estimates.size, rows):
        part = slice(start, start + rows)
        lead = estimates[part, None] - estimates
        reach = own[part, None] * np.sqrt(variance[part, None] + variance)
        lower[part] = np.count_nonzero(lead > reach, axis=1)
        higher[part] = np.count_nonzero(lead < -reach, axis=1)
    return higher, lower


def _order(estimates: FloatArray, standard_errors: FloatArray) -> IntArray:
    """An order of the organisations that does not depend on the order of rows.

    The nth of them gets the nth number of each draw; otherwise shuffled rows would give other sets.
    """
    return np.lexsort((estimates, standard_errors))


def _draws(count: int, size: int, seed: int) -> Iterator[tuple[int, FloatArray]]:
    """Standard normal draws, block by block: start and (rows, size). The same each time it is asked.

    Each block has a stream of its own, so every step of a stepdown sees the same draws and nothing is kept.
    """
    rows = max(1, 8 * _ROOM // size)
    for number, start in enumerate(range(0, count, rows)):
        stream = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
        yield start, stream.standard_normal((min(rows, count - start), size))


def _order_statistic(level: float, draws: int) -> int:
    """Index of the smallest draw that at least `level` of the draws do not exceed."""
    # 0.95 · 20 is 19 and not a little more: without the allowance rounding would skip a draw.
    return max(0, int(np.ceil(level * draws - 1e-9)) - 1)


def _threshold(standard_errors: FloatArray, expected: int) -> float:
    """The size that `expected` of the independent N(0, s²) numbers exceed on average; 0 for all of them."""
    if 2 * expected >= standard_errors.size:
        return 0.0
    top = float(standard_errors.max()) * ndtri(1.0 - 0.5 / standard_errors.size / expected)

    def excess(size: float) -> float:
        return float(2.0 * ndtr(-size / standard_errors).sum()) - expected

    return float(brentq(excess, 0.0, 2.0 * top))


def _quantile_of_largest(
    x: FloatArray, s: FloatArray, critical: float, level: float, draws: int, seed: int
) -> float:
    """The quantile over the draws of the largest pair that `critical` leaves in the family."""
    found, bound = np.empty(draws), np.empty(draws)
    threshold = _threshold(np.ones_like(s), _PAIR_CANDIDATES)
    for start, e in _draws(draws, x.size, seed):
        part = slice(start, start + e.shape[0])
        found[part], bound[part] = _largest_pairs(x, s, e, critical, threshold)
    at = _order_statistic(level, draws)
    unsettled = bound > np.maximum(found, np.partition(found, at)[at])
    if unsettled.any():
        for start, e in _draws(draws, x.size, seed):
            for row in np.flatnonzero(unsettled[start : start + e.shape[0]]):
                found[start + row] = _largest_pair(x, s, e[row], critical, found[start + row])
    return float(np.partition(found, at)[at])


def _largest_pairs(
    x: FloatArray, s: FloatArray, e: FloatArray, critical: float, threshold: float
) -> tuple[FloatArray, FloatArray]:
    """For each draw the largest allowed pair among those beyond the threshold, and a bound for all pairs."""
    if threshold == 0.0:
        best = _largest_of_all_pairs(x, s, e, critical)
        return best, best
    size = np.abs(e)
    chosen = _positions(size > threshold)
    best = np.empty(e.shape[0])
    rows = max(1, _ROOM // chosen.shape[1] ** 2)
    for start in range(0, e.shape[0], rows):
        part = chosen[start : start + rows]
        z = s[part] * np.take_along_axis(e[start : start + rows], part, axis=1)
        statistic = z[:, :, None] - z[:, None, :]
        spread = np.sqrt(s[part][:, :, None] ** 2 + s[part][:, None, :] ** 2)
        if np.isfinite(critical):
            statistic[x[part][:, :, None] - x[part][:, None, :] > critical * spread] = 0.0
        best[start : start + rows] = (statistic / spread).max(axis=(1, 2))
    return best, np.hypot(size.max(axis=1), threshold)


def _largest_of_all_pairs(x: FloatArray, s: FloatArray, e: FloatArray, critical: float) -> FloatArray:
    """For each draw the largest allowed pair, looking at all of them: the way for few organisations."""
    first, second = np.triu_indices(x.size, 1)
    spread = np.sqrt(s[first] ** 2 + s[second] ** 2)
    lead, reach = x[first] - x[second], critical * spread
    both = np.abs(lead) <= reach
    # Where one direction is rejected only the other counts: put the lower one first.
    down = lead > reach
    first, second = np.where(down, second, first), np.where(down, first, second)
    first_share, second_share = (s[first] / spread)[:, None], (s[second] / spread)[:, None]
    best = np.empty(e.shape[0])
    rows = max(1, _ROOM // first.size)
    for start in range(0, e.shape[0], rows):
        # Pairs down, draws across: whole rows are gathered, not single numbers.
        part = np.ascontiguousarray(e[start : start + rows].T)
        statistic = part[first] * first_share - part[second] * second_share
        np.abs(statistic, out=statistic, where=both[:, None])
        best[start : start + rows] = statistic.max(axis=0, initial=0.0)
    return best


def _positions(chosen: BoolArray) -> IntArray:
    """The columns marked in each row, shape (rows, most); shorter rows are filled up with column 0."""
    row, column = np.divmod(np.flatnonzero(chosen), chosen.shape[1])
    count = np.bincount(row, minlength=chosen.shape[0])
    positions = np.zeros((chosen.shape[0], max(1, int(count.max()))), dtype=np.int64)
    positions[row, np.arange(row.size) - np.repeat(np.cumsum(count) - count, count)] = column
    return positions


def _largest_pair(x: FloatArray, s: FloatArray, e: FloatArray, critical: float, best: float) -> float:
    """The largest allowed pair of one draw: strips of the largest |e|, until the bound says that is all."""
    order = np.argsort(-np.abs(e))
    x, s, z, size = x[order], s[order], (s * e)[order], np.abs(e)[order]
    width = max(1, _ROOM // x.size)
    for start in range(0, x.size, width):
        if 2.0 * size[start] ** 2 <= best**2:
            break
        # Partners so small that the bound falls below the best so far cannot matter.
        needed = np.sqrt(max(0.0, best**2 - size[start] ** 2))
        first = slice(start, start + width)
        second = slice(start, int(np.searchsorted(-size, -needed, side="right")))
        spread = np.sqrt(s[first, None] ** 2 + s[second] ** 2)
        statistic = (z[first, None] - z[second]) / spread
        lead = x[first, None] - x[second]
        best = max(
            best,
            float(statistic[lead <= critical * spread].max(initial=0.0)),
            -float(statistic[-lead <= critical * spread].min(initial=0.0)),
        )
    return best


def _marginal_block(
    x: FloatArray,
    s: FloatArray,
    block: IntArray,
    level: float,
    stepdown: bool,
    draws: int,
    seed: int,
    tested: Tested,
) -> FloatArray:
    """Critical values of the organisations at the positions `block`."""
    critical = np.full(block.size, np.inf)
    moving = np.arange(block.size)
    while moving.size:
        found = _marginal_quantiles(x, s, block[moving], critical[moving], level, draws, seed, tested)
        fell = found < critical[moving]
        critical[moving] = found
        moving = moving[fell] if stepdown else moving[:0]
    return critical


def _marginal_quantiles(
    x: FloatArray,
    s: FloatArray,
    block: IntArray,
    critical: FloatArray,
    level: float,
    draws: int,
    seed: int,
    tested: Tested,
) -> FloatArray:
    """The quantile over the draws of the largest pair of each organisation of the block."""
    if x.size <= _FEW:
        return _marginal_quantiles_of_few(x, s, block, critical, level, draws, seed, tested)
    found, unsettled = np.zeros((draws, block.size)), np.ones((draws, block.size), dtype=np.bool_)
    bound = np.empty_like(found)
    at = _order_statistic(level, draws)
    for expected in (*_STAGES, x.size):
        small_e, small_z = _threshold(np.ones_like(s), expected), _threshold(s, expected)
        for start, e in _draws(draws, x.size, seed):
            z = s * e
            chosen = (np.abs(e) > small_e) | (np.abs(z) > small_z)
            for row in np.flatnonzero(unsettled[start : start + e.shape[0]].any(axis=1)):
                which = np.flatnonzero(unsettled[start + row])
                own, others = block[which], np.flatnonzero(chosen[row])
                best = _largest_against(x, s, z[row], own, critical[which], others, tested)
                found[start + row, which] = best
                rest = _bound_of_the_rest(s[own], z[row, own], small_e, small_z)
                bound[start + row, which] = np.maximum(best, rest)
        unsettled &= bound > np.maximum(found, np.partition(found, at, axis=0)[at])
        if not unsettled.any():
            break
    return np.asarray(np.partition(found, at, axis=0)[at])


def _marginal_quantiles_of_few(
    x: FloatArray,
    s: FloatArray,
    block: IntArray,
    critical: FloatArray,
    level: float,
    draws: int,
    seed: int,
    tested: Tested,
) -> FloatArray:
    """The same looking at everybody, one organisation and many draws at a time."""
    found = np.empty((block.size, draws))
    for start, e in _draws(draws, x.size, seed):
        z = np.ascontiguousarray((s * e).T)
        for place, own in enumerate(block):
            spread = np.sqrt(s**2 + s[own] ** 2)
            lead, reach = x - x[own], critical[place] * spread
            rising = (lead <= reach) & (tested != "lower")
            falling = (-lead <= reach) & (tested != "higher")
            others = np.flatnonzero(rising | falling)
            share = np.where(rising, 1.0, -1.0)[others] / spread[others]
            statistic = (z[others] - z[own]) * share[:, None]
            np.abs(statistic, out=statistic, where=(rising & falling)[others, None])
            found[place, start : start + e.shape[0]] = statistic.max(axis=0, initial=0.0)
    at = _order_statistic(level, draws)
    return np.asarray(np.partition(found, at, axis=1)[:, at])


def _bound_of_the_rest(s: FloatArray, z: FloatArray, small_e: float, small_z: float) -> FloatArray:
    """How large |zᵢ − zₖ|/√(sᵢ² + sₖ²) can be where |eₖ| ≤ `small_e` and |zₖ| ≤ `small_z`.

    With |zₖ| = min(sₖ·small_e, small_z) the quotient rises in sₖ to √(eᵢ² + small_e²) and then falls; if
    small_z cuts in before that point, the largest is at the cut.
    """
    if small_e == 0.0 or small_z == 0.0:
        return np.zeros_like(s)
    cut = small_z / small_e
    summit = np.hypot(z / s, small_e)
    return np.where(s**2 * small_e <= cut * np.abs(z), summit, (np.abs(z) + small_z) / np.hypot(s, cut))


def _largest_against(
    x: FloatArray,
    s: FloatArray,
    z: FloatArray,
    own: IntArray,
    critical: FloatArray,
    others: IntArray,
    tested: Tested,
) -> FloatArray:
    """For each organisation `own` the largest allowed pair with one of the others, at least 0."""
    best = np.zeros(own.size)
    width = max(1, _ROOM // max(1, others.size))
    variance, theirs = s[others, None] ** 2, z[others, None]
    for start in range(0, own.size, width):
        part = slice(start, start + width)
        mine = own[part]
        # Others down, own across: few others and many own make long inner loops, three times faster.
        spread = np.sqrt(variance + s[mine] ** 2)
        statistic = (theirs - z[mine]) / spread
        if tested == "either" and np.isinf(critical[part]).all():
            best[part] = np.abs(statistic).max(axis=0, initial=0.0)
            continue
        lead, reach = x[others, None] - x[mine], critical[part] * spread
        if tested != "lower":
            best[part] = np.where(lead <= reach, statistic, 0.0).max(axis=0, initial=0.0)
        if tested != "higher":
            fallen = np.where(-lead <= reach, -statistic, 0.0).max(axis=0, initial=0.0)
            best[part] = np.maximum(best[part], fallen)
    return best
