"""Where a figure stands among all of its kind: by a publisher's recipe or in the publisher's own words.

A band is a label and judges nobody. What is computed is worded by what it is (higher, lower, a quarter of the
values), never by good or bad; only what a publisher prints is quoted as printed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from likeforlike.catalogue import Indicator
from likeforlike.catalogue.indicators import BandMethod
from likeforlike.statistics.overdispersion import shmi_funnel
from likeforlike.statistics.quantile_groups import quantile_groups

# The SHMI's over-dispersed limits, whatever the level of our own intervals.
SHMI_LEVEL = 0.95
EXPECTED_WORDS = {1: "higher than expected", 0: "as expected", -1: "lower than expected"}
QUARTERS = 4
QUARTER_WORDS = {1: "lowest quarter", 2: "middle half", 3: "middle half", 4: "highest quarter"}
# A median needs somebody on both sides.
FEWEST_FOR_A_MEDIAN = 3
HOW = {
    BandMethod.OVERDISPERSED_SHMI: (
        "Band: against limits of 95% that allow for over-dispersion as the SHMI's do, among all organisations of the "
        "kind in the period"
    ),
    BandMethod.QUARTILES: (
        "Band: quarter of the values of all organisations of the kind in the period; chance is not considered"
    ),
    BandMethod.MEDIAN_MAD: (
        "Band: median absolute deviations (MADs) from the median of all organisations of the kind in the period; "
        "chance is not considered"
    ),
    BandMethod.PUBLISHED: "Band: the publisher's own words, quoted",
}

Row = Mapping[str, Any]
# Rows of one kind of organisation and period, all with a value → the band of each; None where it cannot be told.
Recipe = Callable[[Indicator, Sequence[Row]], "list[Band | None]"]


@dataclass(frozen=True)
class Band:
    """Where one figure stands."""

    label: str
    lower: float | None = None
    """The limit under which the value would be lower than expected, in the indicator's unit; none of other methods."""
    upper: float | None = None
    among: int | None = None
    """How many organisations it was placed among; none where the publisher placed it."""


def place_in_bands(indicator: Indicator, rows: Sequence[Row]) -> list[Band | None]:
    """The band of each observation, among the observations of the same kind of organisation and period in `rows`.

    `rows` must hold all of them, whatever area is looked at. None where there is no value, where the indicator has no
    bands, or where there are too few organisations to tell.
    """
    placed: list[Band | None] = [None] * len(rows)
    if indicator.bands is None:
        return placed
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row["value"] is not None:
            groups[row["organisation_type"], row["period_start"], row["period_end"]].append(place)
    for places in groups.values():
        bands = RECIPES[indicator.bands.method](indicator, [rows[place] for place in places])
        for place, band in zip(places, bands, strict=True):
            placed[place] = band
    return placed


def label_bands(indicator: Indicator, rows: Sequence[Row]) -> tuple[list[str | None], str] | None:
    """The labels of all observations of an indicator and where they come from, for an export; None without bands."""
    how = explain_bands(indicator)
    if how is None:
        return None
    return [band.label if band else None for band in place_in_bands(indicator, rows)], how


def explain_bands(indicator: Indicator) -> str | None:
    """Where the bands of an indicator come from, in words; None where it has none."""
    return None if indicator.bands is None else HOW[indicator.bands.method]


def _against_expected(indicator: Indicator, rows: Sequence[Row]) -> list[Band | None]:
    """Higher than, as, or lower than expected (`shmi_funnel`; NHS England, SHMI methodology)."""
    observed = [row["numerator"] for row in rows]
    expected = [row["expected"] for row in rows]
    try:
        funnel = shmi_funnel(observed, expected, SHMI_LEVEL)
    except ValueError:
        # Fewer than three are left when a tenth at each end is trimmed, or too many have no events at all.
        return [None] * len(rows)
    lower, upper = (limit * indicator.multiplier for limit in funnel.limits)
    return [
        Band(EXPECTED_WORDS[int(funnel.position[place])], float(lower[place]), float(upper[place]), len(rows))
        for place in range(len(rows))
    ]


def _in_quarters(indicator: Indicator, rows: Sequence[Row]) -> list[Band | None]:
    """The quarter by rank, ties together (`quantile_groups`): 53, 106 and 52 of 211 different values."""
    del indicator
    groups = quantile_groups([row["value"] for row in rows], QUARTERS).group
    return [None if np.isnan(group) else Band(QUARTER_WORDS[int(group)], among=len(rows)) for group in groups]


def _from_the_median(indicator: Indicator, rows: Sequence[Row]) -> list[Band | None]:
    """(value − median) ÷ MAD, the MAD as it is: unlike a standard deviation's estimate it is not scaled by 1.4826."""
    del indicator
    values = np.array([row["value"] for row in rows], dtype=float)
    median = np.median(values)
    deviation = np.median(np.abs(values - median))
    if values.size < FEWEST_FOR_A_MEDIAN or deviation == 0:
        return [None] * len(rows)
    return [Band(_say_deviations(by), among=len(rows)) for by in (values - median) / deviation]


def _say_deviations(by: float) -> str:
    if round(abs(by), 1) == 0:
        return "at the median"
    return f"{abs(by):.1f} MADs {'above' if by > 0 else 'below'} the median"


def _as_published(indicator: Indicator, rows: Sequence[Row]) -> list[Band | None]:
    del indicator
    words = [row["published_band"] for row in rows]
    return [Band(word) if word else None for word in words]


RECIPES: dict[BandMethod, Recipe] = {
    BandMethod.OVERDISPERSED_SHMI: _against_expected,
    BandMethod.QUARTILES: _in_quarters,
    BandMethod.MEDIAN_MAD: _from_the_median,
    BandMethod.PUBLISHED: _as_published,
}
