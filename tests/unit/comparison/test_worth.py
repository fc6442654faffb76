"""What an indicator is worth: textbook reliabilities, indicators that never will, and correlations without chance."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest
from scipy import stats

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.effects import Yardstick
from likeforlike.comparison.panel import Panel
from likeforlike.comparison.worth import Worth, correlate_indicators, indicator_worth
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.joint_draws import EffectPopulation, fit_effect_population

SHARE = load_catalogue().indicator("same_day_share")


def halves(sizes: list[float], months: int) -> Panel:
    """Organisations of these sizes, half of whose trials succeed in every month."""
    size = np.repeat(np.array(sizes)[:, None], months, axis=1)
    dates = tuple(datetime.date(2024 + t // 12, t % 12 + 1, 1) for t in range(months))
    blank = np.full(size.shape, "", object)
    return Panel(SHARE, tuple(map(str, sizes)), dates, size / 2, size, blank, ())


def weigh(panel: Panel, components: VarianceComponents, months: slice) -> Worth:
    yardstick = Yardstick(components, np.full(3, np.nan), np.zeros(len(panel.months)), 0.5, borrowed=False)
    return indicator_worth(panel, panel.denominator / 2, yardstick, months)


def test_without_drift_it_is_spearman_brown() -> None:
    """Three organisations; the one in the middle has 39 trials a month: s² = 2/(19.5 + 0.5) = 0.1."""
    worth = weigh(halves([9, 39, 1999], 12), VarianceComponents(0.02, 0.0, 0.0), slice(6, 12))
    assert worth.months == 6
    assert worth.sampling_variance == pytest.approx(0.1)
    one = 0.02 / (0.02 + 0.1)
    assert worth.reliability == pytest.approx(6 * one / (1 + 5 * one))
    # Nothing drifts: what can be told in this window would be seen again in the next.
    assert worth.rankability == pytest.approx(worth.reliability)
    # 0.7 = T·one/(1 + (T − 1)·one) gives T = 0.7/0.3 · (1 − one)/one = 11.7.
    assert worth.months_needed == 12
    assert worth.best_reliability == pytest.approx(240 * one / (1 + 239 * one))


def test_where_organisations_only_drift_no_number_of_months_is_enough() -> None:
    worth = weigh(halves([999, 999, 999], 12), VarianceComponents(0.0, 0.3, 0.6), slice(0, 12))
    assert worth.months_needed is None
    assert worth.best_reliability < 0.7
    # The differences of this window are real all the same; that is what rankability is about.
    assert worth.rankability > 0.95
    assert worth.reliability < 0.2


def test_months_without_a_figure_do_not_count() -> None:
    panel = halves([39, 39, 39], 8)
    panel.numerator[:, ::2] = np.nan
    worth = weigh(panel, VarianceComponents(0.1, 0.0, 0.0), slice(0, 8))
    assert worth.months == 4
    assert worth.reliability == pytest.approx(0.1 / (0.1 + 0.1 / 4))


def test_a_window_without_figures_says_nothing() -> None:
    panel = halves([39, 39, 39], 8)
    panel.numerator[:] = np.nan
    worth = weigh(panel, VarianceComponents(0.1, 0.0, 0.0), slice(0, 8))
    assert (worth.months, worth.months_needed) == (0, None)
    assert np.isnan(worth.reliability)


def test_correlations_that_are_hidden_by_chance_come_out() -> None:
    """Two indicators of correlation 0.8 whose figures are half chance: what is seen is 0.8 · 0.5 = 0.4."""
    rng = np.random.default_rng(4)
    true = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 3000)
    estimates = true + rng.normal(0, 1, (3000, 2))
    estimates[:200, 1] = np.nan
    result = correlate_indicators(
        estimates, fit_effect_population(estimates, np.where(np.isnan(estimates), np.nan, 1.0))
    )
    assert result.observed[0, 1] == pytest.approx(0.4, abs=0.05)
    assert result.true[0, 1] == pytest.approx(0.8, abs=0.08)
    # Spearman's own correction, with both reliabilities known to be a half.
    assert result.true[0, 1] == pytest.approx(result.observed[0, 1] / math.sqrt(0.5 * 0.5), abs=0.05)
    assert result.organisations.tolist() == [[3000, 2800], [2800, 2800]]
    np.testing.assert_allclose(result.observed, result.observed.T)
    np.testing.assert_allclose(np.diag(result.true), 1)


def test_the_interval_is_fishers() -> None:
    rng = np.random.default_rng(5)
    pair = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 40)
    result = correlate_indicators(pair, EffectPopulation(np.zeros(2), np.eye(2)), level=0.9)
    other = stats.pearsonr(pair[:, 0], pair[:, 1])
    interval = other.confidence_interval(0.9)
    assert result.observed[0, 1] == pytest.approx(other.statistic)
    assert (result.lower[0, 1], result.upper[0, 1]) == pytest.approx((interval.low, interval.high))
    assert (result.observed[1, 1], result.lower[1, 1], result.upper[1, 1]) == (1, 1, 1)


def test_too_few_pairs_and_what_does_not_vary_have_no_correlation() -> None:
    estimates = np.array([[1.0, 2.0, 5.0], [2.0, 1.0, 5.0], [3.0, 3.0, 5.0], [np.nan, 4.0, 5.0]])
    covariance = np.diag([1.0, 1.0, 0.0])
    result = correlate_indicators(estimates, EffectPopulation(np.zeros(3), covariance))
    assert np.isnan(result.observed[0, 1])
    assert np.isnan(result.observed[1, 2])
    assert np.isnan(result.true[2]).all()
    assert result.true[0, 1] == 0
