"""The workforce of practices, in small: financial years named after their end, blanks with their reason, places."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.errors import FileRefusedError
from likeforlike.store import PublishedBasis, Store

SOURCE = "gp_workforce"
STAFF = (
    '"Practice.Code","Year","TOTAL_PATIENTS","TOTAL_GP_EXTGL_FTE","TOTAL_LOCUUM_TRN_FTE","TOTAL_NURSES_FTE",'
    '"TOTAL_DPC_FTE","TOTAL_ADMIN_FTE","IMD","IMD_quintile"'
)
PLACES = (
    '"practice_code","practice_name","postcode","latitude","longitude","lad_code","number_of_patients",'
    '"admin_non_clinical","direct_patient_care","gp","nurses","total_appointments","estimated_wait_time"'
)


def staff(*rows: str) -> str:
    return csv_text(STAFF, *rows)


def test_a_year_is_the_financial_year_that_ends_in_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    file = write_file(
        tmp_path,
        "workforce_year_practice_fte.csv",
        staff(
            '"A81001", "2016", 4222, 2.1, 0, 1, 0.3, 6.2, 29.94546757, 4',
            '"A81001", "2021", 4100.66666666667, 2, 1.1, 0.8, 0.4, 6.2, NA, NA',
        ),
    )
    added = add_one(store, file)
    assert stored_rows(store, SOURCE, "staff") == [
        {
            "year": datetime.date(year, 4, 1),
            "practice": "A81001",
            "patients": patients,
            "permanent_gp_fte": Decimal(gps),
            "permanent_gp_fte_reason": None,
            "locum_and_training_gp_fte": Decimal(others),
            "locum_and_training_gp_fte_reason": None,
            "nurse_fte": Decimal(nurses),
            "nurse_fte_reason": None,
            "other_direct_care_fte": Decimal(direct),
            "other_direct_care_fte_reason": None,
            "administrative_fte": Decimal("6.2"),
            "administrative_fte_reason": None,
        }
        for year, patients, gps, others, nurses, direct in [
            (2015, 4222.0, "2.1", "0.0", "1.0", "0.3"),
            (2020, 4100.66666666667, "2.0", "1.1", "0.8", "0.4"),
        ]
    ]
    # Neither content nor name say when a third party made it.
    assert added.published_basis is PublishedBasis.ASSUMED


def test_a_role_that_was_not_sent_is_not_none(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    rows = staff('"Y07819", "2024", 4.1, NA, NA, 0, 1.5, NA, NA, NA')
    add_one(store, write_file(tmp_path, "workforce_year_practice_fte.csv", rows))
    (stored,) = stored_rows(store, SOURCE, "staff")
    assert (stored["permanent_gp_fte"], stored["permanent_gp_fte_reason"]) == (None, "not_submitted")
    assert (stored["nurse_fte"], stored["nurse_fte_reason"]) == (Decimal("0.0"), None)


@pytest.mark.parametrize(
    ("row", "what", "where"),
    [
        (
            '"A81001", "2016", 4222, 2.15, 0, 1, 0, 6, NA, NA',
            "found '2.15'",
            "row 2, column 'TOTAL_GP_EXTGL_FTE'",
        ),
        (
            '"A81001", "2016", 4222, -2, 0, 1, 0, 6, NA, NA',
            "found '-2'",
            "row 2, column 'TOTAL_GP_EXTGL_FTE'",
        ),
        (
            '"A81001", "2016", 4222, ND, 0, 1, 0, 6, NA, NA',
            "found 'ND'",
            "row 2, column 'TOTAL_GP_EXTGL_FTE'",
        ),
        ('"A81001", "16", 4222, 2, 0, 1, 0, 6, NA, NA', "found '16'", "row 2, column 'Year'"),
        (
            '"", "2016", 4222, 2, 0, 1, 0, 6, NA, NA',
            "expected an organisation code",
            "row 2, column 'Practice.Code'",
        ),
    ],
    ids=["two decimals", "below zero", "another token", "short year", "no practice"],
)
def test_what_cannot_be_is_refused(tmp_path: Path, row: str, what: str, where: str) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, write_file(tmp_path, "workforce_year_practice_fte.csv", staff(row)))
    assert what in refusal.value.what
    assert refusal.value.where is not None
    assert refusal.value.where.endswith(where)
    assert store.manifest().files == ()


def test_places_and_the_headcounts_as_printed(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    rows = csv_text(
        PLACES,
        '"A81044", "Mckenzie House Surgery", "TS25 1QU", "54.672422", "-1.210386", "E06000001", 18971, '
        '"88", "10", "28", "26", "13202", "5.23"',
        '"F84669", "NULL", "E6 1FL", NULL, NULL, NULL, 1, "14", "6", "16", "2", "0", "NULL"',
        '"G85001", "On The Meridian", "SE10 8XJ", "51.477800", "9.9e-05", "E09000011", 900, '
        '"2", "0", "2", "2", "9", "1.00"',
    )
    added = add_one(store, write_file(tmp_path, "practice_headcount_location_Apr25.csv", rows))
    stored = stored_rows(store, SOURCE, "places")
    assert [tuple(row.values()) for row in stored] == [
        (
            datetime.date(2025, 4, 1), code, name, postcode, latitude, reason, longitude, reason, council, *heads
        )
        # GPs, nurses, others in direct patient care, administrative staff.
        for code, name, postcode, latitude, longitude, reason, council, heads in [
            ("A81044", "Mckenzie House Surgery", "TS25 1QU", 54.672422, -1.210386, None, "E06000001", (28, 26, 10, 88)),
            ("F84669", None, "E6 1FL", None, None, "not_submitted", None, (16, 2, 6, 14)),
            ("G85001", "On The Meridian", "SE10 8XJ", 51.4778, 9.9e-05, None, "E09000011", (2, 2, 0, 2)),
        ]
    ]  # fmt: skip
    assert added.published == "2025-05-31"


def test_places_of_no_month_are_refused_unless_the_user_says_which(tmp_path: Path) -> None:
    rows = csv_text(PLACES, '"A81044", "A", "B", "1", "2", "E06000001", 1, "8", "1", "2", "2", "1", "5.23"')
    with pytest.raises(FileRefusedError, match="do not say their month") as refusal:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, "places.csv", rows))
    assert "--published" in str(refusal.value.next_step)
