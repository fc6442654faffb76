"""Draw the fifths of a small area list with ties, lowest first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.quantile_groups import quantile_groups

SEED = 3
UNITS = 42


def draw(folder: Path | None = None) -> Path:
    """Whole-number percentages: ties cross a border together."""
    values = np.sort(np.random.default_rng(SEED).binomial(60, 0.3, UNITS))
    groups = quantile_groups(values).group
    figure, (axes,) = new_figure()
    for group in range(1, 6):
        inside = np.flatnonzero(groups == group)
        colour = (BLUE, GREY, ORANGE, GREY, BLUE)[group - 1]
        axes.bar(inside + 1, values[inside], color=colour, width=0.8)
        label = f"fifth {group}\n{inside.size} units"
        axes.text(inside.mean() + 1, values[inside].max() + 0.7, label, ha="center", va="bottom")
    axes.set(title=f"{UNITS} units in fifths: tied values are never parted", ylim=(0, values.max() + 5))
    axes.set(xlabel="rank, lowest first", ylabel="value")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
