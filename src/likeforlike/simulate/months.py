"""The months of the county: working days, publication dates and the publishers' spellings of dates."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import holidays
import numpy as np
import numpy.typing as npt

THURSDAY = 3
DECEMBER = 12
NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def month_after(month: date, steps: int = 1) -> date:
    """The first day of the month `steps` later (earlier when negative)."""
    count = month.year * 12 + month.month - 1 + steps
    return date(count // 12, count % 12 + 1, 1)


def months_between(first: date, second: date) -> int:
    """How many months the second is after the first (negative: before)."""
    return (second.year - first.year) * 12 + second.month - first.month


def months_up_to(last: date, count: int) -> tuple[date, ...]:
    """`count` months in order, the last of them `last`."""
    return tuple(month_after(last, step) for step in range(1 - count, 1))


def year_published(month: date, issued_in: int) -> int:
    """The calendar year of the newest yearly issue by the end of a month, where one appears in month `issued_in`."""
    return month.year if month.month >= issued_in else month.year - 1


def month_end(month: date) -> date:
    """The last day of the month."""
    return date(month.year, month.month, monthrange(month.year, month.month)[1])


def days_of(month: date) -> tuple[date, ...]:
    """Every day of the month in order."""
    return tuple(month + timedelta(day) for day in range(month_end(month).day))


def bank_holidays(months: tuple[date, ...]) -> frozenset[date]:
    """England's bank holidays in the years of the months."""
    years = range(months[0].year, months[-1].year + 1)
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=years))


def working_days(months: tuple[date, ...]) -> npt.NDArray[np.int64]:
    """Weekdays less England's bank holidays, one figure per month."""
    closed = bank_holidays(months)
    return np.array(
        [sum(day.weekday() < 5 and day not in closed for day in days_of(month)) for month in months],
        dtype=np.int64,
    )


def publication_date(month: date) -> date:
    """The last Thursday of the following month; in December the third, as NHS England does."""
    following = month_after(month)
    thursdays = [day for day in days_of(following) if day.weekday() == THURSDAY]
    return thursdays[2] if following.month == DECEMBER else thursdays[-1]


def day_month_year(day: date) -> str:
    """`18 December 2025`."""
    return f"{day.day} {NAMES[day.month - 1]} {day.year}"


def month_and_year(month: date) -> str:
    """`November 2025`."""
    return f"{NAMES[month.month - 1]} {month.year}"


def short_month(month: date, separator: str) -> str:
    """`Nov-25`, `Nov_25` or `Nov25`, according to the separator."""
    return f"{NAMES[month.month - 1][:3]}{separator}{month.year % 100:02d}"


def sas_date(month: date) -> str:
    """`01NOV2025`, as SAS prints dates in the appointments files."""
    return sas_date_mixed(month).upper()


def sas_date_mixed(month: date) -> str:
    """`01Nov2025`, as in the registered patients' map."""
    return f"01{NAMES[month.month - 1][:3]}{month.year}"
