"""Run rules against the rules spelt out point by point."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from likeforlike.statistics.run_rules import anhoej_runs, near_limit_pairs, shifts, trends


def windows(size: int, width: int, around: int) -> list[range]:
    return [range(s, s + width) for s in range(size - width + 1) if s <= around < s + width]


def in_shift(side: list[int], i: int) -> bool:
    return any(abs(sum(side[k] for k in window)) == 7 for window in windows(len(side), 7, i))


def trend_of(values: list[float], i: int) -> int:
    """The direction of the last window of seven around i that only rises or only falls."""
    found = 0
    for window in windows(len(values), 7, i):
        steps = [values[k + 1] - values[k] for k in window[:-1]]
        if all(step > 0 for step in steps):
            found = 1
        if all(step < 0 for step in steps):
            found = -1
    return found


@given(st.lists(st.sampled_from([-1, 0, 1]), max_size=30))
def test_shifts_are_windows_of_seven_on_one_side(side: list[int]) -> None:
    expected = [side[i] if in_shift(side, i) else 0 for i in range(len(side))]
    assert shifts(np.array(side, dtype=np.int64)).tolist() == expected


@given(st.lists(st.sampled_from([-1, 1]), min_size=1, max_size=10), st.data())
def test_trends_are_windows_of_seven_steps_one_way(ways: list[int], data: st.DataObject) -> None:
    # Stretches of up and down of random length, ties and gaps now and then.
    values = [0.0]
    for way in ways:
        for _ in range(data.draw(st.integers(1, 9))):
            values.append(values[-1] + way)
        values.extend(data.draw(st.lists(st.sampled_from([values[-1]]), max_size=1)))
    array = np.array(values)
    assert trends(array).tolist() == [trend_of(values, i) for i in range(len(values))]


@given(
    st.lists(st.tuples(st.sampled_from([-1, 0, 1]), st.booleans()), max_size=20).map(
        lambda rows: [(side, near and side != 0) for side, near in rows]
    )
)
def test_two_of_three_near_a_limit(rows: list[tuple[int, bool]]) -> None:
    expected = []
    for i, (own, own_near) in enumerate(rows):
        hit = any(
            abs(sum(rows[k][0] for k in window)) == 3 and sum(rows[k][1] for k in window) >= 2
            for window in windows(len(rows), 3, i)
        )
        expected.append(own if hit and own_near else 0)
    side = np.array([side for side, _ in rows], dtype=np.int64)
    near = np.array([near for _, near in rows], dtype=bool)
    assert near_limit_pairs(side, near).tolist() == expected


@settings(max_examples=200)
@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0, math.nan]), min_size=1, max_size=60))
def test_anhoej_counts_runs_and_crossings(values: list[float]) -> None:
    side = [v for v in values if v and not math.isnan(v)]
    if not side:
        with pytest.raises(ValueError, match="every point is missing or on the centre line"):
            anhoej_runs(values, 0.0)
        return
    longest = run = 1
    for before, after in pairwise(side):
        run = run + 1 if before == after else 1
        longest = max(longest, run)
    found = anhoej_runs(values, 0.0)
    assert found.useful == len(side)
    assert found.longest_run == longest
    assert found.crossings == sum(a != b for a, b in pairwise(side))
    assert found.longest_run_limit == round(math.log2(len(side))) + 3
    assert found.crossings_limit == (binom.ppf(0.05, len(side) - 1, 0.5) if len(side) > 1 else 0)
    assert found.signal == (longest > found.longest_run_limit or found.crossings < found.crossings_limit)


def test_anhoej_gives_few_false_signals() -> None:
    stream = np.random.default_rng(11)
    signals = np.mean([anhoej_runs(stream.normal(size=24), 0.0).signal for _ in range(4_000)])
    # Anhøj & Wentzel-Larsen 2018 find 3% to 7% for n from 10 to 100 around a fixed median.
    assert 0.02 < signals < 0.08


def test_a_centre_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"centre has shape \(2, 1\)"):
        anhoej_runs([1.0, 2.0], [[1.0], [2.0]])
