"""One pass over a stored table: every sum that any indicator needs, by organisation and month."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

import ibis
from ibis.expr.types import BooleanValue, IntegerColumn, Table

from likeforlike import catalogue as definitions
from likeforlike.catalogue import Catalogue, Indicator, Missing, Quantity

# Names that a table of counts has besides its sums and marks.
ORGANISATION, PERIOD, EDITION = "organisation", "period", "edition"


@dataclass(frozen=True)
class TableNeeds:
    """What all indicators together want to know of one table."""

    source: str
    table: definitions.Table
    quantities: tuple[Quantity, ...]
    marks: tuple[Missing, ...]

    @property
    def name(self) -> str:
        """A name for the counts of this table in an engine."""
        return f"counts_{self.source}_{self.table.id}"

    def sum_name(self, quantity: Quantity) -> str:
        """The column of a quantity's sum."""
        return f"sum_{self.quantities.index(quantity)}"

    def mark_name(self, missing: Missing) -> str:
        """The column that counts the rows under a missing rule."""
        return f"mark_{self.marks.index(missing)}"


def collect_needs(catalogue: Catalogue) -> dict[tuple[str, str], TableNeeds]:
    """For each (source, table) that indicators read or that places organisations: its sums and marks, each once."""
    quantities: dict[tuple[str, str], list[Quantity]] = {}
    marks: dict[tuple[str, str], list[Missing]] = {}
    for indicator in catalogue.indicators.values():
        for key, wanted in _quantities(indicator):
            found = quantities.setdefault(key, [])
            if wanted not in found:
                found.append(wanted)
        for source in indicator.inputs:
            known = marks.setdefault((source.source, source.table), [])
            known += [missing for missing in source.missing if missing not in known]
    for publication in catalogue.sources.values():
        for table in publication.tables:
            # A table that no indicator sums may still say who belongs to whom.
            if table.organisation and described_by(table):
                quantities.setdefault((publication.id, table.id), [])
    return {
        key: TableNeeds(
            key[0], catalogue.sources[key[0]].table(key[1]), tuple(wanted), tuple(marks.get(key, ()))
        )
        for key, wanted in quantities.items()
    }


def _quantities(indicator: Indicator) -> list[tuple[tuple[str, str], Quantity]]:
    wanted: list[tuple[tuple[str, str], Quantity]] = []
    for source in indicator.inputs:
        key = (source.source, source.table)
        wanted += [
            (key, quantity)
            for quantity in (source.numerator, source.denominator, source.expected)
            if isinstance(quantity, Quantity)
        ]
    for gate in indicator.quality_gates:
        wanted += [((gate.source, gate.table), gate.share_of), ((gate.source, gate.table), gate.of)]
    return wanted


def count(rows: Table, needs: TableNeeds) -> Table:
    """Sums by organisation, month and edition.

    Columns: organisation, period, edition, `sum_<i>` (null where a part of it is missing),
    `sum_<i>_reason`, `mark_<i>`, the organisation's name and what it belongs to.
    """
    table = needs.table
    organisation = str(table.organisation)
    rows = rows.filter(rows[organisation].notnull())
    measures: dict[str, ibis.Value] = {}
    for quantity in needs.quantities:
        name = needs.sum_name(quantity)
        measures[name] = _sum(rows, table, quantity)
        if (reason := _reason(rows, table, quantity)) is not None:
            measures[f"{name}_reason"] = reason
    for missing in needs.marks:
        measures[needs.mark_name(missing)] = _matches(rows, missing.where).sum()
    for column in described_by(table):
        measures[f"its_{column}"] = rows[column].max()
    grouped = rows.group_by(
        **{ORGANISATION: rows[organisation], PERIOD: rows[table.period], EDITION: rows["edition"]}
    )
    return grouped.aggregate(**measures)


def described_by(table: definitions.Table) -> list[str]:
    """The columns that name and place a table's organisations."""
    names = [table.name] if table.name else []
    columns = [column.name for column in table.columns]
    placed = [name for code in table.belongs for name in (code, f"{code}_name") if name in columns]
    return [*names, *placed]


def _sum(rows: Table, table: definitions.Table, quantity: Quantity) -> ibis.Value:
    where = _matches(rows, quantity.where)
    total = reduce(lambda one, other: one + other, (_whole(rows, name, where) for name in quantity.sum))
    unknown = _any_missing(rows, table, quantity)
    return total if unknown is None else ibis.ifelse(unknown.sum() > 0, ibis.null("int64"), total)


def _whole(rows: Table, name: str, where: BooleanValue) -> IntegerColumn:
    # Rows of the organisation are there, only none of this kind: that is a true zero. Sums of 64-bit counts
    # become 128-bit in DuckDB and decimals in Spark; a month's count fits 64.
    return rows[name].sum(where=where).fill_null(0).cast("int64")


def _matches(rows: Table, where: dict[str, tuple[str, ...]]) -> BooleanValue:
    condition = ibis.literal(value=True)
    for column, labels in where.items():
        condition &= rows[column].isin(list(labels))
    return condition


def _missing_columns(table: definitions.Table, quantity: Quantity) -> list[str]:
    return [name for name in quantity.sum if table.column(name).missing]


def _any_missing(rows: Table, table: definitions.Table, quantity: Quantity) -> BooleanValue | None:
    columns = _missing_columns(table, quantity)
    if not columns:
        return None
    unknown = reduce(or_, (rows[name].isnull() for name in columns))
    return unknown & _matches(rows, quantity.where)


def _reason(rows: Table, table: definitions.Table, quantity: Quantity) -> ibis.Value | None:
    columns = _missing_columns(table, quantity)
    if not columns:
        return None
    reasons = [rows[f"{name}_reason"].max(where=_matches(rows, quantity.where)) for name in columns]
    return ibis.coalesce(*reasons)
