"""Months against the same months of an earlier year, raw and per working day: what a calendar alone does."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from likeforlike.comparison.continuity import BroughtForward, Counted, bring_forward
from likeforlike.measures.build import Build
from likeforlike.measures.lineage import PRACTICE, Event
from likeforlike.measures.lineage_reading import read_events, read_issue_days
from likeforlike.measures.reading import read_observations
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
    observed = read_observations(build, indicator, organisation_type=organisation_type, restricted=restricted)
    issued = read_issue_days(build)
    counts: dict[datetime.date, dict[str, Counted]] = {}
    withheld: dict[datetime.date, set[str]] = {}
    for row in observed.select(
        ["organisation", "period_start", "numerator", "reason", "members", "editions", "restricted"]
    ).to_pylist():
        month = row["period_start"]
        # The counts of a figure that is withheld are of those who happen to be there: more of them is not more.
        # A period that begins within a month, such as a survey's, has no same month of another year.
        if row["numerator"] is not None and row["reason"] is None and month.day == 1:
            counted = _counted(row, organisation_type, issued)
            counts.setdefault(month, {})[row["organisation"]] = counted
            if row["restricted"]:
                withheld.setdefault(month, set()).add(row["organisation"])
    successions = [
        event
        for event in read_events(build, events=("succeeded_by", "part_moved_to", "opened"))
        if event.organisation_type == organisation_type
    ]
    return [
        _compare(
            month, baseline, counts, successions, withheld.get(month, set()) | withheld.get(baseline, set())
        )
        for month in sorted(counts)
        if (baseline := month.replace(year=baseline_year)) in counts and month > baseline
    ]


def _counted(row: dict[str, Any], organisation_type: str, issued: dict[str, datetime.date]) -> Counted:
    editions = str(row["editions"] or "")
    if row["members"] is not None:
        # Summed from practices, which are placed as they are now in every month.
        return Counted(row["numerator"], row["period_start"], "as it is now")
    days = [issued[edition] for edition in editions.split(",") if edition in issued]
    if organisation_type == PRACTICE or not days:
        return Counted(row["numerator"], row["period_start"], f"{row['period_start']}")
    return Counted(row["numerator"], max(days), editions)


def _compare(
    month: datetime.date,
    baseline: datetime.date,
    counts: dict[datetime.date, dict[str, Counted]],
    successions: list[Event],
    withheld: set[str],
) -> MonthAgainstBaseline:
    now = counts[month]
    brought: dict[str, BroughtForward] = {
        code: forward
        for code, one in now.items()
        if (forward := bring_forward(code, one, counts[baseline], successions)) is not None
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
