"""Lasting differences and drift: the fit and the prediction against dense normal distributions."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeforlike.statistics.drift import fit_drift, predict_next_window
from likeforlike.statistics.drift_covariance import DriftCovariance, VarianceComponents

TELEPHONY = VarianceComponents(lasting=0.39, drift=0.03, correlation=0.7)


def simulate(
    components: VarianceComponents,
    n: int,
    periods: int,
    seed: int,
    *,
    sampling: float = 0.01,
    gaps: float = 0.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values and sampling variances (n, T), and the true mean of a + d over the T periods that follow."""
    rng = np.random.default_rng(seed)
    lasting = rng.normal(0, math.sqrt(components.lasting), n)
    spread = components.unevenness
    own = components.drift * np.exp(spread * rng.normal(size=n) - spread**2 / 2)
    drift = np.empty((n, 2 * periods))
    drift[:, 0] = rng.normal(size=n)
    for t in range(1, 2 * periods):
        kept, fresh = components.correlation, math.sqrt(1 - components.correlation**2)
        drift[:, t] = kept * drift[:, t - 1] + fresh * rng.normal(size=n)
    drift *= np.sqrt(own)[:, None]
    variances = sampling * np.exp(rng.normal(0, 0.5, (n, periods)))
    values = rng.normal(0, 0.2, periods) + lasting[:, None] + drift[:, :periods]
    values += rng.normal(size=values.shape) * np.sqrt(variances)
    values[rng.random(values.shape) < gaps] = np.nan
    return values, variances, lasting + drift[:, periods:].mean(axis=1)


def dense_covariance(components: VarianceComponents, variances: np.ndarray) -> np.ndarray:
    """Every entry by its definition: τ² + ω²ρ^|s−t|, and s² on the diagonal."""
    periods = variances.size
    result = np.empty((periods, periods))
    for s, t in itertools.product(range(periods), repeat=2):
        result[s, t] = components.lasting + components.drift * components.correlation ** abs(s - t)
        result[s, t] += variances[s] if s == t else 0.0
    return result


