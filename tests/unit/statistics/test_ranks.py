"""Ranks with ties against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.statistics.ranks import Best, fractional_ranks, integer_ranks

few_values = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=12)


def counted_rank(values: list[float], index: int, best: Best, omega: float) -> float:
    better = sum(v > values[index] if best == "highest" else v < values[index] for v in values)
    equal = sum(v == values[index] for v in values)
    return (1 - omega) * (better + 1) + omega * (better + equal)


def test_two_that_share_second_place_of_four() -> None:
    ranks = integer_ranks([9.0, 7.0, 7.0, 1.0], best="highest")
    assert ranks.rank.tolist() == [1, 2.5, 2.5, 4]
    assert ranks.first.tolist() == [1, 2, 2, 4]
    assert ranks.last.tolist() == [1, 3, 3, 4]
    assert fractional_ranks([9.0, 7.0, 7.0, 1.0], best="highest").rank.tolist() == [0.25, 0.625, 0.625, 1.0]


@given(few_values, st.sampled_from(["highest", "lowest"]), st.floats(0, 1))
def test_ranks_are_counts_of_better_and_equal_ones(values: list[float], best: Best, omega: float) -> None:
    expected = [counted_rank(values, index, best, omega) for index in range(len(values))]
    np.testing.assert_allclose(integer_ranks(values, best=best, omega=omega).rank, expected, rtol=1e-12)


@given(few_values)
def test_polarity_flip_mirrors_ranks(values: list[float]) -> None:
    up, down = integer_ranks(values, best="highest"), integer_ranks(values, best="lowest")
    assert (up.rank + down.rank == len(values) + 1).all()
    assert (up.first + down.last == len(values) + 1).all()


@given(few_values)
def test_order_of_rows_changes_nothing(values: list[float]) -> None:
    order = np.random.default_rng(len(values)).permutation(len(values))
    whole, shuffled = (
        integer_ranks(values, best="lowest").rank,
        integer_ranks(np.array(values)[order], best="lowest").rank,
    )
    assert (whole[order] == shuffled).all()


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1.0, float("nan")], {}, r"values\[1\] is nan: it must not be missing"),
        ([1.0, float("inf")], {}, r"values\[1\] is inf: it must be finite"),
        ([[1.0]], {}, r"values has shape \(1, 1\)"),
        ([1.0], {"omega": 1.5}, "omega is 1.5: it must lie between 0 and 1"),
        ([1.0], {"best": "largest"}, "best is 'largest': it must be 'highest' or 'lowest'"),
    ],
)
def test_bad_input_is_refused(values: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        integer_ranks(values, **{"best": "highest", **options})
