"""Draw a series whose mean changes twice, and the segments that the search finds."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
from drawing import BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.breaks import find_mean_breaks

SEED = 21


def draw(folder: Path | None = None) -> Path:
    """Five years of months: up by 1.5 standard deviations in month 20, down by 2.5 in month 42."""
    random = np.random.default_rng(SEED)
    values = random.standard_normal(60)
    values[20:] += 1.5
    values[42:] -= 2.5
    found = find_mean_breaks(values, minimum_length=9, max_breaks=4, simulations=199)
    months = np.arange(values.size)
    figure, (left, right) = new_figure(2)
    left.plot(months, values, "o", color=GREY, markersize=3)
    edges = [0, *found.positions[found.suggested].tolist(), values.size]
    for start, stop in pairwise(edges):
        left.plot([start, stop - 1], [values[start:stop].mean()] * 2, color=BLUE, linewidth=2)
    left.set(title="Segments with the smallest BIC", xlabel="month")
    right.plot(np.arange(found.bic.size), found.bic, "o-", color=GREY, markersize=4)
    right.plot(found.suggested, found.bic[found.suggested], "o", color=ORANGE, markersize=8)
    right.set(title="BIC by number of breaks", xlabel="breaks", xticks=range(found.bic.size))
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