def dense_restricted_likelihood(
    components: VarianceComponents, values: np.ndarray, variances: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """REML and generalised least squares with all organisations in one matrix."""
    blocks, designs, data = [], [], []
    for y, s2 in zip(values, variances, strict=True):
        seen = np.flatnonzero(~np.isnan(y))
        blocks.append(dense_covariance(components, s2)[np.ix_(seen, seen)])
        designs.append(np.eye(y.size)[seen])
        data.append(y[seen])
    X, y = np.vstack(designs), np.concatenate(data)
    V = np.zeros((y.size, y.size))
    at = 0
    for block in blocks:
        V[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    W = np.linalg.inv(V)
    C = np.linalg.inv(X.T @ W @ X)
    means = C @ X.T @ W @ y
    r = y - X @ means
    value = -0.5 * (np.linalg.slogdet(V)[1] + r @ W @ r - np.linalg.slogdet(C)[1])
    return value - 0.5 * (y.size - X.shape[1]) * math.log(2 * math.pi), means, C


@pytest.mark.parametrize(
    "components",
    [
        TELEPHONY,
        VarianceComponents(0.1, 0.3, -0.5),
        VarianceComponents(0.0, 0.2, 0.9),
        VarianceComponents(0.2, 0.0, 0.3),
        VarianceComponents(0.2, 0.1, 0.0),
    ],
)
def test_the_fast_algebra_is_that_of_the_dense_matrices(components: VarianceComponents) -> None:
    rng = np.random.default_rng(1)
    variances = rng.uniform(0.005, 0.5, (5, 19))
    missing = rng.random((5, 19)) < 0.3
    missing[4] = True
    precision = np.where(missing, 0.0, 1 / variances).T
    vectors = np.where(missing, 0.0, rng.normal(size=(5, 19))).T
    fast = DriftCovariance(precision, components)
    total = np.zeros((19, 19))
    for i in range(5):
        seen = np.flatnonzero(~missing[i])
        V = dense_covariance(components, variances[i])[np.ix_(seen, seen)]
        total[np.ix_(seen, seen)] += np.linalg.inv(V)
        solved = np.zeros(19)
        solved[seen] = np.linalg.solve(V, vectors[seen, i])
        np.testing.assert_allclose(fast.solve(vectors)[:, i], solved, rtol=1e-9, atol=1e-12)
        assert fast.log_determinant[i] == pytest.approx(np.linalg.slogdet(V)[1], abs=1e-10)
    np.testing.assert_allclose(fast.sum_inverse(), total, rtol=1e-9, atol=1e-11)


def test_one_period_is_a_window_too() -> None:
    # No drift can be seen within it: (τ² + ω²ρ)/(τ² + ω² + s²) of what is above the mean comes again.
    values, variances = np.array([[1.0], [-1.0], [np.nan]]), np.array([[0.2], [0.2], [0.2]])
    result = predict_next_window(values, variances, VarianceComponents(0.4, 0.1, 0.5))
    slope = (0.4 + 0.1 * 0.5) / (0.4 + 0.1 + 0.2)
    np.testing.assert_allclose(result.mean, [slope, -slope, np.nan])
    np.testing.assert_allclose(result.own_variance[0], 0.5 - slope * 0.45)


def test_very_precise_values_over_a_very_long_history_stay_exact() -> None:
    components = VarianceComponents(0.3, 0.1, 0.2)
    variances = np.full(60, 1e-9)
    fast = DriftCovariance((1 / variances)[:, None], components)
    dense = np.linalg.inv(dense_covariance(components, variances))
    np.testing.assert_allclose(fast.sum_inverse(), dense, rtol=1e-6, atol=1e-6 * np.abs(dense).max())


def test_the_likelihood_is_the_dense_one_and_nothing_near_is_higher() -> None:
    values, variances, _ = simulate(VarianceComponents(0.4, 0.1, 0.5), 25, 7, 3, gaps=0.15)
    fit = fit_drift(values, variances)
    value, means, covariance = dense_restricted_likelihood(fit.components, values, variances)
    assert fit.log_likelihood == pytest.approx(value, abs=1e-8)
    np.testing.assert_allclose(fit.period_means, means, atol=1e-10)
    np.testing.assert_allclose(fit.period_covariance, covariance, atol=1e-12)
    for moved in itertools.product((0.97, 1.0, 1.03), repeat=3):
        near = VarianceComponents(*(f * c for f, c in zip(moved, fit.components[:3], strict=True)))
        assert dense_restricted_likelihood(near, values, variances)[0] <= value + 1e-7


def test_standard_errors_are_those_of_the_dense_curvature() -> None:
    values, variances, _ = simulate(VarianceComponents(0.4, 0.1, 0.5), 40, 8, 4)
    fit = fit_drift(values, variances)
    at, h = np.array(fit.components[:3]), 1e-3 * np.diag(fit.components[:3])

    def dense(p: np.ndarray) -> float:
        return dense_restricted_likelihood(VarianceComponents(*p), values, variances)[0]

    information = np.array(
        [
            [dense(at + a - b) + dense(at - a + b) - dense(at + a + b) - dense(at - a - b) for b in h]
            for a in h
        ]
    )
    information /= 4 * np.outer(np.diag(h), np.diag(h))
    np.testing.assert_allclose(fit.standard_errors, np.sqrt(np.diag(np.linalg.inv(information))), rtol=1e-3)


def test_maximum_likelihood_leaves_out_the_restriction() -> None:
    values, variances, _ = simulate(VarianceComponents(0.4, 0.1, 0.5), 12, 6, 5)
    fit = fit_drift(values, variances, method="ml")
    reml, _, covariance = dense_restricted_likelihood(fit.components, values, variances)
    restriction = 0.5 * np.linalg.slogdet(covariance)[1] + 3 * math.log(2 * math.pi)
    assert fit.log_likelihood == pytest.approx(reml - restriction, abs=1e-8)
    # With few organisations ML takes the period means for known and finds less variance.
    assert fit.components.lasting < fit_drift(values, variances).components.lasting


@pytest.mark.parametrize("window", [None, 3])
def test_the_prediction_is_the_conditional_distribution_of_the_dense_model(window: int | None) -> None:
    components = VarianceComponents(0.4, 0.15, 0.6)
    values, variances, _ = simulate(components, 6, 5, 6, gaps=0.2)
    result = predict_next_window(values, variances, components, window=window)
    ahead = window or 5
    _, means, C = dense_restricted_likelihood(components, values, variances)
    covariance = np.zeros((6, 6))
    for i, j in itertools.product(range(6), repeat=2):
        gains = []
        for k in (i, j):
            seen = np.flatnonzero(~np.isnan(values[k]))
            V = dense_covariance(components, variances[k])[np.ix_(seen, seen)]
            g = [
                components.lasting + sum(components.drift * 0.6 ** (5 + h - t) for h in range(ahead)) / ahead
                for t in seen
            ]
            weights = np.zeros(5)
            weights[seen] = np.linalg.solve(V, g)
            gains.append(weights)
            if i == j:
                target = components.lasting + sum(
                    components.drift * 0.6 ** abs(a - b) for a in range(ahead) for b in range(ahead)
                ) / (ahead * ahead)
                own = target - weights[seen] @ g
        covariance[i, j] = gains[0] @ C @ gains[1] + (own if i == j else 0.0)
        if i == j:
            residuals = np.where(np.isnan(values[i]), 0.0, values[i] - means)
            assert result.mean[i] == pytest.approx(gains[0] @ residuals, abs=1e-10)
    built = np.diag(result.own_variance) + result.shared @ result.shared.T
    np.testing.assert_allclose(built, covariance, atol=1e-10)
    np.testing.assert_allclose(result.variance, np.diag(covariance), atol=1e-10)
    assert result.level == pytest.approx(means[-ahead:].mean(), abs=1e-10)


def test_what_was_put_in_is_recovered() -> None:
    values, variances, _ = simulate(TELEPHONY, 1200, 18, 7, gaps=0.05)
    fit = fit_drift(values, variances)
    z = (np.array(fit.components[:3]) - np.array(TELEPHONY[:3])) / fit.standard_errors
    assert np.abs(z).max() < 3.5
    assert fit.standard_errors[0] == pytest.approx(0.39 * math.sqrt(2 / 1200), rel=0.15)


def test_predictions_cover_the_window_that_follows() -> None:
    values, variances, target = simulate(TELEPHONY, 4000, 12, 8, gaps=0.05)
    fit = fit_drift(values, variances)
    result = predict_next_window(values, variances, fit.components)
    z = (target - result.mean) / np.sqrt(result.variance)
    assert np.mean(np.abs(z) < 1.96) == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / 4000))
    assert np.std(z) == pytest.approx(1, abs=4 / math.sqrt(2 * 4000))


