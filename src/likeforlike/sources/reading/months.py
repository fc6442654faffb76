"""The publishers' spellings of a month, a year or a day, and the one date that each stands for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

# Spelling → strptime format. The first of the month is the only day a month may begin on.
SPELLINGS = {
    r"\d{2}[A-Za-z]{3}\d{4}": "%d%b%Y",
    r"[A-Za-z]{3}\d{4}": "%b%Y",
    r"[A-Za-z]{3}\d{2}": "%b%y",
    r"[A-Za-z]{3}-\d{2}": "%b-%y",
    r"[A-Za-z]{3}-\d{4}": "%b-%Y",
    r"\d{2}/\d{2}/\d{4}": "%d/%m/%Y",
    r"\d{4}-\d{2}-\d{2}": "%Y-%m-%d",
    r"(January|February|March|April|May|June|July|August|September|October|November|December) \d{4}": "%B %Y",
}
# No figure that we read is older, and none is of a month that has not begun.
EARLIEST = datetime.date(1990, 1, 1)
LATEST = datetime.datetime.now(datetime.UTC).date()
# A day may be long ago or lie ahead: when a practice opened, until when a contract runs.
FIRST_DAY = datetime.date(1800, 1, 1)
LAST_DAY = datetime.date(2100, 12, 31)
# '2016' is a calendar year; '2021/22' and '21-22' begin in April.
CALENDAR_YEAR = "[0-9]{4}"
FINANCIAL_YEAR = "[0-9]{4}[/-][0-9]{2}"
SHORT_FINANCIAL_YEAR = "[0-9]{2}[/-][0-9]{2}"
_FOOTNOTE = re.compile(r"\s*\[[\d.,\s]+\]\s*$")


def month_format(text: str) -> str | None:
    """The strptime format in which a month is spelled, None when it is none that we know."""
    for spelling, form in SPELLINGS.items():
        if re.fullmatch(spelling, text.strip()):
            return form
    return None


def parse_month(cell: object) -> datetime.date | None:
    """The first day of the month that a cell names; None when it names none.

    Takes text with or without a footnote mark ('Nov-25 [5]') and spreadsheet dates, at the month's first day
    or, as summary tables have it, its last.
    """
    if isinstance(cell, datetime.datetime):
        cell = cell.date()
    if isinstance(cell, datetime.date):
        day_after = cell + datetime.timedelta(days=1)
        return cell.replace(day=1) if cell.day == 1 or day_after.day == 1 else None
    if not isinstance(cell, str):
        return None
    text = _FOOTNOTE.sub("", cell).strip()
    form = month_format(text)
    if form is None:
        return None
    try:
        date = datetime.datetime.strptime(text, form).date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return None
    return date if date.day == 1 and EARLIEST <= date <= LATEST else None


def parse_year(text: str, *, named_after_end: bool = False) -> datetime.date | None:
    """The first day of a calendar or financial year; None when the text names none.

    With `named_after_end` a single year is the financial year that ended in it.

    >>> parse_year("2016"), parse_year("2021/22"), parse_year("21-22"), parse_year("2021/23")
    (datetime.date(2016, 1, 1), datetime.date(2021, 4, 1), datetime.date(2021, 4, 1), None)
    """
    if re.fullmatch(CALENDAR_YEAR, text):
        year = int(text) - named_after_end
        first = datetime.date(year, 4 if named_after_end else 1, 1) if year > 0 else None
    elif re.fullmatch(f"{FINANCIAL_YEAR}|{SHORT_FINANCIAL_YEAR}", text):
        year = int(text[:-3]) + (2000 if len(text) == len("21-22") else 0)
        first = datetime.date(year, 4, 1) if year and (year + 1) % 100 == int(text[-2:]) else None
    else:
        return None
    return first if first is not None and EARLIEST <= first <= LATEST else None


def parse_day(text: str, formats: Iterable[str]) -> datetime.date | None:
    """The day that a text names in one of the formats, to the letter; None when it names none."""
    for form in formats:
        try:
            day = datetime.datetime.strptime(text, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
        if day.strftime(form).casefold() == text.casefold() and FIRST_DAY <= day <= LAST_DAY:
            return day
    return None


def last_day(month: datetime.date) -> datetime.date:
    """The last day of a month."""
    return add_months(month, 1) - datetime.timedelta(days=1)


def add_months(month: datetime.date, months: int) -> datetime.date:
    """The first day of the month so many months later (or earlier)."""
    number = month.year * 12 + month.month - 1 + months
    return datetime.date(number // 12, number % 12 + 1, 1)
