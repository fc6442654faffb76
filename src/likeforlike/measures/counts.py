"""One pass over a stored table: every sum that any indicator needs, by organisation and period."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_

import ibis
from ibis.expr.types import BooleanValue, NumericValue, Table

from likeforlike import catalogue as definitions
from likeforlike.catalogue import Catalogue, ColumnType, Indicator, Input, Missing, PublishedValue, Quantity
from likeforlike.catalogue.figure_checks import OTHER_TYPE, kinds_that_add_up
from likeforlike.measures.numbers import decimals_of_quantity, number_type

# Names that a table of counts has besides its sums and marks.
ORGANISATION_TYPE, ORGANISATION = "organisation_type", "organisation"
PERIOD, PERIOD_END, EDITION, SERIES, RESTRICTED = "period", "period_end", "edition", "series", "restricted"

ENGLAND_TYPE, ENGLAND = "england", "ENG"

# A published value, and the levels of which it is one (none: it is a number).
Value = tuple[PublishedValue, tuple[str, ...]]
# The column of a published band, and the rows (labels by column) in which it stands.
Band = tuple[str, dict[str, tuple[str, ...]]]


@dataclass(frozen=True)
class TableNeeds:
    """What all indicators together want to know of one table."""

    source: str
    table: definitions.Table
    quantities: tuple[Quantity, ...]
    marks: tuple[Missing, ...]
    values: tuple[Value, ...] = ()
    bands: tuple[Band, ...] = ()
    together: tuple[str, ...] = ()
    """Of a complete table: the kinds of organisation that together are England, smallest first."""

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

    def value_name(self, indicator: Indicator, value: PublishedValue) -> str:
        """The column of a published value."""
        return f"value_{self.values.index((value, indicator.levels))}"

    def band_name(self, band: Band) -> str:
        """The column of a published band."""
        return f"band_{self.bands.index(band)}"


def collect_needs(catalogue: Catalogue) -> dict[tuple[str, str], TableNeeds]:
    """For each (source, table) that indicators read or that places organisations: what is wanted of it, each once."""
    quantities: dict[tuple[str, str], list[Quantity]] = {}
    marks: dict[tuple[str, str], list[Missing]] = {}
    values: dict[tuple[str, str], list[Value]] = {}
    bands: dict[tuple[str, str], list[Band]] = {}
    for indicator in catalogue.indicators.values():
        for key, wanted in _quantities(indicator):
            found = quantities.setdefault(key, [])
            if wanted not in found:
                found.append(wanted)
        for source in indicator.inputs:
            key = (source.source, source.table)
            known = marks.setdefault(key, [])
            known += [missing for missing in source.missing if missing not in known]
            if source.value is not None:
                quantities.setdefault(key, [])
                held = values.setdefault(key, [])
                held += [one for one in [(source.value, indicator.levels)] if one not in held]
            if (band := published_band(indicator, source)) is not None:
                bands.setdefault(key, []).append(band)
    for publication in catalogue.sources.values():
        for table in publication.tables:
            # A table that no indicator sums may still say who belongs to whom.
            if table.organisation and described_by(table) and _has_kinds(table):
                quantities.setdefault((publication.id, table.id), [])
    return {
        key: TableNeeds(
            key[0],
            catalogue.sources[key[0]].table(key[1]),
            tuple(wanted),
            tuple(marks.get(key, ())),
            tuple(values.get(key, ())),
            tuple(bands.get(key, ())),
            kinds_that_add_up(catalogue.sources[key[0]].table(key[1]), catalogue.organisation_types),
        )
        for key, wanted in quantities.items()
    }


def published_band(indicator: Indicator, source: Input) -> Band | None:
    """Where an input's table prints the band of a figure: in the rows of its value or numerator."""
    if indicator.bands is None or indicator.bands.column is None:
        return None
    figure = source.value or source.numerator
    return indicator.bands.column, figure.where if figure else {}


def _has_kinds(table: definitions.Table) -> bool:
    """Whether it is known of what kind the organisations of a table are."""
    own = table.column(str(table.organisation)).organisation_type
    return own is not None or table.organisation_types is not None


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


