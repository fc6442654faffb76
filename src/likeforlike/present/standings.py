"""Where an organisation stands, and whether an indicator can tell organisations apart, in words."""

from __future__ import annotations

import datetime
import math

from likeforlike.catalogue import Indicator, Kind, Quantity
from likeforlike.catalogue.indicators import PublishedValue
from likeforlike.comparison.standings import Standings, Unranked
from likeforlike.comparison.worth import ENOUGH
from likeforlike.present import wording

WHY_UNRANKED = {
    Unranked.QUOTED: "These are the publisher's own ratings or scores: they are quoted, and nobody is ranked by them.",
    Unranked.NO_DIRECTION: "No direction of this figure is good or bad, so nobody is ranked by it.",
    Unranked.NOT_COUNTED: (
        "This is no share or rate of counted events: what is chance and what lasts cannot be told apart, so nobody "
        "is ranked by it."
    ),
    Unranked.FEW_PERIODS: (
        "There are fewer than four periods: what lasts and what comes and goes cannot be told apart yet, so nobody "
        "is ranked."
    ),
    Unranked.FEW_ORGANISATIONS: "Too few organisations have figures to say how much they differ.",
    Unranked.OVERLAPPING: (
        "The periods overlap, so the same events are counted again and again: nobody is ranked by them."
    ),
    Unranked.NOBODY_DIFFERS: "The figures differ by no more than chance: nobody can be told from anybody.",
}
PREDICTION = "The interval (95%) is of the next window: chance and month-to-month variation are both in it."
CHANCE = "The interval (95%) is of chance alone; nothing is judged by it."
PUBLISHED = "The interval is the publisher's own."
NO_INTERVAL = "No interval is known."
STATE_BASIS = (
    "States and positions rest on predictions for the next window: better or worse than expected where that is at "
    "least 95% likely by more than the smallest difference that matters."
)
BAND_BASIS = "States are the publisher's own bands, which allow for over-dispersion."
# The publisher's band → the state, by whether more is better.
BANDS = {"higher than expected": 1, "as expected": 0, "lower than expected": -1}


CANNOT_TELL = (
    "Neither better, nor worse, nor as expected is likely enough to be said: chance and month-to-month variation are "
    "too large beside the difference."
)
NOT_IN_WINDOW = "It has no figure in the window."


def period(first: datetime.date, last: datetime.date) -> str:
    """A period in words.

    >>> period(datetime.date(2025, 11, 1), datetime.date(2025, 11, 30))
    'November 2025'
    >>> period(datetime.date(2024, 4, 1), datetime.date(2025, 3, 31))
    'April 2024 to March 2025'
    """
    if first == last:
        return wording.day(first)
    if (first.year, first.month) == (last.year, last.month):
        return wording.month(first)
    return f"{wording.month(first)} to {wording.month(last)}"


def model_fit(explained: float, slope: float) -> str:
    """How well a model predicts boards that it has not seen."""
    return (
        f"It explains {max(explained, 0.0):.0%} of the differences in boards that it has not seen; its calibration "
        f"slope there is {slope:.2f} (1 is right)."
    )


def window(first: datetime.date, last: datetime.date, periods: int, monthly: bool) -> str:
    """The window in words.

    >>> window(datetime.date(2024, 12, 1), datetime.date(2025, 11, 1), 12, True)
    '12 months to November 2025'
    """
    if periods == 1:
        return wording.month(last)
    if monthly:
        return f"{periods} months to {wording.month(last)}"
    return f"{periods} periods, {wording.month(first)} to {wording.month(last)}"


def can_tell(standings: Standings, plural: str) -> str:
    """Whether the indicator tells organisations apart, and how many periods it would take."""
    worth = standings.worth
    again = round(100 * worth.reliability)
    if math.isnan(worth.reliability):
        return f"It cannot be said whether this indicator tells {plural} apart."
    seen = (
        f"of the differences between {plural} over {wording.count(worth.months, 'period')}, {again} parts in 100 "
        "would be seen again in the next"
    )
    if worth.reliability >= ENOUGH:
        return f"It can tell {plural} apart: {seen}."
    if worth.months_needed is None:
        return f"It tells {plural} apart poorly: {seen}, and no longer window would bring that to 70."
    return (
        f"It tells {plural} apart poorly: {seen}; "
        f"{wording.count(worth.months_needed, 'period')} would be needed for 70."
    )


def expected_words(indicator: Indicator) -> str | None:
    """What is expected of an organisation, and from what."""
    if indicator.expected_model is None:
        return None
    named = wording.enumerate_words([wording.covariate(one) for one in indicator.expected_model.covariates])
    return f"Expected is what organisations with the same population have on average: {named}."


def definition_words(indicator: Indicator) -> tuple[tuple[str, str], ...]:
    """The definition in full, each line with its label."""
    lines: list[tuple[str, str]] = []
    for number, source in enumerate(indicator.inputs, start=1):
        which = "" if len(indicator.inputs) == 1 else f", input {number}"
        lines.append((f"Source{which}", f"{source.source}, table {source.table}"))
        for label, quantity in (
            ("Numerator", source.numerator),
            ("Denominator", source.denominator),
            ("Expected", source.expected),
            ("Value", source.value),
        ):
            if quantity is not None:
                lines.append((f"{label}{which}", _quantity(quantity)))
    lines.append(("Figure", _figure(indicator)))
    if indicator.minimum_denominator:
        lines.append(("Smallest denominator", f"{indicator.minimum_denominator:,}"))
    return tuple(lines)


def _quantity(quantity: object) -> str:
    if isinstance(quantity, Quantity):
        rows = "; ".join(f"{column} is {' or '.join(words)}" for column, words in quantity.where.items())
        return f"sum of {' and '.join(quantity.sum)}" + (f", where {rows}" if rows else "")
    if isinstance(quantity, PublishedValue):
        return f"{quantity.column}, as published"
    if hasattr(quantity, "indicator"):
        return f"the figure of '{quantity.indicator}'"
    return "England's rate × the denominator"


def _figure(indicator: Indicator) -> str:
    if indicator.kind is Kind.RATIO:
        return f"numerator ÷ expected × {indicator.multiplier:g}"
    if indicator.kind in (Kind.PROPORTION, Kind.RATE, Kind.MEAN):
        return f"numerator ÷ denominator × {indicator.multiplier:g}"
    return "as it is" if indicator.kind is Kind.COUNT else "as published"
