"""The list: probabilities from joint draws, categories, at most a fifth, few wrong entries, possibly nobody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.review.listing import (
    Category,
    Joint,
    draw_units,
    make_list,
    probability_last_and_worse,
    snapshot,
    weights_present,
)
from likeforlike.review.plan import Thresholds
from likeforlike.statistics.joint_draws import EffectPopulation

ONE = np.array([1.0])


def certain(values: list[float], draws: int = 50) -> np.ndarray:
    """Draws of one indicator about which there is no doubt: (draws, n, 1)."""
    return np.tile(np.array(values)[None, :, None], (draws, 1, 1))


def test_who_is_surely_last_and_worse_is_listed_and_nobody_else() -> None:
    # Ten organisations: at most two may be listed; both of the worst are more than one unit below England.
    result = make_list(certain([-5, -4, -0.5, 0, 0, 0.1, 0.2, 1, 2, 3]), ONE, np.ones(10, bool), Thresholds())
    assert result.longest == 2
    assert result.listed.tolist() == [True, True] + [False] * 8
    assert result.probability.tolist() == [1, 1] + [0] * 8
    assert result.categories[:3] == (
        Category.ALMOST_CERTAINLY,
        Category.ALMOST_CERTAINLY,
        Category.ALMOST_CERTAINLY_NOT,
    )
    assert result.ranks.expected[:2].tolist() == [10, 9]
    assert result.expected_false_share == 0


def test_to_be_last_is_not_enough_one_must_be_worse_than_england() -> None:
    result = make_list(certain([-0.9, -0.8, 0, 1, 2, 3, 4, 5, 6, 7]), ONE, np.ones(10, bool), Thresholds())
    assert not result.listed.any()
    assert result.probability.tolist() == [0] * 10


def test_where_nobody_differs_everybody_has_one_in_five_and_nobody_is_listed() -> None:
    result = make_list(certain([-3.0] * 20), ONE, np.ones(20, bool), Thresholds())
    assert result.probability == pytest.approx(np.full(20, 0.2))
    assert not result.listed.any()
    assert set(result.categories) == {Category.CANNOT_TELL}


def test_a_delivery_model_alone_lists_nobody() -> None:
    result = make_list(certain([-9.0] + [0.0] * 9), ONE, np.ones(10, bool), Thresholds(), listable=False)
    assert result.probability[0] == 1
    assert not result.listed.any()


def test_who_is_not_assessed_takes_no_place_and_is_not_fine() -> None:
    units = certain([-9, -9, 0, 1, 2, 3, 4, 5, 6, 7])
    assessed = np.ones(10, bool)
    assessed[0] = False
    result = make_list(units, ONE, assessed, Thresholds())
    assert result.longest == 1
    assert result.categories[0] is Category.NOT_ASSESSED
    assert np.isnan(result.probability[0])
    assert result.listed.tolist() == [False, True] + [False] * 8


def test_probability_is_the_share_of_draws_in_which_both_hold() -> None:
    # Two places of last among five... one place: n // 5 = 1. Draw by draw: who is lowest, and is it below −1?
    drawn = np.array([[-2, 0, 1, 2, 3], [-0.5, 0, 1, 2, 3], [0, -3, 1, 2, 3], [-2, -3, 1, 2, 3]], dtype=float)
    assert probability_last_and_worse(drawn, 1, 1.0).tolist() == [0.25, 0.5, 0, 0, 0]


@given(st.integers(5, 30), st.integers(0, 10_000))
def test_the_order_of_rows_changes_nothing(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    units = rng.normal(0, 2, (40, n, 2)) + rng.normal(0, 3, n)[None, :, None]
    order = rng.permutation(n)
    weights, everybody = np.array([1.0, 2.0]), np.ones(n, bool)
    straight = make_list(units, weights, everybody, Thresholds())
    shuffled = make_list(units[:, order], weights, everybody, Thresholds())
    np.testing.assert_array_equal(shuffled.listed, straight.listed[order])
    np.testing.assert_allclose(shuffled.probability, straight.probability[order])
    assert straight.listed.sum() <= n // 5


def test_draws_are_in_units_of_what_matters_on_the_natural_scale() -> None:
    """A share at England's 0.5 and a rate at 0.02, both certain: log odds of 0.4 and a log ratio of log 1.5."""
    joint = Joint(
        np.array([[np.log(0.6 / 0.4), np.log(1.5)]]),
        np.full((1, 2), 1e-18),
        EffectPopulation(np.zeros(2), np.eye(2)),
    )
    # Higher is better for the share (5 points matter); lower is better for the rate per 1,000 (4 matter).
    units = draw_units(
        joint, np.array([100 / 5, -1000 / 4]), np.array([0.5, 0.02]), np.array([True, False]), 3, seed=1
    )
    np.testing.assert_allclose(units, np.tile([[(60 - 50) / 5, -(30 - 20) / 4]], (3, 1, 1)), atol=1e-6)


