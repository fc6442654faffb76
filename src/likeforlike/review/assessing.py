"""One run of a review: effects of the area's organisations, drawn jointly, in units of what matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from likeforlike.comparison.effects import Effects, predict_effects
from likeforlike.comparison.panel import FloatArray, is_share
from likeforlike.review.listing import Joint, draw_units
from likeforlike.review.models import Adjustment, IndicatorModel
from likeforlike.statistics.joint_draws import (
    EffectPopulation,
    JointEffects,
    condition_effects,
    fit_effect_population,
)

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Measured:
    """The effects of some organisations on all indicators: (organisations, indicators) each."""

    estimate: FloatArray
    """Before shrinkage, on the link scale; NaN where there is no figure or a gate stopped it."""
    error: FloatArray
    excess: FloatArray
    """Variance beyond that: of organisations that drift more than most."""
    reliability: FloatArray
    months: FloatArray


@dataclass(frozen=True)
class Scaling:
    """How the link scale of each indicator becomes units of the smallest difference that matters: (k,) each."""

    levels: FloatArray
    """The share or rate at distance 0: the typical organisation of England, or of the area."""
    scales: FloatArray
    """Polarity × multiplier ÷ smallest difference."""
    shares: NDArray[np.bool_]
    shift: FloatArray
    """What is taken off every effect: 0 for England, the area's own mean where the area is the reference."""


def measure_effects(
    models: Sequence[IndicatorModel],
    rows: Rows,
    months: Sequence[slice],
    adjustment: Adjustment,
    ahead: int,
) -> Measured:
    """Predict every indicator's effect for some organisations from some months."""
    found: list[Effects] = []
    for model, its in zip(models, months, strict=True):
        fitted = model.under[adjustment]
        panel = model.panel
        chosen = replace(
            panel,
            organisations=tuple(panel.organisations[row] for row in rows),
            numerator=panel.numerator[rows],
            denominator=panel.denominator[rows],
            withheld=panel.withheld[rows],
        )
        found.append(predict_effects(chosen, fitted.expected[rows], fitted.yardstick, its, ahead))
    flat = np.array([model.under[adjustment].ahead <= 0 for model in models])
    estimate = np.column_stack([one.estimate for one in found])
    return Measured(
        # An indicator on which nobody differs has nothing to say of anybody.
        np.where(flat, np.nan, estimate),
        np.column_stack([one.error for one in found]),
        np.column_stack([one.excess for one in found]),
        np.column_stack([one.reliability for one in found]),
        np.column_stack([one.months for one in found]),
    )


def fit_population(measured: Measured, priors: FloatArray) -> EffectPopulation:
    """How true effects are distributed over all organisations; an indicator that tells nobody apart stands still.

    `priors` (indicators,) are the variances between organisations over the next window that the fit to every month
    found: they stay, and the mean stays 0, for one window's estimates know less of both. From those come the
    correlations alone.
    """
    k = measured.estimate.shape[1]
    enough = ((~np.isnan(measured.estimate)).sum(axis=0) > k) & (priors > 0)
    covariance = np.zeros((k, k))
    if enough.any():
        kept = np.flatnonzero(enough)
        fitted = fit_effect_population(measured.estimate[:, kept], measured.error[:, kept]).covariance
        spread = np.sqrt(np.diag(fitted))
        # Where one window's estimates show no difference at all, there is nothing to correlate.
        unit = np.where(spread > 0, np.sqrt(priors[kept]) / np.where(spread > 0, spread, 1.0), 0.0)
        scaled = fitted * np.outer(unit, unit)
        np.fill_diagonal(scaled, priors[kept])
        covariance[np.ix_(kept, kept)] = scaled
    return EffectPopulation(np.zeros(k), covariance)


def join_effects(measured: Measured, passed: NDArray[np.bool_], population: EffectPopulation) -> JointEffects:
    """What is believed of each organisation's effects, the stopped and missing ones given those that passed."""
    estimate = np.where(passed, measured.estimate, np.nan)
    joint = condition_effects(estimate, measured.error, population)
    covariance = joint.covariance.copy()
    index = np.arange(estimate.shape[1])
    covariance[:, index, index] += np.where(np.isnan(estimate), 0.0, measured.excess)
    return JointEffects(joint.mean, covariance)


def draw(
    joint: JointEffects, scaling: Scaling, population: EffectPopulation, draws: int, seed: int
) -> FloatArray:
    """Draws in units of what matters, higher being better: (draws, organisations, indicators)."""
    return draw_units(
        Joint(joint.mean - scaling.shift, joint.covariance, population),
        scaling.scales,
        scaling.levels,
        scaling.shares,
        draws,
        seed,
    )


def make_scaling(
    models: Sequence[IndicatorModel],
    polarity: Sequence[int],
    adjustment: Adjustment,
    reference: str,
    joint: JointEffects,
) -> Scaling:
    """The typical organisation of England or, with reference 'area', that of the organisations in `joint`."""
    shares = np.array([is_share(model.indicator) for model in models])
    levels = np.array([model.under[adjustment].yardstick.level for model in models])
    shift = np.zeros(len(models))
    if reference == "area":
        known = ~np.isnan(joint.mean)
        # An area in which nobody has a figure has no level of its own.
        shift = np.where(known, joint.mean, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        link = np.where(shares, logit(np.where(shares, levels, 0.5)), np.log(levels)) + shift
        levels = np.where(shares, expit(link), np.exp(link))
    scales = np.array(
        [
            sign * model.indicator.multiplier / float(model.indicator.smallest_difference or np.nan)
            for sign, model in zip(polarity, models, strict=True)
        ]
    )
    return Scaling(levels, scales, shares, shift)


def to_units(effects: FloatArray, scaling: Scaling) -> FloatArray:
    """Effects on the link scale as units of what matters."""
    odds = np.exp(effects - scaling.shift) * np.where(
        scaling.shares, scaling.levels / (1 - np.where(scaling.shares, scaling.levels, 0.5)), scaling.levels
    )
    natural = np.where(scaling.shares, odds / (1 + odds), odds)
    return np.asarray((natural - scaling.levels) * scaling.scales)


def slope_of_units(effects: FloatArray, scaling: Scaling) -> FloatArray:
    """How fast units change with the effect: what turns an error on the link scale into one in units."""
    odds = np.exp(effects - scaling.shift) * np.where(
        scaling.shares, scaling.levels / (1 - np.where(scaling.shares, scaling.levels, 0.5)), scaling.levels
    )
    natural = np.where(scaling.shares, odds / (1 + odds), odds)
    return np.asarray(np.where(scaling.shares, natural * (1 - natural), natural) * scaling.scales)


def populations_by_adjustment(
    models: Sequence[IndicatorModel], ahead: int
) -> Mapping[Adjustment, EffectPopulation]:
    """The distribution of true effects over all organisations, under each adjustment that was fitted."""
    everybody = np.arange(len(models[0].panel.organisations))
    months = [model.months for model in models]
    return {
        adjustment: fit_population(
            measure_effects(models, everybody, months, adjustment, ahead),
            np.array([model.under[adjustment].ahead for model in models]),
        )
        for adjustment in models[0].under
    }
