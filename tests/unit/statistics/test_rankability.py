"""Rankability against its fraction written out, and as the share of variance that is not chance."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.statistics.rankability import rankability


def test_the_fraction() -> None:
    # The median of 1, 2, 30 is 2: one tiny organisation does not decide.
    assert rankability(6.0, [30.0, 1.0, 2.0]) == 6 / (6 + 2)


@given(st.floats(0, 100), st.lists(st.floats(0.01, 100), min_size=1, max_size=30))
def test_it_equals_the_slow_twin_whatever_the_order(tau_squared: float, variances: list[float]) -> None:
    expected = tau_squared / (tau_squared + statistics.median(variances))
    assert rankability(tau_squared, variances) == pytest.approx(expected)
    assert rankability(tau_squared, variances[::-1]) == pytest.approx(expected)
    assert 0 <= rankability(tau_squared, variances) <= 1


@given(st.floats(0.01, 10), st.floats(0.01, 10))
def test_more_data_can_only_raise_it(tau_squared: float, variance: float) -> None:
    assert rankability(tau_squared, [variance] * 5) < rankability(tau_squared, [variance / 2] * 5)


def test_it_is_the_squared_correlation_of_truth_and_estimate() -> None:
    stream = np.random.default_rng(5)
    truth = stream.normal(0, np.sqrt(0.4), 200_000)
    estimates = truth + stream.normal(0, np.sqrt(0.1), truth.size)
    # Monte Carlo error of a correlation near 0.9 with 200,000 pairs: below 0.001.
    assert np.corrcoef(truth, estimates)[0, 1] ** 2 == pytest.approx(rankability(0.4, [0.1] * 3), abs=0.004)


@pytest.mark.parametrize(
    ("tau_squared", "variances", "message"),
    [
        (-1.0, [1.0], "tau_squared is -1: it must not be negative"),
        (float("nan"), [1.0], "tau_squared is nan"),
        ([1.0], [1.0], "tau_squared has shape"),
        (1.0, [], "sampling_variances has 0 unit"),
        (1.0, [1.0, 0.0], r"sampling_variances\[1\] is 0"),
        (1.0, 2.0, "sampling_variances has shape"),
    ],
)
def test_bad_input_is_refused(tau_squared: float, variances: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rankability(tau_squared, variances)
