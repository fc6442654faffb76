"""Overall ratings of social care other than care homes, 2014 to 2025, with each location's first and last day."""

from __future__ import annotations

import datetime

from likeforlike.sources.format import Staged
from likeforlike.sources.reading.delimited import DelimitedFormat

# Day 0 of the printed day numbers, as statistical packages count.
DAY_ZERO = "DATE '1960-01-01'"


def _day(number: str) -> str:
    return f"strftime({DAY_ZERO} + CAST(least({number}, 99999) AS INTEGER), '%Y-%m-%d')"


def newest_report(staged: Staged) -> datetime.date:
    """The table counts as issued on the day of its newest report: it prints no other."""
    return datetime.date.fromisoformat(max(staged.tables[0].coverage))


FORMAT = DelimitedFormat(
    printed=newest_report,
    made={
        "inherited": f"CASE WHEN report_date < {DAY_ZERO} + CAST(least(first_day_number, 99999) AS INTEGER) "
        "THEN 'Yes' ELSE 'No' END",
        "reports": "1",
        "opened": _day("first_day_number"),
        "closed": f"CASE WHEN last_day_number IS NULL THEN '' ELSE {_day('last_day_number')} END",
    },
)
