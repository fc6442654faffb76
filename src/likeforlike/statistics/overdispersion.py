"""Funnels where units differ by more than chance: φ, τ² and the limits that include them.

A figure is brought to a scale on which its sampling error is normal with a known standard error s
(`log_ratio_scores`, `root_ratio_scores`, `arcsine_proportion_scores`). From the z-scores come the factor φ
and the variance between units τ²; extreme z-scores are trimmed or winsorised first, so that the units a
funnel is to find do not widen it. What that does to τ² can be large: for the SHMI of April 2014 it is 0.0027
after trimming a tenth at each end, and 0.0081 (DerSimonian–Laird) or 0.0089 (REML) on all 141 trusts
(`variance_components`). Trimming assumes that the trimmed are the exceptions; if units simply differ, the
trimmed τ² is too small and the limits are too tight.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from likeforlike.statistics.checks import (
    FloatArray,
    check_broadcast,
    check_dimensions,
    check_enough_units,
    check_events_within_trials,
    check_level,
    check_not_negative,
    check_same_shape,
)
from likeforlike.statistics.funnels import compare_with_limits
from likeforlike.statistics.intervals import Interval

FEWEST_UNITS = 3
SHARE_AT_EACH_END = 0.1


class Scale(StrEnum):
    """The scale on which a figure's sampling error is taken to be normal."""

    LOG_RATIO = "log_ratio"
    ROOT_RATIO = "root_ratio"
    ARCSINE_PROPORTION = "arcsine_proportion"


class Scores(NamedTuple):
    """Estimates on their scale, standard errors s, the target there, and z = (estimate − target) / s."""

    scale: Scale
    estimate: FloatArray
    standard_error: FloatArray
    target: float
    z: FloatArray


class Overdispersion(NamedTuple):
    """φ = mean z², τ² on the scale of the scores, and the number of units they come from."""

    phi: float
    tau2: float
    units: int


class OverdispersedFunnel(NamedTuple):
    """What a recipe finds: each unit's figure, its limits, where it lies (−1, 0, 1), φ and τ²."""

    value: FloatArray
    limits: Interval
    position: FloatArray
    overdispersion: Overdispersion


def log_ratio_scores(observed: ArrayLike, expected: ArrayLike) -> Scores:
    """ln(O/E) with s = 1/√E around 0 (the SHMI's scale; Spiegelhalter 2005).

    No observed events give −∞: such a unit can be trimmed but not averaged.

    Args:
        observed, expected: (units,); NaN where missing or nothing is expected.

    Raises:
        ValueError: negative or infinite input, other shapes.
    """
    events, size = _counts("observed", observed, "expected", expected)
    with np.errstate(divide="ignore"):
        estimate = np.log(events / size)
    return _scores(Scale.LOG_RATIO, estimate, size**-0.5, 0.0)


def root_ratio_scores(observed: ArrayLike, expected: ArrayLike) -> Scores:
    """√(O/E) with s = 1/(2√E) around 1 (the CQC's scale; Spiegelhalter et al. 2012).

    Args:
        observed, expected: (units,); NaN where missing or nothing is expected.

    Raises:
        ValueError: negative or infinite input, other shapes.
    """
    events, size = _counts("observed", observed, "expected", expected)
    return _scores(Scale.ROOT_RATIO, np.sqrt(events / size), 0.5 * size**-0.5, 1.0)


def arcsine_proportion_scores(events: ArrayLike, trials: ArrayLike) -> Scores:
    """arcsin √(x/n) with s = 1/(2√n) around that of the pooled proportion (Spiegelhalter et al. 2012).

    Args:
        events, trials: (units,); NaN where missing or there are no trials.

    Raises:
        ValueError: negative or infinite input, events above trials, other shapes, no trials at all.
    """
    x, n = _counts("events", events, "trials", trials)
    check_events_within_trials(x, check_not_negative("trials", trials))
    present = ~(np.isnan(x) | np.isnan(n))
    check_enough_units("events", int(present.sum()), 1)
    target = np.arcsin(np.sqrt(x[present].sum() / n[present].sum()))
    return _scores(Scale.ARCSINE_PROPORTION, np.arcsin(np.sqrt(x / n)), 0.5 * n**-0.5, float(target))


