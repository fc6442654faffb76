"""Columns of text into columns of their type, as SQL: what does not convert becomes null, and is then refused."""

from __future__ import annotations

from likeforlike.catalogue import Column, ColumnType


def quote(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def reason_column(column: Column) -> str:
    """The column that says why a value is missing."""
    return f"{column.name}_reason"


def convert(column: Column, text: str, *, month_format: str | None = None) -> list[str]:
    """Select items for one column: the value, and its reason where the column may lack one.

    `text` is the SQL expression of the published text.
    """
    named = identifier(column.name)
    match column.type:
        case ColumnType.MONTH:
            return [f"CAST(try_strptime({text}, {quote(month_format or '')}) AS DATE) AS {named}"]
        case ColumnType.COUNT:
            # TRY_CAST would round '1.5' and take '1e3': only digits are a count.
            number = f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,18}}') THEN CAST({text} AS BIGINT) END"
            return [f"{number} AS {named}", *_reason(column, text)]
        case ColumnType.NUMBER:
            number = (
                f"CASE WHEN regexp_full_match({text}, '[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?') "
                f"THEN CAST({text} AS DOUBLE) END"
            )
            return [f"{number} AS {named}", *_reason(column, text)]
        case ColumnType.LABEL:
            return [f"{_label(column, text)} AS {named}"]
        case ColumnType.CODE | ColumnType.TEXT:
            return [f"{_without_none(column, text)} AS {named}"]


def _reason(column: Column, text: str) -> list[str]:
    if not column.missing:
        return []
    # An empty cell arrives as null or as an empty text, depending on quotes: both are the token ''.
    cases = " ".join(f"WHEN {quote(token)} THEN {quote(reason)}" for token, reason in column.missing.items())
    return [f"CASE coalesce({text}, '') {cases} END AS {identifier(reason_column(column))}"]


def _label(column: Column, text: str) -> str:
    # As an enumeration a word is looked up once and then is a small number, which Parquet's dictionaries take as
    # it is: a million rows of five labels are written in a fifth less time. A word outside it becomes null.
    words = [word for label, variants in column.labels.items() for word in (label, *variants)]
    vocabulary = f"ENUM({', '.join(quote(word) for word in words)})"
    known = f"TRY_CAST({text} AS {vocabulary})"
    cases = " ".join(
        f"WHEN {quote(variant)}::{vocabulary} THEN {quote(label)}::{vocabulary}"
        for label, variants in column.labels.items()
        for variant in variants
    )
    return f"CASE {known} {cases} ELSE {known} END" if cases else known


def _without_none(column: Column, text: str) -> str:
    if not column.none_tokens:
        return text
    tokens = ", ".join(quote(token) for token in column.none_tokens)
    return f"CASE WHEN {text} IN ({tokens}) THEN NULL ELSE {text} END"
