"""A chart: its specification, the finding that is its title and is read aloud in its place, and its table."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair

from likeforlike.charts.look import CONFIG
from likeforlike.present.table import TableView

# Of a title, in characters.
LONGEST_LINE = 80


@dataclass(frozen=True)
class Chart:
    """One chart with its table twin."""

    finding: str
    source: str
    specification: dict[str, Any]
    """Vega-Lite, with title and source."""
    table: TableView

    def bare(self) -> dict[str, Any]:
        """Without its title, for a document that says it in text."""
        return {key: value for key, value in self.specification.items() if key != "title"}


def make_chart(drawn: Any, finding: str, source: str, table: TableView) -> Chart:
    """A chart from what Altair drew."""
    titled = drawn.properties(
        title=altair.TitleParams(text=textwrap.wrap(finding, LONGEST_LINE), subtitle=source),
        description=finding,
    ).configure(**CONFIG)
    return Chart(finding, source, titled.to_dict(), table)


def wrap_words(words: str, longest: int) -> list[str]:
    """A name or a title as lines of at most so many characters: it is never cut.

    >>> wrap_words("GROUP PRACTICE, THE GREEN", 16)
    ['GROUP PRACTICE,', 'THE GREEN']
    """
    return textwrap.wrap(words, longest, break_on_hyphens=False) or [""]


def wrap_labels(labels: Sequence[str], longest: int) -> str:
    """The expression by which Vega shows each of these labels in lines."""
    lines = {label: wrap_words(label, longest) for label in labels}
    return f"({json.dumps(lines, ensure_ascii=False)})[datum.label]"


def lift_labels(labels: Sequence[str], longest: int, line: float) -> dict[str, Any]:
    """How far Vega lifts a label of several lines, so that its middle is beside its row and not its first line."""
    conditions = [
        {"test": f"length({wrap_labels(labels, longest)}) == {lines}", "value": -line * (lines - 1) / 2}
        for lines in range(2, most_lines(labels, longest) + 1)
    ]
    return {"condition": conditions, "value": 0}


def most_lines(labels: Sequence[str], longest: int) -> int:
    """How many lines the longest of them takes."""
    return max((len(wrap_words(label, longest)) for label in labels), default=1)


def data_of(rows: list[dict[str, Any]]) -> Any:
    """Rows inside the specification: a chart needs no other file."""
    return altair.InlineData(values=rows)
