"""Draw how four measures of agreement fall as a ranking is shaken more and more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.agreement import jaccard, kendall_tau, rank_biased_overlap

SEED = 9
UNITS = 100
LISTED = 20
REPEATS = 60


def draw(folder: Path | None = None) -> Path:
    """A hundred units with normal truths, measured twice with the same reliability."""
    random = np.random.default_rng(SEED)
    reliabilities = np.linspace(0.02, 0.98, 25)
    measures: dict[str, list[float]] = {
        "Kendall's τ": [],
        "rank-biased overlap": [],
        "Jaccard, last fifth": [],
    }
    for reliability in reliabilities:
        results = []
        for _ in range(REPEATS):
            truth = random.normal(0, np.sqrt(reliability), UNITS)
            first, second = truth + random.normal(0, np.sqrt(1 - reliability), (2, UNITS))
            orders = [np.argsort(-figures) for figures in (first, second)]
            lists = np.zeros((2, UNITS))
            for flags, order in zip(lists, orders, strict=True):
                flags[order[:LISTED]] = 1
            overlap = rank_biased_overlap(orders[0].tolist(), orders[1].tolist(), 0.95)
            results.append((kendall_tau(first, second), overlap, jaccard(*lists)))
        for values, mean in zip(measures.values(), np.mean(results, axis=0), strict=True):
            values.append(float(mean))
    figure, (axes,) = new_figure()
    for (name, values), colour in zip(measures.items(), (GREY, BLUE, ORANGE), strict=True):
        axes.plot(reliabilities, values, color=colour, label=name)
    axes.set(title="Two months of the same 100 units: how far do the lists agree?", ylim=(0, 1))
    axes.set(xlabel="reliability of one month", ylabel="agreement")
    axes.legend(loc="upper left")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
