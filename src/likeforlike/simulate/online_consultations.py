"""Writes the workbook of submissions via online consultation systems of a month: title and Tables 1 to 3."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from likeforlike.simulate.area_cells import area_cells
from likeforlike.simulate.county import County
from likeforlike.simulate.months import (
    WEEKDAYS,
    day_month_year,
    days_of,
    month_and_year,
    publication_date,
    short_month,
)
from likeforlike.simulate.online_submissions import OnlineMonth, OnlineSystems, Submissions
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.workbook import LICENCE_LINES, Book, Cell, Sheet, new_book

FOLDER = "online_consultations"
RETURN = "Return to Contents"
MONTHS_SHOWN = 19  # Table 1 shows this many months at most
FOOTNOTE_MARKS = (" [10]", " [9]", " [8]", " [7]", " [7]")  # behind the newest months in Table 1
FIRST_PRACTICE_ROW = 13
HEADER = (
    "Month [1]",
    "GP Code",
    "GP Name",
    "PCN Code [2, 3]",
    "PCN Name [3]",
    "Sub ICB Code",
    "Sub ICB Name",
    "ICB Code",
    "ICB Name",
    "Region Code",
    "Region Name",
    "Supplier [4, 5, 6]",
    "Submissions [7]",
    "Clinical Submissions [7]",
    "Administrative Submissions [7]",
    "Other/Unknown Type Submissions [7]",
    "Registered Patient Count [8]",
    "Rate per 1,000 Registered Patients [9, 10]",
    "Participation [11]",
)
# In the supplier's column: of a practice that participates and sends nothing, and of one that does not.
NO_DATA_PARTICIPATING, NO_DATA = "No Data", "No data"
TIMES = (
    "00:00 - 05:59",
    "06:00 - 07:59",
    "08:00 - 09:59",
    "10:00 - 11:59",
    "12:00 - 13:59",
    "14:00 - 15:59",
    "16:00 - 17:59",
    "18:00 - 23:59",
    "Unknown",
)
TIME_SHARES = np.array([0.003, 0.034, 0.421, 0.204, 0.138, 0.116, 0.068, 0.016, 0.0])
DAY_WEIGHTS = np.array([1.30, 0.91, 0.83, 0.79, 0.75, 0.023, 0.034])  # Monday … Sunday
# Row of Table 1 → what stands in its first two cells.
SUMMARY_LABELS = {
    12: ("Coverage", "Open active practices"),
    13: ("", "Count of practices included in data publication [1]"),
    14: ("", "Count of practices receiving submissions via Online Consultation Systems [1, 2]"),
    16: ("", "Registered patients at open active practices"),
    17: (
        "",
        "Registered patients at practices that received submissions via an Online Consultation System",
    ),
    19: ("Submissions", "Total submissions received by practices [3], of which:"),
    20: ("Submission type", "Clinical submissions"),
    21: ("", "Administrative submissions"),
    22: ("", "Other/unknown type submissions [5]"),
    24: (
        "",
        (
            "Rate per 1,000 patients registered at practices that have received at least one submission "
            "via an Online Consultation System [6]"
        ),
    ),
}


def write_online_consultations(
    county: County,
    systems: OnlineSystems,
    submissions: Submissions,
    summaries: tuple[OnlineMonth, ...],
    directory: Path,
) -> Path:
    """Write the workbook of the last month in `summaries`, which run from the first month of all."""
    shown = summaries[-MONTHS_SHOWN:]
    place = len(summaries) - 1
    month = shown[-1].month
    copyright_line = f"Copyright © {publication_date(month).year} NHS England"
    name = f"Submissions via OC Systems in General Practice - {month_and_year(month)}.xlsx"
    path = directory / FOLDER / name
    with new_book(path) as book:
        _write_title(book, shown, copyright_line)
        _write_data_quality(book, copyright_line)
        _write_summary(book.sheet("Table 1"), shown, copyright_line)
        _write_practices(book.sheet("Table 2"), county, systems, submissions, place, copyright_line)
        _write_times(book.sheet("Table 3"), county, place, shown[-1].total, copyright_line)
    return path


def _titles(month: date) -> tuple[str, str, str]:
    written = month_and_year(month)
    times = "Average number of submissions via online consultation systems by submission time, per weekday"
    return (
        "Table 1: Summary of availability and usage of Online Consultation Systems, England",
        f"Table 2: Submissions received by practices via Online Consultation Systems, {written}",
        f"Table 3: {times}, England, {written}",
    )


def _write_title(book: Book, shown: tuple[OnlineMonth, ...], copyright_line: str) -> None:
    sheet = book.sheet("Title sheet")
    month = shown[-1].month
    lines = (
        "_",
        "Submissions via Online Consultation Systems in General Practice",
        "Official Statistics in Development",
        "_",
        f"{month_and_year(shown[0].month)} to {month_and_year(month)}",
        f"Publication date: {day_month_year(publication_date(month))}",
        "Please click here for the publication",
        "",
        "Introduction",
        "FICTIONAL. No practice, patient or submission in this workbook exists; LikeForLike simulated it.",
        "",
        "",
        "Contents",
        "",
        "Data Quality",
        *_titles(month),
    )
    sheet.write_column(7, lines)
    sheet.write_row(33, (copyright_line,))
    sheet.write_column(37, LICENCE_LINES)


def _write_data_quality(book: Book, copyright_line: str) -> None:
    sheet = book.sheet("Data Quality")
    sheet.write_row(5, (RETURN,))
    sheet.write_column(8, ("Data Quality", "FICTIONAL: a county that does not exist."))
    sheet.write_row(31, (copyright_line,))
    sheet.write_column(35, LICENCE_LINES)


def _write_summary(sheet: Sheet, shown: tuple[OnlineMonth, ...], copyright_line: str) -> None:
    sheet.write_column(8, (RETURN, "_", _titles(shown[-1].month)[0]))
    for row, labels in SUMMARY_LABELS.items():
        sheet.write_row(row, labels)
    for place, one in enumerate(shown[::-1]):
        mark = FOOTNOTE_MARKS[place] if place < len(FOOTNOTE_MARKS) else ""
        cells: dict[int, Cell] = {
            11: short_month(one.month, "-") + mark,
            12: one.open_practices,
            13: one.included,
            14: one.receiving,
            16: one.patients,
            17: one.patients_receiving,
            19: one.total,
            20: one.clinical,
            21: one.administrative,
            22: one.other,
            24: 1000 * one.total / max(one.patients_receiving, 1),
        }
        for row, cell in cells.items():
            sheet.write_row(row, (cell,), column=2 + place)
    sheet.write_row(26, ("Source: NHS England",))
    sheet.write_row(27, ("Notes:", "1   Fictional: data of a county that does not exist"))
    sheet.write_row(38, ("", copyright_line))


def _write_practices(
    sheet: Sheet,
    county: County,
    systems: OnlineSystems,
    submissions: Submissions,
    month: int,
    copyright_line: str,
) -> None:
    sheet.write_column(8, (RETURN, "_", _titles(county.months[month])[1]))
    sheet.write_row(12, HEADER)
    total = submissions.clinical + submissions.administrative + submissions.other
    practices = county.open_practices(month)
    for row, practice in enumerate(practices, FIRST_PRACTICE_ROW):
        patients = int(county.populations.list_size[practice, month])
        participating = bool(systems.participating[practice])
        nothing = NO_DATA_PARTICIPATING if participating else NO_DATA
        cells = (
            county.months[month],
            county.codes[practice],
            county.practice_names[practice],
            *area_cells(county, int(practice)),
            systems.suppliers[practice] if submissions.sending[practice] else nothing,
            int(total[practice]),
            int(submissions.clinical[practice]),
            int(submissions.administrative[practice]),
            int(submissions.other[practice]),
            patients,
            1000 * int(total[practice]) / patients,
            float(participating),
        )
        sheet.write_row(row, cells)
    after = FIRST_PRACTICE_ROW + len(practices) + 1
    sheet.write_row(after, ("Source: NHS England",))
    sheet.write_row(after + 2, ("Notes:", "  1   Fictional: data of a county that does not exist"))
    sheet.write_row(after + 3, ("", "11  Practices that do not participate are marked with a 0."))
    sheet.write_row(after + 5, ("", copyright_line))


def _write_times(sheet: Sheet, county: County, month: int, total: int, copyright_line: str) -> None:
    """Table 3: averages over the month's Mondays, Tuesdays …; times the days they make up the total."""
    sheet.write_column(8, (RETURN, "_", _titles(county.months[month])[2]))
    sheet.write_row(11, ("Submission time",), column=1)
    sheet.write_row(12, ("Day", *TIMES))
    days = np.bincount([day.weekday() for day in days_of(county.months[month])], minlength=7)
    rng = random_stream(county.plan.seed, "submission times", month)
    weights = DAY_WEIGHTS * days
    by_day = rng.multinomial(total, weights / weights.sum())
    by_time = rng.multinomial(by_day, TIME_SHARES)
    for weekday, name in enumerate(WEEKDAYS):
        averages = by_time[weekday] / days[weekday]
        sheet.write_row(13 + weekday, (name, *(float(average) for average in averages)))
    sheet.write_row(21, ("Source: NHS England",))
    sheet.write_row(22, ("Notes:",))
    sheet.write_row(24, ("", copyright_line))
