"""What must be said beside a comparison: of what its intervals and bands are, or why there are none."""

from __future__ import annotations

from likeforlike.catalogue import Kind
from likeforlike.comparison.bands import explain_bands
from likeforlike.comparison.comparing import Comparison
from likeforlike.comparison.sampling_intervals import is_rounded

AMOUNTS = "No interval: its amounts are no counts of events, of which chance makes more or fewer."
WITHOUT_INTERVAL = {
    Kind.MEAN: "No interval: a mean has none without its variance, which is not published.",
    Kind.SCORE: "No interval: its publisher gives none.",
    Kind.PROPORTION: AMOUNTS,
    Kind.RATE: AMOUNTS,
    Kind.RATIO: AMOUNTS,
}


def explain_interval(comparison: Comparison) -> str | None:
    """What the intervals are of, or why a figure has none; None where no figure could have one."""
    indicator = comparison.indicator
    if any(figure.lower is not None for figure in comparison.figures):
        if indicator.kind is Kind.SCORE:
            return "The interval is its publisher's."
        wider = " and of the publisher's rounding" if is_rounded(indicator) else ""
        return (
            f"The interval ({comparison.level:.0%}) is of chance alone{wider}: month-to-month variation is many times "
            "larger, so nothing is judged by it."
        )
    if indicator.purpose == "population" or all(figure.value is None for figure in comparison.figures):
        return None
    return WITHOUT_INTERVAL.get(indicator.kind)


def explain_band(comparison: Comparison) -> str | None:
    """Where the bands come from, or that there are too few organisations to tell; None without bands or values."""
    how = explain_bands(comparison.indicator)
    bands = [figure.band for figure in comparison.figures if figure.value is not None]
    if how is None or not bands:
        return None
    return f"{how}." if any(bands) else f"{how}: cannot be told here."
