"""Tables 1 and 2 of the telephony workbook: the months side by side, and the month by day and time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from likeforlike.simulate.county import County
from likeforlike.simulate.months import (
    WEEKDAYS,
    bank_holidays,
    days_of,
    month_and_year,
    month_end,
    short_month,
)
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.telephony_calls import Calls
from likeforlike.simulate.telephony_rows import CallRow, total_row
from likeforlike.simulate.workbook import Cell, Sheet, share

RETURN = "Return to Contents"
STALE_NOTES_ROW = 4780  # notes of another publication, left standing far below Table 2
TIMES = (
    "00:00 - 05:59", "06:00 - 07:59", "08:00 - 09:59", "10:00 - 11:59", "12:00 - 13:59", "14:00 - 15:59",
    "16:00 - 17:59", "18:00 - 18:29", "18:30 - 23:59",
)  # fmt: skip
TIME_SHARES = np.array([0.001, 0.052, 0.300, 0.216, 0.166, 0.172, 0.083, 0.005, 0.005])
DAY_WEIGHTS = np.array([1.35, 1.06, 0.97, 0.92, 0.92, 0.05, 0.018])  # Monday … Sunday
BANK_HOLIDAY_WEIGHT = 0.03

# Row of the sheet → what stands in its first two cells.
SUMMARY_LABELS = {
    10: ("Coverage", "Open active practices"),
    11: ("", "Count of practices included"),
    12: ("", "Practice coverage [1]"),
    13: ("", "Registered patients at open active practices"),
    14: ("", "Registered patients at included practices [2]"),
    15: ("", "Patient coverage"),
    17: ("Working Days", "Number of working weekdays"),
    19: ("Inbound calls", "Total Inbound Calls "),
    20: ("", "Rate of inbound calls per 1,000 patients registered at practices included"),
    22: ("Calls dealt with", "Calls answered [3]"),
    23: (
        "",
        (
            "Calls ended during the IVR (Interactive Voice Response) stage of the call before joining "
            "the queue, in response to an automated message or diversion [3]"
        ),
    ),
    24: ("", "Calls resulting in a call back request [3]"),
    26: ("", "Percentage of Inbound calls answered"),
    27: (
        "",
        (
            "Percentage of Inbound calls ended during the IVR stage of the call before joining the queue, "
            "in response to an automated message or diversion"
        ),
    ),
    28: ("", "Percentage of Inbound calls resulting in a call back request"),
    30: ("", "Call backs made"),
    31: ("", "Percentage of call backs made of those requested"),
    33: ("Calls not dealt with ", "Missed calls [3]"),
    34: ("", "Percentage of inbound calls missed"),
    36: ("Call wait times [4]", "Calls answered within 1 minute"),
    37: ("", "Calls answered within 1 to 2 minutes"),
    38: ("", "Calls answered within 2 to 5 minutes"),
    39: ("", "Calls answered after waiting over 5 minutes"),
    41: ("", "Percentage of calls answered within 1 minute"),
    42: ("", "Percentage of calls answered within 1 to 2 minutes"),
    43: ("", "Percentage of calls answered within 2 to 5 minutes"),
    44: ("", "Percentage of calls answered after waiting over 5 minutes"),
    46: ("Call durations", "Duration of 1 minute or less"),
    47: ("", "Duration of 1 to 2 minutes"),
    48: ("", "Duration of 2 to 5 minutes"),
    49: ("", "Duration of over 5 minutes"),
    # As published: the figures of row 51 stand without their label, which has slipped to row 55.
    52: ("", "Percentage of calls with a duration of 1 to 2 minutes"),
    53: ("", "Percentage of calls with a duration of 2 to 5 minutes"),
    54: ("", "Percentage of calls with a duration of over 5 minutes"),
    55: ("", "Percentage of calls with a duration of 1 minute or less"),
}
SUMMARY_NOTES = (
    "1 - Fictional: participation grows as in the real collection.",
    "2 - Fictional: registered patients of the practices that take part.",
    "3 - Fictional: how a call ended. The outcomes may not add up to the calls.",
    "4 - Fictional: how long callers waited.",
    "5 - Fictional: a month marked so was revised in the real publication.",
)


@dataclass(frozen=True)
class TelephonyMonth:
    """What Table 1 says about one month."""

    month: date
    working_days: int
    open_practices: int
    patients: int
    taking_part: int
    patients_taking_part: int
    total: CallRow


def summarise_calls(county: County, calls: Calls, month: int) -> TelephonyMonth:
    """The figures of one month for Table 1."""
    lists = county.populations.list_size[:, month]
    return TelephonyMonth(
        month=county.months[month],
        working_days=int(county.working_days[month]),
        open_practices=int((lists > 0).sum()),
        patients=int(lists.sum()),
        taking_part=int(calls.taking_part.sum()),
        patients_taking_part=int(lists[calls.taking_part].sum()),
        total=total_row(calls),
    )


def write_summary(sheet: Sheet, summaries: tuple[TelephonyMonth, ...], copyright_line: str) -> None:
    """Table 1: one column for each month, the newest first."""
    sheet.write_row(5, (RETURN,))
    sheet.write_row(7, ("Table 1: Summary of Cloud based telephony calls by month, England", "", "", "\xa0"))
    newest_first = summaries[::-1]
    # The publisher marks a revised month by a footnote, which turns its date into text.
    months = [
        f"{short_month(one.month, '-')} [5]" if place == 1 else month_end(one.month)
        for place, one in enumerate(newest_first)
    ]
    sheet.write_row(8, months, column=2)
    for row, labels in SUMMARY_LABELS.items():
        sheet.write_row(row, labels)
    for column, one in enumerate(newest_first, 2):
        for row, cell in _summary_cells(one).items():
            sheet.write_row(row, (cell,), column)
    sheet.write_row(57, ("Notes",))
    sheet.write_column(59, SUMMARY_NOTES)
    sheet.write_row(67, (copyright_line,))


def _summary_cells(one: TelephonyMonth) -> dict[int, Cell]:
    total = one.total
    cells: dict[int, Cell] = {
        10: one.open_practices,
        11: one.taking_part,
        12: share(one.taking_part, one.open_practices),
        13: one.patients,
        14: one.patients_taking_part,
        15: share(one.patients_taking_part, one.patients),
        17: one.working_days,
        19: total.inbound,
        20: share(1000 * total.inbound, one.patients_taking_part, digits=1),
        22: total.answered,
        23: total.ended_in_ivr,
        24: total.call_back_requested,
        26: share(total.answered, total.inbound),
        27: share(total.ended_in_ivr, total.inbound),
        28: share(total.call_back_requested, total.inbound),
        30: total.call_back_made,
        31: share(total.call_back_made, total.call_back_requested),
        33: total.missed,
        34: share(total.missed, total.inbound),
    }
    for band, count in enumerate(total.answered_waits):
        cells[36 + band] = count
        cells[41 + band] = share(count, total.answered)
    for band, count in enumerate(total.durations):
        cells[46 + band] = count
        cells[51 + band] = share(count, total.answered)
    return cells


def write_times(sheet: Sheet, county: County, month: date, inbound: int, copyright_line: str) -> None:
    """Table 2: the calls of the month by day and time of day; they add up to Table 3's total."""
    sheet.write_row(5, (RETURN,))
    sheet.write_row(7, (f"Table 2: Inbound Calls by day and time of day, {month_and_year(month)}",))
    sheet.write_row(9, ("", "Date", "Total Count of Inbound Calls", "", *TIMES))
    days = days_of(month)
    closed = bank_holidays((month,))
    weights = np.array(
        [BANK_HOLIDAY_WEIGHT if day in closed else DAY_WEIGHTS[day.weekday()] for day in days],
        dtype=np.float64,
    )
    rng = random_stream(county.plan.seed, "call times", county.months.index(month))
    by_day = rng.multinomial(inbound, weights / weights.sum())
    by_time = rng.multinomial(by_day, TIME_SHARES)
    for row, (day, count, times) in enumerate(zip(days, by_day, by_time, strict=True), 11):
        sheet.write_row(row, (WEEKDAYS[day.weekday()], day, int(count), "", *(int(time) for time in times)))
    sheet.write_row(12 + len(days), (copyright_line,))
    sheet.write_row(
        STALE_NOTES_ROW, ("Notes:", "  1   Left standing from another publication, as in the real files")
    )
