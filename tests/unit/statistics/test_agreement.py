"""Agreement of lists against sets, sums and pairs counted one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeforlike.statistics.agreement import jaccard, kendall_tau, listing_shares, rank_biased_overlap

NAN = float("nan")
flags = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)
rankings = st.permutations(range(9)).flatmap(lambda order: st.integers(1, 9).map(lambda n: order[:n]))


class TestJaccard:
    @given(flags)
    def test_by_sets(self, pairs) -> None:
        first, second = ([pair[side] for pair in pairs] for side in (0, 1))
        a, b = ({i for i, listed in enumerate(flags) if listed} for flags in (first, second))
        expected = len(a & b) / len(a | b) if a | b else NAN
        assert jaccard(first, second) == pytest.approx(expected, nan_ok=True)
        assert jaccard(second, first) == pytest.approx(expected, nan_ok=True)

    def test_one_list_against_many(self) -> None:
        runs = [[1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
        np.testing.assert_allclose(jaccard([1, 1, 0, 0], runs), [1, 1 / 3, 0])

    @pytest.mark.parametrize(
        ("first", "message"),
        [
            ([1, 2], r"first\[1\] is 2: it must lie between 0 and 1"),
            ([1, 0.5], r"first\[1\] is 0.5: it must be 0 or 1"),
            ([1, NAN], "first holds missing values"),
            ([1, 0, 0], "do not broadcast"),
            (1, r"first has shape \(\): its last axis must hold the units"),
        ],
    )
    def test_impossible_input_is_refused(self, first, message) -> None:
        with pytest.raises(ValueError, match=message):
            jaccard(first, [1, 0])


def overlap_slowly(first, second, p: float) -> float:
    """The endless sum itself, agreement beyond the lists' ends going on as assumed, to 4,000 ranks."""
    shorter, longer = sorted((first, second), key=len)
    s, n = len(shorter), len(longer)

    def common(d: int) -> int:
        return len(set(shorter[:d]) & set(longer[:d]))

    total = 0.0
    for d in range(1, 4000):
        depth = min(d, n)
        agreement = (common(depth) + max(0, depth - s) * common(s) / s) / depth
        total += p ** (d - 1) * agreement
    return (1 - p) * total


class TestRankBiasedOverlap:
    @settings(deadline=None)
    @given(rankings, rankings, st.sampled_from([0.5, 0.9, 0.98]))
    def test_the_endless_sum(self, first, second, p) -> None:
        ours = rank_biased_overlap(first, second, p)
        assert ours == pytest.approx(overlap_slowly(first, second, p), abs=1e-9)
        assert ours == rank_biased_overlap(second, first, p)

    def test_the_ends_of_the_scale(self) -> None:
        assert rank_biased_overlap("abcde", "abcde") == pytest.approx(1)
        assert rank_biased_overlap("abc", "xyz") == 0
        assert math.isnan(rank_biased_overlap([], "abc"))

    def test_the_top_counts_most(self) -> None:
        top, bottom = rank_biased_overlap("abcdef", "bacdef"), rank_biased_overlap("abcdef", "abcdfe")
        assert top < bottom < 1

    def test_impossible_input_is_refused(self) -> None:
        with pytest.raises(ValueError, match="second holds a label twice"):
            rank_biased_overlap("abc", "aab")
        with pytest.raises(ValueError, match="persistence is 1: it must lie strictly between"):
            rank_biased_overlap("abc", "abc", 1)


def tau_slowly(a, b) -> float:
    pairs = [(i, j) for i in range(len(a)) for j in range(i)]
    sign = [np.sign(a[i] - a[j]) * np.sign(b[i] - b[j]) for i, j in pairs]
    untied = [sum(x[i] != x[j] for i, j in pairs) for x in (a, b)]
    return sum(sign) / math.sqrt(untied[0] * untied[1]) if all(untied) else NAN


class TestKendallTau:
    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=25))
    def test_pair_by_pair(self, pairs) -> None:
        first, second = ([pair[side] for pair in pairs] for side in (0, 1))
        expected = pytest.approx(tau_slowly(first, second), abs=1e-12, nan_ok=True)
        assert kendall_tau(first, second) == expected

    @given(st.permutations(range(10)))
    def test_turning_one_order_round_changes_the_sign(self, order) -> None:
        upward = list(range(10))
        assert kendall_tau(upward, [-x for x in order]) == pytest.approx(-kendall_tau(upward, order))

    def test_missing_units_take_no_part(self) -> None:
        assert kendall_tau([1, 2, 3, NAN], [1, 3, 2, 0]) == pytest.approx(1 / 3)

    def test_impossible_input_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"first and second has 1 unit\(s\) with data: at least 2"):
            kendall_tau([1, NAN, 3], [NAN, 2, 3])
        with pytest.raises(ValueError, match="must have the same shape"):
            kendall_tau([1, 2], [1, 2, 3])


class TestListingShares:
    def test_among_the_runs_that_assessed(self) -> None:
        runs = [[1, 0, NAN, NAN], [1, 1, NAN, 1], [0, 0, NAN, 0], [1, 0, NAN, 1]]
        np.testing.assert_allclose(listing_shares(runs), [3 / 4, 1 / 4, NAN, 2 / 3])

    def test_impossible_input_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"listed\[0, 1\] is 0.5: it must be 0 or 1"):
            listing_shares([[1, 0.5]])
        with pytest.raises(ValueError, match=r"listed has shape \(2,\): it must have 2 dimension"):
            listing_shares([1, 0])
        with pytest.raises(ValueError, match=r"listed has 0 unit\(s\) with data"):
            listing_shares(np.zeros((0, 3)))
