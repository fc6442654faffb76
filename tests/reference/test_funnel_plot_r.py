"""Agreement with R package FunnelPlotR 0.6.0: φ, τ², z-scores, limits and outliers, case by case."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from likeforlike.statistics.funnels import compare_with_limits, shmi_control_limits
from likeforlike.statistics.intervals import Interval
from likeforlike.statistics.overdispersion import (
    Overdispersion,
    Scores,
    arcsine_proportion_scores,
    log_ratio_scores,
    overdispersed_limits,
    root_ratio_scores,
    trimmed_overdispersion,
    winsorised_overdispersion,
)
from likeforlike.statistics.variance_components import between_variance

RELATIVE = 1e-6
LEVELS = {"95": 0.95, "99": 0.998}

# Case: input, scale, estimate of over-dispersion, share at each end, decimals of the denominator, multiplier.
# FunnelPlotR rounds the expected counts of its SHMI recipe to two decimals unless told not to.
CASES = {
    "shmi2014apr_SR_SHMI": ("shmi_2014apr", log_ratio_scores, trimmed_overdispersion, 0.1, 2, 1),
    "shmi2014apr_SR_SHMI_noround": ("shmi_2014apr", log_ratio_scores, trimmed_overdispersion, 0.1, 9, 1),
    "shmi2014apr_SR_SHMI_trim05": ("shmi_2014apr", log_ratio_scores, trimmed_overdispersion, 0.05, 2, 1),
    "shmi2014apr_SR_SHMI_trim20": ("shmi_2014apr", log_ratio_scores, trimmed_overdispersion, 0.2, 2, 1),
    "shmi2014apr_SR_CQC": ("shmi_2014apr", root_ratio_scores, winsorised_overdispersion, 0.1, 9, 1),
    "shmi2014apr_SR_CQC_trim05": ("shmi_2014apr", root_ratio_scores, winsorised_overdispersion, 0.05, 9, 1),
    "test6_SR_SHMI": ("test6", log_ratio_scores, trimmed_overdispersion, 0.1, 2, 1),
    "test6_SR_CQC_x100": ("test6", root_ratio_scores, winsorised_overdispersion, 0.1, 9, 100),
    "ae_breaches_PR": (
        "ae_breaches_type1_2018dec", arcsine_proportion_scores, winsorised_overdispersion, 0.1, 9, 1,
    ),
    "ae_breaches_PR_x100_trim05": (
        "ae_breaches_type1_2018dec", arcsine_proportion_scores, winsorised_overdispersion, 0.05, 9, 100,
    ),
}  # fmt: skip
# One case has a summary only.
CASES_WITH_POINTS = [case for case in CASES if case != "shmi2014apr_SR_SHMI_trim20"]


@pytest.fixture(scope="module")
def folder(reference_answers: Path) -> Path:
    return reference_answers / "funnel_plot_r"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name] or "nan") for row in rows])


def ours(folder: Path, case: str) -> tuple[list[dict[str, str]], Scores, Overdispersion]:
    """Input rows with the denominator as the package uses it, our scores, our φ and τ²."""
    name, scale, estimate, share, decimals, _ = CASES[case]
    rows = table(folder / f"input_{name}.csv")
    scores = scale(column(rows, "numerator"), np.round(column(rows, "denominator"), decimals))
    return rows, scores, estimate(scores, share)


def points(folder: Path, case: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The package's units in the order of the input."""
    by_group = {row["group"]: row for row in table(folder / f"golden_{case}_points.csv")}
    assert len(by_group) == len(rows)
    return [by_group[row["group"]] for row in rows]


@pytest.mark.parametrize("case", CASES)
def test_phi_and_tau2(folder: Path, case: str) -> None:
    (summary,) = (row for row in table(folder / "golden_summary_phi_tau2.csv") if row["case"] == case)
    rows, _, found = ours(folder, case)
    assert len(rows) == int(summary["n"])
    assert found.phi == pytest.approx(float(summary["phi"]), rel=RELATIVE)
    assert found.tau2 == pytest.approx(float(summary["tau2"]), rel=RELATIVE)


@pytest.mark.parametrize("case", CASES_WITH_POINTS)
def test_scores(folder: Path, case: str) -> None:
    rows, scores, found = ours(folder, case)
    theirs = points(folder, case, rows)
    np.testing.assert_allclose(scores.estimate, column(theirs, "Y"), rtol=RELATIVE)
    np.testing.assert_allclose(scores.standard_error, column(theirs, "s"), rtol=RELATIVE)
    np.testing.assert_allclose(scores.z, column(theirs, "Uzscore"), rtol=RELATIVE)
    np.testing.assert_allclose(scores.target, column(theirs, "target_transformed"), rtol=RELATIVE)
    if "truncated" in theirs[0]:
        assert found.units == len(rows) - column(theirs, "truncated").sum()


