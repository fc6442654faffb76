"""The general practice files as they were published: rows, organisations and totals found by other means.

Other means are the standard library's csv over the publisher's own bytes, and figures that NHS England printed.
"""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from likeforlike.store import Store, select_editions

# The eight national categories for which NHS England gives waits of their own (Annex 1, table 2d).
EIGHT_CATEGORIES = (
    "General Consultation Acute",
    "General Consultation Routine",
    "Unplanned Clinical Activity",
    "Walk-in",
    "Clinical Triage",
    "Home Visit",
    "Care Home Visit",
    "Care Related Encounter but does not fit into any other category",
)


@pytest.fixture(scope="module")
def store(published_store: Store) -> Store:
    """A store with all of these files in it."""
    return published_store


def staged_rows(store: Store, source: str, table: str, *, as_at: datetime.date | None = None) -> str:
    """SQL for the rows of the newest editions of a table, where no file is superseded in part."""
    selection = select_editions(store.manifest(), source, table, as_at=as_at)
    assert selection.superseded == ()
    paths = ", ".join(f"'{store.path(path)}'" for path in selection.paths)
    return f"read_parquet([{paths}])"


def published_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a published file, by the standard library."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                with io.TextIOWrapper(archive.open(member), encoding="utf-8-sig", newline="") as text:
                    yield from csv.DictReader(text)
    elif path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
            yield from csv.DictReader(text)
    else:
        with path.open(encoding="utf-8-sig", newline="") as text:
            yield from csv.DictReader(text)


ANNEX_1_NOVEMBER = "2025-11-01"
TABLES_OF_ALL_APPOINTMENTS = ("table_1", "table_2a", "table_3a", "table_4", "table_5", "table_6")


@pytest.mark.parametrize("table", TABLES_OF_ALL_APPOINTMENTS)
def test_annex_1_has_the_national_figure_in_every_table(store: Store, table: str) -> None:
    rows = staged_rows(store, "gp_appointments_annex1", table)
    found = duckdb.sql(
        f"SELECT count(DISTINCT practice), sum(appointments) FROM {rows} WHERE month = '{ANNEX_1_NOVEMBER}'"
    ).fetchall()
    assert found == [(6138, 31_098_559)]


@pytest.mark.parametrize(
    "table", ["2a", "2b", "2c", "2d", "3a", "3b", "3c", "4", "5", "6"], ids=lambda table: f"table {table}"
)
def test_annex_1_cells_are_those_of_the_file(store: Store, published_data: Path, table: str) -> None:
    path = published_data / "gp_appointments_annex1" / f"GPAD_Annex1_Table{table}_Nov_25.csv"
    by_hand = {row["GP_CODE"]: [int(cell) for cell in list(row.values())[8:]] for row in published_rows(path)}
    rows = staged_rows(store, "gp_appointments_annex1", f"table_{table}")
    found = duckdb.sql(
        f"SELECT practice, list(appointments) FROM (SELECT * FROM {rows} WHERE month = '{ANNEX_1_NOVEMBER}') "
        f"GROUP BY practice"
    ).fetchall()
    # A stored row has no place in the file any more; which cell is which is tested on a small file.
    assert {practice: sorted(cells) for practice, cells in found} == {
        practice: sorted(cells) for practice, cells in by_hand.items()
    }


@pytest.mark.parametrize(
    ("whole", "parts", "label"),
    [
        ("table_2a", ("table_2b", "table_2c"), "wait"),
        ("table_3a", ("table_3b", "table_3c"), "category"),
    ],
)
def test_annex_1_tables_by_staff_add_up_in_every_cell(
    store: Store, whole: str, parts: tuple[str, str], label: str
) -> None:
    first, second = (staged_rows(store, "gp_appointments_annex1", part) for part in parts)
    found = duckdb.sql(
        f"SELECT count(*), count(*) FILTER (w.appointments = b.appointments + c.appointments) "
        f"FROM {staged_rows(store, 'gp_appointments_annex1', whole)} w "
        f"JOIN {first} b USING (month, practice, {label}) JOIN {second} c USING (month, practice, {label})"
    ).fetchall()
    labels = {"wait": 8, "category": 19}[label]
    assert found == [(6138 * labels, 6138 * labels)]


