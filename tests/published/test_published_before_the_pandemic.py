"""Appointments of 45 CCGs from March to August 2021 beside the same months of 2019: what can be told of whom."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from likeforlike.comparison.monthly_counts import MonthlyCounts, read_monthly_counts
from likeforlike.comparison.prepandemic import Before, compare_with_before
from likeforlike.measures.build import Build

MONTHS = [datetime.date(2021, month, 1) for month in range(3, 9)]
AUGUST = 5

# Weekdays less bank holidays, counted on a calendar: March to August.
DAYS_2019 = np.array([21, 20, 21, 20, 23, 21])
DAYS_2021 = np.array([23, 20, 19, 22, 22, 21])


@pytest.fixture(scope="module")
def counts(published_build: Build) -> MonthlyCounts:
    return read_monthly_counts(published_build, "appointments_per_working_day", "sub_icb")


@pytest.fixture(scope="module")
def before(counts: MonthlyCounts) -> Before:
    return compare_with_before(counts, sorted(counts.counts[MONTHS[0]]), MONTHS)


def table(counts: MonthlyCounts, before: Before, year: int) -> NDArray[np.float64]:
    """CCGs × months, as published."""
    months = [counts.counts[month.replace(year=year)] for month in MONTHS]
    return np.array([[month[code].count for month in months] for code in before.organisations], dtype=float)


def test_every_month_has_its_own_of_2019(before: Before) -> None:
    assert before.baselines == tuple(month.replace(year=2019) for month in MONTHS)
    assert len(before.organisations) == 45
    assert set(before.compared) == {6}
    assert set(before.reason) == {""}
    # One issue prints all its months in one geography: nobody's predecessors are needed.
    assert not before.with_predecessors.any()
    # The files say nothing of how many practices are behind a figure of 2019.
    assert not before.coverage_known.any()


def test_below_by_working_day_in_single_months(before: Before) -> None:
    """The swing of the raw numbers (6, 26, 41, 1, 34, 12 of 45) is the calendar's; half a swing is left."""
    assert (before.monthly < 1).sum(axis=0).tolist() == [36, 26, 9, 12, 16, 12]


def test_counts_are_certain_of_nearly_everybody_and_the_months_of_few(
    counts: MonthlyCounts, before: Before
) -> None:
    then, now = (table(counts, before, year) for year in (2019, 2021))
    logs = np.log(now / DAYS_2021) - np.log(then / DAYS_2019)
    by_chance = np.sqrt(1 / now + 1 / then)
    certain = abs(logs) > stats.norm.ppf(0.975) * by_chance
    assert int(certain[:, AUGUST].sum()) == 40
    below, above = before.upper < 1, before.lower > 1
    assert (int(below.sum()), int(above.sum()), int((~below & ~above).sum())) == (7, 13, 25)
    # As scipy's own test of six differences has it.
    test = stats.ttest_1samp(logs, 0, axis=1)
    assert int((test.pvalue >= 0.05).sum()) == 25
    np.testing.assert_allclose(before.ratio, np.exp(logs.mean(axis=1)))
    np.testing.assert_allclose(
        before.probability_below, stats.ttest_1samp(logs, 0, axis=1, alternative="less").pvalue * -1 + 1
    )


def test_a_month_on_its_own_names_some_that_are_above(before: Before) -> None:
    """Of 36 below in March the six months are sure of 7, and that 4 are above; of 12 in August they are sure of 6."""
    below, above = before.upper < 1, before.lower > 1
    in_march, in_august = before.monthly[:, 0] < 1, before.monthly[:, AUGUST] < 1
    assert [int((in_march & one).sum()) for one in (below, above)] == [7, 4]
    assert [int((in_august & one).sum()) for one in (below, above)] == [6, 0]
