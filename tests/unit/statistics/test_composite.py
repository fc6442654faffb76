"""Composites: weighted means written out, their covariance, and weightings around a plan's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.statistics.composite import composite_draws, composite_moments, draw_weightings
from likeforlike.statistics.joint_draws import draw_joint

MEAN = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]])
COVARIANCE = np.array([[[1.0, 0.5, 0.1], [0.5, 2.0, -0.3], [0.1, -0.3, 0.5]], np.diag([0.1, 0.2, 0.3])])


def test_a_composite_is_the_weighted_mean_of_each_draw() -> None:
    draws = np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    np.testing.assert_allclose(
        composite_draws(draws, [2, 1, 1]), [[(2 * 1 + 2 + 3) / 4, (2 * 4 + 5 + 6) / 4]]
    )


def test_the_variance_counts_every_pair_of_indicators() -> None:
    w = [0.5, 0.3, 0.2]
    result = composite_moments(MEAN, COVARIANCE, [5, 3, 2])
    for i in range(2):
        expected = sum(w[j] * w[k] * COVARIANCE[i, j, k] for j in range(3) for k in range(3))
        assert result.variance[i] == pytest.approx(expected)
        assert result.mean[i] == pytest.approx(sum(w[j] * MEAN[i, j] for j in range(3)))


def test_draws_and_moments_agree() -> None:
    drawn = composite_draws(draw_joint(MEAN, COVARIANCE, 100_000, np.random.default_rng(1)), [5, 3, 2])
    moments = composite_moments(MEAN, COVARIANCE, [5, 3, 2])
    np.testing.assert_allclose(drawn.mean(axis=0), moments.mean, atol=0.02)
    np.testing.assert_allclose(drawn.var(axis=0), moments.variance, rtol=0.03)


@given(factor=st.floats(0.01, 100))
def test_only_the_proportions_of_weights_matter(factor: float) -> None:
    one = composite_moments(MEAN, COVARIANCE, [1, 2, 3])
    other = composite_moments(MEAN, COVARIANCE, [factor, 2 * factor, 3 * factor])
    np.testing.assert_allclose(one.variance, other.variance, rtol=1e-12)


def test_turning_every_indicator_round_turns_the_composite_round() -> None:
    draws = draw_joint(MEAN, COVARIANCE, 10, np.random.default_rng(2))
    np.testing.assert_allclose(composite_draws(-draws, [1, 2, 3]), -composite_draws(draws, [1, 2, 3]))


def test_an_organisation_that_is_not_assessed_stays_so() -> None:
    draws = np.array([[[1.0, 2.0], [np.nan, np.nan]]])
    np.testing.assert_array_equal(composite_draws(draws, [1, 1]), [[1.5, np.nan]])


def test_a_gap_is_refused_and_never_left_out() -> None:
    with pytest.raises(ValueError, match=r"draws\[:, 1\] lack indicator 0: draw the missing"):
        composite_draws([[[1.0, 2.0], [np.nan, 3.0]]], [1, 1])


def test_weightings_have_the_plans_mean_and_the_stated_spread() -> None:
    drawn = draw_weightings([2, 1, 1, 0], 20, 100_000, np.random.default_rng(3))
    share = np.array([0.5, 0.25, 0.25, 0.0])
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    np.testing.assert_array_equal(drawn[:, 3], 0)
    np.testing.assert_allclose(drawn.mean(axis=0), share, atol=0.002)
    np.testing.assert_allclose(drawn.std(axis=0), np.sqrt(share * (1 - share) / 21), rtol=0.02)


def test_what_the_docstring_says_of_a_quarter_at_concentration_twenty() -> None:
    drawn = draw_weightings([1, 1, 1, 1], 20, 100_000, np.random.default_rng(4))[:, 0]
    assert np.quantile(drawn, 0.025) == pytest.approx(0.09, abs=0.005)
    assert np.quantile(drawn, 0.975) == pytest.approx(0.45, abs=0.01)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1, -1, 1], r"weights\[1\] is -1"),
        ([0, 0, 0], "weights are all 0"),
        ([1, 1], "weights has shape"),
        ([1, math.nan, 1], r"weights\[1\]"),
    ],
)
def test_bad_weights_are_refused(weights: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        composite_moments(MEAN, COVARIANCE, weights)


def test_bad_shapes_and_concentrations_are_refused() -> None:
    with pytest.raises(ValueError, match="covariance has shape"):
        composite_moments(MEAN, COVARIANCE[:1], [1, 1, 1])
    with pytest.raises(ValueError, match="3 dimension"):
        composite_draws(MEAN, [1, 1, 1])
    with pytest.raises(ValueError, match="concentration is 0"):
        draw_weightings([1, 1], 0, 3, np.random.default_rng(0))


def test_no_draw_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="draws has 0 unit"):
        composite_draws(np.zeros((0, 3, 2)), [1, 1])
