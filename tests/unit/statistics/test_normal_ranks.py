"""Ranks of independent normal posteriors against integrals written out, draws, and R's expected ranks."""

from __future__ import annotations

import csv
from itertools import product
from math import prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from likeforlike.statistics import normal_ranks
from likeforlike.statistics.normal_ranks import (
    normal_probability_better_than,
    normal_probability_of_worst_places,
    normal_rank_intervals,
)
from likeforlike.statistics.rank_probabilities import probability_of_worst_places, rank_intervals

posteriors = st.lists(
    st.tuples(st.floats(-3, 3), st.sampled_from([0.01, 0.3, 1.0, 4.0])), min_size=1, max_size=9
)


def integrated(means: np.ndarray, deviations: np.ndarray, own: int) -> list[float]:
    """P(exactly r others are higher): every subset of others, integrated over the own value."""
    others = [k for k in range(means.size) if k != own]
    result = [0.0] * means.size
    for above in product([True, False], repeat=len(others)):

        def density(t: float, above: tuple[bool, ...] = above) -> float:
            chances = (
                norm.sf(t, means[k], deviations[k]) if up else norm.cdf(t, means[k], deviations[k])
                for k, up in zip(others, above, strict=True)
            )
            return float(norm.pdf(t, means[own], deviations[own]) * prod(chances))

        reach = 9 * deviations[own]
        result[sum(above)] += quad(
            density, means[own] - reach, means[own] + reach, points=sorted(means.tolist()), limit=400
        )[0]
    return result


def test_the_distribution_of_a_rank_equals_the_integral_over_subsets() -> None:
    means, deviations = np.array([0.0, 0.4, -0.3, 1.5]), np.array([1.0, 0.2, 0.6, 0.9])
    [(members, distribution)] = list(normal_ranks._distributions(means, deviations))
    for place, own in enumerate(members):
        np.testing.assert_allclose(distribution[place], integrated(means, deviations, own), atol=1e-7)
    worst = normal_probability_of_worst_places(means, deviations**2, 2, best="highest")
    np.testing.assert_allclose(
        worst, [sum(integrated(means, deviations, own)[2:]) for own in range(4)], atol=1e-7
    )


@settings(max_examples=25, deadline=None)
@given(posteriors, st.data())
def test_probabilities_add_up_and_flip(rows: list[tuple[float, float]], data: st.DataObject) -> None:
    means, variances = np.array(rows).T
    places = data.draw(st.integers(1, means.size))
    worst = normal_probability_of_worst_places(means, variances, places, best="highest")
    assert worst.sum() == pytest.approx(places, abs=2e-8)
    flipped = normal_probability_of_worst_places(-means, variances, places, best="lowest")
    np.testing.assert_allclose(worst, flipped, atol=1e-12)
    up, down = (normal_rank_intervals(means, variances, best=best) for best in ("highest", "lowest"))
    np.testing.assert_allclose(up.expected + down.expected, means.size + 1)
    assert (up.lower <= up.upper).all()


def test_polarity_flip_mirrors_ranks_and_order_of_rows_changes_nothing() -> None:
    stream = np.random.default_rng(2)
    means, variances = stream.normal(0, 1, 30), stream.uniform(0.05, 0.5, 30)
    up, down = (normal_rank_intervals(means, variances, best=best) for best in ("highest", "lowest"))
    np.testing.assert_array_equal(up.lower + down.upper, np.full(30, 31))
    order = stream.permutation(30)
    shuffled = normal_rank_intervals(means[order], variances[order], best="highest")
    np.testing.assert_array_equal(shuffled.lower, up.lower[order])
    np.testing.assert_array_equal(shuffled.upper, up.upper[order])


def test_the_grid_gives_what_draws_give() -> None:
    stream = np.random.default_rng(4)
    means, variances = stream.normal(0, 0.6, 40), stream.uniform(0.01, 0.4, 40)
    draws = means + np.sqrt(variances) * stream.standard_normal((40_000, 40))
    exact = normal_probability_of_worst_places(means, variances, 8, best="lowest")
    # Four Monte Carlo errors: 4·√(0.25/40,000) = 0.01.
    np.testing.assert_allclose(exact, probability_of_worst_places(draws, 8, best="lowest"), atol=0.01)
    ours, theirs = (
        normal_rank_intervals(means, variances, best="lowest"),
        rank_intervals(draws, best="lowest"),
    )
    np.testing.assert_allclose(ours.expected, theirs.expected, atol=0.2)
    assert np.abs(ours.lower - theirs.lower).max() <= 1
    assert np.abs(ours.upper - theirs.upper).max() <= 1


@pytest.mark.parametrize("size", [2, 3, 4, 7, 20])
def test_few_equal_posteriors_need_as_fine_a_grid_as_many(size: int) -> None:
    worst = normal_probability_of_worst_places(np.zeros(size), np.ones(size), 1, best="highest")
    np.testing.assert_allclose(worst, 1 / size, rtol=0, atol=1e-8)


def test_equal_posteriors_share_everything_equally() -> None:
    worst = normal_probability_of_worst_places(np.zeros(10), np.ones(10), 2, best="highest")
    np.testing.assert_allclose(worst, 0.2, atol=1e-8)
    intervals = normal_rank_intervals(np.zeros(10), np.ones(10), best="highest", level=0.7)
    np.testing.assert_allclose(intervals.expected, 5.5)
    # Each rank has probability 0.1: P(rank ≤ 2) = 0.2 is the first above 0.15.
    assert (intervals.lower == 2).all()
    assert (intervals.upper == 9).all()


