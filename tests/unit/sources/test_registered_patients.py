"""Patients registered at a practice, in small: totals in two layouts, age bands that must add up, the map."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.errors import FileRefusedError
from likeforlike.store import PublishedBasis, Store

SOURCE = "registered_patients"

TOTALS_HEADER = (
    "PUBLICATION,EXTRACT_DATE,TYPE,SUB_ICB_LOCATION_CODE,ONS_SUB_ICB_LOCATION_CODE,CODE,POSTCODE,SEX,AGE,"
    "NUMBER_OF_PATIENTS"
)
BANDS_HEADER = (
    "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS"
)
MAP_HEADER = (
    "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,ONS_SUB_ICB_LOCATION_CODE,"
    "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ONS_ICB_CODE,ICB_CODE,ICB_NAME,ONS_COMM_REGION_CODE,"
    "COMM_REGION_CODE,COMM_REGION_NAME,PCN_CODE,PCN_NAME,SUPPLIER_NAME"
)


def totals(*rows: str) -> str:
    return csv_text(TOTALS_HEADER, *(f"GP_PRAC_PAT_LIST, {row}" for row in rows))


def bands(*rows: str) -> str:
    return csv_text(BANDS_HEADER, *(f"GP_PRAC_PAT_LIST, {row}" for row in rows))


def test_totals(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    text = totals("2025-11-01, GP, 16C, E38000247, A81001, TS18 1HU, ALL, ALL, 3779")
    added = add_one(store, write_file(tmp_path, "gp-reg-pat-prac-all.csv", text))
    assert stored_rows(store, SOURCE, "totals") == [
        {
            "month": datetime.date(2025, 11, 1),
            "type": "GP",
            "sub_icb": "16C",
            "sub_icb_ons": "E38000247",
            "practice": "A81001",
            "postcode": "TS18 1HU",
            "sex": "All",
            "age": "All ages",
            "patients": 3779,
        }
    ]
    # The content prints its extract's day and nothing later: the file is out by the end of that month.
    assert (added.published, added.published_basis) == ("2025-11-30", PublishedBasis.CONTENT)


def test_totals_of_clinical_commissioning_groups(tmp_path: Path) -> None:
    header = TOTALS_HEADER.replace("ONS_SUB_ICB_LOCATION_CODE", "ONS_CCG_CODE").replace(
        "SUB_ICB_LOCATION_CODE", "CCG_CODE"
    )
    row = "GP_PRAC_PAT_LIST, 01JAN2021, GP, 00L, E38000130, A84002, NE65 7UW, ALL, ALL, 5903"
    store = Store(tmp_path / "store")
    added = add_one(store, write_file(tmp_path, "all.csv", csv_text(header, row, line_end="\r\n")))
    assert stored_rows(store, SOURCE, "totals", "month", "sub_icb", "practice", "patients") == [
        {"month": datetime.date(2021, 1, 1), "sub_icb": "00L", "practice": "A84002", "patients": 5903}
    ]
    assert added.published == "2021-01-31"


def test_dates_that_a_spreadsheet_rewrote_are_read_day_first(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    text = totals("01/05/2025, GP, 16C, E38000247, A81001, TS18 1HU, ALL, ALL, 3891")
    add_one(store, write_file(tmp_path, "all.csv", text))
    assert stored_rows(store, SOURCE, "totals", "month") == [{"month": datetime.date(2025, 5, 1)}]


def test_a_date_written_month_first_is_refused(tmp_path: Path) -> None:
    text = totals("05/01/2025, GP, 16C, E38000247, A81001, TS18 1HU, ALL, ALL, 3891")
    with pytest.raises(
        FileRefusedError, match="found '05/01/2025', expected the first day of a month"
    ) as refusal:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, "all.csv", text))
    assert refusal.value.where.endswith("all.csv, row 2, column 'EXTRACT_DATE'")


FOUR_BANDS = (
    "2025-11-01, GP, A81001,, TS18 1HU, ALL,    ALL,   7",
    "2025-11-01, GP, A81001,, TS18 1HU, FEMALE, ALL,   3",
    "2025-11-01, GP, A81001,, TS18 1HU, FEMALE, 0_4,   1",
    "2025-11-01, GP, A81001,, TS18 1HU, FEMALE, 95+,   2",
    "2025-11-01, GP, A81001,, TS18 1HU, MALE,   ALL,   4",
    "2025-11-01, GP, A81001,, TS18 1HU, MALE,   10_14, 4",
)


def test_age_bands_in_plain_words(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, "quin-age.csv", bands(*FOUR_BANDS)))
    stored = stored_rows(store, SOURCE, "age_bands", "sex", "age_band", "ons", "patients")
    assert [tuple(row.values()) for row in stored] == [
        ("All", "All ages", None, 7),
        ("Female", "All ages", None, 3),
        ("Female", "0 to 4", None, 1),
        ("Female", "95 and over", None, 2),
        ("Male", "All ages", None, 4),
        ("Male", "10 to 14", None, 4),
    ]


@pytest.mark.parametrize(
    ("changed", "to", "row", "what"),
    [
        (
            3,
            "2025-11-01, GP, A81001,, TS18 1HU, FEMALE, 95+, 3",
            3,
            "sex FEMALE add up to 4, the file's total is 3",
        ),
        (
            0,
            "2025-11-01, GP, A81001,, TS18 1HU, ALL, ALL, 8",
            2,
            "two sexes add up to 7, the file's total is 8",
        ),
        (5, "", 6, "sex MALE add up to nothing (no such row), the file's total is 4"),
    ],
    ids=["a band too large", "a practice's total too large", "bands that are missing"],
)
def test_age_bands_that_do_not_add_up_are_refused(
    tmp_path: Path, changed: int, to: str, row: int, what: str
) -> None:
    rows = list(FOUR_BANDS)
    rows[changed] = to
    file = write_file(tmp_path, "quin-age.csv", bands(*(row for row in rows if row)))
    store = Store(tmp_path / "store")
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, file)
    assert what in refusal.value.what
    assert "practice A81001, November 2025" in refusal.value.what
    assert refusal.value.where == f"{file}, row {row}"
    assert store.manifest().files == ()


def test_the_map_and_a_practice_outside_any_network(tmp_path: Path) -> None:
    row = (
        "GP_PRAC_PAT_LIST, 01Nov2025, {practice}, THE DENSHAM SURGERY, TS18 1HU, E38000247, 16C, "
        "NHS North East and North Cumbria ICB - 16C, E54000050, QHM, NHS North East and North Cumbria, E40000012, "
        "Y63, North East and Yorkshire, {pcn}, {supplier}"
    )
    text = csv_text(
        MAP_HEADER,
        row.format(practice="A81001", pcn="U89141, STOCKTON PCN", supplier="TPP"),
        row.format(practice="A81002", pcn="U, Unallocated", supplier=""),
    )
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, "map.csv", text))
    first, second = stored_rows(store, SOURCE, "map")
    assert first == {
        "month": datetime.date(2025, 11, 1),
        "practice": "A81001",
        "practice_name": "THE DENSHAM SURGERY",
        "postcode": "TS18 1HU",
        "sub_icb": "16C",
        "sub_icb_ons": "E38000247",
        "sub_icb_name": "NHS North East and North Cumbria ICB - 16C",
        "icb": "QHM",
        "icb_ons": "E54000050",
        "icb_name": "NHS North East and North Cumbria",
        "region": "Y63",
        "region_ons": "E40000012",
        "region_name": "North East and Yorkshire",
        "pcn": "U89141",
        "pcn_name": "STOCKTON PCN",
        "supplier": "TPP",
    }
    assert (second["pcn"], second["pcn_name"], second["supplier"]) == (None, None, None)
