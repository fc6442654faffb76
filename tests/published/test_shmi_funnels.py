"""From observed and expected deaths alone: every band and limit of seven published SHMI issues."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from likeforlike.statistics.funnels import compare_with_limits, shmi_control_limits
from likeforlike.statistics.overdispersion import shmi_funnel

# Limits are published with four decimals.
ROUNDING = 5e-5
BANDS = {"1": 1.0, "2": 0.0, "3": -1.0}  # higher than expected, as expected, lower than expected

ISSUES = {
    "2011-october": 147,
    "2012-january": 147,
    "2012-april": 147,
    "2012-october": 142,
    "2013-january": 142,
    "2013-april": 142,
    "2013-july": 142,
}


def read(folder: Path, issue: str) -> list[dict[str, str]]:
    # Two issues end with an empty line and one with a copyright sign in Windows-1252.
    with (folder / "shmi" / f"shmi-{issue}.csv").open(encoding="cp1252", newline="") as file:
        return [row for row in csv.DictReader(file) if row["PROVIDER"]]


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


def bands(rows: list[dict[str, str]], name: str) -> list[float]:
    return [BANDS[row[name]] for row in rows]


@pytest.mark.parametrize("issue", ISSUES)
def test_over_dispersed_bands_and_limits(published_data: Path, issue: str) -> None:
    rows = read(published_data, issue)
    assert len(rows) == ISSUES[issue]
    funnel = shmi_funnel(column(rows, "OBSERVED"), column(rows, "EXPECTED"))
    assert funnel.position.tolist() == bands(rows, "OD_BANDING")
    np.testing.assert_allclose(funnel.limits.lower, column(rows, "OD_LL"), rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(funnel.limits.upper, column(rows, "OD_UL"), rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(funnel.value, column(rows, "VALUE"), rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("issue", ISSUES)
def test_poisson_limits(published_data: Path, issue: str) -> None:
    rows = read(published_data, issue)
    limits = shmi_control_limits(column(rows, "EXPECTED"))
    np.testing.assert_allclose(limits.lower, column(rows, "PO_LL"), rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(limits.upper, column(rows, "PO_UL"), rtol=0, atol=ROUNDING)


def test_poisson_bands_of_the_one_issue_that_has_them(published_data: Path) -> None:
    rows = read(published_data, "2011-october")
    observed, expected = column(rows, "OBSERVED"), column(rows, "EXPECTED")
    positions = compare_with_limits(observed / expected, shmi_control_limits(expected))
    assert positions.tolist() == bands(rows, "PO_BANDING")


def test_four_trusts_without_the_files() -> None:
    """Isle of Wight and Royal Surrey, October 2011 and April 2012 (NHS Information Centre, SHMI)."""
    expected = [768.4005, 1478.9925, 760.2982, 1476.0107]
    limits = shmi_control_limits(expected)
    np.testing.assert_allclose(limits.lower, [0.8922, 0.9216, 0.8917, 0.9215], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(limits.upper, [1.1166, 1.083, 1.1172, 1.0831], rtol=0, atol=ROUNDING)
