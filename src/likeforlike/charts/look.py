"""How all charts look: few colours that differ in lightness too, shapes that differ, and words instead of legends."""

from __future__ import annotations

from typing import Any

# One accent for what the chart is about, greys for the others: all can be told apart in black and white, and all but
# PALE are legible as text on paper (WCAG 2.2 AA: 4.5 to 1).
ACCENT, INK, PEER, PALE, PAPER = "#005eb8", "#212b32", "#5f7280", "#d8dde0", "#ffffff"
# Better and worse than expected: apart for every kind of colour blindness, and one twice as dark as the other.
BETTER, WORSE = "#3d8bc9", "#6b0f2e"
# vl-convert measures with what the machine has; the others are what other machines have.
FONT = "Arial, Liberation Sans, DejaVu Sans, sans-serif"
WIDTH = 560
CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": PAPER,
    # Room for a machine whose letters are wider than those that were measured.
    "padding": {"left": 24, "top": 14, "right": 24, "bottom": 5},
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "gridColor": PALE,
        "domainColor": PEER,
        "tickColor": PEER,
    },
    "title": {
        "anchor": "start",
        "color": INK,
        "fontSize": 14,
        "subtitleColor": INK,
        "subtitleFontSize": 10,
        "limit": WIDTH + 160,
    },
    "header": {
        "labelFontSize": 11,
        "labelFontWeight": "bold",
        "labelColor": INK,
        "titleColor": INK,
        "labelAnchor": "start",
        "labelLimit": 300,
    },
    "text": {"color": INK, "fontSize": 11},
}
