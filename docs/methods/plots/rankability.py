"""Draw how many of an observed last fifth truly belong to it, as rankability grows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLUE, GREY, new_figure, save

from likeforlike.statistics.rankability import rankability

SEED = 3
UNITS = 100
REPEATS = 400


def draw(folder: Path | None = None) -> Path:
    """A hundred practices with the same standard error of 1 and more and more real differences."""
    random = np.random.default_rng(SEED)
    fifth = UNITS // 5
    between = np.geomspace(0.01, 100, 25)
    shares = []
    for variance in between:
        truth = random.normal(0, np.sqrt(variance), (REPEATS, UNITS))
        seen = truth + random.standard_normal((REPEATS, UNITS))
        cuts = [np.partition(figures, fifth, axis=1)[:, fifth : fifth + 1] for figures in (truth, seen)]
        shares.append(float(np.mean((truth < cuts[0])[seen < cuts[1]])))
    figure, (axes,) = new_figure()
    axes.plot([rankability(variance, np.ones(UNITS)) for variance in between], shares, color=BLUE)
    axes.axhline(0.2, color=GREY, linestyle="--", linewidth=0.8)
    axes.annotate("drawn blindly", (0.72, 0.22), color=GREY)
    axes.set(title="Of the 20 lowest of 100 practices, how many truly are?", xlim=(0, 1), ylim=(0, 1))
    axes.set(xlabel="rankability", ylabel="share that truly is")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
