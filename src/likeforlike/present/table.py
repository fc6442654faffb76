"""A table as every face shows it: a caption, columns with their units, and cells that are figures or words."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from likeforlike.present import wording

Cell = str | int | float | bool | datetime.date | None


@dataclass(frozen=True)
class Column:
    """One column."""

    heading: str
    """With its unit."""
    decimals: int | None = None
    """Of figures; None for words."""
    probability: bool = False
    """Never quite nothing or all, in words."""


@dataclass(frozen=True)
class TableView:
    """A table whose first column says what each row is about."""

    name: str
    """Short, for a sheet or a file."""
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def texts(self) -> list[list[str]]:
        """The cells as people read them."""
        return [
            [say_cell(cell, column) for cell, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]


def make_table(
    name: str, caption: str, columns: Sequence[str | Column], rows: Sequence[Sequence[Cell]]
) -> TableView:
    """A table; a column given as a text holds words."""
    made = tuple(Column(one) if isinstance(one, str) else one for one in columns)
    return TableView(name, caption, made, tuple(tuple(row) for row in rows))


def say_cell(cell: Cell, column: Column) -> str:
    """One cell in words: months and days as people write them, a dash for no figure."""
    if cell is None:
        return wording.NO_FIGURE
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime.date):
        return wording.month(cell) if column.heading.startswith("Month") else wording.day(cell)
    if isinstance(cell, str):
        return cell or wording.NO_FIGURE
    return wording.probability(cell) if column.probability else wording.number(cell, column.decimals or 0)
