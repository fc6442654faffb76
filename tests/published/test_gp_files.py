"""The general practice files as they were published: rows, organisations and totals found by other means.

Other means are the standard library's csv over the publisher's own bytes, and figures that NHS England printed.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import Store, select_editions

FOLDERS = (
    "gp_appointments_regional",
    "registered_patients",
)


@pytest.fixture(scope="module")
def store(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with all of these files in it."""
    filled = Store(tmp_path_factory.mktemp("gp_files") / "store")
    results = add_paths(filled, load_catalogue(), [published_data / folder for folder in FOLDERS])
    assert {result.name: str(result.error) for result in results if result.outcome is Outcome.REFUSED} == {}
    return filled


def staged_rows(store: Store, source: str, table: str) -> str:
    """SQL for the rows of the newest editions of a table; no month here is in two editions of one table."""
    selection = select_editions(store.manifest(), source, table)
    assert selection.superseded == ()
    paths = ", ".join(f"'{store.path(path)}'" for path in selection.paths)
    return f"read_parquet([{paths}])"


def published_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a published file, by the standard library."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                with archive.open(member) as stream:
                    yield from csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""))
        return
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        yield from csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""))


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
