"""Waits as they were published: referral to treatment, cancer and diagnostics, read by other means and added up.

Other means are the standard library's csv and calamine over the files themselves, and figures for England that
NHS England printed elsewhere.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from statistics import quantiles
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
from python_calamine import CalamineWorkbook

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import Build, build
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import Store, select_editions

REFERRALS = "referral_to_treatment/rtt_incomplete_provider_by_tfc_2026-03.csv.gz"
CANCER = (
    "CWT-CRS-Apr-2024-to-Sep-2024-Data-Extract-Provider-Final.xlsx",
    "CWT-CRS-Oct-2024-to-Mar-2025-Data-Extract-Provider.xlsx",
)
DIAGNOSTICS = {
    "2025-04-01": "Monthly-Diagnostics-Web-File-Provider-April-2025_3EY67.xls",
    "2025-05-01": "Monthly-Diagnostics-Web-File-Provider-May-2025.xls",
    "2025-06-01": "Monthly-Diagnostics-Web-File-Provider-June-2025_45KNG.xls",
}
Rows = list[list[Any]]


@pytest.fixture(scope="module")
def store(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The six files."""
    store = Store(tmp_path_factory.mktemp("waits") / "store")
    folders = ["referral_to_treatment", "cancer_waits", "diagnostics"]
    results = add_paths(store, load_catalogue(), [published_data / folder for folder in folders])
    assert [result.outcome for result in results] == [Outcome.ADDED] * 6
    return store


@pytest.fixture(scope="module")
def made(store: Store) -> Build:
    """All observations of these files."""
    return build(store, load_catalogue(), Settings(store.folder))


def stored(store: Store, source: str, table: str) -> str:
    """SQL for the rows of a table."""
    paths = select_editions(store.manifest(), source, table).paths
    return f"read_parquet([{', '.join(repr(str(store.path(path))) for path in paths)}])"


def observed(made: Build, indicator: str, period: str) -> dict[str, dict[str, Any]]:
    """Organisation → its observation of a month."""
    path = made.folder / "observations" / f"{indicator}.parquet"
    rows = pyarrow.parquet.read_table(path).to_pylist()
    return {row["organisation"]: row for row in rows if row["period_start"].isoformat() == period}


@pytest.fixture(scope="module")
def referrals(published_data: Path) -> list[dict[str, str]]:
    """The rows of the published table, by the standard library."""
    text = gzip.decompress((published_data / REFERRALS).read_bytes()).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def cancer(published_data: Path) -> Rows:
    """The rows of both extracts, by calamine."""
    rows: Rows = []
    for name in CANCER:
        book = CalamineWorkbook.from_path(published_data / "cancer_waits" / name)
        rows += book.get_sheet_by_index(0).to_python()[1:]
    return rows


def sheet(published_data: Path, month: str, name: str) -> Rows:
    """The rows of a sheet of diagnostics below its header, by calamine."""
    book = CalamineWorkbook.from_path(published_data / "diagnostics" / DIAGNOSTICS[month])
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [row[1:] for row in rows[14:] if any(row)]


# Referral to treatment --------------------------------------------------------------------------------------------


def test_every_referral_row_is_stored_as_published(store: Store, referrals: list[dict[str, str]]) -> None:
    names = (
        "provider",
        "specialty_code",
        "pathways",
        "within_18_weeks",
        "over_52_weeks",
        "over_65_weeks",
        "over_78_weeks",
    )
    found = duckdb.sql(
        f"SELECT {', '.join(names)} FROM {stored(store, 'referral_to_treatment', 'specialties')}"
    )
    printed = [
        (
            row["provider_code"], row["treatment_function_code"], int(row["total_incomplete_pathways"]),
            int(row["total_within_18_weeks"]), int(row["total_52_plus"]), int(row["total_65_plus"]),
            int(row["total_78_plus"]),
        )
        for row in referrals
    ]  # fmt: skip
    assert found.fetchall() == printed
    assert len(printed) == 3600
    assert sum(1 for row in printed if row[2] == 0) == 1046


