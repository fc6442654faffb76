"""The simulated Fingertips export: the publisher's shape and habits, and figures that fit the truth beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from county_files import first_line, list_sizes, read_csv, truth

from likeforlike.simulate import CountyPlan, Simulated
from likeforlike.simulate.area_indicators import draw_area_indicators
from likeforlike.simulate.county import build_county
from likeforlike.simulate.fingertips import write_fingertips
from likeforlike.statistics import byar_interval, wilson_interval

REAL = (
    "fingertips_gp/91547_smoking.csv.gz",
    "fingertips_gp/93930_ae_attendances_0_to_4_years.csv.gz",
    "deprivation/fingertips_93553_gp_imd_2019.csv",
)


def export(county: Simulated) -> Path:
    """The file."""
    return county.directory / "fingertips" / "indicators-GPs.data.csv"


def rows_of(county: Simulated, indicator: str, kind: str = "GPs") -> list[dict[str, str]]:
    """The rows of an indicator and kind of area, with or without a value."""
    return [
        row
        for row in read_csv(export(county))
        if row["Indicator ID"] == indicator and row["Area Type"] == kind
    ]


def filled(rows: list[dict[str, str]], *columns: str) -> list[np.ndarray]:
    """Columns of the rows that have a value."""
    return [np.array([float(row[name]) for row in rows if row["Value"]]) for name in columns]


@pytest.mark.parametrize("real", REAL)
def test_the_header_is_the_publisher_s_but_for_the_comparator(
    small: Simulated, published_data: Path, real: str
) -> None:
    ours = first_line(export(small)).decode().split(",")
    theirs = first_line(published_data / real).decode().split(",")
    comparator = ours.index("Column not used")
    assert ours[:comparator] == theirs[:comparator]
    assert ours[comparator + 1 :] == theirs[comparator + 1 :]


def test_england_stands_twice_and_is_the_sum_of_the_county(small: Simulated) -> None:
    england = rows_of(small, "91547", "England")
    assert [row["Parent Code"] for row in england] == ["", "XENG"]
    practices = rows_of(small, "91547")
    for column in ("Count", "Denominator"):
        assert {row[column] for row in england} == {str(sum(int(row[column]) for row in practices))}


def test_lists_are_those_of_the_last_month_of_the_year(small: Simulated) -> None:
    sizes = list_sizes(small, "Mar25")
    adults = {row["Area Code"]: int(row["Denominator"]) for row in rows_of(small, "91547")}
    assert adults.keys() == sizes.keys()
    assert {row["Time period"] for row in rows_of(small, "91547")} == {"2024/25"}
    # England: 83% of those on a list are 15 and over.
    assert sum(adults.values()) / sum(sizes.values()) == pytest.approx(0.835, abs=0.02)


def test_limits_of_smoking_are_wilson_s(small: Simulated) -> None:
    rows = rows_of(small, "91547")
    count, adults = filled(rows, "Count", "Denominator")
    for limits, level in (("95.0", 0.95), ("99.8", 0.998)):
        lower, upper = filled(rows, f"Lower CI {limits} limit", f"Upper CI {limits} limit")
        interval = wilson_interval(count, adults, level)
        np.testing.assert_allclose(lower, 100 * interval.lower, rtol=0, atol=5.1e-9)
        np.testing.assert_allclose(upper, 100 * interval.upper, rtol=0, atol=5.1e-9)


def test_attendances_are_rounded_to_five_and_their_limits_are_not(small: Simulated) -> None:
    rows = rows_of(small, "93930")
    count, children, value, lower, upper = filled(
        rows, "Count", "Denominator", "Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit"
    )
    assert (count % 5 == 0).all()
    np.testing.assert_allclose(value, 1000 * count / children, rtol=0, atol=5.1e-6)
    errors = []
    for rounded_away in range(-2, 3):
        limits = byar_interval(count + rounded_away, exact_below=0)
        errors.append(
            abs(1000 * limits.lower / children - lower) + abs(1000 * limits.upper / children - upper)
        )
    assert np.min(errors, axis=0).max() < 1.1e-5
    # Four fifths of the counts were rounded.
    assert 0.6 < np.mean(errors[2] > 1.1e-5) < 0.95


def test_few_attendances_are_suppressed_with_the_publisher_s_words(tmp_path: Path) -> None:
    county = build_county(CountyPlan(icbs=1, practices=12, months=1))
    drawn = draw_area_indicators(county)
    few = replace(drawn, attendances=np.full_like(drawn.attendances, 7))
    rows = read_csv(write_fingertips(county, few, tmp_path))
    practices = [row for row in rows if row["Area Type"] == "GPs" and row["Indicator ID"] == "93930"]
    assert practices
    for row in practices:
        assert (row["Value"], row["Upper CI 95.0 limit"], row["Count"]) == ("", "", "")
        assert row["Value note"] == "Value suppressed for disclosure control reasons"
        assert int(row["Denominator"]) > 0
    # The county's sum is not few.
    assert all(row["Value"] and not row["Value note"] for row in rows if row["Area Type"] == "England")


def test_figures_fit_the_truth(small: Simulated) -> None:
    told = {row["practice_code"]: row for row in truth(small, "area_indicators")}

    def expected(rows: list[dict[str, str]], column: str) -> np.ndarray:
        return np.array([float(told[row["Area Code"]][column]) for row in rows if row["Value"]])

    smoking = rows_of(small, "91547")
    count, adults = filled(smoking, "Count", "Denominator")
    share = expected(smoking, "smoking_share")
    # Sixty practices: the sum of squared binomial residuals is χ² with sixty degrees of freedom, 95% of 40 to 83.
    assert 30 < ((count - adults * share) ** 2 / (adults * share * (1 - share))).sum() < 100
    attendances = rows_of(small, "93930")
    count, children = filled(attendances, "Count", "Denominator")
    rate = expected(attendances, "attendances_per_1000_children") / 1000
    assert 30 < ((count - children * rate) ** 2 / (children * rate)).sum() < 100
    scores = rows_of(small, "93553")
    np.testing.assert_allclose(
        filled(scores, "Value")[0], expected(scores, "deprivation_score"), rtol=0, atol=1e-6
    )


def test_deprived_practices_smoke_more(small: Simulated) -> None:
    (score,) = filled(rows_of(small, "93553"), "Value")
    (smoking,) = filled(rows_of(small, "91547"), "Value")
    # On the scales of the truth the correlation is 0.33 / √(0.33² + 0.26²) = 0.79.
    assert 0.6 < np.corrcoef(np.log(score), np.log(smoking / (100 - smoking)))[0, 1] < 0.9
