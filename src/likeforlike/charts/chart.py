"""A chart: its specification, the finding that is its title and is read aloud in its place, and its table."""

from __future__ import annotations

import textwrap
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


def data_of(rows: list[dict[str, Any]]) -> Any:
    """Rows inside the specification: a chart needs no other file."""
    return altair.InlineData(values=rows)
