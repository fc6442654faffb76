"""Student's interval against its textbook form and its exact coverage."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.statistics.means import mean_interval, mean_interval_from_summary

NAN = float("nan")
VALUES = [3.1, 4.7, 2.2, 5.0, 3.9]
T_975_WITH_4_DEGREES = 2.7764451051977987


def test_the_textbook_form() -> None:
    mean, half = statistics.mean(VALUES), T_975_WITH_4_DEGREES * statistics.stdev(VALUES) / math.sqrt(5)
    assert mean_interval(VALUES) == pytest.approx((mean, mean - half, mean + half), rel=1e-12)


def test_published_summaries_give_the_same() -> None:
    summary = mean_interval_from_summary(statistics.mean(VALUES), statistics.stdev(VALUES), 5)
    assert summary == pytest.approx(tuple(mean_interval(VALUES)), rel=1e-12)


def test_missing_measurements_and_single_ones_have_no_interval() -> None:
    ours = mean_interval([VALUES, [3.1, NAN, 2.2, 5.0, 3.9]])
    assert np.isnan(ours)[:, 1].all()
    assert (ours.value[0], ours.lower[0]) == mean_interval(VALUES)[:2]
    single = mean_interval([[7.0]])
    assert single.value == 7
    assert np.isnan(single[1:]).all()
    assert np.isnan(mean_interval_from_summary([7.0], [NAN], [1])[1:]).all()


@given(st.permutations(VALUES), st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_order_does_not_matter_and_units_carry_through(values, shift, scale) -> None:
    expected = np.array(mean_interval(VALUES)) * scale + shift
    np.testing.assert_allclose(
        mean_interval(np.array(values) * scale + shift), expected, rtol=1e-9, atol=1e-9
    )


def test_coverage_is_its_level() -> None:
    draws = np.random.default_rng(7).normal(10, 3, (20_000, 6))
    _, lower, upper = mean_interval(draws, 0.9)
    error = math.sqrt(0.9 * 0.1 / 20_000)
    assert ((lower <= 10) & (upper >= 10)).mean() == pytest.approx(0.9, abs=3 * error)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (3.0, r"values has shape \(\): its last axis must hold measurements"),
        ([], r"values has shape \(0,\): its last axis must hold measurements"),
        ([1.0, math.inf], r"values\[1\] is inf: it must be finite"),
    ],
)
def test_impossible_input_is_refused(values, message) -> None:
    with pytest.raises(ValueError, match=message):
        mean_interval(values)
    with pytest.raises(ValueError, match="standard_deviation is -1: it must not be negative"):
        mean_interval_from_summary(1, -1, 5)