@pytest.mark.parametrize("case", [case for case in CASES_WITH_POINTS if "CQC" not in case])
@pytest.mark.parametrize("name", LEVELS)
def test_over_dispersed_limits(folder: Path, case: str, name: str) -> None:
    rows, scores, found = ours(folder, case)
    theirs, multiplier = points(folder, case, rows), CASES[case][-1]
    limits = overdispersed_limits(scores, LEVELS[name], tau2=found.tau2)
    np.testing.assert_allclose(multiplier * limits.lower, column(theirs, f"OD{name}LCL"), rtol=RELATIVE)
    np.testing.assert_allclose(multiplier * limits.upper, column(theirs, f"OD{name}UCL"), rtol=RELATIVE)


@pytest.mark.parametrize("case", [case for case in CASES_WITH_POINTS if "CQC" in case])
@pytest.mark.parametrize("name", LEVELS)
def test_cqc_limits_squared_are_theirs_left_on_the_root_scale(folder: Path, case: str, name: str) -> None:
    rows, scores, found = ours(folder, case)
    theirs, multiplier = points(folder, case, rows), CASES[case][-1]
    limits = overdispersed_limits(scores, LEVELS[name], tau2=found.tau2)
    np.testing.assert_allclose(
        np.sqrt(limits.lower) * multiplier, column(theirs, f"OD{name}LCL"), rtol=RELATIVE
    )
    np.testing.assert_allclose(
        np.sqrt(limits.upper) * multiplier, column(theirs, f"OD{name}UCL"), rtol=RELATIVE
    )


@pytest.mark.parametrize("case", CASES_WITH_POINTS)
@pytest.mark.parametrize("name", LEVELS)
def test_limits_without_over_dispersion(folder: Path, case: str, name: str) -> None:
    rows, scores, _ = ours(folder, case)
    theirs, multiplier = points(folder, case, rows), CASES[case][-1]
    if CASES[case][1] is arcsine_proportion_scores:
        limits = overdispersed_limits(scores, LEVELS[name])
    else:
        limits = shmi_control_limits(column(theirs, "denominator"), LEVELS[name])
    np.testing.assert_allclose(multiplier * limits.lower, column(theirs, f"LCL{name}"), rtol=RELATIVE)
    np.testing.assert_allclose(multiplier * limits.upper, column(theirs, f"UCL{name}"), rtol=RELATIVE)


@pytest.mark.parametrize("case", [case for case in CASES_WITH_POINTS if "CQC" not in case])
def test_outliers(folder: Path, case: str) -> None:
    rows, scores, found = ours(folder, case)
    theirs = points(folder, case, rows)
    limits = overdispersed_limits(scores, 0.998, tau2=found.tau2)
    outside = compare_with_limits(column(theirs, "rr"), limits)
    np.testing.assert_array_equal(np.abs(outside), column(theirs, "outlier"))


def test_cqc_outliers_are_4_where_theirs_are_31(folder: Path) -> None:
    rows, scores, found = ours(folder, "shmi2014apr_SR_CQC")
    theirs = points(folder, "shmi2014apr_SR_CQC", rows)
    ratio = column(theirs, "rr")
    squared = overdispersed_limits(scores, 0.998, tau2=found.tau2)
    assert np.abs(compare_with_limits(ratio, squared)).sum() == 4
    left = Interval(np.sqrt(squared.lower), np.sqrt(squared.upper))
    np.testing.assert_array_equal(np.abs(compare_with_limits(ratio, left)), column(theirs, "outlier"))
    assert column(theirs, "outlier").sum() == 31


def test_what_trimming_does_to_tau2(folder: Path) -> None:
    """The figures of docs/methods/funnels.md: 0.0027 trimmed, and of all 141 trusts three times as much."""
    _, scores, found = ours(folder, "shmi2014apr_SR_SHMI_noround")
    of_all = [
        between_variance(scores.estimate, scores.standard_error**2, method)
        for method in ("dersimonian_laird", "paule_mandel", "restricted_maximum_likelihood")
    ]
    assert [round(tau2, 4) for tau2 in (found.tau2, *of_all)] == [0.0027, 0.0081, 0.0090, 0.0089]


def test_every_case_with_input_is_compared(folder: Path) -> None:
    """Five cases of the summary come without input (another package's data)."""
    without = {
        "vignette7_SR_SHMI",
        "medpar_los_SR_SHMI",
        "medpar_los_SR_CQC",
        "medpar_died_PR",
        "ae_admissions_RC",
    }
    assert {row["case"] for row in table(folder / "golden_summary_phi_tau2.csv")} == set(CASES) | without
    assert {path.name for path in folder.glob("golden_*_points.csv")} == {
        f"golden_{case}_points.csv" for case in CASES_WITH_POINTS
    }
