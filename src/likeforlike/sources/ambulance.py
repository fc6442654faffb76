"""Ambulance systems indicators: response times by category and how calls were resolved, by service and month."""

from __future__ import annotations

import datetime
from collections import defaultdict

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.cells import Value
from likeforlike.sources.reading.providers import provider_kind
from likeforlike.sources.reading.sheets import SheetTable
from likeforlike.sources.reading.workbooks import WorkbookFormat

CATEGORIES = ("c1", "c2", "c3", "c4")
# Counts and total times, of which England and a region of several services have the sum of their services.
SUMMED = (
    "incidents", "seen", "heard_and_treated", "conveyed_to_emergency_department",
    "c1_incidents", "c1_seconds", "c2_incidents", "c2_seconds", "c3_incidents", "c3_seconds", "c4_incidents",
    "c4_seconds",
)  # fmt: skip
# The mean is printed in whole seconds, and was sent by the services before 2018: up to seven seconds beside it.
MOST_OFF = 8.0

# The key's text is the financial year, the month in capitals and the code of the area: '2025-26AUGUSTRYF'.
MONTH_NAME = "substr(row_key, 8, length(row_key) - 7 - length(area))"
FIRST_YEAR = "TRY_CAST(left(row_key, 4) AS INTEGER)"
IN_NEXT_YEAR = f"{MONTH_NAME} IN ('JANUARY', 'FEBRUARY', 'MARCH')"
YEAR = f"({FIRST_YEAR} + CAST({IN_NEXT_YEAR} AS INTEGER))"
IS_REGION = "regexp_full_match(area, 'Y[0-9]{2}|XR[0-9]')"
IS_PROVIDER = "regexp_full_match(area, '[RT][A-Z0-9]{2}|X[ABCM][0-9]')"

MADE = {
    "month": f"CASE WHEN ends_with(row_key, area) AND {MONTH_NAME} = upper({MONTH_NAME}) "
    f"AND ({FIRST_YEAR} + 1) % 100 = TRY_CAST(substr(row_key, 6, 2) AS INTEGER) "
    f"THEN strftime(try_strptime({YEAR} || ' ' || {MONTH_NAME}, '%Y %B'), '%Y-%m-%d') END",
    "organisation_type": f"CASE WHEN area = 'ENG' THEN 'england' WHEN {IS_REGION} THEN 'nhs_region' "
    f"WHEN {IS_PROVIDER} THEN {provider_kind('area')} ELSE area END",
    # A region's row bears its own code as its region's.
    "region": f"CASE WHEN {IS_REGION} THEN '' ELSE coalesce(printed_region, '') END",
    # Before a service sent its figures all of them are zero.
    "response_times": "CASE WHEN c1_incidents IS NULL THEN 'not available' WHEN c1_incidents = 0 THEN 'not yet' "
    "ELSE 'sent' END",
    "incident_counts": "CASE incidents WHEN 0 THEN 'not yet' ELSE 'sent' END",
    # The centile of no incidents is printed as zero.
    **{
        f"{category}_centile_90_minutes": (
            f"CASE WHEN {category}_centile_90 IS NULL OR {category}_incidents = 0 THEN '-' "
            f"ELSE CAST({category}_centile_90 / 60 AS VARCHAR) END"
        )
        for category in CATEGORIES
    },
}


def check_figures(read: SheetTable) -> None:
    """Raise FileRefusedError where services do not sum to England or their region, or a mean is not its quotient."""
    if None in read.columns["month"].values or None in read.columns["organisation_type"].values:
        return  # Refused with its row, as every cell that says nothing, when the table is written.
    _check_sums(read)
    _check_parts(read)
    for category in CATEGORIES:
        _check_mean(read, category)


def _check_sums(read: SheetTable) -> None:
    kinds, months = read.columns["organisation_type"].values, read.columns["month"].values
    areas, regions = read.columns["area"].values, read.columns["printed_region"].values
    printed: dict[tuple[Value, Value], int] = {}
    parts: dict[tuple[Value, Value], list[int]] = defaultdict(list)
    for place, (kind, month, area, region) in enumerate(zip(kinds, months, areas, regions, strict=True)):
        if kind in ("england", "nhs_region"):
            printed[month, area] = place
        else:
            parts[month, "ENG"].append(place)
            parts[month, region].append(place)
    for month in dict.fromkeys(months):
        if (month, "ENG") not in printed:
            raise FileRefusedError(
                f"there is no row of England for {_show(month)}.",
                where=read.where,
                next_step="Download the file again; every month has one.",
            )
    for (month, area), place in printed.items():
        for name in SUMMED:
            values = read.columns[name].values
            summed = sum(_number(values[part]) for part in parts[month, area])
            if summed != _number(values[place]):
                raise FileRefusedError(
                    f"{_number(values[place]):,.0f} is printed for {area} in {_show(month)}, its services sum to "
                    f"{summed:,.0f}.",
                    where=read.at(read.rows[place], name),
                    next_step="Download the file again, or ask the publisher.",
                )


def _check_parts(read: SheetTable) -> None:
    """Those who were not seen face to face are part of all incidents."""
    every, heard = read.columns["incidents"].values, read.columns["heard_and_treated"].values
    for place, (incidents, part) in enumerate(zip(every, heard, strict=True)):
        if _number(part) > _number(incidents):
            raise FileRefusedError(
                f"{_number(part):,.0f} incidents without a face-to-face response, of {_number(incidents):,.0f}.",
                where=read.at(read.rows[place], "heard_and_treated"),
                next_step="Download the file again, or ask the publisher.",
            )


def _check_mean(read: SheetTable, category: str) -> None:
    columns = [read.columns[f"{category}_{name}"].values for name in ("seconds", "incidents", "mean")]
    for place, (seconds, incidents, mean) in enumerate(zip(*columns, strict=True)):
        if not _number(incidents) or mean is None:
            continue
        quotient = _number(seconds) / _number(incidents)
        if abs(quotient - _number(mean)) > MOST_OFF:
            raise FileRefusedError(
                f"a mean of {_number(mean):,.0f} seconds is printed, total time over incidents is {quotient:,.1f}.",
                where=read.at(read.rows[place], f"{category}_mean"),
                next_step="Download the file again, or ask the publisher.",
            )


def _number(value: Value) -> float:
    """A figure, for sums: what is not available adds nothing, as in the publisher's own."""
    return float(value) if isinstance(value, int | float) else 0.0


def _show(month: Value) -> str:
    return f"{month:%B %Y}" if isinstance(month, datetime.date) else "an unknown month"


FORMAT = WorkbookFormat(title="About the Ambulance Quality Indicators (AQI)", check=check_figures, made=MADE)
