"""Draw how far ratios of observed to expected are drawn to the mean of all, by size of the organisation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLUE, GREY, new_figure, save

from likeforlike.statistics.empirical_bayes import fit_gamma_poisson, gamma_poisson_posterior

SEED = 4


def draw(folder: Path | None = None) -> Path:
    """Sixty simulated organisations whose true ratios vary by a tenth."""
    random = np.random.default_rng(SEED)
    expected = np.exp(random.uniform(np.log(5), np.log(900), 60))
    events = random.poisson(expected * random.gamma(100, 1 / 100, 60))
    posterior = gamma_poisson_posterior(events, expected, fit_gamma_poisson(events, expected))
    figure, (axes,) = new_figure()
    for e, raw, drawn in zip(expected, events / expected, posterior.mean, strict=True):
        axes.plot([e, e], [raw, drawn], color=GREY, linewidth=0.8)
    axes.plot(expected, events / expected, "o", color=GREY, markersize=4, label="observed / expected")
    axes.plot(expected, posterior.mean, "s", color=BLUE, markersize=4, label="posterior mean")
    axes.set(xscale="log", xlabel="expected events (log scale)", ylabel="ratio")
    axes.set(title="Extremes among the small are mostly chance")
    axes.legend(loc="upper right")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
