"""GPAD coverage in small: counts of practices and patients, and the date of issue in a name that spans months."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.errors import FileRefusedError
from likeforlike.store import PublishedBasis, Store

HEADER = (
    "SUB_ICB_LOCATION_CODE,ICB_ONS_CODE,REGION_CODE,Appointment_Month,Included Practices,Open Practices,"
    "Patients registered at included practices,Patients registered at open practices"
)
AUGUST = "00L, E54000050, E40000012, 01AUG2020, 39, 40, 328182, 329182"


def test_coverage(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, "coverage.csv", csv_text(HEADER, AUGUST)))
    assert stored_rows(store, "gp_appointments_coverage", "coverage") == [
        {
            "month": datetime.date(2020, 8, 1),
            "sub_icb": "00L",
            "icb_ons": "E54000050",
            "region_ons": "E40000012",
            "practices_included": 39,
            "practices_open": 40,
            "patients_included": 328182,
            "patients_open": 329182,
        }
    ]


@pytest.mark.parametrize(
    ("name", "published", "basis"),
    [
        ("APPOINTMENTS_GP_COVERAGE_aug_2018-_aug_2020.csv", "2020-09-30", PublishedBasis.NAME),
        # The end of this span is a year: nothing says when it was issued.
        ("APPOINTMENTS_GP_COVERAGE_feb_2018_-_2020.csv", None, PublishedBasis.ASSUMED),
    ],
)
def test_the_date_of_issue_is_after_the_span_in_the_name(
    tmp_path: Path, name: str, published: str | None, basis: PublishedBasis
) -> None:
    added = add_one(Store(tmp_path / "store"), write_file(tmp_path, name, csv_text(HEADER, AUGUST)))
    assert added.published_basis == basis
    assert published is None or added.published == published


def test_a_name_that_ends_before_the_figures_dates_nothing(tmp_path: Path) -> None:
    name = "APPOINTMENTS_GP_COVERAGE_aug_2018-_may_2020.csv"
    added = add_one(Store(tmp_path / "store"), write_file(tmp_path, name, csv_text(HEADER, AUGUST)))
    assert added.published_basis == PublishedBasis.ASSUMED
    assert added.notes == ("its name says it was issued by 2020-06-30, before its figures end: set aside",)


@pytest.mark.parametrize(
    "too_many",
    [
        "00N, E54000050, E40000012, 01AUG2020, 41, 40, 328182, 329182",
        "00N, E54000050, E40000012, 01AUG2020, 39, 40, 329183, 329182",
    ],
    ids=["practices", "patients"],
)
def test_more_included_than_there_are_is_refused(tmp_path: Path, too_many: str) -> None:
    file = write_file(tmp_path, "coverage.csv", csv_text(HEADER, AUGUST, too_many))
    with pytest.raises(FileRefusedError, match=r"00N, August 2020: .* more than there are") as refusal:
        add_one(Store(tmp_path / "store"), file)
    assert refusal.value.where == f"{file}, row 3"
