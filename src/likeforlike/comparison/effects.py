"""What to expect of each organisation over the next window, on one indicator: lasting, drift and chance apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from likeforlike.comparison.panel import FloatArray, Panel, is_share, link_values
from likeforlike.statistics.drift import LEAST_PERIODS, fit_drift, predict_next_window
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.drift_reliability import reliability, variance_of_mean


@dataclass(frozen=True)
class Yardstick:
    """What all organisations together say of an indicator: fitted once, used for every area and window."""

    components: VarianceComponents
    standard_errors: FloatArray
    """Of τ², ω², ρ; NaN where borrowed or on a bound."""
    period_means: FloatArray
    """Of the distance from expected on the link scale, by month of the panel."""
    level: float
    """The share or rate of the typical organisation over the panel's last twelve months, where the distance is 0:
    what 'England' means. It is the mean on the link scale, so that half are above and half below; a pooled rate
    may lie far from it."""
    borrowed: bool


@dataclass(frozen=True)
class Effects:
    """The next window's distance from what is expected, on the link scale: (organisations,), NaN without figures."""

    mean: FloatArray
    variance: FloatArray
    estimate: FloatArray
    """Before shrinkage: what the organisation's own figures say, the months weighed as the prediction weighs them."""
    error: FloatArray
    """The variance of that about the next window: a prior N(0, `prior_variance`) and it together give `mean`."""
    excess: FloatArray
    """What `variance` has beyond that prior and error: of organisations that drift more than most."""
    months: FloatArray
    """Months with a figure in the window."""
    reliability: FloatArray
    """Share of a difference in the window that would be seen again in the next."""


MONTHS_OF_LEVEL = 12
# A gain of nothing would leave no error to speak of, and one of all no room for any.
_LEAST_GAIN = 1e-6


def pooled_expected(panel: Panel) -> FloatArray:
    """What would be expected if everybody were alike: the month's pooled share or rate × the denominator."""
    seen = ~np.isnan(panel.numerator) & ~np.isnan(panel.denominator)
    numerator = np.where(seen, panel.numerator, 0.0).sum(axis=0)
    denominator = np.where(seen, panel.denominator, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(numerator / np.where(denominator > 0, denominator, np.nan) * panel.denominator)


def fit_yardstick(
    panel: Panel, expected: FloatArray, borrowed: VarianceComponents | None = None
) -> Yardstick:
    """Fit lasting variance, drift and month effects over all organisations and every month there is.

    `borrowed` components (of the related indicator that the definition names) are used where there are fewer than
    four months: lasting differences and drift cannot be told apart then.

    Raises:
        ValueError: fewer than four months and nothing to borrow.
    """
    values, variances = link_values(panel, expected)
    covered = int((~np.isnan(values)).any(axis=0).sum())
    if covered >= LEAST_PERIODS:
        fit = fit_drift(values, variances, uneven=True)
        means, components, errors = fit.period_means, fit.components, fit.standard_errors
    elif borrowed is not None:
        means, components = _plain_means(values, variances, borrowed), borrowed
        errors = np.full(3, np.nan)
    else:
        raise ValueError(f"{panel.indicator.id} has {covered} month(s): nothing to fit, and nothing borrowed")
    return Yardstick(components, errors, means, _typical(panel, expected, means), covered < LEAST_PERIODS)


def _typical(panel: Panel, expected: FloatArray, means: FloatArray) -> float:
    """The share or rate at distance 0: the mean expected link, moved by the mean distance of the recent months."""
    recent = slice(-MONTHS_OF_LEVEL, None)
    share = is_share(panel.indicator)
    seen = ~np.isnan(panel.numerator[:, recent]) & (panel.denominator[:, recent] > 0)
    rate = expected[:, recent][seen] / panel.denominator[:, recent][seen]
    link = float(np.nanmean(logit(rate) if share else np.log(rate)) + np.nanmean(means[recent]))
    return float(expit(link) if share else np.exp(link))


def _plain_means(values: FloatArray, variances: FloatArray, components: VarianceComponents) -> FloatArray:
    """Month means, each organisation weighed by all its variance: what little can be fitted to few months."""
    weight = 1 / (components.lasting + components.drift + variances)
    some = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(
            np.where(some, weight * np.where(some, values, 0.0), 0.0).sum(axis=0)
            / np.where(some, weight, 0.0).sum(axis=0)
        )


def predict_effects(
    panel: Panel, expected: FloatArray, yardstick: Yardstick, months: slice, ahead: int
) -> Effects:
    """Predict the mean of the `ahead` months after the window, from the window's own months.

    `months` are the window's places among the panel's months. Organisations without any figure there get NaN.
    """
    values, variances = (array[:, months] for array in link_values(panel, expected))
    seen = (~np.isnan(values)).sum(axis=1)
    n = len(panel.organisations)
    mean, variance, gain = (np.full(n, np.nan) for _ in range(3))
    if seen.any():
        some = np.flatnonzero(seen > 0)
        predicted = predict_next_window(
            values[some],
            variances[some],
            yardstick.components,
            window=ahead,
            period_means=yardstick.period_means[months],
        )
        mean[some], variance[some], gain[some] = predicted.mean, predicted.variance, predicted.gain
    prior = prior_variance(yardstick.components, ahead)
    # An even prior alone would leave the share `gain` of a difference; with it goes this error.
    gain = np.where(prior > 0, np.clip(gain, _LEAST_GAIN, 1 - _LEAST_GAIN), np.nan)
    error = prior * (1 - gain) / gain
    with np.errstate(invalid="ignore", divide="ignore"):
        typical = np.nansum(variances, axis=1) / np.where(seen > 0, seen, 1)
        repeated = np.full(n, np.nan)
        for count in np.unique(seen[seen > 0]):
            its = seen == count
            repeated[its] = reliability(yardstick.components, typical[its], int(count))
    return Effects(
        mean,
        variance,
        mean / gain,
        error,
        np.maximum(variance - prior * (1 - gain), 0.0),
        seen.astype(float),
        repeated,
    )


def prior_variance(components: VarianceComponents, ahead: int) -> float:
    """How much organisations differ over a window: τ² and the drift's mean."""
    return components.lasting + components.drift * variance_of_mean(components.correlation, ahead)