@pytest.mark.parametrize(
    ("table", "whole", "label", "among"),
    [
        ("table_2b", "table_5", "staff", ("GP",)),
        ("table_2c", "table_5", "staff", ("Other Practice staff", "Unknown")),
        ("table_3b", "table_5", "staff", ("GP",)),
        ("table_3c", "table_5", "staff", ("Other Practice staff", "Unknown")),
        ("table_2d", "table_3a", "category", EIGHT_CATEGORIES),
    ],
)
def test_annex_1_tables_are_what_their_titles_say_in_every_practice(
    store: Store, table: str, whole: str, label: str, among: tuple[str, ...]
) -> None:
    words = ", ".join(f"'{word}'" for word in among)
    source = "gp_appointments_annex1"
    found = duckdb.sql(
        f"SELECT count(*), count(*) FILTER (a.total = b.total) FROM "
        f"(SELECT month, practice, sum(appointments) AS total FROM {staged_rows(store, source, table)} GROUP BY ALL) a "
        f"JOIN (SELECT month, practice, sum(appointments) AS total FROM {staged_rows(store, source, whole)} "
        f"  WHERE {label} IN ({words}) GROUP BY ALL) b USING (month, practice)"
    ).fetchall()
    assert found == [(6138, 6138)]


def test_annex_1_of_april_has_its_own_practices(store: Store) -> None:
    rows = staged_rows(store, "gp_appointments_annex1", "table_2a")
    found = duckdb.sql(
        f"SELECT count(DISTINCT practice), count(*) FROM {rows} WHERE month = '2025-04-01'"
    ).fetchall()
    assert found == [(6175, 6175 * 8)]


def test_coverage(store: Store, published_data: Path) -> None:
    columns = {
        "practices_included": "Included Practices",
        "practices_open": "Open Practices",
        "patients_included": "Patients registered at included practices",
        "patients_open": "Patients registered at open practices",
    }
    folder = published_data / "gp_appointments_coverage"
    published = [row for path in sorted(folder.glob("*.csv")) for row in published_rows(path)]
    rows = staged_rows(store, "gp_appointments_coverage", "coverage")
    sums = ", ".join(f"sum({name})" for name in columns)
    found = duckdb.sql(
        f"SELECT count(*), count(DISTINCT month), count(DISTINCT sub_icb), {sums} FROM {rows}"
    ).fetchall()
    by_hand = tuple(sum(int(row[header]) for row in published) for header in columns.values())
    assert found == [(2 * 3180, 60, 106, *by_hand)]


OCTOBER = "2025-10-01"


@pytest.mark.parametrize(
    ("as_at", "rows", "appointments"),
    [
        (datetime.date(2025, 12, 30), 392_709, 15_065_690),
        (datetime.date(2025, 12, 31), 392_796, 15_069_663),
        (None, 392_796, 15_069_663),
    ],
    ids=["before the November issue", "on its day", "now"],
)
def test_crosstab_of_october_in_its_two_issues(
    store: Store, as_at: datetime.date | None, rows: int, appointments: int
) -> None:
    source = staged_rows(store, "gp_appointments_practice", "appointments", as_at=as_at)
    found = duckdb.sql(
        f"SELECT count(*), sum(appointments), count(DISTINCT practice), count(DISTINCT sub_icb) FROM {source} "
        f"WHERE month = '{OCTOBER}'"
    ).fetchall()
    assert found == [(rows, appointments, 2101, 29)]