def count(rows: Table, needs: TableNeeds, restricted: Collection[str] = ()) -> Table:
    """Sums by organisation, period and edition, and by series where the table has several.

    `restricted` are the editions that not everybody may see.

    Columns: organisation_type, organisation, period, period_end, edition, restricted, series (of such a table);
    `sum_<i>` (null where a part of it is missing), `sum_<i>_reason`, in a table of several series `sum_<i>_rows`;
    `value_<i>` with `_lowest`, `_lower`, `_upper`, `_rows` and `_reason`; `band_<i>`; `mark_<i>`; the organisation's
    name and what it belongs to.
    """
    table = needs.table
    organisation = str(table.organisation)
    rows = rows.filter(rows[organisation].notnull())
    if table.organisation_types:
        rows = rows.filter(rows[table.organisation_types] != OTHER_TYPE)
    measures: dict[str, ibis.Value] = {}
    for quantity in needs.quantities:
        measures |= _sums(rows, table, quantity, needs.sum_name(quantity))
    for number, (value, levels) in enumerate(needs.values):
        measures |= _values(rows, table, value, levels, f"value_{number}")
    for number, (column, labels) in enumerate(needs.bands):
        where = _matches(rows, labels)
        words = rows[column].max(where=where)
        # Two bands for one figure are none.
        measures[f"band_{number}"] = ibis.ifelse(
            words == rows[column].min(where=where), words, ibis.null("string")
        )
    for missing in needs.marks:
        measures[needs.mark_name(missing)] = _matches(rows, missing.where).sum()
    for column in described_by(table):
        measures[f"its_{column}"] = rows[column].max()
    keys = {ORGANISATION: rows[organisation], PERIOD: rows[table.period], EDITION: rows["edition"]}
    for name, key in (
        (ORGANISATION_TYPE, table.organisation_types),
        (PERIOD_END, table.period_end),
        (SERIES, table.series),
    ):
        if key:
            keys[name] = rows[key]
    return _with_whose_and_when(rows.group_by(**keys).aggregate(**measures), table, restricted)


def _with_whose_and_when(counts: Table, table: definitions.Table, restricted: Collection[str]) -> Table:
    """Of what kind each organisation is, until when its period lasts, and whether everybody may see it."""
    if table.organisation_types is None:
        kind = str(table.column(str(table.organisation)).organisation_type)
        counts = counts.mutate(**{ORGANISATION_TYPE: ibis.literal(kind)})
    else:
        # Publishers have codes of their own for England; here it has one.
        code = ibis.ifelse(counts[ORGANISATION_TYPE] == ENGLAND_TYPE, ENGLAND, counts[ORGANISATION])
        counts = counts.mutate(**{ORGANISATION: code})
    if table.period_end is None:
        end = counts[PERIOD]
        if table.months > 1 or table.column(table.period).type is not ColumnType.DATE:
            end = (end + ibis.interval(months=table.months) - ibis.interval(days=1)).cast("date")
        counts = counts.mutate(**{PERIOD_END: end})
    withheld = counts[EDITION].isin(sorted(restricted)) if restricted else ibis.literal(value=False)
    return counts.mutate(**{RESTRICTED: withheld})


def described_by(table: definitions.Table) -> list[str]:
    """The columns that name and place a table's organisations."""
    names = [table.name] if table.name else []
    columns = [column.name for column in table.columns]
    placed = [name for code in table.belongs for name in (code, f"{code}_name") if name in columns]
    by_name = [table.belongs_by_name.column] if table.belongs_by_name else []
    return [*names, *placed, *by_name]


def _sums(rows: Table, table: definitions.Table, quantity: Quantity, name: str) -> dict[str, ibis.Value]:
    where = _matches(rows, quantity.where)
    kind = number_type(decimals_of_quantity(quantity, table))
    sums = []
    for column in quantity.sum:
        part = rows[column].sum(where=where)
        # Rows of the organisation are there, only none of this kind: that is a true zero. In a table of several
        # series it is not: that one is about somebody else.
        sums.append((part if table.series else part.fill_null(0)).cast(kind))
    # Sums of 64-bit counts become 128-bit in DuckDB and decimals in Spark; a period's count fits 64.
    total: NumericValue = reduce(lambda one, other: (one + other).cast(kind), sums)
    measures: dict[str, ibis.Value] = {}
    columns = [column for column in quantity.sum if table.column(column).missing]
    if columns:
        unknown = reduce(or_, (rows[column].isnull() for column in columns)) & where
        total = ibis.ifelse(unknown.sum() > 0, ibis.null(kind), total)
        reasons = [rows[f"{column}_reason"].max(where=where) for column in columns]
        measures[f"{name}_reason"] = ibis.coalesce(*reasons)
    if table.series:
        measures[f"{name}_rows"] = where.sum()
    return {name: total} | measures


def _values(
    rows: Table, table: definitions.Table, value: PublishedValue, levels: tuple[str, ...], name: str
) -> dict[str, ibis.Value]:
    """A published value is not summed: it is there once, and that is checked by its least and its greatest."""
    where = _matches(rows, value.where)
    column = rows[value.column]
    number = (
        column.cases(
            *((level, place) for place, level in enumerate(levels, start=1)), else_=ibis.null("int8")
        )
        if levels
        else column
    ).cast("float64")
    measures: dict[str, ibis.Value] = {
        name: number.max(where=where),
        f"{name}_lowest": number.min(where=where),
        f"{name}_rows": where.sum(),
    }
    for limit, of in (("lower", value.lower), ("upper", value.upper)):
        found = rows[of].cast("float64").max(where=where) if of else ibis.null("float64")
        measures[f"{name}_{limit}"] = found
    if table.column(value.column).missing:
        measures[f"{name}_reason"] = rows[f"{value.column}_reason"].max(where=where)
    return measures


def _matches(rows: Table, where: dict[str, tuple[str, ...]]) -> BooleanValue:
    # Not a literal, which cannot be summed: every row is of some edition.
    condition = rows["edition"].notnull()
    for column, labels in where.items():
        condition &= rows[column].isin(list(labels))
    return condition
