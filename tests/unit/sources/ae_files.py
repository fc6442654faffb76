"""A&E files in small, as the publisher prints them: providers, and the row of totals."""

from __future__ import annotations

import csv

COLUMNS = (
    "Period,Org Code,Parent Org,Org name,A&E attendances Type 1,A&E attendances Type 2,"
    "A&E attendances Other A&E Department,A&E attendances Booked Appointments Type 1,"
    "A&E attendances Booked Appointments Type 2,A&E attendances Booked Appointments Other Department,"
    "Attendances over 4hrs Type 1,Attendances over 4hrs Type 2,Attendances over 4hrs Other Department,"
    "Attendances over 4hrs Booked Appointments Type 1,Attendances over 4hrs Booked Appointments Type 2,"
    "Attendances over 4hrs Booked Appointments Other Department,"
    "Patients who have waited 4-12 hs from DTA to admission,Patients who have waited 12+ hrs from DTA to admission,"
    "Emergency admissions via A&E - Type 1,Emergency admissions via A&E - Type 2,"
    "Emergency admissions via A&E - Other A&E department,Other emergency admissions"
)
HEADER = next(csv.reader([COLUMNS]))
# R0A: an acute trust with all types; NDJ: a centre that is no trust's; RYX: a community trust.
COUNTS = {
    "R0A": [9000, 500, 3000, 200, 10, 90, 4000, 20, 60, 50, 1, 9, 700, 300, 3000, 10, 20, 800],
    "NDJ": [0, 0, 2350, 0, 0, 13, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    "RYX": [0, 0, 1000, 0, 0, 0, 0, 0, 30, 0, 0, 0, 0, 0, 0, 0, 2, 30],
}
PLACES = {
    "R0A": ("NHS ENGLAND NORTH WEST ", "MANCHESTER UNIVERSITY NHS FOUNDATION TRUST"),
    "NDJ": ("NHS ENGLAND SOUTH EAST ", "FIRST COMMUNITY HEALTH AND CARE CIC"),
    "RYX": ("NHS ENGLAND LONDON", "CENTRAL LONDON COMMUNITY HEALTHCARE NHS TRUST"),
}


def make_rows(period: str = "MSitAE-APRIL-2025", counts: dict[str, list[int]] = COUNTS) -> list[list[str]]:
    """Header, a row a provider, and the row of totals: the sum of the columns."""
    rows = [[period, code, *PLACES[code], *map(str, numbers)] for code, numbers in counts.items()]
    total = [str(sum(column)) for column in zip(*counts.values(), strict=True)]
    return [HEADER, *rows, ["TOTAL"] * 4 + total]


def as_csv(rows: list[list[str]]) -> str:
    """The rows as text; no cell of these files needs quotes."""
    return "".join(",".join(row) + "\n" for row in rows)
