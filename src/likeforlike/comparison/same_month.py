"""Months against the same months of an earlier year, raw and per working day: what a calendar alone does."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from likeforlike.comparison.continuity import BroughtForward
from likeforlike.comparison.monthly_counts import MonthlyCounts, read_monthly_counts
from likeforlike.measures.build import Build
from likeforlike.measures.working_days import count_working_days


@dataclass(frozen=True)
class MonthAgainstBaseline:
    """One month of all organisations of a kind beside the same month of the baseline year."""

    month: datetime.date
    baseline: datetime.date
    working_days: int
    baseline_working_days: int
    organisations: int
    """Those with a count in both months."""
    fewer: int
    """Those with a smaller count."""
    fewer_per_working_day: int
    """Those with a smaller count for each working day."""
    with_predecessors: int = 0
    """Those whose baseline holds the counts of organisations that they have followed since."""
    with_inferred: int = 0
    """Of these, those of which no source states a succession: it is inferred."""
    refused: tuple[tuple[str, str], ...] = ()
    """Organisations with a count in the month that cannot be compared, each with the reason."""
    restricted: bool = False
    """Whether a figure is among them that not everybody may see."""


def compare_with_baseline(
    build: Build, indicator: str, organisation_type: str, baseline_year: int, *, restricted: bool = False
) -> list[MonthAgainstBaseline]:
    """Each later month against the same month of the baseline year, oldest first.

    `restricted` says that whoever asks may see what not everybody may.
    Counts are compared, not rates: lists grow by about a per cent a year. An organisation is counted only
    where both months have one. Counts of organisations that have been followed by others since go to their
    successors; where that cannot be done the organisation is refused, with the reason. It says how many have
    fewer, never which: a count of areas is no list.
    """
    counts = read_monthly_counts(build, indicator, organisation_type, restricted=restricted)
    return [
        _compare(month, baseline, counts)
        for month in sorted(counts.counts)
        if (baseline := month.replace(year=baseline_year)) in counts.counts and month > baseline
    ]


def _compare(month: datetime.date, baseline: datetime.date, counts: MonthlyCounts) -> MonthAgainstBaseline:
    now = counts.counts[month]
    withheld = counts.restricted.get(month, set()) | counts.restricted.get(baseline, set())
    brought: dict[str, BroughtForward] = {
        code: forward for code in now if (forward := counts.bring_forward(month, baseline, code)) is not None
    }
    then = {code: one.count for code, one in brought.items() if one.count is not None}
    days, baseline_days = count_working_days(month), count_working_days(baseline)
    return MonthAgainstBaseline(
        month=month,
        baseline=baseline,
        working_days=days,
        baseline_working_days=baseline_days,
        organisations=len(then),
        fewer=sum(now[code].count < count for code, count in then.items()),
        # Multiplied out: whole numbers do not round.
        fewer_per_working_day=sum(
            now[code].count * baseline_days < count * days for code, count in then.items()
        ),
        with_predecessors=sum(bool(brought[code].predecessors) for code in then),
        with_inferred=sum(brought[code].inferred for code in then),
        refused=tuple((code, one.reason) for code, one in sorted(brought.items()) if one.reason is not None),
        restricted=any(not withheld.isdisjoint((code, *brought[code].predecessors)) for code in then),
    )