def trimmed_overdispersion(scores: Scores, share: float = SHARE_AT_EACH_END) -> Overdispersion:
    """φ and τ² after dropping the ⌊share · I⌋ smallest and as many largest z-scores (the SHMI's recipe).

    With I′ units left and w = 1/s²: τ² = max(0, (Σz² − (I′ − 1)) / (Σw − Σw²/Σw)).

    Args:
        scores: from one of the `…_scores`.
        share: dropped at each end, at least 0 and below 0.5.

    Raises:
        ValueError: share outside [0, 0.5), fewer than three units left, −∞ among them.
    """
    _check_share(share)
    z, s = _present(scores)
    drop = int(np.floor(share * z.size))
    kept = np.argsort(z, kind="stable")[drop : z.size - drop]
    return _moments(z[kept], s[kept])


def winsorised_overdispersion(scores: Scores, share: float = SHARE_AT_EACH_END) -> Overdispersion:
    """φ and τ² after drawing z-scores in to the `share` and 1 − `share` quantiles (the CQC's recipe).

    τ² as in `trimmed_overdispersion`, over all I units (Spiegelhalter 2005).

    Args:
        scores: from one of the `…_scores`.
        share: drawn in at each end, at least 0 and below 0.5; quantiles interpolated (R's type 7).

    Raises:
        ValueError: share outside [0, 0.5), fewer than three units, −∞ among the quantiles.
    """
    _check_share(share)
    z, s = _present(scores)
    # Interpolating between −∞ and a number is −∞, or nothing at all; `_moments` refuses both.
    with np.errstate(invalid="ignore"):
        low, high = np.quantile(z, [share, 1 - share])
    return _moments(np.clip(z, low, high), s)


def overdispersed_limits(
    scores: Scores, level: float = 0.95, *, tau2: float = 0.0, phi: float = 1.0
) -> Interval:
    """Limits target ± z√(φs² + τ²), brought back from the scale to ratios or proportions.

    Additive over-dispersion is `tau2` (with `phi` 1), multiplicative is `phi` (with `tau2` 0); with neither,
    these are approximate limits without over-dispersion. On the root scale the limits are squared back; one
    that would be negative before squaring is 0.

    Args:
        scores: from one of the `…_scores`; their standard errors carry the sizes of the units.
        level: two-sided, between 0 and 1.
        tau2: at least 0.
        phi: at least 0; a φ below 1 narrows the limits, so most users take max(1, φ).

    Raises:
        ValueError: negative `tau2` or `phi`, level outside (0, 1).
    """
    z = float(special.ndtri(0.5 + check_level(level) / 2))
    between, factor = float(check_not_negative("tau2", tau2)), float(check_not_negative("phi", phi))
    half = z * np.sqrt(factor * scores.standard_error**2 + between)
    back = _BACK[scores.scale]
    return Interval(back(scores.target - half), back(scores.target + half))


def shmi_funnel(
    observed: ArrayLike, expected: ArrayLike, level: float = 0.95, share: float = SHARE_AT_EACH_END
) -> OverdispersedFunnel:
    """The funnel of the Summary Hospital-level Mortality Indicator (SHMI).

    Log scale, trimmed τ², limits exp(±z√(1/E + τ²)).
    The published bands follow from observed and expected alone: 1 "higher than expected", 0 "as expected",
    −1 "lower than expected" (NHS England, SHMI methodology; Campbell et al. 2012).

    Args:
        observed, expected: (units,); a unit that is missing or has nothing expected changes nobody else.
        level: two-sided, between 0 and 1.
        share: of the units trimmed at each end.

    Raises:
        ValueError: negative or infinite input, other shapes, fewer than three units left, more units without
            any event than are trimmed (their logarithm does not exist; `cqc_funnel` takes them).
    """
    scores = log_ratio_scores(observed, expected)
    return _funnel(scores, trimmed_overdispersion(scores, share), level)


