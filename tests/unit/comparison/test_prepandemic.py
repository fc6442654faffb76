"""Months against the same months before the pandemic: Student's interval, lineage, coverage, and reasons for none."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy import stats

from likeforlike.comparison.continuity import Counted
from likeforlike.comparison.monthly_counts import MonthlyCounts, connect_events
from likeforlike.comparison.prepandemic import Before, baseline_of, compare_with_before
from likeforlike.measures.lineage import Event


def month(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{text}-01")


# Weekdays less bank holidays, on a calendar: August has 21 in both years, July 23 and 22, June 20 and 22.
DAYS = {"2019-06": 20, "2019-07": 23, "2019-08": 21, "2021-06": 22, "2021-07": 22, "2021-08": 21}
SUMMER = [month(text) for text in ("2021-06", "2021-07", "2021-08")]


def counts_of(
    per_day: Mapping[str, Mapping[str, float]],
    events: Sequence[Event] = (),
    coverage: Mapping[str, Mapping[str, float]] | None = None,
) -> MonthlyCounts:
    """Practice counts from counts by working day: 'YYYY-MM' → code → count by day."""
    return MonthlyCounts(
        {
            month(text): {
                code: Counted(round(one * DAYS[text]), month(text), text) for code, one in by_code.items()
            }
            for text, by_code in per_day.items()
        },
        {month(text): shares for text, shares in (coverage or {}).items()},
        {},
        connect_events(events),
    )


def summers(
    then: Mapping[str, Sequence[float]], now: Mapping[str, Sequence[float]]
) -> dict[str, dict[str, float]]:
    """June to August of 2019 and of 2021, by working day."""
    return {
        f"{year}-0{6 + place}": {code: values[place] for code, values in of_year.items()}
        for year, of_year in ((2019, then), (2021, now))
        for place in range(3)
    }


def followed(before: str, after: str, day: str, **facts: object) -> Event:
    return Event(
        "gp_practice", before, "succeeded_by", datetime.date.fromisoformat(day), None, "stated", None,
        "gp_practice", after, **facts,  # type: ignore[arg-type]  # the facts that a test names
    )  # fmt: skip


def compare(counts: MonthlyCounts, *codes: str) -> Before:
    return compare_with_before(counts, codes, SUMMER)


def test_the_ratio_is_the_geometric_mean_by_working_day_with_students_interval() -> None:
    before = compare(counts_of(summers({"X1": [100, 100, 100]}, {"X1": [80, 90, 100]})), "X1")
    logs = [math.log(0.8), math.log(0.9), math.log(1.0)]
    mean, error = sum(logs) / 3, np.std(logs, ddof=1) / math.sqrt(3)
    np.testing.assert_allclose(before.monthly, [[0.8, 0.9, 1.0]])
    assert before.compared.tolist() == [3]
    assert before.ratio[0] == pytest.approx((0.8 * 0.9) ** (1 / 3))
    # Student's quantile for two degrees of freedom and 95%, from any table: 4.303.
    assert before.lower[0] == pytest.approx(math.exp(mean - 4.303 * error), rel=1e-4)
    assert before.upper[0] == pytest.approx(math.exp(mean + 4.303 * error), rel=1e-4)
    assert before.probability_below[0] == pytest.approx(
        stats.ttest_1samp(logs, 0, alternative="less").pvalue * -1 + 1
    )
    assert before.baselines == (month("2019-06"), month("2019-07"), month("2019-08"))
    assert before.reason.tolist() == [""]


def test_the_calendar_alone_makes_no_difference() -> None:
    """The same count each working day: June 2021 has a tenth more days, July fewer than in 2019."""
    before = compare(counts_of(summers({"X1": [100] * 3}, {"X1": [100] * 3})), "X1")
    assert before.ratio.tolist() == [1]
    assert before.probability_below.tolist() == [0.5]


def test_what_falls_in_every_month_alike_is_below() -> None:
    before = compare(counts_of(summers({"X1": [100] * 3}, {"X1": [50] * 3})), "X1")
    assert (before.ratio[0], before.lower[0], before.upper[0]) == pytest.approx((0.5, 0.5, 0.5))
    assert before.probability_below.tolist() == [1]


def test_a_merged_practice_is_compared_with_both_that_it_was() -> None:
    counts = counts_of(
        summers({"X1": [60] * 3, "X2": [40] * 3}, {"X1": [90, 95, 100]}),
        [followed("X2", "X1", "2020-10-01")],
    )
    before = compare(counts, "X1")
    np.testing.assert_allclose(before.monthly, [[0.9, 0.95, 1.0]])
    assert before.with_predecessors.tolist() == [True]
    assert before.with_inferred.tolist() == [False]


def test_whoever_cannot_be_compared_has_a_reason() -> None:
    counts = counts_of(
        summers(
            {"old": [50] * 3, "X2": [40] * 3, "gone": [9] * 3, "part": [20] * 3, "nought": [0] * 3},
            {code: [30.0] * 3 for code in ("new", "X2", "part", "nought")},
        ),
        [followed("gone", "part", "2020-04-01", share_of_patients=0.4)],
        {
            "2019-06": {"X2": 0.6},
            "2019-07": {"X2": 0.97},
            "2021-06": {"X2": 0.98},
            "2021-07": {"X2": 0.98},
        },
    )
    before = compare(counts, "new", "old", "X2", "part", "nought")
    start = "no comparable baseline: "
    end = " (0 of 3 months compared, 3 needed)"
    assert before.reason.tolist() == [
        f"{start}it was not there then{end}",
        f"{start}it has no figure in these months{end}",
        f"{start}the figures are of 60% of its patients then and of 98% now (2 of 3 months compared, 3 needed)",
        f"{start}gone was divided on 2020-04-01{end}",
        f"{start}it was not there then{end}",
    ]
    for array in (before.ratio, before.lower, before.upper, before.probability_below):
        assert np.isnan(array).all()
    np.testing.assert_allclose(before.monthly[2, 1:], [30 / 40, 30 / 40])


def test_whether_coverage_was_known_is_said() -> None:
    figures = summers({"X1": [100] * 3, "X2": [50] * 3}, {"X1": [90, 91, 92], "X2": [50, 51, 52]})
    shares = {text: {"X1": 0.95} for text in figures}
    before = compare(counts_of(figures, coverage=shares), "X1", "X2")
    assert before.coverage_known.tolist() == [True, False]
    assert before.reason.tolist() == ["", ""]


def test_january_and_february_go_back_to_2020() -> None:
    assert baseline_of(month("2022-01")) == month("2020-01")
    assert baseline_of(month("2022-02")) == month("2020-02")
    assert baseline_of(month("2022-03")) == month("2019-03")


def test_months_before_the_pandemic_have_no_baseline_before_it() -> None:
    counts = counts_of(summers({"X1": [1] * 3}, {"X1": [1] * 3}))
    with pytest.raises(ValueError, match="months holds 2019-06-01: only months from 2020-03-01 on"):
        compare_with_before(counts, ["X1"], [month("2019-06")])


def test_events_are_found_from_every_organisation_that_they_connect() -> None:
    one, two = followed("a", "b", "2020-01-01"), followed("b", "c", "2020-02-01")
    other = followed("x", "y", "2020-03-01")
    connected = connect_events([one, other, two])
    assert connected == {"a": [one, two], "b": [one, two], "c": [one, two], "x": [other], "y": [other]}


def test_in_repeated_windows_interval_and_probability_hold_what_they_say() -> None:
    """Practices whose level is as before and whose months vary by 10% about it."""
    rng = np.random.default_rng(3)
    codes = [f"P{i}" for i in range(3000)]
    then, now = ({code: list(1e6 * np.exp(rng.normal(0, 0.07, 3))) for code in codes} for _ in range(2))
    before = compare(counts_of(summers(then, now)), *codes)
    inside = (before.lower <= 1) & (before.upper >= 1)
    assert inside.mean() == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / 3000))
    # Where nothing has changed, any probability is as likely as another.
    assert stats.kstest(before.probability_below, "uniform").pvalue > 0.01
