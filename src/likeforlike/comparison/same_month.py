"""Months against the same months of an earlier year, raw and per working day: what a calendar alone does."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from likeforlike.measures.build import Build
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
    restricted: bool = False
    """Whether a figure is among them that not everybody may see."""


def compare_with_baseline(
    build: Build, indicator: str, organisation_type: str, baseline_year: int, *, restricted: bool = False
) -> list[MonthAgainstBaseline]:
    """Each later month against the same month of the baseline year, oldest first.

    `restricted` says that whoever asks may see what not everybody may.
    Counts are compared, not rates: lists grow by about a per cent a year. An organisation is counted only
    where both months have one. It says how many, never which: a count of areas is no list.
    """
    observed = read_observations(build, indicator, organisation_type=organisation_type, restricted=restricted)
    counts: dict[datetime.date, dict[str, int]] = {}
    withheld: dict[datetime.date, set[str]] = {}
    for code, month, count, reason, is_restricted in zip(
        observed["organisation"].to_pylist(),
        observed["period_start"].to_pylist(),
        observed["numerator"].to_pylist(),
        observed["reason"].to_pylist(),
        observed["restricted"].to_pylist(),
        strict=True,
    ):
        # The counts of a figure that is withheld are of those who happen to be there: more of them is not more.
        # A period that begins within a month, such as a survey's, has no same month of another year.
        if count is not None and reason is None and month.day == 1:
            counts.setdefault(month, {})[code] = count
            if is_restricted:
                withheld.setdefault(month, set()).add(code)
    return [
        _compare(month, baseline, counts, withheld.get(month, set()) | withheld.get(baseline, set()))
        for month in sorted(counts)
        if (baseline := month.replace(year=baseline_year)) in counts and month > baseline
    ]


def _compare(
    month: datetime.date,
    baseline: datetime.date,
    counts: dict[datetime.date, dict[str, int]],
    withheld: set[str],
) -> MonthAgainstBaseline:
    now, then = counts[month], counts[baseline]
    both = now.keys() & then.keys()
    days, baseline_days = count_working_days(month), count_working_days(baseline)
    return MonthAgainstBaseline(
        month=month,
        baseline=baseline,
        working_days=days,
        baseline_working_days=baseline_days,
        organisations=len(both),
        fewer=sum(now[code] < then[code] for code in both),
        # Multiplied out: whole numbers do not round.
        fewer_per_working_day=sum(now[code] * baseline_days < then[code] * days for code in both),
        restricted=not both.isdisjoint(withheld),
    )
