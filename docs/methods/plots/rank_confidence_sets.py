"""Draw marginal and simultaneous confidence sets for ranks, and who may and must be in the last fifth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.rank_confidence_sets import (
    marginal_rank_sets,
    simultaneous_rank_sets,
    worst_places_sets,
)

SEED = 12
UNITS = 30


def draw(folder: Path | None = None) -> Path:
    """Thirty practices with real differences about three standard errors wide."""
    random = np.random.default_rng(SEED)
    errors = random.uniform(0.2, 0.6, UNITS)
    estimates = np.sort(random.normal(0, 1.2, UNITS))[::-1] + errors * random.standard_normal(UNITS)
    together = simultaneous_rank_sets(estimates, errors, best="highest", draws=2_000)
    alone = marginal_rank_sets(estimates, errors, best="highest", draws=2_000)
    fifth = UNITS // 5
    last = worst_places_sets(together, fifth)
    figure, (axes,) = new_figure()
    for name, colour, shown in (
        ("not in the last fifth", BLUE, ~last.may),
        ("may be", GREY, last.may & ~last.must),
        ("must be", ORANGE, last.must),
    ):
        place = together.rank[shown]
        axes.vlines(
            place, together.lower[shown], together.upper[shown], color=colour, linewidth=1.2, label=name
        )
        axes.vlines(place, alone.lower[shown], alone.upper[shown], color=colour, linewidth=4.5)
    axes.axhspan(UNITS - fifth + 0.5, UNITS + 0.5, color=GREY, alpha=0.12, linewidth=0)
    axes.set(title="95% sets for ranks: one practice (thick), all of them at once (thin)")
    axes.set(xlabel="rank of the estimate", ylabel="ranks that are possible", ylim=(UNITS + 1, 0))
    figure.legend(loc="outside lower center", ncols=3)
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
