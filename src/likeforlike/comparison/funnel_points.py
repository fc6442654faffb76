"""Figures of one indicator against size, with the limits of chance and those that allow for usual differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from likeforlike.catalogue import Kind
from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.funnels import proportion_funnel_limits, rate_funnel_limits
from likeforlike.statistics.intervals import Interval
from likeforlike.statistics.overdispersion import (
    FEWEST_UNITS,
    Scores,
    arcsine_proportion_scores,
    overdispersed_limits,
    root_ratio_scores,
    winsorised_overdispersion,
)

# Customary in public health: two and three standard errors (Spiegelhalter 2005).
LEVELS = (0.95, 0.998)
POINTS_OF_A_LINE = 60
# Kinds of figures whose sampling error follows from a numerator and a denominator.
COUNTED = (Kind.PROPORTION, Kind.RATE, Kind.RATIO)
# By so much of itself a published figure may differ from its numerator over its denominator.
ROUNDING = 0.01
# Below, within, above; each against the limits of chance and against the wide ones.
BELOW, WITHIN, ABOVE = -1, 0, 1


@dataclass(frozen=True)
class FunnelFigure:
    """One organisation over the window: what was counted, in how many, and what is expected of it."""

    code: str
    value: float
    """In the indicator's unit."""
    expected: float | None
    """In the same unit; none where the indicator has no model: then it is compared with all others as they are."""
    numerator: float
    denominator: float
    """Of a ratio the expected events."""


@dataclass(frozen=True)
class PlacedFigure:
    """One organisation of a funnel."""

    code: str
    size: float
    value: float
    """The target, plus what lies between its figure and what is expected of it: like for like."""
    chance: int
    """−1 below, 0 within, 1 above the limits of 99.8% that chance alone would give."""
    usual: int
    """Likewise of those that allow for the differences that are usual between organisations."""


@dataclass(frozen=True)
class FunnelLine:
    """All limits at one size, in the indicator's unit: of chance and `wide` ones, of 95% and (`far`) 99.8%."""

    size: float
    lower: float
    upper: float
    far_lower: float
    far_upper: float
    wide_lower: float
    wide_upper: float
    wide_far_lower: float
    wide_far_upper: float


@dataclass(frozen=True)
class FunnelPoints:
    """One indicator's funnel."""

    target: float
    like_for_like: bool
    """Whether figures were moved by what is expected of them."""
    tau2: float
    """Variance between organisations on the scale of the scores (arcsine or square root)."""
    points: tuple[PlacedFigure, ...]
    lines: tuple[FunnelLine, ...]


def make_funnel_points(kind: Kind, figures: Sequence[FunnelFigure]) -> FunnelPoints | None:
    """The funnel of one indicator over one kind of organisation; none where figures are not counted or too few.

    Nor is there one where they are not numerator over denominator, as standardised figures are not: then no limit of
    chance follows from these.

    A figure is moved by what is expected of it, so that all have one target, the pooled figure. Limits of chance are
    exact, binomial of a proportion and Poisson of a rate or ratio (Spiegelhalter 2005, Statistics in Medicine 24:
    1185). Wide limits add the variance between organisations from winsorised scores, arcsine of a proportion and
    square root of a rate or ratio (Spiegelhalter et al. 2012, Journal of the Royal Statistical Society A 175: 1).
    """
    known = [one for one in figures if one.denominator > 0 and np.isfinite(one.value)]
    if kind not in COUNTED or len(known) < FEWEST_UNITS or not any(one.numerator > 0 for one in known):
        return None
    share = kind is Kind.PROPORTION
    sizes = np.array([one.denominator for one in known], dtype=float)
    scale = _scale(known)
    if not _is_counted(known, scale):
        return None
    values, moved = _like_for_like(known, sizes, share=share, scale=scale)
    target = float(values @ sizes / sizes.sum())
    if not 0 < target < (scale if share else np.inf):
        return None
    part = target / scale
    tau2 = winsorised_overdispersion(_scores(sizes, values / scale, part, share=share)).tau2
    line = np.geomspace(max(sizes.min(), 1.0), max(sizes.max(), 2.0), POINTS_OF_A_LINE)
    limits = [
        np.asarray(bound) * scale for one in _all_limits(line, part, tau2, share=share) for bound in one
    ]
    own = _all_limits(sizes, part, tau2, share=share)
    chance, usual = (_where(values / scale, own[number]) for number in (1, 3))
    return FunnelPoints(
        target=target,
        like_for_like=moved,
        tau2=tau2,
        points=tuple(
            PlacedFigure(one.code, float(size), float(value), int(by_chance), int(beyond))
            for one, size, value, by_chance, beyond in zip(known, sizes, values, chance, usual, strict=True)
        ),
        lines=tuple(FunnelLine(*map(float, every)) for every in zip(line, *limits, strict=True)),
    )


def _scale(known: Sequence[FunnelFigure]) -> float:
    """What a figure of 1 event in 1 of the denominator is in the indicator's unit: 100 for per cent."""
    largest = max(known, key=lambda one: one.numerator)
    return largest.value * largest.denominator / largest.numerator


def _is_counted(known: Sequence[FunnelFigure], scale: float) -> bool:
    """Whether figures are their numerators over their denominators, but for rounding."""
    own = [one.value * one.denominator / one.numerator for one in known if one.numerator > 0]
    return bool(np.median(np.abs(np.array(own) / scale - 1)) <= ROUNDING)


def _like_for_like(
    known: Sequence[FunnelFigure], sizes: FloatArray, *, share: bool, scale: float
) -> tuple[FloatArray, bool]:
    """Figures moved by what is expected of them, where something is expected of all; never below 0 or above all."""
    values = np.array([one.value for one in known], dtype=float)
    expected = np.array([np.nan if one.expected is None else one.expected for one in known], dtype=float)
    if np.isnan(expected).any():
        return values, False
    pooled = float(values @ sizes / sizes.sum())
    return np.clip(pooled + values - expected, 0.0, scale if share else None), True


def _scores(sizes: FloatArray, parts: FloatArray, target: float, *, share: bool) -> Scores:
    if share:
        return arcsine_proportion_scores(np.minimum(parts * sizes, sizes), sizes)
    return root_ratio_scores(parts * sizes, target * sizes)


def _all_limits(sizes: FloatArray, target: float, tau2: float, *, share: bool) -> list[Interval]:
    """Of chance at both levels, then wide ones at both levels."""
    exact = proportion_funnel_limits if share else rate_funnel_limits
    scores = _scores(sizes, np.full(sizes.shape, target), target, share=share)
    unit = 1.0 if share else target
    wide = [overdispersed_limits(scores, level, tau2=tau2) for level in LEVELS]
    return [
        *(exact(sizes, target, level) for level in LEVELS),
        *(Interval(np.asarray(one.lower) * unit, np.asarray(one.upper) * unit) for one in wide),
    ]


def _where(parts: FloatArray, limits: Interval) -> FloatArray:
    return np.where(parts > limits.upper, ABOVE, np.where(parts < limits.lower, BELOW, WITHIN))
