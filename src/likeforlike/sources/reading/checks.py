"""Checks of a staged table: everything converted, words within their vocabulary, keys once, no people."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from likeforlike.catalogue import Column, ColumnType, Repeats, Table
from likeforlike.sources.reading.conversion import identifier, quote, reason_column
from likeforlike.sources.reading.months import (
    EARLIEST,
    FIRST_DAY,
    LAST_DAY,
    LATEST,
    add_months,
    last_day,
)
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
    """The distinct values of each code, label and text column."""
    ends: datetime.date | None
    """The last day that any row is about."""


def summarise(
    connection: duckdb.DuckDBPyConnection, path: Path, table: Table, repeats: Repeats | None = None
) -> Summary:
    """Look at a staged Parquet file once and say what it holds and what is wrong with it.

    `repeats` says where a key may occur more than once.
    """
    staged = f"read_parquet({quote(str(path))})"
    rows, counts, texts, coverage, ends = _look_once(connection, staged, table)
    faults = [
        Fault(column, expectation(column)) for column in table.columns if counts.get(column.name)
    ] + list(_word_faults(table, texts))
    return Summary(
        rows=rows,
        faults=tuple(faults),
        repeated=_count_repeated(connection, staged, table, repeats),
        coverage=coverage,
        texts=texts,
        ends=ends,
    )


def check_texts_hold_no_people(summary: Summary, name: str) -> None:
    """Refuse the numbers of patients or clinicians that hide in a text column of an official layout.

    Raises:
        PersonalDataRefusedError: with the column's name.
    """
    for column, values in summary.texts.items():
        check_column(column, values, name, may_be_counts=False)


def part_of_edition(table: Table) -> str:
    """What a row is issued for beside its period, as SQL: its area, its series, both, or all England.

    An issue replaces older ones of the same part only: one indicator of many leaves the others alone.
    """
    parts = [f"CAST({identifier(name)} AS VARCHAR)" for name in (table.area, table.series) if name]
    return " || '|' || ".join(parts) if parts else quote(ENGLAND)


def _look_once(
    connection: duckdb.DuckDBPyConnection, staged: str, table: Table
) -> tuple[int, dict[str, int], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], datetime.date | None]:
    """Rows, cells without a value or reason, distinct texts, periods with their areas, and the last day of all:
    one pass over the file."""
    nulls = {column.name: item for column in table.columns if (item := _count_without_value(column))}
    texts = {
        column.name: f"list(DISTINCT {identifier(column.name)}) FILTER (WHERE {identifier(column.name)} IS NOT NULL)"
        for column in table.columns
        if column.type in (ColumnType.CODE, ColumnType.LABEL, ColumnType.TEXT)
    }
    period = identifier(table.period)
    pairs = f"list(DISTINCT {{'period': {period}, 'area': {part_of_edition(table)}}})"
    ends = f"max({identifier(table.period_end)})" if table.period_end else f"max({period})"
    items = ", ".join(["count(*)", *nulls.values(), *texts.values(), pairs, ends])
    (found,) = connection.execute(f"SELECT {items} FROM {staged}").fetchall()
    rows, *values, pairs_found, end = found
    counts = dict(zip(nulls, values, strict=False))
    words = {
        name: tuple(sorted(found_words or ()))
        for name, found_words in zip(texts, values[len(nulls) :], strict=True)
    }
    # A month that cannot be is refused below; the calendar itself ends in the year 9999.
    if end is not None and end <= LATEST and table.period_end is None and not _is_day(table):
        end = last_day(add_months(end, table.months - 1))
    return rows, counts, words, _coverage(pairs_found or []), end


def _is_day(table: Table) -> bool:
    """Whether a row is about one day, such as that of an inspection."""
    return table.column(table.period).type is ColumnType.DATE and table.months == 1


def _count_without_value(column: Column) -> str | None:
    """An aggregate that counts the cells of a column that have neither a value nor a reason; None where none need."""
    named = identifier(column.name)
    condition = f"{named} IS NULL"
    if column.missing:
        condition += f" AND {identifier(reason_column(column))} IS NULL"
    elif column.type in (ColumnType.MONTH, ColumnType.YEAR):
        condition += f" OR day({named}) <> 1 OR {named} NOT BETWEEN DATE '{EARLIEST}' AND DATE '{LATEST}'"
    elif column.type is ColumnType.DATE:
        # The text that says "no date" and one that is none are told apart while they are converted.
        condition = f"{named} NOT BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'"
    elif column.none_tokens:
        return None
    return f"count(*) FILTER (WHERE {condition})"


def _coverage(pairs: list[dict[str, object]]) -> dict[str, tuple[str, ...]]:
    coverage: dict[str, list[str]] = {}
    for pair in pairs:
        if isinstance(pair["period"], datetime.date) and pair["area"] is not None:
            coverage.setdefault(pair["period"].isoformat(), []).append(str(pair["area"]))
    return {period: tuple(sorted(areas)) for period, areas in sorted(coverage.items())}


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
    below_zero = "" if column.negative else ", zero or more"
    expected = {
        ColumnType.MONTH: "the first day of a month, spelled as in the first row",
        ColumnType.DATE: f"a day spelled as {' or '.join(column.formats)}",
        ColumnType.YEAR: "a year such as 2016 or 2021/22",
        ColumnType.COUNT: "a whole number, zero or more",
        ColumnType.NUMBER: f"a number{below_zero}",
        ColumnType.AMOUNT: f"a number with at most {column.decimals} decimals{below_zero}",
        ColumnType.CODE: "an organisation code",
        ColumnType.TEXT: "a text",
        ColumnType.SHAPE: "a geometry",
        ColumnType.LABEL: "one of " + ", ".join(column.labels),
    }[column.type]
    tokens = ", ".join(f"'{token}'" for token in (*column.missing, *column.none_tokens))
    return f"{expected}, or one of the tokens {tokens}" if tokens else expected


def _count_repeated(
    connection: duckdb.DuckDBPyConnection, staged: str, table: Table, repeats: Repeats | None
) -> int:
    if repeats:
        codes = ", ".join(quote(code) for code in repeats.codes)
        staged = (
            f"(FROM {staged} WHERE {identifier(table.period)} > DATE '{repeats.until}' "
            f"OR {identifier(repeats.column)} NOT IN ({codes}))"
        )
    key = ", ".join(identifier(name) for name in table.key)
    # Keys of nine columns in a million rows: counting 64-bit hashes takes a tenth of the time of counting the
    # keys, and what an organisation belongs to seldom tells two rows apart. Where a part of the key is unique so
    # is the whole; where it is not, or two hashes meet by chance, the exact count decides.
    part = ", ".join(identifier(name) for name in table.key if name not in table.belongs)
    rows = _one(connection, f"SELECT count(*) FROM {staged}")
    if _one(connection, f"SELECT count(DISTINCT hash({part})) FROM {staged}") == rows:
        return 0
    return rows - _one(connection, f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {staged})")


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    ((number,),) = connection.execute(query).fetchall()
    return int(number)
