"""Cancer waits in small: half patients, two ways to count the same, and what the types of cancer lead one to expect."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from made_waits import CANCER_FILE, CANCER_HEADER, CANCER_ROWS, write_cancer
from street import add_one, stored_rows

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.measures.build import build
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import PublishedBasis, Store

SOURCE, TABLE = "cancer_waits", "standards"
PATIENTS, WITHIN, BREACHES = 8, 9, 10


def refusal(tmp_path: Path, rows: list[list[Any]], **book: Any) -> FileRefusedError:
    path = write_cancer(tmp_path / CANCER_FILE, rows, **book)
    with pytest.raises(FileRefusedError) as caught:
        add_one(Store(tmp_path / "store"), path)
    return caught.value


def spoilt(row: int, **cells: Any) -> list[list[Any]]:
    """The rows with some cells of one changed, named as in the header without its blanks."""
    rows = [list(cells) for cells in CANCER_ROWS]
    for name, cell in cells.items():
        rows[row][[heading.replace(" ", "_") for heading in CANCER_HEADER].index(name)] = cell
    return rows


def test_rows_as_published_with_half_patients(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    added = add_one(store, write_cancer(tmp_path / CANCER_FILE, CANCER_ROWS))
    first, second, *_, last = stored_rows(store, SOURCE, TABLE)
    assert first == {
        "month": datetime.date(2025, 3, 1),
        "standard": "28 days",
        "provider": "RAA",
        "organisation_type": "nhs_trust",
        "route": "Urgent suspected cancer",
        "treatment": None,
        "treatment_reason": "not_applicable",
        "cancer": "Suspected lung",
        "patients": Decimal("30.0"),
        "within": Decimal("24.0"),
        "breaches": Decimal("6.0"),
        "expected_breaches": Decimal("6.000000"),
    }
    assert (second["treatment"], second["patients"], second["breaches"]) == (
        "All",
        Decimal("10.5"),
        Decimal("5.5"),
    )
    assert (last["provider"], last["organisation_type"]) == ("NT9", "independent_provider")
    assert (added.published, added.published_basis) == ("2025-05-31", PublishedBasis.NAME)


def test_halves_add_up_and_count_events(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_cancer(tmp_path / CANCER_FILE, CANCER_ROWS))
    made = build(store, load_catalogue(), Settings(store.folder))

    def observed(indicator: str) -> dict[str, dict[str, Any]]:
        path = made.folder / "observations" / f"{indicator}.parquet"
        return {row["organisation"]: row for row in pyarrow.parquet.read_table(path).to_pylist()}

    share = observed("cancer_treated_within_62_days_share")
    assert (share["RAA"]["numerator"], share["RAA"]["denominator"]) == (5 + 28, 10.5 + 30)
    assert share["RAA"]["value"] == pytest.approx(100 * 33 / 40.5)
    # One and a half patients are too few to say, and are England's all the same.
    assert (share["NT9"]["value"], share["NT9"]["reason"]) == (None, "below_minimum")
    assert (share["ENG"]["numerator"], share["ENG"]["denominator"]) == (5 + 28 + 1, 10.5 + 30 + 1.5)
    against = observed("cancer_62_day_breaches_against_expected")
    # Lung: 5.5 + 0.5 of 12 breach, half of 10.5 are expected at the trust; skin: 2 of 30, all of them there.
    assert against["RAA"]["expected"] == pytest.approx(10.5 * 6 / 12 + 2)
    assert against["RAA"]["value"] == pytest.approx(100 * 7.5 / 7.25)
    assert against["ENG"]["value"] == pytest.approx(100)


def test_names_of_routes_are_one_in_all_standards(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_cancer(tmp_path / CANCER_FILE, CANCER_ROWS))
    assert {row["route"] for row in stored_rows(store, SOURCE, TABLE, "route")} == {"Urgent suspected cancer"}


@pytest.mark.parametrize(
    ("row", "cells", "said", "at"),
    [
        (1, {"WITHIN_STANDARD": 6}, "6 within the standard and 5.5 breaches are not the 10.5 patients", "row 3"),
        (5, {"TOTAL_TREATED": 1.5, "BREACHES": 1}, "by type of cancer 33 of 40.5 patients, by treatment 33.0 of 41.5",
         "row 3"),
        (6, {"TREATMENT_MODALITY": "ALL MODALITIES"}, "treatment 'All' and cancer 'All': one of the two", "row 8"),
        (1, {"CANCER_TYPE": "ALL CANCERS"}, "treatment 'All' and cancer 'All': one of the two", "row 3"),
        (1, {"TOTAL_TREATED": "ten"}, "found 'ten', expected a number with at most 1 decimals", "row 3, column I"),
        (1, {"TOTAL_TREATED": 10.25}, "found '10.25', expected a number with at most 1 decimals", "row 3, column I"),
        (1, {"TOTAL_TREATED": -10.5}, "found '-10.5', expected a number", "row 3, column I"),
        (1, {"STANDARD": "85-day"}, "found '85-day', expected one of 28 days, 31 days, 62 days", "row 3, column D"),
        (1, {"CANCER_TYPE": "Lungs"}, "found 'Lungs', expected one of All, Breast", "row 3, column H"),
        (1, {"ORG_CODE": ""}, "found '', expected an organisation code", "row 3, column E"),
        (1, {"ORG_CODE": 12.0}, "found '12', expected an organisation code", "row 3, column E"),
        (1, {"PERIOD": "Spring"}, "found 'Spring', expected the first day of a month", "row 3, column A"),
        (2, {"CANCER_TYPE": "Lung"}, "occurs twice (2025-03-01, 62 days, RAA", "rows 3 and 4"),
    ],
)  # fmt: skip
def test_a_spoilt_row_is_refused_with_its_place(
    tmp_path: Path, row: int, cells: dict[str, Any], said: str, at: str
) -> None:
    error = refusal(tmp_path, spoilt(row, **cells))
    assert said in str(error)
    assert at in (error.where or "")


def test_more_patients_than_can_be_are_refused(tmp_path: Path) -> None:
    rows = spoilt(0, TOTAL_TREATED=1e15, WITHIN_STANDARD=0, BREACHES=1e15)
    error = refusal(tmp_path, rows)
    assert "found '', expected a number with at most 6 decimals, zero or more" in str(error)
    assert "row 2" in (error.where or "")


def test_a_sheet_of_another_name_is_no_known_format(tmp_path: Path) -> None:
    error = refusal(tmp_path, list(CANCER_ROWS), sheet="CWT CRS Commissioner Extract")
    assert "no known format" in str(error)


def test_a_renamed_and_a_missing_column(tmp_path: Path) -> None:
    header = ["PROVIDER" if cell == "ORG CODE" else cell for cell in CANCER_HEADER]
    error = refusal(tmp_path, list(CANCER_ROWS), header=header)
    assert "has no column 'ORG CODE', an unknown column E 'provider'" in str(error)


def test_the_extracts_of_the_ten_standards_before_october_2023(tmp_path: Path) -> None:
    # They named the standard and the type of cancer differently and had no column of treatments.
    header = [cell for cell in CANCER_HEADER if cell != "TREATMENT MODALITY"]
    rows = [[cell for place, cell in enumerate(row) if place != 6] for row in CANCER_ROWS]
    assert "has no column 'TREATMENT MODALITY'" in str(refusal(tmp_path, rows, header=header))


def test_a_header_without_rows(tmp_path: Path) -> None:
    assert "a header and no rows" in str(refusal(tmp_path, []))


def test_a_header_below_a_banner_is_found(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    banner: list[list[Any]] = [["Cancer Waiting Times"], []]
    path = write_cancer(tmp_path / CANCER_FILE, [[], CANCER_HEADER, *CANCER_ROWS], header=banner[0])
    add_one(store, path)
    assert len(stored_rows(store, SOURCE, TABLE)) == len(CANCER_ROWS)


def test_the_final_figures_of_a_month_stand_before_the_first_ones(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(store, write_cancer(tmp_path / CANCER_FILE, CANCER_ROWS))
    final = write_cancer(tmp_path / CANCER_FILE.replace(".xlsx", "-Final.xlsx"), CANCER_ROWS[:1])
    # Its name says which months it is about, and not when it came.
    (result,) = add_paths(store, load_catalogue(), [final], published=datetime.date(2025, 10, 9))
    assert result.file is not None
    assert (result.file.published, result.file.published_basis) == ("2025-10-09", PublishedBasis.GIVEN)
    assert len(stored_rows(store, SOURCE, TABLE)) == 1
