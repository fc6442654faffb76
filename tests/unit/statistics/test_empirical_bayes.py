"""Gamma–Poisson and beta–binomial: fits against numerical likelihoods, posteriors against brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from likeforlike.statistics.empirical_bayes import (
    BetaPrior,
    GammaPrior,
    beta_binomial_posterior,
    fit_beta_binomial,
    fit_gamma_poisson,
    gamma_poisson_posterior,
    posterior_above,
    posterior_quantile,
)

EVENTS = np.array([3.0, 0.0, 11.0, 7.0, 25.0, 2.0, 9.0, 14.0])
EXPECTED = np.array([4.1, 2.0, 6.5, 9.9, 16.0, 5.2, 8.8, 8.0])
TRIALS = np.array([40.0, 21.0, 66.0, 99.0, 160.0, 52.0, 88.0, 80.0])


def brute_gamma_likelihood(mean: float, shape: float) -> float:
    """Each count's probability, integrated over the gamma distribution of its rate."""
    total = 0.0
    for y, e in zip(EVENTS, EXPECTED, strict=True):
        prior = stats.gamma(shape, scale=mean / shape)
        chance = integrate.quad(
            lambda r, y, e, prior: stats.poisson.pmf(y, r * e) * prior.pdf(r),
            0,
            20,
            args=(y, e, prior),
            limit=200,
        )
        total += math.log(chance[0])
    return total


def test_the_gamma_fit_is_the_top_of_the_integrated_likelihood() -> None:
    fit = fit_gamma_poisson(EVENTS, EXPECTED)
    assert fit.log_likelihood == pytest.approx(brute_gamma_likelihood(fit.mean, fit.shape), abs=1e-7)
    for mean, shape in [(1.01, 1), (0.99, 1), (1, 1.05), (1, 0.95)]:
        assert brute_gamma_likelihood(fit.mean * mean, fit.shape * shape) < fit.log_likelihood


def test_the_beta_fit_is_the_top_of_scipys_beta_binomial_likelihood() -> None:
    fit = fit_beta_binomial(EVENTS, TRIALS)

    def log_likelihood(mean: float, size: float) -> float:
        return float(stats.betabinom.logpmf(EVENTS, TRIALS, mean * size, (1 - mean) * size).sum())

    assert fit.log_likelihood == pytest.approx(log_likelihood(fit.mean, fit.size), rel=1e-10)
    for mean, size in [(1.001, 1), (0.999, 1), (1, 1.01), (1, 0.99)]:
        assert log_likelihood(fit.mean * mean, fit.size * size) < fit.log_likelihood


def test_moments_of_rates_are_marshalls_sums() -> None:
    mean = EVENTS.sum() / EXPECTED.sum()
    spread = sum(e * (y / e - mean) ** 2 for y, e in zip(EVENTS, EXPECTED, strict=True)) / EXPECTED.sum()
    variance = spread - mean / (EXPECTED.sum() / 8)
    fit = fit_gamma_poisson(EVENTS, EXPECTED, "moments")
    assert fit.mean == pytest.approx(mean)
    assert fit.mean**2 / fit.shape == pytest.approx(variance)


def test_moments_of_proportions_are_kleinmans_sums() -> None:
    # E Σn(y/n − p)² = p(1−p)[(k − 1) + ρ·Σ(1 − n/N)(n − 1)], ρ = 1/(size + 1) the correlation of two trials.
    p, total = EVENTS.sum() / TRIALS.sum(), TRIALS.sum()
    squares = sum(n * (y / n - p) ** 2 for y, n in zip(EVENTS, TRIALS, strict=True)) / (p * (1 - p))
    correlation = (squares - 7) / sum((1 - n / total) * (n - 1) for n in TRIALS)
    fit = fit_beta_binomial(EVENTS, TRIALS, "moments")
    assert fit.mean == pytest.approx(p)
    assert 1 / (fit.size + 1) == pytest.approx(correlation)


def test_moments_of_proportions_recover_what_was_drawn() -> None:
    rng = np.random.default_rng(3)
    trials = rng.integers(20, 200, 20_000)
    events = rng.binomial(trials, rng.beta(0.3 * 12, 0.7 * 12, trials.size))
    for method in ("moments", "maximum_likelihood"):
        fit = fit_beta_binomial(events, trials, method)  # type: ignore[arg-type]  # mypy sees str
        assert fit.mean == pytest.approx(0.3, abs=0.004)
        assert fit.size == pytest.approx(12, rel=0.04)


def test_gamma_posterior_equals_brute_force() -> None:
    prior = GammaPrior(1.1, 6.0, np.nan, np.nan, np.nan)
    posterior = gamma_poisson_posterior(EVENTS, EXPECTED, prior)
    grid = np.linspace(1e-6, 12, 400_001)
    for i in (0, 1, 4):
        weight = stats.gamma(6.0, scale=1.1 / 6.0).pdf(grid) * stats.poisson.pmf(
            EVENTS[i], grid * EXPECTED[i]
        )
        weight /= weight.sum()
        mean = weight @ grid
        assert posterior.mean[i] == pytest.approx(mean, rel=1e-6)
        assert posterior.variance[i] == pytest.approx(weight @ (grid - mean) ** 2, rel=1e-6)
        assert posterior_above(posterior, 1.2)[i] == pytest.approx(weight[grid > 1.2].sum(), abs=1e-4)
        below = posterior_quantile(posterior, 0.1)[i]
        assert weight[grid <= below].sum() == pytest.approx(0.1, abs=1e-4)


