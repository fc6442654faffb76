"""What would change the list: months, windows, indicators, weights, adjustment, reference and editions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from likeforlike.comparison.panel import FloatArray
from likeforlike.review.assessing import draw, join_effects, make_scaling, measure_effects
from likeforlike.review.listing import weights_present
from likeforlike.review.models import Adjustment, IndicatorModel
from likeforlike.review.plan import ReviewPlan
from likeforlike.review.weightings import list_for_weightings
from likeforlike.statistics.composite import draw_weightings
from likeforlike.statistics.joint_draws import EffectPopulation

# Of each run beside the plan's own: a listing probability of 0.80 is then known to ± 0.02.
DRAWS = 2_000
WINDOWS = (3, 6, 12)
# On the list in this share of the runs of every dimension: then it does not hang on a choice.
HELD = 0.9


class Dimension(StrEnum):
    """What is varied, one at a time."""

    MONTH = "single month"
    WINDOW = "window"
    INDICATOR = "indicator left out"
    WEIGHTS = "weights"
    ADJUSTMENT = "expected"
    REFERENCE = "reference"
    EDITION = "edition"


# A single month says what a month is worth, not whether an organisation belongs on the list.
NOT_FOR_CORE = frozenset({Dimension.MONTH})


@dataclass(frozen=True)
class Run:
    """One other way to do it, and whom it lists."""

    dimension: Dimension
    label: str
    listed: NDArray[np.bool_]


@dataclass(frozen=True)
class Setting:
    """What the plan's own run used, and the others depart from."""

    models: tuple[IndicatorModel, ...]
    members: NDArray[np.int64]
    passed: NDArray[np.bool_]
    assessed: NDArray[np.bool_]
    weights: FloatArray
    polarity: tuple[int, ...]
    populations: Mapping[Adjustment, EffectPopulation]
    listable: tuple[bool, ...]
    """Of each indicator: whether it can list anybody. One of the delivery model cannot."""


def try_others(setting: Setting, plan: ReviewPlan) -> Iterator[Run]:
    """Every run but those of other editions, in the order of the dimensions."""
    own = next(iter(setting.populations))
    months = [model.months for model in setting.models]
    last = max(model.panel.months[model.months][-1] for model in setting.models)
    everything = sorted({month for model in setting.models for month in model.panel.months[model.months]})
    for month in everything:
        its = [_between(model, month, month) for model in setting.models]
        yield Run(Dimension.MONTH, f"{month:%Y-%m}", _list(setting, plan, its, own, plan.reference))
    for length in WINDOWS:
        if length < len(everything):
            its = [_between(model, everything[-length], last) for model in setting.models]
            yield Run(Dimension.WINDOW, f"{length} months", _list(setting, plan, its, own, plan.reference))
    units = _units(setting, plan, months, own, plan.reference)
    yield from _leave_out(setting, plan, units)
    if plan.weightings:
        rng = np.random.default_rng([plan.seed, 1])
        weightings = draw_weightings(setting.weights, plan.concentration, plan.weightings, rng)
        for number, listed in enumerate(_listed(setting, plan, units, weightings), start=1):
            yield Run(Dimension.WEIGHTS, f"weighting {number}", listed)
    for adjustment in list(setting.populations)[1:]:
        yield Run(
            Dimension.ADJUSTMENT, adjustment.value, _list(setting, plan, months, adjustment, plan.reference)
        )
    other = "area" if plan.reference == "england" else "england"
    yield Run(Dimension.REFERENCE, other, _list(setting, plan, months, own, other))


def _leave_out(setting: Setting, plan: ReviewPlan, units: FloatArray) -> Iterator[Run]:
    """Without each indicator; one without which nobody could be listed by rule stays, for that tells of nobody."""
    for place, model in enumerate(setting.models):
        others = np.arange(len(setting.models)) != place
        if not any(np.array(setting.listable)[others]):
            continue
        weights = np.where(others, setting.weights, 0.0)
        # Who has too little left without it is not assessed in this run.
        enough = weights_present(setting.passed, weights) >= plan.thresholds.least_weight
        its = replace(setting, assessed=setting.assessed & enough)
        yield Run(Dimension.INDICATOR, model.indicator.id, _listed(its, plan, units, weights[None, :])[0])


def _between(model: IndicatorModel, first: object, last: object) -> slice:
    """The months of a shorter window, as places among the panel's; an indicator without any has none."""
    places = [
        place
        for place in range(model.months.start, model.months.stop)
        if first <= model.panel.months[place] <= last  # type: ignore[operator]
    ]
    return slice(places[0], places[-1] + 1) if places else slice(0, 0)


def _units(
    setting: Setting, plan: ReviewPlan, months: Sequence[slice], adjustment: Adjustment, reference: str
) -> FloatArray:
    population = setting.populations[adjustment]
    measured = measure_effects(setting.models, setting.members, months, adjustment, plan.window.months)
    joint = join_effects(measured, setting.passed, population)
    scaling = make_scaling(setting.models, setting.polarity, adjustment, reference, joint)
    return draw(joint, scaling, population, DRAWS, plan.seed)


def _list(
    setting: Setting, plan: ReviewPlan, months: Sequence[slice], adjustment: Adjustment, reference: str
) -> NDArray[np.bool_]:
    units = _units(setting, plan, months, adjustment, reference)
    return np.asarray(_listed(setting, plan, units, setting.weights[None, :])[0])


def _listed(
    setting: Setting, plan: ReviewPlan, units: FloatArray, weightings: FloatArray
) -> NDArray[np.bool_]:
    """Whom each weighting lists: (weightings, organisations). Who has no figure left in a run is not listed in it."""
    some = setting.assessed & ~np.isnan(units[0]).any(axis=1)
    if not any(setting.listable):
        return np.zeros((weightings.shape[0], some.size), dtype=bool)
    return list_for_weightings(units, weightings, some, plan.thresholds)


def hold(base: NDArray[np.bool_], runs: Sequence[Run]) -> NDArray[np.bool_]:
    """The core: who is listed by the plan and in nine runs of ten of every dimension that counts."""
    core = base.copy()
    for dimension in Dimension:
        its = [run.listed for run in runs if run.dimension is dimension]
        if its and dimension not in NOT_FOR_CORE:
            core &= np.mean(its, axis=0) >= HELD
    return core
