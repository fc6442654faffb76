"""Writes the Cloud Based Telephony workbook of a month; here the title and Tables 3 to 5, by practice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from likeforlike.simulate.county import County
from likeforlike.simulate.months import day_month_year, month_and_year, publication_date
from likeforlike.simulate.telephony_calls import Calls, PhoneSystems
from likeforlike.simulate.telephony_rows import CallRow, call_rows
from likeforlike.simulate.telephony_summary import RETURN, TelephonyMonth, write_summary, write_times
from likeforlike.simulate.workbook import LICENCE_LINES, Book, Cell, Sheet, new_book, share

FOLDER = "cloud_telephony"
WHO_HEADER = (
    "Month [1]",
    "GP Practice \n(ODS_CODE)",
    "GP Name",
    "PCN Code",
    "PCN Name [2,3]",
    "Sub ICB Code [2]",
    "Sub ICB Name",
    "ICB Code  [2]",
    "ICB Name",
    "Region Code  [2]",
    "Region Name",
)
BANDS = ("Less than 1 minute", "", "1 - 2 minutes", "", "2 - 5 minutes", "", "Longer than 5 minutes", "")
COUNT_AND_SHARE = ("Count", "%") * 4
FIRST_COUNT = 11  # column of the first count, after those that say who and when
# 0 of 0 is printed as a dash up to October 2025 and left empty from November on.
DASH_UNTIL = date(2025, 10, 1)
NOTES = (
    ("Notes:", "  1   Fictional: data of a county that does not exist"),
    ("", '  2   Fictional: accounts shared by practices are "Unassigned", across areas "Unmapped"'),
    ("", "  3   Not all practices are members of a PCN. These cases are denoted by U or 'Unallocated'."),
    ("", "  4   Fictional: see the supporting information"),
)


@dataclass(frozen=True)
class PracticeTable:
    """One of the tables by practice: its title, its header, where the total stands and what a row holds.

    `headers` and `stale` are row → (first column, cells). The second is what was left standing above the
    header in the published workbooks, column numbers among it.
    """

    sheet: str
    title: str
    headers: dict[int, tuple[int, tuple[str, ...]]]
    stale: dict[int, tuple[int, tuple[Cell, ...]]]
    total_row: int
    total_label: tuple[str, ...]
    cells: Callable[[CallRow, str], tuple[Cell, ...]]


def _outcome_cells(row: CallRow, empty: str) -> tuple[Cell, ...]:
    inbound, requested = row.inbound, row.call_back_requested
    return (
        inbound, "",
        row.answered, share(row.answered, inbound, empty=empty),
        row.ended_in_ivr, share(row.ended_in_ivr, inbound, empty=empty),
        requested, share(requested, inbound, empty=empty), "",
        row.missed, share(row.missed, inbound, empty=empty), "",
        row.call_back_made, share(row.call_back_made, requested, digits=4, empty=empty),
    )  # fmt: skip


def _answered_cells(row: CallRow, empty: str) -> tuple[Cell, ...]:
    return (
        row.inbound, row.answered, share(row.answered, row.inbound, empty=empty), "",
        *_bands(row.answered_waits, row.answered, empty), "",
        *_bands(row.durations, row.answered, empty),
    )  # fmt: skip


def _missed_cells(row: CallRow, empty: str) -> tuple[Cell, ...]:
    return (
        row.inbound, row.missed, share(row.missed, row.inbound, empty=empty), "",
        *_bands(row.missed_waits, row.missed, empty),
    )  # fmt: skip


def _bands(counts: tuple[int, ...], whole: int, empty: str) -> tuple[Cell, ...]:
    return tuple(cell for count in counts for cell in (count, share(count, whole, empty=empty)))


OUTCOMES = PracticeTable(
    sheet="Table 3",
    title="Table 3: Summary of Cloud based telephony call outcomes, by practice, England, ",
    headers={
        9: (13, ("Count of Inbound Call Outcome",)),
        10: (
            0,
            (
                *WHO_HEADER, "Count of Inbound calls", "", "Answered", "",
                "Ended during the IVR Stage [4]", "", "Call back requested", "", "", "Missed", "", "",
                "Call back made", "",
            ),
        ),
        11: (
            11,
            (
                "Total", "", "Total", "%", "Total", "%", "Total", "%", "", "Total", "%", "", "Total",
                "% of requested",
            ),
        ),
    },
    stale={
        4: (11, (12, "", 13, "", 14, "", 15, "", "", 16, "", "", 17)),
        5: (11, (3, "", 5, 6, 7, 8, 9, 10, "", 12, 13, "", 15, 16)),
    },
    total_row=13,
    total_label=("Total",),
    cells=_outcome_cells,
)  # fmt: skip
ANSWERED = PracticeTable(
    sheet="Table 4",
    title=(
        "Table 4: Summary of Answered Calls, the time it took to answer and the duration of the call "
        "by practice, England, "
    ),
    headers={
        9: (15, ("Answered Calls - Wait time ", *("",) * 8, "Answered Calls - Duration ")),
        10: (0, (*WHO_HEADER, "Total Inbound calls", "Answered  [4]", "", "", *BANDS, "", *BANDS)),
        11: (11, ("Count", "Count", "%", "", *COUNT_AND_SHARE, "", *COUNT_AND_SHARE)),
    },
    stale={},
    total_row=12,
    total_label=("Total", "National"),
    cells=_answered_cells,
)
MISSED = PracticeTable(
    sheet="Table 5",
    title="Table 5: Summary of Missed Calls, the time spent waiting by practice, England, ",
    headers={
        9: (15, ("Missed Calls - Wait time [4]",)),
        10: (0, (*WHO_HEADER, "Total Inbound calls", "Missed [4]", "", "", *BANDS)),
        11: (11, ("Count", "Count", "%", "", *COUNT_AND_SHARE)),
    },
    stale={1: (11, (3, 7, "", "", 9, "", 10, "", 11))},
    total_row=12,
    total_label=("Total", "National"),
    cells=_missed_cells,
)


def write_telephony(
    county: County,
    systems: PhoneSystems,
    calls: Calls,
    summaries: tuple[TelephonyMonth, ...],
    directory: Path,
) -> Path:
    """Write the workbook of the last month in `summaries`, which run from the first month of all."""
    month = summaries[-1].month
    total = summaries[-1].total
    path = directory / FOLDER / f"Cloud Based Telephony Publication Summary {month_and_year(month)}.xlsx"
    rows = call_rows(county, systems, calls)
    copyright_line = f"Copyright © {publication_date(month).year} NHS England "
    with new_book(path) as book:
        _write_title(book, summaries, copyright_line.strip())
        _write_data_quality(book, copyright_line.strip())
        write_summary(book.sheet("Table 1"), summaries, copyright_line.strip())
        write_times(book.sheet("Table 2"), county, month, total.inbound, copyright_line)
        outcomes = book.sheet(OUTCOMES.sheet)
        # A total of an older issue was left standing above Table 3; here it is that of the first month.
        outcomes.write_row(1, _outcome_cells(summaries[0].total, ""), FIRST_COUNT)
        _write_practices(outcomes, OUTCOMES, month, rows, total, copyright_line)
        for table in (ANSWERED, MISSED):
            _write_practices(book.sheet(table.sheet), table, month, rows, total, copyright_line)
    return path


def _write_practices(
    sheet: Sheet, table: PracticeTable, month: date, rows: list[CallRow], total: CallRow, copyright_line: str
) -> None:
    empty = "-" if month <= DASH_UNTIL else ""
    for row, (column, stale) in table.stale.items():
        sheet.write_row(row, stale, column)
    sheet.write_row(5, (RETURN,))
    sheet.write_row(7, (table.title + month_and_year(month),))
    for row, (column, header) in table.headers.items():
        sheet.write_row(row, header, column)
    sheet.write_row(table.total_row, table.total_label)
    sheet.write_row(table.total_row, table.cells(total, empty), FIRST_COUNT)
    first = table.total_row + 2
    for place, calls in enumerate(rows, first):
        sheet.write_row(place, (month, *calls.who, *table.cells(calls, empty)))
    after = first + len(rows) + 1
    for place, note in enumerate(NOTES, after):
        sheet.write_row(place, note)
    sheet.write_row(after + len(NOTES) + 2, (copyright_line,))


def _write_title(book: Book, summaries: tuple[TelephonyMonth, ...], copyright_line: str) -> None:
    sheet = book.sheet("Title sheet")
    month = summaries[-1].month
    written = month_and_year(month)
    lines = (
        "_",
        "Cloud Based Telephony data in General Practice",
        "_",
        "Official Statistics in Development",
        "",
        f"{month_and_year(summaries[0].month)} to {written}",
        f"Publication date: {day_month_year(publication_date(month))}",
        "Please click here for the publication",
        "",
        "Introduction",
        "FICTIONAL. No practice, patient or call in this workbook exists; LikeForLike simulated it.",
        "",
        "Contents",
        "",
        "",
        "Table 1: Summary of Cloud based telephony calls by month, England",
        f"Table 2: Inbound Calls by day and time of day, {written}",
        *(table.title + written for table in (OUTCOMES, ANSWERED, MISSED)),
    )
    sheet.write_column(7, lines)
    sheet.write_row(37, (copyright_line,))
    sheet.write_column(41, LICENCE_LINES)


def _write_data_quality(book: Book, copyright_line: str) -> None:
    sheet = book.sheet("Data Quality")
    fictional = "FICTIONAL: a county that does not exist."
    sheet.write_column(7, ("_", "Data Quality", "", "Data Quality", fictional))
    sheet.write_row(38, (copyright_line,))
    sheet.write_column(42, LICENCE_LINES)
