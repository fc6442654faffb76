"""The figures of a result once more, by naive code from what the result itself publishes."""

from __future__ import annotations

import collections
import math

import numpy as np
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


def draw_skewed(mean: float, lower: float, upper: float, normal: np.ndarray) -> np.ndarray:
    """A shifted lognormal distribution with this mean and these 2.5% and 97.5% points: rates are skewed."""
    if upper - mean < mean - lower:
        return -draw_skewed(-mean, -upper, -lower, -normal)
    low, high = 1e-6, 1.9
    for _ in range(60):
        sigma = (low + high) / 2
        middle = math.exp(sigma**2 / 2)
        skew = (math.exp(1.96 * sigma) - middle) / (middle - math.exp(-1.96 * sigma))
        low, high = (sigma, high) if skew < (upper - mean) / (mean - lower) else (low, sigma)
    scale = (upper - lower) / (math.exp(1.96 * sigma) - math.exp(-1.96 * sigma))
    return mean + scale * (np.exp(sigma * normal) - math.exp(sigma**2 / 2))


def test_the_probability_and_the_list_follow_from_the_effects(reviewed: ReviewResult) -> None:
    """Draws of each composite with its published mean and interval: who is among the last and worse by one?"""
    assessed = [row for row in reviewed.rows("organisations") if row["assessed"]]
    rng = np.random.default_rng(4)
    drawn = np.column_stack(
        [
            draw_skewed(
                row["composite"], row["composite_lower"], row["composite_upper"], rng.normal(size=40_000)
            )
            for row in assessed
        ]
    )
    places = len(assessed) // 5
    last = np.argsort(np.argsort(drawn, axis=1), axis=1) < places
    chance = (last & (drawn <= -1)).mean(axis=0)
    published = np.array([row["probability"] for row in assessed])
    np.testing.assert_allclose(published, chance, atol=0.05)
    # The list by hand: the likeliest first, at least 0.80 each, on average at most a tenth wrong, a fifth at most.
    order, listed = np.argsort(-published, kind="stable"), []
    for place in order[:places]:
        wrong = [1 - published[one] for one in (*listed, place)]
        if (
            published[place] >= 0.80
            and sum(wrong) / len(wrong) <= 0.10
            and assessed[place]["may_be_last_fifth"]
        ):
            listed.append(place)
    assert [bool(row["listed"]) for row in assessed] == [place in listed for place in range(len(assessed))]


def test_the_composite_is_the_weighted_mean_of_the_effects(reviewed: ReviewResult) -> None:
    effects = {(row["organisation"], row["indicator"]): row for row in reviewed.rows("effects")}
    checked = 0
    for row in reviewed.rows("organisations"):
        calls, online = (effects[row["organisation"], name] for name in (CALLS, ONLINE))
        if row["assessed"] and calls["passed"] and online["passed"]:
            assert row["composite"] == pytest.approx((2 * calls["effect"] + online["effect"]) / 3)
            checked += 1
    assert checked > 10


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
