"""The variance between organisations: eleven estimators against plain arithmetic, and shrinkage by it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeforlike.statistics.variance_components import between_variance, pool_effects, shrink_effects

EFFECTS = [0.30, -0.25, 0.02, 0.41, -0.10, 0.75]
VARIANCES = [0.02, 0.03, 0.01, 0.05, 0.04, 0.10]
WEIGHTLESS = [
    "dersimonian_laird",
    "hedges",
    "hunter_schmidt",
    "sidik_jonkman",
    "maximum_likelihood",
    "restricted_maximum_likelihood",
    "paule_mandel",
    "empirical_bayes",
    "iterated_dersimonian_laird",
    "median_unbiased",
]

units = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.001, 1.0)), min_size=3, max_size=12, unique_by=lambda u: u[0]
)


def plain_q(tau2: float) -> float:
    weights = [1 / (v + tau2) for v in VARIANCES]
    mean = sum(w * y for w, y in zip(weights, EFFECTS, strict=True)) / sum(weights)
    return sum(w * (y - mean) ** 2 for w, y in zip(weights, EFFECTS, strict=True))


def plain_log_likelihood(tau2: float, restricted: bool) -> float:
    weights = [1 / (v + tau2) for v in VARIANCES]
    value = 0.5 * sum(math.log(w) for w in weights) - 0.5 * plain_q(tau2)
    return value - 0.5 * math.log(sum(weights)) if restricted else value


def test_dersimonian_laird_is_the_textbook_sum() -> None:
    w = [1 / v for v in VARIANCES]
    expected = (plain_q(0) - (6 - 1)) / (sum(w) - sum(x * x for x in w) / sum(w))
    assert between_variance(EFFECTS, VARIANCES, "dersimonian_laird") == pytest.approx(expected, rel=1e-12)


def test_hedges_is_the_sample_variance_less_the_mean_sampling_variance() -> None:
    mean = sum(EFFECTS) / 6
    expected = sum((y - mean) ** 2 for y in EFFECTS) / 5 - sum(VARIANCES) / 6
    assert between_variance(EFFECTS, VARIANCES, "hedges") == pytest.approx(expected, rel=1e-12)


def test_hunter_schmidt_is_the_textbook_sum() -> None:
    expected = (plain_q(0) - 6) / sum(1 / v for v in VARIANCES)
    assert between_variance(EFFECTS, VARIANCES, "hunter_schmidt") == pytest.approx(expected, rel=1e-12)


def test_sidik_jonkman_rescales_the_plain_variance() -> None:
    mean = sum(EFFECTS) / 6
    start = sum((y - mean) ** 2 for y in EFFECTS) / 6
    expected = start * plain_q(start) / 5
    assert between_variance(EFFECTS, VARIANCES, "sidik_jonkman") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("method", ["paule_mandel", "empirical_bayes", "iterated_dersimonian_laird"])
def test_paule_mandel_and_its_two_other_names_bring_q_to_its_degrees_of_freedom(method: str) -> None:
    assert plain_q(between_variance(EFFECTS, VARIANCES, method)) == pytest.approx(5, rel=1e-12)


def test_the_median_unbiased_estimate_brings_q_to_the_chi_squared_median() -> None:
    # The median of χ² with 5 degrees of freedom, from printed tables: 4.351.
    assert plain_q(between_variance(EFFECTS, VARIANCES, "median_unbiased")) == pytest.approx(4.351, abs=5e-4)


@pytest.mark.parametrize(
    ("method", "restricted"), [("maximum_likelihood", False), ("restricted_maximum_likelihood", True)]
)
def test_no_other_tau2_is_more_likely(method: str, restricted: bool) -> None:
    best = between_variance(EFFECTS, VARIANCES, method)
    highest = plain_log_likelihood(best, restricted)
    assert best > 0
    for other in np.linspace(0, 1, 2001):
        assert plain_log_likelihood(float(other), restricted) <= highest + 1e-12


def test_generalised_q_with_weights_of_inverse_variances_is_dersimonian_laird() -> None:
    weights = [1 / v for v in VARIANCES]
    assert between_variance(EFFECTS, VARIANCES, "generalised_q", weights) == pytest.approx(
        between_variance(EFFECTS, VARIANCES, "dersimonian_laird"), rel=1e-12
    )


@pytest.mark.parametrize("method", WEIGHTLESS)
def test_equal_effects_have_no_variance_between_them(method: str) -> None:
    assert between_variance([0.2, 0.2, 0.2], [0.01, 0.02, 0.03], method) == 0


@settings(deadline=None, max_examples=30)
@given(units=units, method=st.sampled_from(WEIGHTLESS), seed=st.integers(0, 999))
def test_order_origin_and_missing_units_do_not_matter(
    units: list[tuple[float, float]], method: str, seed: int
) -> None:
    y, v = np.array(units).T
    order = np.random.default_rng(seed).permutation(y.size)
    once = between_variance(y, v, method)
    again = between_variance(np.append(y[order] + 3, np.nan), np.append(v[order], 1.0), method)
    assert again == pytest.approx(once, rel=1e-6, abs=1e-9)


@settings(deadline=None, max_examples=30)
@given(units=units, method=st.sampled_from(WEIGHTLESS), factor=st.floats(0.1, 10))
def test_another_unit_of_measurement_scales_tau2_by_its_square(
    units: list[tuple[float, float]], method: str, factor: float
) -> None:
    y, v = np.array(units).T
    scaled = between_variance(factor * y, factor**2 * v, method)
    assert scaled == pytest.approx(factor**2 * between_variance(y, v, method), rel=1e-6, abs=1e-8)


def test_the_higher_of_two_maxima_of_the_likelihood_is_taken() -> None:
    # Two precise units far apart and many imprecise ones near 0: flat, with more than one hump.
    y = [1.0, -1.0, *([0.0] * 30)]
    v = [0.02, 0.02, *([0.001] * 30)]

    def log_likelihood(tau2: float) -> float:
        w = 1 / (np.array(v) + tau2)
        mean = w @ y / w.sum()
        return float(0.5 * np.log(w).sum() - 0.5 * w @ (np.array(y) - mean) ** 2)

    best = between_variance(y, v, "maximum_likelihood")
    assert log_likelihood(best) >= max(map(log_likelihood, np.linspace(0, 2, 4001))) - 1e-9


def test_shrinkage_is_the_plain_weighted_mean() -> None:
    tau2 = 0.05
    result = shrink_effects(EFFECTS, VARIANCES, tau2)
    total = sum(1 / (v + tau2) for v in VARIANCES)
    mean = sum(y / (v + tau2) for y, v in zip(EFFECTS, VARIANCES, strict=True)) / total
    for i, (y, v) in enumerate(zip(EFFECTS, VARIANCES, strict=True)):
        weight = tau2 / (tau2 + v)
        assert result.mean[i] == pytest.approx(weight * y + (1 - weight) * mean, rel=1e-12)
        assert result.standard_error[i] ** 2 == pytest.approx(
            weight * v + (1 - weight) ** 2 / total, rel=1e-12
        )


def test_the_errors_of_shrunken_effects_have_the_covariance_of_the_dense_formula() -> None:
    # Kackar & Harville 1984: with G = τ²I and V = G + diag(v) the errors of predicting μ + u follow from the
    # joint normal distribution of (u, y), written out densely.
    tau2, v = 0.05, np.array(VARIANCES)
    V, G = np.diag(v + tau2), tau2 * np.eye(6)
    W, one = np.linalg.inv(V), np.ones((6, 1))
    A = one @ np.linalg.inv(one.T @ W @ one) @ one.T @ W
    predict = A + G @ W @ (np.eye(6) - A)
    # error = predict·y − (μ + u), y = μ + u + e: Cov = (predict−I)G(predict−I)′ + predict·diag(v)·predict′
    dense = (predict - np.eye(6)) @ G @ (predict - np.eye(6)).T + predict @ np.diag(v) @ predict.T
    result = shrink_effects(EFFECTS, VARIANCES, tau2)
    np.testing.assert_allclose(
        np.diag(result.own_variance) + np.outer(result.shared, result.shared), dense, rtol=1e-10
    )


def test_an_organisation_without_data_gets_nan_and_changes_nobody() -> None:
    alone = shrink_effects(EFFECTS, VARIANCES, 0.05)
    beside = shrink_effects([*EFFECTS, np.nan], [*VARIANCES, 0.01], 0.05)
    assert np.isnan(beside.mean[6])
    assert np.isnan(beside.standard_error[6])
    np.testing.assert_array_equal(beside.mean[:6], alone.mean)
    np.testing.assert_array_equal(beside.standard_error[:6], alone.standard_error)


@given(v=st.floats(0.001, 1), less=st.floats(0.1, 0.99))
def test_at_a_fixed_tau2_more_data_narrow_the_interval(v: float, less: float) -> None:
    wide = shrink_effects([0.1, 0.2, 0.3], [v, 0.1, 0.1], 0.05).own_variance[0]
    narrow = shrink_effects([0.1, 0.2, 0.3], [less * v, 0.1, 0.1], 0.05).own_variance[0]
    assert narrow < wide


def test_without_variance_between_everybody_is_the_mean() -> None:
    result = shrink_effects(EFFECTS, VARIANCES, 0.0)
    pooled = pool_effects(EFFECTS, VARIANCES, 0.0)
    np.testing.assert_allclose(result.mean, pooled.mean)
    np.testing.assert_allclose(result.standard_error, pooled.standard_error)


@pytest.mark.parametrize(
    ("effects", "variances", "options", "words"),
    [
        ([0.1], [0.1], {}, "effects has 1 unit"),
        ([0.1, 0.2], [0.1, 0.0], {}, r"variances\[1\] is 0"),
        ([0.1, 0.2], [0.1], {}, "same shape"),
        ([0.1, 0.2], [0.1, 0.1], {"method": "best"}, "method is 'best': it must be one of dersimonian_laird"),
        ([0.1, 0.2], [0.1, 0.1], {"method": "generalised_q"}, "weights go with method 'generalised_q'"),
        ([0.1, 0.2], [0.1, 0.1], {"weights": [1, 1]}, "weights go with method 'generalised_q'"),
    ],
)
def test_bad_input_is_refused_with_its_place(
    effects: list[float], variances: list[float], options: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        between_variance(effects, variances, **options)  # type: ignore[arg-type]  # wrong on purpose


def test_a_unit_without_a_weight_is_left_out_and_does_not_make_tau2_nothing() -> None:
    effects, variances = [0.1, 0.9, -0.4, 2.0], [0.01, 0.02, 0.03, 0.04]
    alone = between_variance(effects[:3], variances[:3], "generalised_q", [1.0, 2.0, 3.0])
    beside = between_variance(effects, variances, "generalised_q", [1.0, 2.0, 3.0, np.nan])
    assert beside == alone > 0
