"""Confidence sets for the ranks of categories that share one multinomial count, by exact tests."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    IntArray,
    check_complete,
    check_dimensions,
    check_enough_units,
    check_level,
    check_not_negative,
)
from likeforlike.statistics.rank_confidence_sets import Side, check_side
from likeforlike.statistics.ranks import Best, check_best, integer_ranks

Correction = Literal["holm", "bonferroni"]


class MultinomialRankSets(NamedTuple):
    """For each category the rank of its count (mean rank of a tie) and the set {lower, …, upper}."""

    rank: FloatArray
    lower: IntArray
    upper: IntArray


def multinomial_rank_sets(
    counts: ArrayLike,
    *,
    best: Best,
    side: Side = "both",
    level: float = 0.95,
    correction: Correction = "holm",
    simultaneous: bool = True,
) -> MultinomialRankSets:
    """Sets for the ranks of the shares p of one multinomial count, valid at every sample size.

    Given xⱼ + xₖ, xⱼ is binomial with probability pⱼ/(pⱼ + pₖ), so H: pⱼ ≤ pₖ has the exact p-value
    P(Bin(xⱼ + xₖ, ½) ≥ xⱼ). The family (all ordered pairs, or for marginal sets the pairs of one category)
    is tested with Holm's or Bonferroni's correction; the set is {1 + #(clearly better), …, n − #(clearly
    worse)}. `side` "lower" or "upper" spends the whole error on one bound of each marginal set.

    Args:
        counts: shape (n,), whole numbers.
        best: which end has rank 1.

    Memory grows with n²: meant for some hundred categories.

    Raises:
        ValueError: a count is missing, negative, infinite or not whole; fewer than 2 categories; level
            outside 0 to 1; unknown side or correction.

    Source: Bazylik, Mogstad, Romano, Shaikh & Wilhelm, "Finite- and large-sample inference for ranks using
    multinomial data", 2021 (NBER 29519), section 3. R: `csranks::csranks_multinom`.
    """
    x = check_not_negative("counts", check_complete("counts", counts))
    check_dimensions("counts", x, 1)
    check_enough_units("counts", x.size, 2)
    fraction = x != np.floor(x)
    if fraction.any():
        position = int(np.argmax(fraction))
        raise ValueError(f"counts[{position}] is {x[position]:g}: a count must be a whole number")
    error = 1.0 - check_level(level)
    check_best(best)
    check_side(side)
    if correction not in ("holm", "bonferroni"):
        raise ValueError(f"correction is {correction!r}: it must be 'holm' or 'bonferroni'")

    p_values = _p_values(x)
    # One-sided simultaneous sets test the same pairs as two-sided ones.
    higher, lower = np.zeros(x.size, dtype=np.int64), np.zeros(x.size, dtype=np.int64)
    lower_is_tested = "lower" if best == "highest" else "upper"
    if simultaneous:
        rejected = _reject(p_values, ~np.eye(x.size, dtype=np.bool_), error, correction)
        higher, lower = rejected.sum(axis=0), rejected.sum(axis=1)
    else:
        for category in range(x.size):
            family = np.zeros((x.size, x.size), dtype=np.bool_)
            # Row j, column k: is j above k?
            family[:, category] = side in ("both", lower_is_tested)
            family[category, :] = side == "both" or side != lower_is_tested
            family[category, category] = False
            rejected = _reject(p_values, family, error, correction)
            higher[category], lower[category] = rejected[:, category].sum(), rejected[category, :].sum()
    better, worse = (higher, lower) if best == "highest" else (lower, higher)
    return MultinomialRankSets(
        rank=integer_ranks(x, best=best).rank,
        lower=np.ones_like(better) if side == "upper" else 1 + better,
        upper=np.full_like(worse, x.size) if side == "lower" else x.size - worse,
    )


def _p_values(x: FloatArray) -> FloatArray:
    """P(Bin(xⱼ + xₖ, ½) ≥ xⱼ) for row j and column k; 1 where xⱼ is 0."""
    row, column = np.broadcast_arrays(x[:, None], x[None, :])
    values = np.ones_like(row)
    some = row > 0
    # P(Bin(m, p) ≥ a) = I_p(a, m − a + 1), the regularised incomplete beta function.
    values[some] = betainc(row[some], column[some] + 1.0, 0.5)
    return values


def _reject(p_values: FloatArray, family: BoolArray, error: float, correction: Correction) -> BoolArray:
    """Which hypotheses of the family are rejected."""
    tested = p_values[family]
    if correction == "bonferroni":
        return family & (p_values <= error / tested.size)
    ordered = np.sort(tested)
    failed = ordered > error / (tested.size - np.arange(tested.size))
    steps = int(np.argmax(failed)) if failed.any() else tested.size
    if steps == 0:
        return np.zeros_like(family)
    # Equal p-values around the last step: the larger threshold of the next step admits none of them, so a
    # cut by value and a cut by position agree.
    return family & (p_values <= float(ordered[steps - 1]))
