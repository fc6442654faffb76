"""Columns that are not printed: made, as SQL, from what the other columns of a row say."""

from __future__ import annotations

from collections.abc import Mapping

from likeforlike.catalogue import Column, Layout, Table
from likeforlike.errors import DefinitionError
from likeforlike.sources.reading.conversion import convert, identifier, reason_column

# A made month or day is written as DuckDB writes a date.
DAY = "%Y-%m-%d"


def made_columns(table: Table, layout: Layout) -> list[Column]:
    """The columns that a layout leaves to the importer."""
    return [column for column in table.columns if column.name in layout.made]


def convert_made(column: Column, layout: Layout, made: Mapping[str, str]) -> list[str]:
    """Select items for a made column: converted from its text as strictly as if it were printed.

    Raises:
        DefinitionError: the importer does not make it.
    """
    if column.name not in made:
        raise DefinitionError(
            f"layout '{layout.name}', made: the importer makes no column '{column.name}'"
            f"{', only ' + ', '.join(made) if made else ''}."
        )
    return convert(column, f"CAST(({made[column.name]}) AS VARCHAR)", month_format=DAY)


def select_with_made(query: str, table: Table, layout: Layout, made: Mapping[str, str]) -> str:
    """A query of a layout's stored rows, with the columns that are made from them in their places."""
    if not layout.made:
        return query
    items: list[str] = []
    for column in table.columns:
        if column.name in layout.made:
            items += convert_made(column, layout, made)
        else:
            items.append(identifier(column.name))
            items += [identifier(reason_column(column))] if column.missing else []
    return f"SELECT {', '.join(items)}, edition FROM {in_printed_order(f'({query})')}"


def in_printed_order(rows: str) -> str:
    """Rows, as SQL, which stay in their order whatever is made of them: what is made may look at several rows."""
    return f"(SELECT *, row_number() OVER () AS printed_row FROM {rows}) ORDER BY printed_row"
