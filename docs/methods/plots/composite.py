"""Draw composites with their uncertainty, and how far other weightings would move them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.composite import composite_moments, draw_weightings
from likeforlike.statistics.joint_draws import condition_effects, fit_effect_population

SEED = 8
WEIGHTS = np.array([2.0, 1.0, 1.0])


def draw(folder: Path | None = None) -> Path:
    """Fifteen of 150 simulated organisations with three indicators, a fifth of the figures missing."""
    random = np.random.default_rng(SEED)
    covariance = np.array([[0.5, 0.25, 0.0], [0.25, 0.4, 0.0], [0.0, 0.0, 0.3]])
    truth = random.multivariate_normal(np.zeros(3), covariance, 150)
    variances = random.uniform(0.05, 0.3, truth.shape)
    effects = truth + random.normal(size=truth.shape) * np.sqrt(variances)
    effects[random.random(truth.shape) < 0.2] = np.nan
    posterior = condition_effects(effects, variances, fit_effect_population(effects, variances))
    shown = np.arange(15)
    mean, variance = composite_moments(posterior.mean, posterior.covariance, WEIGHTS)
    others = np.array(
        [
            composite_moments(posterior.mean, posterior.covariance, weights).mean
            for weights in draw_weightings(WEIGHTS, 20, 1000, random)
        ]
    )
    low, high = np.quantile(others, [0.025, 0.975], axis=0)
    order = shown[np.argsort(mean[shown])]
    places = np.arange(15)
    gaps = np.isnan(effects[order]).any(axis=1)
    figure, (axes,) = new_figure()
    axes.errorbar(
        places,
        mean[order],
        yerr=1.96 * np.sqrt(variance[order]),
        fmt="none",
        color=GREY,
        label="95% interval",
    )
    axes.vlines(
        places + 0.2, low[order], high[order], color=ORANGE, linewidth=3, label="1,000 other weightings"
    )
    axes.plot(places[~gaps], mean[order][~gaps], "o", color=BLUE, label="composite, all indicators")
    axes.plot(
        places[gaps],
        mean[order][gaps],
        "o",
        color=BLUE,
        fillstyle="none",
        label="composite, one or more drawn",
    )
    axes.set_xticks(places, [f"{i + 1}" for i in order])
    axes.set(xlabel="organisation", ylabel="composite", title="What chance and what the weights could change")
    axes.legend(loc="upper left", fontsize=8)
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