def test_referral_shares_are_those_printed_to_the_last_bit(
    made: Build, referrals: list[dict[str, str]]
) -> None:
    totals = {row["provider_code"]: row for row in referrals if row["treatment_function"] == "Total"}
    for indicator, printed in (
        ("referral_within_18_weeks_share", "pct_within_18_weeks"),
        ("referral_over_52_weeks_share", "pct_52_plus"),
    ):
        values = observed(made, indicator, "2026-03-01")
        assert set(values) == set(totals)
        for provider, row in totals.items():
            value, reason = values[provider]["value"], values[provider]["reason"]
            if int(row["total_incomplete_pathways"]) < 20:
                assert (value, reason) == (None, "below_minimum")
            else:
                assert value == pytest.approx(100 * float(row[printed]), rel=1e-15)


def test_a_specialty_without_pathways_is_not_applicable(made: Build, referrals: list[dict[str, str]]) -> None:
    empty = {
        row["provider_code"]
        for row in referrals
        if row["treatment_function"] == "Gynaecology Service" and row["total_incomplete_pathways"] == "0"
    }
    values = observed(made, "referral_gynaecology_within_18_weeks_share", "2026-03-01")
    assert {provider for provider, row in values.items() if row["reason"] == "not_applicable"} == empty
    assert empty
    # The table prints a share of 0 for them.
    assert all(values[provider]["value"] is None for provider in empty)


def test_expected_long_waits_by_specialty(made: Build, referrals: list[dict[str, str]]) -> None:
    """The slow way, in exact fractions: each specialty at the rate of all trusts together."""
    long, all_of = defaultdict(int), defaultdict(int)
    for row in referrals:
        long[row["treatment_function"]] += int(row["total_52_plus"])
        all_of[row["treatment_function"]] += int(row["total_incomplete_pathways"])
    expected: dict[str, Fraction] = defaultdict(Fraction)
    for row in referrals:
        name = row["treatment_function"]
        if name != "Total" and all_of[name]:
            expected[row["provider_code"]] += Fraction(
                int(row["total_incomplete_pathways"]) * long[name], all_of[name]
            )
    assert sum(expected.values()) == 90_175
    values = observed(made, "referral_over_52_weeks_against_expected", "2026-03-01")
    for provider, row in values.items():
        # Each of 23 specialties is kept to the millionth.
        assert row["expected"] == pytest.approx(float(expected[provider]), abs=23e-6)
    assert sum(row["numerator"] for row in values.values()) == 90_175


# Cancer waits -----------------------------------------------------------------------------------------------------


def test_every_cancer_row_is_stored_with_its_halves(store: Store, cancer: Rows) -> None:
    table = stored(store, "cancer_waits", "standards")
    found = duckdb.sql(
        f"SELECT provider, CAST(2 * patients AS INTEGER), CAST(2 * within AS INTEGER) FROM {table} ORDER BY ALL"
    ).fetchall()
    assert found == sorted((row[4], int(2 * row[8]), int(2 * row[9])) for row in cancer)
    assert len(found) == 61_780 + 61_649
    halves = duckdb.sql(
        f"SELECT count(*) FROM {table} WHERE patients % 1 = 0.5 OR within % 1 = 0.5"
    ).fetchone()
    assert halves == (sum(1 for row in cancer if row[8] % 1 or row[9] % 1),) == (27_200,)


# NHS England, Cancer Waiting Times, statistics for England: published on 10 April 2025 (February, and January beside
# it) and 8 May 2025 (March), as the press reported them.
@pytest.mark.parametrize(
    ("indicator", "period", "printed"),
    [
        ("cancer_told_within_28_days_share", "2025-01-01", 73.4),
        ("cancer_told_within_28_days_share", "2025-02-01", 80.2),
        ("cancer_told_within_28_days_share", "2025-03-01", 78.9),
        ("cancer_treated_within_62_days_share", "2025-01-01", 67.3),
        ("cancer_treated_within_62_days_share", "2025-02-01", 67.0),
    ],
)
def test_all_providers_together_are_the_published_england(
    made: Build, indicator: str, period: str, printed: float
) -> None:
    assert round(observed(made, indicator, period)["ENG"]["value"], 1) == printed


