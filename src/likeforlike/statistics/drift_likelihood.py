"""The exact Gaussian likelihood of lasting differences and drift, at the best period means."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from likeforlike.statistics.checks import (
    FloatArray,
    check_dimensions,
    check_numbers,
    check_positive,
    check_same_shape,
)
from likeforlike.statistics.drift_covariance import DriftCovariance, VarianceComponents


class Profile(NamedTuple):
    """Likelihood at given components and the period means that are best there.

    `slope` holds the derivatives of `log_likelihood` by τ², ω² and ρ; `restriction` is what REML adds to it.
    `period_means` are NaN and their `covariance` 0 where a period has no data at all.
    """

    log_likelihood: float
    slope: FloatArray
    restriction: float
    period_means: FloatArray
    covariance: FloatArray
    residuals: FloatArray


def check_panel(values: ArrayLike, sampling_variances: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Values (0 where missing) and precisions (0 where missing), both (T, n), periods first."""
    y = check_numbers("values", values)
    s2 = check_positive("sampling_variances", sampling_variances)
    check_same_shape(values=y, sampling_variances=s2)
    check_dimensions("values", y, 2)
    missing = np.isnan(y) | np.isnan(s2)
    precision = np.where(missing, 0.0, 1 / np.where(missing, 1.0, s2))
    return np.ascontiguousarray(np.where(missing, 0.0, y).T), np.ascontiguousarray(precision.T)


def check_components(components: VarianceComponents) -> None:
    """Refuse components that no fit could return."""
    for name, value in zip(("lasting", "drift", "unevenness"), np.array(components)[[0, 1, 3]], strict=True):
        if not 0 <= value < np.inf:
            raise ValueError(f"components.{name} is {value:g}: it must be finite and not negative")
    if not -1 < components.correlation < 1:
        raise ValueError(
            f"components.correlation is {components.correlation:g}: it must lie strictly between -1 and 1"
        )


def profile(y: FloatArray, precision: FloatArray, components: VarianceComponents) -> Profile:
    """The likelihood of values and precisions as `check_panel` returns them."""
    covariance = DriftCovariance(precision, components)
    covered = (precision > 0).any(axis=1)
    inverses = covariance.sum_inverse()
    factor = linalg.cholesky(inverses[np.ix_(covered, covered)], lower=True)
    half = linalg.solve_triangular(factor, np.eye(factor.shape[0]), lower=True)
    spread = np.zeros_like(inverses)
    spread[np.ix_(covered, covered)] = half.T @ half
    means = spread @ covariance.solve(y).sum(axis=1)
    residuals = np.where(precision > 0, y - means[:, None], 0.0)
    weighted = covariance.solve(residuals)
    squares = float((residuals * weighted).sum())
    size = int((precision > 0).sum())
    value = -0.5 * (float(covariance.log_determinant.sum()) + squares + size * np.log(2 * np.pi))
    lags = np.abs(np.subtract.outer(np.arange(covered.size), np.arange(covered.size)))
    rho = components.correlation
    # ½Σᵢ tr[(αα′ − V⁻¹)·∂V], α = V⁻¹r: the derivative of V is the same for all organisations.
    core = 0.5 * (weighted @ weighted.T - inverses)
    by_correlation = components.drift * lags * rho ** np.maximum(lags - 1, 0)
    return Profile(
        log_likelihood=float(value),
        slope=np.array([core.sum(), (core * rho**lags).sum(), (core * by_correlation).sum()]),
        restriction=_restriction(factor),
        period_means=np.where(covered, means, np.nan),
        covariance=spread,
        residuals=residuals,
    )


def restriction(precision: FloatArray, components: VarianceComponents) -> float:
    """What REML adds to the log-likelihood: −½ log|Σᵢ Xᵢ′Vᵢ⁻¹Xᵢ| + ½T log 2π."""
    covered = (precision > 0).any(axis=1)
    inverses = DriftCovariance(precision, components).sum_inverse()
    return _restriction(linalg.cholesky(inverses[np.ix_(covered, covered)], lower=True))


def _restriction(factor: FloatArray) -> float:
    return float(-np.log(np.diag(factor)).sum() + 0.5 * factor.shape[0] * np.log(2 * np.pi))
