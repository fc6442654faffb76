"""Mixed models with organisation intercepts against likelihoods integrated by brute force."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from likeforlike.statistics.intercept_likelihoods import find_modes
from likeforlike.statistics.mixed_models import (
    MixedModelFit,
    draw_intercepts,
    fit_binomial_intercepts,
    fit_poisson_intercepts,
    intercept_above,
)

# Published: operations and deaths, paediatric open-heart surgery under one year of age, England 1991–95
# (Spiegelhalter et al., report to the Bristol Royal Infirmary Inquiry 2000).
BRISTOL_OPERATIONS = [143, 187, 323, 122, 164, 405, 239, 482, 195, 177, 581, 301]
BRISTOL_DEATHS = [41, 25, 24, 23, 25, 42, 24, 53, 26, 25, 58, 31]

Rows = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def small_panel(seed: int = 5) -> Rows:
    """Eight organisations, up to four periods, one covariate; organisation 3 lacks periods."""
    rng = np.random.default_rng(seed)
    organisation, period = np.repeat(np.arange(8), 4), np.tile(np.arange(4), 8)
    keep = ~((organisation == 3) & (period > 1))
    organisation, period = organisation[keep], period[keep]
    x = rng.normal(size=(organisation.size, 1))
    expected = rng.uniform(2, 9, organisation.size)
    linear = np.array([0.1, -0.2, 0.0, 0.3])[period] + 0.3 * x[:, 0] + rng.normal(0, 0.6, 8)[organisation]
    return organisation, period, x, expected, linear


def brute_log_likelihood(
    fit: MixedModelFit, family: str, rows: Rows, events: np.ndarray, effects: np.ndarray, tau: float
) -> float:
    """Σᵢ log ∫ Π P(yᵢₜ | b) N(b; 0, τ²) db by the trapezium rule on 1,001 points."""
    organisation, period, x, below, _ = rows
    linear = effects[:4][period] + x[:, 0] * effects[4]
    grid = np.linspace(-9 * tau, 9 * tau, 1001)
    total = 0.0
    for i in range(8):
        here = organisation == i
        at = linear[here][:, None] + grid
        if family == "poisson":
            terms = stats.poisson.logpmf(events[here][:, None], below[here][:, None] * np.exp(at))
        else:
            terms = stats.binom.logpmf(events[here][:, None], below[here][:, None], 1 / (1 + np.exp(-at)))
        density = np.exp(terms.sum(axis=0)) * stats.norm.pdf(grid, 0, tau)
        total += math.log(np.trapezoid(density, grid))
    return total


def fitted(family: str, nodes: int = 25) -> tuple[MixedModelFit, Rows, np.ndarray]:
    organisation, period, x, expected, linear = small_panel()
    rng = np.random.default_rng(6)
    if family == "poisson":
        events = rng.poisson(expected * np.exp(linear)).astype(float)
        fit = fit_poisson_intercepts(events, expected, organisation, period=period, covariates=x, nodes=nodes)
        return fit, (organisation, period, x, expected, linear), events
    trials = np.ceil(2 * expected)
    events = rng.binomial(trials.astype(int), 1 / (1 + np.exp(-linear))).astype(float)
    fit = fit_binomial_intercepts(events, trials, organisation, period=period, covariates=x, nodes=nodes)
    return fit, (organisation, period, x, trials, linear), events


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_the_fit_is_the_top_of_the_likelihood_integrated_by_brute_force(family: str) -> None:
    fit, rows, events = fitted(family)
    effects = np.concatenate([fit.period_effects, fit.coefficients])

    def brute(effects: np.ndarray, tau: float) -> float:
        return brute_log_likelihood(fit, family, rows, events, effects, tau)

    assert fit.log_likelihood == pytest.approx(brute(effects, fit.between_sd), abs=1e-8)
    for j in range(5):
        for side in (0.01, -0.01):
            moved = effects.copy()
            moved[j] += side
            assert brute(moved, fit.between_sd) < fit.log_likelihood
    for factor in (0.99, 1.01):
        assert brute(effects, factor * fit.between_sd) < fit.log_likelihood


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_standard_errors_are_those_of_the_brute_force_curvature(family: str) -> None:
    fit, rows, events = fitted(family)
    at = np.concatenate([fit.period_effects, fit.coefficients, [math.log(fit.between_sd)]])

    def brute(p: np.ndarray) -> float:
        return brute_log_likelihood(fit, family, rows, events, p[:5], math.exp(p[5]))

    h = 1e-3 * np.eye(6)
    information = np.array(
        [
            [(brute(at + a - b) + brute(at - a + b) - brute(at + a + b) - brute(at - a - b)) for b in h]
            for a in h
        ]
    ) / (4e-6)
    covariance = np.linalg.inv(information)
    errors = np.concatenate([fit.period_standard_errors, fit.coefficient_standard_errors])
    np.testing.assert_allclose(errors, np.sqrt(np.diag(covariance))[:5], rtol=2e-5)
    np.testing.assert_allclose(fit.covariance, covariance[:5, :5], atol=2e-6)
    assert fit.between_sd_standard_error == pytest.approx(
        fit.between_sd * math.sqrt(covariance[5, 5]), rel=1e-4
    )


@pytest.mark.parametrize("family", ["poisson", "binomial"])
@pytest.mark.parametrize("nodes", [1, 2, 9])
def test_the_slope_is_the_derivative_of_the_approximation_itself(family: str, nodes: int) -> None:
    fit, _, _ = fitted(family, nodes)
    at = fit.parameters + np.array([0.1, -0.1, 0.2, 0.05, 0.1, 0.2])
    _, slope = fit.likelihood.value_and_slope(at)
    for j, step in enumerate(1e-5 * np.eye(6)):
        up, down = (fit.likelihood.value_and_slope(at + side * step)[0] for side in (1, -1))
        assert slope[j] == pytest.approx((up - down) / 2e-5, abs=2e-6)


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_at_one_node_the_standard_errors_are_those_of_laplace(family: str) -> None:
    fit, _, _ = fitted(family, 1)
    assert np.abs(fit.likelihood.value_and_slope(fit.parameters)[1]).max() < 1e-6
    information = np.empty((6, 6))
    for j, step in enumerate(1e-5 * np.eye(6)):
        up, down = (fit.likelihood.value_and_slope(fit.parameters + s * step)[1] for s in (1, -1))
        information[j] = (down - up) / 2e-5
    errors = np.sqrt(np.diag(np.linalg.inv(information)))[:5]
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), errors, rtol=1e-5)


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_the_posterior_of_an_intercept_equals_brute_force(family: str) -> None:
    fit, (organisation, period, x, below, _), events = fitted(family)
    linear = fit.period_effects[period] + x @ fit.coefficients
    grid = np.linspace(-4, 4, 80_001)
    drawn = draw_intercepts(fit, 20_000, np.random.default_rng(1))
    for i in (0, 3):
        here = organisation == i
        at = linear[here][:, None] + grid
        if family == "poisson":
            terms = stats.poisson.logpmf(events[here][:, None], below[here][:, None] * np.exp(at))
        else:
            terms = stats.binom.logpmf(events[here][:, None], below[here][:, None], 1 / (1 + np.exp(-at)))
        weight = np.exp(terms.sum(axis=0)) * stats.norm.pdf(grid, 0, fit.between_sd)
        weight /= weight.sum()
        mean = weight @ grid
        variance = weight @ (grid - mean) ** 2
        assert fit.mode[i] == pytest.approx(grid[np.argmax(weight)], abs=1e-4)
        assert fit.mean[i] == pytest.approx(mean, abs=1e-7)
        assert fit.variance[i] == pytest.approx(variance, rel=1e-6)
        assert intercept_above(fit, 0.20005)[i] == pytest.approx(weight[grid > 0.20005].sum(), abs=1e-7)
        assert drawn[:, i].mean() == pytest.approx(mean, abs=4 * math.sqrt(variance / 20_000))
        assert (drawn[:, i] > 0.2).mean() == pytest.approx(
            weight[grid > 0.2].sum(), abs=4 * math.sqrt(0.25 / 20_000)
        )


def test_the_bristol_figures_give_what_lme4_gives() -> None:
    # lme4 1.1, glmer(cbind(y, n − y) ~ 1 + (1 | hospital), binomial, nAGQ = 25), to its optimiser's accuracy.
    fit = fit_binomial_intercepts(BRISTOL_DEATHS, BRISTOL_OPERATIONS, np.arange(12), nodes=25)
    assert fit.period_effects[0] == pytest.approx(-1.932868, abs=1e-5)
    assert fit.period_standard_errors[0] == pytest.approx(0.1166292, abs=1e-5)
    assert fit.between_sd**2 == pytest.approx(0.124563, abs=1e-5)
    assert intercept_above(fit)[0] > 0.999


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_order_of_rows_and_empty_organisations_change_nobody(seed: int) -> None:
    fit, (organisation, period, x, expected, _), events = fitted("poisson", 9)
    order = np.random.default_rng(seed).permutation(organisation.size)
    again = fit_poisson_intercepts(
        np.append(events[order], [np.nan, 0.0]),
        np.append(expected[order], [4.0, 0.0]),
        np.append(organisation[order], [8, 9]),
        period=np.append(period[order], [0, 0]),
        covariates=np.vstack([x[order], [[1.0], [1.0]]]),
    )
    np.testing.assert_allclose(again.mean[:8], fit.mean, atol=1e-7)
    np.testing.assert_allclose(again.variance[:8], fit.variance, rtol=1e-6)
    assert np.isnan(again.mean[8:]).all()
    assert np.isnan(intercept_above(again)[8:]).all()
    assert np.isnan(draw_intercepts(again, 2, np.random.default_rng(0))[:, 8:]).all()


def test_splitting_a_row_in_two_of_the_same_period_changes_only_the_constant() -> None:
    fit, (organisation, period, x, expected, _), events = fitted("poisson", 9)
    halves = fit_poisson_intercepts(
        np.concatenate([np.floor(events / 2), events - np.floor(events / 2)]),
        np.concatenate([expected / 2, expected / 2]),
        np.tile(organisation, 2),
        period=np.tile(period, 2),
        covariates=np.vstack([x, x]),
    )
    np.testing.assert_allclose(halves.period_effects, fit.period_effects, atol=1e-8)
    assert halves.between_sd == pytest.approx(fit.between_sd, rel=1e-8)


@pytest.mark.parametrize("fit_intercepts", [fit_poisson_intercepts, fit_binomial_intercepts])
def test_organisations_that_vary_less_than_chance_have_no_variance_between(
    fit_intercepts: Callable[..., MixedModelFit],
) -> None:
    fit = fit_intercepts([10, 10, 11, 10], [40, 40, 40, 40], np.arange(4))
    assert fit.between_sd == 0
    assert np.isnan(fit.between_sd_standard_error)
    np.testing.assert_array_equal(fit.mean, 0)
    np.testing.assert_array_equal(intercept_above(fit, -0.1), 1)
    np.testing.assert_array_equal(draw_intercepts(fit, 3, np.random.default_rng(0)), 0)
    log_likelihood = {
        fit_poisson_intercepts: stats.poisson.logpmf([10, 10, 11, 10], 10.25),
        fit_binomial_intercepts: stats.binom.logpmf([10, 10, 11, 10], 40, 41 / 160),
    }[fit_intercepts]
    assert fit.log_likelihood == pytest.approx(log_likelihood.sum(), rel=1e-10)


def test_organisations_without_an_event_are_estimated_like_the_others() -> None:
    fit = fit_poisson_intercepts([0, 0, 3, 12, 30], [4, 40, 4, 4, 40], np.arange(5), nodes=15)
    assert fit.mean[1] < fit.mean[0] < 0
    assert np.isfinite(fit.variance).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"events": [1, -2, 3]}, r"events\[1\] is -2"),
        ({"events": [], "expected": [], "organisation": []}, "events has 0 unit"),
        ({"events": [0, 0, 0]}, "period 0: events are 0 in all rows"),
        ({"organisation": [0.0, 1.0, 2.0]}, r"organisation has shape .* whole-number codes"),
        ({"organisation": [0, 1, -1]}, r"organisation\[2\] is -1"),
        ({"organisation": [0, 0, 0]}, "organisation has 1 unit"),
        ({"period": [0, 0, 2]}, "period 1: events are 0 in all rows"),
        ({"covariates": [1.0, 2.0, 3.0]}, "covariates has shape"),
        ({"covariates": [[1.0], [2.0]]}, "covariates has 2 rows but events has 3"),
        ({"covariates": [[1.0], [1.0], [1.0]]}, "cannot be told apart"),
        ({"covariates": [[0.0], [0.0], [0.0]]}, r"covariates\[:, 0\] has no data or is 0 everywhere"),
        ({"covariates": [[1.0], [np.nan], [1.0]]}, r"covariates\[1, 0\]"),
        ({"nodes": 0}, "nodes is 0"),
    ],
)
def test_bad_input_is_refused_with_its_place(changes: dict[str, object], words: str) -> None:
    arguments = {"events": [1, 2, 3], "expected": [2.0, 2.0, 2.0], "organisation": [0, 1, 2], **changes}
    with pytest.raises(ValueError, match=words):
        fit_poisson_intercepts(**arguments)  # type: ignore[arg-type]  # wrong on purpose


def test_a_period_in_which_every_trial_is_an_event_is_refused() -> None:
    with pytest.raises(ValueError, match="period 1: events equal trials"):
        fit_binomial_intercepts([1, 2, 5, 5], [5, 5, 5, 5], [0, 1, 0, 1], period=[0, 0, 1, 1])


def test_a_covariate_that_separates_is_named_as_the_likely_trouble() -> None:
    events, trials = [0, 0, 0, 5, 5, 5], [5] * 6
    with pytest.raises(ValueError, match=r"covariates.* separates events from no events"):
        fit_binomial_intercepts(
            events, trials, np.arange(6), covariates=np.array([[0.0], [0.1], [0.2], [1.0], [1.1], [1.2]])
        )


def test_events_that_are_all_or_nothing_are_refused_with_a_way_out() -> None:
    with pytest.raises(ValueError, match="events do not limit the variance between organisations"):
        fit_binomial_intercepts([0, 9, 9, 0, 9, 0, 0, 9], [9] * 8, np.arange(8))


def test_modes_are_found_where_newton_swings_between_two_points() -> None:
    # Seven of seven events behind a wide prior: from 0 Newton leaps to where the likelihood is flat and back.
    events, trials, tau = np.array([7.0]), np.array([7.0]), 18.0

    def slope_and_curvature(b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        p = 1 / (1 + np.exp(-(b + 4.35)))
        return events - trials * p - b / tau**2, trials * p * (1 - p) + 1 / tau**2

    mode = find_modes(slope_and_curvature, np.array([0.0]), tau**2 * events, trials)
    assert slope_and_curvature(mode)[0][0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", range(40))
def test_small_and_odd_data_end_at_the_top_or_are_refused(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, periods, size = int(rng.integers(2, 20)), int(rng.integers(1, 4)), rng.choice([0.5, 3.0, 300.0])
    organisation, period = np.repeat(np.arange(n), periods), np.tile(np.arange(periods), n)
    below = np.ceil(size * np.exp(rng.normal(size=organisation.size)))
    intercepts = rng.normal(0, rng.choice([0.1, 1.0, 3.0]), n)[organisation]
    nodes = int(rng.choice([1, 3, 9]))
    counts = rng.poisson(below * np.exp(np.minimum(intercepts, 5.0)))
    successes = rng.binomial(below.astype(int), 1 / (1 + np.exp(-intercepts)))
    for fit_intercepts, events in ((fit_poisson_intercepts, counts), (fit_binomial_intercepts, successes)):
        try:
            fit = fit_intercepts(events, below, organisation, period=period, nodes=nodes)
        except ValueError as refusal:
            said = str(refusal)
        else:
            said = "" if fit.between_sd == 0 else f"gain {gain_left(fit):.0e}"
        assert re.search(
            "^$|gain 0|gain .*e-(0[89]|[1-9])|events are 0|equal trials|do not limit|infinite", said
        )


def gain_left(fit: MixedModelFit) -> float:
    """What one more Newton step would add to the log-likelihood, twice."""
    _, slope = fit.likelihood.value_and_slope(fit.parameters)
    return abs(float(slope @ np.linalg.solve(fit.likelihood.information(fit.parameters), slope)))


def simulate_and_fit(organisations: int, seed: int) -> tuple[MixedModelFit, np.ndarray]:
    rng = np.random.default_rng(seed)
    organisation, period = np.repeat(np.arange(organisations), 12), np.tile(np.arange(12), organisations)
    x = rng.normal(size=(organisation.size, 2))
    truth = np.concatenate([rng.normal(0, 0.1, 12), [0.1, -0.05]])
    intercepts = rng.normal(0, 0.3, organisations)
    expected = rng.uniform(2, 12, organisation.size)
    linear = truth[period] + x @ truth[12:] + intercepts[organisation]
    fit = fit_poisson_intercepts(
        rng.poisson(expected * np.exp(linear)), expected, organisation, period=period, covariates=x
    )
    return fit, truth


def test_what_was_put_in_is_recovered() -> None:
    fit, truth = simulate_and_fit(1500, 8)
    estimates = np.concatenate([fit.period_effects, fit.coefficients])
    z = (estimates - truth) / np.sqrt(np.diag(fit.covariance))
    assert np.abs(z).max() < 3.5
    assert fit.between_sd == pytest.approx(0.3, abs=4 * fit.between_sd_standard_error)


@pytest.mark.slow
def test_intervals_of_fixed_effects_and_tau_cover_at_their_level() -> None:
    inside, runs = np.zeros(3), 200
    for seed in range(runs):
        fit, truth = simulate_and_fit(150, seed)
        z = (fit.coefficients - truth[12:]) / fit.coefficient_standard_errors
        inside[:2] += np.abs(z) < 1.96
        inside[2] += abs(fit.between_sd - 0.3) < 1.96 * fit.between_sd_standard_error
    # 95% within three Monte Carlo errors of 200 runs.
    np.testing.assert_allclose(inside / runs, 0.95, atol=3 * math.sqrt(0.95 * 0.05 / runs))


def test_masked_codes_are_refused() -> None:
    with pytest.raises(ValueError, match="organisation holds masked codes"):
        fit_poisson_intercepts([1, 2, 3], [1, 1, 1], np.ma.array([0, 1, 2], mask=[0, 0, 1]))
