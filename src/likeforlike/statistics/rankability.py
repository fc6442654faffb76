"""What part of the differences between organisations is more than chance: may they be ranked at all?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from likeforlike.statistics.checks import (
    check_complete,
    check_dimensions,
    check_enough_units,
    check_not_negative,
    check_positive,
)


def rankability(tau_squared: float, sampling_variances: ArrayLike) -> float:
    """ρ = τ²/(τ² + median(s²)): 0 where all differences are chance, 1 where none is.

    Lingsma and colleagues read ρ below 0.5 as low (do not rank), 0.5 to 0.7 as moderate, above as high.
    Rankability is about seeing the differences of *this* period; whether they would be seen again in the
    next one is reliability, which drift within organisations lowers further.

    Args:
        tau_squared: variance of the true values between organisations, not negative.
        sampling_variances: shape (n,), the squared standard error of each organisation's estimate, on the
            scale of τ².

    Raises:
        ValueError: τ² is missing or negative, a sampling variance is missing or not positive, n is 0.

    Source: Lingsma, Steyerberg, Eijkemans, Dippel, Scholte op Reimer & van Houwelingen 2010, QJM 103:99–108;
    van Houwelingen, Brand & Louis 1999 (empirical Bayes methods for monitoring health care quality).
    R: `tau2 / (tau2 + median(se^2))`.
    """
    between = check_not_negative("tau_squared", check_complete("tau_squared", tau_squared))
    check_dimensions("tau_squared", between, 0)
    within = check_positive("sampling_variances", check_complete("sampling_variances", sampling_variances))
    check_dimensions("sampling_variances", within, 1)
    check_enough_units("sampling_variances", within.size, 1)
    return float(between / (between + np.median(within)))
