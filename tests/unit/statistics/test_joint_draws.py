"""Joint draws: their moments, what is missing given what was seen, and the covariance between indicators."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from likeforlike.statistics.drift import predict_next_window
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.joint_draws import (
    EffectPopulation,
    condition_effects,
    draw_joint,
    fit_effect_population,
)

POPULATION = EffectPopulation(
    np.array([0.1, -0.2, 0.0]),
    np.array([[0.50, 0.30, 0.10], [0.30, 0.40, -0.10], [0.10, -0.10, 0.30]]),
)


def simulate(n: int, seed: int, gaps: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimates (n, 3) with gaps, their sampling variances, and the true effects."""
    rng = np.random.default_rng(seed)
    truth = rng.multivariate_normal(POPULATION.mean, POPULATION.covariance, n)
    variances = rng.uniform(0.05, 0.3, (n, 3))
    effects = truth + rng.normal(size=(n, 3)) * np.sqrt(variances)
    effects[rng.random((n, 3)) < gaps] = np.nan
    return effects, variances, truth


def test_draws_of_one_indicator_have_the_variances_and_what_is_shared() -> None:
    mean, variances = np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.2, 0.0])
    shared = np.array([[0.3, 0.0], [0.2, 0.1], [0.0, -0.2]])
    drawn = draw_joint(mean, variances, 200_000, np.random.default_rng(1), shared=shared)
    expected = np.diag(variances) + shared @ shared.T
    np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=4 * math.sqrt(0.3 / 200_000))
    np.testing.assert_allclose(np.cov(drawn.T), expected, atol=5 * 0.3 / math.sqrt(200_000))


def test_draws_of_a_prediction_have_its_covariance() -> None:
    values = np.random.default_rng(3).normal(size=(4, 5))
    values[3] = np.nan
    result = predict_next_window(values, np.full((4, 5), 0.3), VarianceComponents(0.4, 0.1, 0.5))
    rng = np.random.default_rng(4)
    drawn = draw_joint(result.mean, result.own_variance, 100_000, rng, shared=result.shared)
    assert np.isnan(drawn[:, 3]).all()
    expected = np.diag(result.own_variance[:3]) + result.shared[:3] @ result.shared[:3].T
    np.testing.assert_allclose(np.cov(drawn[:, :3].T), expected, atol=0.01)
    assert expected[0, 1] > 0.01


def test_draws_of_several_indicators_have_each_organisations_covariance() -> None:
    covariances = np.array([[[0.5, 0.2], [0.2, 0.3]], [[0.1, -0.05], [-0.05, 0.4]], [[1.0, 1.0], [1.0, 1.0]]])
    mean = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    drawn = draw_joint(mean, covariances, 200_000, np.random.default_rng(2))
    for i in range(3):
        np.testing.assert_allclose(np.cov(drawn[:, i].T), covariances[i], atol=0.02)
        np.testing.assert_allclose(drawn[:, i].mean(axis=0), mean[i], atol=0.02)
    # Organisations are independent.
    assert abs(np.corrcoef(drawn[:, 0, 0], drawn[:, 1, 0])[0, 1]) < 0.015


def test_variances_are_covariances_without_correlation() -> None:
    drawn = draw_joint(np.zeros((2, 2)), [[0.5, 0.3], [0.1, 0.0]], 100_000, np.random.default_rng(3))
    np.testing.assert_allclose(np.cov(drawn[:, 0].T), [[0.5, 0], [0, 0.3]], atol=0.01)
    assert np.ptp(drawn[:, 1, 1]) == 0


