"""The yearly files say what the truth says: who is rural, what a list weighs, how many staff, which rating."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from math import exp
from pathlib import Path

import pytest
from county_files import event, list_sizes, truth

from likeforlike.simulate import CountyPlan, Simulated, simulate_county

PATIENTS = "Number of Registered Patients (Last Known Figure)"
WEIGHTED = "Number of Weighted Patients (Last Known Figure)"
TOTAL = "Total NHS Payments to General Practice"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def payments(small: Simulated) -> dict[str, dict[str, str]]:
    """The year 2024-25 by practice; the county begins in October 2024, so two of its quarter days are published."""
    rows = rows_of(small.directory / "nhs_payments" / "nhspaymentsgp_24-25.csv")
    assert [path.name for path in (small.directory / "nhs_payments").iterdir()] == ["nhspaymentsgp_24-25.csv"]
    return {row["Practice Code"]: row for row in rows}


@pytest.fixture(scope="module")
def kinds(small: Simulated) -> dict[str, dict[str, str]]:
    return {row["practice_code"]: row for row in truth(small, "kinds")}


def test_registered_patients_are_the_mean_of_the_quarter_days(
    small: Simulated, payments: dict[str, dict[str, str]]
) -> None:
    october, january = list_sizes(small, "Oct24"), list_sizes(small, "Jan25")
    assert set(payments) == set(october) | set(january)
    for practice, row in payments.items():
        lists = [quarter[practice] for quarter in (october, january) if practice in quarter]
        assert Decimal(row[PATIENTS]) == Decimal(sum(lists)) / len(lists)
        assert (row["Atypical characteristics"] == "| Part year of data |") == (len(lists) == 1)


def test_a_practice_that_closed_within_the_year_says_so(
    small: Simulated, payments: dict[str, dict[str, str]]
) -> None:
    months = {row["practice_code"]: row["month"] for row in event(small, "merger")}
    closed = {practice for practice, row in payments.items() if row["Practice Close Date"]}
    assert closed == {practice for practice, month in months.items() if month <= "2025-04-01"}
    assert closed


def test_weighted_patients_are_the_truth_scaled_to_the_list(
    payments: dict[str, dict[str, str]], kinds: dict[str, dict[str, str]]
) -> None:
    registered = {practice: float(row[PATIENTS]) for practice, row in payments.items()}
    raw = {practice: patients * float(kinds[practice]["weight"]) for practice, patients in registered.items()}
    scale = sum(registered.values()) / sum(raw.values())
    for practice, row in payments.items():
        # To two decimals, from a weight that the truth prints to six.
        assert float(row[WEIGHTED]) == pytest.approx(
            raw[practice] * scale, abs=0.005 + registered[practice] * 1e-6
        )
    weighted = sum(float(row[WEIGHTED]) for row in payments.values())
    assert weighted == pytest.approx(sum(registered.values()), abs=0.005 * len(payments))


def test_payments_add_up_as_the_publishers_do(payments: dict[str, dict[str, str]]) -> None:
    for row in payments.values():
        names = list(row)
        lines = names[names.index("Global Sum") : names.index(TOTAL)]
        total = sum(Decimal(row[name]) for name in lines)
        assert Decimal(row[TOTAL]) == total
        deductions = Decimal(row["Deductions for Pensions, Levies and Prescription Charge Income"])
        assert Decimal(row[f"{TOTAL} Minus Deductions"]) == total + deductions
        for column, divisor in (("registered", PATIENTS), ("weighted", WEIGHTED)):
            mean = (total / Decimal(row[divisor])).quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert Decimal(row[f"Average payments per {column} patient"]) == mean


def test_kinds_are_those_of_the_truth(
    payments: dict[str, dict[str, str]], kinds: dict[str, dict[str, str]]
) -> None:
    for practice, row in payments.items():
        said = (row["Practice Rurality"].lower(), row["Dispensing Practice"].lower(), row["Contract Type"])
        assert said == tuple(kinds[practice][name] for name in ("rurality", "dispensing", "contract"))
        assert (row["Dispensing Fee Payments"] != "0") == (said[1] == "yes")
    assert {row["Practice Rurality"] for row in payments.values()} == {"Rural", "Urban"}


ROLES = {
    "gp": "TOTAL_GP_EXTGL_FTE",
    "locum_or_training": "TOTAL_LOCUUM_TRN_FTE",
    "nurse": "TOTAL_NURSES_FTE",
    "direct_patient_care": "TOTAL_DPC_FTE",
    "administrative": "TOTAL_ADMIN_FTE",
}


def test_staff_is_the_truth_but_for_a_year_and_a_rounding(
    small: Simulated, payments: dict[str, dict[str, str]], kinds: dict[str, dict[str, str]]
) -> None:
    rows = rows_of(small.directory / "gp_workforce" / "workforce_year_practice_fte.csv")
    assert {row["Year"] for row in rows} == {"2025"}
    assert {row["Practice.Code"] for row in rows} == set(payments)
    for row in rows:
        weighted = float(payments[row["Practice.Code"]][WEIGHTED])
        for role, column in ROLES.items():
            if row[column] != "NA":
                rate = float(kinds[row["Practice.Code"]][f"{role}_fte_per_1000_weighted"])
                expected = rate * weighted / 1000
                # Five spreads of the noise, and half a tenth.
                low, high = expected * exp(-0.25) - 0.05, expected * exp(0.25) + 0.05
                assert low <= float(row[column]) <= high


def test_ratings_are_the_truth_and_a_reader_has_to_choose(
    small: Simulated, kinds: dict[str, dict[str, str]]
) -> None:
    rows = rows_of(small.directory / "cqc" / "gp_overall_ratings_Nov25.csv")
    own = [row for row in rows if row["Practice.Code"] in kinds and "SECOND SITE" not in row["location_name"]]
    assert {row["Practice.Code"] for row in own} == set(list_sizes(small, "Nov25"))
    for row in own:
        said = (row["latest_rating"], {"Y": "yes", "N": "no"}[row["inherited_rating_y_n"]])
        kind = kinds[row["Practice.Code"]]
        assert said == (kind["cqc_overall_rating"], kind["rating_inherited"])
    (twice,) = [code for code, times in Counter(row["Practice.Code"] for row in rows).items() if times > 1]
    first, second = (row for row in rows if row["Practice.Code"] == twice)
    assert (first["inherited_rating_y_n"], second["inherited_rating_y_n"]) == ("N", "Y")
    assert second["Year"] > first["Year"]
    assert {row["Practice.Code"] for row in rows} - set(kinds) == {f"{twice}001", "NA"}


def test_a_county_of_one_month_has_neither_payments_nor_staff(tmp_path: Path) -> None:
    county = simulate_county(CountyPlan(icbs=1, practices=12, months=1, seed=3), tmp_path / "county")
    assert {folder.name for folder in county.official} == {
        "gp_appointments_practice",
        "registered_patients",
        "cloud_telephony",
        "online_consultations",
        "cqc",
        "adult_social_care",
        "data_packs",
        "fingertips",
        "ambulance",
        "talking_therapies",
        "gp_patient_survey",
        "nhs_111",
        "fingertips_areas",
        "mynhs_2014",
        "organisations",
        "shmi",
        "ae_monthly",
        "boundaries",
        "referral_to_treatment",
        "cancer_waits",
        "diagnostics",
    }
