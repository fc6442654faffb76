"""Reliability of a window's mean: sums written out, and the correlation of simulated windows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.drift_reliability import periods_needed, reliability


def plain(tau2: float, omega2: float, rho: float, s2: float, periods: int) -> float:
    again = total = 0.0
    for s in range(periods):
        for t in range(periods):
            again += (tau2 + omega2 * rho ** (periods + t - s)) / periods**2
            total += (tau2 + omega2 * rho ** abs(s - t) + (s2 if s == t else 0)) / periods**2
    return again / total


@given(
    tau2=st.floats(0.01, 1),
    omega2=st.floats(0, 1),
    rho=st.floats(-0.9, 0.95),
    s2=st.floats(0, 2),
    periods=st.integers(1, 15),
)
def test_it_is_the_ratio_of_the_sums_written_out(
    tau2: float, omega2: float, rho: float, s2: float, periods: int
) -> None:
    value = float(reliability(VarianceComponents(tau2, omega2, rho), s2, periods))
    assert value == pytest.approx(plain(tau2, omega2, rho, s2, periods), rel=1e-10)


def test_without_drift_it_is_spearman_brown() -> None:
    one = 0.2 / (0.2 + 0.6)
    stepped_up = 6 * one / (1 + 5 * one)
    assert float(reliability(VarianceComponents(0.2, 0.0, 0.5), 0.6, 6)) == pytest.approx(stepped_up)


def test_it_is_the_correlation_of_two_adjoining_windows() -> None:
    components, n = VarianceComponents(0.3, 0.2, 0.8), 200_000
    rng = np.random.default_rng(0)
    lasting = rng.normal(0, np.sqrt(0.3), n)
    drift = rng.normal(0, np.sqrt(0.2), n)
    windows = np.zeros((2, n))
    for t in range(8):
        windows[t // 4] += (lasting + drift + rng.normal(0, np.sqrt(0.5), n)) / 4
        drift = 0.8 * drift + 0.6 * rng.normal(0, np.sqrt(0.2), n)
    correlation = np.corrcoef(windows)[0, 1]
    assert float(reliability(components, 0.5, 4)) == pytest.approx(correlation, abs=4 / np.sqrt(n))


def test_it_takes_organisations_together_and_leaves_unknown_ones_out() -> None:
    components = VarianceComponents(0.2, 0.0, 0.5)
    np.testing.assert_allclose(reliability(components, [0.2, np.nan], 1), [0.5, np.nan])
    assert np.isnan(reliability(VarianceComponents(0.0, 0.0, 0.0), 0.0, 3))


def test_periods_needed_is_the_first_that_reaches_the_target() -> None:
    # τ² = 0.2, s² = 0.59: T·0.2/(T·0.2 + 0.59) ≥ 0.7 from T = 6.9 on.
    components = VarianceComponents(0.2, 0.0, 0.5)
    assert periods_needed(components, 0.59) == 7
    assert plain(0.2, 0, 0.5, 0.59, 7) >= 0.7 > plain(0.2, 0, 0.5, 0.59, 6)
    assert periods_needed(components, 0.59, target=0.25) == 1


def test_a_target_out_of_reach_is_none() -> None:
    assert periods_needed(VarianceComponents(0.0, 0.3, 0.5), 0.5) is None


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="sampling_variance is -1"):
        reliability(VarianceComponents(0.2, 0.0, 0.5), -1.0, 3)
    with pytest.raises(ValueError, match="periods is 0"):
        reliability(VarianceComponents(0.2, 0.0, 0.5), 1.0, 0)
    with pytest.raises(ValueError, match="target is 70"):
        periods_needed(VarianceComponents(0.2, 0.0, 0.5), 1.0, target=70)


def test_periods_needed_of_an_unknown_variance_are_not_too_many_but_refused() -> None:
    with pytest.raises(ValueError, match="sampling_variance is nan: it must not be missing here"):
        periods_needed(VarianceComponents(0.3, 0.1, 0.5), float("nan"))


def test_a_reliability_on_its_target_is_enough() -> None:
    """1/(1 + 1/T) is ½ at one period."""
    assert periods_needed(VarianceComponents(1.0, 0.0, 0.0), 1.0, target=0.5) == 1
