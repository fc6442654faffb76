"""The files about services in small, as their publishers write them: what tests change and add."""

from __future__ import annotations

import copy
import datetime
import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import xlsxwriter
from street import write_file

Document = dict[str, Any]
METRICS = (
    "gpps-phone-access", "gpps-website-access", "gpps-app-access", "gpps-reception-helpfulness", "gpps-continuity",
    "gpps-contact-experience", "gpps-listened", "gpps-care-concern",
)  # fmt: skip


def _answers(sent: int, returned: int, answered: int, percent: float) -> Document:
    metric = {
        "label": "Easy", "question": "How easy?", "summary_definition": "Very or fairly.", "display": "percent",
        "percent": percent, "lower_95": percent - 1.5, "upper_95": percent + 1.25, "unweighted_base": answered,
        "weighted_positive_count": 0.5,
    }  # fmt: skip
    figures = {"distributed": sent, "received": returned, "response_rate_percent": 25.5}
    return figures | {"metrics": {name: dict(metric) for name in METRICS}}


SURVEY: Document = {
    "publication": "GP Patient Survey 2025", "period": "2025 survey", "publisher": "NHS England / Ipsos",
    "source_url": "https://example.org", "technical_url": "https://example.org",
    "native_geographies": ["National", "ICS/ICB"], "method_notes": ["A note."], "icb_count": 2, "practice_count": 9,
    "england": {"code": "ENGLAND", "name": "England", "type": "National", **_answers(300, 90, 80, 52.94)},
    "icbs": [
        {"code": "QXX", "name": "North", "type": "ICB", "region": "Up", **_answers(100, 30, 25, 58.43)},
        {"code": "QXY", "name": "South", "type": "ICB", "region": "Up", **_answers(200, 60, 55, 50.0)},
    ],
    "validation": {"passed": True},
}  # fmt: skip


