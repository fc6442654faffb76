"""What all organisations together say of each indicator: the expected model and the yardstick, in three versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from likeforlike.catalogue import Indicator, KnownBreak
from likeforlike.comparison.effects import Yardstick, fit_yardstick, pooled_expected, prior_variance
from likeforlike.comparison.expected import Covariates, ExpectedFit, fit_expected
from likeforlike.comparison.panel import FloatArray, Panel
from likeforlike.errors import DefinitionError
from likeforlike.review.evidence import Evidence
from likeforlike.review.plan import PlannedIndicator, ReviewPlan
from likeforlike.statistics.drift import LEAST_PERIODS
from likeforlike.statistics.drift_covariance import VarianceComponents

DEPRIVATION = "deprivation_score"


class Adjustment(StrEnum):
    """What organisations are compared with."""

    POPULATION = "population"
    """What a population like theirs would lead one to expect."""
    WITHOUT_DEPRIVATION = "population without deprivation"
    NONE = "none"
    """Every organisation alike: the month's pooled share or rate."""


@dataclass(frozen=True)
class Fitted:
    """One indicator under one adjustment."""

    fit: ExpectedFit | None
    expected: FloatArray
    """Counts, organisations × months; NaN where the population is not known."""
    yardstick: Yardstick
    ahead: float
    """How much organisations differ over the next window, on the link scale: 0 tells nobody apart."""


@dataclass(frozen=True)
class IndicatorModel:
    """One indicator of a plan: its figures, its comparable months, and what all organisations say of it."""

    planned: PlannedIndicator
    panel: Panel
    months: slice
    """Its comparable months within the window, as places among the panel's."""
    breaks: tuple[str, ...]
    """Known breaks that shortened them."""
    under: dict[Adjustment, Fitted]

    @property
    def indicator(self) -> Indicator:
        """The definition."""
        return self.panel.indicator


def adjustments(plan: ReviewPlan) -> tuple[Adjustment, ...]:
    """Those that a review fits, the plan's own first."""
    return tuple(Adjustment) if plan.expected else (Adjustment.NONE,)


def fit_models(
    evidence: Evidence, plan: ReviewPlan, breaks: Sequence[KnownBreak], where: str = "the plan"
) -> tuple[IndicatorModel, ...]:
    """Fit every indicator of a plan over all organisations and every month there is; errors say that it is `where`.

    Raises:
        NoModelError: too few organisations for an expected model.
        DefinitionError: an indicator with fewer than four months and nothing to borrow from, or without any figure
            after the last known break.
    """
    components: dict[tuple[str, Adjustment], VarianceComponents] = {}
    models: dict[int, IndicatorModel] = {}
    # Those that borrow wait for the others.
    order = sorted(range(len(plan.indicators)), key=lambda k: (plan.indicators[k].borrow_from is not None, k))
    for k in order:
        planned, panel = plan.indicators[k], evidence.panels[k]
        months, cut = _comparable(panel, plan, breaks)
        _check_some_compared(panel, months, cut, k, where)
        under = {}
        for adjustment in adjustments(plan):
            covariates = _chosen(evidence.populations[k], adjustment)
            fit = fit_expected(panel, covariates, evidence.boards) if covariates.names else None
            expected = fit.expected if fit else pooled_expected(panel)
            lent = components.get((planned.borrow_from, adjustment)) if planned.borrow_from else None
            _check_can_be_fitted(panel, k, lent, where)
            yardstick = fit_yardstick(panel, expected, lent)
            components[planned.id, adjustment] = yardstick.components
            ahead = prior_variance(yardstick.components, plan.window.months)
            under[adjustment] = Fitted(fit, expected, yardstick, ahead)
        models[k] = IndicatorModel(planned, panel, months, cut, under)
    return tuple(models[k] for k in range(len(models)))


def _comparable(
    panel: Panel, plan: ReviewPlan, breaks: Sequence[KnownBreak]
) -> tuple[slice, tuple[str, ...]]:
    """The months of the window since the last known break in it, and the breaks that stand before them."""
    cutting = [
        one
        for one in breaks
        if plan.gates.breaks
        and panel.indicator.id in one.indicators
        and plan.window.first < one.month <= min(plan.window.last, panel.months[-1])
    ]
    first = max((one.month for one in cutting), default=plan.window.first)
    places = [p for p, month in enumerate(panel.months) if first <= month <= plan.window.last]
    return slice(places[0], places[-1] + 1), tuple(one.id for one in cutting)


def _chosen(covariates: Covariates, adjustment: Adjustment) -> Covariates:
    kept = [
        place
        for place, name in enumerate(covariates.names)
        if adjustment is Adjustment.POPULATION
        or (adjustment is Adjustment.WITHOUT_DEPRIVATION and name != DEPRIVATION)
    ]
    return Covariates(tuple(covariates.names[place] for place in kept), covariates.values[:, kept])


def _check_some_compared(
    panel: Panel, months: slice, breaks: tuple[str, ...], number: int, where: str
) -> None:
    if np.isnan(panel.numerator[:, months]).all():
        raise DefinitionError(
            f"indicators.{number}.id: '{panel.indicator.id}' has figures before the known break {breaks[-1]} in "
            "the window alone, and none since.",
            where=where,
            next_step="Change `window`, or say `gates = { breaks = false }` and compare across the break.",
        )


def _check_can_be_fitted(panel: Panel, number: int, lent: VarianceComponents | None, where: str) -> None:
    covered = int((~np.isnan(panel.numerator)).any(axis=0).sum())
    if covered < LEAST_PERIODS and lent is None:
        raise DefinitionError(
            f"indicators.{number}.id: '{panel.indicator.id}' has {covered} period(s) with figures: what lasts "
            "and what drifts cannot be told apart, so it lists nobody.",
            where=where,
            next_step="Leave it out, or name with `borrow_from` an indicator of the plan that is related to it.",
        )