def test_uneven_drift_is_found_and_widens_where_it_should() -> None:
    truth = TELEPHONY._replace(unevenness=1.3)
    values, variances, target = simulate(truth, 2500, 18, 9)
    fit = fit_drift(values, variances, uneven=True)
    assert fit.components.unevenness == pytest.approx(1.3, abs=0.15)
    own = predict_next_window(values, variances, fit.components)
    even = predict_next_window(values, variances, fit.components._replace(unevenness=0.0))
    z = (target - own.mean) / np.sqrt(own.variance)
    z_even = (target - even.mean) / np.sqrt(even.variance)
    calm = np.argsort(own.variance)[:1000]
    wild = np.argsort(own.variance)[-250:]
    # With the same ω² for all, intervals are far too wide for the calm and too narrow for the wild.
    assert np.mean(np.abs(z_even[calm]) < 1.96) > 0.99
    assert np.mean(np.abs(z_even[wild]) < 1.96) < 0.85
    assert np.mean(np.abs(z[calm]) < 1.96) == pytest.approx(0.95, abs=0.025)
    assert np.mean(np.abs(z[wild]) < 1.96) == pytest.approx(0.95, abs=0.05)


def gaussian_log_density(r: np.ndarray, V: np.ndarray) -> float:
    return float(-0.5 * (np.linalg.slogdet(2 * np.pi * V)[1] + r @ np.linalg.solve(V, r)))


