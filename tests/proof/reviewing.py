"""One simulated county reviewed by the code of a real review, by an oracle, and by a league table of one month."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from counties import WINDOW, Case, County, Theme, break_at, draw_county, months_of
from numpy.typing import NDArray

from likeforlike.catalogue import Catalogue, KnownBreak, load_catalogue
from likeforlike.comparison.effects import fit_yardstick, prior_variance
from likeforlike.comparison.expected import fit_expected
from likeforlike.comparison.panel import FloatArray, link_values
from likeforlike.review.assessing import (
    Scaling,
    draw,
    fit_population,
    join_effects,
    make_scaling,
    measure_effects,
    to_units,
)
from likeforlike.review.listing import Listing, make_list, snapshot, weights_present
from likeforlike.review.models import Adjustment, Fitted, IndicatorModel, _comparable
from likeforlike.review.plan import PlannedIndicator, ReviewPlan, Window
from likeforlike.statistics.drift_likelihood import check_panel, profile
from likeforlike.statistics.joint_draws import EffectPopulation

DRAWS = 4_000
OWN = Adjustment.POPULATION


@dataclass(frozen=True)
class Reviewed:
    """What was said of the practices of a board, and what is true: arrays by practice."""

    listing: Listing
    reliability: float
    """Mean over indicators and practices."""
    truth: NDArray[np.bool_]
    """Truly in the last fifth of those assessed and worse than England by what matters."""
    true_rank: FloatArray
    by_oracle: NDArray[np.bool_]
    true_for_oracle: NDArray[np.bool_]
    by_snapshot: NDArray[np.bool_]
    true_for_snapshot: NDArray[np.bool_]
    last_fifth_for_snapshot: NDArray[np.bool_]
    months_used: tuple[int, ...]
    """First month of each indicator that the review looked at, as a place among its months."""


@lru_cache(maxsize=1)
def definitions() -> Catalogue:
    """The shipped definitions."""
    return load_catalogue()


def review_county(case: Case, seed: int) -> Reviewed:
    """Draw a county and review one of its boards, as `likeforlike review` does from figures to list."""
    county = draw_county(case, definitions(), seed)
    plan = _plan(case, seed)
    models = _fit(case, county, plan)
    weights = np.ones(len(models)) / len(models)
    listing, scaling, reliability = _review(case, county, plan, models, weights)
    oracle_models = tuple(_as_oracle(model, theme) for model, theme in zip(models, case.themes, strict=True))
    oracle = _review(case, county, plan, oracle_models, weights, _true_population(case))[0]
    polarity = np.array([float(theme.better) for theme in case.themes])
    raw = np.column_stack([panel.numerator[:, -1] / panel.denominator[:, -1] for panel in county.panels])
    named = snapshot(raw[county.members], polarity, weights)
    effects = county.effects[county.members]
    true_units = (
        to_units(effects, replace(scaling, levels=county.levels, shift=np.zeros(len(models)))) @ weights
    )
    everybody = np.ones(county.members.size, dtype=bool)
    worse_by = plan.thresholds.worse_by
    return Reviewed(
        listing=listing,
        reliability=reliability,
        truth=_last_and_worse(true_units, listing.assessed, worse_by),
        true_rank=_ranks(true_units, listing.assessed),
        by_oracle=oracle.listed,
        true_for_oracle=_last_and_worse(true_units, oracle.assessed, worse_by),
        by_snapshot=named,
        true_for_snapshot=_last_and_worse(true_units, everybody, worse_by),
        last_fifth_for_snapshot=_last_and_worse(true_units, everybody, -np.inf),
        months_used=tuple(model.months.start for model in models),
    )


def _plan(case: Case, seed: int) -> ReviewPlan:
    return ReviewPlan(
        title="proof",
        area="X",
        window=Window(last=months_of(case)[-1], months=WINDOW),
        seed=seed,
        draws=DRAWS,
        indicators=tuple(PlannedIndicator(id=theme.indicator, weight=1.0) for theme in case.themes),
    )


def _fit(case: Case, county: County, plan: ReviewPlan) -> tuple[IndicatorModel, ...]:
    """As `fit_models`, from drawn counts instead of a build."""
    models = []
    for planned, panel in zip(plan.indicators, county.panels, strict=True):
        fit = fit_expected(panel, county.covariates, county.boards)
        yardstick = fit_yardstick(panel, fit.expected)
        months, cut = _comparable(panel, plan, known_breaks(case))
        fitted = Fitted(fit, fit.expected, yardstick, prior_variance(yardstick.components, WINDOW))
        models.append(IndicatorModel(planned, panel, months, cut, {OWN: fitted}))
    return tuple(models)


def known_breaks(case: Case) -> tuple[KnownBreak, ...]:
    """The change of recording that a case announces."""
    if case.recording != "announced":
        return ()
    return (
        KnownBreak(
            id="made_up",
            source="made_up",
            indicators=tuple(theme.indicator for theme in case.themes),
            month=months_of(case)[break_at(case)],
            what="a change of recording",
            evidence="drawn",
        ),
    )


def _review(
    case: Case,
    county: County,
    plan: ReviewPlan,
    models: tuple[IndicatorModel, ...],
    weights: FloatArray,
    population: EffectPopulation | None = None,
) -> tuple[Listing, Scaling, float]:
    """As `review_area`, of a board without gates other than missing figures; the population unless it is known.

    Without the veto of the confidence sets, which takes half of the time and can only take somebody off the list.
    """
    months = [model.months for model in models]
    if population is None:
        everybody = np.arange(len(models[0].panel.organisations))
        priors = np.array([model.under[OWN].ahead for model in models])
        population = fit_population(measure_effects(models, everybody, months, OWN, WINDOW), priors)
    measured = measure_effects(models, county.members, months, OWN, WINDOW)
    passed = np.asarray(~np.isnan(measured.estimate))
    assessed = np.asarray(weights_present(passed, weights) >= plan.thresholds.least_weight)
    joint = join_effects(measured, passed, population)
    polarity = [theme.better for theme in case.themes]
    scaling = make_scaling(models, polarity, OWN, plan.reference, joint)
    units = draw(joint, scaling, population, plan.draws, plan.seed)
    listing = make_list(units, weights, assessed, plan.thresholds)
    return listing, scaling, float(np.nanmean(measured.reliability))


def _as_oracle(model: IndicatorModel, theme: Theme) -> IndicatorModel:
    """The same with the true variance components, and the period means that are best under these."""
    fitted = model.under[OWN]
    components = theme.components
    values, variances = link_values(model.panel, fitted.expected)
    means = profile(*check_panel(values, variances), components).period_means
    yardstick = replace(fitted.yardstick, components=components, period_means=means)
    known = replace(fitted, yardstick=yardstick, ahead=prior_variance(components, WINDOW))
    return replace(model, under={OWN: known})


def _true_population(case: Case) -> EffectPopulation:
    k = len(case.themes)
    covariance = np.diag([prior_variance(theme.components, WINDOW) for theme in case.themes])
    for i, j in itertools.permutations(range(k), 2):
        one, other = case.themes[i], case.themes[j]
        spread = np.sqrt(one.components.lasting * other.components.lasting)
        covariance[i, j] = one.pressure * other.pressure * spread
    return EffectPopulation(np.zeros(k), covariance)


def _last_and_worse(units: FloatArray, assessed: NDArray[np.bool_], worse_by: float) -> NDArray[np.bool_]:
    places = int(assessed.sum()) // 5
    return np.asarray(assessed & (_ranks(units, assessed) > assessed.sum() - places) & (units <= -worse_by))


def _ranks(units: FloatArray, assessed: NDArray[np.bool_]) -> FloatArray:
    """1 for the best of the assessed; NaN for the others."""
    ranks = np.full(units.size, np.nan)
    ranks[assessed] = np.argsort(np.argsort(-units[assessed])) + 1.0
    return ranks
