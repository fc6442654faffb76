"""Ways to read what the simulation wrote, by the standard library and calamine only."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

from python_calamine import CalamineWorkbook

from likeforlike.simulate import CountyPlan, Simulated

# Two ICBs for 14 months: long enough for every event, small enough to be written in a few seconds.
SMALL = CountyPlan(icbs=2, practices=60, months=14, last_month=date(2025, 11, 1), seed=7)


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, all text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first_line(path: Path) -> bytes:
    """The header with its line end, of a plain or gzipped file."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return file.readline()


def read_sheet(path: Path, sheet: str) -> list[list[object]]:
    """The rows of a sheet from its first row and column on, whatever is empty."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def crosstab(county: Simulated, month: str) -> list[dict[str, str]]:
    """The crosstab of a month, named as in `Nov_25`."""
    folder = county.directory / "gp_appointments_practice" / f"release_{month}"
    return read_csv(folder / f"Practice_Level_Crosstab_{month}.csv")


def list_sizes(county: Simulated, month: str) -> dict[str, int]:
    """Practice → registered patients in a month, named as in `Nov25`."""
    rows = read_csv(county.directory / "registered_patients" / month / "gp-reg-pat-prac-all.csv")
    return {row["CODE"]: int(row["NUMBER_OF_PATIENTS"]) for row in rows}


def telephony_workbook(county: Simulated, month: str) -> Path:
    """The telephony workbook of a month, named as in `November 2025`."""
    return county.directory / "cloud_telephony" / f"Cloud Based Telephony Publication Summary {month}.xlsx"


def online_workbook(county: Simulated, month: str) -> Path:
    """The online-consultation workbook of a month, named as in `November 2025`."""
    name = f"Submissions via OC Systems in General Practice - {month}.xlsx"
    return county.directory / "online_consultations" / name


def truth(county: Simulated, name: str) -> list[dict[str, str]]:
    """The rows of a file of the truth."""
    return read_csv(county.truth / f"{name}.csv")


def event(county: Simulated, name: str) -> list[dict[str, str]]:
    """The events of one sort."""
    return [row for row in truth(county, "events") if row["event"] == name]