def test_an_uneven_prediction_is_the_mixture_over_each_organisations_own_drift() -> None:
    components = VarianceComponents(0.3, 0.2, 0.6, unevenness=0.9)
    values, variances, _ = simulate(components, 5, 6, 15)
    _, means, _ = dense_restricted_likelihood(components, values, variances)
    result = predict_next_window(values, variances, components)
    z, weight = np.polynomial.hermite_e.hermegauss(60)
    for i in range(5):
        logs, centres, spreads = [], [], []
        for node in z:
            own = components._replace(drift=0.2 * math.exp(0.9 * node - 0.9**2 / 2))
            V = dense_covariance(own, variances[i])
            carried = sum(0.6**h for h in range(1, 7)) / 6
            g = np.array([own.lasting + own.drift * carried * 0.6 ** (5 - t) for t in range(6)])
            held = sum(0.6 ** abs(a - b) for a in range(6) for b in range(6)) / 36
            logs.append(gaussian_log_density(values[i] - means, V))
            centres.append(g @ np.linalg.solve(V, values[i] - means))
            spreads.append(own.lasting + own.drift * held - g @ np.linalg.solve(V, g))
        share = weight * np.exp(np.array(logs) - max(logs))
        share /= share.sum()
        mean = share @ np.array(centres)
        assert result.mean[i] == pytest.approx(mean, abs=1e-6)
        variance = share @ (np.array(spreads) + (np.array(centres) - mean) ** 2)
        assert result.own_variance[i] == pytest.approx(variance, rel=1e-5)


def test_the_unevenness_is_the_top_of_the_mixture_likelihood() -> None:
    truth = VarianceComponents(0.3, 0.2, 0.6, unevenness=1.2)
    values, variances, _ = simulate(truth, 60, 10, 16)
    fit = fit_drift(values, variances, uneven=True)
    z, weight = np.polynomial.hermite_e.hermegauss(80)

    def mixture(unevenness: float) -> float:
        total = 0.0
        for y, s2 in zip(values, variances, strict=True):
            logs = np.array(
                [
                    gaussian_log_density(
                        y - fit.period_means,
                        dense_covariance(
                            fit.components._replace(
                                drift=fit.components.drift * math.exp(unevenness * node - unevenness**2 / 2)
                            ),
                            s2,
                        ),
                    )
                    for node in z
                ]
            )
            total += logs.max() + math.log(weight @ np.exp(logs - logs.max()))
        return total

    best = mixture(fit.components.unevenness)
    assert mixture(0.98 * fit.components.unevenness) < best
    assert mixture(1.02 * fit.components.unevenness) < best


def test_even_drift_is_left_even() -> None:
    values, variances, _ = simulate(TELEPHONY, 400, 12, 10)
    assert fit_drift(values, variances, uneven=True).components.unevenness == 0


def test_nothing_lasting_and_nothing_drifting_lie_on_their_bounds() -> None:
    values, variances, _ = simulate(VarianceComponents(0.0, 0.0, 0.0), 60, 6, 11)
    fit = fit_drift(values, variances)
    assert fit.components.lasting < 1e-3
    assert fit.components.drift < 2e-3


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_order_and_empty_organisations_do_not_matter(seed: int) -> None:
    values, variances, _ = simulate(VarianceComponents(0.4, 0.1, 0.5), 20, 5, 12, gaps=0.1)
    order = np.random.default_rng(seed).permutation(20)
    once = predict_next_window(values, variances, TELEPHONY)
    again = predict_next_window(
        np.vstack([values[order], np.full(5, np.nan)]),
        np.vstack([variances[order], np.ones(5)]),
        TELEPHONY,
    )
    np.testing.assert_allclose(again.mean[:20], once.mean[order], atol=1e-10)
    np.testing.assert_allclose(again.variance[:20], once.variance[order], rtol=1e-9)
    assert np.isnan(again.mean[20])
    assert np.isnan(again.variance[20])
    fits = [fit_drift(v, s).components for v, s in ((values, variances), (values[order], variances[order]))]
    np.testing.assert_allclose(fits[0], fits[1], atol=1e-5)


@given(less=st.floats(0.05, 0.95), period=st.integers(0, 5))
def test_at_fixed_components_more_data_narrow_the_interval(less: float, period: int) -> None:
    values, variances, _ = simulate(TELEPHONY, 5, 6, 13, sampling=0.3)
    wide = predict_next_window(values, variances, TELEPHONY).own_variance[2]
    variances[2, period] *= less
    assert predict_next_window(values, variances, TELEPHONY).own_variance[2] < wide


