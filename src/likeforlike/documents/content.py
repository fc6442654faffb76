"""What a document says, once, for every form it takes: marks, headings, text, lists, tables and figures."""

from __future__ import annotations

from dataclasses import dataclass

from likeforlike.present.table import TableView


@dataclass(frozen=True)
class Heading:
    """A heading; the title of the document is level 1."""

    level: int
    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Points:
    """A list without numbers."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table; its first column heads the rows."""

    table: TableView
    widths: tuple[float, ...] = ()
    """Shares of the width, where the texts should not decide."""


@dataclass(frozen=True)
class Figure:
    """A drawing, with what it finds and where its figures come from."""

    finding: str
    source: str
    svg: str


Block = Heading | Text | Points | Grid | Figure


@dataclass(frozen=True)
class Document:
    """A document, whatever it is written as."""

    title: str
    heading: str
    """One line below the title."""
    marks: tuple[str, ...]
    """Said on every page: that it is restricted, that it is fiction."""
    footer: str
    blocks: tuple[Block, ...]
    dense: bool = False
    """For two pages instead of many: smaller type."""
