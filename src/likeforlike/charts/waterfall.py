"""The waterfall of the "why": from all organisations together to this one, part by part, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from likeforlike.charts.chart import Chart, data_of, make_chart, wrap_words
from likeforlike.charts.look import ACCENT, INK, PALE, PEER
from likeforlike.present import wording
from likeforlike.present.evidence import MeasureView
from likeforlike.present.table import TableView, make_table
from likeforlike.review.explanation import GAP, REST

PANEL_WIDTH, STEP, COLUMNS = 150, 16, 2
# Above a panel, in characters: longer ones go on below.
LONGEST_NAME, LONGEST_TITLE = 32, 46


@dataclass(frozen=True)
class Bar:
    """One part of a gap, from where the parts before it end."""

    group: str
    start: float
    end: float
    lower: float | None
    """Where the bar would end at the ends of its interval."""
    upper: float | None
    words: str


def bars_of(one: MeasureView) -> tuple[Bar, ...]:
    """The parts of a gap below each other, the whole gap last; nothing where it is not known or does not count."""
    if one.effect is None:
        return ()
    bars, start = [], 0.0
    for part in one.why:
        if part.part is None:
            continue
        if part.group == GAP:
            bars.append(Bar(part.group, 0.0, part.part, None, None, part.words))
            continue
        bars.append(
            Bar(
                part.group,
                start,
                start + part.part,
                None if part.lower is None else start + part.lower,
                None if part.upper is None else start + part.upper,
                part.words,
            )
        )
        start += part.part
    return tuple(sorted(bars, key=lambda bar: bar.group == GAP))


def draw_waterfall(panels: Sequence[tuple[str, MeasureView]], finding: str, source: str) -> Chart:
    """One panel for each name and measure whose gap is known."""
    known = [(name, one) for name, one in panels if bars_of(one)]
    drawn: Any = alt.concat(*(_panel(name, one) for name, one in known), columns=COLUMNS, spacing=34)
    return make_chart(drawn, finding, source, table_of_parts(panels))


def _panel(name: str, one: MeasureView) -> Any:
    rows = [
        {
            "group": bar.group,
            "start": bar.start,
            "end": bar.end,
            "lower": bar.lower,
            "upper": bar.upper,
            "words": bar.words,
            "colour": _colour(bar.group),
        }
        for bar in bars_of(one)
    ]
    groups = alt.Y(
        "group:N",
        sort=[str(row["group"]) for row in rows],
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=110),
    )
    far = max(
        value
        for row in rows
        for value in (row["start"], row["end"], row["upper"])
        if isinstance(value, float)
    )
    base = alt.Chart(data_of(rows))
    return alt.layer(
        alt.Chart(data_of([{"start": 0}])).mark_rule(color=INK).encode(x="start:Q"),
        base.mark_bar(stroke=INK, strokeWidth=0.6).encode(
            x=alt.X("start:Q", title=unit_of(one), axis=alt.Axis(grid=False, tickCount=4)),
            x2="end:Q",
            y=groups,
            color=alt.Color("colour:N", scale=None),
        ),
        base.transform_filter("datum.lower != null")
        .mark_rule(color=INK, strokeWidth=1.5)
        .encode(x=alt.X("lower:Q"), x2="upper:Q", y=groups),
        base.transform_calculate(at=str(far))
        .mark_text(align="left", dx=6, fontSize=9)
        .encode(x=alt.X("at:Q"), y=groups, text="words:N"),
    ).properties(
        width=PANEL_WIDTH,
        height=alt.Step(STEP),
        title=alt.TitleParams(
            text=wrap_words(name, LONGEST_NAME),
            subtitle=wrap_words(one.indicator.title, LONGEST_TITLE),
            fontSize=10,
            subtitleFontSize=9,
        ),
    )


def unit_of(one: MeasureView) -> str:
    """What the gap is counted in."""
    return "points" if one.indicator.unit == "per cent" else one.indicator.unit


def titled(name: str, one: MeasureView) -> str:
    """A name with what its gap is counted in, where it does not say that itself."""
    return name if one.indicator.unit in name else f"{name}, {unit_of(one)}"


def _colour(group: str) -> str:
    return {REST: ACCENT, GAP: PEER}.get(group, PALE)


def table_of_parts(panels: Sequence[tuple[str, MeasureView]]) -> TableView:
    """What each gap goes with, a column a panel."""
    groups: dict[str, None] = {}
    for _, one in panels:
        groups |= dict.fromkeys(part.group for part in one.why if part.group != GAP)
    ordered = [*(group for group in groups if group != REST), *([REST] if REST in groups else []), GAP]
    said = [{part.group: part.words for part in one.why if part.part is not None} for _, one in panels]
    return make_table(
        "Why",
        "What each gap to all organisations together goes with, with 95% intervals",
        ("Part", *(titled(name, one) for name, one in panels)),
        [
            (wording.sentence(wording.PARTS.get(group, group)), *(its.get(group) for its in said))
            for group in ordered
        ],
    )