def test_a_missing_indicator_is_drawn_given_the_other() -> None:
    """Two shares that move together perfectly: the missing one follows the one that was seen."""
    joint = Joint(
        np.array([[0.3, np.nan]]),
        np.array([[1e-12, np.nan]]),
        EffectPopulation(np.zeros(2), np.array([[1.0, 1.0], [1.0, 1.0]])),
    )
    units = draw_units(joint, np.ones(2), np.array([0.5, 0.5]), np.ones(2, bool), 20, seed=1)
    np.testing.assert_allclose(units[..., 1], units[..., 0], atol=1e-4)


def test_the_weight_that_has_figures() -> None:
    seen = np.array([[True, True], [True, False], [False, False]])
    assert weights_present(seen, np.array([3.0, 1.0])).tolist() == [1, 0.75, 0]


def test_a_snapshot_names_the_last_fifth_by_mean_rank() -> None:
    # One indicator, higher is better: the two lowest of ten; without a value nobody can be named.
    values = np.array([[5], [1], [9], [2], [8], [7], [6], [3], [4], [10], [np.nan]], dtype=float)
    assert np.flatnonzero(snapshot(values, ONE, ONE)).tolist() == [1, 3]
    # Lower is better: the two highest.
    assert np.flatnonzero(snapshot(values, -ONE, ONE)).tolist() == [2, 9]


@pytest.mark.parametrize("some", [1, 4])
def test_where_fewer_than_five_are_assessed_nothing_is_said_of_a_fifth(some: int) -> None:
    """A fifth of four is nobody: that is no finding that somebody is almost certainly not in it."""
    assessed = np.arange(6) < some
    result = make_list(certain([-9, -8, 0, 1, 2, 3]), ONE, assessed, Thresholds())
    assert result.longest == 0
    assert not result.listed.any()
    assert np.isnan(result.probability).all()
    assert result.categories == (Category.CANNOT_TELL,) * some + (Category.NOT_ASSESSED,) * (6 - some)


def test_who_cannot_be_in_the_last_fifth_is_not_listed_however_probable() -> None:
    units, everybody = certain([-5, -4, 0, 0, 0, 0.1, 0.2, 1, 2, 3]), np.ones(10, bool)
    result = make_list(units, ONE, everybody, Thresholds(), may=np.arange(10) != 0)
    assert result.probability[:2].tolist() == [1, 1]
    assert np.flatnonzero(result.listed).tolist() == [1]


def test_the_list_ends_where_one_more_would_make_too_many_of_it_wrong() -> None:
    """Four places of twenty; P = 1, 1, 0.85, 0.84: 1 − P is on average 0, 0, 0.05, 0.0775."""
    units = np.full((100, 20, 1), 5.0) + np.arange(20)[None, :, None]
    units[:, 0], units[:, 1] = -9, -8
    units[:85, 2], units[:84, 3] = -7, -6
    listed = [
        np.flatnonzero(make_list(units, ONE, np.ones(20, bool), Thresholds(most_false=most)).listed).tolist()
        for most in (0.04, 0.06, 0.10)
    ]
    assert listed[0] == [0, 1]
    assert listed[1] == [0, 1, 2]
    assert listed[2] == [0, 1, 2, 3]
