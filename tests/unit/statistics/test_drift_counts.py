"""Counts over a drifting level: where Laplace's approximation is exact, where it is near, and how near."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from likeforlike.statistics.drift import fit_drift, predict_next_window
from likeforlike.statistics.drift_counts import Family, fit_drift_counts, predict_next_window_counts
from likeforlike.statistics.drift_covariance import VarianceComponents

TRUTH = VarianceComponents(lasting=0.39, drift=0.10, correlation=0.7)


def simulate(
    family: Family, n: int, periods: int, size: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Events and denominators (n, T), and the true mean of a + d over the T periods that follow."""
    rng = np.random.default_rng(seed)
    lasting = rng.normal(0, math.sqrt(TRUTH.lasting), n)
    drift = np.empty((n, 2 * periods))
    drift[:, 0] = rng.normal(0, math.sqrt(TRUTH.drift), n)
    for t in range(1, 2 * periods):
        fresh = rng.normal(0, math.sqrt(TRUTH.drift * (1 - 0.49)), n)
        drift[:, t] = 0.7 * drift[:, t - 1] + fresh
    linear = lasting[:, None] + drift
    below = np.ceil(size * np.exp(rng.normal(0, 0.3, (n, periods))))
    now = linear[:, :periods]
    if family == "poisson":
        below = below * size / np.ceil(size)
        events = rng.poisson(below * np.exp(now))
    else:
        events = rng.binomial(below.astype(int), 1 / (1 + np.exp(-now - 0.5)))
    return events.astype(float), below, linear[:, periods:].mean(axis=1)


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_large_counts_give_what_the_normal_model_gives(family: Family) -> None:
    events, below, _ = simulate(family, 80, 6, 1e6, 1)
    if family == "poisson":
        values, variances = np.log(events / below), 1 / events
    else:
        values = np.log(events / (below - events))
        variances = 1 / events + 1 / (below - events)
    normal, counts = fit_drift(values, variances), fit_drift_counts(events, below, family)
    np.testing.assert_allclose(counts.components, normal.components, rtol=1e-4)
    np.testing.assert_allclose(counts.standard_errors, normal.standard_errors, rtol=2e-3)
    one = predict_next_window(values, variances, normal.components)
    other = predict_next_window_counts(events, below, normal.components, family)
    np.testing.assert_allclose(other.mean, one.mean, atol=1e-5)
    np.testing.assert_allclose(other.variance, one.variance, rtol=1e-4)


def brute_posterior(y: np.ndarray, e: np.ndarray, means: np.ndarray) -> tuple[float, float]:
    """Mean and variance of the next two periods' a + d after two Poisson counts, summed over a fine grid."""
    joint = np.array([[0.49, 0.46], [0.46, 0.49]])
    grid = np.linspace(-4.5, 4.5, 601)
    x = np.stack(np.meshgrid(grid, grid, indexing="ij"), axis=-1)
    weight = stats.multivariate_normal([0, 0], joint).pdf(x)
    for t in range(2):
        weight = weight * stats.poisson.pmf(y[t], e[t] * np.exp(means[t] + x[..., t]))
    weight /= weight.sum()
    link = np.array([0.39 + 0.1 * (0.7**2 + 0.7**3) / 2, 0.39 + 0.1 * (0.7 + 0.7**2) / 2])
    slope = np.linalg.solve(joint, link)
    along = x @ slope
    mean = float((weight * along).sum())
    target = 0.39 + 0.1 * (2 + 2 * 0.7) / 4
    return mean, float((weight * (along - mean) ** 2).sum()) + target - float(link @ slope)


def test_predictions_from_small_counts_are_near_brute_force() -> None:
    # Many organisations, so that the period means are as good as known, and three whose counts are looked at.
    events, below, _ = simulate("poisson", 600, 2, 3.0, 2)
    events[:3], below[:3] = [[0, 0], [3, 2], [14, 9]], 3.0
    result = predict_next_window_counts(events, below, TRUTH, "poisson")
    # The period means that the prediction used, to compare like with like.
    means = np.log(events.mean(axis=0) / (below * math.exp(0.49 / 2)).mean(axis=0))
    errors = []
    for i in range(3):
        mean, variance = brute_posterior(events[i], below[i], means)
        errors.append((result.mean[i] - mean) / math.sqrt(variance))
        assert result.own_variance[i] == pytest.approx(variance, rel=0.12)
    # Laplace takes the mode for the mean: a fifth of a standard deviation without any event, less with some.
    assert abs(errors[0]) < 0.25
    assert np.abs(errors[1:]).max() < 0.15


