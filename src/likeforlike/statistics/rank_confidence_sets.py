"""Confidence sets for ranks: which places an organisation's true value may hold, without a prior."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    IntArray,
    check_complete,
    check_dimensions,
    check_enough_units,
    check_level,
    check_positive,
    check_same_shape,
    check_whole_number,
)
from likeforlike.statistics.rank_critical_values import (
    Tested,
    count_clear_differences,
    marginal_critical_values,
    simultaneous_critical_value,
)
from likeforlike.statistics.ranks import Best, check_best, integer_ranks

Side = Literal["both", "lower", "upper"]


class RankSets(NamedTuple):
    """For each organisation the rank of its estimate (mean rank of a tie) and the set {lower, …, upper}.

    `critical_value` has shape () for simultaneous sets and (n,) for marginal ones.
    """

    rank: FloatArray
    lower: IntArray
    upper: IntArray
    critical_value: FloatArray


class PlaceSets(NamedTuple):
    """Who may, and who must, hold one of the places asked for."""

    may: BoolArray
    must: BoolArray


def simultaneous_rank_sets(
    estimates: ArrayLike,
    standard_errors: ArrayLike,
    *,
    best: Best,
    level: float = 0.95,
    stepdown: bool = True,
    draws: int = 10_000,
    seed: int = 0,
) -> RankSets:
    """Sets that hold *all* true ranks at once with probability `level`.

    Organisation k is clearly above i where xₖ − xᵢ > c·√(sₖ² + sᵢ²). With N₊ organisations clearly better and
    N₋ clearly worse, the set is {1 + N₊, …, n − N₋}. c is the level-quantile of the largest standardised
    difference over all ordered pairs; with `stepdown` the rejected pairs leave the family and c is taken
    again from the same draws until nothing changes. The one-sided sets (only `lower`, or only `upper`) have
    the same bounds, for their family is the same pairs.

    Args:
        estimates, standard_errors: shape (n,), independent of each other and approximately normal.
        best: which end has rank 1.
        level: joint coverage.
        stepdown: whether rejected pairs leave the family.
        draws: how many draws of all organisations; memory does not grow with it.
        seed: the same seed gives the same sets, in whatever order the rows come.

    Raises:
        ValueError: shapes differ, a number is missing, a standard error is not positive, fewer than 2
            organisations, level outside 0 to 1.

    Source: Mogstad, Romano, Shaikh & Wilhelm, Review of Economic Studies 2024, algorithms 3.1 and 3.2
    (doi 10.1093/restud/rdad006); stepdown after Romano & Wolf 2005. R: `csranks::csranks(simul = TRUE)`.
    """
    x, s = _estimates(estimates, standard_errors)
    check_best(best)
    critical = simultaneous_critical_value(
        x,
        s,
        level=check_level(level),
        stepdown=stepdown,
        draws=check_whole_number("draws", draws, 1),
        seed=check_whole_number("seed", seed, 0),
    )
    return _sets(x, s, np.asarray(critical), best, "both")


def marginal_rank_sets(
    estimates: ArrayLike,
    standard_errors: ArrayLike,
    *,
    best: Best,
    side: Side = "both",
    level: float = 0.95,
    stepdown: bool = True,
    draws: int = 10_000,
    seed: int = 0,
) -> RankSets:
    """Sets that each hold one organisation's true rank with probability `level`.

    As `simultaneous_rank_sets`, but c is taken for each organisation over its own pairs only, so the sets
    are shorter and say nothing about several organisations together. `side` "lower" spends the whole error
    on the lower bound (upper is n), "upper" on the upper bound (lower is 1).

    Each organisation has a search of its own, so this takes longer: for 6,500 of them some six seconds with
    1,000 draws (and 200 MB), ten times that with 10,000.

    Arguments, errors and source as there. R: `csranks::csranks(simul = FALSE)`.
    """
    x, s = _estimates(estimates, standard_errors)
    check_best(best)
    critical = marginal_critical_values(
        x,
        s,
        level=check_level(level),
        stepdown=stepdown,
        draws=check_whole_number("draws", draws, 1),
        seed=check_whole_number("seed", seed, 0),
        tested=_tested(side, best),
    )
    return _sets(x, s, critical, best, side)


def best_places_sets(sets: RankSets, places: int) -> PlaceSets:
    """Who may and who must be among the `places` best (the τ-best), from simultaneous sets.

    All who truly are among them are in `may`, and all in `must` truly are, together with the probability
    of the sets. Source: Mogstad et al. 2024, section 3.4 (projection). R: `csranks::cstaubest` gives `may`.

    Raises:
        ValueError: `places` is not a whole number from 1 to n.
    """
    places = _check_places(places, sets)
    return PlaceSets(may=sets.lower <= places, must=sets.upper <= places)


def worst_places_sets(sets: RankSets, places: int) -> PlaceSets:
    """Who may and who must be among the `places` worst, for instance the last fifth: `places = n // 5`.

    As `best_places_sets` from the other end. R: `csranks::cstauworst` gives `may`.
    """
    first = sets.rank.size - _check_places(places, sets) + 1
    return PlaceSets(may=sets.upper >= first, must=sets.lower >= first)


def _estimates(estimates: ArrayLike, standard_errors: ArrayLike) -> tuple[FloatArray, FloatArray]:
    x = check_complete("estimates", estimates)
    s = check_positive("standard_errors", check_complete("standard_errors", standard_errors))
    check_dimensions("estimates", x, 1)
    check_same_shape(estimates=x, standard_errors=s)
    check_enough_units("estimates", x.size, 2)
    return x, s


def check_side(side: Side) -> None:
    """Refuse anything but the bounds of a set."""
    if side not in ("both", "lower", "upper"):
        raise ValueError(f"side is {side!r}: it must be 'both', 'lower' or 'upper'")


def _tested(side: Side, best: Best) -> Tested:
    check_side(side)
    if side == "both":
        return "either"
    # The lower bound counts those who are clearly better.
    return "higher" if (side == "lower") == (best == "highest") else "lower"


def _sets(x: FloatArray, s: FloatArray, critical: FloatArray, best: Best, side: Side) -> RankSets:
    higher, lower = count_clear_differences(x, s, critical)
    better, worse = (higher, lower) if best == "highest" else (lower, higher)
    return RankSets(
        rank=integer_ranks(x, best=best).rank,
        lower=np.ones_like(better) if side == "upper" else 1 + better,
        upper=np.full_like(worse, x.size) if side == "lower" else x.size - worse,
        critical_value=critical,
    )


def _check_places(places: int, sets: RankSets) -> int:
    places = check_whole_number("places", places, 1)
    if places > sets.rank.size:
        raise ValueError(f"places is {places}: there are only {sets.rank.size} organisations")
    return places
