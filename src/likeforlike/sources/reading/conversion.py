"""Columns of text into columns of their type, as SQL: what does not convert becomes null, and is then refused."""

from __future__ import annotations

from likeforlike.catalogue import Column, ColumnType
from likeforlike.catalogue.columns import DIGITS
from likeforlike.sources.reading.months import CALENDAR_YEAR, FINANCIAL_YEAR, SHORT_FINANCIAL_YEAR

# Stands for a text that is no day until the check that follows refuses it.
NO_DAY = "0001-01-01"


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
        case ColumnType.NUMBER | ColumnType.AMOUNT:
            kind = "DOUBLE" if column.type is ColumnType.NUMBER else f"DECIMAL({DIGITS}, {column.decimals})"
            number = (
                f"CASE WHEN regexp_full_match({text}, {quote(number_pattern(column))}) "
                f"THEN CAST({text} AS {kind}) END"
            )
            return [f"{number} AS {named}", *_reason(column, text)]
        case ColumnType.LABEL:
            return [f"{_label(column, text)} AS {named}", *_reason(column, text)]
        case ColumnType.YEAR:
            return [f"{_year(text, named_after_end=column.named_after_end)} AS {named}"]
        case ColumnType.DATE:
            return [f"{_day(column, text)} AS {named}"]
        case ColumnType.CODE | ColumnType.TEXT | ColumnType.SHAPE:
            return [f"{_without_none(column, text)} AS {named}"]


def number_pattern(column: Column) -> str:
    """The regular expression of a number or amount, whole: an amount has no more digits than can be kept."""
    sign = "-?" if column.negative else ""
    if column.type is ColumnType.NUMBER:
        return f"{sign}[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?"
    decimals = column.decimals or 0
    fraction = f"([.][0-9]{{1,{decimals}}})?" if decimals else ""
    return f"{sign}[0-9]{{1,{DIGITS - decimals}}}{fraction}"


def _year(text: str, *, named_after_end: bool) -> str:
    single = f"(TRY_CAST({text} AS INTEGER) - 1) || '-04-01'" if named_after_end else f"{text} || '-01-01'"
    following = f"(TRY_CAST(left({text}, -3) AS INTEGER) + 1) % 100 = TRY_CAST(right({text}, 2) AS INTEGER)"
    started = f"TRY_CAST(left({text}, -3) || '-04-01' AS DATE)"
    return (
        f"CASE WHEN regexp_full_match({text}, {quote(CALENDAR_YEAR)}) THEN TRY_CAST({single} AS DATE) "
        f"WHEN regexp_full_match({text}, {quote(FINANCIAL_YEAR)}) AND {following} THEN {started} "
        f"WHEN regexp_full_match({text}, {quote(SHORT_FINANCIAL_YEAR)}) AND {following} "
        f"THEN TRY_CAST('20' || left({text}, -3) || '-04-01' AS DATE) END"
    )


def _day(column: Column, text: str) -> str:
    """A day; null is one that is not there, and what is no day becomes one that no date can be."""
    # '1/5/2025' and '01/05/2025' are not the same to the letter: what is parsed must be printed alike.
    spelled = [
        f"CASE WHEN lower(strftime(try_strptime({text}, {form}), {form})) = lower({text}) "
        f"THEN CAST(try_strptime({text}, {form}) AS DATE) END"
        for form in map(quote, column.formats)
    ]
    day = f"coalesce({', '.join(spelled)}, DATE {quote(NO_DAY)})"
    if not column.none_tokens:
        return day
    tokens = ", ".join(quote(token) for token in column.none_tokens)
    return f"CASE WHEN coalesce({text}, '') IN ({tokens}) THEN NULL ELSE {day} END"


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
