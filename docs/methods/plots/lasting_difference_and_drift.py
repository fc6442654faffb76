"""Draw one organisation's months with the prediction for the next twelve, and reliability by window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawing import BLACK, BLUE, GREY, ORANGE, new_figure, save

from likeforlike.statistics.drift import predict_next_window
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.drift_reliability import reliability

SEED = 12
TELEPHONY = VarianceComponents(lasting=0.39, drift=0.03, correlation=0.7)
DRIFTING = VarianceComponents(lasting=0.10, drift=0.30, correlation=0.9)
SAMPLING = 0.02
MONTHS = 12


def draw(folder: Path | None = None) -> Path:
    """Left: what the past year says of the next. Right: what a window of that many months is worth."""
    random = np.random.default_rng(SEED)
    lasting = random.normal(0, np.sqrt(DRIFTING.lasting), 200)
    drift = np.empty((200, 2 * MONTHS))
    drift[:, 0] = random.normal(0, np.sqrt(DRIFTING.drift), 200)
    for month in range(1, 2 * MONTHS):
        fresh = random.normal(0, np.sqrt(DRIFTING.drift * (1 - DRIFTING.correlation**2)), 200)
        drift[:, month] = DRIFTING.correlation * drift[:, month - 1] + fresh
    truth = lasting[:, None] + drift
    values = truth[:, :MONTHS] + random.normal(0, np.sqrt(SAMPLING), (200, MONTHS))
    prediction = predict_next_window(values, np.full(values.shape, SAMPLING), DRIFTING)
    shown = int(np.argmax(values[:, :6].mean(axis=1)))
    figure, (left, right) = new_figure(2)
    left.plot(np.arange(1, 13), values[shown], "o", color=GREY, markersize=4, label="observed")
    left.plot(np.arange(1, 25), truth[shown], color=BLACK, linewidth=0.8, label="true level")
    observed, mean = values[shown].mean(), prediction.mean[shown]
    half = 1.96 * np.sqrt(prediction.variance[shown])
    left.hlines(observed, 1, 12, color=ORANGE, label="mean of the window")
    left.hlines(mean, 13, 24, color=BLUE, label="predicted, with 95% interval")
    left.fill_between([13, 24], mean - half, mean + half, color=BLUE, alpha=0.15, linewidth=0)
    left.set(
        xlabel="month",
        ylabel="difference from the mean of all (logit)",
        title="The next window is the target",
    )
    left.legend(loc="lower left", fontsize=8)
    windows = np.arange(1, 37)
    for components, colour, name in ((TELEPHONY, BLUE, "mostly lasting"), (DRIFTING, ORANGE, "mostly drift")):
        for sampling, style in ((0.02, "-"), (0.5, "--")):
            values_by_window = [float(reliability(components, sampling, int(t))) for t in windows]
            label = f"{name}, s² = {sampling:g}"
            right.plot(windows, values_by_window, style, color=colour, label=label)
    right.axhline(0.7, color=GREY, linewidth=0.8)
    right.set(
        xlabel="months in the window", ylabel="reliability", ylim=(0, 1), title="More months need not help"
    )
    right.legend(loc="lower right", fontsize=8)
    return save(figure, __file__, folder)


if __name__ == "__main__":
    draw()
