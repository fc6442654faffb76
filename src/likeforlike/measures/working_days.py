"""Working days of a month: weekdays less England's bank holidays."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import lru_cache


@lru_cache(maxsize=512)
def count_working_days(month: datetime.date) -> int:
    """How many days of a month are Monday to Friday and no bank holiday in England.

    `month` is its first day. The bank holidays, one-off ones included, come from the library `holidays`.
    """
    import holidays

    closed = holidays.country_holidays("GB", subdiv="ENG", years=month.year)
    day, working = month, 0
    while day.month == month.month:
        working += day.weekday() < 5 and day not in closed
        day += datetime.timedelta(days=1)
    return working


def count_days(first: datetime.date, last: datetime.date) -> Iterator[tuple[datetime.date, int, int]]:
    """Each day from the first to the last, with the working days since the first: before it, and with itself."""
    import holidays

    closed = holidays.country_holidays("GB", subdiv="ENG", years=range(first.year, last.year + 1))
    before, day = 0, first
    while day <= last:
        through = before + (day.weekday() < 5 and day not in closed)
        yield day, before, through
        before, day = through, day + datetime.timedelta(days=1)
