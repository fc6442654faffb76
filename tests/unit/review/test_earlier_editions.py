"""On which earlier days the same months had other figures."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any, cast

from made_figures import make_plan

from likeforlike.review.editions import MOST_EARLIER, earlier_days
from likeforlike.store import AddedFile

AUTUMN = make_plan(window={"last": datetime.date(2025, 11, 1), "months": 3})


def issue(published: str, *periods: str, source: str = "calls", table: str = "t") -> AddedFile:
    tables = (SimpleNamespace(table=table, coverage=tuple(f"{period}-01" for period in periods)),)
    return cast("AddedFile", SimpleNamespace(source=source, published=published, tables=tables))


def days(*files: AddedFile, plan: Any = AUTUMN, sources: frozenset[str] = frozenset({"calls"})) -> list[str]:
    return [day.isoformat() for day in earlier_days(files, set(sources), plan)]


def test_months_issued_once_have_no_other_edition() -> None:
    assert (
        days(issue("2025-10-10", "2025-09"), issue("2025-11-10", "2025-10"), issue("2025-12-10", "2025-11"))
        == []
    )


def test_a_month_issued_twice_had_other_figures_on_the_first_day() -> None:
    assert days(issue("2025-12-10", "2025-10", "2025-11"), issue("2026-01-10", "2025-11")) == ["2025-12-10"]


def test_before_the_last_month_was_known_there_is_no_review_to_compare() -> None:
    """October was issued in November and again in December, when November came: only the later review could be."""
    assert days(issue("2025-11-10", "2025-10"), issue("2025-12-10", "2025-10", "2025-11")) == []


def test_months_outside_the_window_other_sources_and_later_days_are_not_looked_at() -> None:
    twice = [issue("2025-12-10", "2025-11"), issue("2026-01-10", "2025-11")]
    assert (
        days(issue("2025-12-10", "2025-08"), issue("2026-01-10", "2025-08"), issue("2025-12-01", "2025-11"))
        == []
    )
    assert days(*twice, sources=frozenset({"online"})) == []
    as_at = make_plan(
        window={"last": datetime.date(2025, 11, 1), "months": 3}, as_at=datetime.date(2025, 12, 31)
    )
    assert days(*twice, plan=as_at) == []


def test_a_source_that_ends_earlier_must_be_known_too() -> None:
    """Online requests end in October and came in February: on the day of the first calls there were none of them."""
    calls = [issue("2025-12-10", "2025-11"), issue("2026-03-10", "2025-11")]
    both = frozenset({"calls", "online"})
    assert days(*calls, issue("2026-02-01", "2025-10", source="online"), sources=both) == []
    assert days(*calls, issue("2025-11-20", "2025-10", source="online"), sources=both) == ["2025-12-10"]


def test_the_newest_of_many_are_tried() -> None:
    many = [issue(f"2026-0{month}-10", "2025-11") for month in range(1, 8)]
    assert days(*many) == ["2026-03-10", "2026-04-10", "2026-05-10", "2026-06-10"]
    assert MOST_EARLIER == 4