def cqc_funnel(
    observed: ArrayLike, expected: ArrayLike, level: float = 0.95, share: float = SHARE_AT_EACH_END
) -> OverdispersedFunnel:
    """The Care Quality Commission's funnel: root scale, winsorised τ², limits (1 ± z√(1/4E + τ²))².

    The limits are squared back to ratios (Spiegelhalter et al. 2012). R's FunnelPlotR 0.6.0
    draws 1 ± z√… around ratios that were not rooted: 31 of 141 trusts lie outside where 4 should.

    Args:
        observed, expected: (units,); a unit that is missing or has nothing expected changes nobody else.
        level: two-sided, between 0 and 1.
        share: of the units winsorised at each end.

    Raises:
        ValueError: negative or infinite input, other shapes, fewer than three units.
    """
    scores = root_ratio_scores(observed, expected)
    return _funnel(scores, winsorised_overdispersion(scores, share), level)


def _funnel(scores: Scores, overdispersion: Overdispersion, level: float) -> OverdispersedFunnel:
    limits = overdispersed_limits(scores, level, tau2=overdispersion.tau2)
    value = _BACK[scores.scale](scores.estimate)
    return OverdispersedFunnel(value, limits, compare_with_limits(value, limits), overdispersion)


def _square(root: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(root, 0.0) ** 2)


def _squared_sine(angle: FloatArray) -> FloatArray:
    return np.asarray(np.sin(np.clip(angle, 0.0, np.pi / 2)) ** 2)


_BACK: dict[Scale, Callable[[FloatArray], FloatArray]] = {
    Scale.LOG_RATIO: np.exp,
    Scale.ROOT_RATIO: _square,
    Scale.ARCSINE_PROPORTION: _squared_sine,
}


def _counts(name: str, above: ArrayLike, other: str, below: ArrayLike) -> tuple[FloatArray, FloatArray]:
    numerator, denominator = check_not_negative(name, above), check_not_negative(other, below)
    check_dimensions(name, numerator, 1)
    check_same_shape(**{name: numerator, other: denominator})
    return numerator, np.where(denominator > 0, denominator, np.nan)


def _scores(scale: Scale, estimate: FloatArray, standard_error: FloatArray, target: float) -> Scores:
    return Scores(scale, estimate, standard_error, target, (estimate - target) / standard_error)


def _check_share(share: float) -> None:
    if not 0 <= share < 0.5:
        raise ValueError(f"share is {share:g}: it must be at least 0 and below 0.5 (it is cut at each end)")


def _present(scores: Scores) -> tuple[FloatArray, FloatArray]:
    check_broadcast(z=scores.z, standard_error=scores.standard_error)
    present = ~np.isnan(scores.z)
    check_enough_units("scores", int(present.sum()), FEWEST_UNITS)
    return scores.z[present], scores.standard_error[present]


def _moments(z: FloatArray, s: FloatArray) -> Overdispersion:
    check_enough_units("scores after trimming", z.size, FEWEST_UNITS)
    if not np.isfinite(z).all():
        raise ValueError(
            f"scores hold {int((~np.isfinite(z)).sum())} unit(s) without events that trimming leaves in: ln 0"
            " does not exist. Use root_ratio_scores (cqc_funnel), or trim a larger share"
        )
    w = s**-2
    squares = float(z @ z)
    spread = float(w.sum() - (w @ w) / w.sum())
    return Overdispersion(
        phi=squares / z.size, tau2=max(0.0, (squares - (z.size - 1)) / spread), units=z.size
    )
