"""The simulated files about services: the publishers' shape, and figures that add up as the publishers' do."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
import python_calamine

from likeforlike.simulate import Simulated


def only_file(county: Simulated, folder: str) -> Path:
    (path,) = (county.directory / folder).iterdir()
    return path


def raw(path: Path) -> list[list[Any]]:
    return (
        python_calamine.CalamineWorkbook.from_path(str(path))
        .get_sheet_by_name("Raw")
        .to_python(skip_empty_area=False)
    )


def keys_of(document: Any, above: str = "") -> set[str]:
    """Every path of a document; what a list holds counts as one."""
    if isinstance(document, list):
        return {key for member in document for key in keys_of(member, above)}
    if not isinstance(document, dict):
        return {above}
    return {key for name, member in document.items() for key in keys_of(member, f"{above}/{name}")}


def test_the_ambulance_workbook_has_the_publisher_s_codes_in_its_order(
    small: Simulated, published_data: Path
) -> None:
    ours = raw(only_file(small, "ambulance"))[4]
    theirs = raw(published_data / "ambulance/AmbSYS-Time-Series-until-20250831.xlsx")[4]
    assert ours[:7] == theirs[:7]
    assert set(ours[7:]) <= set(theirs[7:])


def test_the_one_ambulance_service_is_england_in_every_month(small: Simulated) -> None:
    rows = raw(only_file(small, "ambulance"))[5:]
    england = [row[7:] for row in rows if row[5] == "ENG"]
    service = [row[7:] for row in rows if row[5] == "XB1"]
    assert len(england) == min(12, small.plan.months)
    assert england == service
    for incidents, seen, heard, *_ in service:
        assert incidents == seen + heard > 0


@pytest.fixture(scope="module")
def therapies(small: Simulated) -> str:
    return str(only_file(small, "talking_therapies"))


def test_talking_therapies_have_the_publisher_s_columns_and_types(
    therapies: str, published_data: Path
) -> None:
    theirs = pyarrow.parquet.read_schema(published_data / "talking_therapies/measures_annual.parquet")
    assert pyarrow.parquet.read_schema(therapies).equals(theirs)


def test_counts_of_all_but_england_are_rounded_to_five_and_sum_to_it(therapies: str) -> None:
    counts = duckdb.execute(
        "SELECT org_type, CAST(value AS INTEGER), org_code FROM read_parquet(?) WHERE variable_type = 'Total' AND "
        "measure_name = 'finished_course_treatment' AND value <> '*'",
        [therapies],
    ).fetchall()
    (england,) = [count for kind, count, _ in counts if kind == "England"]
    assert all(count % 5 == 0 for kind, count, _ in counts if kind != "England")
    for kind in ("Commissioning Region", "ICB", "Provider"):
        its = [count for which, count, _ in counts if which == kind]
        assert abs(sum(its) - england) <= 2 * len(its)
    assert {code for kind, _, code in counts if kind == "Provider"} == {"XM1", "XN01"}


def test_the_survey_s_members_are_the_publisher_s_and_boards_sum_to_england(
    small: Simulated, published_data: Path
) -> None:
    ours = json.loads(only_file(small, "gp_patient_survey").read_text())
    theirs = json.loads((published_data / "gp_patient_survey/gpps-2025_by_icb.json").read_text())
    assert keys_of(ours["icbs"]) == keys_of(theirs["icbs"])
    assert keys_of(ours["england"]) == keys_of(theirs["england"])
    assert sum(board["received"] for board in ours["icbs"]) == ours["england"]["received"]
    for board in (*ours["icbs"], ours["england"]):
        for metric in board["metrics"].values():
            assert 0 <= metric["lower_95"] <= metric["percent"] <= metric["upper_95"] <= 100


def test_nhs_111_has_the_publisher_s_members_and_only_triaged_calls_sum_to_england(
    small: Simulated, published_data: Path
) -> None:
    ours = json.loads(gzip.decompress(only_file(small, "nhs_111").read_bytes()))
    theirs = json.loads(gzip.decompress((published_data / "nhs_111/iucadc-2024-25.json.gz").read_bytes()))
    assert keys_of({"calls": [area["calls"] for area in ours["areas"]]}) == keys_of(
        {"calls": [area["calls"] for area in theirs["areas"]]}
    )
    assert keys_of(ours["areas"]) <= keys_of(theirs["areas"])
    assert sum(area["calls"]["triaged"] for area in ours["areas"]) == ours["england"]["calls"]["triaged"]
    assert sum(area["calls"]["received"] for area in ours["areas"]) < ours["england"]["calls"]["received"]
