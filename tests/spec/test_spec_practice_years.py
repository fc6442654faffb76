"""Figures of practices that come by the year: staff by weighted patients, rural patients, ratings, list change."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from official_files import write_age_bands, write_lists, write_map
from whole_street import Street

from likeforlike.simulate.nhs_payments import AFTER, LINES, WHO

STAFF_HEADER = (
    "Practice.Code,Year,TOTAL_PATIENTS,TOTAL_GP_EXTGL_FTE,TOTAL_LOCUUM_TRN_FTE,TOTAL_NURSES_FTE,TOTAL_DPC_FTE,"
    "TOTAL_ADMIN_FTE,IMD,IMD_quintile"
)
RATINGS_HEADER = (
    "Practice.Code,Year,location_name,service_population_group,domain,latest_rating,inherited_rating_y_n,IMD,"
    "IMD_quintile,ICB_NAME"
)


def write_payments(folder: Path, years: str, *practices: tuple[str, str, str, str]) -> Path:
    """A year of payments, of £100 a patient: code, registered, weighted, rurality."""
    text = io.StringIO()
    writer = csv.DictWriter(text, (*WHO, *LINES, *AFTER), restval="0", lineterminator="\r\n")
    writer.writeheader()
    for code, registered, weighted, rurality in practices:
        writer.writerow(
            {
                "NHS England (Region) code": "XR1",
                "NHS England (Region) Name": "REGION",
                "CCG Code": "XS001",
                "Sub ICB NAME": "XS001",
                "Code": "XP0001",
                "CCG NAME": "A PCN",
                "Practice Code": code,
                "Practice Name": f"SURGERY {code}",
                "Practice Address": "ROAD",
                "Practice Postcode": "ZZ99 1AA",
                "Practice Open Date": "01/04/1974",
                "Practice Close Date": "",
                "Contract Type": "GMS",
                "Dispensing Practice": "No",
                "Practice type": "GP practice",
                "Practice Rurality": rurality,
                "Atypical characteristics": "",
                "Number of Registered Patients (Last Known Figure)": registered,
                "Number of Weighted Patients (Last Known Figure)": weighted,
                "Average payments per registered patient": "100",
                "Total NHS Payments to General Practice": f"{100 * float(registered):.2f}",
            }
        )
    folder.mkdir(exist_ok=True)
    path = folder / f"nhspaymentsgp_{years}.csv"
    path.write_text("\ufeff" + text.getvalue(), encoding="utf-8")
    return path


def write_staff(folder: Path, *rows: str) -> Path:
    """Staff by practice and year: code, year, patients, GPs, locums and training, nurses, other, administrative."""
    folder.mkdir(exist_ok=True)
    path = folder / "workforce_year_practice_fte.csv"
    path.write_text("\n".join((STAFF_HEADER, *(f"{row},NA,NA" for row in rows))) + "\n", encoding="utf-8")
    return path


def write_ratings(folder: Path, *rows: str) -> Path:
    """Ratings of November 2025: code, year, rating, inherited."""
    lines = [RATINGS_HEADER]
    for row in rows:
        code, year, rating, inherited = row.split(",")
        lines.append(f"{code},{year},A SITE,Overall,Overall,{rating},{inherited},NA,NA,NA")
    folder.mkdir(exist_ok=True)
    path = folder / "gp_overall_ratings_Nov25.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_staff_by_weighted_patients_of_the_same_financial_year(street: Street) -> None:
    street.add(
        # Year 2023 is April 2022 to March 2023.
        write_payments(
            street.folder,
            "22-23",
            ("X00001", "4000", "5000.25", "Urban"),
            ("X00002", "2000", "1800", "Urban"),
        ),
        write_staff(
            street.folder,
            "X00001,2023,4000,2.1,9.9,1,0.3,6.2",
            "X00002,2023,2000,NA,0,1,0.5,3",
        ),
    )
    gps = street.observe("gp_fte_per_1000_weighted")
    assert gps["X00001"]["value"] == pytest.approx(1000 * 2.1 / 5000.25)
    assert gps["X00002"]["reason"] == "not_submitted"
    # Locums and training posts are in neither.
    direct = street.observe("direct_care_staff_fte_per_1000_weighted")
    assert direct["X00001"]["value"] == pytest.approx(1000 * (2.1 + 1 + 0.3) / 5000.25)
    assert direct["X00002"]["reason"] == "not_submitted"
    assert str(gps["X00001"]["period_start"]) == "2022-04-01"
    assert str(gps["X00001"]["period_end"]) == "2023-03-31"


@pytest.mark.parametrize(
    ("year", "reason"),
    [(2021, "no_denominator"), (2022, None), (2023, None), (2024, None), (2025, "no_denominator")],
)
def test_a_weighted_list_of_a_neighbouring_year_will_do(
    street: Street, year: int, reason: str | None
) -> None:
    street.add(
        write_payments(street.folder, "22-23", ("X00001", "4000", "5000", "Urban")),
        write_staff(street.folder, f"X00001,{year},4000,2,0,1,0.3,6.2"),
    )
    observed = street.observe("gp_fte_per_1000_weighted")["X00001"]
    assert (observed["reason"], observed["value"]) == (reason, None if reason else 0.4)


def test_no_gps_is_a_figure_and_nobody_at_all_is_no_return(street: Street) -> None:
    street.add(
        write_payments(street.folder, "22-23", *((f"X0000{n}", "4000", "4000", "Urban") for n in (1, 2))),
        write_staff(
            street.folder, "X00001,2023,4000,0,0,2,0,5", "X00002,2023,4000,0,0,0,0,0"
        ),
    )  # fmt: skip
    assert street.values("gp_fte_per_1000_weighted") == {"X00001": 0.0, "X00002": 0.0}
    assert street.values("direct_care_staff_fte_per_1000_weighted") == {
        "X00001": 0.5,
        "X00002": "not_submitted",
    }


def test_few_weighted_patients_are_too_few(street: Street) -> None:
    street.add(
        write_payments(
            street.folder, "22-23", ("X00001", "990", "999.99", "Urban"), ("X00002", "0", "0", "Urban")
        ),
        write_staff(street.folder, "X00001,2023,990,1,0,0,0,0", "X00002,2023,0,1,0,0,0,0"),
    )
    assert street.values("gp_fte_per_1000_weighted") == {
        "X00001": "below_minimum",
        "X00002": "not_applicable",
    }


def test_rural_patients_of_an_area(street: Street) -> None:
    street.add(
        write_payments(
            street.folder,
            "24-25",
            ("X00001", "3000.5", "3000", "Rural"),
            ("X00002", "7000.5", "7000", "Urban"),
            ("X00003", "500", "500", "MISSING"),
        ),
        write_lists(street.folder, "2024-10", "practice, patients\nX00001, 3000\nX00002, 7000\nX00003, 500"),
    )
    assert street.values("rural_practice") == {"X00001": 100.0, "X00002": 0.0, "X00003": "not_submitted"}
    # The one whose place nobody knows is in neither side; nine tenths of the patients are with the others.
    area = street.observe("rural_practice", "sub_icb")["XS001"]
    assert (area["numerator"], area["denominator"]) == (3000.5, 10001.0)
    assert area["value"] == pytest.approx(100 * 3000.5 / 10001)
    assert area["coverage"] == 10_000 / 10_500


def test_a_rating_is_its_level_and_an_inherited_one_is_marked(street: Street) -> None:
    street.add(
        write_ratings(
            street.folder,
            "X00001,2016,Inadequate,N",
            "X00002,2017,Requires improvement,Y",
            "X00003,2018,Good,N",
            "X00004,2019,Outstanding,N",
            "X00004,2023,Good,Y",
            "X00004001,2023,Inadequate,N",
        )
    )
    rows = street.observe("cqc_overall_rating")
    assert {code: (row["value"], row["failed_gates"]) for code, row in rows.items()} == {
        "X00001": (1.0, ""),
        "X00002": (2.0, "inherited_rating"),
        "X00003": (3.0, ""),
        "X00004": (4.0, ""),
    }
    assert street.observe("cqc_overall_rating", "england") == {}


def test_the_list_of_exactly_a_year_before(street: Street) -> None:
    street.add(
        write_lists(street.folder, "2024-10", "practice, patients\nX00001, 2000\nX00002, 1000"),
        write_lists(street.folder, "2025-10", "practice, patients\nX00001, 2100\nX00003, 1500"),
        write_lists(street.folder, "2025-11", "practice, patients\nX00001, 2200"),
    )
    rows = {
        (row["organisation"], str(row["period_start"])): row["value"] or row["reason"]
        for row in street.observe_all("list_change")
    }
    assert rows == {
        ("X00001", "2024-10-01"): "no_denominator",
        ("X00002", "2024-10-01"): "no_denominator",
        ("X00001", "2025-10-01"): 105.0,
        ("X00003", "2025-10-01"): "no_denominator",
        ("X00001", "2025-11-01"): "no_denominator",  # October's is not a year before
    }


def test_a_merger_makes_no_area_grow(street: Street) -> None:
    # X00001 takes in the patients of X00002: the country's 3,000 are as many as before, not 150% of 2,000.
    street.add(
        write_map(street.folder, "2025-10", "practice\nX00001\nX00002"),
        write_lists(street.folder, "2024-10", "practice, patients\nX00001, 2000\nX00002, 1000"),
        write_lists(street.folder, "2025-10", "practice, patients\nX00001, 3000"),
    )
    values = [row["value"] for row in street.observe_all("list_change") if row["value"] is not None]
    assert values == [150.0]
    assert street.observe_all("list_change", "icb") == street.observe_all("list_change", "england") == []


def test_shares_of_age_are_of_both_sexes(street: Street) -> None:
    bands = """practice, sex, band, patients
        X00001, ALL, ALL, 1000
        X00001, FEMALE, ALL, 600
        X00001, FEMALE, 0_4, 50
        X00001, FEMALE, 60_64, 450
        X00001, FEMALE, 65_69, 70
        X00001, FEMALE, 95+, 30
        X00001, MALE, ALL, 400
        X00001, MALE, 0_4, 40
        X00001, MALE, 5_9, 340
        X00001, MALE, 85_89, 20"""
    street.add(write_age_bands(street.folder, "2025-10", bands))
    assert street.values("age_under_5_share") == {"X00001": 9.0}
    assert street.values("age_65_and_over_share") == {"X00001": 12.0}
    assert street.values("age_85_and_over_share") == {"X00001": 5.0}
