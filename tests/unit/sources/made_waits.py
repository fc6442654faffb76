"""Files of waits in small, in the publishers' shapes: pathways by specialty, cancer standards, diagnostic tests."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Cells = list[Any]

REFERRAL_HEADER = (
    "region_code,provider_code,provider_name,treatment_function_code,treatment_function,total_incomplete_pathways,"
    "total_within_18_weeks,pct_within_18_weeks,median_wait_weeks,p92_wait_weeks,total_52_plus,total_65_plus,"
    "total_78_plus,pct_52_plus,reporting_month"
)
REFERRAL_FILE = "rtt_incomplete_provider_by_tfc_2026-03.csv"
# Two trusts with the same two specialties; ear, nose and throat is where the long waits are.
REFERRAL_ROWS = (
    "Y56,RAA,FIRST NHS TRUST,C_120,Ear Nose and Throat Service,100,40,0.4,20.5,60.25,10,2,1,0.1,2026-03-01",
    "Y56,RAA,FIRST NHS TRUST,C_130,Ophthalmology Service,300,200,0.6666666666666666,9.5,30.25,3,0,0,0.01,2026-03-01",
    "Y56,RAA,FIRST NHS TRUST,C_999,Total,400,240,0.6,12.5,44.25,13,2,1,0.0325,2026-03-01",
    "Y58,TAB,SECOND NHS TRUST,C_120,Ear Nose and Throat Service,0,0,0.0,,,0,0,0,0.0,2026-03-01",
    "Y58,TAB,SECOND NHS TRUST,C_130,Ophthalmology Service,100,50,0.5,15.5,40.25,5,0,0,0.05,2026-03-01",
    "Y58,TAB,SECOND NHS TRUST,C_999,Total,100,50,0.5,15.5,40.25,5,0,0,0.05,2026-03-01",
)

CANCER_SHEET = "CWT CRS Provider Extract"
CANCER_FILE = "CWT-CRS-Oct-2024-to-Mar-2025-Data-Extract-Provider.xlsx"
CANCER_HEADER: Cells = [
    "PERIOD", "YEAR", "MONTH", "STANDARD", "ORG CODE", "STAGE/ROUTE", "TREATMENT MODALITY", "CANCER TYPE",
    "TOTAL TREATED", "WITHIN STANDARD", "BREACHES",
]  # fmt: skip
URGENT, SKIN, LUNG = "Urgent Suspected Cancer", "Skin", "Lung"
MARCH = datetime.date(2025, 3, 1)


def cancer_row(
    standard: str, provider: str, route: str, treatment: str, cancer: str, total: float, within: float
) -> Cells:
    """A row of an extract of March 2025."""
    return [
        MARCH, "2024/25", "MAR", standard, provider, route, treatment, cancer, total, within, total - within,
    ]  # fmt: skip


# One patient is shared by both; lung cancer is where the breaches are.
CANCER_ROWS: tuple[Cells, ...] = (
    cancer_row("28-day FDS", "RAA", "URGENT SUSPECTED CANCER", "", "Suspected lung cancer", 30, 24),
    cancer_row("62-day Combined", "RAA", URGENT, "ALL MODALITIES", LUNG, 10.5, 5),
    cancer_row("62-day Combined", "RAA", URGENT, "ALL MODALITIES", SKIN, 30, 28),
    cancer_row("62-day Combined", "NT9", URGENT, "ALL MODALITIES", LUNG, 1.5, 1),
    cancer_row("62-day Combined", "RAA", URGENT, "Surgery", "ALL CANCERS", 40, 32.5),
    cancer_row("62-day Combined", "RAA", URGENT, "Radiotherapy", "ALL CANCERS", 0.5, 0.5),
    cancer_row("62-day Combined", "NT9", URGENT, "Surgery", "ALL CANCERS", 1.5, 1),
)


def write_cancer(
    path: Path, rows: Sequence[Cells], header: Cells = CANCER_HEADER, sheet: str = CANCER_SHEET
) -> Path:
    """A workbook of one sheet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"default_date_format": "mmm-yy", "nan_inf_to_errors": True}) as book:
        written = book.add_worksheet(sheet)
        for number, row in enumerate([header, *rows]):
            written.write_row(number, 0, row)
    return path