@pytest.mark.parametrize("issue", ["Oct", "Nov"])
def test_crosstab_of_october_by_practice_and_wait(store: Store, published_data: Path, issue: str) -> None:
    by_hand: dict[tuple[str, str], int] = {}
    path = (
        published_data
        / f"gp_appointments_practice/release_{issue}_25"
        / "Practice_Level_Crosstab_Oct_25_London_East_South.csv.gz"
    )
    for row in published_rows(path):
        wait = " ".join(row["TIME_BETWEEN_BOOK_AND_APPT"].split()).replace("Data Issue", "Data Quality")
        key = (row["GP_CODE"], wait)
        by_hand[key] = by_hand.get(key, 0) + int(row["COUNT_OF_APPOINTMENTS"])
    as_at = {"Oct": datetime.date(2025, 11, 30), "Nov": None}[issue]
    source = staged_rows(store, "gp_appointments_practice", "appointments", as_at=as_at)
    found = duckdb.sql(
        f"SELECT practice, wait, sum(appointments) FROM {source} WHERE month = '{OCTOBER}' GROUP BY ALL"
    ).fetchall()
    assert {(practice, wait): int(count) for practice, wait, count in found} == by_hand


def test_regional_files(store: Store) -> None:
    rows = staged_rows(store, "gp_appointments_regional", "appointments")
    found = duckdb.sql(
        f"SELECT month < '2022-07-01' AS ccg, count(*), count(DISTINCT sub_icb) FROM {rows} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert found == [(False, 712_198, 106), (True, 309_891, 45)]


@pytest.mark.parametrize(
    ("name", "month_column", "month_before"),
    [
        ("Appointments_GP_Regional_CSV_Aug_21.zip", "Appointment_Month", True),
        ("Regional_CSV_Oct_25.csv.gz", "APPOINTMENT_MONTH", False),
    ],
)
def test_regional_appointments_by_month_and_area(
    store: Store, published_data: Path, name: str, month_column: str, month_before: bool
) -> None:
    by_hand: dict[tuple[str, str], int] = {}
    for row in published_rows(published_data / "gp_appointments_regional" / name):
        key = (row[month_column], row.get("CCG_CODE") or row["SUB_ICB_LOCATION_CODE"])
        by_hand[key] = by_hand.get(key, 0) + int(row["COUNT_OF_APPOINTMENTS"])
    rows = staged_rows(store, "gp_appointments_regional", "appointments")
    found = duckdb.sql(
        f"SELECT upper(strftime(month, '%b%Y')), sub_icb, sum(appointments) FROM {rows} "
        f"WHERE (month < '2022-07-01') = {month_before} GROUP BY ALL"
    ).fetchall()
    assert {(month, area): int(count) for month, area, count in found} == by_hand


def test_registered_patients(store: Store) -> None:
    rows = staged_rows(store, "registered_patients", "totals")
    found = duckdb.sql(
        f"SELECT strftime(month, '%Y-%m'), count(*), sum(patients) FROM {rows} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    # November 2025 as NHS England printed it; the others by summing the files with awk.
    assert found == [
        ("2021-01", 6658, 60_606_345),
        ("2025-05", 6231, 63_773_098),
        ("2025-10", 6202, 63_919_527),
        ("2025-11", 6200, 63_947_100),
    ]


def test_age_bands_agree_with_the_totals_of_the_same_day(store: Store) -> None:
    bands = staged_rows(store, "registered_patients", "age_bands")
    totals = staged_rows(store, "registered_patients", "totals")
    found = duckdb.sql(
        f"SELECT count(*), count(*) FILTER (t.patients = b.patients), sum(b.patients) "
        f"FROM {totals} t FULL JOIN (SELECT practice, sum(patients) AS patients FROM {bands} "
        f"  WHERE month = '2025-11-01' AND sex <> 'All' AND age_band <> 'All ages' GROUP BY 1) b "
        f"USING (practice) WHERE t.month = '2025-11-01' OR t.month IS NULL"
    ).fetchall()
    assert found == [(6200, 6200, 63_947_100)]


def test_the_map_places_every_practice_that_has_patients(store: Store) -> None:
    placed = staged_rows(store, "registered_patients", "map")
    totals = staged_rows(store, "registered_patients", "totals")
    found = duckdb.sql(
        f"SELECT count(*), count(*) FILTER (m.sub_icb = t.sub_icb), count(DISTINCT m.icb), count(DISTINCT m.region) "
        f"FROM {totals} t JOIN {placed} m USING (month, practice) WHERE month = '2025-11-01'"
    ).fetchall()
    assert found == [(6200, 6200, 42, 7)]
