"""The publishers' spellings of a month, and the one date that each stands for."""

from __future__ import annotations

import datetime
import re

# Spelling → strptime format. The first of the month is the only day a month may begin on.
SPELLINGS = {
    r"\d{2}[A-Za-z]{3}\d{4}": "%d%b%Y",
    r"[A-Za-z]{3}\d{4}": "%b%Y",
    r"[A-Za-z]{3}-\d{2}": "%b-%y",
    r"[A-Za-z]{3}-\d{4}": "%b-%Y",
    r"\d{2}/\d{2}/\d{4}": "%d/%m/%Y",
    r"\d{4}-\d{2}-\d{2}": "%Y-%m-%d",
}
# No figure that we read is older, and none is of a month that has not begun.
EARLIEST = datetime.date(1990, 1, 1)
LATEST = datetime.datetime.now(datetime.UTC).date()
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


def last_day(month: datetime.date) -> datetime.date:
    """The last day of a month."""
    return add_months(month, 1) - datetime.timedelta(days=1)


def add_months(month: datetime.date, months: int) -> datetime.date:
    """The first day of the month so many months later (or earlier)."""
    number = month.year * 12 + month.month - 1 + months
    return datetime.date(number // 12, number % 12 + 1, 1)
