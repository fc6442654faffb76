"""From records to figures: files of one row an event, counted by organisation and month in one pass."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import ibis
import pyarrow
import pyarrow.parquet
from ibis.expr.types import BooleanValue, DateValue, IntegerValue, StringValue, Table

from likeforlike.catalogue.records import Handling, Records, RecordSum
from likeforlike.measures.engine import Engine

NO_ORGANISATION, OUTSIDE_SPAN, UNKNOWN_LABEL, NO_COUNT = (
    "no_organisation",
    "outside_span",
    "unknown_label",
    "no_count",
)
MOST_WORDS_NAMED = 5

# What follows the day in a text is a time, and does not matter; a day written in any other way is none.
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T].*)?$"
_WHOLE_NUMBER = r"^[0-9]{1,18}$"

FIGURES = pyarrow.schema(
    {
        "organisation_code": pyarrow.string(),
        "period_start": pyarrow.date32(),
        "period_end": pyarrow.date32(),
        "indicator": pyarrow.string(),
        "numerator": pyarrow.int64(),
        "denominator": pyarrow.int64(),
    }
)


@dataclass(frozen=True)
class Aggregated:
    """What became of the rows."""

    figures: pyarrow.Table
    """organisation_code, period_start, period_end, indicator, numerator, denominator: a row for each indicator,
    organisation and month in which the organisation has any row without a fault."""
    rows: int
    """How many rows there were, with a fault or without."""
    faults: Mapping[str, int]
    """Kind of fault → how many rows have it; a row with several counts under the first of them."""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Column → some of its words that are outside its vocabulary, where those refuse the files."""


def aggregate_records(engine: Engine, records: Records, paths: Sequence[Path], folder: Path) -> Aggregated:
    """Count record files by organisation and month.

    `folder` is where the counts are written on their way to this process. Every row is read once.
    """
    rows = _read(engine, records, paths)
    sums = _sums(records)
    counted = _write(engine, _count(rows, records, sums), folder / "counted.parquet")
    faults = {row["fault"]: row["rows"] for row in counted if row["fault"]}
    words = {}
    if UNKNOWN_LABEL in faults and records.unknown_label is Handling.REFUSE:
        words = {
            vocabulary.column: tuple(_strange_words(engine, rows, name, records, folder))
            for name, vocabulary in records.labels.items()
        }
    return Aggregated(
        figures=_figures(records, sums, [row for row in counted if not row["fault"]]),
        rows=sum(row["rows"] for row in counted),
        faults=faults,
        words={column: found for column, found in words.items() if found},
    )


def _read(engine: Engine, records: Records, paths: Sequence[Path]) -> Table:
    """The columns that count, under our names and of our types; null where a cell is not what it should be."""
    is_text = paths[0].suffix.lower() == ".csv"
    rows = engine.read_csv(paths) if is_text else engine.read(paths)
    organisation = rows[records.organisation].cast("string").nullif("")
    labels = {
        name: rows[one.column].cast("string").fill_null("") for name, one in sorted(records.labels.items())
    }
    return rows.select(
        organisation=organisation,
        day=_day(rows[records.date]),
        events=_events(rows[records.count]) if records.count else ibis.literal(1, "int64"),
        **{f"label_{name}": value for name, value in labels.items()},
    )


def _day(column: ibis.Value) -> DateValue:
    if not column.type().is_string():
        return column.cast("date")
    text = ibis.ifelse(column.re_search(_DAY), column.substr(0, 10), ibis.null("string"))
    # A text of that shape may still be no day: the 31st of February.
    return text.try_cast("date")


def _events(column: ibis.Value) -> IntegerValue:
    if not column.type().is_string():
        return column.cast("int64")
    return ibis.ifelse(column.re_search(_WHOLE_NUMBER), column, ibis.null("string")).cast("int64")


