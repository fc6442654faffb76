"""The periods that official tables print in words: years, financial years, several of them, quarters, months."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import NamedTuple

from likeforlike.sources.reading.months import EARLIEST, add_months, parse_month

# A financial year and a quarter of it begin in April; of a calendar year, in January.
FINANCIAL = 4
QUARTER, YEAR = 3, 12


class Period(NamedTuple):
    """What a figure is about: its first and its last day."""

    start: datetime.date
    end: datetime.date


def parse_period(text: str) -> Period | None:
    """The period that a text names; None where it names none.

    An academic year is printed like a financial one and is taken for that: nothing tells them apart.

    >>> parse_period("2021/22").start.isoformat(), parse_period("2017 - 19").end.isoformat()
    ('2021-04-01', '2019-12-31')
    """
    for spelling, read in _SPELLINGS:
        if found := re.fullmatch(spelling, text):
            span = read(found)
            return None if span is None else _period(*span)
    return None


def _period(start: datetime.date, months: int) -> Period | None:
    if months < 1 or start < EARLIEST:
        return None
    return Period(start, add_months(start, months) - datetime.timedelta(days=1))


# The first day and how many months; None where the text contradicts itself ('2021/23').
_Span = tuple[datetime.date, int] | None


def _calendar_years(found: re.Match[str]) -> _Span:
    first = int(found["year"])
    last = _following(first, found["last"])
    return datetime.date(first, 1, 1), YEAR * (last - first + 1)


def _financial_years(found: re.Match[str]) -> _Span:
    first = int(found["year"])
    last = _following(first, found["last"])
    if not (_is_next(first, found["next"]) and (found["last"] is None or _is_next(last, found["last_next"]))):
        return None
    return datetime.date(first, FINANCIAL, 1), YEAR * (last - first + 1)


def _quarter(found: re.Match[str]) -> _Span:
    first = int(found["year"])
    if found["next"] is not None and not _is_next(first, found["next"]):
        return None
    begins = datetime.date(first, 1 if found["next"] is None else FINANCIAL, 1)
    return add_months(begins, QUARTER * (int(found["quarter"]) - 1)), QUARTER


def _month(found: re.Match[str]) -> _Span:
    month = parse_month(f"{found['month']}-{found['year']}")
    return None if month is None else (month, 1)


def _following(first: int, digits: str | None) -> int:
    """The year that the last digits name, counted on from the first year; the first where there are none."""
    if digits is None:
        return first
    whole = int(digits) if len(digits) > 2 else first // 100 * 100 + int(digits)
    return whole + 100 if len(digits) == 2 and whole < first else whole


def _is_next(year: int, digits: str) -> bool:
    return (year + 1) % 100 == int(digits)


_SPELLINGS: tuple[tuple[str, Callable[[re.Match[str]], _Span]], ...] = (
    (r"(?P<year>\d{4})(?: ?- ?(?P<last>\d{4}|\d{2}))?", _calendar_years),
    (
        r"(?P<year>\d{4})/(?P<next>\d{2})(?: ?- ?(?P<last>\d{4}|\d{2})/(?P<last_next>\d{2}))?",
        _financial_years,
    ),
    (r"(?P<year>\d{4})(?:/(?P<next>\d{2}))? Q(?P<quarter>[1-4])", _quarter),
    (r"(?P<month>[A-Z][a-z]{2}) (?P<year>\d{4})", _month),
)
