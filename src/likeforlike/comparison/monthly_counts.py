"""Counts of organisations by month with all that comparing them with an earlier month needs: geography, lineage."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from likeforlike.comparison.continuity import BroughtForward, Counted, bring_forward
from likeforlike.measures.build import Build
from likeforlike.measures.lineage import PRACTICE, Event
from likeforlike.measures.lineage_reading import read_events, read_issue_days
from likeforlike.measures.reading import read_observations


@dataclass(frozen=True)
class MonthlyCounts:
    """One indicator's counts for one kind of organisation: month → code → count; a withheld figure is not here."""

    counts: Mapping[datetime.date, Mapping[str, Counted]]
    coverage: Mapping[datetime.date, Mapping[str, float]]
    """The share of its patients that a figure is of, where that is known."""
    restricted: Mapping[datetime.date, set[str]]
    """Those whose figure not everybody may see."""
    successions: Mapping[str, Sequence[Event]]
    """Events `succeeded_by`, `part_moved_to` and `opened` of an organisation and of all that they connect it with."""

    def bring_forward(
        self, month: datetime.date, baseline: datetime.date, code: str
    ) -> BroughtForward | None:
        """The baseline month's count of an organisation as it is in a later month; None where it is simply new."""
        events = self.successions.get(code, ())
        return bring_forward(code, self.counts[month][code], self.counts[baseline], events)


def read_monthly_counts(
    build: Build, indicator: str, organisation_type: str, *, restricted: bool = False
) -> MonthlyCounts:
    """All counts of an indicator that are not withheld; `restricted` ones where whoever asks may see them."""
    observed = read_observations(build, indicator, organisation_type=organisation_type, restricted=restricted)
    issued = read_issue_days(build)
    counts: dict[datetime.date, dict[str, Counted]] = {}
    coverage: dict[datetime.date, dict[str, float]] = {}
    held_back: dict[datetime.date, set[str]] = {}
    for row in observed.select(
        [
            "organisation",
            "period_start",
            "numerator",
            "reason",
            "members",
            "editions",
            "restricted",
            "coverage",
        ]
    ).to_pylist():
        month, code = row["period_start"], row["organisation"]
        # The counts of a figure that is withheld are of those who happen to be there: more of them is not more.
        # A period that begins within a month, such as a survey's, has no same month of another year.
        if row["numerator"] is None or row["reason"] is not None or month.day != 1:
            continue
        counts.setdefault(month, {})[code] = _counted(row, organisation_type, issued)
        if row["coverage"] is not None:
            coverage.setdefault(month, {})[code] = row["coverage"]
        if row["restricted"]:
            held_back.setdefault(month, set()).add(code)
    events = read_events(build, events=("succeeded_by", "part_moved_to", "opened"))
    return MonthlyCounts(
        counts,
        coverage,
        held_back,
        connect_events([event for event in events if event.organisation_type == organisation_type]),
    )


def connect_events(events: Sequence[Event]) -> dict[str, list[Event]]:
    """The events of each organisation and of all that they connect it with, in their order.

    A few organisations at a time: each with all events of England would take as long as there are pairs.
    """
    group: dict[str, list[str]] = {}
    for event in events:
        one = group.setdefault(event.organisation, [event.organisation])
        if event.other is None:
            continue
        other = group.setdefault(event.other, [event.other])
        if one is not other:
            one += other
            for code in other:
                group[code] = one
    of_group: dict[int, list[Event]] = {}
    for event in events:
        of_group.setdefault(id(group[event.organisation]), []).append(event)
    return {code: of_group[id(members)] for code, members in group.items()}


def _counted(row: Mapping[str, Any], organisation_type: str, issued: Mapping[str, datetime.date]) -> Counted:
    editions = str(row["editions"] or "")
    if row["members"] is not None:
        # Summed from practices, which are placed as they are now in every month.
        return Counted(row["numerator"], row["period_start"], "as it is now")
    days = [issued[edition] for edition in editions.split(",") if edition in issued]
    if organisation_type == PRACTICE or not days:
        return Counted(row["numerator"], row["period_start"], f"{row['period_start']}")
    return Counted(row["numerator"], max(days), editions)
