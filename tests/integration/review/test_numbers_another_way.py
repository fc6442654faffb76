"""The figures of a result once more, by naive code from what the result itself publishes."""

from __future__ import annotations

import collections
import math

import pytest
from small_county import CALLS, ONLINE

from likeforlike.review.result import ReviewResult


def test_value_and_interval_are_sums_over_the_months(reviewed: ReviewResult) -> None:
    """Wilson 1927 for the share of calls, written out."""
    sums: dict[str, list[float]] = collections.defaultdict(lambda: [0.0, 0.0])
    for row in reviewed.rows("months"):
        if row["indicator"] == CALLS and row["compared"] and row["numerator"] is not None:
            sums[row["organisation"]][0] += row["numerator"]
            sums[row["organisation"]][1] += row["denominator"]
    z, checked = 1.959963984540054, 0
    for row in reviewed.rows("effects"):
        if row["indicator"] != CALLS or row["value"] is None:
            continue
        y, n = sums[row["organisation"]]
        p = y / n
        middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        assert row["value"] == pytest.approx(100 * p)
        assert row["value_lower"] == pytest.approx(100 * (middle - half) / (1 + z * z / n))
        assert row["value_upper"] == pytest.approx(100 * (middle + half) / (1 + z * z / n))
        checked += 1
    assert checked > 15


def test_the_runs_of_the_sensitivity_are_those_that_were_asked_for(reviewed: ReviewResult) -> None:
    runs = collections.defaultdict(list)
    for row in reviewed.rows("runs"):
        runs[row["dimension"]].append(row["run"])
    assert runs["single month"] == [f"2025-{month:02}" for month in range(4, 12)]
    assert runs["window"] == ["3 months", "6 months"]
    assert runs["indicator left out"] == [CALLS, ONLINE]
    assert runs["weights"] == [f"weighting {number}" for number in range(1, 21)]
    assert "expected" not in runs
    assert runs["reference"] == ["area"]
    listed = [row for row in reviewed.rows("organisations") if row["listed"]]
    held = collections.defaultdict(dict)
    for row in reviewed.rows("sensitivity"):
        held[row["organisation"]][row["dimension"]] = row["listed"] / row["runs"]
    for row in listed:
        its = held[row["organisation"]]
        assert row["core"] == all(share >= 0.9 for name, share in its.items() if name != "single month")
