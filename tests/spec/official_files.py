"""Small official files from tables that can be read: a test names the columns it is about, the rest is filled in.

Nothing here asks the catalogue: the headers are the publishers', written out by hand.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

Row = dict[str, str]

# What stands in a column that a test does not name. One place for all: practices of one network, sub-ICB, ICB, region.
PLACE = {
    "practice_name": "THE SURGERY",
    "pcn": "XP0001",
    "pcn_name": "NORTH PCN",
    "sub_icb": "XS001",
    "sub_icb_name": "FICTION NORTH",
    "icb": "XI01",
    "icb_name": "FICTION",
    "region": "XR1",
    "region_name": "FICTIONAL REGION",
}
APPOINTMENT = {
    "staff": "GP",
    "mode": "Face-to-Face",
    "category": "General Consultation Routine",
    "wait": "Same Day",
    "status": "Attended",
}

CROSSTAB = {
    "month": "APPOINTMENT_MONTH_START_DATE", "practice": "GP_CODE", "practice_name": "GP_NAME",
    "supplier": "SUPPLIER", "pcn": "PCN_CODE", "pcn_name": "PCN_NAME", "sub_icb": "SUB_ICB_LOCATION_CODE",
    "sub_icb_name": "SUB_ICB_LOCATION_NAME", "staff": "HCP_TYPE", "mode": "APPT_MODE",
    "category": "NATIONAL_CATEGORY", "wait": "TIME_BETWEEN_BOOK_AND_APPT",
    "appointments": "COUNT_OF_APPOINTMENTS", "status": "APPT_STATUS",
}  # fmt: skip
REGIONAL = {
    "sub_icb": "SUB_ICB_LOCATION_CODE", "sub_icb_ons": "SUB_ICB_LOCATION_ONS_CODE",
    "sub_icb_name": "SUB_ICB_LOCATION_NAME", "icb_ons": "ICB_ONS_CODE", "icb_name": "ICB_NAME",
    "region_ons": "REGION_ONS_CODE", "region_name": "REGION_NAME", "month": "APPOINTMENT_MONTH",
    "status": "APPT_STATUS", "staff": "HCP_TYPE", "mode": "APPT_MODE", "wait": "TIME_BETWEEN_BOOK_AND_APPT",
    "appointments": "COUNT_OF_APPOINTMENTS",
}  # fmt: skip
ANNEX_1_TABLE_1 = {
    "month": "Appointment Month", "practice": "GP_CODE", "practice_name": "GP_NAME", "supplier": "SUPPLIER",
    "pcn": "PCN_CODE", "pcn_name": "PCN_NAME", "sub_icb": "SUB_ICB_LOCATION_CODE",
    "sub_icb_name": "SUB_ICB_LOCATION_NAME", "appointments": "Appointments", "list_size": "List Size",
    "rate": "Appointments per 1000 Patients",
}  # fmt: skip
LISTS = {
    "publication": "PUBLICATION", "month": "EXTRACT_DATE", "type": "TYPE", "sub_icb": "SUB_ICB_LOCATION_CODE",
    "sub_icb_ons": "ONS_SUB_ICB_LOCATION_CODE", "practice": "CODE", "postcode": "POSTCODE", "sex": "SEX",
    "age": "AGE", "patients": "NUMBER_OF_PATIENTS",
}  # fmt: skip
AGE_BANDS = {
    "publication": "PUBLICATION", "month": "EXTRACT_DATE", "type": "ORG_TYPE", "practice": "ORG_CODE",
    "ons": "ONS_CODE", "postcode": "POSTCODE", "sex": "SEX", "band": "AGE_GROUP_5",
    "patients": "NUMBER_OF_PATIENTS",
}  # fmt: skip
PRACTICE_MAP = {
    "publication": "PUBLICATION", "month": "EXTRACT_DATE", "practice": "PRACTICE_CODE",
    "practice_name": "PRACTICE_NAME", "postcode": "PRACTICE_POSTCODE", "sub_icb_ons": "ONS_SUB_ICB_LOCATION_CODE",
    "sub_icb": "SUB_ICB_LOCATION_CODE", "sub_icb_name": "SUB_ICB_LOCATION_NAME", "icb_ons": "ONS_ICB_CODE",
    "icb": "ICB_CODE", "icb_name": "ICB_NAME", "region_ons": "ONS_COMM_REGION_CODE", "region": "COMM_REGION_CODE",
    "region_name": "COMM_REGION_NAME", "pcn": "PCN_CODE", "pcn_name": "PCN_NAME", "supplier": "SUPPLIER_NAME",
}  # fmt: skip
COVERAGE = {
    "sub_icb": "SUB_ICB_LOCATION_CODE", "icb_ons": "ICB_ONS_CODE", "region_ons": "REGION_CODE",
    "practices_included": "Included Practices", "practices_open": "Open Practices",
    "patients_included": "Patients registered at included practices",
    "patients_open": "Patients registered at open practices", "month": "Appointment_Month",
}  # fmt: skip

IVR = "stage of the call before joining the queue, in response to an automated message or diversion"


def rows_of(table: str) -> list[Row]:
    """A table written as text: a line of column names, then a line for each row, cells between commas."""
    lines = [[cell.strip() for cell in line.split(",")] for line in table.strip().splitlines()]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]


def month_name(month: str) -> str:
    """'2025-10' → 'Oct_25', as the publisher's file names have it."""
    return f"{datetime.date.fromisoformat(month + '-01'):%b_%y}"