def _fault(rows: Table, records: Records) -> StringValue:
    """The first thing that is wrong with a row; '' where nothing is."""
    span = rows.day.between(ibis.literal(records.first_day), ibis.literal(records.last_day))
    known = [_is_known(rows, name, records) for name in sorted(records.labels)]
    return ibis.cases(
        (rows.organisation.isnull(), ibis.literal(NO_ORGANISATION)),
        (~span.fill_null(False), ibis.literal(OUTSIDE_SPAN)),
        (~reduce(and_, known, ibis.literal(value=True)), ibis.literal(UNKNOWN_LABEL)),
        (rows.events.isnull() | (rows.events < 0), ibis.literal(NO_COUNT)),
        else_=ibis.literal(""),
    )


def _is_known(rows: Table, name: str, records: Records) -> BooleanValue:
    vocabulary = records.labels[name].labels.values()
    return rows[f"label_{name}"].isin([spelling for spellings in vocabulary for spelling in spellings])


def _sums(records: Records) -> list[RecordSum]:
    """What is counted for all indicators, each once."""
    wanted = [
        quantity
        for one in records.indicators
        for quantity in (one.numerator, one.denominator)
        if quantity is not None
    ]
    return [quantity for place, quantity in enumerate(wanted) if quantity not in wanted[:place]]


def _count(rows: Table, records: Records, sums: Sequence[RecordSum]) -> Table:
    marked = rows.mutate(fault=_fault(rows, records))
    is_good = marked.fault == ""
    # Rows with a fault make one group for each kind, whatever else stands in them.
    month = marked.day.year().cast("int64") * 100 + marked.day.month().cast("int64")
    grouped = marked.group_by(
        fault=marked.fault,
        organisation=ibis.ifelse(is_good, marked.organisation, ibis.literal("")),
        month=ibis.ifelse(is_good, month, ibis.literal(0, "int64")),
    )
    totals = {
        f"sum_{place}": ibis.ifelse(_matches(marked, quantity, records), marked.events, 0).sum().cast("int64")
        for place, quantity in enumerate(sums)
    }
    counted = grouped.aggregate(rows=marked.count().cast("int64"), **totals)
    return counted.order_by(["fault", "organisation", "month"])


def _matches(rows: Table, quantity: RecordSum, records: Records) -> BooleanValue:
    conditions = [
        rows[f"label_{name}"].isin(
            [spelling for word in words for spelling in records.labels[name].labels[word]]
        )
        for name, words in sorted(quantity.where.items())
    ]
    return reduce(and_, conditions, ibis.literal(value=True))


def _strange_words(engine: Engine, rows: Table, name: str, records: Records, folder: Path) -> list[str]:
    strange = rows.filter(~_is_known(rows, name, records)).select(word=f"label_{name}").distinct()
    some = strange.order_by("word").limit(MOST_WORDS_NAMED)
    return [row["word"] for row in _write(engine, some, folder / f"words_{name}.parquet")]


def _write(engine: Engine, expression: Table, path: Path) -> list[dict[str, Any]]:
    engine.write(expression, path)
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
    return rows


def _figures(
    records: Records, sums: Sequence[RecordSum], counted: Sequence[Mapping[str, Any]]
) -> pyarrow.Table:
    places = {
        one.indicator: (
            f"sum_{sums.index(one.numerator)}",
            f"sum_{sums.index(one.denominator)}" if one.denominator else None,
        )
        for one in records.indicators
    }
    figures = [
        {
            "organisation_code": row["organisation"],
            **_period(row["month"]),
            "indicator": indicator,
            "numerator": row[numerator],
            "denominator": row[denominator] if denominator else None,
        }
        for indicator, (numerator, denominator) in places.items()
        for row in counted
    ]
    return pyarrow.Table.from_pylist(figures, schema=FIGURES)


def _period(month: int) -> dict[str, datetime.date]:
    first = datetime.date(month // 100, month % 100, 1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return {"period_start": first, "period_end": last}