@pytest.mark.parametrize(("family", "size"), [("poisson", 5.0), ("binomial", 30.0)])
def test_what_was_put_in_is_recovered_from_small_counts(family: Family, size: float) -> None:
    events, below, target = simulate(family, 500, 10, size, 3)
    fit = fit_drift_counts(events, below, family)
    z = (np.array(fit.components[:3]) - np.array(TRUTH[:3])) / fit.standard_errors
    assert np.abs(z).max() < 3
    result = predict_next_window_counts(events, below, TRUTH, family)
    z = (target - result.mean) / np.sqrt(result.variance)
    assert np.mean(np.abs(z) < 1.96) == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / 500))


@pytest.mark.slow
@pytest.mark.parametrize(("family", "size"), [("poisson", 5.0), ("binomial", 30.0)])
def test_predictions_with_fitted_components_cover_on_average(family: Family, size: float) -> None:
    inside = []
    for seed in range(40):
        events, below, target = simulate(family, 500, 10, size, 100 + seed)
        fit = fit_drift_counts(events, below, family)
        result = predict_next_window_counts(events, below, fit.components, family)
        inside.append(np.mean(np.abs(target - result.mean) < 1.96 * np.sqrt(result.variance)))
    # The components move all organisations of a run together, so the runs are the sample.
    assert np.mean(inside) == pytest.approx(0.95, abs=3 * float(np.std(inside)) / math.sqrt(40))


def test_order_and_missing_organisations_do_not_matter() -> None:
    events, below, _ = simulate("poisson", 30, 6, 5.0, 4)
    events[2, 3], below[5, 1] = np.nan, 0.0
    events[5, 1] = 0.0
    once = predict_next_window_counts(events, below, TRUTH, "poisson")
    order = np.random.default_rng(0).permutation(30)
    again = predict_next_window_counts(
        np.vstack([events[order], np.full(6, np.nan)]),
        np.vstack([below[order], np.ones(6)]),
        TRUTH,
        "poisson",
    )
    np.testing.assert_allclose(again.mean[:30], once.mean[order], atol=1e-7)
    assert np.isnan(again.mean[30])


def test_at_fixed_components_a_longer_look_narrows_the_interval() -> None:
    events, below, _ = simulate("poisson", 30, 6, 5.0, 5)
    wide = predict_next_window_counts(events, below, TRUTH, "poisson").own_variance[4]
    events[4], below[4] = 10 * events[4], 10 * below[4]
    assert predict_next_window_counts(events, below, TRUTH, "poisson").own_variance[4] < wide


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"family": "normal"}, "family is 'normal'"),
        ({"events": -np.ones((4, 5))}, r"events\[0, 0\] is -1"),
        ({"events": 3 * np.ones((4, 5)), "family": "binomial"}, "events must not exceed trials"),
        ({"events": np.zeros((4, 5))}, r"events\[:, 0\] are none or all"),
        ({"denominator": np.ones((4, 4))}, "same shape"),
    ],
)
def test_bad_input_is_refused_with_its_place(changes: dict[str, object], words: str) -> None:
    arguments = {
        "events": np.ones((4, 5)),
        "denominator": 2 * np.ones((4, 5)),
        "family": "poisson",
        **changes,
    }
    with pytest.raises(ValueError, match=words):
        fit_drift_counts(**arguments)  # type: ignore[arg-type]  # wrong on purpose


def test_events_that_are_all_or_nothing_are_refused_with_a_way_out() -> None:
    events = np.tile([[1.0], [0.0], [1.0], [0.0]], (1, 6))
    with pytest.raises(ValueError, match=r"events do not limit the variance .* borrow"):
        fit_drift_counts(events, np.ones((4, 6)), "binomial")


def test_counts_that_vary_by_chance_alone_find_no_variance() -> None:
    events = np.random.default_rng(6).poisson(3.0, (80, 6)).astype(float)
    fit = fit_drift_counts(events, np.full((80, 6), 3.0), "poisson")
    assert fit.components.lasting < 0.03
    assert fit.components.drift < 0.06


def test_uneven_components_are_refused() -> None:
    with pytest.raises(ValueError, match="counts are predicted with even drift"):
        predict_next_window_counts(
            np.ones((4, 5)), np.ones((4, 5)), TRUTH._replace(unevenness=1.0), "poisson"
        )
