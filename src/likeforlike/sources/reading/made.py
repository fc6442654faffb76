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
    return convert(column, identifier(made_text(column)), month_format=DAY)


def made_text(column: Column) -> str:
    """The column that holds the text of a made one before it is converted."""
    return f"{column.name} as made"


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
    return f"SELECT {', '.join(items)}, edition FROM {with_texts(f'({query})', table, layout, made)}"


def with_texts(rows: str, table: Table, layout: Layout, made: Mapping[str, str]) -> str:
    """Rows, as SQL, in their order, with the text of every made column beside what was printed.

    Made in a query of their own: a conversion names its text once for each label, and two hundred labels of a text that
    is itself made of two hundred cases were a gigabyte of query for three rows. What is made may look at several rows.
    """
    texts = ", ".join(
        f"CAST(({made[column.name]}) AS VARCHAR) AS {identifier(made_text(column))}"
        for column in made_columns(table, layout)
    )
    numbered = f"(SELECT *, row_number() OVER () AS printed_row FROM {rows})"
    return f"(SELECT *, {texts} FROM {numbered}) ORDER BY printed_row"