def test_missing_entries_are_drawn_from_the_conditional_normal() -> None:
    # Organisation 0 shows indicator 0 = 0.9 ± √0.1, nothing else; organisation 1 lacks nothing.
    mean = np.array([[0.9, np.nan, np.nan], [0.0, 0.0, 0.0], [np.nan, np.nan, np.nan]])
    variances = np.array([[0.1, np.nan, np.nan], [0.1, 0.1, 0.1], [np.nan] * 3])
    drawn = draw_joint(mean, variances, 300_000, np.random.default_rng(4), population=POPULATION)
    m, b = POPULATION
    slope = b[1:, 0] / b[0, 0]
    expected_mean = m[1:] + slope * (0.9 - m[0])
    expected = b[1:, 1:] - np.outer(slope, b[0, 1:]) + 0.1 * np.outer(slope, slope)
    np.testing.assert_allclose(drawn[:, 0, 1:].mean(axis=0), expected_mean, atol=0.005)
    np.testing.assert_allclose(np.cov(drawn[:, 0, 1:].T), expected, atol=0.006)
    np.testing.assert_allclose(np.cov(drawn[:, 0, 0], drawn[:, 0, 1])[0, 1], 0.1 * slope[0], atol=0.003)
    assert np.isnan(drawn[:, 2]).all()


def test_without_a_population_missing_stays_missing_and_changes_nobody_else() -> None:
    mean = np.array([[0.9, np.nan], [0.5, 0.4]])
    covariance = np.array([[[0.1, np.nan], [np.nan, np.nan]], [[0.2, 0.1], [0.1, 0.3]]])
    drawn = draw_joint(mean, covariance, 50_000, np.random.default_rng(5))
    assert np.isnan(drawn[:, 0, 1]).all()
    assert drawn[:, 0, 0].var() == pytest.approx(0.1, rel=0.03)
    np.testing.assert_allclose(np.cov(drawn[:, 1].T), covariance[1], atol=0.01)


def test_conditioning_is_the_textbook_formula_organisation_by_organisation() -> None:
    effects, variances, _ = simulate(12, 6, 0.4)
    effects[7] = np.nan
    result = condition_effects(effects, variances, POPULATION)
    m, b = POPULATION
    for i in range(12):
        seen = np.flatnonzero(~np.isnan(effects[i]))
        if seen.size == 0:
            assert np.isnan(result.mean[i]).all()
            assert np.isnan(result.covariance[i]).all()
            continue
        gain = b[:, seen] @ np.linalg.inv(b[np.ix_(seen, seen)] + np.diag(variances[i, seen]))
        np.testing.assert_allclose(result.mean[i], m + gain @ (effects[i, seen] - m[seen]), atol=1e-12)
        np.testing.assert_allclose(result.covariance[i], b - gain @ b[seen], atol=1e-12)


def test_drawing_given_and_conditioning_agree() -> None:
    # Shrink what was seen, draw it, draw the rest given it: the same as conditioning everything at once.
    effects, variances = np.array([[0.8, -0.5, np.nan]]), np.array([[0.2, 0.1, 0.1]])
    at_once = condition_effects(effects, variances, POPULATION)
    mean = at_once.mean.copy()
    mean[0, 2] = np.nan
    drawn = draw_joint(mean, at_once.covariance, 300_000, np.random.default_rng(7), population=POPULATION)[
        :, 0
    ]
    np.testing.assert_allclose(drawn.mean(axis=0), at_once.mean[0], atol=0.005)
    np.testing.assert_allclose(np.cov(drawn.T), at_once.covariance[0], atol=0.005)


def plain_log_likelihood(population: EffectPopulation, effects: np.ndarray, variances: np.ndarray) -> float:
    total = 0.0
    for y, v in zip(effects, variances, strict=True):
        seen = np.flatnonzero(~np.isnan(y))
        if seen.size:
            covariance = population.covariance[np.ix_(seen, seen)] + np.diag(v[seen])
            total += stats.multivariate_normal(population.mean[seen], covariance).logpdf(y[seen])
    return float(total)


def test_the_population_is_the_top_of_the_likelihood() -> None:
    effects, variances, _ = simulate(60, 8, 0.2)
    fit = fit_effect_population(effects, variances)
    best = plain_log_likelihood(fit, effects, variances)
    for j in range(3):
        for side in (0.02, -0.02):
            mean = fit.mean.copy()
            mean[j] += side
            assert plain_log_likelihood(fit._replace(mean=mean), effects, variances) < best
        for k in range(j + 1):
            for side in (0.01, -0.01):
                covariance = fit.covariance.copy()
                covariance[j, k] += side
                covariance[k, j] = covariance[j, k]
                assert plain_log_likelihood(fit._replace(covariance=covariance), effects, variances) < best


