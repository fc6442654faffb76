"""Checks of a pack's rows together: nothing twice, no overlapping periods, one way to count, and no people."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from likeforlike.errors import PersonalDataRefusedError
from likeforlike.sources.packs.faults import Faults
from likeforlike.sources.packs.figures import Row
from likeforlike.sources.reading.people import check_column, check_no_people, is_nhs_number

# Fewer rows than this that repeat another are a slip, not the rows of single events.
FEWEST_EVENTS = 3
SHARE_OF_EVENTS = 0.5
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ .-]?\d{3}[ .-]?\d{4}(?!\d)")


def check_rows_together(rows: Sequence[Row], name: str, faults: Faults) -> None:
    """Note a fault where rows that hold each by itself do not hold together."""
    series: dict[tuple[str, str], list[Row]] = {}
    periods: dict[tuple[str, datetime.date], Row] = {}
    first: dict[str, Row] = {}
    for row in rows:
        series.setdefault((row.indicator, row.organisation), []).append(row)
        same_start = periods.setdefault((row.indicator, row.start), row)
        if same_start.end != row.end:
            faults.add(
                f"{name}, rows {same_start.line} and {row.line}",
                f"two periods of '{row.indicator}' begin on {row.start}, and one ends on {same_start.end}, the other "
                f"on {row.end}.",
                "Periods of different length cannot be compared: give all organisations the same periods.",
            )
        _check_counted_alike(first.setdefault(row.indicator, row), row, name, faults)
    for (indicator, organisation), its in series.items():
        its.sort(key=lambda row: (row.start, row.end, row.line))
        one = its[0]
        for other in its[1:]:
            if other.start <= one.end:
                both = (
                    "the same period twice"
                    if (one.start, one.end) == (other.start, other.end)
                    else f"periods that overlap, {one.start} to {one.end} and {other.start} to {other.end}"
                )
                faults.add(
                    f"{name}, rows {min(one.line, other.line)} and {max(one.line, other.line)}",
                    f"'{indicator}' of {organisation} has {both}.",
                    "A pack counts everything once: remove one of the two.",
                )
            one = max(one, other, key=lambda row: row.end)


def _check_counted_alike(first: Row, row: Row, name: str, faults: Faults) -> None:
    """One indicator has one kind of denominator in a pack: its own or the list size, and not here this, there that."""
    for column, one, other in (
        ("denominator", first.denominator, row.denominator),
        ("expected", first.expected, row.expected),
    ):
        if (one is None) != (other is None):
            faults.add(
                f"{name}, row {row.line}, column '{column}'",
                f"is {'empty' if other is None else 'filled'}, in row {first.line} it is "
                f"{'empty' if one is None else 'filled'}.",
                f"Fill '{column}' in all rows of '{row.indicator}' or in none: else they are not like for like.",
            )


def check_no_people_in_table(
    header: Sequence[str], rows: Sequence[tuple[int, list[str]]], name: str, faults: Faults
) -> None:
    """Note a fault, about people, where headers, numbers or the shape of the rows are those of single persons."""
    width = len(header)
    whole = [cells for _, cells in rows if len(cells) == width]
    try:
        check_no_people(header, whole, name)
        for place, heading in enumerate(header):
            # No column of a pack but those of its figures can hold counts.
            counts = heading.strip().casefold() in ("numerator", "denominator", "expected")
            check_column(heading, [cells[place] for cells in whole], name, may_be_counts=counts)
    except PersonalDataRefusedError as error:
        faults.add(name, error.what, error.next_step, about_people=True)
    for line, cells in rows:
        for cell in cells:
            if has_nhs_number(cell):
                faults.add(
                    f"{name}, row {line}",
                    "a cell holds what looks like an NHS number.",
                    "Remove it, and check who may hold this file. Nothing was kept.",
                    about_people=True,
                )


def has_nhs_number(text: str) -> bool:
    """Whether a text holds ten digits, together or in the usual groups, with an NHS number's check digit."""
    return any(is_nhs_number(digits) for digits in _TEN_DIGITS.findall(text))


def check_rows_are_no_events(
    rows: Iterable[tuple[int, list[str]]], places: Mapping[str, int], name: str, faults: Faults
) -> None:
    """Note a fault, about people, where most rows repeat another's organisation, period and indicator."""
    key = [places[column] for column in ("organisation_code", "indicator", "period_start", "period_end")]
    counted = Counter(tuple(cells[place] for place in key) for _, cells in rows if len(cells) == len(places))
    total = counted.total()
    repeated = total - len(counted)
    if repeated >= FEWEST_EVENTS and repeated > SHARE_OF_EVENTS * total:
        faults.add(
            name,
            f"{repeated:,} of {total:,} rows repeat the organisation, period and indicator of another, as records of "
            "single events or people do.",
            "A pack holds one row for an organisation, period and indicator. Aggregate the records first, and "
            "check who may hold this file. Nothing was kept.",
            about_people=True,
        )
