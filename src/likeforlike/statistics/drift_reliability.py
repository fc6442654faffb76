"""How much of a difference in one window would be seen again in the next, and how many periods that takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from likeforlike.statistics.checks import (
    FloatArray,
    check_complete,
    check_level,
    check_not_negative,
    check_whole_number,
)
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.drift_likelihood import check_components

# Twenty years of months.
LONGEST_WINDOW = 240


def reliability(components: VarianceComponents, sampling_variance: ArrayLike, periods: int) -> FloatArray:
    """The share of a difference seen over `periods` periods that is to be expected again in the next as many.

    (τ² + ω²c)/(τ² + ω²v + s²/T): the correlation of the observed means of two adjoining windows of T periods,
    and the slope of the next window's true mean on this window's observed one. v = T⁻²Σₛₜ ρ^|s−t| and
    c = T⁻²Σₛₜ ρ^(T+t−s). Without drift it is Spearman–Brown's τ²/(τ² + s²/T) (Spearman 1910; Brown 1910);
    as a test–retest correlation it follows Lord & Novick 1968, chapter 3.

    `sampling_variance` is that of one period, of any shape; NaN gives NaN. Raises ValueError for negative
    variances, components out of range or periods below 1. NaN where nothing varies at all.
    """
    check_components(components)
    s2 = check_not_negative("sampling_variance", sampling_variance)
    t = check_whole_number("periods", periods, 1)
    repeated = components.lasting + components.drift * carried_over(components.correlation, t, t).mean()
    total = components.lasting + components.drift * variance_of_mean(components.correlation, t) + s2 / t
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total > 0, repeated / total, np.nan))


def periods_needed(
    components: VarianceComponents, sampling_variance: float, target: float = 0.7
) -> int | None:
    """The least number of periods whose mean has a `reliability` of `target`; None where 240 do not reach it.

    Raises ValueError like `reliability`, for a missing variance, and for a target not strictly between 0 and 1.
    """
    check_level(target, "target")
    check_complete("sampling_variance", sampling_variance)
    for periods in range(1, LONGEST_WINDOW + 1):
        if float(reliability(components, sampling_variance, periods)) >= target:
            return periods
    return None


def carried_over(correlation: float, periods: int, ahead: int) -> FloatArray:
    """Correlation of the drift at each of the last `periods` periods with its mean over the next `ahead`."""
    next_mean = np.mean(correlation ** np.arange(1, ahead + 1))
    return np.asarray(next_mean * correlation ** np.arange(periods - 1, -1, -1))


def variance_of_mean(correlation: float, periods: int) -> float:
    """Variance of the mean of `periods` values of an AR(1) process of variance 1."""
    lags = np.arange(1, periods)
    return float(periods + 2 * ((periods - lags) @ correlation**lags)) / periods**2
