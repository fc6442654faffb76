"""Rows that are all text, whatever kind of file they come from, into a staged table: faults have a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from likeforlike.catalogue import Column, ColumnType, Source, Table
from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import StagedTable, Staging
from likeforlike.sources.reading.checks import Fault, check_texts_hold_no_people, summarise
from likeforlike.sources.reading.conversion import convert, identifier, quote
from likeforlike.sources.reading.locating import NEXT_STEP_LAYOUT
from likeforlike.sources.reading.made import DAY
from likeforlike.sources.reading.people import hide_person

if TYPE_CHECKING:
    import duckdb

# The column that says where in its file a row stands, in words; it is not stored.
PLACE = "row_place"


@dataclass(frozen=True)
class TextRows:
    """Rows of text under our column names."""

    name: str
    """Of the file, for errors."""
    sql: str
    """The rows: a column of text for each printed column under our name, and PLACE."""
    headers: Mapping[str, str]
    """Our column name → the publisher's, for errors."""
    made: Mapping[str, str]
    """Column that is not printed → SQL for its text, over the columns of text."""

    def text(self, column: Column) -> str:
        """SQL for the text of a column."""
        if column.name in self.made:
            return f"CAST(({self.made[column.name]}) AS VARCHAR)"
        return identifier(column.name)


def stage_text_rows(rows: TextRows, source: Source, table: Table, staging: Staging) -> StagedTable:
    """Convert the rows, check them and write them as Parquet.

    Raises:
        FileRefusedError: a cell is not of its column's type, or a key occurs twice; with the row's place.
    """
    items = [item for column in table.columns for item in _convert(rows, column)]
    order = ", ".join(identifier(name) for name in table.key)
    target = staging.folder / f"{table.id}.parquet"
    query = f"SELECT {', '.join(items)}, {quote(staging.edition)} AS edition FROM {rows.sql} ORDER BY {order}"
    staging.connection.execute(f"COPY ({query}) TO {quote(str(target))} (FORMAT parquet, COMPRESSION zstd)")
    summary = summarise(staging.connection, target, table)
    for fault in summary.faults:
        raise _fault_error(staging.connection, rows, source, fault)
    if summary.repeated:
        raise _repeated_key_error(staging.connection, rows, table)
    if not summary.coverage:
        raise FileRefusedError(
            "there are no rows in it.", where=rows.name, next_step="Download the file again."
        )
    check_texts_hold_no_people(summary, rows.name)
    return StagedTable(table, target, summary.rows, summary.coverage, summary.texts, summary.ends)


def _convert(rows: TextRows, column: Column) -> list[str]:
    return convert(column, rows.text(column), month_format=DAY)


def _fault_error(
    connection: duckdb.DuckDBPyConnection, rows: TextRows, source: Source, fault: Fault
) -> FileRefusedError:
    """The error for a fault: the first row that has it, and what stands there."""
    column = fault.column
    text = rows.text(column)
    if fault.word is not None:
        at_fault = f"{text} = {quote(fault.word)}"
    else:
        tokens = ", ".join(quote(token) for token in (*column.missing, *column.none_tokens))
        value = _convert(rows, column)[0].removesuffix(f" AS {identifier(column.name)}")
        no_value = f"({value}) IS NULL"
        if column.type in (ColumnType.MONTH, ColumnType.YEAR, ColumnType.DATE):
            no_value = f"({no_value} OR ({value}) NOT BETWEEN DATE '1990-01-01' AND current_date)"
        at_fault = no_value + (f" AND coalesce({text}, '') NOT IN ({tokens})" if tokens else "")
    found = connection.execute(f"SELECT {PLACE}, {text} FROM {rows.sql} WHERE {at_fault} LIMIT 1").fetchone()
    place, cell = found or ("", fault.word)
    where = ", ".join(filter(None, (rows.name, place, _named(rows, column.name))))
    return FileRefusedError(
        f"found '{hide_person(cell or '')}', expected {fault.expected}.",
        where=where,
        next_step=NEXT_STEP_LAYOUT.format(source=source.id),
    )


def _named(rows: TextRows, column: str) -> str:
    return f"'{rows.headers[column]}'" if column in rows.headers else ""


def _repeated_key_error(
    connection: duckdb.DuckDBPyConnection, rows: TextRows, table: Table
) -> FileRefusedError:
    """The error for a key that occurs twice: its first two rows."""
    key = ", ".join(
        f"{_convert(rows, table.column(name))[0].rpartition(' AS ')[0]} AS {identifier(name)}"
        for name in table.key
    )
    names = ", ".join(identifier(name) for name in table.key)
    found = connection.execute(
        f"SELECT {names}, list({PLACE})[:2] FROM (SELECT {key}, {PLACE} FROM {rows.sql}) "
        f"GROUP BY {names} HAVING count(*) > 1 ORDER BY {names} LIMIT 1"
    ).fetchone()
    *values, places = found or ("", [])
    return FileRefusedError(
        f"the same {', '.join(table.key)} occurs twice ({', '.join(map(str, values))}).",
        where=f"{rows.name}, {' and '.join(places)}",
        next_step="A file counts everything once; download it again or remove the copy.",
    )