def test_beta_posterior_equals_brute_force() -> None:
    prior = BetaPrior(0.12, 30.0, np.nan)
    posterior = beta_binomial_posterior(EVENTS, TRIALS, prior)
    grid = (np.arange(200_000) + 0.5) / 200_000
    for i in (0, 1, 4):
        weight = stats.beta(3.6, 26.4).pdf(grid) * stats.binom.pmf(EVENTS[i], TRIALS[i], grid)
        weight /= weight.sum()
        mean = weight @ grid
        assert posterior.mean[i] == pytest.approx(mean, rel=1e-6)
        assert posterior.variance[i] == pytest.approx(weight @ (grid - mean) ** 2, rel=1e-5)
        assert posterior_above(posterior, 0.15)[i] == pytest.approx(weight[grid > 0.15].sum(), abs=1e-4)
        below = posterior_quantile(posterior, 0.9)[i]
        assert weight[grid <= below].sum() == pytest.approx(0.9, abs=1e-4)


def test_counts_that_vary_less_than_poisson_leave_everybody_at_the_mean() -> None:
    prior = fit_gamma_poisson([10, 10, 10, 11], [10, 10, 10, 10])
    assert prior.shape == np.inf
    assert prior.log_likelihood == pytest.approx(
        stats.poisson.logpmf([10, 10, 10, 11], 10.25).sum(), rel=1e-12
    )
    posterior = gamma_poisson_posterior([10, np.nan], [10, 10], prior)
    np.testing.assert_array_equal(posterior.mean, [10.25 / 10, np.nan])
    assert posterior.variance[0] == 0
    assert posterior_above(posterior, 1.0)[0] == 1
    assert posterior_above(posterior, 1.1)[0] == 0
    assert np.isnan(posterior_above(posterior, 1.0)[1])
    assert posterior_quantile(posterior, 0.2)[0] == 10.25 / 10


def test_counts_that_vary_less_than_binomial_leave_everybody_at_the_mean() -> None:
    prior = fit_beta_binomial([10, 10, 10, 11], [50, 50, 50, 50])
    assert prior.size == np.inf
    assert prior.log_likelihood == pytest.approx(
        stats.binom.logpmf([10, 10, 10, 11], 50, 41 / 200).sum(), rel=1e-12
    )
    posterior = beta_binomial_posterior([10, 0], [50, 0], prior)
    np.testing.assert_array_equal(posterior.mean, [41 / 200, np.nan])
    np.testing.assert_array_equal(posterior.variance, [0, np.nan])


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_order_does_not_matter_and_an_empty_organisation_changes_nobody(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(EVENTS.size)
    once = fit_gamma_poisson(EVENTS, EXPECTED)
    again = fit_gamma_poisson(np.append(EVENTS[order], [np.nan, 0]), np.append(EXPECTED[order], [3.0, 0.0]))
    assert again.shape == pytest.approx(once.shape, rel=1e-8)
    assert again.mean == pytest.approx(once.mean, rel=1e-10)
    posterior = gamma_poisson_posterior([3.0, np.nan, 0.0], [4.1, 1.0, 0.0], once)
    assert np.isnan(posterior.mean[1:]).all()
    assert posterior.mean[0] == gamma_poisson_posterior(EVENTS, EXPECTED, once).mean[0]


@given(e=st.floats(0.5, 50), more=st.floats(1.1, 20))
def test_at_a_fixed_prior_more_exposure_at_the_same_rate_narrows(e: float, more: float) -> None:
    prior = GammaPrior(1.0, 5.0, np.nan, np.nan, np.nan)
    little, much = gamma_poisson_posterior([1.2 * e, 1.2 * more * e], [e, more * e], prior).variance
    # (5 + 1.2e)/(5 + e)² falls as e grows.
    assert much < little


@pytest.mark.parametrize(
    ("events", "expected", "words"),
    [
        ([1, -1], [1, 1], r"events\[1\] is -1: it must not be negative"),
        ([1, 1], [1], "same shape"),
        ([1], [1], "events has 1 unit"),
        ([0, 0], [1, 1], "events are zero everywhere"),
    ],
)
def test_bad_counts_are_refused(events: list[float], expected: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fit_gamma_poisson(events, expected)


def test_bad_trials_methods_and_thresholds_are_refused() -> None:
    with pytest.raises(ValueError, match=r"events\[0\] is 3 but trials\[0\] is 2"):
        fit_beta_binomial([3, 1], [2, 2])
    with pytest.raises(ValueError, match="events equal trials everywhere"):
        fit_beta_binomial([2, 2], [2, 2])
    with pytest.raises(ValueError, match="method is 'mode'"):
        fit_gamma_poisson(EVENTS, EXPECTED, "mode")  # type: ignore[arg-type]  # wrong on purpose
    posterior = gamma_poisson_posterior(EVENTS, EXPECTED, fit_gamma_poisson(EVENTS, EXPECTED))
    with pytest.raises(ValueError, match="threshold is missing"):
        posterior_above(posterior, np.nan)
    with pytest.raises(ValueError, match="probability is 5"):
        posterior_quantile(posterior, 5)


def test_more_events_than_trials_are_named_where_they_were_given() -> None:
    with pytest.raises(ValueError, match=r"events\[2\] is 9 but trials\[2\] is 4"):
        fit_beta_binomial([np.nan, 1, 9, 3], [5, 5, 4, 5])
