"""Draw how a list with few wrong entries ends: decreasing probabilities and the share of false ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLACK, BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.multiplicity import list_with_few_false

SEED = 4
UNITS = 40
MOST_FALSE = 0.10


def draw(folder: Path | None = None) -> Path:
    """Bars: P of belonging. Line: the expected share of wrong entries in a list that ends there."""
    probabilities = np.sort(np.random.default_rng(SEED).beta(0.5, 0.7, UNITS))[::-1]
    listed, share = list_with_few_false(probabilities, MOST_FALSE)
    place = np.arange(1, UNITS + 1)
    figure, (axes,) = new_figure()
    axes.bar(place[listed], 100 * probabilities[listed], color=BLUE, label=f"listed: {listed.sum()} units")
    axes.bar(place[~listed], 100 * probabilities[~listed], color="#c8ced3", label="not listed")
    false = np.cumsum(1 - probabilities) / place
    axes.plot(place, 100 * false, color=ORANGE, label="expected share of wrong entries up to here")
    axes.axhline(100 * MOST_FALSE, color=BLACK, linewidth=0.8, linestyle="--")
    axes.text(UNITS, 100 * MOST_FALSE + 1.5, "10%", ha="right", color=GREY)
    axes.set(title=f"The list ends where {100 * share:.1f}% of it are expected to be wrong", ylim=(0, 105))
    axes.set(xlabel="units by decreasing probability", ylabel="%")
    axes.legend(loc="upper right")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
