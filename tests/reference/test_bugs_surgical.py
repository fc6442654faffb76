"""The BUGS example "Surgical: institutional ranking": a fully Bayesian posterior from our likelihood.

The example has normal logits, μ ~ N(0, 10⁶) and 1/σ² ~ Gamma(0.001, 0.001) (Spiegelhalter et al., BUGS
Examples volume 1). Our functions stop at the likelihood of (μ, σ); here it is weighed by those priors on a
grid, and the hospitals' posteriors are averaged over it. The published answer is one Markov chain with its
Monte Carlo errors.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from likeforlike.statistics.mixed_models import fit_binomial_intercepts
from likeforlike.statistics.quadrature import draw_from_density

MEANS = np.linspace(-3.6, -1.5, 43)
LOG_SIGMAS = np.linspace(math.log(0.02), math.log(2.5), 61)


@pytest.fixture(scope="module")
def published(reference_answers: Path) -> dict[str, dict[str, float]]:
    path = reference_answers / "bugs_surgical" / "published_mamba_surgical_posterior.csv"
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["hospital"]: {
                name: float(value) for name, value in row.items() if name != "hospital" and value
            }
            for row in csv.DictReader(file)
        }


@pytest.fixture(scope="module")
def draws(published: dict[str, dict[str, float]]) -> dict[str, np.ndarray]:
    """Draws of μ, σ² and the twelve proportions from the posterior, hyperparameters on a grid first."""
    hospitals = [name for name in published if len(name) == 1]
    events = np.array([published[name]["y"] for name in hospitals])
    trials = np.array([published[name]["n"] for name in hospitals])
    fit = fit_binomial_intercepts(events, trials, np.arange(12), nodes=25)
    log_weight = np.empty((MEANS.size, LOG_SIGMAS.size))
    for i, mean in enumerate(MEANS):
        for j, log_sigma in enumerate(LOG_SIGMAS):
            value, _ = fit.likelihood.value_and_slope(np.array([mean, log_sigma]))
            # Gamma(0.001, 0.001) on 1/σ², as a density of log σ.
            precision = math.exp(-2 * log_sigma)
            log_weight[i, j] = value - 2 * 0.001 * log_sigma - 0.001 * precision
    weight = np.exp(log_weight - log_weight.max()).ravel()
    # Nothing that matters lies beyond the grid.
    table = weight.reshape(log_weight.shape)
    assert table[[0, -1]].sum() + table[:, -1].sum() < 1e-3 * weight.sum()
    rng = np.random.default_rng(2024)
    chosen = rng.multinomial(60_000, weight / weight.sum())
    columns: dict[str, list[np.ndarray]] = {name: [] for name in (*hospitals, "mu", "s2")}
    width, height = MEANS[1] - MEANS[0], LOG_SIGMAS[1] - LOG_SIGMAS[0]
    for cell in np.flatnonzero(chosen):
        i, j = divmod(int(cell), LOG_SIGMAS.size)
        parameters = np.array([MEANS[i], LOG_SIGMAS[j]])
        at = fit.likelihood.intercepts(parameters)

        def log_density(values: np.ndarray, parameters: np.ndarray = parameters) -> np.ndarray:
            return fit.likelihood.log_density(parameters, values)

        drawn = draw_from_density(log_density, at.mode, at.scale, int(chosen[cell]), rng)
        for k, name in enumerate(hospitals):
            columns[name].append(special.expit(MEANS[i] + drawn[:, k]))
        size = int(chosen[cell])
        columns["mu"].append(MEANS[i] + width * (rng.random(size) - 0.5))
        columns["s2"].append(np.exp(2 * (LOG_SIGMAS[j] + height * (rng.random(size) - 0.5))))
    result = {name: np.concatenate(parts) for name, parts in columns.items()}
    result["pop_mean"] = special.expit(result["mu"])
    return result


@pytest.mark.parametrize("name", [*"ABCDEFGHIJKL", "mu", "s2", "pop_mean"])
def test_the_posterior_is_the_published_one(
    name: str, published: dict[str, dict[str, float]], draws: dict[str, np.ndarray]
) -> None:
    theirs, ours = published[name], draws[name]
    error = 4 * math.hypot(theirs["mcse"], ours.std() / math.sqrt(ours.size))
    assert ours.mean() == pytest.approx(theirs["post_mean"], abs=error)
    # A chain knows its spread and its quantiles less well than its mean: twice the error, and four times in
    # the tails, where the density is about a seventh of its height.
    assert ours.std() == pytest.approx(theirs["post_sd"], abs=2 * error)
    assert np.quantile(ours, 0.5) == pytest.approx(theirs["q50"], abs=1.5 * error)
    for quantile, column in ((0.025, "q2_5"), (0.975, "q97_5")):
        assert np.quantile(ours, quantile) == pytest.approx(theirs[column], abs=4 * error)


def test_expected_ranks_are_near_those_of_the_fitted_model(
    reference_answers: Path, draws: dict[str, np.ndarray]
) -> None:
    """The example's ranks: from each joint draw, then averaged (the file has none to compare with).

    R's are at one estimated σ from normal posteriors; averaging over σ pulls the ends in a little.
    """
    names = list("ABCDEFGHIJKL")
    proportions = np.column_stack([draws[name] for name in names])
    ranks = proportions.argsort(axis=1).argsort(axis=1) + 1
    path = reference_answers / "r_hierarchical" / "golden_glmer_surgical_nAGQ25_ranef.csv"
    with path.open(newline="", encoding="utf-8") as file:
        fitted = {row["group"]: float(row["ER"]) for row in csv.DictReader(file)}
    np.testing.assert_allclose(ranks.mean(axis=0), [fitted[name] for name in names], atol=0.15)
    # What the example teaches: even the place of the highest, H, is not certain.
    low, high = np.quantile(ranks[:, names.index("H")], [0.025, 0.975])
    assert (low, high) == (9, 12)
