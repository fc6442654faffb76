"""GPAD regional CSV in small: two layouts, labels that drift, names that are no keys, groups that merged."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import PublishedBasis, Store

SOURCE = "gp_appointments_regional"

SUB_ICB_HEADER = (
    "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_ONS_CODE,SUB_ICB_LOCATION_NAME,ICB_ONS_CODE,ICB_NAME,"
    "REGION_ONS_CODE,REGION_NAME,APPOINTMENT_MONTH,APPT_STATUS,HCP_TYPE,APPT_MODE,"
    "TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS"
)
CCG_HEADER = (
    "CCG_CODE,CCG_ONS_CODE,CCG_NAME,STP_ONS,STPNM,REGION_ONS_CODE,REGION_NAME,Appointment_Month,"
    "APPT_STATUS,HCP_TYPE,APPT_MODE,TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS"
)
LUTON = "M1J4Y, E38000249, NHS Bedfordshire Luton and Milton Keynes CCG, E54000024, BLMK STP, E40000007, East"


def test_the_layout_of_sub_icb_locations(tmp_path: Path) -> None:
    file = write_file(
        tmp_path,
        "Regional_CSV_Oct_25.csv",
        csv_text(
            SUB_ICB_HEADER,
            "11J, E38000045, NHS Dorset ICB - 11J, E54000041, NHS Dorset ICB, E40000006, South West, MAY2023, "
            "Attended, GP, Face-to-Face, 8  to 14 Days, 7244",
        ),
    )
    store = Store(tmp_path / "store")
    added = add_one(store, file)
    assert stored_rows(store, SOURCE, "appointments") == [
        {
            "month": datetime.date(2023, 5, 1),
            "sub_icb": "11J",
            "sub_icb_ons": "E38000045",
            "sub_icb_name": "NHS Dorset ICB - 11J",
            "icb_ons": "E54000041",
            "icb_name": "NHS Dorset ICB",
            "region_ons": "E40000006",
            "region_name": "South West",
            "status": "Attended",
            "staff": "GP",
            "mode": "Face-to-Face",
            "wait": "8 to 14 Days",
            "appointments": 7244,
        }
    ]
    assert added.tables[0].coverage == {"2023-05-01": ("11J",)}


def test_the_layout_of_clinical_commissioning_groups_has_the_same_columns_and_words(tmp_path: Path) -> None:
    file = write_file(
        tmp_path,
        "Regional_CSV_Dorset.csv",
        csv_text(
            CCG_HEADER,
            "11J, E38000045, NHS Dorset CCG, E54000041, Dorset  STP, E40000006, South West, MAR2019, "
            "DNA, GP, Video Conference/Online, Unknown / Data Issue, 3",
            line_end="\r\n",
        ),
    )
    store = Store(tmp_path / "store")
    added = add_one(store, file)
    assert added.layout == "clinical commissioning groups, 2019 to June 2022"
    assert stored_rows(store, SOURCE, "appointments", "month", "sub_icb", "icb_ons", "mode", "wait") == [
        {
            "month": datetime.date(2019, 3, 1),
            "sub_icb": "11J",
            "icb_ons": "E54000041",
            "mode": "Video/Online",
            "wait": "Unknown / Data Quality",
        }
    ]


def test_one_area_under_two_names_stays_one_area(tmp_path: Path) -> None:
    rows = [
        f"{area}, E54000040, STP, E40000006, South West, {month}, Attended, GP, Telephone, 1 Day, 5"
        for area, month in (
            ("92G, E38000231, NHS Bath and North East Somerset Swindon and Wiltshire CCG", "MAR2019"),
            ("92G, E38000231, NHS Bath Swindon and Wiltshire CCG", "APR2019"),
        )
    ]
    store = Store(tmp_path / "store")
    added = add_one(store, write_file(tmp_path, "area.csv", csv_text(CCG_HEADER, *rows)))
    assert added.tables[0].coverage == {"2019-03-01": ("92G",), "2019-04-01": ("92G",)}


def test_rows_of_the_groups_that_an_area_was_made_of_add_up(tmp_path: Path) -> None:
    # Bedfordshire, Luton and Milton Keynes were three groups until April 2021: three rows a key, two of them alike.
    rows = [f"{LUTON}, OCT2019, Attended, GP, Home Visit, 1 Day, {count}" for count in (1, 16, 1)]
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, "area.csv", csv_text(CCG_HEADER, *rows)))
    counts = [row["appointments"] for row in stored_rows(store, SOURCE, "appointments", "appointments")]
    assert sorted(counts) == [1, 1, 16]


DORSET = "11J, E38000045, NHS Dorset CCG, E54000041, Dorset STP, E40000006, South West"


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (f"{LUTON}, NOV2019, Attended, GP, Home Visit, 1 Day, 1", "NOV2019, M1J4Y"),
        (f"{DORSET}, OCT2019, Attended, GP, Home Visit, 1 Day, 1", "OCT2019, 11J"),
    ],
    ids=["after the months printed so", "an area that was not made of others"],
)
def test_any_other_repeated_key_is_refused(tmp_path: Path, row: str, key: str) -> None:
    allowed = f"{LUTON}, OCT2019, Attended, GP, Home Visit, 1 Day, 1"
    file = write_file(tmp_path, "area.csv", csv_text(CCG_HEADER, allowed, allowed, row, row))
    with pytest.raises(FileRefusedError) as refusal:
        add_one(Store(tmp_path / "store"), file)
    assert refusal.value.where.endswith("area.csv, rows 4 and 5")
    assert key in refusal.value.what


def test_a_zip_is_issued_the_month_after_the_one_in_its_name(tmp_path: Path) -> None:
    # As the publisher packs it: a file for each part of the country, and the issue only in the zip's name.
    path = tmp_path / "Appointments_GP_Regional_CSV_Aug_21.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for code, place in (("11J", "Dorset"), ("11X", "Somerset")):
            row = f"{code}, E38000045, CCG, E54000041, STP, E40000006, South West, AUG2021, DNA, GP, Unknown, 1 Day, 3"
            archive.writestr(f"Regional_CSV_{place}.csv", csv_text(CCG_HEADER, row))
    store = Store(tmp_path / "store")
    results = add_paths(store, load_catalogue(), [path])
    assert [result.outcome for result in results] == [Outcome.ADDED, Outcome.ADDED]
    assert [(file.published, file.published_basis) for file in store.manifest().files] == [
        ("2021-09-30", PublishedBasis.NAME),
        ("2021-09-30", PublishedBasis.NAME),
    ]
    assert {row["sub_icb"] for row in stored_rows(store, SOURCE, "appointments")} == {"11J", "11X"}
