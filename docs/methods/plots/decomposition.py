"""Draw one organisation's gap to the reference as parts that add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.decomposition import decompose_gap

NAMES = ["population", "staff", "premises", "the rest", "the whole gap"]


def draw(folder: Path | None = None) -> Path:
    """A made-up practice: gap, coefficients and covariates are in the page's example."""
    result = decompose_gap(
        gap=[-0.42],
        gap_variance=[0.006],
        covariates=[[0.30, 24.0, 0.35, 1.0]],
        reference=[0.17, 21.0, 0.45, 0.4],
        coefficients=[-0.9, -0.03, 0.8, 0.1],
        coefficient_covariance=np.diag([0.05, 0.0002, 0.04, 0.002]),
        groups=[0, 0, 1, 2],
    )
    parts, errors = result.parts[0], result.standard_errors[0]
    values = np.append(parts, parts.sum())
    spread = 1.96 * np.append(errors, np.sqrt(0.006))
    starts = np.append(np.concatenate([[0.0], np.cumsum(parts)[:-1]]), 0.0)
    figure, (axes,) = new_figure()
    places = np.arange(5)[::-1]
    axes.barh(places, values, left=starts, color=[BLUE, BLUE, BLUE, ORANGE, GREY], height=0.55)
    axes.errorbar(starts + values, places, xerr=spread, fmt="none", color="black", capsize=3)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(places, NAMES)
    axes.set(
        xlabel="difference from the reference (logit)", title="Each part starts where the last one ended"
    )
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