def poisson_binomial_by_recursion(probabilities: list[float]) -> list[float]:
    distribution = [1.0]
    for p in probabilities:
        padded = [*distribution, 0.0]
        distribution = [(1 - p) * padded[k] + (p * padded[k - 1] if k else 0.0) for k in range(len(padded))]
    return distribution


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_count_of_better_ones_is_poisson_binomial(probabilities: list[float]) -> None:
    low, found = normal_ranks._poisson_binomial(np.array(probabilities))
    expected = poisson_binomial_by_recursion(probabilities)
    np.testing.assert_allclose(found, expected[low : low + found.size], atol=1e-14)
    assert sum(expected[:low]) + sum(expected[low + found.size :]) < 1e-14
    rest = normal_ranks._without_one(found, np.array(probabilities))
    for place in range(len(probabilities)):
        others = poisson_binomial_by_recursion(probabilities[:place] + probabilities[place + 1 :])
        padded = [*others, *[0.0] * (low + found.size)][low : low + found.size]
        np.testing.assert_allclose(rest[:, place], padded, atol=1e-12)


def test_chance_of_being_better_is_a_normal_probability() -> None:
    found = normal_probability_better_than([0.0, 1.0, 3.0], [1.0, 3.0, 1.0], 0, best="lowest")
    expected = [0.5, norm.cdf((0 - 1) / np.sqrt(4)), norm.cdf((0 - 3) / np.sqrt(2))]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("case", ["shmi2014apr_nAGQ25", "surgical_nAGQ25", "ae2018dec_nAGQ1"])
def test_expected_ranks_equal_those_of_mertools(reference_answers: Path, case: str) -> None:
    """merTools::expectedRank on glmer's predictions: rank n is the largest effect."""
    with (reference_answers / "r_hierarchical" / f"golden_glmer_{case}_ranef.csv").open() as file:
        rows = list(csv.DictReader(file))
    effects = [float(row["blup"]) for row in rows]
    variances = [float(row["cond_sd"]) ** 2 for row in rows]
    found = normal_rank_intervals(effects, variances, best="lowest")
    np.testing.assert_allclose(found.expected, [float(row["ER"]) for row in rows], rtol=1e-6)


@pytest.mark.parametrize(
    ("means", "variances", "message"),
    [
        ([0.0, 1.0], [1.0], "must have the same shape"),
        ([0.0, np.nan], [1.0, 1.0], r"means\[1\] is nan"),
        ([0.0, 1.0], [1.0, 0.0], r"variances\[1\] is 0: it must be greater than 0"),
        ([], [], "means has 0 unit"),
    ],
)
def test_bad_posteriors_are_refused(means: list[float], variances: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        normal_rank_intervals(means, variances, best="highest")


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="places is 2: there are only 1"):
        normal_probability_of_worst_places([0.0], [1.0], 2, best="highest")
    with pytest.raises(ValueError, match="organisation is 1"):
        normal_probability_better_than([0.0], [1.0], 1, best="highest")


def known_truths(counties: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counties whose true values come from the prior: P(last fifth), whether it was so, covered ranks."""
    size, tau = 30, 0.6
    stream = np.random.default_rng(31)
    chances, outcomes, covered = [], [], []
    for _ in range(counties):
        sampling = 0.1 * np.exp(stream.normal(0, 0.8, size))
        truth = stream.normal(0, tau, size)
        seen = truth + np.sqrt(sampling) * stream.standard_normal(size)
        shrinkage = tau**2 / (tau**2 + sampling)
        means, variances = shrinkage * seen, shrinkage * sampling
        ranks = 1 + np.argsort(np.argsort(-truth))
        chances.append(normal_probability_of_worst_places(means, variances, size // 5, best="highest"))
        outcomes.append(ranks > size - size // 5)
        intervals = normal_rank_intervals(means, variances, best="highest")
        covered.append((intervals.lower <= ranks) & (ranks <= intervals.upper))
    return np.concatenate(chances), np.concatenate(outcomes), np.concatenate(covered)


def check_calibration(counties: int) -> None:
    chances, outcomes, covered = known_truths(counties)
    # Ranks are whole numbers, so a 95% interval may hold a little more than 95%.
    assert 0.95 - 4 * np.sqrt(0.95 * 0.05 / covered.size) <= covered.mean() <= 0.98
    for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.0)):
        inside = (chances >= low) & (chances <= high)
        error = np.sqrt((chances[inside] * (1 - chances[inside])).sum()) / inside.sum()
        assert outcomes[inside].mean() == pytest.approx(chances[inside].mean(), abs=4 * error)


def test_probabilities_and_intervals_hold_what_they_say_in_few_counties() -> None:
    check_calibration(counties=20)


@pytest.mark.slow
def test_probabilities_and_intervals_hold_what_they_say() -> None:
    check_calibration(counties=300)


def test_posteriors_far_apart_or_very_unlike_in_width_need_no_finer_grid() -> None:
    """What is known to be 0 is the worst of three where both others are above it; angles give the rest."""
    between = np.arctan(0.5) / (2 * np.pi)
    worst = normal_probability_of_worst_places([0, 0, 0], [1e-14, 1, 4], 1, best="highest")
    assert worst == pytest.approx([0.25, 0.25 + between, 0.5 - between], abs=1e-8)
    apart = normal_probability_of_worst_places([0, 1e9, 1e6], [1, 1, 1e-30], 1, best="highest")
    assert apart == pytest.approx([1, 0, 0], abs=1e-12)
    assert normal_rank_intervals([5e9, 5e9], [1e-30, 1e-30], best="highest").lower.tolist() == [1, 1]