def _calls(received: int, answered: int, abandoned: int, triaged: int) -> Document:
    share = {"label": "A share", "display": "percent", "denominator": triaged, "denominator_label": "calls",
             "percent": 50.0, "indicator": "D01 / C01"}  # fmt: skip
    return {
        "metrics": {
            "nhs111-contacts": {"label": "Calls", "count": received, "display": "count", "denominator": None,
                                "percent": None, "indicator": "A01"},
            "nhs111-triage": share | {"count": triaged // 2},
            "nhs111-ae-disposition": share | {"count": triaged // 10},
            "nhs111-direct-booking": share | {"count": triaged // 5},
        },
        "calls": {"received": received, "answered": answered, "answered_percent": 90.0, "abandoned": abandoned,
                  "abandoned_percent": 3.0, "triaged": triaged, "final_dispositions": triaged},
        "dispositions": {
            name: {"label": name, "count": 1, "percent": 1.0, "indicator": "E02"}
            for name in ("ambulance", "emergency_department", "primary_care", "dental", "self_care")
        },
        "bookings": {"total": 1, "breakdown": {"gp": {"label": "GP", "count": 1}}},
    }  # fmt: skip


CALLS: Document = {
    "publication": "Integrated Urgent Care Aggregate Data Collection including NHS 111", "period": "2024-25",
    "geography": "IUC contract area", "source_url": "", "source_file_url": "", "flowchart_url": "",
    "specification_url": "", "contract_area_count": 2,
    # Adjusted upwards: only the triaged calls are the areas' sum.
    "england": {"code": "ENG", "name": "England", "months": 12, "lead_suppliers": [], **_calls(2000, 1800, 60, 1500),
                "national_method": "Adjusted."},
    "areas": [
        {"code": "111AA1", "name": "North", "months": 12, "lead_suppliers": ["ONE", "TWO"],
         **_calls(1000, 900, 30, 800)},
        {"code": "111AB2", "name": "South", "months": 11, "lead_suppliers": ["ONE"], **_calls(900, 850, 20, 700)},
    ],
    "notes": ["A note."],
}  # fmt: skip


def changed(document: Document, *path: str | int, to: object) -> Document:
    """A document with one member changed; `None` at the end of a path takes it out."""
    new = copy.deepcopy(document)
    *above, last = path
    member: Any = new
    for step in above:
        member = member[step]
    if to is None:
        del member[last]
    else:
        member[last] = to
    return new


def write_json(folder: Path, name: str, document: object) -> Path:
    """A document as a file."""
    return write_file(folder, name, json.dumps(document))


COUNTS = (
    "referrals_received", "finished_course_treatment", "at_caseness", "not_at_caseness", "improvement",
    "no_reliable_change", "deterioration", "recovery", "reliable_recovery",
)  # fmt: skip
Row = dict[str, Any]


def therapy_rows(
    kind: str,
    code: str,
    counts: tuple[int | str, ...],
    percents: tuple[object, ...],
    weeks: tuple[int | str, int | str],
    *,
    name: str = "A NAME",
    year: int = 2024,
    of: str = "Accessing services",
) -> list[Row]:
    """The rows of one organisation and year: nine counts, five percentages, two of waiting times, one of women."""
    who: Row = {
        "reporting_period": f"{year}-{(year + 1) % 100:02d}",
        "start_date": datetime.date(year, 4, 1),
        "end_date": datetime.date(year + 1, 3, 31),
        "org_type": kind,
        "org_code": code,
        "org_name": name,
    }
    total = {"variable_type": "Total", "variable_a": "NULL", "variable_b": "NULL"}
    finished = {"measure_name": "finished_course_treatment", "measure_statistic": "count"}
    rows = [
        who | total | {"measure_name": measure, "measure_statistic": "count", "value": str(count)}
        for measure, count in zip(COUNTS, counts, strict=True)
    ]
    rows += [
        who | total | {"measure_name": measure, "measure_statistic": "percentage", "value": str(percent)}
        for measure, percent in zip(COUNTS[4:], percents, strict=True)
    ]
    rows += [
        who | {"variable_type": "Waiting Time", "variable_a": of, "variable_b": within} | finished
        | {"value": str(count)}
        for within, count in zip(("<6 weeks", "<18 weeks"), weeks, strict=True)
    ]  # fmt: skip
    women = {"variable_type": "Gender", "variable_a": "Female", "variable_b": "NULL"}
    return [*rows, who | women | finished | {"value": "60"}]


# 203 finished, 11 of them not a case at the start: 96 of 192 recovered. North 101, South 102, rounded to five.
ENGLAND_COUNTS = (500, 203, 190, 11, 137, 52, 14, 96, 90)
ENGLAND = therapy_rows(
    "England", "All", ENGLAND_COUNTS, (67.5, 25.6, 6.9, 50.0, 46.9), (186, 200), name="All"
)
NORTH = ((250, 100, 95, 5, 70, 25, 5, 50, 45), (70, 25, 5, 53, 47), (90, 100))
SOUTH = ((250, 100, 95, 5, 65, 25, 10, 45, 45), (65, 25, 10, 47, 47), (95, 100))
THERAPIES = [
    *ENGLAND,
    *therapy_rows("ICB", "QXX", *NORTH),
    *therapy_rows("ICB", "QXY", *SOUTH),
    *therapy_rows("Provider", "RXX", *NORTH),
    *therapy_rows("Provider", "RXX01", *SOUTH),
    *therapy_rows("Provider", "NXX01", ("*",) * 9, ("*",) * 5, ("*", "*")),
]


def write_parquet(folder: Path, rows: list[Row], name: str = "measures_annual.parquet") -> Path:
    """Rows as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    return path


AMBULANCE_HEADER = [
    "Concatenated", "Year", "Month", "Reg", "", "Area", "Trust", "A7", "A56", "A17", "A53",
    "A8", "A24", "A25", "A26", "A10", "A30", "A31", "A32", "A11", "A33", "A34", "A35", "A12", "A36", "A37", "A38",
    "A53.Prod", "Month", "Year",
]  # fmt: skip


def ambulance_row(
    month: str, code: str, region: str, incidents: int, c1: int, *, year: str = "2025-26"
) -> list[Any]:
    """A row of sheet Raw: a tenth of incidents not seen, category 1 in 400 seconds on average, the rest in 2,000."""
    heard = incidents // 10
    cells: list[Any] = [f"{year}{month}{code}", year, month, region, "A region" if region else "", code,
                        "A SERVICE" if code.startswith("R") else "",
                        incidents, incidents - heard, heard, incidents // 2, c1, c1 * 400, 400, 720]  # fmt: skip
    for count in (c1 * 5, c1 * 2, c1):
        cells += [count, count * 2000, 2000, 4200]
    return [*cells, 1234, 8, 2025]


NOT_YET = [0] * 20
AMBULANCE: list[list[Any]] = [
    ambulance_row("JULY", "ENG", "", 3000, 60),
    ambulance_row("AUGUST", "ENG", "", 5000, 100),
    [],
    ambulance_row("JULY", "Y60", "Y60", 3000, 60),
    ambulance_row("AUGUST", "Y60", "Y60", 4000, 80),
    [],
    ["Raw data"],
    ambulance_row("JULY", "RX9", "Y60", 2000, 40),
    ambulance_row("AUGUST", "RX9", "Y60", 3000, 60),
    ambulance_row("JULY", "RYA", "Y60", 1000, 20),
    ambulance_row("AUGUST", "RYA", "Y60", 1000, 20),
    ambulance_row("JULY", "RRU", "Y56", 0, 0),
    ambulance_row("AUGUST", "RRU", "Y56", 1000, 20),
]
# London had not begun in July: everything is zero, the means as well.
AMBULANCE[11][7:27] = NOT_YET


def write_ambulance(
    path: Path,
    rows: list[list[Any]] = AMBULANCE,
    *,
    header: list[str] = AMBULANCE_HEADER,
    sheet: str = "Raw",
    above: int = 4,
) -> Path:
    """A workbook with the title sheet and sheet Raw, the codes of the indicators in the fifth row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook = xlsxwriter.Workbook(str(path))
    title = workbook.add_worksheet("Introduction")
    title.write_column(0, 0, ["About the Ambulance Quality Indicators (AQI)", "The AQI comprise …"])
    raw = workbook.add_worksheet(sheet)
    raw.write_row(above - 1, 7, ["Count", "", "", "", "", "Total time", "Mean", "90th"])
    raw.write_row(above, 0, header)
    for number, row in enumerate(rows, start=above + 1):
        for place, cell in enumerate(row):
            if cell != "":
                raw.write(number, place, cell)
    workbook.close()
    return path
