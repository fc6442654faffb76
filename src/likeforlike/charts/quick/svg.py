"""The few elements that a quick drawing is made of, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Literal

from likeforlike.charts.look import FONT, INK

WIDTH = 560.0
Anchor = Literal["start", "middle", "end"]
Scale = Callable[[float], float]


def draw(height: float, elements: Iterable[str]) -> str:
    """A drawing of the width of a page."""
    family = FONT.replace('"', "")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{height:g}" '
        f'viewBox="0 0 {WIDTH:g} {height:g}" font-family="{family}">{"".join(elements)}</svg>'
    )


def scale_to(least: float, most: float, start: float, end: float) -> Scale:
    """From figures to places; what lies outside stands at the edge."""
    span = (most - least) or 1.0

    def place(value: float) -> float:
        return start + (end - start) * (min(max(value, least), most) - least) / span

    return place


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 9,
    anchor: Anchor = "start",
    fill: str = INK,
    bold: bool = False,
) -> str:
    """Words on a line."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}"{weight}>'
        f"{escape(words)}</text>"
    )


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str, width: float = 1) -> str:
    """A straight line."""
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{stroke}" stroke-width="{width:g}" fill="none"/>'


def lines(
    points: Sequence[Sequence[tuple[float, float]]],
    *,
    stroke: str,
    dash: Sequence[int] = (),
    width: float = 1.5,
) -> str:
    """Lines through points, one for each run of them; a gap stays a gap."""
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run) for run in points if run)
    dashed = f' stroke-dasharray="{" ".join(map(str, dash))}"' if dash else ""
    return f'<path d="{path}" stroke="{stroke}" stroke-width="{width:g}" fill="none"{dashed}/>'


def ticks(xs: Iterable[float], top: float, bottom: float, *, stroke: str, width: float = 0.7) -> str:
    """Thin upright lines, one path for all."""
    path = "".join(f"M{x:.1f} {top:.1f}V{bottom:.1f}" for x in xs)
    return f'<path d="{path}" stroke="{stroke}" stroke-width="{width:g}" fill="none"/>'


def dot(x: float, y: float, *, fill: str, radius: float = 4) -> str:
    """A filled circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}"/>'


def diamond(x: float, y: float, *, stroke: str = INK, size: float = 5) -> str:
    """A hollow diamond."""
    return (
        f'<path d="M{x:.1f} {y - size:.1f}l{size:g} {size:g}l{-size:g} {size:g}l{-size:g} {-size:g}Z" '
        f'fill="white" stroke="{stroke}" stroke-width="1.2"/>'
    )


def bar(x1: float, x2: float, y: float, height: float, *, fill: str, stroke: str = "none") -> str:
    """A bar between two places."""
    return (
        f'<rect x="{min(x1, x2):.1f}" y="{y:.1f}" width="{abs(x2 - x1):.1f}" height="{height:g}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="0.6"/>'
    )