def day_name(month: str) -> str:
    """'2025-10' → '01OCT2025'."""
    return f"{datetime.date.fromisoformat(month + '-01'):%d%b%Y}".upper()


def write_csv(path: Path, headers: dict[str, str], rows: Iterable[Row], filled: Row) -> Path:
    """A file under the publisher's headers; a column that neither the rows nor the filling name is a mistake."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers.values())
    for row in rows:
        assert not row.keys() - headers.keys(), row
        writer.writerow([(filled | row)[name] for name in headers])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def write_crosstab(folder: Path, month: str, table: str, *, issue: str | None = None) -> Path:
    """The practice level crosstab of a month; `issue` is the month after which the issue is named."""
    name = f"release_{month_name(issue or month)}/Practice_Level_Crosstab_{month_name(month)}.csv"
    filled = PLACE | APPOINTMENT | {"month": day_name(month), "supplier": "EMIS"}
    return write_csv(folder / name, CROSSTAB, rows_of(table), filled)


def write_regional(folder: Path, table: str, *, issue: str) -> Path:
    """The regional CSV; its rows have months of their own, as '2025-10'."""
    rows = [row | {"month": day_name(row["month"])[2:]} for row in rows_of(table)]
    filled = PLACE | APPOINTMENT
    filled |= {"sub_icb_ons": "X38000001", "icb_ons": "X54000001", "region_ons": "X40000001"}
    return write_csv(folder / f"Regional_CSV_{month_name(issue)}.csv", REGIONAL, rows, filled)


def write_annex_1(folder: Path, month: str, table: str) -> Path:
    """Annex 1, table 1: appointments and list size, with the rate that the publisher prints."""
    rows = rows_of(table)
    for row in rows:
        row["rate"] = f"{1000 * int(row['appointments']) / int(row['list_size']):.3f}"
    filled = PLACE | {"month": day_name(month), "supplier": "EMIS"}
    return write_csv(folder / f"GPAD_Annex1_Table1_{month_name(month)}.csv", ANNEX_1_TABLE_1, rows, filled)


def write_lists(folder: Path, month: str, table: str) -> Path:
    """Registered patients by practice."""
    filled = {
        "publication": "GP_PRAC_PAT_LIST", "month": day_name(month), "type": "GP", "sub_icb": PLACE["sub_icb"],
        "sub_icb_ons": "X38000001", "postcode": "XX1 1XX", "sex": "ALL", "age": "ALL",
    }  # fmt: skip
    return write_csv(folder / month / "gp-reg-pat-prac-all.csv", LISTS, rows_of(table), filled)


def write_age_bands(folder: Path, month: str, table: str) -> Path:
    """Registered patients by practice, sex and five-year band."""
    filled = {"publication": "GP_PRAC_PAT_LIST", "month": day_name(month), "type": "GP", "ons": "X38000001",
              "postcode": "XX1 1XX"}  # fmt: skip
    return write_csv(folder / month / "gp-reg-pat-prac-quin-age.csv", AGE_BANDS, rows_of(table), filled)


def write_map(folder: Path, month: str, table: str) -> Path:
    """Where each practice belongs."""
    filled = PLACE | {
        "publication": "GP_PRAC_PAT_LIST", "month": day_name(month), "postcode": "XX1 1XX", "supplier": "EMIS",
        "sub_icb_ons": "X38000001", "icb_ons": "X54000001", "region_ons": "X40000001",
    }  # fmt: skip
    return write_csv(folder / month / "gp-reg-pat-prac-map.csv", PRACTICE_MAP, rows_of(table), filled)


def write_coverage(folder: Path, month: str, table: str) -> Path:
    """Which share of an area's practices is in the month's appointments."""
    filled = {"month": day_name(month), "icb_ons": "X54000001", "region_ons": "X40000001"}
    return write_csv(folder / f"COVERAGE_{month}.csv", COVERAGE, rows_of(table), filled)


def write_telephony(folder: Path, month: str, table: str) -> Path:
    """The telephony workbook. A row without a practice is one of calls that cannot be given to any.

    Columns: practice, inbound, answered, waits (answered calls by wait: four counts between blanks), and places.
    """
    rows = [PLACE | row for row in rows_of(table)]
    start = datetime.date.fromisoformat(month + "-01")
    ids = ["practice", "practice_name", "pcn", "pcn_name", "sub_icb", "sub_icb_name", "icb", "icb_name",
           "region", "region_name"]  # fmt: skip
    head = ["Month", "GP Practice (ODS_CODE)", "GP Name", "PCN Code", "PCN Name", "Sub ICB Code",
            "Sub ICB Name", "ICB Code", "ICB Name", "Region Code", "Region Name"]  # fmt: skip
    none = [""] * len(head)

    def places(row: Row) -> list[Any]:
        own = row if row["practice"] else row | {"practice": "Unassigned", "practice_name": "Unmapped"}
        return [start, *(own[name] for name in ids)]

    calls = [[int(row["inbound"]), int(row["answered"])] for row in rows]
    waits = [_four(row.get("waits", f"{row['answered']} 0 0 0")) for row in rows]
    inbound, answered = (sum(one[place] for one in calls) for place in (0, 1))
    whole = [sum(int(one[place] or 0) for one in waits) for place in range(4)]
    spans = [
        cell
        for name in ("Less than 1 minute", "1 - 2 minutes", "2 - 5 minutes", "Longer than 5 minutes")
        for cell in (name, "")
    ]
    zeros = [0, 0] * 4
    table_3 = [
        [*none, "", "Count of Inbound Call Outcome"],
        [*head, "Count of Inbound calls", "Answered", "", "Ended during the IVR Stage", "", "Call back requested", "",
         "Missed", "", "Call back made", ""],
        [*none, "Total", "Total", "%", "Total", "%", "Total", "%", "Total", "%", "Total", "% of requested"],
        ["Total", *none[1:], inbound, answered, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        *([*places(row), *one, 0, 0, 0, 0, 0, 0, 0, 0, 0] for row, one in zip(rows, calls, strict=True)),
    ]  # fmt: skip
    table_4 = [
        [*none, "", "", "", "Answered Calls - Wait time", *[""] * 7, "Answered Calls - Duration"],
        [*head, "Total Inbound calls", "Answered", "", *spans, *spans],
        [*none, "Count", "Count", "%", *["Count", "%"] * 8],
        ["Total", *none[1:], inbound, answered, 0, *_with_shares(whole), *zeros],
        *(
            [*places(row), *one, 0, *_with_shares(four), *zeros]
            for row, one, four in zip(rows, calls, waits, strict=True)
        ),
    ]
    table_5 = [
        [*none, "", "", "", "Missed Calls - Wait time"],
        [*head, "Total Inbound calls", "Missed", "", *spans],
        [*none, "Count", "Count", "%", *["Count", "%"] * 4],
        ["Total", *none[1:], inbound, 0, 0, *zeros],
        *([*places(row), one[0], 0, 0, *zeros] for row, one in zip(rows, calls, strict=True)),
    ]
    spans_printed = (
        "within 1 minute",
        "within 1 to 2 minutes",
        "within 2 to 5 minutes",
        "after waiting over 5 minutes",
    )
    durations = ("of 1 minute or less", "of 1 to 2 minutes", "of 2 to 5 minutes", "of over 5 minutes")
    figures = {
        "Total Inbound Calls": inbound, "Calls answered": answered,
        f"Calls ended during the IVR (Interactive Voice Response) {IVR}": 0,
        "Calls resulting in a call back request": 0, "Call backs made": 0, "Missed calls": 0,
        **{f"Calls answered {span}": count for span, count in zip(spans_printed, whole, strict=True)},
        **{f"Duration {duration}": 0 for duration in durations},
    }  # fmt: skip
    year, number = divmod(start.year * 12 + start.month, 12)
    sheets = {
        "Title sheet": [[], ["Cloud Based Telephony data in General Practice"],
                        [f"Publication date: {datetime.date(year, number + 1, 28):%d %B %Y}"]],
        "Table 1": [["", "", start], *(["", name, count] for name, count in figures.items())],
        "Table 3": table_3, "Table 4": table_4, "Table 5": table_5,
    }  # fmt: skip
    return write_workbook(folder / f"Telephony {start:%B %Y}.xlsx", sheets)


def _four(text: str) -> list[int | str]:
    """Four counts; '-' is an empty cell."""
    return ["" if word == "-" else int(word) for word in text.split()]


def _with_shares(counts: Sequence[int | str]) -> list[Any]:
    return [cell for count in counts for cell in (count, 0)]


def write_online(folder: Path, month: str, table: str) -> Path:
    """The online consultation workbook; participation is '1', '0' or '*'."""
    start = datetime.date.fromisoformat(month + "-01")
    filled = PLACE | {"supplier": "TPP", "clinical": "0", "administrative": "0", "participation": "1"}
    rows = [filled | row for row in rows_of(table)]
    counts = ("submissions", "clinical", "administrative", "other")
    for row in rows:
        row["other"] = str(int(row["submissions"]) - int(row["clinical"]) - int(row["administrative"]))
    ids = ("practice", "practice_name", "pcn", "pcn_name", "sub_icb", "sub_icb_name", "icb", "icb_name", "region",
           "region_name", "supplier")  # fmt: skip
    header = ["Month", "GP Code", "GP Name", "PCN Code", "PCN Name", "Sub ICB Code", "Sub ICB Name", "ICB Code",
              "ICB Name", "Region Code", "Region Name", "Supplier", "Submissions", "Clinical Submissions",
              "Administrative Submissions", "Other/Unknown Type Submissions", "Registered Patient Count",
              "Rate per 1,000 Registered Patients", "Participation"]  # fmt: skip
    printed = ("Total submissions received by practices [3], of which:", "Clinical submissions",
               "Administrative submissions", "Other/unknown type submissions")  # fmt: skip
    year, number = divmod(start.year * 12 + start.month, 12)
    sheets = {
        "Title sheet": [[], ["Submissions via Online Consultation Systems in General Practice"],
                        [f"Publication date: {datetime.date(year, number + 1, 28):%d %B %Y}"]],
        "Table 1": [
            ["", "", f"{start:%b-%y}"],
            *(
                ["", text, sum(int(row[name]) for row in rows)]
                for text, name in zip(printed, counts, strict=True)
            ),
        ],
        "Table 2": [
            header,
            *(
                [start, *(row[name] for name in ids), *(int(row[name]) for name in counts), int(row["patients"]), 0,
                 "*" if row["participation"] == "*" else int(row["participation"])]
                for row in rows
            ),
        ],
    }  # fmt: skip
    return write_workbook(folder / f"Submissions via OC Systems - {start:%B %Y}.xlsx", sheets)


def write_workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """A workbook of these sheets, from the first cell on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"default_date_format": "mmm-yy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path
