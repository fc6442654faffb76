"""Diagnostic waits by provider and test: an old workbook (.xls) with a banner, a total and sums of its own."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.cells import show_cell
from likeforlike.sources.reading.expected import expected_events
from likeforlike.sources.reading.months import parse_day
from likeforlike.sources.reading.providers import provider_kind
from likeforlike.sources.reading.sheets import Rows, SheetTable, column_letter, find_behind
from likeforlike.sources.reading.workbooks import WorkbookFormat, check_once

TOTAL = "Total"
LAST_BAND = "waiting_13_weeks_or_more"
WEEKS = (*(f"waiting_{week}_to_{week + 1}_weeks" for week in range(13)), LAST_BAND)
BEFORE_SIX_WEEKS = 6
ACTIVITY = ("planned_tests", "unscheduled_tests", "waiting_list_tests")
COUNTS = ("waiting", "over_6_weeks", "over_13_weeks", *WEEKS, *ACTIVITY)
# The publisher prints shares to fifteen decimals: half of the last one, and what a double of that size can lose.
PRINTED_TO = 0.5e-15 + 2**-53
NEXT_STEP = "The publisher's figures add up exactly; download the file again."
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th) ([A-Z][a-z]+ \d{4})")

Counts = tuple[int, ...]


def find_issue_date(rows: Rows, where: str) -> datetime.date | None:
    """The day of issue above the header, that of the last revision where there was one; None where none is printed.

    Raises:
        FileRefusedError: what is printed there is no day such as '12th June 2025'.
    """
    place = find_behind(rows, "Revised:") or find_behind(rows, "Published:")
    if place is None:
        return None
    row, column = place
    cell = rows[row][column]
    found = _DAY.fullmatch(cell.strip()) if isinstance(cell, str) else None
    day = parse_day(f"{found[1]:0>2} {found[2]}", ("%d %B %Y",)) if found else None
    if day is None:
        raise FileRefusedError(
            f"found '{show_cell(cell)}', expected a day such as '12th June 2025'.",
            where=f"{where}, row {row + 1}, column {column_letter(column)}",
            next_step="Correct the day in the workbook.",
        )
    return day


def check_waits(read: SheetTable) -> None:
    """Raise FileRefusedError where weeks do not add up to those waiting, or the printed share is not theirs."""
    shares = read.columns["printed_share_over_6_weeks"].values
    for place, counts in enumerate(_counts(read)):
        waiting, over_6, over_13, *after = counts
        weeks = after[: len(WEEKS)]
        for name, count, parts in (
            ("waiting", waiting, sum(weeks)),
            ("over_6_weeks", over_6, sum(weeks[BEFORE_SIX_WEEKS:])),
            ("over_13_weeks", over_13, weeks[-1]),
        ):
            if count != parts:
                raise FileRefusedError(
                    f"{parts:,} patients in the single weeks, the row says {count:,}.",
                    where=read.at(read.rows[place], name),
                    next_step=NEXT_STEP,
                )
        share, printed = over_6 / waiting if waiting else 0.0, shares[place]
        # A number column without missing tokens.
        assert isinstance(printed, float)
        if abs(share - printed) > PRINTED_TO:
            raise FileRefusedError(
                f"{over_6:,} of {waiting:,} are {share:.15g}, printed is {printed:.15g}.",
                where=read.at(read.rows[place], "printed_share_over_6_weeks"),
                next_step=NEXT_STEP,
            )


def check_sheets_agree(tables: Mapping[str, SheetTable]) -> None:
    """Raise FileRefusedError where a provider's tests are not its total, or that is not its row on the first sheet.

    A provider with nobody waiting and nothing done stands on the first sheet alone.
    """
    providers, tests = tables["providers"], tables["tests"]
    for read in (providers, tests):
        check_once(read, read.table.key)
    parts: dict[object, list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    totals: dict[object, tuple[int, Counts]] = {}
    labels, codes = tests.columns["test"].values, tests.columns["provider"].values
    for place, counts in enumerate(_counts(tests)):
        if labels[place] == TOTAL:
            totals[codes[place]] = place, counts
        else:
            parts[codes[place]] = [old + new for old, new in zip(parts[codes[place]], counts, strict=True)]
    nothing = (0,) * len(COUNTS)
    for place, counts in enumerate(_counts(providers)):
        code = providers.columns["provider"].values[place]
        row, total = totals.pop(code, (None, nothing))
        _check_same(counts, total, providers, place, f"provider {code} on sheet '{tests.layout.sheet}'")
        if row is not None:
            _check_same(total, tuple(parts.pop(code, nothing)), tests, row, f"the tests of provider {code}")
    strayed = next((place for place, code in enumerate(codes) if code in totals or code in parts), None)
    if strayed is not None:
        code = codes[strayed]
        raise FileRefusedError(
            f"provider {code} has no row of its own on sheet '{providers.layout.sheet}'"
            f"{'' if code in totals else ', or no total here'}.",
            where=tests.at(tests.rows[strayed], "provider"),
            next_step=NEXT_STEP,
        )


def _check_same(stated: Counts, found: Counts, read: SheetTable, place: int, what: str) -> None:
    for name, count, other in zip(COUNTS, stated, found, strict=True):
        if count != other:
            raise FileRefusedError(
                f"{what}: {other:,}, this row says {count:,}.",
                where=read.at(read.rows[place], name),
                next_step=NEXT_STEP,
            )


def _counts(read: SheetTable) -> list[Counts]:
    """The counts of each row. Columns of counts without missing tokens hold whole numbers."""
    columns = [[value for value in read.columns[name].values if isinstance(value, int)] for name in COUNTS]
    return list(zip(*columns, strict=True))


FORMAT = WorkbookFormat(
    title="Monthly Diagnostics",
    check=check_waits,
    check_together=check_sheets_agree,
    printed=find_issue_date,
    made={
        "organisation_type": provider_kind("provider"),
        "expected_over_6_weeks": expected_events("over_6_weeks", "waiting", ("month", "test")),
    },
)
