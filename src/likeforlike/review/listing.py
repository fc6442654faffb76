"""From joint draws of all indicators to a composite, its ranks, probabilities, categories and the list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from likeforlike.review.plan import Thresholds
from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.composite import composite_draws
from likeforlike.statistics.joint_draws import EffectPopulation, draw_joint
from likeforlike.statistics.multiplicity import list_with_few_false
from likeforlike.statistics.rank_probabilities import RankIntervals, rank_intervals
from likeforlike.statistics.ranks import fractional_ranks

# The share of an area that a list may name at most, as a fraction: ⌊n/5⌋.
ONE_IN = 5


class Category(StrEnum):
    """How sure it is that an organisation belongs to the last fifth and is worse than England."""

    ALMOST_CERTAINLY = "almost certainly"
    PROBABLY = "probably"
    CANNOT_TELL = "cannot tell"
    ALMOST_CERTAINLY_NOT = "almost certainly not"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True)
class Joint:
    """The indicators of one review side by side, organisations × indicators on the link scale."""

    mean: FloatArray
    variance: FloatArray
    population: EffectPopulation
    """How true effects are distributed over all organisations: missing indicators are drawn from it."""


@dataclass(frozen=True)
class Listing:
    """The result of one run: everything that is said of each organisation, in the order of the input."""

    assessed: NDArray[np.bool_]
    probability: FloatArray
    """Of being in the last fifth and worse than England by what matters; NaN where not assessed, or where so few
    are that a fifth of them is nobody."""
    categories: tuple[Category, ...]
    ranks: RankIntervals
    """1 is best, among the assessed; NaN elsewhere."""
    composite: FloatArray
    """The middle of its draws: rates have long tails, by which a mean would be led astray."""
    listed: NDArray[np.bool_]
    expected_false_share: float
    longest: int
    """How many the list might have named: a fifth of the assessed."""


def weights_present(seen: NDArray[np.bool_], weights: FloatArray) -> FloatArray:
    """The share of the plan's weight that each organisation has figures for."""
    return np.asarray(seen @ weights / weights.sum())


def draw_units(
    joint: Joint, scales: FloatArray, levels: FloatArray, shares: NDArray[np.bool_], draws: int, seed: int
) -> FloatArray:
    """Joint draws in units of the smallest difference that matters, higher being better: (draws, n, k).

    `scales` (k,) turn each indicator's unit into that: polarity × multiplier ÷ smallest difference. `levels` (k,)
    are England's shares or rates, `shares` (k,) says which indicators are shares.
    """
    drawn = draw_joint(
        joint.mean, joint.variance, draws, np.random.default_rng(seed), population=joint.population
    )
    odds = np.exp(drawn)
    np.multiply(odds, np.where(shares, levels / (1 - levels), levels), out=odds)
    # Where it is a share, odds become a proportion; a rate is there already.
    np.divide(odds, np.where(shares, 1 + odds, 1.0), out=odds)
    return np.asarray((odds - levels) * scales)


def make_list(
    units: FloatArray,
    weights: FloatArray,
    assessed: NDArray[np.bool_],
    thresholds: Thresholds,
    *,
    listable: bool = True,
    may: NDArray[np.bool_] | None = None,
) -> Listing:
    """Composite, ranks, probabilities and list from draws in units of what matters (draws, n, k).

    `listable` is False where only indicators of the delivery model have weight: then nobody is listed. `may` vetoes:
    who by the simultaneous confidence sets cannot be in the last fifth is not listed, however probable it seems.
    """
    n = units.shape[1]
    probability = np.full(n, np.nan)
    composite = np.full(n, np.nan)
    ranks = RankIntervals(*(np.full(n, np.nan) for _ in range(3)))
    listed = np.zeros(n, dtype=bool)
    places = int(assessed.sum()) // ONE_IN
    false_share = 0.0
    if assessed.sum() > 1:
        drawn = composite_draws(units[:, assessed], weights)
        composite[assessed] = np.median(drawn, axis=0)
        for whole, part in zip(ranks, rank_intervals(drawn, best="highest"), strict=True):
            whole[assessed] = part
        # Where fewer than five are assessed a fifth of them is nobody, and nobody has a chance to be in it or not.
        if places:
            probability[assessed] = probability_last_and_worse(drawn, places, thresholds.worse_by)
        if listable and places:
            controlled = list_with_few_false(
                probability, thresholds.most_false, least_probability=thresholds.probably, longest=places
            )
            listed = controlled.listed if may is None else controlled.listed & may
            false_share = float((1 - probability[listed]).mean()) if listed.any() else 0.0
    return Listing(
        assessed=assessed,
        probability=probability,
        categories=tuple(
            _categorise(p, thresholds) if its else Category.NOT_ASSESSED
            for p, its in zip(probability, assessed, strict=True)
        ),
        ranks=ranks,
        composite=composite,
        listed=listed,
        expected_false_share=false_share,
        longest=places,
    )


def probability_last_and_worse(drawn: FloatArray, places: int, worse_by: float) -> FloatArray:
    """P(among the last `places` of the draw **and** below −`worse_by`): (organisations,), from the same draws.

    Draws are continuous; organisations that tie across the cut (nobody differs) share what is left of the places.
    """
    if places == 0:
        return np.zeros(drawn.shape[1])
    cut = np.partition(drawn, places - 1, axis=1)[:, places - 1 : places]
    inside = drawn <= cut
    surplus = inside.sum(axis=1) - places
    share = inside.astype(float)
    for row in np.flatnonzero(surplus):
        tied = drawn[row] == cut[row]
        share[row, tied] = 1 - surplus[row] / tied.sum()
    return np.asarray((share * (drawn <= -worse_by)).mean(axis=0))


def _categorise(probability: float, thresholds: Thresholds) -> Category:
    if np.isnan(probability):
        return Category.CANNOT_TELL
    if probability >= thresholds.almost_certainly:
        return Category.ALMOST_CERTAINLY
    if probability >= thresholds.probably:
        return Category.PROBABLY
    if probability <= thresholds.almost_certainly_not:
        return Category.ALMOST_CERTAINLY_NOT
    return Category.CANNOT_TELL


def snapshot(values: FloatArray, polarity: FloatArray, weights: FloatArray) -> NDArray[np.bool_]:
    """Who 'the last 20% by raw value' of one month would name: (organisations,).

    `values` (n, k) as published, NaN where there is none. Each indicator is turned into its rank and the weighted
    mean rank decides, as the exercise of 2021 did; an organisation without any value cannot be named.
    """
    ranks = np.full(values.shape, np.nan)
    for k in range(values.shape[1]):
        some = ~np.isnan(values[:, k])
        if some.sum() > 1:
            ranks[some, k] = fractional_ranks(values[some, k] * polarity[k], best="highest").rank
    present = ~np.isnan(ranks)
    weight = present @ weights
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(present, ranks, 0.0) @ weights / weight
    named = np.zeros(values.shape[0], dtype=bool)
    some = np.flatnonzero(weight > 0)
    places = some.size // ONE_IN
    if places:
        named[some[np.argsort(-mean[some], kind="stable")[:places]]] = True
    return named
