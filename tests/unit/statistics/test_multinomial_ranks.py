"""Rank sets of multinomial shares against Holm's steps and binomial sums written out."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeforlike.statistics.multinomial_ranks import Correction, multinomial_rank_sets


def binomial_tail(above: int, total: int) -> float:
    return sum(comb(total, k) for k in range(above, total + 1)) / 2**total


def holm_by_hand(counts: list[int], error: float) -> set[tuple[int, int]]:
    """The ordered pairs (j, k) for which pⱼ > pₖ is clear, Holm's correction over all of them."""
    n = len(counts)
    pairs = [(j, k) for j in range(n) for k in range(n) if j != k]
    tests = sorted((binomial_tail(counts[j], counts[j] + counts[k]), j, k) for j, k in pairs)
    clear = set()
    for step, (p_value, j, k) in enumerate(tests):
        if p_value > error / (len(tests) - step):
            break
        clear.add((j, k))
    return clear


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 80), min_size=2, max_size=7))
def test_simultaneous_sets_follow_holm(counts: list[int]) -> None:
    sets = multinomial_rank_sets(counts, best="highest")
    clear = holm_by_hand(counts, 0.05)
    for category in range(len(counts)):
        assert sets.lower[category] == 1 + sum(k == category for _, k in clear)
        assert sets.upper[category] == len(counts) - sum(j == category for j, _ in clear)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 80), min_size=2, max_size=7),
    st.sampled_from(["holm", "bonferroni"]),
    st.booleans(),
)
def test_polarity_flip_mirrors_ranks(counts: list[int], correction: Correction, simultaneous: bool) -> None:
    up, down = (
        multinomial_rank_sets(counts, best=best, correction=correction, simultaneous=simultaneous)
        for best in ("highest", "lowest")
    )
    assert (up.lower + down.upper == len(counts) + 1).all()
    assert (up.rank + down.rank == len(counts) + 1).all()


def test_polarity_flip_mirrors_one_sided_sets() -> None:
    counts = [5, 30, 31, 80]
    up = multinomial_rank_sets(counts, best="highest", side="lower", simultaneous=False)
    down = multinomial_rank_sets(counts, best="lowest", side="upper", simultaneous=False)
    assert (up.lower + down.upper == 5).all()
    assert up.lower.tolist() == [4, 2, 2, 1]


@given(st.integers(2, 20), st.integers(0, 1000))
def test_equal_counts_span_everything(categories: int, count: int) -> None:
    sets = multinomial_rank_sets([count] * categories, best="highest")
    assert (sets.lower == 1).all()
    assert (sets.upper == categories).all()


@pytest.mark.parametrize(
    ("counts", "options", "message"),
    [
        ([1, 2.5], {}, r"counts\[1\] is 2.5: a count must be a whole number"),
        ([1, -2], {}, r"counts\[1\] is -2: it must not be negative"),
        ([1, np.nan], {}, r"counts\[1\] is nan"),
        ([1], {}, "counts has 1 unit"),
        ([1, 2], {"correction": "none"}, "correction is 'none'"),
        ([1, 2], {"side": "left"}, "side is 'left'"),
        ([1, 2], {"level": 0}, "level is 0"),
        ([1, 2], {"best": "top"}, "best is 'top'"),
    ],
)
def test_bad_input_is_refused(counts: list[float], options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        multinomial_rank_sets(counts, **{"best": "highest", **options})


@pytest.mark.parametrize("correction", ["holm", "bonferroni"])
def test_a_p_value_on_its_threshold_rejects(correction: Correction) -> None:
    """P(Bin(5, ½) ≥ 5) = 1/32, half of an error of 1/16 that two pairs share."""
    sets = multinomial_rank_sets([5, 0], best="highest", level=1 - 1 / 16, correction=correction)
    assert (sets.lower.tolist(), sets.upper.tolist()) == ([1, 2], [1, 2])
