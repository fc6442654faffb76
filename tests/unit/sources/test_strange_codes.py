"""A code that is not shaped like one of its kind is kept, and the file says so."""

from __future__ import annotations

from pathlib import Path

from street import add_one, csv_text, stored_rows, write_file

from likeforlike.store import Store

HEADER = (
    "SUB_ICB_LOCATION_CODE,ICB_ONS_CODE,REGION_CODE,Appointment_Month,Included Practices,Open Practices,"
    "Patients registered at included practices,Patients registered at open practices"
)


def test_a_strange_code_is_kept_and_said(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    rows = (
        "00L, E54000050, E40000012, 01AUG2020, 39, 40, 328182, 329182",
        "LOST, E54000050, E40000012, 01AUG2020, 1, 1, 100, 100",
    )
    added = add_one(store, write_file(tmp_path, "coverage.csv", csv_text(HEADER, *rows)))
    assert added.notes == ("1 code is not shaped as a Sub-ICB location's is, kept: LOST",)
    found = stored_rows(store, "gp_appointments_coverage", "coverage", "sub_icb", "practices_included")
    assert found == [
        {"sub_icb": "00L", "practices_included": 39},
        {"sub_icb": "LOST", "practices_included": 1},
    ]


def test_of_many_strange_codes_ten_are_named(tmp_path: Path) -> None:
    rows = [f"Q{number}, E54000050, E40000012, 01AUG2020, 1, 1, 100, 100" for number in range(100, 112)]
    added = add_one(Store(tmp_path / "store"), write_file(tmp_path, "coverage.csv", csv_text(HEADER, *rows)))
    (note,) = added.notes
    assert note.startswith("12 codes")
    assert note.endswith("Q100, Q101, Q102, Q103, Q104, Q105, Q106, Q107, Q108, Q109 …")
