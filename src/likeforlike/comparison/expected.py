"""What the population would lead one to expect: one regression over all organisations, published with its fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from likeforlike.comparison.folds import predict_unseen
from likeforlike.comparison.panel import FloatArray, Panel, is_share
from likeforlike.errors import NoModelError

if TYPE_CHECKING:
    from glum import GeneralizedLinearRegressor

FOLDS = 10
GROUPS_OF_CALIBRATION = 10
# Fewer organisations for each covariate would fit noise (Harrell, Lee & Mark 1996 ask for ten to twenty).
LEAST_ORGANISATIONS_PER_COVARIATE = 10


@dataclass(frozen=True)
class Covariates:
    """What describes the population of each organisation: organisations × covariates, NaN where unknown."""

    names: tuple[str, ...]
    values: FloatArray


@dataclass(frozen=True)
class Coefficient:
    """One coefficient on the link scale, for a covariate that is one standard deviation above the mean."""

    covariate: str
    mean: float
    """Of the covariate over the organisations of the fit."""
    spread: float
    """The covariate's standard deviation over them."""
    estimate: float
    standard_error: float
    """Clustered by organisation."""


@dataclass(frozen=True)
class CalibrationGroup:
    """Organisations in order of what was expected of them, a tenth at a time: what was seen beside it."""

    organisations: int
    expected: float
    observed: float


@dataclass(frozen=True)
class ExpectedFit:
    """A fitted model, its quality in folds of whole areas, and the expected counts."""

    family: str
    coefficients: tuple[Coefficient, ...]
    covariance: FloatArray
    """Of the coefficients, clustered by organisation: (covariates, covariates)."""
    dispersion: float
    """Pearson's χ² by degree of freedom: 1 where counts vary by chance alone."""
    deviance_explained: float
    """Of the deviance that months alone leave, out of fold."""
    calibration_slope: float
    """Of the linear predictor, out of fold, less each month's mean: 1 where neither too bold nor too timid."""
    calibration: tuple[CalibrationGroup, ...]
    organisations: int
    expected: FloatArray
    """Expected counts, organisations × months, for every organisation whose population is known."""
    linear: FloatArray
    """What the population adds on the link scale, organisations: 0 for the mean population."""


def fit_expected(panel: Panel, covariates: Covariates, areas: Sequence[str]) -> ExpectedFit:
    """Fit a quasi-Poisson (rates) or quasi-binomial (shares) regression on the population alone.

    Months enter as fixed effects; the covariates are standardised. Standard errors are clustered by organisation
    (Liang & Zeger 1986). `areas` says to which area each organisation belongs: the folds of the cross-validation
    are whole areas, so that neighbours do not vouch for each other.

    Raises:
        NoModelError: too few organisations have figures and a known population.
    """
    known = np.asarray(~np.isnan(covariates.values).any(axis=1))
    seen = ~np.isnan(panel.numerator) & (panel.denominator > 0) & known[:, None]
    fitted: NDArray[np.bool_] = np.asarray(seen.any(axis=1))
    least = LEAST_ORGANISATIONS_PER_COVARIATE * len(covariates.names)
    if fitted.sum() < least:
        raise NoModelError(
            f"{panel.indicator.id}: {int(fitted.sum())} organisations have figures and a known population, its "
            f"expected model of {len(covariates.names)} covariates needs {least}.",
            next_step="Add the files of more areas, or those that say what the populations are.",
        )
    mean = covariates.values[fitted].mean(axis=0)
    spread = covariates.values[fitted].std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    scaled = (covariates.values - mean) / spread
    rows = _Rows.of(panel, scaled, seen)
    model = rows.fit()
    months = len(rows.months)
    # Numbered without gaps: those without figures are not among the rows.
    clusters = np.unique(rows.organisation, return_inverse=True)[1]
    slopes = np.asarray(model.coef_[months:], dtype=float)
    covariance = np.asarray(
        model.covariance_matrix(
            X=rows.design, y=rows.share, sample_weight=rows.weight, clusters=clusters, robust=True
        )
    )[months:, months:]
    level = np.full(len(panel.months), np.nan)
    level[rows.months] = model.coef_[:months]
    linear = scaled @ slopes
    expected = _inverse(panel, level[None, :] + linear[:, None]) * panel.denominator
    out_of_fold, by_months_alone = _cross_validate(
        rows, np.nan_to_num(scaled), _folds(areas), np.asarray(model.coef_)
    )
    groups = _calibrate(rows, out_of_fold)
    return ExpectedFit(
        family="quasi-binomial, logit link" if is_share(panel.indicator) else "quasi-Poisson, log link",
        coefficients=tuple(
            Coefficient(
                name, float(mean[k]), float(spread[k]), float(slopes[k]), float(np.sqrt(covariance[k, k]))
            )
            for k, name in enumerate(covariates.names)
        ),
        covariance=covariance,
        dispersion=_dispersion(rows, model),
        deviance_explained=1 - _deviance(rows, out_of_fold) / _deviance(rows, by_months_alone),
        calibration_slope=_calibration_slope(rows, out_of_fold),
        calibration=groups,
        organisations=int(fitted.sum()),
        expected=expected,
        linear=linear,
    )


