"""The waits of the fictional providers: files in the publishers' shape, whose figures add up as the publishers' do."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from county_files import first_line, read_csv, read_sheet
from python_calamine import CalamineWorkbook

from likeforlike.simulate import Simulated

REAL_REFERRALS = "referral_to_treatment/rtt_incomplete_provider_by_tfc_2026-03.csv.gz"
REAL_CANCER = "cancer_waits/CWT-CRS-Oct-2024-to-Mar-2025-Data-Extract-Provider.xlsx"
REAL_DIAGNOSTICS = "diagnostics/Monthly-Diagnostics-Web-File-Provider-June-2025_45KNG.xls"
REFERRALS = "referral_to_treatment/rtt_incomplete_provider_by_tfc_2025-11.csv"
CANCER = "cancer_waits/CWT-CRS-Oct-2025-to-Nov-2025-Data-Extract-Provider.xlsx"
DIAGNOSTICS = "diagnostics/Monthly-Diagnostics-Web-File-Provider-November-2025.xlsx"
SHEETS = ("Provider", "Provider by Test")


def test_the_newest_months_are_there(small: Simulated) -> None:
    names = {
        path.name
        for folder in ("cancer_waits", "diagnostics")
        for path in (small.directory / folder).iterdir()
    }
    assert names == {
        "CWT-CRS-Jun-2025-to-Sep-2025-Data-Extract-Provider.xlsx",
        "CWT-CRS-Oct-2025-to-Nov-2025-Data-Extract-Provider.xlsx",
        *(
            f"Monthly-Diagnostics-Web-File-Provider-{month}-2025.xlsx"
            for month in ("September", "October", "November")
        ),
    }
    assert len(list((small.directory / "referral_to_treatment").iterdir())) == 6


def test_referrals_have_the_published_header_and_rows(small: Simulated, published_data: Path) -> None:
    assert first_line(small.directory / REFERRALS) == first_line(published_data / REAL_REFERRALS)
    with gzip.open(published_data / REAL_REFERRALS, "rt", encoding="utf-8", newline="") as file:
        real = [(row["treatment_function_code"], row["treatment_function"]) for row in csv.DictReader(file)][
            :24
        ]
    ours = [
        (row["treatment_function_code"], row["treatment_function"])
        for row in read_csv(small.directory / REFERRALS)
    ]
    assert sorted(ours) == sorted(2 * real)


def test_specialties_add_up_and_one_is_empty(small: Simulated) -> None:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    rows = read_csv(small.directory / REFERRALS)
    for row in rows:
        figures = [
            int(row[name]) for name in ("total_incomplete_pathways", "total_within_18_weeks", "total_52_plus")
        ]
        if row["treatment_function"] == "Total":
            assert sums[row["provider_code"]] == figures
            assert float(row["pct_within_18_weeks"]) == figures[1] / figures[0]
            assert float(row["median_wait_weeks"]) < float(row["p92_wait_weeks"])
        else:
            sums[row["provider_code"]] = [
                old + new for old, new in zip(sums[row["provider_code"]], figures, strict=True)
            ]
    assert set(sums) == {"XA1", "XA2"}
    empty = [row for row in rows if row["total_incomplete_pathways"] == "0"]
    assert {row["treatment_function_code"] for row in empty} == {"C_170"}
    assert {(row["pct_within_18_weeks"], row["median_wait_weeks"]) for row in empty} == {("0.0", "")}


def test_cancer_extracts_have_the_published_header_and_words(small: Simulated, published_data: Path) -> None:
    real, ours = (
        CalamineWorkbook.from_path(folder / name).get_sheet_by_name("CWT CRS Provider Extract").to_python()
        for folder, name in ((published_data, REAL_CANCER), (small.directory, CANCER))
    )
    assert ours[0] == real[0]
    for column in (3, 5, 6, 7):
        assert {row[column] for row in ours} <= {row[column] for row in real}
    assert {type(cell) for cell in ours[1][8:]} == {float}
    assert ours[1][:3] == [date(2025, 10, 1), "2025/26", "OCT"]


def test_cancers_and_treatments_are_the_same_patients(small: Simulated) -> None:
    rows: list[list[Any]] = read_sheet(small.directory / CANCER, "CWT CRS Provider Extract")[1:]
    by_cancer: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    by_treatment: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in rows:
        assert row[9] + row[10] == row[8] > 0
        if row[3] != "28-day FDS":
            sums = (by_cancer if row[6] == "ALL MODALITIES" else by_treatment)[row[0], row[3], row[4], row[5]]
            sums[0] += row[8]
            sums[1] += row[9]
    assert by_cancer == by_treatment
    halves = {row[3] for row in rows if row[8] % 1}
    assert halves == {"62-day Combined"}


@pytest.mark.parametrize("sheet", SHEETS)
def test_diagnostics_have_the_published_banner_and_header(
    small: Simulated, published_data: Path, sheet: str
) -> None:
    real, ours = (
        read_sheet(folder / name, sheet)
        for folder, name in ((published_data, REAL_DIAGNOSTICS), (small.directory, DIAGNOSTICS))
    )
    assert ours[12] == real[12]
    assert ours[13] == real[13]
    assert ours[4][:3] == ["", "Period:", "November 2025"]
    assert ours[7][:3] == ["", "Published:", "12th January 2026"]
    assert [row[1] for row in ours[1:10]] == [row[1] for row in real[1:10]]
    assert [type(cell) for cell in ours[14]] == [type(cell) for cell in real[14]]


def test_tests_add_up_to_providers_and_to_the_total(small: Simulated) -> None:
    providers, tests = (
        [row[1:] for row in read_sheet(small.directory / DIAGNOSTICS, name)[14:]] for name in SHEETS
    )
    figures = [place for place in range(4, 26) if place not in (7, 22)]
    for place in figures:
        total = providers[0][place]
        assert sum(row[place] for row in providers[2:]) == total
        assert sum(row[place + 2] for row in tests[2:] if row[5] == "Total") == total
        assert sum(row[place + 2] for row in tests[2:] if row[5] != "Total") == total
    codes = [row[2] for row in providers[2:]]
    assert codes == ["XA1", "XA2", "XN01", "XM1"]
    # The independent provider scans only, and the mental health trust tests nobody.
    assert {row[5] for row in tests[2:] if row[2] == "XN01"} == {
        "Magnetic Resonance Imaging", "Computed Tomography", "Non-obstetric Ultrasound", "Total",
    }  # fmt: skip
    assert "XM1" not in {row[2] for row in tests}
