"""The mean of a set of measurements with Student's interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from likeforlike.statistics.checks import (
    FloatArray,
    check_broadcast,
    check_level,
    check_not_negative,
    check_numbers,
)


class Mean(NamedTuple):
    """A mean with its interval, each of the units' shape."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray


def mean_interval(values: ArrayLike, level: float = 0.95) -> Mean:
    """Mean along the last axis with Student's t interval on n − 1 degrees of freedom (Student 1908).

    Args:
        values: (…, n) measurements.
        level: two-sided coverage, between 0 and 1.

    Returns:
        Everything is NaN where a measurement is missing: whether the others may stand for it is not a
        question of arithmetic. The bounds are NaN where there are fewer than two measurements.

    Raises:
        ValueError: infinite values, no axis or an empty one, level outside (0, 1).
    """
    measurements = check_numbers("values", values)
    if measurements.ndim == 0 or measurements.shape[-1] == 0:
        raise ValueError(f"values has shape {measurements.shape}: its last axis must hold measurements")
    count = measurements.shape[-1]
    mean = measurements.mean(axis=-1)
    # One measurement has no spread, which is not the same as a spread of 0.
    deviation = measurements.std(axis=-1, ddof=1) if count > 1 else np.full_like(mean, np.nan)
    return mean_interval_from_summary(mean, deviation, count, level)


def mean_interval_from_summary(
    mean: ArrayLike, standard_deviation: ArrayLike, count: ArrayLike, level: float = 0.95
) -> Mean:
    """Student's t interval from what is often all that is published: mean ± t · s/√n.

    Args:
        mean: x̄.
        standard_deviation: s, with n − 1 in the denominator.
        count: n, the number of measurements; the bounds are NaN below 2.
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: negative or infinite input, shapes that do not broadcast, level outside (0, 1).
    """
    level = check_level(level)
    centre = check_numbers("mean", mean)
    deviation = check_not_negative("standard_deviation", standard_deviation)
    n = check_not_negative("count", count)
    shape = check_broadcast(mean=centre, standard_deviation=deviation, count=n)
    enough = np.where(n >= 2, n, np.nan)
    half = special.stdtrit(enough - 1, 0.5 + level / 2) * deviation / np.sqrt(enough)
    return Mean(np.broadcast_to(centre, shape)[()], centre - half, centre + half)
