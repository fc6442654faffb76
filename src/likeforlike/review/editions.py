"""Earlier editions of the same months: on which days the figures of a review's window were others."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from likeforlike.review.plan import ReviewPlan
from likeforlike.store import AddedFile

# Each is a build and a fit of its own.
MOST_EARLIER = 4


def earlier_days(
    files: Iterable[AddedFile], sources: set[str], plan: ReviewPlan
) -> tuple[datetime.date, ...]:
    """The days, newest last, on which another edition of a month of the window stood and the last month was known.

    A month that only one issue has gives none: later issues of other months are later windows, not other editions.
    """
    issues: dict[tuple[str, str, str], set[datetime.date]] = {}
    for file in files:
        published = datetime.date.fromisoformat(file.published)
        if file.source not in sources or (plan.as_at is not None and published > plan.as_at):
            continue
        for table in file.tables:
            for period in table.coverage:
                issues.setdefault((file.source, table.table, period), set()).add(published)
    within = {
        key: days
        for key, days in issues.items()
        if plan.window.first <= datetime.date.fromisoformat(key[2]) <= plan.window.last
    }
    # Of each table the last month that it has in the window: from the day on which all of them were known.
    last: dict[tuple[str, str], str] = {}
    for source, name, period in within:
        last[source, name] = max(period, last.get((source, name), period))
    if not last:
        return ()
    known = max(min(within[source, name, period]) for (source, name), period in last.items())
    superseded = {day for days in within.values() for day in days if day != max(days)}
    return tuple(sorted(day for day in superseded if day >= known)[-MOST_EARLIER:])
