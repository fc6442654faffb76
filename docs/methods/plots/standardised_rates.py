"""Draw Dobson's interval and the gamma interval of a directly standardised rate as one weight grows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLACK, BLUE, ORANGE, new_figure, save

from likeforlike.statistics.standardisation import directly_standardised_rate, gamma_interval_of_rate

SEED = 20240
DRAWS = 4000
MEANS = np.array([0.5, 6.0, 12.0, 15.0, 10.0])


def draw(folder: Path | None = None) -> Path:
    """Coverage against the weight of a band in which half an event is expected."""
    random = np.random.default_rng(SEED)
    events = random.poisson(MEANS, (DRAWS, MEANS.size))
    weights = np.geomspace(1, 60, 25)
    dobson, gamma, warned = [], [], []
    for weight in weights:
        population, standard = np.array([1 / weight, 1, 1, 1, 1]), np.ones(5)
        truth = (MEANS / population).mean()
        rate = directly_standardised_rate(events, population, standard)
        dobson.append(((rate.lower <= truth) & (truth <= rate.upper)).mean())
        warned.append(rate.too_narrow.mean() > 0.5)
        _, lower, upper = gamma_interval_of_rate(events, population, standard)
        gamma.append(((lower <= truth) & (truth <= upper)).mean())
    figure, (axes,) = new_figure()
    axes.plot(weights, 100 * np.array(gamma), color=BLUE, label="gamma (Fay and Feuer)")
    axes.plot(weights, 100 * np.array(dobson), color=ORANGE, label="Dobson")
    axes.axvspan(
        weights[int(np.argmax(warned))], weights[-1], color=ORANGE, alpha=0.12, label="too_narrow warns"
    )
    axes.axhline(95, color=BLACK, linewidth=0.8, linestyle="--")
    axes.set(xscale="log", ylim=(50, 101), title="One band with few events and a growing weight")
    axes.set_xticks([1, 2, 5, 10, 20, 50], labels=["1", "2", "5", "10", "20", "50"])
    axes.minorticks_off()
    axes.set(xlabel="weight of that band, times the others'", ylabel="intervals that hold the truth (%)")
    axes.legend(loc="lower left")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
