"""How much units truly differ: the variance between them, τ², estimated from all of them.

Each unit i has an estimate yᵢ with a known sampling variance vᵢ; the truths are taken to spread around μ with
variance τ². Units whose estimate is missing take no part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from likeforlike.statistics.checks import (
    FloatArray,
    check_dimensions,
    check_enough_units,
    check_numbers,
    check_positive,
    check_same_shape,
)

FEWEST_UNITS = 3


class BetweenVariance(NamedTuple):
    """τ², the mean μ of the truths with its standard error, and Cochran's Q at τ² = 0."""

    tau2: float
    mean: float
    mean_standard_error: float
    heterogeneity: float


def dersimonian_laird(estimates: ArrayLike, variances: ArrayLike) -> BetweenVariance:
    """τ² by the moments of Cochran's Q (DerSimonian & Laird 1986).

    max(0, (Q − (n − 1)) / (Σw − Σw²/Σw)) with w = 1/v and Q = Σw(y − ȳ_w)².

    Args:
        estimates: (units,), NaN where missing.
        variances: (units,), their sampling variances.

    Raises:
        ValueError: infinite estimates, variances not above 0, other shapes, fewer than three units.
    """
    y, v = _known(estimates, variances)
    w = 1 / v
    excess = _heterogeneity(y, v, 0.0) - (y.size - 1)
    return _summary(y, v, max(0.0, float(excess / (w.sum() - (w**2).sum() / w.sum()))))


def paule_mandel(estimates: ArrayLike, variances: ArrayLike) -> BetweenVariance:
    """The τ² at which Q with weights 1/(v + τ²) equals its expectation n − 1 (Paule & Mandel 1982).

    Args:
        estimates: (units,), NaN where missing.
        variances: (units,), their sampling variances.

    Raises:
        ValueError: as `dersimonian_laird`.
    """
    y, v = _known(estimates, variances)
    return _summary(y, v, _root(lambda tau2: _heterogeneity(y, v, tau2) - (y.size - 1), y))


def restricted_maximum_likelihood(estimates: ArrayLike, variances: ArrayLike) -> BetweenVariance:
    """τ² by restricted maximum likelihood (Viechtbauer 2005).

    The root of the restricted score Σw²(y − ȳ_w)² − Σw + Σw²/Σw with w = 1/(v + τ²); 0 if the likelihood is
    highest there.

    Args:
        estimates: (units,), NaN where missing.
        variances: (units,), their sampling variances.

    Raises:
        ValueError: as `dersimonian_laird`.
    """
    y, v = _known(estimates, variances)

    def score(tau2: float) -> float:
        w = 1 / (v + tau2)
        deviation = y - (w @ y) / w.sum()
        return float((w**2 @ deviation**2) - w.sum() + (w @ w) / w.sum())

    def minus_likelihood(tau2: float) -> float:
        w = 1 / (v + tau2)
        deviation = y - (w @ y) / w.sum()
        return float((w @ deviation**2) - np.log(w).sum() + np.log(w.sum()))

    # The score may have several roots; each sign change on a fine grid is tried, and the border.
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 1.0, 200) * max(4 * float(np.var(y)), 1e-12)])
    scores = np.array([score(tau2) for tau2 in grid])
    falls = np.flatnonzero((scores[:-1] > 0) & (scores[1:] <= 0))
    tops = [0.0, *(_bracketed(score, grid[i], grid[i + 1]) for i in falls)]
    return _summary(y, v, min(tops, key=minus_likelihood))


def _known(estimates: ArrayLike, variances: ArrayLike) -> tuple[FloatArray, FloatArray]:
    y, v = check_numbers("estimates", estimates), check_positive("variances", variances)
    check_dimensions("estimates", y, 1)
    check_same_shape(estimates=y, variances=v)
    present = ~(np.isnan(y) | np.isnan(v))
    check_enough_units("estimates", int(present.sum()), FEWEST_UNITS)
    return y[present], v[present]


def _heterogeneity(y: FloatArray, v: FloatArray, tau2: float) -> float:
    w = 1 / (v + tau2)
    return float(w @ (y - (w @ y) / w.sum()) ** 2)


def _root(falling: Callable[[float], float], y: FloatArray) -> float:
    """Where a falling function of τ² crosses 0; 0 if it starts below."""
    if falling(0.0) <= 0:
        return 0.0
    # Q ≤ Σ(y − ȳ)²/τ², so it is below n − 1 from the plain variance of the estimates on.
    return _bracketed(falling, 0.0, 2 * float(np.var(y, ddof=1)))


def _bracketed(function: Callable[[float], float], low: float, high: float) -> float:
    return float(optimize.brentq(function, low, high, xtol=1e-15, rtol=1e-13))


def _summary(y: FloatArray, v: FloatArray, tau2: float) -> BetweenVariance:
    w = 1 / (v + tau2)
    return BetweenVariance(
        tau2=tau2,
        mean=float((w @ y) / w.sum()),
        mean_standard_error=float(w.sum() ** -0.5),
        heterogeneity=_heterogeneity(y, v, 0.0),
    )
