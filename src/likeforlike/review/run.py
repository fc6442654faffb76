"""A whole review: from a plan and a build to the tables of a result, with nothing else looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from likeforlike.catalogue import Catalogue
from likeforlike.comparison.areas import Area
from likeforlike.comparison.panel import FloatArray
from likeforlike.measures.build import Build
from likeforlike.review.assessing import (
    Measured,
    Scaling,
    draw,
    join_effects,
    make_scaling,
    measure_effects,
    populations_by_adjustment,
    slope_of_units,
    to_units,
)
from likeforlike.review.evidence import Evidence, choose_area, gather_evidence
from likeforlike.review.gates import Stopped, apply_gates
from likeforlike.review.listing import Listing, make_list, weights_present
from likeforlike.review.models import Adjustment, IndicatorModel, adjustments, fit_models
from likeforlike.review.plan import ReviewPlan, can_list, directions, listing_indicators
from likeforlike.review.sensitivity import Dimension, Run, Setting, hold, try_others
from likeforlike.statistics.joint_draws import EffectPopulation
from likeforlike.statistics.rank_confidence_sets import (
    PlaceSets,
    RankSets,
    simultaneous_rank_sets,
    worst_places_sets,
)

Report = Callable[[str], None]


@dataclass(frozen=True)
class Region:
    """What is fitted once over all organisations and serves the review of any area of them."""

    evidence: Evidence
    models: tuple[IndicatorModel, ...]
    populations: Mapping[Adjustment, EffectPopulation]


@dataclass(frozen=True)
class Review:
    """A review as arrays, before it becomes tables: organisations of the area in order of code."""

    plan: ReviewPlan
    area: Area
    members: NDArray[np.int64]
    """Their places among all organisations."""
    evidence: Evidence
    models: tuple[IndicatorModel, ...]
    measured: Measured
    scaling: Scaling
    passed: NDArray[np.bool_]
    stopped: tuple[Stopped, ...]
    present: FloatArray
    """Share of the plan's weights that each organisation has figures for."""
    units: FloatArray
    """Draws × organisations × indicators, in units of what matters."""
    listing: Listing
    sets: RankSets | None
    """Simultaneous confidence sets of the assessed; none where fewer than two are."""
    places: PlaceSets | None
    runs: tuple[Run, ...]
    core: NDArray[np.bool_]
    weights: FloatArray


def fit_region(
    build: Build, catalogue: Catalogue, plan: ReviewPlan, report: Report, where: str = "the plan"
) -> Region:
    """Read and fit what does not depend on the area; errors say that the plan is `where`."""
    report("reading figures")
    evidence = gather_evidence(build, catalogue, plan, where)
    report("fitting what is expected, and what lasts")
    models = fit_models(evidence, plan, catalogue.known_breaks, where)
    report("looking at all organisations together")
    return Region(evidence, models, populations_by_adjustment(models, plan.window.months))


def review_area(
    region: Region,
    catalogue: Catalogue,
    plan: ReviewPlan,
    report: Report,
    earlier: Mapping[str, Region] = MappingProxyType({}),
) -> Review:
    """Gates, probabilities, list and sensitivity for the plan's area.

    `earlier` are regions as they were known at earlier dates, by what they are called: the dimension of editions.
    """
    decided = _decide(region, catalogue, plan, report)
    report("trying other ways")
    base = decided.listing.listed
    runs = (
        *try_others(_setting(decided, region, catalogue), plan),
        *_try_editions(decided, catalogue, earlier),
    )
    return replace(decided, runs=runs, core=hold(base, runs))


def _setting(review: Review, region: Region, catalogue: Catalogue) -> Setting:
    return Setting(
        review.models,
        review.members,
        review.passed,
        review.listing.assessed,
        review.weights,
        directions(review.plan, catalogue),
        region.populations,
        listing_indicators(review.plan, catalogue),
    )


def _try_editions(review: Review, catalogue: Catalogue, earlier: Mapping[str, Region]) -> Iterator[Run]:
    codes = [review.evidence.organisations[place] for place in review.members]
    for label, region in earlier.items():
        then = _decide(region, catalogue, review.plan, _say_nothing)
        listed = {then.evidence.organisations[place] for place in then.members[then.listing.listed]}
        yield Run(Dimension.EDITION, label, np.array([code in listed for code in codes]))


def _say_nothing(step: str) -> None:
    del step


def _decide(region: Region, catalogue: Catalogue, plan: ReviewPlan, report: Report) -> Review:
    """The plan's own run, before any other is tried."""
    evidence, models = region.evidence, region.models
    chosen = choose_area(evidence, catalogue, plan)
    members = chosen.members
    own = adjustments(plan)[0]
    population = region.populations[own]
    weights = np.array([one.weight for one in plan.indicators])
    weights = weights / weights.sum()
    polarity = directions(plan, catalogue)
    passed, stopped = apply_gates(evidence, members, models, plan)
    months = [model.months for model in models]
    measured = measure_effects(models, members, months, own, plan.window.months)
    passed = passed & ~np.isnan(measured.estimate)
    present = weights_present(passed, weights)
    assessed = present >= plan.thresholds.least_weight
    joint = join_effects(measured, passed, population)
    scaling = make_scaling(models, polarity, own, plan.reference, joint)
    report("drawing")
    units = draw(joint, scaling, population, plan.draws, plan.seed)
    sets, places = _rank_sets(measured, passed, scaling, weights, assessed, plan)
    may = np.zeros(assessed.size, dtype=bool)
    if places is not None:
        may[assessed] = places.may
    listing = make_list(
        units, weights, assessed, plan.thresholds, listable=can_list(plan, catalogue), may=may
    )
    return Review(
        plan=plan,
        area=chosen.area,
        members=members,
        evidence=evidence,
        models=models,
        measured=measured,
        scaling=scaling,
        passed=passed,
        stopped=stopped,
        present=present,
        units=units,
        listing=listing,
        sets=sets,
        places=places,
        runs=(),
        core=listing.listed,
        weights=weights,
    )


def _rank_sets(
    measured: Measured,
    passed: NDArray[np.bool_],
    scaling: Scaling,
    weights: FloatArray,
    assessed: NDArray[np.bool_],
    plan: ReviewPlan,
) -> tuple[RankSets | None, PlaceSets | None]:
    """Sets that hold all true ranks at once, from the estimates alone: no prior, nothing filled in.

    An organisation's composite is over the indicators that it has figures for; its error by the delta method.
    """
    places = int(assessed.sum()) // 5
    if places == 0:
        return None, None
    seen = passed & ~np.isnan(measured.estimate)
    share = np.where(seen, weights, 0.0)
    share = share / share.sum(axis=1, keepdims=True).clip(1e-300)
    units = np.where(seen, to_units(measured.estimate, scaling), 0.0)
    spread = np.where(
        seen, slope_of_units(measured.estimate, scaling) ** 2 * (measured.error + measured.excess), 0.0
    )
    estimate = (share * units).sum(axis=1)[assessed]
    error = np.sqrt((share**2 * spread).sum(axis=1))[assessed]
    sets = simultaneous_rank_sets(estimate, error, best="highest", seed=plan.seed)
    return sets, worst_places_sets(sets, places)
