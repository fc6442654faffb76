"""What a publisher's bands said of organisations, beside what the figures under them support."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from likeforlike.catalogue import Indicator, Polarity
from likeforlike.comparison.bands import QUARTER_WORDS, QUARTERS
from likeforlike.statistics.quantile_groups import quantile_groups

Row = Mapping[str, Any]
# Groups from the lowest values up.
LOWEST, HIGHEST = 1, QUARTERS


class Support(StrEnum):
    """Where an interval lies to the reference."""

    ABOVE = "above"
    """All of it."""
    BELOW = "below"
    WITHIN = "within"
    """It holds the reference: the two cannot be told apart."""
    NO_INTERVAL = "no interval"
    """Neither an interval nor counts were published: it cannot be told."""
    NO_FIGURE = "no figure"


@dataclass(frozen=True)
class Contrasted:
    """One organisation: what was said of it, and what its figure supports."""

    organisation: str
    value: float | None
    reason: str | None
    published: str | None
    """The publisher's words, to the letter."""
    quarter: int | None
    """By rank, ties together: 1 the lowest values, 4 the highest, 2 and 3 between."""
    lower: float | None
    upper: float | None
    support: Support

    @property
    def quarter_words(self) -> str | None:
        """The quarter in neutral words."""
        return None if self.quarter is None else QUARTER_WORDS[self.quarter]


@dataclass(frozen=True)
class BandContrast:
    """All organisations of one kind on one indicator in one period."""

    indicator: Indicator
    rows: tuple[Contrasted, ...]
    """In the order of their codes."""
    reference: float | None
    """What intervals are held against."""
    reference_is_england: bool
    """Else it is the middle organisation, as the publisher gives no figure of England."""
    words: tuple[tuple[str, int], ...]
    """Each of the publisher's bands with how many it was given to, most first."""
    called_worst: int
    """How many the publisher put in the quarter at the bad end, 0 where he names none; `called_best` likewise."""
    called_best: int
    told_apart: int
    """Of `called_worst`, those whose interval lies beyond the reference on the bad side."""
    without_interval: int
    """Of `called_worst`, those of whom it cannot be told for want of an interval."""
    agree: int
    """Whose published quarter is the one that ranks give with ties together; `differ`: whose is another."""
    differ: int
    tied_with_middle: int
    """Of `called_worst`, those with the same printed figure as somebody who was not called so."""


def contrast_bands(
    indicator: Indicator,
    rows: Sequence[Row],
    *,
    england: float | None = None,
    derived: Mapping[str, tuple[float, float]] | None = None,
) -> BandContrast:
    """The published bands of one kind of organisation in one period, beside quarters derived again and intervals.

    Quarters are those of the Department of Health's rule (`quantile_groups`), ties together. Intervals are the
    publisher's own, else those in `derived`; where there is neither, nothing can be told, and no interval is made up:
    a standardised rate without its counts or its population has none.

    Args:
        indicator: with bands of the method 'published', or with none: its figures were shown without words.
        rows: observations, with organisation, organisation_type, period_start, value, reason, published_band,
            published_lower and published_upper.
        england: the reference; the middle of all organisations where there is none.
        derived: organisation → interval made from counts that another file has.

    Raises:
        ValueError: an indicator with bands by a recipe of ours, or rows of several kinds or periods.
    """
    if indicator.bands is not None and indicator.bands.column is None:
        raise ValueError(f"{indicator.id} has bands of ours: only published ones can be contrasted")
    groups = {(row["organisation_type"], row["period_start"]) for row in rows}
    if len(groups) > 1:
        raise ValueError(f"rows are of {len(groups)} kinds and periods: one was expected")
    ordered = sorted(rows, key=lambda row: str(row["organisation"]))
    values = np.array([math.nan if row["value"] is None else row["value"] for row in ordered], dtype=float)
    reference = england
    if reference is None and not np.isnan(values).all():
        reference = float(np.nanmedian(values))
    quarters = quantile_groups(values, QUARTERS).group if values.size else values
    contrasted = tuple(
        _contrast(row, quarter, reference, derived or {})
        for row, quarter in zip(ordered, quarters, strict=True)
    )
    return _summarise(indicator, contrasted, reference, is_england=england is not None)


def _contrast(
    row: Row, quarter: float, reference: float | None, derived: Mapping[str, tuple[float, float]]
) -> Contrasted:
    lower, upper = row["published_lower"], row["published_upper"]
    if lower is None or upper is None:
        lower, upper = derived.get(row["organisation"], (None, None))
    return Contrasted(
        organisation=row["organisation"],
        value=row["value"],
        reason=row["reason"],
        published=row["published_band"],
        quarter=None if math.isnan(quarter) else int(quarter),
        lower=lower,
        upper=upper,
        support=_support(row["value"], lower, upper, reference),
    )


def _support(
    value: float | None, lower: float | None, upper: float | None, reference: float | None
) -> Support:
    if value is None or reference is None:
        return Support.NO_FIGURE
    if lower is None or upper is None:
        return Support.NO_INTERVAL
    if lower > reference:
        return Support.ABOVE
    return Support.BELOW if upper < reference else Support.WITHIN


def _summarise(
    indicator: Indicator, rows: tuple[Contrasted, ...], reference: float | None, *, is_england: bool
) -> BandContrast:
    bands = indicator.bands
    worst_word = bands.worst_quarter if bands else None
    best_word = bands.best_quarter if bands else None
    higher = indicator.polarity is Polarity.HIGHER_IS_BETTER
    worst = [one for one in rows if worst_word is not None and one.published == worst_word]
    best = [one for one in rows if best_word is not None and one.published == best_word]
    bad_side = Support.BELOW if higher else Support.ABOVE
    end_of = {worst_word: LOWEST if higher else HIGHEST, best_word: HIGHEST if higher else LOWEST}
    agree, compared = 0, 0
    for one in rows:
        if worst_word is None or one.published is None or one.quarter is None:
            continue
        compared += 1
        derived = one.quarter if one.quarter in (LOWEST, HIGHEST) else None
        agree += derived == end_of.get(one.published)
    others = {one.value for one in rows if one.published is not None and one.published != worst_word}
    return BandContrast(
        indicator=indicator,
        rows=rows,
        reference=reference,
        reference_is_england=is_england,
        words=tuple(Counter(one.published for one in rows if one.published is not None).most_common()),
        called_worst=len(worst),
        called_best=len(best),
        told_apart=sum(one.support is bad_side for one in worst),
        without_interval=sum(one.support is Support.NO_INTERVAL for one in worst),
        agree=agree,
        differ=compared - agree,
        tied_with_middle=sum(one.value is not None and one.value in others for one in worst),
    )