DIAGNOSTICS_FILE = "Monthly-Diagnostics-Web-File-Provider-June-2025.xlsx"
BANDS = ["0 <01 weeks", *(f"{week:02d} <{week + 1:02d} weeks" for week in range(1, 13)), "13+ weeks"]
BANNER: tuple[Cells, ...] = (
    [],
    ["", "Title:", "Monthly Diagnostics"],
    ["", "Summary:", "Waiting times and activity for Diagnostic tests and procedures"],
    [],
    ["", "Period:", "June 2025"],
    ["", "Published:", "14th August 2025"],
    ["", "Revised:", ""],
    ["", "Status:", "Published"],
    [],
)
WHO: Cells = ["Regional Team Code", "Regional Team Name", "Provider Code", "Provider Name"]
WHICH: Cells = ["Diagnostic ID", "Diagnostic Test Name"]
WAITS: Cells = [
    "Total Waiting List", "Number waiting 6+ Weeks", "Number waiting 13+ Weeks", "Percentage waiting 6+ weeks",
]  # fmt: skip
DONE: Cells = [
    "Planned tests / procedures", "Unscheduled tests / procedures",
    "Waiting list tests / procedures (excluding planned)",
]  # fmt: skip


def waits(*weeks: int, planned: int = 0) -> Cells:
    """The figures of a row: those waiting, six weeks and thirteen weeks, the share, 14 bands, a gap, activity.

    `weeks` are the patients waiting up to one week, five to six, six to seven, and thirteen or more.
    """
    up_to_one, five, six, thirteen = weeks
    bands = [up_to_one, *[0] * 4, five, six, *[0] * 6, thirteen]
    over_6 = six + thirteen
    share = over_6 / sum(weeks) if sum(weeks) else 0
    return [sum(weeks), over_6, thirteen, share, *bands, "", planned, 7, 9]


FIRST: Cells = ["Y56", "London Commissioning Region", "RAA", "First NHS Trust"]
SECOND: Cells = ["Y58", "South West Commissioning Region", "NT9C1", "Second Clinic"]
IDLE: Cells = ["Y58", "South West Commissioning Region", "NT9C2", "Third Clinic"]
NOTHING: Cells = [0, 0, 0, 0, *[0] * 14, "", 0, 0, 0]


def add_up(*rows: Cells) -> Cells:
    """The figures of a row that is the sum of others."""
    sums = ["" if cells[0] == "" else sum(cells) for cells in zip(*rows, strict=True)]
    return [*sums[:3], sums[1] / sums[0], *sums[4:]]


SCAN, HEARING = waits(60, 20, 15, 5, planned=3), waits(40, 20, 30, 10)
CLINIC = waits(80, 15, 4, 1)
FIRST_TOTAL, TOTAL = add_up(SCAN, HEARING), add_up(SCAN, HEARING, CLINIC)
PROVIDER_ROWS: tuple[Cells, ...] = (
    ["", "", "", "Total", *TOTAL],
    [""] * 27,
    [*FIRST, *FIRST_TOTAL],
    [*SECOND, *CLINIC],
    [*IDLE, *NOTHING],
)
TEST_ROWS: tuple[Cells, ...] = (
    ["", "", "", "Total", "", "", *TOTAL],
    [""] * 29,
    [*FIRST, 1, "Magnetic Resonance Imaging", *SCAN],
    [*FIRST, 6, "Audiology - Audiology Assessments", *HEARING],
    [*FIRST, 16, "Total", *FIRST_TOTAL],
    [*SECOND, 1, "Magnetic Resonance Imaging", *CLINIC],
    [*SECOND, 16, "Total", *CLINIC],
)


def write_diagnostics(
    path: Path,
    providers: Sequence[Cells] = PROVIDER_ROWS,
    tests: Sequence[Cells] = TEST_ROWS,
    banner: Sequence[Cells] = BANNER,
    sheets: tuple[str, str] = ("Provider", "Provider by Test"),
) -> Path:
    """A workbook of two sheets, each with banner, group headings, header, total and rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"nan_inf_to_errors": True}) as book:
        for name, who, rows in (
            (sheets[0], WHO, providers),
            (sheets[1], [*WHO, "Diagnostic ID", "Diagnostic Test Name"], tests),
        ):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(banner):
                sheet.write_row(number, 0, row)
            first = len(banner)
            bands = len(who) + len(WAITS)
            sheet.write(first, 1, "Provider level data")
            sheet.write(first, 1 + bands, "Number of Patients Waiting at Month End")
            sheet.write(first, 1 + bands + 14, "Timebands \n Waiting")
            sheet.write(first, 1 + bands + 15, "Activity during month")
            sheet.write(first, 1 + bands + 18, "Activity")
            for number, row in enumerate([[*who, *WAITS, *BANDS, "", *DONE], *rows], start=first + 1):
                sheet.write_row(number, 1, row)
    return path