def test_the_population_is_recovered_despite_gaps() -> None:
    effects, variances, _ = simulate(6000, 9, 0.3)
    fit = fit_effect_population(effects, variances)
    np.testing.assert_allclose(fit.mean, POPULATION.mean, atol=0.04)
    np.testing.assert_allclose(fit.covariance, POPULATION.covariance, atol=0.04)


def test_conditioned_effects_cover_the_truth_missing_or_not() -> None:
    effects, variances, truth = simulate(40_000, 11, 0.3)
    result = condition_effects(effects, variances, POPULATION)
    z = (truth - result.mean) / np.sqrt(np.einsum("ijj->ij", result.covariance))
    for group in (z[np.isnan(effects)], z[~np.isnan(effects)]):
        known = group[~np.isnan(group)]
        # Three Monte Carlo errors of some 30,000 effects, three to an organisation.
        assert np.mean(np.abs(known) < 1.96) == pytest.approx(0.95, abs=0.006)


def test_leaving_the_missing_out_would_push_incomplete_organisations_into_the_tails() -> None:
    # Why they are drawn: a mean over what is there has more spread than a mean over all.
    effects, variances, _ = simulate(3000, 11, 0.0)
    result = condition_effects(effects, variances, POPULATION)
    complete = result.mean.mean(axis=1)
    effects[:1500, 1:] = np.nan
    drawn = condition_effects(effects, variances, POPULATION).mean.mean(axis=1)
    left_out = np.where(np.isnan(effects).any(axis=1), result.mean[:, 0], complete)
    assert np.std(drawn[:1500]) < np.std(complete) < np.std(left_out[:1500])


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_order_and_empty_organisations_change_nobody(seed: int) -> None:
    effects, variances, _ = simulate(40, 12, 0.2)
    order = np.random.default_rng(seed).permutation(40)
    once = fit_effect_population(effects, variances)
    again = fit_effect_population(
        np.vstack([effects[order], np.full(3, np.nan)]), np.vstack([variances[order], np.ones(3)])
    )
    np.testing.assert_allclose(again.mean, once.mean, atol=1e-6)
    np.testing.assert_allclose(again.covariance, once.covariance, atol=1e-6)


def test_the_same_seed_draws_the_same() -> None:
    one, two = (draw_joint([0.0, 1.0], [1.0, 1.0], 5, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (([0.0], [-1.0]), {}, r"spread\[0\] is -1"),
        (([0.0, 1.0], [1.0]), {}, "same shape"),
        (([[0.0, 1.0]], [[1.0, 1.0, 1.0]]), {}, "spread has shape"),
        (([[0.0, 1.0]], [[[1.0, 2.0], [2.0, 1.0]]]), {}, "negative eigenvalue"),
        (([[0.0, 1.0]], [[[1.0, 0.5], [0.2, 1.0]]]), {}, "not symmetric"),
        ((0.0, 1.0), {}, "mean has shape"),
        (([0.0], [1.0]), {"population": POPULATION}, "population needs several indicators"),
        (([[0.0, 1.0]], [[1.0, 1.0]]), {"shared": [1.0]}, "shared goes with one indicator"),
        (([[0.0, 1.0]], [[1.0, 1.0]]), {"population": POPULATION}, "for 2 indicators"),
    ],
)
def test_bad_input_is_refused(
    arguments: tuple[object, object], options: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        draw_joint(*arguments, 3, np.random.default_rng(0), **options)  # type: ignore[arg-type]  # wrong input


def test_too_few_organisations_for_an_indicator_are_refused() -> None:
    effects = np.array([[0.1, 0.2], [0.3, np.nan], [0.5, np.nan], [0.2, np.nan]])
    with pytest.raises(ValueError, match=r"effects\[:, 1\] has 1 unit"):
        fit_effect_population(effects, np.ones((4, 2)))


def test_an_uncertainty_in_common_must_fit_the_organisations() -> None:
    with pytest.raises(ValueError, match=r"shared has shape \(3,\): .* must be \(2,\) or \(2, r\)"):
        draw_joint([1.0, 2.0], [1.0, 1.0], 3, np.random.default_rng(0), shared=[1, 2, 3])
