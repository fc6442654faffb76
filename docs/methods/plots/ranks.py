"""Draw expected ranks and rank intervals of an area, and who is probably in its last fifth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.normal_ranks import normal_probability_of_worst_places, normal_rank_intervals

SEED = 5
UNITS = 40


def draw(folder: Path | None = None) -> Path:
    """Forty practices whose estimates are as uneven as their list sizes."""
    random = np.random.default_rng(SEED)
    variances = 0.1 * np.exp(random.normal(0, 1, UNITS))
    means = random.normal(0, 0.6, UNITS)
    ranks = normal_rank_intervals(means, variances, best="highest")
    last = normal_probability_of_worst_places(means, variances, UNITS // 5, best="highest")
    figure, (axes,) = new_figure()
    places = np.empty(UNITS)
    places[np.argsort(ranks.expected)] = np.arange(1, UNITS + 1)
    for name, colour, shown in (
        ("P(last fifth) at least 0.80", ORANGE, last >= 0.80),
        ("from 0.05 to 0.80", GREY, (last < 0.80) & (last > 0.05)),
        ("at most 0.05", BLUE, last <= 0.05),
    ):
        axes.vlines(
            places[shown], ranks.lower[shown], ranks.upper[shown], color=colour, linewidth=2, label=name
        )
        axes.plot(places[shown], ranks.expected[shown], "o", color=colour, markersize=4)
    axes.axhline(UNITS * 0.8 + 0.5, color=GREY, linestyle="--", linewidth=0.8)
    axes.set(title="Expected ranks of 40 practices with 95% intervals", ylim=(UNITS + 1, 0))
    axes.set(xlabel="practices in the order of expected rank", ylabel="rank (1 is best)")
    figure.legend(loc="outside lower center", ncols=3)
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