def test_patients_told_in_march_2025(made: Build) -> None:
    # "out of 275.4k patients who were told" (Polimapper on NHS England's figures, 8 May 2025)
    assert observed(made, "cancer_told_within_28_days_share", "2025-03-01")["ENG"]["denominator"] == 275_403


@pytest.mark.parametrize(
    ("indicator", "standard", "route"),
    [
        ("cancer_told_within_28_days_screening_share", "28-day FDS", "NATIONAL SCREENING PROGRAMME"),
        ("cancer_first_treated_within_31_days_share", "31-day Combined", "First Treatment"),
        ("cancer_subsequent_treated_within_31_days_share", "31-day Combined", "Subsequent Treatment"),
        ("cancer_urgent_treated_within_62_days_share", "62-day Combined", "Urgent Suspected Cancer"),
        ("cancer_screening_treated_within_62_days_share", "62-day Combined", "Screening"),
        ("cancer_upgraded_treated_within_62_days_share", "62-day Combined", "Consultant Upgrade"),
    ],
)
def test_routes_by_treatment_are_those_by_type_of_cancer(
    made: Build, cancer: Rows, indicator: str, standard: str, route: str
) -> None:
    """Indicators sum the types of cancer; here the other half of the file, by treatment, is summed."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for period, _, _, its_standard, provider, its_route, treatment, _, patients, within, _ in cancer:
        if (str(period), its_standard, its_route) != ("2024-11-01", standard, route):
            continue
        if treatment != "ALL MODALITIES":
            sums[provider][0] += within
            sums[provider][1] += patients
    values = observed(made, indicator, "2024-11-01")
    for provider, (within, patients) in sums.items():
        assert (values[provider]["numerator"], values[provider]["denominator"]) == (within, patients)
        if patients >= 20:
            assert values[provider]["value"] == pytest.approx(100 * within / patients)


def test_expected_breaches_by_type_and_route(made: Build, cancer: Rows) -> None:
    """The slow way, in exact fractions, for one month."""
    rows = [
        row for row in cancer
        if (str(row[0]), row[3], row[6]) == ("2025-03-01", "62-day Combined", "ALL MODALITIES")
    ]  # fmt: skip
    breaches: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    patients: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in rows:
        breaches[row[5], row[7]] += Fraction(row[10])
        patients[row[5], row[7]] += Fraction(row[8])
    expected: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows:
        expected[row[4]] += Fraction(row[8]) * breaches[row[5], row[7]] / patients[row[5], row[7]]
    values = observed(made, "cancer_62_day_breaches_against_expected", "2025-03-01")
    for provider, number in expected.items():
        assert values[provider]["expected"] == pytest.approx(float(number), abs=52e-6)
    assert values["ENG"]["value"] == pytest.approx(100, abs=1e-4)


# Diagnostics ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "providers"), [("2025-04-01", 447), ("2025-05-01", 448), ("2025-06-01", 451)]
)
def test_every_published_share_over_six_weeks_is_recomputed(
    made: Build, published_data: Path, month: str, providers: int
) -> None:
    rows = {row[2]: row for row in sheet(published_data, month, "Provider") if row[2]}
    assert len(rows) == providers
    values = observed(made, "diagnostics_over_6_weeks_share", month)
    for provider, row in rows.items():
        waiting, printed = row[4], row[7]
        if waiting >= 20:
            # Printed to fifteen decimals.
            assert values[provider]["value"] / 100 == pytest.approx(printed, abs=7e-16)
            assert values[provider]["reason"] is None
        else:
            assert values[provider]["value"] is None
            assert values[provider]["reason"] == ("below_minimum" if waiting else "not_applicable")


@pytest.mark.parametrize("month", list(DIAGNOSTICS))
def test_the_printed_total_is_england(made: Build, published_data: Path, month: str) -> None:
    (total,) = (row for row in sheet(published_data, month, "Provider") if row[3] == "Total")
    over_6 = observed(made, "diagnostics_over_6_weeks_share", month)["ENG"]
    over_13 = observed(made, "diagnostics_over_13_weeks_share", month)["ENG"]
    assert (over_6["numerator"], over_6["denominator"]) == (total[5], total[4])
    assert (over_13["numerator"], over_13["denominator"]) == (total[6], total[4])
    assert over_6["value"] / 100 == pytest.approx(total[7], abs=1e-15)


@pytest.mark.parametrize(
    ("indicator", "tests"),
    [
        ("scans", {"Magnetic Resonance Imaging", "Computed Tomography", "Non-obstetric Ultrasound"}),
        ("endoscopy", {"Colonoscopy", "Flexi Sigmoidoscopy", "Cystoscopy", "Gastroscopy"}),
        ("heart_ultrasound", {"Cardiology - Echocardiography"}),
        ("hearing", {"Audiology - Audiology Assessments"}),
    ],
)
def test_single_tests(made: Build, published_data: Path, indicator: str, tests: set[str]) -> None:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in sheet(published_data, "2025-06-01", "Provider by Test"):
        if row[2] and row[5] in tests:
            sums[row[2]][0] += int(row[7])
            sums[row[2]][1] += int(row[6])
    values = observed(made, f"diagnostics_{indicator}_over_6_weeks_share", "2025-06-01")
    for provider, (over_6, waiting) in sums.items():
        assert (values[provider]["numerator"], values[provider]["denominator"]) == (over_6, waiting)


def test_expected_long_waits_by_test(made: Build, published_data: Path) -> None:
    """The slow way, in exact fractions: each test at the rate of all providers together."""
    rows = [
        row for row in sheet(published_data, "2025-06-01", "Provider by Test") if row[2] and row[5] != "Total"
    ]
    long, waiting = defaultdict(int), defaultdict(int)
    for row in rows:
        waiting[row[5]] += int(row[6])
        long[row[5]] += int(row[7])
    expected: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows:
        expected[row[2]] += Fraction(int(row[6]) * long[row[5]], waiting[row[5]])
    assert sum(expected.values()) == 369_531
    values = observed(made, "diagnostics_over_6_weeks_against_expected", "2025-06-01")
    for provider, number in expected.items():
        assert values[provider]["expected"] == pytest.approx(float(number), abs=15e-6)


# What the definitions say ------------------------------------------------------------------------------------------


def test_figures_in_the_texts_of_cancer_waits(cancer: Rows) -> None:
    def share(standard: str, **of: str) -> float:
        places = {"route": 5, "treatment": 6, "kind": 7}
        rows = [
            row for row in cancer
            if row[3] == standard and row[6] in ("", "ALL MODALITIES")
            and all(row[places[name]] == word for name, word in of.items())
        ]  # fmt: skip
        return 100 * sum(row[9] for row in rows) / sum(row[8] for row in rows)

    urgent = {"route": "Urgent Suspected Cancer"}
    assert round(share("28-day FDS", kind="Suspected breast cancer")) == 90
    assert round(share("28-day FDS", kind="Suspected urological malignancies (excluding testicular)")) == 60
    assert round(share("28-day FDS", kind="Suspected skin cancer")) == 85
    screened = {"route": "NATIONAL SCREENING PROGRAMME"}
    assert round(share("28-day FDS", **screened)) == 70
    assert round(share("28-day FDS", kind="Suspected breast cancer", **screened)) == 84
    assert round(share("28-day FDS", kind="Suspected lower gastrointestinal cancer", **screened)) == 58
    assert round(share("28-day FDS", route="BREAST SYMPTOMATIC, CANCER NOT SUSPECTED")) == 90
    assert round(share("62-day Combined", kind="Skin", **urgent)) == 84
    for kind in ("Lower Gastrointestinal", "Gynaecological", "Head & Neck"):
        assert share("62-day Combined", kind=kind, **urgent) < 50
    by_month = defaultdict(lambda: [0.0, 0.0])
    for row in cancer:
        if row[6] in ("", "ALL MODALITIES"):
            by_month[row[3], str(row[0])][0] += row[9]
            by_month[row[3], str(row[0])][1] += row[8]
    shares = {key: 100 * within / patients for key, (within, patients) in by_month.items()}
    months = {standard: sorted(round(value) for (one, _), value in shares.items() if one == standard)
              for standard, _ in shares}  # fmt: skip
    assert (months["28-day FDS"][0], months["28-day FDS"][-1]) == (73, 80)
    assert (months["62-day Combined"][0], months["62-day Combined"][-1]) == (66, 71)
    assert round(shares["31-day Combined", "2025-03-01"]) == 91


def test_figures_in_the_texts_of_diagnostics(published_data: Path) -> None:
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in sheet(published_data, "2025-06-01", "Provider by Test"):
        if row[2]:
            totals[row[5]] = [old + int(new) for old, new in zip(totals[row[5]], row[6:9], strict=True)]
    waiting, over_6, over_13 = totals["Total"]
    assert (round(100 * over_6 / waiting), round(100 * over_13 / waiting, 1)) == (21, 7.5)
    assert totals["Non-obstetric Ultrasound"][0] > 0.5 * sum(
        totals[name][0]
        for name in ("Magnetic Resonance Imaging", "Computed Tomography", "Non-obstetric Ultrasound")
    )
    shares = {name: over / all_of for name, (all_of, over, _) in totals.items()}
    assert shares["Computed Tomography"] == pytest.approx(1 / 9, abs=0.005)
    assert shares["Audiology - Audiology Assessments"] == pytest.approx(4 / 9, abs=0.01)
    assert shares["Cardiology - Echocardiography"] == pytest.approx(0.3, abs=0.005)
    half = ("Audiology - Audiology Assessments", "Cardiology - Echocardiography", "Colonoscopy", "Flexi Sigmoidoscopy",
            "Cystoscopy", "Gastroscopy")  # fmt: skip
    assert sum(totals[name][2] for name in half) / over_13 == pytest.approx(0.5, abs=0.04)


def test_figures_in_the_texts_of_referrals(referrals: list[dict[str, str]]) -> None:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in referrals:
        counts = (row["total_incomplete_pathways"], row["total_within_18_weeks"], row["total_52_plus"])
        name = row["treatment_function"]
        sums[name] = [old + int(new) for old, new in zip(sums[name], counts, strict=True)]
    within = {name: round(100 * part / whole) for name, (whole, part, _) in sums.items()}
    assert within["Trauma and Orthopaedic Service"] == within["Ear Nose and Throat Service"] == 58
    assert (within["Gynaecology Service"], within["Ophthalmology Service"]) == (61, 70)
    longest = (
        "Trauma and Orthopaedic Service",
        "Ear Nose and Throat Service",
        "Gynaecology Service",
        "Oral Surgery Service",
    )
    assert sum(sums[name][2] for name in longest) / sums["Total"][2] == pytest.approx(0.5, abs=0.01)
    assert round(100 * sums["Total"][2] / sums["Total"][0], 1) == 1.4
    totals = [row for row in referrals if row["treatment_function"] == "Total"]
    quarters = quantiles([float(row["pct_within_18_weeks"]) for row in totals], n=4, method="inclusive")
    assert (round(100 * quarters[0]), round(100 * quarters[2])) == (62, 71)
    tenths = quantiles([float(row["pct_52_plus"]) for row in totals], n=10, method="inclusive")
    assert round(100 * tenths[-1], 1) == 2.3
