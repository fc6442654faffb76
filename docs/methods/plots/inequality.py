"""Draw the line behind the slope index of inequality: ten groups of an area by deprivation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLACK, BLUE, ORANGE, new_figure, save

from likeforlike.statistics.inequality import inequality_indices

SEED = 5
POPULATIONS = np.array([7200, 8100, 6000, 7700, 5900, 7000, 5800, 6100, 7300, 7400.0])
VALUES = np.array([75.1, 77.4, 79.9, 79.2, 80.8, 81.5, 82.6, 82.0, 84.1, 84.9])
ERRORS = np.array([0.9, 0.8, 0.9, 0.8, 1.0, 0.9, 1.0, 0.9, 0.8, 0.8])


def draw(folder: Path | None = None) -> Path:
    """Bars as wide as each group's part of the population, the fitted line and its two ends."""
    slope, relative, start = inequality_indices(VALUES, POPULATIONS, ERRORS, seed=SEED)
    share = POPULATIONS / POPULATIONS.sum()
    left = np.cumsum(share) - share
    figure, (axes,) = new_figure()
    axes.bar(left, VALUES, width=share, align="edge", color="#cfe0f3", edgecolor="white")
    axes.errorbar(left + share / 2, VALUES, 1.96 * ERRORS, fmt="o", color=BLUE, markersize=4, capsize=2)
    end = float(start + slope.value)
    axes.plot([0, 1], [start, end], color=ORANGE, linewidth=2)
    axes.annotate("", (1.02, end), (1.02, float(start)), arrowprops={"arrowstyle": "<->", "color": BLACK})
    text = f"slope index\n{slope.value:.1f} years\n({slope.lower:.1f} to {slope.upper:.1f})"
    axes.text(1.04, (float(start) + end) / 2, text, va="center")
    axes.set(
        ylim=(70, 90), xlim=(0, 1.22), title=f"Ten groups by deprivation: relative index {relative.value:.3f}"
    )
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], labels=["0", "25%", "50%", "75%", "100%"])
    axes.set(xlabel="population, most deprived first", ylabel="life expectancy (years)")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
