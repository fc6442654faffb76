"""Draw how often each interval of a proportion holds the truth, with 30 trials, for every truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLACK, BLUE, ORANGE, new_figure, save
from scipy.stats import binom

from likeforlike.statistics.intervals import clopper_pearson_interval, wilson_interval

TRIALS = 30


def draw(folder: Path | None = None) -> Path:
    """Coverage summed over the binomial distribution: nothing is simulated."""
    events = np.arange(TRIALS + 1.0)
    truths = np.linspace(0.002, 0.998, 499)
    chance = binom.pmf(events, TRIALS, truths[:, None])
    figure, (axes,) = new_figure()
    for name, interval, colour in (
        ("Clopper–Pearson: never below", clopper_pearson_interval(events, TRIALS), BLUE),
        ("Wilson: 95% on average", wilson_interval(events, TRIALS), ORANGE),
    ):
        held = (interval.lower <= truths[:, None]) & (truths[:, None] <= interval.upper)
        axes.plot(100 * truths, 100 * (chance * held).sum(axis=1), color=colour, linewidth=1.2, label=name)
    axes.axhline(95, color=BLACK, linewidth=0.8, linestyle="--")
    axes.set(title=f"How often a 95% interval from {TRIALS} trials holds the truth", ylim=(82, 100.5))
    axes.set(xlabel="true percentage", ylabel="intervals that hold it (%)")
    axes.legend(loc="lower center")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
