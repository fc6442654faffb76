"""Places in an order, with what ties do to them."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from likeforlike.statistics.checks import FloatArray, check_complete, check_dimensions, check_enough_units

Best = Literal["highest", "lowest"]


class TiedRanks(NamedTuple):
    """A rank and the span of places that ties leave open: all three are equal where nothing is tied.

    The span says nothing about chance. For that see `rank_intervals` and `rank_confidence_sets`.
    """

    rank: FloatArray
    first: FloatArray
    last: FloatArray


def integer_ranks(values: ArrayLike, *, best: Best, omega: float = 0.5) -> TiedRanks:
    """Ranks from 1 (the best value) to n, equal values sharing one rank.

    Of r values that are equal, the first has place 1 + #(better), the last place #(better) + r, and all get
    (1 − ω)·first + ω·last: ω = 0 gives the smallest rank of the tie, 0.5 the mean rank, 1 the largest.

    Args:
        values: shape (n,), finite.
        best: which end has rank 1.
        omega: from 0 to 1.

    Raises:
        ValueError: a value is missing or infinite, the shape is not (n,), or ω lies outside 0 to 1.

    Source: Mogstad, Romano, Shaikh & Wilhelm, Review of Economic Studies 2024, section 2 (rank = 1 + number
    of better ones); Chetverikov & Wilhelm 2023, definition of ω. R: `csranks::irank`.
    """
    array = check_complete("values", values)
    check_dimensions("values", array, 1)
    check_enough_units("values", array.size, 1)
    if not 0.0 <= omega <= 1.0:
        raise ValueError(f"omega is {omega:g}: it must lie between 0 and 1")
    signed = larger_is_better(array, best)
    ordered = np.sort(signed)
    first = (1 + signed.size - np.searchsorted(ordered, signed, side="right")).astype(np.float64)
    last = (signed.size - np.searchsorted(ordered, signed, side="left")).astype(np.float64)
    return TiedRanks((1.0 - omega) * first + omega * last, first, last)


def fractional_ranks(values: ArrayLike, *, best: Best, omega: float = 0.5) -> TiedRanks:
    """`integer_ranks` divided by n: 1 is the worst place (the mean place 0.5 + 1/(2n) at ω = 0.5).

    Arguments, errors and source as there. R: `csranks::frank`.
    """
    ranks = integer_ranks(values, best=best, omega=omega)
    n = ranks.rank.size
    return TiedRanks(ranks.rank / n, ranks.first / n, ranks.last / n)


def check_best(best: Best) -> None:
    """Refuse anything but the two ends of an order."""
    if best not in ("highest", "lowest"):
        raise ValueError(f"best is {best!r}: it must be 'highest' or 'lowest'")


def larger_is_better(values: FloatArray, best: Best) -> FloatArray:
    """The values with the sign that makes larger better, so that each method is written once."""
    check_best(best)
    return values if best == "highest" else np.negative(values)
