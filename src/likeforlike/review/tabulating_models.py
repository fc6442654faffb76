"""What is published of the models of a review: coefficients, fit, calibration, and what each indicator is worth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from likeforlike.comparison.panel import FloatArray, is_share
from likeforlike.comparison.worth import correlate_indicators, indicator_worth
from likeforlike.review.assessing import measure_effects
from likeforlike.review.gates import share_gated
from likeforlike.review.models import DEPRIVATION, Adjustment, Fitted, IndicatorModel, adjustments
from likeforlike.review.run import Review
from likeforlike.review.tables import Row
from likeforlike.statistics.joint_draws import EffectPopulation

Rows = list[Row]
FIFTHS = 5


def tabulate_indicators(review: Review) -> Rows:
    """One row for each indicator of the plan: what it weighs, what it is compared with, what it is worth."""
    gated = share_gated(review.passed)
    rows: Rows = []
    for column, model in enumerate(review.models):
        indicator, planned = model.indicator, model.planned
        fitted = model.under[adjustments(review.plan)[0]]
        yardstick, parts = fitted.yardstick, fitted.yardstick.components
        worth = indicator_worth(model.panel, fitted.expected, yardstick, model.months)
        months = model.panel.months[model.months]
        rows.append(
            {
                "indicator": indicator.id,
                "title": indicator.title,
                "question": indicator.question,
                "does_not_tell": indicator.does_not_tell,
                "caveats": "\n".join(indicator.caveats),
                "share": is_share(indicator),
                "unit": indicator.unit,
                "purpose": indicator.purpose.value,
                "weight": review.weights[column],
                "better": "higher" if review.scaling.scales[column] > 0 else "lower",
                "reason": planned.reason,
                "smallest_difference": indicator.smallest_difference,
                "reference_value": review.scaling.levels[column] * indicator.multiplier,
                "first_month": months[0],
                "last_month": months[-1],
                "months": len(months),
                "known_breaks": ",".join(model.breaks) or None,
                "lasting_variance": parts.lasting,
                "drift_variance": parts.drift,
                "drift_correlation": parts.correlation,
                "unevenness": parts.unevenness,
                "lasting_error": yardstick.standard_errors[0],
                "drift_error": yardstick.standard_errors[1],
                "correlation_error": yardstick.standard_errors[2],
                "borrowed": worth.borrowed,
                "reliability": worth.reliability,
                "rankability": worth.rankability,
                "months_for_0_7": worth.months_needed,
                "share_gated": gated[column],
            }
        )
    return rows


def tabulate_correlations(review: Review, population: EffectPopulation) -> Rows:
    """Between the indicators' effects over all organisations, as observed and without chance and drift."""
    everybody = np.arange(len(review.evidence.organisations))
    months = [model.months for model in review.models]
    measured = measure_effects(
        review.models, everybody, months, adjustments(review.plan)[0], review.plan.window.months
    )
    found = correlate_indicators(measured.estimate, population)
    names = [model.indicator.id for model in review.models]
    return [
        {
            "indicator": one,
            "other": other,
            "observed": found.observed[j, k],
            "true": found.true[j, k],
            "organisations": int(found.organisations[j, k]),
        }
        for j, one in enumerate(names)
        for k, other in enumerate(names)
        if j < k
    ]


def tabulate_model(review: Review) -> tuple[Rows, Rows, Rows]:
    """Coefficients, fit and calibration of every expected model."""
    coefficients: Rows = []
    fits: Rows = []
    calibration: Rows = []
    for model, adjustment, fitted in _fitted(review):
        if fitted.fit is None:
            continue
        named = {"indicator": model.indicator.id, "adjustment": adjustment.value}
        fit = fitted.fit
        coefficients += [
            named
            | {
                "family": fit.family,
                "covariate": one.covariate,
                "mean": one.mean,
                "spread": one.spread,
                "estimate": one.estimate,
                "standard_error": one.standard_error,
            }
            for one in fit.coefficients
        ]
        fits.append(
            named
            | {
                "organisations": fit.organisations,
                "dispersion": fit.dispersion,
                "deviance_explained": fit.deviance_explained,
                "calibration_slope": fit.calibration_slope,
            }
        )
        multiplier = model.indicator.multiplier
        calibration += [
            named
            | {
                "by": "expected",
                "group": number,
                "organisations": group.organisations,
                "expected": group.expected * multiplier,
                "observed": group.observed * multiplier,
            }
            for number, group in enumerate(fit.calibration, start=1)
        ]
        calibration += [named | row for row in _by_deprivation(review, model, fitted)]
    return coefficients, fits, calibration


def _fitted(review: Review) -> Iterator[tuple[IndicatorModel, Adjustment, Fitted]]:
    for model in review.models:
        for adjustment, fitted in model.under.items():
            yield model, adjustment, fitted


def _by_deprivation(review: Review, model: IndicatorModel, fitted: Fitted) -> Rows:
    """Seen beside expected by fifths of deprivation, all months together: what is left of it in the residuals."""
    covariates = review.evidence.populations[review.models.index(model)]
    if DEPRIVATION not in covariates.names:
        return []
    score = covariates.values[:, covariates.names.index(DEPRIVATION)]
    panel = model.panel
    seen = ~np.isnan(panel.numerator) & ~np.isnan(fitted.expected)
    some = np.flatnonzero(seen.any(axis=1) & ~np.isnan(score))
    rows: Rows = []
    for number, group in enumerate(_fifths(score, some), start=1):
        its = seen[group]
        per = np.where(its, panel.denominator[group], 0.0).sum() / panel.indicator.multiplier
        rows.append(
            {
                "by": "deprivation",
                "group": number,
                "organisations": int(group.size),
                "expected": float(np.where(its, fitted.expected[group], 0.0).sum() / per),
                "observed": float(np.where(its, panel.numerator[group], 0.0).sum() / per),
            }
        )
    return rows


def _fifths(score: FloatArray, some: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    order = some[np.argsort(score[some], kind="stable")]
    return [part for part in np.array_split(order, FIFTHS) if part.size]
