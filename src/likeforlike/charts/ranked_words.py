"""The axis of a chart of ranges, and the words that stand beside these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from likeforlike.charts.indicator_chart import (
    GLYPHS,
    fixed_y,
    rows_of,
    words_at,
)
from likeforlike.charts.look import INK
from likeforlike.charts.ranked_basis import POSITION, Basis
from likeforlike.present import wording

# Of words beside ranges, in points of the drawing.
WORDS_LINE, WORDS_GAP = 12.0, 8.0
MOST_TICKS = 8
# In characters.
LONGEST_NAME = 42


def axis_of(basis: Basis) -> alt.X:
    return alt.X(
        "at:Q",
        title=basis.title,
        scale=alt.Scale(domain=list(basis.domain), nice=False, clamp=True),
        axis=alt.Axis(format=",.6~g", tickCount=6)
        if basis.heading != POSITION
        else alt.Axis(format=",d", values=_positions_named(len(basis.ranges))),
    )


def _positions_named(number: int) -> list[int]:
    """The first position and about six round ones.

    >>> _positions_named(42)
    [1, 10, 20, 30, 40]
    """
    step = next(step for step in (1, 2, 5, 10, 20, 50) if number / step <= MOST_TICKS)
    return [1, *range(step if step > 1 else 2, number + 1, step)]


def zero_line(basis: Basis, at: alt.X) -> list[Any]:
    """The line of what is expected, named above."""
    if not basis.zero:
        return []
    base = alt.Chart(rows_of([{"at": 0, "text": basis.zero}]))
    return [
        base.mark_rule(color=INK, strokeDash=[4, 3]).encode(x=at),
        base.mark_text(baseline="bottom", dy=-4, fontStyle="italic", fontSize=10).encode(
            x=at, y=fixed_y(0), text=alt.Text("text:N")
        ),
    ]


def state_words(
    basis: Basis, at: alt.X, *, height: float, below: Mapping[str, list[str]] | None = None
) -> list[Any]:
    """Each state's words and number about the middle one of those in it, on the side that has room.

    `below` are names to stand under the words of a state; `height` is that of the chart.
    """
    counted = Counter(one.state for one in basis.ranges)
    shown = [state for state in GLYPHS if counted[state] and basis.states]
    middles = {
        state: [place for place, one in enumerate(basis.ranges) if one.state == state][counted[state] // 2]
        for state in shown
    }
    shown.sort(key=lambda state: middles[state])
    lines = [len((below or {}).get(state, [])) for state in shown]
    heights = stack_words(
        [(middles[state] + 0.5) / len(basis.ranges) * height for state in shown], lines, height
    )
    layers: list[Any] = []
    low, high = basis.domain
    for state, at_height in zip(shown, heights, strict=True):
        one = basis.ranges[min(int(at_height / height * len(basis.ranges)), len(basis.ranges) - 1)]
        right = one.upper - low < high - one.lower
        row: dict[str, Any] = {"at": min(one.upper, high) if right else max(one.lower, low)}
        side, dx = ("left", 10) if right else ("right", -10)
        words = row | {"text": f"{GLYPHS[state]} {wording.sentence(state)} ({counted[state]:,})"}
        layers += words_at(_word(words, at, at_height), align=side, bold=True, dx=dx)
        names = (below or {}).get(state)
        if names:
            under = _word(row | {"text": names}, at, at_height + WORDS_LINE)
            layers += words_at(under, align=side, dx=dx, fontSize=9, lineHeight=WORDS_LINE)
    return layers


def stack_words(places: Sequence[float], lines: Sequence[int], height: float) -> list[float]:
    """Where words with so many lines below them stand, from above, without lying on each other or on the axis.

    >>> stack_words([10.0, 12.0, 99.0], [3, 0, 0], 100.0)
    [10.0, 66.0, 92.0]
    """
    stacked: list[float] = []
    for place, above in zip(places, [0, *lines], strict=False):
        free = stacked[-1] + (above + 1) * WORDS_LINE + WORDS_GAP if stacked else WORDS_LINE / 2
        stacked.append(max(place, free))
    lowest = height
    for number in reversed(range(len(stacked))):
        stacked[number] = min(stacked[number], lowest - WORDS_GAP - lines[number] * WORDS_LINE)
        lowest = stacked[number] - WORDS_LINE
    return stacked


def _word(row: dict[str, Any], at: alt.X, height: float) -> Any:
    return alt.Chart(rows_of([row])).encode(x=at, y=fixed_y(height), text=alt.Text("text:N"))


def short_name(name: str) -> str:
    """A name cut to the room that there is."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
