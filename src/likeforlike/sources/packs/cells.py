"""The cells of a pack's rows into counts, amounts and days, strictly; what does not convert is None."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from likeforlike.sources.reading.months import EARLIEST, LATEST, last_day

_COUNT = re.compile(r"[0-9]{1,15}")
# As exact as an amount is kept: twelve digits before the point and six behind it.
DECIMALS = 6
_AMOUNT = re.compile(rf"[0-9]{{1,12}}([.][0-9]{{1,{DECIMALS}}})?")
# The way of ISO 8601, and that in which spreadsheets in Britain save a day.
_DAYS = {
    "2025-11-01": re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    "01/11/2025": re.compile(r"(?P<day>[0-9]{2})/(?P<month>[0-9]{2})/(?P<year>[0-9]{4})"),
}
SPELLINGS = " or ".join(_DAYS)


def parse_count(cell: str) -> int | None:
    """A whole number, zero or more; None when the cell holds none.

    >>> parse_count("12"), parse_count("12.0"), parse_count("1,200"), parse_count("-1"), parse_count("")
    (12, None, None, None, None)
    """
    return int(cell) if _COUNT.fullmatch(cell) else None


def parse_amount(cell: str) -> Decimal | None:
    """A number, zero or more, with at most six decimals; None when the cell holds none.

    >>> parse_amount("61.25"), parse_amount("6e1"), parse_amount("1.0000001")
    (Decimal('61.25'), None, None)
    """
    return Decimal(cell) if _AMOUNT.fullmatch(cell) else None


def spelling_of(cell: str) -> str | None:
    """The way in which a day is spelled, by its example; None when it is none that is read.

    >>> spelling_of("31/10/2025"), spelling_of("2025-10-31"), spelling_of("31 Oct 2025")
    ('01/11/2025', '2025-11-01', None)
    """
    return next((example for example, form in _DAYS.items() if form.fullmatch(cell)), None)


def parse_day(cell: str) -> datetime.date | None:
    """The day that a cell names; None when it names none that a figure could be about.

    >>> parse_day("2025-02-28"), parse_day("28/02/2025"), parse_day("2025-02-29"), parse_day("1025-02-01")
    (datetime.date(2025, 2, 28), datetime.date(2025, 2, 28), None, None)
    """
    form = next((found for form in _DAYS.values() if (found := form.fullmatch(cell))), None)
    if form is None:
        return None
    try:
        day = datetime.date(int(form["year"]), int(form["month"]), int(form["day"]))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def is_last_day(day: datetime.date) -> bool:
    """Whether a day is the last of its month."""
    return day == last_day(day.replace(day=1))
