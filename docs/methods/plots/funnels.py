"""Draw a funnel of simulated practices and one of simulated hospitals with over-dispersion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLACK, BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.funnels import compare_with_limits, ratio_funnel_limits, shmi_control_limits
from likeforlike.statistics.overdispersion import log_ratio_scores, overdispersed_limits, shmi_funnel

SEED = 12


def draw(folder: Path | None = None) -> Path:
    """Left: nobody differs and counts are small. Right: hospitals differ (τ² = 0.008)."""
    random = np.random.default_rng(SEED)
    figure, (left, right) = new_figure(2)

    expected = random.gamma(2.0, 4.0, 400)
    ratio = random.poisson(expected) / expected
    grid = np.geomspace(0.6, 40, 300)
    outside = compare_with_limits(ratio, ratio_funnel_limits(expected, 0.998)) != 0
    left.plot(expected[~outside], ratio[~outside], ".", color=GREY, markersize=3)
    left.plot(expected[outside], ratio[outside], "D", color=BLACK, markersize=4)
    for limits, colour, name in (
        (ratio_funnel_limits(grid, 0.998), BLUE, "exact, 99.8%"),
        (shmi_control_limits(grid), ORANGE, "as the SHMI prints them"),
    ):
        left.plot(grid, limits.upper, color=colour, label=name)
        left.plot(grid, limits.lower, color=colour)
    left.set(ylim=(-0.1, 6), xlim=(0, 40), title="400 practices, all on target")
    left.set(xlabel="expected events", ylabel="observed / expected")
    left.legend(loc="upper right")

    expected = np.sort(random.uniform(300, 4500, 141))
    observed = random.poisson(expected * np.exp(random.normal(0, 0.09, 141)))
    funnel = shmi_funnel(observed, expected)
    inside = funnel.position == 0
    right.plot(expected[inside], funnel.value[inside], ".", color=GREY, markersize=4)
    right.plot(expected[~inside], funnel.value[~inside], "D", color=BLACK, markersize=4)
    grid = np.linspace(200, 4700, 200)
    scores = log_ratio_scores(grid, grid)
    for limits, colour, name in (
        (ratio_funnel_limits(grid), BLUE, "Poisson, 95%"),
        (overdispersed_limits(scores, tau2=funnel.overdispersion.tau2), ORANGE, "with τ², 95%"),
    ):
        right.plot(grid, limits.upper, color=colour, label=name)
        right.plot(grid, limits.lower, color=colour)
    right.set(ylim=(0.7, 1.4), title="141 hospitals that differ")
    right.set(xlabel="expected deaths")
    right.legend(loc="upper right")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
