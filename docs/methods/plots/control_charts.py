"""Draw an XmR chart with a rebase, and the points that each rule marks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLACK, BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.control_charts import Meaning, xmr_chart

SEED = 7
REBASE, BASELINE = 24, 14


def draw(folder: Path | None = None) -> Path:
    """Four years of an answered share: a bad month, a slow decline, and a new telephone system."""
    random = np.random.default_rng(SEED)
    values = 72 + 2.5 * random.standard_normal(48)
    values[8] -= 14
    values[14:21] += np.array([4, 2.5, 1, -0.5, -2, -3.5, -5]) - (values[14:21] - 72)
    values[REBASE:] += 9
    values[38:] += 4
    chart = xmr_chart(values, improvement="increase", rebase_at=[REBASE], baseline=BASELINE)
    months = np.arange(values.size)
    figure, (axes,) = new_figure()
    for part in (slice(0, REBASE), slice(REBASE, values.size)):
        axes.plot(months[part], chart.limits.centre[part], color=BLACK, linewidth=0.8)
        for line in (chart.limits.lower, chart.limits.upper):
            axes.plot(months[part], line[part], color=GREY, linestyle="--", linewidth=0.9)
    axes.plot(months, values, color=GREY, linewidth=0.8)
    for name, colour, mark, meaning in (
        ("common cause", GREY, "o", Meaning.COMMON_CAUSE),
        ("improvement", BLUE, "s", Meaning.IMPROVEMENT),
        ("concern", ORANGE, "D", Meaning.CONCERN),
    ):
        shown = chart.meaning == meaning
        axes.plot(months[shown], values[shown], mark, color=colour, markersize=5, label=name)
    axes.set(title="Answered calls, % by month; new telephone system in month 24", xlabel="month")
    axes.legend(loc="lower right")
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
