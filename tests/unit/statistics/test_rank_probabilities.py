"""Ranks from draws against ranking each draw in plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeforlike.statistics.rank_probabilities import (
    probability_better_than,
    probability_of_worst_places,
    rank_intervals,
)
from likeforlike.statistics.ranks import Best

tied_draws = st.integers(1, 7).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(-2, 2).map(float), min_size=size, max_size=size), min_size=1, max_size=12
    )
)
ends = st.sampled_from(["highest", "lowest"])


def mean_ranks(draw: list[float], best: Best) -> list[float]:
    sign = 1 if best == "highest" else -1
    return [
        1 + sum(sign * other > sign * own for other in draw) + (sum(other == own for other in draw) - 1) / 2
        for own in draw
    ]


@settings(deadline=None)
@given(tied_draws, ends, st.sampled_from([0.5, 0.8, 0.95]))
def test_intervals_are_order_statistics_of_the_ranks(
    draws: list[list[float]], best: Best, level: float
) -> None:
    by_organisation = list(zip(*(mean_ranks(draw, best) for draw in draws), strict=True))
    result = rank_intervals(draws, best=best, level=level)
    left_out = math.floor((1 - level) / 2 * len(draws) + 1e-9)
    for index, ranks in enumerate(by_organisation):
        ordered = sorted(ranks)
        assert result.expected[index] == pytest.approx(sum(ranks) / len(ranks))
        assert result.lower[index] == ordered[left_out]
        assert result.upper[index] == ordered[len(ranks) - 1 - left_out]


@settings(deadline=None)
@given(tied_draws, ends, st.data())
def test_places_are_counted_and_shared_in_ties(
    draws: list[list[float]], best: Best, data: st.DataObject
) -> None:
    size = len(draws[0])
    places = data.draw(st.integers(1, size))
    expected = np.zeros(size)
    sign = 1 if best == "highest" else -1
    for draw in draws:
        for index, own in enumerate(draw):
            worse = sum(sign * other < sign * own for other in draw)
            tied = sum(other == own for other in draw)
            expected[index] += min(1.0, max(0.0, (places - worse) / tied))
    result = probability_of_worst_places(draws, places, best=best)
    np.testing.assert_allclose(result, expected / len(draws), atol=1e-12)
    assert result.sum() == pytest.approx(places)


@given(tied_draws, st.data())
def test_pairs_are_counted_with_ties_as_halves(draws: list[list[float]], data: st.DataObject) -> None:
    other = data.draw(st.integers(0, len(draws[0]) - 1))
    expected = [
        sum(1.0 if draw[i] > draw[other] else 0.5 if draw[i] == draw[other] else 0.0 for draw in draws)
        / len(draws)
        for i in range(len(draws[0]))
    ]
    np.testing.assert_allclose(probability_better_than(draws, other, best="highest"), expected)


def test_where_nothing_differs_everyone_has_a_fifth() -> None:
    draws = np.zeros((7, 10))
    np.testing.assert_allclose(probability_of_worst_places(draws, 2, best="highest"), 0.2, rtol=1e-12)
    result = rank_intervals(draws, best="lowest")
    assert (result.lower == 5.5).all()
    assert (result.upper == 5.5).all()


def ward(size: int, draws: int, seed: int = 3) -> np.ndarray:
    stream = np.random.default_rng(seed)
    return stream.normal(0, 1, size) + 0.5 * stream.standard_normal((draws, size))


def test_polarity_flip_mirrors_ranks() -> None:
    draws = ward(60, 500)
    up, down = (rank_intervals(draws, best=best, level=0.9) for best in ("highest", "lowest"))
    np.testing.assert_allclose(up.expected + down.expected, 61)
    np.testing.assert_array_equal(up.lower + down.upper, np.full(60, 61))
    worst = probability_of_worst_places(draws, 12, best="highest")
    best = 1 - probability_of_worst_places(draws, 48, best="lowest")
    np.testing.assert_allclose(worst, best)


def test_order_of_rows_changes_nothing() -> None:
    draws = ward(40, 300)
    order = np.random.default_rng(1).permutation(40)
    np.testing.assert_array_equal(
        rank_intervals(draws, best="highest").lower[order],
        rank_intervals(draws[:, order], best="highest").lower,
    )
    np.testing.assert_array_equal(
        probability_of_worst_places(draws, 8, best="highest")[order],
        probability_of_worst_places(draws[:, order], 8, best="highest"),
    )


def test_pieces_give_what_the_whole_gives() -> None:
    draws = ward(700, 900)
    pieces = [draws[:1], draws[1:400], draws[400:]]
    for one, other in zip(
        rank_intervals(draws, best="highest"), rank_intervals(iter(pieces), best="highest"), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(
        probability_of_worst_places(draws, 140, best="lowest"),
        probability_of_worst_places(iter(pieces), 140, best="lowest"),
    )


def test_numbers_that_nearly_tie_are_ranked_right() -> None:
    """Neighbours that differ in their last bits only, which the fast order cannot tell apart."""
    near = 1.0 + np.array([3.0, 1.0, 2.0, 0.0, 5.0, 4.0]) * np.finfo(float).eps
    for draw in (near, -near, np.array([7.0, 0.0, -0.0])):
        expected = mean_ranks(draw.tolist(), "highest")
        assert rank_intervals(draw[None, :], best="highest").expected.tolist() == expected


def test_many_organisations_need_wider_numbers() -> None:
    draws = np.arange(40_000, dtype=float)[None, :]
    result = rank_intervals(draws, best="lowest")
    np.testing.assert_array_equal(result.upper, np.arange(1, 40_001))


@pytest.mark.parametrize(
    ("draws", "message"),
    [
        ([[1.0, np.nan]], r"draws\[0, 1\] is nan"),
        ([1.0, 2.0], r"draws has shape \(2,\)"),
        (iter([]), "draws is empty"),
        (np.empty((0, 3)), "draws is empty"),
        (iter([np.zeros((1, 2)), np.zeros((1, 3))]), "a piece has 3 organisations, the first had 2"),
        (np.empty((3, 0)), "draws has 0 unit"),
    ],
)
def test_bad_draws_are_refused(draws: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rank_intervals(draws, best="highest")


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="places is 3: there are only 2"):
        probability_of_worst_places(np.zeros((1, 2)), 3, best="highest")
    with pytest.raises(ValueError, match="places is 0"):
        probability_of_worst_places(np.zeros((1, 2)), 0, best="highest")
    with pytest.raises(ValueError, match="organisation is 2: positions run from 0 to 1"):
        probability_better_than(np.zeros((1, 2)), 2, best="highest")
    with pytest.raises(ValueError, match="best is 'last'"):
        probability_of_worst_places(np.zeros((1, 2)), 1, best="last")
    with pytest.raises(ValueError, match="level is 95"):
        rank_intervals(np.zeros((1, 2)), best="highest", level=95)


def test_a_missing_draw_is_named_by_its_row_among_all() -> None:
    draws = np.zeros((900, 1000))
    draws[600, 7] = np.nan
    with pytest.raises(ValueError, match=r"draws\[524:\]\[76, 7\] is nan"):
        rank_intervals(draws, best="highest")
    with pytest.raises(ValueError, match=r"draws\[1424:\]\[76, 7\] is nan"):
        rank_intervals(iter([np.zeros((900, 1000)), draws]), best="highest")
    with pytest.raises(ValueError, match=r"draws\[0, 1\] is nan"):
        rank_intervals(np.ma.array([[1.0, 2.0]], mask=[[False, True]]), best="highest")


def test_the_narrowest_interval_is_the_middle_and_never_turned_round() -> None:
    draws = np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 1.0], [2.0, 1.0]])
    intervals = rank_intervals(draws, best="highest", level=1e-12)
    assert (intervals.lower <= intervals.upper).all()
