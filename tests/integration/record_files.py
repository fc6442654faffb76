"""A handful of events that can be counted by hand, and files of them."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import pyarrow
import pyarrow.parquet

from likeforlike.catalogue.loading import check_definition
from likeforlike.catalogue.records import Records
from likeforlike.measures.engine import Engine, open_engine
from likeforlike.settings import Settings

DEFINITION: dict[str, object] = {
    "title": "Calls",
    "about": "One row a call.",
    "provider": "NHS Example ICB, analytics",
    "area": "QHM",
    "organisation_type": "gp_practice",
    "organisation": "PRACTICE",
    "date": "CALLED",
    "first_day": datetime.date(2025, 10, 1),
    "last_day": datetime.date(2025, 11, 30),
    "ignored": ["SECONDS"],
    "labels": {
        "hours": {"column": "HOURS", "labels": {"in": ["IN", "In hours"], "out": ["OUT", ""]}},
        "outcome": {"column": "OUTCOME", "labels": {"999": ["999"], "advice": ["Advice", "adv."]}},
    },
    "indicators": [
        {
            "indicator": "nhs_111_calls_per_1000",
            "numerator": {"where": {"hours": ["in"]}},
        },
        {
            "indicator": "ambulance_share",
            "numerator": {"where": {"hours": ["in"], "outcome": ["999"]}},
            "denominator": {"where": {"hours": ["in"]}},
        },
    ],
}

HEADER = ["PRACTICE", "CALLED", "HOURS", "OUTCOME", "SECONDS"]
ROWS = [
    ["A81001", "2025-10-01", "IN", "999", "12"],
    ["A81001", "2025-10-31", "In hours", "adv.", "40"],
    ["A81001", "2025-10-31", "OUT", "999", "3"],
    ["A81001", "2025-11-30", "IN", "Advice", "9"],
    ["A81002", "2025-11-01", "", "Advice", "9"],
    ["A81002", "2025-11-02", "OUT", "999", "9"],
]
# Practice, month, calls in hours, of which 999: counted by hand.
COUNTED = [("A81001", 10, 2, 1), ("A81001", 11, 1, 0), ("A81002", 11, 0, 0)]


def figures_by_hand() -> list[dict[str, object]]:
    """The pack's rows: 111 calls without a denominator, and ambulances among them."""
    ends = {10: datetime.date(2025, 10, 31), 11: datetime.date(2025, 11, 30)}
    figures: list[dict[str, object]] = []
    for indicator in ("nhs_111_calls_per_1000", "ambulance_share"):
        for practice, month, calls, ambulances in COUNTED:
            share = indicator == "ambulance_share"
            figures.append(
                {
                    "organisation_code": practice,
                    "period_start": datetime.date(2025, month, 1),
                    "period_end": ends[month],
                    "indicator": indicator,
                    "numerator": ambulances if share else calls,
                    "denominator": calls if share else None,
                }
            )
    return figures


def records(**changes: object) -> Records:
    """The definition, with some keys changed."""
    return check_definition(Records, DEFINITION | changes, where="calls.toml")


def write_csv(path: Path, rows: list[list[str]], header: list[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def write_parquet(path: Path, rows: list[list[str]], header: list[str] = HEADER) -> Path:
    """The same rows with days as days and numbers as numbers; an empty cell is null."""
    columns: dict[str, pyarrow.Array] = {}
    for place, name in enumerate(header):
        cells = [row[place] or None for row in rows]
        if name == "CALLED":
            columns[name] = pyarrow.array(
                [cell and datetime.date.fromisoformat(cell) for cell in cells], pyarrow.date32()
            )
        elif name in ("SECONDS", "CALLS"):
            columns[name] = pyarrow.array([cell and int(cell) for cell in cells], pyarrow.int32())
        else:
            columns[name] = pyarrow.array(cells, pyarrow.string())
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def open_named(name: str, folder: Path) -> Engine:
    """An engine as the command opens it."""
    return open_engine(Settings(folder, engine=name, spark_master="local[2]"), folder / f"spill of {name}")
