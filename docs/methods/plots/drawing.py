"""One look for all plots of the method pages, and the same bytes each time a plot is drawn."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update(
    {
        # Random identifiers, outlines of fonts and today's date would make every drawing a new file.
        "svg.hashsalt": "likeforlike",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.sans-serif": ["Arial", "DejaVu Sans"],
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "figure.figsize": (7.2, 3.8),
        "figure.constrained_layout.use": True,
        "legend.frameon": False,
    }
)

import matplotlib.pyplot as plt  # noqa: E402 - the settings above must come first
from matplotlib.figure import Figure  # noqa: E402

# Distinguishable without colour vision, and dark enough on white (contrast of 4.5 or more).
BLUE, ORANGE, GREY, BLACK = "#005eb8", "#b34700", "#6a7380", "#212b32"


def new_figure(columns: int = 1, **options: bool) -> tuple[Figure, list[plt.Axes]]:
    """A figure with its axes side by side."""
    figure, axes = plt.subplots(1, columns, squeeze=False, **options)
    return figure, list(axes[0])


def save(figure: Figure, script: str, folder: Path | None = None) -> Path:
    """Write the figure beside its script (or into a folder) under the script's name."""
    source = Path(script)
    target = (folder or source.parent) / f"{source.stem}.svg"
    figure.savefig(target, metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return target
