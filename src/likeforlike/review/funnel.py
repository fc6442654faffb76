"""Each organisation's figure against its size, with the limits that sampling alone would give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from likeforlike.review.tables import Row
from likeforlike.statistics.funnels import proportion_funnel_limits, rate_funnel_limits

# Customary in public health: two and three standard errors (Spiegelhalter 2005).
LEVELS = (0.95, 0.998)
POINTS_OF_A_LINE = 60


@dataclass(frozen=True)
class FunnelPoint:
    """One organisation."""

    organisation: str
    size: float
    """Denominator over the months compared."""
    value: float
    """The target, plus what lies between its figure and what is expected of it: like for like."""
    outside: bool
    """Of the limits of 99.8%."""


@dataclass(frozen=True)
class FunnelLimits:
    """The limits at one size: of 95% and 99.8%."""

    size: float
    lower: float
    upper: float
    far_lower: float
    far_upper: float


@dataclass(frozen=True)
class Funnel:
    """One indicator."""

    indicator: str
    target: float
    points: tuple[FunnelPoint, ...]
    limits: tuple[FunnelLimits, ...]


def make_funnels(
    indicators: Iterable[Row], effects: Iterable[Row], months: Iterable[Row]
) -> Mapping[str, Funnel]:
    """The funnel of each indicator that somebody has a figure for, from the tables of a result.

    Spiegelhalter, Statistics in Medicine 2005, 24, 1185; limits are those of `statistics.funnels`. A figure is moved
    by what is expected of it, so that all have one target: the typical organisation's.
    """
    counted: dict[tuple[str, str], list[Row]] = {}
    for row in months:
        if row["compared"] and row["value"] is not None:
            counted.setdefault((row["indicator"], row["organisation"]), []).append(row)
    of_indicator: dict[str, list[Row]] = {}
    for row in effects:
        if row["passed"] and row["value"] is not None and row["expected"] is not None:
            of_indicator.setdefault(row["indicator"], []).append(row)
    return {
        one["indicator"]: _funnel(one, of_indicator[one["indicator"]], counted)
        for one in indicators
        if one["indicator"] in of_indicator and one["reference_value"] is not None
    }


def _funnel(indicator: Row, effects: list[Row], counted: Mapping[tuple[str, str], list[Row]]) -> Funnel:
    name, target = indicator["indicator"], indicator["reference_value"]
    its = {row["organisation"]: counted.get((name, row["organisation"]), []) for row in effects}
    sizes = np.array([sum(month["denominator"] for month in its[row["organisation"]]) for row in effects])
    values = np.array([target + row["value"] - row["expected"] for row in effects])
    scale = _scale(its)
    line = np.geomspace(max(sizes.min(), 1.0), max(sizes.max(), 2.0), POINTS_OF_A_LINE)
    near, far = (_limits(indicator, line, scale, level) for level in LEVELS)
    own = _limits(indicator, sizes, scale, LEVELS[1])
    return Funnel(
        name,
        target,
        tuple(
            FunnelPoint(row["organisation"], float(size), float(value), bool(value < low or value > high))
            for row, size, value, low, high in zip(effects, sizes, values, *own, strict=True)
        ),
        tuple(FunnelLimits(*map(float, every)) for every in zip(line, *near, *far, strict=True)),
    )


def _scale(months: Mapping[str, list[Row]]) -> float:
    """What a figure of 1 event in 1 of the denominator is in the indicator's unit: 100 for per cent."""
    largest = max((row for rows in months.values() for row in rows), key=lambda row: float(row["numerator"]))
    return float(largest["value"] * largest["denominator"] / largest["numerator"])


def _limits(indicator: Row, sizes: np.ndarray, scale: float, level: float) -> tuple[np.ndarray, np.ndarray]:
    target = indicator["reference_value"] / scale
    limits = (
        proportion_funnel_limits(sizes, target, level)
        if indicator["share"]
        else rate_funnel_limits(sizes, target, level)
    )
    return np.asarray(limits.lower) * scale, np.asarray(limits.upper) * scale
