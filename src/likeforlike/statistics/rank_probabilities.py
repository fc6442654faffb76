"""From joint draws of all organisations to what is probable about their ranks, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from likeforlike.statistics.checks import (
    FloatArray,
    IntArray,
    check_complete,
    check_dimensions,
    check_enough_units,
    check_level,
    check_whole_number,
)
from likeforlike.statistics.ranks import Best, check_best, integer_ranks, larger_is_better

# Draws × organisations, as one array or an iterator of pieces with any number of draws each.
Draws = ArrayLike | Iterator[FloatArray]

# Numbers worked on at a time: 262,144 doubles are 2 MB.
_ROOM = 2**18


class RankIntervals(NamedTuple):
    """For each organisation the expected rank and the interval from `lower` to `upper`."""

    expected: FloatArray
    lower: FloatArray
    upper: FloatArray


def probability_of_worst_places(draws: Draws, places: int, *, best: Best) -> FloatArray:
    """The probability that each organisation holds one of the `places` worst places, shape (n,).

    The last fifth is `places = n // 5`. Organisations that tie across the cut share what is left of the
    places, so the probabilities always add up to `places`, and where nothing differs everyone gets places/n.

    Args:
        draws: joint draws of all organisations, shape (draws, n), or an iterator (a generator) of such
            arrays so that not all of them need be held at once.
        best: which end has rank 1.

    Raises:
        ValueError: a draw is missing or infinite, shapes differ, there are no draws, or `places` is not a
            whole number from 1 to n.

    Source: Laird & Louis 1989, Journal of Educational Statistics 14; Goldstein & Spiegelhalter 1996, JRSS A
    159, section 4. R: `mean(rank(draw) > n - places)` over the draws.
    """
    total, count = np.zeros(0), 0
    for signed in _pieces(draws, best):
        size = signed.shape[1]
        if count == 0:
            _check_places(places, size)
            total = np.zeros(size)
        cut = np.partition(signed, places - 1, axis=1)[:, places - 1 : places]
        inside = signed <= cut
        surplus = np.count_nonzero(inside, axis=1) - places
        total += np.count_nonzero(inside, axis=0)
        for row in np.flatnonzero(surplus):
            tied = signed[row] == cut[row]
            total[tied] -= surplus[row] / np.count_nonzero(tied)
        count += signed.shape[0]
    return total / count


def rank_intervals(draws: Draws, *, best: Best, level: float = 0.95) -> RankIntervals:
    """Expected ranks and central intervals of the ranks within each draw; ties share their mean rank.

    The interval leaves out as many draws at either end as fit into (1 − level)/2, so at least `level` of the
    draws lie within it. Two bytes are kept for each draw of each organisation (four above 32,767).

    Arguments and errors as for `probability_of_worst_places`; `level` strictly between 0 and 1.

    Source: Laird & Louis 1989; Goldstein & Spiegelhalter 1996; Lin, Louis, Paddock & Ridgeway 2006, Bayesian
    Analysis 1, eq. 3. R: `apply(apply(-draws, 1, rank), 1, quantile, c(0.025, 0.975), type = 1)`, nearly.
    """
    outside = (1.0 - check_level(level)) / 2.0
    pieces = [_doubled_ranks(signed) for signed in _pieces(draws, best)]
    size, count = pieces[0].shape[0], sum(piece.shape[1] for piece in pieces)
    # 0.025 · 1,000 may come out a little below 25.
    low = min(int(np.floor(outside * count + 1e-9)), (count - 1) // 2)
    high = count - 1 - low
    expected, lower, upper = np.empty(size), np.empty(size), np.empty(size)
    rows = max(1, 4 * _ROOM // count)
    for start in range(0, size, rows):
        part = slice(start, start + rows)
        ranks = np.concatenate([piece[part] for piece in pieces], axis=1)
        expected[part] = ranks.mean(axis=1, dtype=np.float64) / 2.0
        ranks.partition((low, high), axis=1)
        lower[part], upper[part] = ranks[:, low] / 2.0, ranks[:, high] / 2.0
    return RankIntervals(expected, lower, upper)


def probability_better_than(draws: Draws, organisation: int, *, best: Best) -> FloatArray:
    """The probability that each organisation is better than the one at position `organisation`.

    A tie counts half, so the organisation itself has 0.5 and P(i above j) + P(j above i) = 1.

    Arguments and errors as for `probability_of_worst_places`. Source: Goldstein & Spiegelhalter 1996,
    section 4. R: `colMeans(draws > draws[, j])`.
    """
    total, count = np.zeros(0), 0
    for signed in _pieces(draws, best):
        if count == 0:
            check_position(organisation, signed.shape[1])
            total = np.zeros(signed.shape[1])
        other = signed[:, organisation, None]
        total += np.count_nonzero(signed > other, axis=0) + 0.5 * np.count_nonzero(signed == other, axis=0)
        count += signed.shape[0]
    return total / count


def check_position(organisation: int, size: int) -> None:
    """Refuse a position at which there is no organisation."""
    check_whole_number("organisation", organisation, 0)
    if organisation >= size:
        raise ValueError(f"organisation is {organisation}: positions run from 0 to {size - 1}")


def _check_places(places: int, size: int) -> None:
    check_whole_number("places", places, 1)
    if places > size:
        raise ValueError(f"places is {places}: there are only {size} organisations")


def _pieces(draws: Draws, best: Best) -> Iterator[FloatArray]:
    """The draws in pieces of bounded size, signed so that larger is better, each one checked."""
    check_best(best)
    pieces = draws if isinstance(draws, Iterator) else iter([np.asanyarray(draws)])
    size, count = -1, 0
    for array in pieces:
        check_dimensions("draws", array, 2)
        check_enough_units("draws", array.shape[1], 1)
        if size >= 0 and array.shape[1] != size:
            raise ValueError(f"draws: a piece has {array.shape[1]} organisations, the first had {size}")
        size = array.shape[1]
        rows = max(1, _ROOM // size)
        for start in range(0, array.shape[0], rows):
            # The name says where the rows come from, so that `draws[480:][20, 7]` is the place of an error.
            name = f"draws[{count + start}:]" if count + start else "draws"
            yield larger_is_better(check_complete(name, array[start : start + rows]), best)
        count += array.shape[0]
    if count == 0:
        raise ValueError("draws is empty: at least one draw of all organisations is needed")


def _doubled_ranks(signed: FloatArray) -> NDArray[np.uint16] | NDArray[np.uint32]:
    """Twice the rank of each organisation within each draw, (n, draws): whole numbers even with ties."""
    rows, size = signed.shape
    order = _best_first(signed)
    ranks = np.empty((rows, size), dtype=np.uint16 if 2 * size <= np.iinfo(np.uint16).max else np.uint32)
    np.put_along_axis(ranks, order, np.arange(2, 2 * size + 1, 2, dtype=ranks.dtype)[None, :], axis=1)
    step = np.diff(np.take_along_axis(signed, order, axis=1), axis=1)
    for row in np.flatnonzero((step >= 0).any(axis=1)):
        ranks[row] = 2 * integer_ranks(signed[row], best="highest").rank
    return np.ascontiguousarray(ranks.T)


def _best_first(signed: FloatArray) -> IntArray:
    """Positions from the largest value to the smallest, right except where numbers nearly tie.

    Sorting whole numbers that carry the position in their lowest bits is more than twice as fast as
    argsort. What they lose is the last digits (13 of 52 bits for 6,500 organisations): the caller looks for
    neighbours in the wrong order, or equal, and ranks those draws anew.
    """
    bits = signed.view(np.int64) if signed.flags.c_contiguous else signed.copy().view(np.int64)
    # The bits of doubles sort like the numbers themselves once those of negative ones are turned round.
    keys = ~(bits ^ ((bits >> 63) & np.iinfo(np.int64).max))
    places = (1 << (signed.shape[1] - 1).bit_length()) - 1
    keys &= ~np.int64(places)
    keys |= np.arange(signed.shape[1])
    keys.sort(axis=1)
    keys &= np.int64(places)
    return keys
