"""A gap to the reference as the sum of what goes with groups of covariates and of the rest."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from likeforlike.statistics.checks import (
    FloatArray,
    IntArray,
    check_complete,
    check_dimensions,
    check_level,
    check_not_negative,
    check_numbers,
)


class GapDecomposition(NamedTuple):
    """Parts of each organisation's gap on the link scale: one column for each group, the last for the rest.

    `parts`, `standard_errors`, `lower` and `upper` have shape (n, groups + 1); the rows of `parts` sum to
    the gap.
    """

    parts: FloatArray
    standard_errors: FloatArray
    lower: FloatArray
    upper: FloatArray


def decompose_gap(
    gap: ArrayLike,
    gap_variance: ArrayLike,
    covariates: ArrayLike,
    reference: ArrayLike,
    coefficients: ArrayLike,
    coefficient_covariance: ArrayLike,
    groups: ArrayLike,
    *,
    level: float = 0.95,
) -> GapDecomposition:
    """Split gapᵢ = Σ_g β_g′(xᵢ − x̄)_g + restᵢ on the link scale, with delta-method intervals.

    `gap` and its sampling variance, shape (n,), are the organisation's distance from the reference on the log
    or logit scale; `covariates` (n, p), their value at the `reference` (p,), the model's `coefficients` (p,)
    and covariance (p, p); `groups` (p,) holds whole numbers 0, 1, … that say to which group each belongs.

    The variance of a group's part is (xᵢ − x̄)_g′V_gg(xᵢ − x̄)_g; that of the rest is the gap's plus
    (xᵢ − x̄)′V(xᵢ − x̄): one organisation has next to no influence on coefficients fitted to all. It is the
    Oaxaca–Blinder decomposition with pooled coefficients (Oaxaca 1973; Jann 2008, eqs 5 and 10). What a part
    shows *goes with* the covariates; it is not caused by them. Where parts point in opposite directions they
    may exceed the gap.

    A gap, variance or covariate that is NaN makes that organisation's row NaN. Raises ValueError for shapes
    that do not fit, negative variances or gaps in the numbering of groups.
    """
    g = check_numbers("gap", gap)
    v = check_not_negative("gap_variance", gap_variance)
    x = check_numbers("covariates", covariates)
    check_dimensions("gap", g, 1)
    check_dimensions("covariates", x, 2)
    n, p = x.shape
    beta, centre = check_complete("coefficients", coefficients), check_complete("reference", reference)
    covariance = check_complete("coefficient_covariance", coefficient_covariance)
    member = _check_groups(groups, p)
    _check_shapes(
        {
            "gap": (g, (n,)),
            "gap_variance": (v, (n,)),
            "coefficients": (beta, (p,)),
            "reference": (centre, (p,)),
        }
    )
    _check_shapes({"coefficient_covariance": (covariance, (p, p))})
    distance = x - centre
    belongs = np.equal.outer(member, np.arange(int(member.max()) + 1)).astype(np.float64)
    parts = (distance * beta) @ belongs
    rest = g - parts.sum(axis=1)
    within = covariance * (belongs @ belongs.T)
    variances = ((distance @ within) * distance) @ belongs
    rest_variance = v + ((distance @ covariance) * distance).sum(axis=1)
    known = ~np.isnan(rest + rest_variance)[:, None]
    every = np.where(known, np.column_stack([parts, rest]), np.nan)
    # Rounding may leave −1e-20 where an organisation is the reference.
    errors = np.sqrt(np.maximum(np.column_stack([variances, rest_variance]), 0.0))
    errors = np.where(known, errors, np.nan)
    z = float(stats.norm.ppf(0.5 + check_level(level) / 2))
    return GapDecomposition(every, errors, every - z * errors, every + z * errors)


def _check_groups(groups: ArrayLike, p: int) -> IntArray:
    member = np.asarray(groups)
    if member.shape != (p,) or member.dtype.kind not in "iu":
        raise ValueError(
            f"groups has shape {member.shape} and type {member.dtype}: it must hold one whole number for"
            f" each of {p} covariates"
        )
    if p == 0:
        raise ValueError("covariates has no column: at least one is needed to divide the gap by")
    if not np.array_equal(np.unique(member), np.arange(int(member.max()) + 1)):
        raise ValueError(
            f"groups holds {np.unique(member).tolist()}: number the groups 0, 1, … without a gap"
        )
    return member.astype(np.int64)


def _check_shapes(arrays: dict[str, tuple[FloatArray, tuple[int, ...]]]) -> None:
    for name, (array, shape) in arrays.items():
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape}: it must be {shape} to fit covariates")
