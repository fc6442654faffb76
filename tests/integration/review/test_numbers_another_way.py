"""The figures of a result once more, by naive code from what the result itself publishes."""

from __future__ import annotations

import collections
import math

import numpy as np
import pytest
from small_county import CALLS, ONLINE

from likeforlike.review.result import ReviewResult
from likeforlike.review.tables import Row


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


Z = 1.959963984540054


def draw_link(row: Row, about: Row, normal: np.ndarray) -> np.ndarray:
    """Units of one organisation on one indicator: normal on the link scale, with the published middle and width."""
    scale = (1 if about["better"] == "higher" else -1) / about["smallest_difference"]

    def link(units: float) -> float:
        value = about["reference_value"] + units / scale
        return math.log(value / (100 - value)) if about["share"] else math.log(value)

    middle = link(row["effect"])
    width = abs(link(row["effect_upper"]) - link(row["effect_lower"])) / (2 * Z)
    drawn = middle + width * normal
    values = 100 / (1 + np.exp(-drawn)) if about["share"] else np.exp(drawn)
    return np.asarray((values - about["reference_value"]) * scale)


def test_the_composite_is_the_middle_of_weighted_draws(reviewed: ReviewResult) -> None:
    """Drawn again from what is published of each indicator, one independent of the other, weighed two to one.

    The middle of 2,000 draws is known to 1.25 standard deviations ÷ √2000; so is each of the three figures used.
    """
    effects = {(row["organisation"], row["indicator"]): row for row in reviewed.rows("effects")}
    about = {row["indicator"]: row for row in reviewed.rows("indicators")}
    rng = np.random.default_rng(3)
    away = []
    for row in reviewed.rows("organisations"):
        its = [effects[row["organisation"], name] for name in (CALLS, ONLINE)]
        if not (row["assessed"] and all(one["passed"] for one in its)):
            continue
        calls, online = (draw_link(one, about[one["indicator"]], rng.normal(size=20_000)) for one in its)
        together = (2 * calls + online) / 3
        noise = 1.25 / math.sqrt(2000) * float(together.std())
        away.append((row["composite"] - float(np.median(together))) / noise)
    assert len(away) > 10
    assert max(map(abs, away)) < 4


def draw_skewed(row: Row, normal: np.ndarray) -> np.ndarray:
    """A shifted lognormal distribution with the composite's middle and 2.5% and 97.5% points: rates are skewed."""
    above = row["composite_upper"] - row["composite"]
    below = row["composite"] - row["composite_lower"]
    # exp(zσ) is the ratio of the two sides; where they are equal it is the normal distribution's.
    ratio = above / below if abs(above / below - 1) > 1e-6 else 1 + 1e-6
    sigma = math.log(ratio) / Z
    scale = above / (ratio - 1)
    return np.asarray(row["composite"] + scale * (np.exp(sigma * normal) - 1))


def test_the_probability_and_the_list_follow_from_the_composites(reviewed: ReviewResult) -> None:
    """Draws of each composite with its published middle and interval: who is among the last and worse by one?"""
    assessed = [row for row in reviewed.rows("organisations") if row["assessed"]]
    rng = np.random.default_rng(4)
    drawn = np.column_stack([draw_skewed(row, rng.normal(size=40_000)) for row in assessed])
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
