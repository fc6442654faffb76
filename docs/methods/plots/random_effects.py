"""Draw twelve hospitals' mortality as observed and as a mixed model predicts it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLUE, GREY, new_figure, save

from likeforlike.statistics.mixed_models import draw_intercepts, fit_binomial_intercepts

# Operations and deaths, paediatric open-heart surgery under one year, England 1991-95: report to the Bristol
# Royal Infirmary Inquiry 2000.
OPERATIONS = np.array([143, 187, 323, 122, 164, 405, 239, 482, 195, 177, 581, 301])
DEATHS = np.array([41, 25, 24, 23, 25, 42, 24, 53, 26, 25, 58, 31])


def draw(folder: Path | None = None) -> Path:
    """Sampling intervals in grey, the model's 95% intervals in blue, ordered by the prediction."""
    fit = fit_binomial_intercepts(DEATHS, OPERATIONS, np.arange(12), nodes=25)
    drawn = fit.period_effects[0] + draw_intercepts(fit, 20_000, np.random.default_rng(1))
    share = 1 / (1 + np.exp(-drawn))
    low, middle, high = np.quantile(share, [0.025, 0.5, 0.975], axis=0)
    order = np.argsort(middle)
    places = np.arange(12)
    raw = (DEATHS / OPERATIONS)[order]
    error = 1.96 * np.sqrt(raw * (1 - raw) / OPERATIONS[order])
    figure, (axes,) = new_figure()
    axes.errorbar(raw, places - 0.14, xerr=error, fmt="o", color=GREY, label="as observed, sampling only")
    spread = np.abs(np.array([low, high]) - middle)[:, order]
    axes.errorbar(middle[order], places + 0.14, xerr=spread, fmt="s", color=BLUE, label="mixed model")
    overall = float(1 / (1 + np.exp(-fit.period_effects[0])))
    axes.axvline(overall, color=GREY, linewidth=0.8)
    axes.set_yticks(places, [f"hospital {i + 1}" for i in order])
    axes.set(
        xlabel="deaths per operation", title="The fewer the operations, the more a figure owes to the others"
    )
    axes.legend(loc="lower right")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
