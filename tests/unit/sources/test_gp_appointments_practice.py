"""GPAD practice crosstab in small: what is stored of a row, when it was issued, and the newest issue by a date."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.errors import FileRefusedError
from likeforlike.store import PublishedBasis, Store, select_editions

SOURCE = "gp_appointments_practice"
HEADER = (
    "APPOINTMENT_MONTH_START_DATE,GP_CODE,GP_NAME,SUPPLIER,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,"
    "SUB_ICB_LOCATION_NAME,HCP_TYPE,APPT_MODE,NATIONAL_CATEGORY,TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS,"
    "APPT_STATUS"
)
LENSFIELD = "01OCT2025, D81001, LENSFIELD MEDICAL PRACTICE, TPP, U88254, CAM MEDICAL PCN, 06H, NHS Cambridgeshire - 06H"
ALONE = "01OCT2025, D81002, ALONE, , U, UNALLOCATED, 06H, NHS Cambridgeshire - 06H"


def visit(practice: str, count: int) -> str:
    return f"{practice}, Other Practice staff, Home Visit, Planned Clinics, 22  to 28 Days, {count}, DNA"


def test_a_row(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    added = add_one(store, write_file(tmp_path, "crosstab.csv", csv_text(HEADER, visit(LENSFIELD, 2))))
    assert stored_rows(store, SOURCE, "appointments") == [
        {
            "month": datetime.date(2025, 10, 1),
            "practice": "D81001",
            "practice_name": "LENSFIELD MEDICAL PRACTICE",
            "supplier": "TPP",
            "pcn": "U88254",
            "pcn_name": "CAM MEDICAL PCN",
            "sub_icb": "06H",
            "sub_icb_name": "NHS Cambridgeshire - 06H",
            "staff": "Other Practice staff",
            "mode": "Home Visit",
            "category": "Planned Clinics",
            "wait": "22 to 28 Days",
            "status": "DNA",
            "appointments": 2,
        }
    ]
    assert added.tables[0].coverage == {"2025-10-01": ("06H",)}


def test_a_practice_outside_any_network_and_without_a_supplier(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, "crosstab.csv", csv_text(HEADER, visit(ALONE, 2))))
    assert stored_rows(store, SOURCE, "appointments", "practice", "supplier", "pcn", "pcn_name") == [
        {"practice": "D81002", "supplier": None, "pcn": None, "pcn_name": None}
    ]


@pytest.mark.parametrize(
    ("name", "published"),
    [
        # The folder names the issue; the file only its month, which several issues publish.
        ("release_Nov_25/Practice_Level_Crosstab_Oct_25.csv", "2025-12-31"),
        ("downloads/Practice_Level_Crosstab_Oct_25.csv", "2025-11-30"),
    ],
)
def test_the_date_of_issue_is_in_the_name_of_folder_or_file(
    tmp_path: Path, name: str, published: str
) -> None:
    added = add_one(
        Store(tmp_path / "store"), write_file(tmp_path, name, csv_text(HEADER, visit(LENSFIELD, 2)))
    )
    assert (added.published, added.published_basis) == (published, PublishedBasis.NAME)


@pytest.mark.parametrize("order", [("Oct", "Nov"), ("Nov", "Oct")], ids=["in order", "older one last"])
def test_of_two_issues_the_newest_by_a_date_answers(tmp_path: Path, order: tuple[str, str]) -> None:
    store = Store(tmp_path / "store")
    counts = {"Oct": 10, "Nov": 12}
    editions = {
        issue: add_one(
            store,
            write_file(
                tmp_path, f"release_{issue}_25/c.csv", csv_text(HEADER, visit(LENSFIELD, counts[issue]))
            ),
        ).edition
        for issue in order
    }

    def answering(as_at: datetime.date | None) -> list[str]:
        selection = select_editions(store.manifest(), SOURCE, "appointments", as_at=as_at)
        return [file.edition for file in selection.files]

    assert answering(None) == [editions["Nov"]]
    assert answering(datetime.date(2025, 12, 31)) == [editions["Nov"]]
    assert answering(datetime.date(2025, 12, 30)) == [editions["Oct"]]
    assert answering(datetime.date(2025, 11, 29)) == []
    assert stored_rows(store, SOURCE, "appointments", "appointments") == [{"appointments": 12}]


def test_a_newer_issue_of_one_area_leaves_the_others_in_place(tmp_path: Path) -> None:
    dorset = LENSFIELD.replace("06H", "11J").replace("D81001", "J81077")
    store = Store(tmp_path / "store")
    older = add_one(
        store,
        write_file(
            tmp_path, "release_Oct_25/c.csv", csv_text(HEADER, visit(LENSFIELD, 10), visit(dorset, 7))
        ),
    )
    newer = add_one(
        store, write_file(tmp_path, "release_Nov_25/c.csv", csv_text(HEADER, visit(LENSFIELD, 12)))
    )
    selection = select_editions(store.manifest(), SOURCE, "appointments")
    assert {file.edition for file in selection.files} == {older.edition, newer.edition}
    assert selection.superseded == ((older.edition, "2025-10-01", "06H"),)


def test_a_category_that_nobody_has_read_is_refused(tmp_path: Path) -> None:
    text = csv_text(HEADER, visit(LENSFIELD, 2).replace("Planned Clinics", "Digital Clinics"))
    with pytest.raises(
        FileRefusedError, match="found 'Digital Clinics', expected one of General Consult"
    ) as refusal:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, "crosstab.csv", text))
    assert refusal.value.where.endswith("crosstab.csv, row 2, column 'NATIONAL_CATEGORY'")
