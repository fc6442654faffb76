"""Checks of a staged table: everything converted, words within their vocabulary, keys once, no people."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from likeforlike.catalogue import Column, ColumnType, Repeats, Table
from likeforlike.sources.reading.conversion import identifier, quote, reason_column
from likeforlike.sources.reading.people import check_column

if TYPE_CHECKING:
    import duckdb

ENGLAND = "ENG"


@dataclass(frozen=True)
class Fault:
    """Something in a staged table that must not be: the column, and the text or kind of text at fault."""

    column: Column
    expected: str
    word: str | None = None
    """The word at fault, where it is known; else the cell did not convert."""


@dataclass(frozen=True)
class Summary:
    """What one pass over a staged table tells."""

    rows: int
    faults: tuple[Fault, ...]
    repeated: int
    """Rows whose key had occurred before and may not."""
    coverage: dict[str, tuple[str, ...]]
    texts: dict[str, tuple[str, ...]]
    """The distinct values of each code and label column."""


def summarise(
    connection: duckdb.DuckDBPyConnection, path: Path, table: Table, repeats: Repeats | None = None
) -> Summary:
    """Look at a staged Parquet file once and say what it holds and what is wrong with it.

    `repeats` says where a key may occur more than once.
    """
    staged = f"read_parquet({quote(str(path))})"
    rows, counts = _count_nulls(connection, staged, table)
    texts = _distinct_texts(connection, staged, table)
    faults = [
        Fault(column, expectation(column)) for column in table.columns if counts.get(column.name)
    ] + list(_word_faults(table, texts))
    return Summary(
        rows=rows,
        faults=tuple(faults),
        repeated=_count_repeated(connection, staged, table, repeats),
        coverage=_coverage(connection, staged, table),
        texts=texts,
    )


def check_texts_hold_no_people(
    connection: duckdb.DuckDBPyConnection, path: Path, table: Table, name: str
) -> None:
    """Refuse the numbers of patients or clinicians that hide in a text column of an official layout.

    Raises:
        PersonalDataRefusedError: with the column's name.
    """
    staged = f"read_parquet({quote(str(path))})"
    for column in table.columns:
        if column.type in (ColumnType.TEXT, ColumnType.CODE):
            values = connection.execute(
                f"SELECT DISTINCT {identifier(column.name)} FROM {staged} LIMIT 20000"
            ).fetchall()
            check_column(column.name, (value for (value,) in values if value), name, may_be_counts=False)


def _count_nulls(
    connection: duckdb.DuckDBPyConnection, staged: str, table: Table
) -> tuple[int, dict[str, int]]:
    wanted = []
    for column in table.columns:
        named = identifier(column.name)
        condition = f"{named} IS NULL"
        if column.missing:
            condition += f" AND {identifier(reason_column(column))} IS NULL"
        elif column.type is ColumnType.MONTH:
            condition += f" OR day({named}) <> 1"
        elif column.none_tokens:
            continue
        wanted.append((column.name, f"count(*) FILTER (WHERE {condition})"))
    items = ", ".join(item for _, item in wanted)
    found = connection.execute(f"SELECT count(*), {items} FROM {staged}").fetchone() or (0,)
    return found[0], dict(zip((name for name, _ in wanted), found[1:], strict=True))


def _distinct_texts(
    connection: duckdb.DuckDBPyConnection, staged: str, table: Table
) -> dict[str, tuple[str, ...]]:
    columns = [column for column in table.columns if column.type in (ColumnType.CODE, ColumnType.LABEL)]
    if not columns:
        return {}
    items = ", ".join(
        f"list_sort(list(DISTINCT {identifier(column.name)}) "
        f"FILTER (WHERE {identifier(column.name)} IS NOT NULL))"
        for column in columns
    )
    found = connection.execute(f"SELECT {items} FROM {staged}").fetchone() or ()
    return {column.name: tuple(values or ()) for column, values in zip(columns, found, strict=True)}


def _word_faults(table: Table, texts: dict[str, tuple[str, ...]]) -> Iterable[Fault]:
    for column in table.columns:
        if column.type is ColumnType.LABEL:
            for word in texts[column.name]:
                if word not in column.labels:
                    yield Fault(column, f"one of {', '.join(column.labels)}", word)
        elif column.type is ColumnType.CODE:
            for word in texts[column.name]:
                if not word or word != word.strip() or not word.isprintable() or len(word) > 20:
                    yield Fault(column, "an organisation code", word)


def expectation(column: Column) -> str:
    """What a cell of this column must hold, in words."""
    if column.missing:
        tokens = ", ".join(f"'{token}'" for token in column.missing)
        return f"a whole number, zero or more, or one of the tokens {tokens}"
    return {
        ColumnType.MONTH: "the first day of a month, spelled as in the first row",
        ColumnType.COUNT: "a whole number, zero or more",
        ColumnType.NUMBER: "a number, zero or more",
        ColumnType.CODE: "an organisation code",
        ColumnType.TEXT: "a text",
        ColumnType.LABEL: "one of " + ", ".join(column.labels),
    }[column.type]


def _count_repeated(
    connection: duckdb.DuckDBPyConnection, staged: str, table: Table, repeats: Repeats | None
) -> int:
    if repeats:
        codes = ", ".join(quote(code) for code in repeats.codes)
        staged = (
            f"(FROM {staged} WHERE {identifier(table.period)} > DATE '{repeats.until}' "
            f"OR {identifier(repeats.column)} NOT IN ({codes}))"
        )
    # Keys of eleven columns in a million rows: counting 64-bit hashes takes a tenth of the time of counting
    # the keys. Two different keys meet by chance once in 10^7 such files, and the exact count then decides.
    key = ", ".join(identifier(name) for name in table.key)
    rows = _one(connection, f"SELECT count(*) FROM {staged}")
    distinct = _one(connection, f"SELECT count(DISTINCT hash({key})) FROM {staged}")
    if distinct == rows:
        return 0
    return rows - _one(connection, f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {staged})")


def _coverage(connection: duckdb.DuckDBPyConnection, staged: str, table: Table) -> dict[str, tuple[str, ...]]:
    area = identifier(table.area) if table.area else quote(ENGLAND)
    pairs: list[tuple[datetime.date | None, str | None]] = connection.execute(
        f"SELECT DISTINCT {identifier(table.period)} AS period, {area} AS area FROM {staged} ORDER BY ALL"
    ).fetchall()
    coverage: dict[str, tuple[str, ...]] = {}
    for period, place in pairs:
        if period is not None and place is not None:
            key = period.isoformat()
            coverage[key] = (*coverage.get(key, ()), place)
    return coverage


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    (number,) = connection.execute(query).fetchone() or (0,)
    return int(number)
