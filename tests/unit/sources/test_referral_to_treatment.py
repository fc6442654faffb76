"""Referral to treatment in small: specialties that must add up, the empty one, and what the mix leads one to expect."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet
import pytest
from made_waits import REFERRAL_FILE, REFERRAL_HEADER, REFERRAL_ROWS
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.measures.build import build
from likeforlike.settings import Settings
from likeforlike.store import PublishedBasis, Store

SOURCE = "referral_to_treatment"


def changed(row: int, old: str, new: str) -> str:
    """The file with one of its rows changed."""
    rows = list(REFERRAL_ROWS)
    assert rows[row].count(old) >= 1
    rows[row] = rows[row].replace(old, new, 1)
    return csv_text(REFERRAL_HEADER, *rows)


def test_rows_as_published(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    added = add_one(store, write_file(tmp_path, REFERRAL_FILE, csv_text(REFERRAL_HEADER, *REFERRAL_ROWS)))
    first, *_, last = stored_rows(store, SOURCE, "specialties")
    assert first == {
        "month": datetime.date(2026, 3, 1),
        "region": "Y56",
        "provider": "RAA",
        "provider_name": "FIRST NHS TRUST",
        "organisation_type": "nhs_trust",
        "specialty_code": "C_120",
        "specialty": "Ear, nose and throat",
        "pathways": 100,
        "within_18_weeks": 40,
        "printed_share_within_18_weeks": 0.4,
        "median_weeks": 20.5,
        "median_weeks_reason": None,
        "centile_92_weeks": 60.25,
        "centile_92_weeks_reason": None,
        "over_52_weeks": 10,
        "over_65_weeks": 2,
        "over_78_weeks": 1,
        "printed_share_over_52_weeks": 0.1,
        "expected_over_52_weeks": Decimal("10.000000"),
    }
    assert (last["provider"], last["specialty"], last["pathways"]) == ("TAB", "Total", 100)
    # The name says which month it is of; the publisher issues it in the second month after.
    assert (added.published, added.published_basis) == ("2026-05-31", PublishedBasis.NAME)


def test_a_specialty_without_pathways_has_a_reason_and_no_wait(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, REFERRAL_FILE, csv_text(REFERRAL_HEADER, *REFERRAL_ROWS)))
    names = ("pathways", "median_weeks", "median_weeks_reason", "expected_over_52_weeks")
    empty = stored_rows(store, SOURCE, "specialties", *names)[3]
    assert tuple(empty.values()) == (0, None, "below_minimum", Decimal(0))


def test_what_the_mix_leads_one_to_expect(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, REFERRAL_FILE, csv_text(REFERRAL_HEADER, *REFERRAL_ROWS)))
    rows = stored_rows(store, SOURCE, "specialties", "provider", "specialty", "expected_over_52_weeks")
    expected = {(row["provider"], row["specialty"]): row["expected_over_52_weeks"] for row in rows}
    # Ophthalmology: 3 + 5 of 300 + 100 pathways have waited so long; ear, nose and throat: 10 of 100.
    assert expected["RAA", "Ophthalmology"] == 300 * Decimal(3 + 5) / (300 + 100)
    assert expected["TAB", "Ophthalmology"] == 100 * Decimal(3 + 5) / (300 + 100)
    assert expected["RAA", "Ear, nose and throat"] == 10


def test_an_empty_specialty_is_not_applicable_and_never_zero(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, REFERRAL_FILE, csv_text(REFERRAL_HEADER, *REFERRAL_ROWS)))
    made = build(store, load_catalogue(), Settings(store.folder))
    observed = {}
    for indicator in (
        "referral_ear_nose_throat_within_18_weeks_share",
        "referral_over_52_weeks_against_expected",
    ):
        rows = pyarrow.parquet.read_table(made.folder / "observations" / f"{indicator}.parquet").to_pylist()
        observed |= {(indicator[:12], row["organisation"]): (row["value"], row["reason"]) for row in rows}
    assert observed["referral_ear", "RAA"] == (40.0, None)
    assert observed["referral_ear", "TAB"] == (None, "not_applicable")
    # 8 of 400 pathways of ophthalmology have waited so long: 6 of 300 are expected, and 2 of 100.
    assert observed["referral_ove", "RAA"] == (pytest.approx(100 * 13 / (10 + 6)), None)
    assert observed["referral_ove", "TAB"] == (pytest.approx(100 * 5 / 2), None)


@pytest.mark.parametrize(
    ("row", "old", "new", "said", "at"),
    [
        (0, ",100,40,", ",101,40,", "provider RAA: the pathways of its specialties add up to 401, its total is 400", 4),
        (2, ",240,", ",241,", "the within_18_weeks of its specialties add up to 240, its total is 241", 4),
        (0, ",10,2,1,", ",10,3,1,", "the over_65_weeks of its specialties add up to 3, its total is 2", 4),
        (5, "Total", "Urology Service", "of its specialties add up to 200, its total is nothing (no such row)", None),
        (0, ",100,40,", ",1OO,40,", "found '1OO', expected a whole number", 2),
        (0, ",100,40,", ",100.5,40,", "found '100.5', expected a whole number", 2),
        (0, ",20.5,", ",long,", "found 'long', expected a number", 2),
        (0, "Ear Nose and Throat Service", "Nose Service", "found 'Nose Service', expected one of General surgery", 2),
        (1, "2026-03-01", "2026-04-02", "found '2026-04-02', expected the first day of a month", 3),
        (1, "Y56,RAA", "Y56,", "found '', expected an organisation code", 3),
        (1, "C_130,Ophthalmology Service", "C_120,Ear Nose and Throat Service", "occurs twice", None),
    ],
)  # fmt: skip
def test_a_spoilt_file_is_refused_with_its_place(
    tmp_path: Path, row: int, old: str, new: str, said: str, at: int | None
) -> None:
    with pytest.raises(FileRefusedError) as refusal:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, REFERRAL_FILE, changed(row, old, new)))
    assert said in str(refusal.value)
    if at is not None:
        assert f"row {at}" in (refusal.value.where or "")


def test_longer_waits_are_among_the_shorter(tmp_path: Path) -> None:
    rows = [row.replace(",13,2,1,", ",13,14,1,").replace(",10,2,1,", ",10,14,1,") for row in REFERRAL_ROWS]
    with pytest.raises(FileRefusedError, match="specialty C_120: more pathways of a longer wait") as refusal:
        add_one(
            Store(tmp_path / "store"), write_file(tmp_path, REFERRAL_FILE, csv_text(REFERRAL_HEADER, *rows))
        )
    assert (refusal.value.where or "").endswith("row 2")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("total_52_plus", "over_52", "has no column 'total_52_plus', an unknown column 'over_52'"),
        ("reporting_month", "reporting_month,total_104_plus", "an unknown column 'total_104_plus'"),
        # An older layout: months before the longest waits were counted.
        (",total_78_plus", "", "has no column 'total_78_plus'"),
    ],
)
def test_a_header_that_is_nearly_the_one(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = csv_text(REFERRAL_HEADER.replace(old, new), *REFERRAL_ROWS)
    with pytest.raises(FileRefusedError, match="looks like referral_to_treatment") as refusal:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, REFERRAL_FILE, text))
    assert said in str(refusal.value)


def test_a_code_that_is_no_region_is_kept_and_said(tmp_path: Path) -> None:
    rows = [row.replace("Y58", "LOST") for row in REFERRAL_ROWS]
    path = write_file(tmp_path, REFERRAL_FILE, csv_text(REFERRAL_HEADER, *rows))
    assert add_one(Store(tmp_path / "store"), path).notes == (
        "1 code is not shaped as a NHS region's is, kept: LOST",
    )
