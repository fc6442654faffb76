"""Equal groups by rank: the rule in fractions, ties, inversion, labels and absences."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.statistics.checks import Reason
from likeforlike.statistics.quantile_groups import quantile_groups

NAN = float("nan")


def slowly(values: list[float], k: int) -> list[int]:
    n = len(values)
    ranks = [1 + sum(other < value for other in values) for value in values]
    return [max(1, k + 1 - math.ceil(Fraction(n + 1 - rank) / Fraction(n, k))) for rank in ranks]


@given(st.lists(st.integers(-20, 20), min_size=10, max_size=80), st.integers(2, 10))
def test_the_rule_in_exact_fractions(values, k) -> None:
    assert quantile_groups(values, k).group.tolist() == slowly(values, k)


def test_fifths_of_ten_and_of_twelve() -> None:
    ten, twelve = [10, 90, 20, 80, 30, 70, 40, 60, 50, 100], list(range(12))
    assert quantile_groups(ten).group.tolist() == [1, 5, 1, 4, 2, 4, 2, 3, 3, 5]
    assert quantile_groups(twelve).group.tolist() == [1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5]


def test_ties_share_the_group_of_their_lowest_rank() -> None:
    assert quantile_groups([1, 2, 2, 2, 2, 2, 3, 4, 5, 6]).group.tolist() == [1, 1, 1, 1, 1, 1, 4, 4, 5, 5]


def test_highest_first_turns_the_order_round() -> None:
    values = [3.5, 9.1, 4.4, 7.0, 1.2, 8.8]
    assert quantile_groups(values, 3, highest_first=True).group.tolist() == [3, 1, 2, 2, 3, 1]


@given(st.lists(st.floats(-1e3, 1e3), min_size=5, max_size=50, unique=True), st.integers(2, 5))
def test_without_ties_and_leftovers_inversion_mirrors(values, k) -> None:
    whole = values[: len(values) // k * k]
    mirrored = quantile_groups(whole, k, highest_first=True).group
    np.testing.assert_array_equal(mirrored, k + 1 - quantile_groups(whole, k).group)


def test_labels_are_grouped_among_themselves_and_absences_touch_nobody() -> None:
    values = [1, 2, 3, 4, 40, 30, 20, 10, NAN, 5]
    labels = ["north"] * 4 + ["south"] * 4 + ["north", "west"]
    group, reason = quantile_groups(values, 2, within=labels)
    np.testing.assert_array_equal(group, [1, 1, 2, 2, 2, 2, 1, 1, NAN, NAN])
    assert reason.tolist() == [Reason.NONE] * 8 + [Reason.MISSING, Reason.TOO_FEW_UNITS]


def test_nobody_at_all() -> None:
    assert quantile_groups([]).group.size == 0
    assert quantile_groups([NAN]).reason.tolist() == [Reason.MISSING]


@given(st.permutations(range(12)))
def test_the_order_of_rows_does_not_matter(order) -> None:
    values = np.array([5, 5, 1, 9, 7, 7, 7, 2, 0, 4, 8, 6.0])
    np.testing.assert_array_equal(
        quantile_groups(values[order], 4).group, quantile_groups(values, 4).group[order]
    )


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"values\[0\] is inf: it must be finite"):
        quantile_groups([math.inf, 1, 2])
    with pytest.raises(ValueError, match="groups is 1: it must be a whole number of at least 2"):
        quantile_groups([1, 2, 3], 1)
    with pytest.raises(ValueError, match="must have the same shape"):
        quantile_groups([1, 2, 3], 2, within=["a", "b"])
    with pytest.raises(ValueError, match=r"values has shape \(1, 2\): it must have 1 dimension"):
        quantile_groups([[1, 2]])