def test_a_period_that_nobody_reported_is_passed_over() -> None:
    values, variances, _ = simulate(TELEPHONY, 30, 7, 14)
    values[:, 3] = np.nan
    fit = fit_drift(values, variances)
    assert np.isnan(fit.period_means[3])
    keep = [0, 1, 2, 4, 5, 6]
    seen = dense_covariance(fit.components, variances[0])[np.ix_(keep, keep)]
    precision = np.where(np.isnan(values), 0.0, 1 / variances).T
    assert DriftCovariance(precision, fit.components).log_determinant[0] == pytest.approx(
        np.linalg.slogdet(seen)[1], abs=1e-9
    )
    assert np.isfinite(predict_next_window(values, variances, fit.components).mean).all()


@pytest.mark.parametrize(
    ("values", "variances", "words"),
    [
        (np.zeros((5, 3)), np.ones((5, 3)), "values has 3 period.* Borrow the variance components"),
        (np.zeros((2, 6)), np.ones((2, 6)), "values has 2 unit"),
        (np.zeros((5, 6)), np.ones((5, 6)), "values do not differ"),
        (np.eye(6), np.zeros((6, 6)), r"sampling_variances\[0, 0\] is 0"),
        (np.eye(6), np.ones((6, 5)), "same shape"),
        (np.ones(6), np.ones(6), "must have 2 dimension"),
    ],
)
def test_bad_input_is_refused_with_its_rule(values: np.ndarray, variances: np.ndarray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fit_drift(values, variances)


@pytest.mark.parametrize(
    ("components", "words"),
    [
        (VarianceComponents(-0.1, 0.1, 0.1), "components.lasting is -0.1"),
        (VarianceComponents(0.1, np.inf, 0.1), "components.drift is inf"),
        (VarianceComponents(0.1, 0.1, 1.0), "components.correlation is 1"),
        (VarianceComponents(0.1, 0.1, 0.5, -1.0), "components.unevenness is -1"),
    ],
)
def test_impossible_components_are_refused(components: VarianceComponents, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        predict_next_window(np.eye(4), np.ones((4, 4)), components)


def test_an_unknown_method_and_a_window_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="method is 'mle'"):
        fit_drift(np.eye(6), np.ones((6, 6)), method="mle")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ValueError, match="window is 0"):
        predict_next_window(np.eye(4), np.ones((4, 4)), TELEPHONY, window=0)


@pytest.mark.slow
def test_recovery_and_coverage_over_many_regions() -> None:
    z, inside, runs = [], 0.0, 60
    for seed in range(runs):
        values, variances, target = simulate(TELEPHONY, 400, 12, 100 + seed, gaps=0.05)
        fit = fit_drift(values, variances)
        z.append((np.array(fit.components[:3]) - np.array(TELEPHONY[:3])) / fit.standard_errors)
        result = predict_next_window(values, variances, fit.components)
        inside += np.mean(np.abs(target - result.mean) < 1.96 * np.sqrt(result.variance))
    # No bias beyond three Monte Carlo errors, and standard errors that are what they say.
    assert np.abs(np.mean(z, axis=0)).max() < 3 / math.sqrt(runs)
    np.testing.assert_allclose(np.std(z, axis=0), 1, atol=4 / math.sqrt(2 * runs))
    assert inside / runs == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / (400 * runs)))


def test_an_area_predicted_with_the_means_of_all_is_predicted_as_among_all() -> None:
    """With England's period means a practice's prediction does not depend on who else is in its area."""
    rng = np.random.default_rng(5)
    values = rng.normal(0, 0.5, 400)[:, None] + rng.normal(0, 0.3, (400, 6)) + np.linspace(-1, 1, 6)
    sampling = np.full((400, 6), 0.05)
    fit = fit_drift(values, sampling)
    among_all = predict_next_window(values, sampling, fit.components)
    area = predict_next_window(values[:7], sampling[:7], fit.components, period_means=fit.period_means)
    np.testing.assert_allclose(area.mean, among_all.mean[:7], rtol=1e-6)
    np.testing.assert_allclose(area.own_variance, among_all.own_variance[:7], rtol=1e-9)
    np.testing.assert_array_equal(area.shared, 0)


@pytest.mark.parametrize(
    ("means", "words"),
    [([0.0, 0.0], "period_means has shape"), ([0.0, np.nan, 0.0], r"period_means\[1\] is missing")],
)
def test_known_means_must_fit(means: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        predict_next_window(
            np.zeros((3, 3)), np.ones((3, 3)), VarianceComponents(0.1, 0.1, 0.5), period_means=means
        )
