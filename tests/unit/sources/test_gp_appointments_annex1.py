"""GPAD Annex 1 in small: tables printed wide are stored long, and a file's name tells tables alike apart."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.store import PublishedBasis, Store

SOURCE = "gp_appointments_annex1"

WHO = "GP_CODE,GP_NAME,SUPPLIER,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME"
DENSHAM = (
    "A81001, THE DENSHAM SURGERY, TPP, U89141, STOCKTON PCN, 16C, NHS North East and North Cumbria ICB - 16C"
)
TABLE_1_HEADER = f"Appointment Month,{WHO},Appointments,List Size,Appointments per 1000 Patients"
WAITS = (
    "Same Day,1 Day,2 to 7 Days,8  to 14 Days,15  to 21 Days,22  to 28 Days,"
    "More than 28 Days,Unknown / Data Quality"
)
TABLE_2 = csv_text(
    f"Appointment Month Start Date,{WHO},{WAITS}",
    f"Nov-2025, {DENSHAM}, 627, 103, 400, 237, 74, 27, 32, 0",
)


def test_table_1(tmp_path: Path) -> None:
    text = csv_text(TABLE_1_HEADER, f"Nov-2025, {DENSHAM}, 1500, 3779, 396.930404869013")
    store = Store(tmp_path / "store")
    added = add_one(store, write_file(tmp_path, "GPAD_Annex1_Table1_Nov_25.csv", text))
    assert stored_rows(store, SOURCE, "table_1") == [
        {
            "month": datetime.date(2025, 11, 1),
            "practice": "A81001",
            "practice_name": "THE DENSHAM SURGERY",
            "supplier": "TPP",
            "pcn": "U89141",
            "pcn_name": "STOCKTON PCN",
            "sub_icb": "16C",
            "sub_icb_name": "NHS North East and North Cumbria ICB - 16C",
            "appointments": 1500,
            "list_size": 3779,
            "appointments_per_1000": 396.930404869013,
        }
    ]
    assert (added.published, added.published_basis) == ("2025-12-31", PublishedBasis.NAME)
    assert added.tables[0].coverage == {"2025-11-01": ("ENG",)}


def test_a_rate_that_does_not_follow_from_its_counts_is_refused(tmp_path: Path) -> None:
    text = csv_text(
        TABLE_1_HEADER,
        f"Nov-2025, {DENSHAM}, 1500, 3779, 396.930404869013",
        f"Nov-2025, {DENSHAM.replace('A81001', 'A81002')}, 1500, 3779, 369.930404869013",
    )
    file = write_file(tmp_path, "GPAD_Annex1_Table1_Nov_25.csv", text)
    with pytest.raises(
        FileRefusedError, match=r"are 396[.]930 per 1,000, .* practice A81002 is 369.930"
    ) as refusal:
        add_one(Store(tmp_path / "store"), file)
    assert refusal.value.where == f"{file}, row 3"


@pytest.mark.parametrize(("rate", "taken"), [("396.93", True), ("396.9", False), ("397", False)])
def test_a_rate_may_be_rounded_to_two_decimals(tmp_path: Path, rate: str, taken: bool) -> None:
    text = csv_text(TABLE_1_HEADER, f"Nov-2025, {DENSHAM}, 1500, 3779, {rate}")
    file = write_file(tmp_path, "GPAD_Annex1_Table1_Nov_25.csv", text)
    store = Store(tmp_path / "store")
    if taken:
        add_one(store, file)
    else:
        with pytest.raises(FileRefusedError, match=r"396[.]930 per 1,000"):
            add_one(store, file)


def test_waits_are_stored_as_a_row_each_in_the_words_of_the_crosstab(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, "GPAD_Annex1_Table2a_Nov_25.csv", TABLE_2))
    stored = stored_rows(store, SOURCE, "table_2a", "practice", "wait", "appointments")
    assert [tuple(row.values()) for row in stored] == [
        ("A81001", "Same Day", 627),
        ("A81001", "1 Day", 103),
        ("A81001", "2 to 7 Days", 400),
        ("A81001", "8 to 14 Days", 237),
        ("A81001", "15 to 21 Days", 74),
        ("A81001", "22 to 28 Days", 27),
        ("A81001", "More than 28 Days", 32),
        ("A81001", "Unknown / Data Quality", 0),
    ]


@pytest.mark.parametrize(
    ("name", "header", "cells", "table", "label", "stored"),
    [
        (
            "GPAD_Annex1_Table4_Nov_25.csv",
            "Face-to-Face,Home Visit,Telephone,Video Conference/Online,Unknown",
            "4, 3, 2, 1, 0",
            "table_4",
            "mode",
            {"Face-to-Face": 4, "Home Visit": 3, "Telephone": 2, "Video/Online": 1, "Unknown": 0},
        ),
        (
            "GPAD_Annex1_Table5_Nov_25.csv",
            "GP,Other Practice staff,Unknown",
            "529, 935, 36",
            "table_5",
            "staff",
            {"GP": 529, "Other Practice staff": 935, "Unknown": 36},
        ),
        (
            "a name that says nothing.csv",
            "Attended,DNA,Unknown",
            "1235, 140, 125",
            "table_6",
            "status",
            {"Attended": 1235, "DNA": 140, "Unknown": 125},
        ),
    ],
)
def test_tables_that_their_columns_tell(
    tmp_path: Path, name: str, header: str, cells: str, table: str, label: str, stored: dict[str, int]
) -> None:
    text = csv_text(f"Appointment Month Start Date,{WHO},{header}", f"Apr-25, {DENSHAM}, {cells}")
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, name, text))
    found = stored_rows(store, SOURCE, table, label, "appointments", "month")
    assert {row[label]: row["appointments"] for row in found} == stored
    assert {row["month"] for row in found} == {datetime.date(2025, 4, 1)}


@pytest.mark.parametrize("letter", ["a", "b", "c", "d"])
def test_the_name_tells_tables_of_the_same_columns_apart(tmp_path: Path, letter: str) -> None:
    store = Store(tmp_path / "store")
    # The folder's name is no part of it, however much it says.
    file = write_file(tmp_path, f"Table2a/GPAD_Annex1_Table2{letter}_Nov_25.csv", TABLE_2)
    assert [table.table for table in add_one(store, file).tables] == [f"table_2{letter}"]


@pytest.mark.parametrize("name", ["November.csv", "Table2a_and_Table2b_Nov_25.csv"])
def test_a_name_that_leaves_the_table_open_is_refused(tmp_path: Path, name: str) -> None:
    file = write_file(tmp_path, name, TABLE_2)
    store = Store(tmp_path / "store")
    with pytest.raises(FileRefusedError, match="table_2a and table_2b and table_2c and table_2d") as refusal:
        add_one(store, file)
    assert refusal.value.where == str(file)
    assert "under which it was published" in refusal.value.next_step
    assert store.manifest().files == ()


def test_a_label_that_is_no_count_is_named_by_its_own_column(tmp_path: Path) -> None:
    text = TABLE_2.replace(",237,", ",-237,")
    file = write_file(tmp_path, "GPAD_Annex1_Table2a_Nov_25.csv", text)
    with pytest.raises(
        FileRefusedError, match="found '-237', expected a whole number, zero or more"
    ) as refusal:
        add_one(Store(tmp_path / "store"), file)
    assert refusal.value.where == f"{file}, row 2, column '8  to 14 Days'"


def test_every_spread_has_a_header_for_each_word_of_its_vocabulary() -> None:
    for table in load_catalogue().source(SOURCE).tables:
        if table.spread:
            words = set(table.column(table.spread.label).labels)
            assert {layout.name: set(layout.spread) for layout in table.layouts} == {
                layout.name: words for layout in table.layouts
            }