@dataclass(frozen=True)
class _Rows:
    """The figures as one row each: month and population, the share or rate, and its weight."""

    design: Any
    months: NDArray[np.int64]
    """Places of the months that have figures."""
    month: NDArray[np.int64]
    organisation: NDArray[np.int64]
    share: FloatArray
    weight: FloatArray
    binomial: bool

    @staticmethod
    def of(panel: Panel, scaled: FloatArray, seen: NDArray[np.bool_]) -> _Rows:
        import tabmat

        organisation, place = np.nonzero(seen)
        months, month = np.unique(place, return_inverse=True)
        design = tabmat.SplitMatrix(
            [tabmat.CategoricalMatrix(month), tabmat.DenseMatrix(np.ascontiguousarray(scaled[organisation]))]
        )
        weight = panel.denominator[seen]
        return _Rows(
            design,
            months,
            month,
            organisation,
            panel.numerator[seen] / weight,
            weight,
            is_share(panel.indicator),
        )

    def fit(self) -> GeneralizedLinearRegressor:
        from glum import GeneralizedLinearRegressor

        model = GeneralizedLinearRegressor(
            family="binomial" if self.binomial else "poisson",
            link="logit" if self.binomial else "log",
            alpha=0,
            fit_intercept=False,
            gradient_tol=1e-8,
        )
        model.fit(self.design, self.share, sample_weight=self.weight)
        return model


def _inverse(panel: Panel, linear: FloatArray) -> FloatArray:
    return 1 / (1 + np.exp(-linear)) if is_share(panel.indicator) else np.exp(linear)


def _folds(areas: Sequence[str]) -> NDArray[np.int64]:
    """The fold of each organisation: whole areas, dealt out in the order of their codes."""
    _, area = np.unique(np.asarray(areas), return_inverse=True)
    return np.asarray(area % FOLDS)


def _cross_validate(
    rows: _Rows, scaled: FloatArray, folds: NDArray[np.int64], coefficients: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Predicted shares of every row by a model that has not seen its area, and by the months alone."""
    share, weight = np.zeros((2, scaled.shape[0], len(rows.months)))
    place = (rows.organisation, rows.month)
    share[place], weight[place] = rows.share, rows.weight
    predicted = predict_unseen(share, weight, scaled, folds, coefficients, binomial=rows.binomial)
    by_month = np.empty_like(share)
    for one in np.unique(folds):
        others, left_out = weight[folds != one], folds == one
        total = others.sum(axis=0)
        seen = (others * share[folds != one]).sum(axis=0)
        by_month[left_out] = seen / np.where(total > 0, total, np.nan)
    return predicted[place], by_month[place]


def _deviance(rows: _Rows, mean: FloatArray) -> float:
    from scipy.special import xlogy

    y, w = rows.share, rows.weight
    if rows.binomial:
        return float(2 * (w * (xlogy(y, y / mean) + xlogy(1 - y, (1 - y) / (1 - mean)))).sum())
    return float(2 * (w * (xlogy(y, y / mean) - (y - mean))).sum())


def _dispersion(rows: _Rows, model: GeneralizedLinearRegressor) -> float:
    mean = model.predict(rows.design)
    variance = mean * (1 - mean) if rows.binomial else mean
    return float(
        (rows.weight * (rows.share - mean) ** 2 / variance).sum() / (rows.share.size - model.coef_.size)
    )


def _calibration_slope(rows: _Rows, predicted: FloatArray) -> float:
    """Slope of the observed on the predicted link, organisations' means about each month's, weighted."""
    link = np.log(predicted / (1 - predicted)) if rows.binomial else np.log(predicted)
    seen = rows.share - predicted
    slope_of_mean = predicted * (1 - predicted) if rows.binomial else predicted
    centre = np.bincount(rows.month, rows.weight * link) / np.bincount(rows.month, rows.weight)
    x = link - centre[rows.month]
    # One step of Fisher scoring from slope 1 with the months held: exact to second order, and cheap.
    information = float((rows.weight * slope_of_mean * x**2).sum())
    return 1 + float((rows.weight * seen * x).sum()) / information


def _calibrate(rows: _Rows, predicted: FloatArray) -> tuple[CalibrationGroup, ...]:
    count = int(rows.organisation.max()) + 1
    weight = np.bincount(rows.organisation, rows.weight, count)
    expected = np.bincount(rows.organisation, rows.weight * predicted, count)
    observed = np.bincount(rows.organisation, rows.weight * rows.share, count)
    there = np.flatnonzero(weight > 0)
    order = there[np.argsort(expected[there] / weight[there], kind="stable")]
    return tuple(
        CalibrationGroup(
            organisations=part.size,
            expected=float(expected[part].sum() / weight[part].sum()),
            observed=float(observed[part].sum() / weight[part].sum()),
        )
        for part in np.array_split(order, GROUPS_OF_CALIBRATION)
        if part.size
    )
