"""Whose system an organisation's figures come from, month by month: a change of system changes what is recorded."""

from __future__ import annotations

import datetime

import ibis
import pyarrow.parquet
from ibis.expr.types import Table

from likeforlike.measures.build import Build
from likeforlike.measures.counts import TableNeeds

SUPPLIERS = "suppliers.parquet"


def list_suppliers(rows: Table, needs: TableNeeds) -> Table:
    """The suppliers that the rows of one table name: source, organisation_type, organisation, period, supplier.

    A publisher's list of several is one text, as printed; rows that name none are left out.
    """
    table = needs.table
    kind = table.column(str(table.organisation)).organisation_type
    named = rows.select(
        source=ibis.literal(needs.source),
        organisation_type=ibis.literal(str(kind)),
        organisation=rows[str(table.organisation)],
        period=rows[table.period],
        supplier=rows[str(table.supplier)],
    )
    return named.filter(named.organisation.notnull() & named.supplier.notnull()).distinct()


def read_suppliers(build: Build, organisation_type: str) -> dict[str, dict[str, dict[datetime.date, str]]]:
    """Source → organisation → month → supplier; of several named in one month, all, in order."""
    path = build.folder / SUPPLIERS
    if not path.exists():
        return {}
    found: dict[str, dict[str, dict[datetime.date, str]]] = {}
    table = pyarrow.parquet.read_table(path, filters=[("organisation_type", "==", organisation_type)])
    columns = ("source", "organisation", "period", "supplier")
    for source, organisation, period, supplier in zip(
        *(table[name].to_pylist() for name in columns), strict=True
    ):
        months = found.setdefault(source, {}).setdefault(organisation, {})
        months[period] = f"{months[period]}, {supplier}" if period in months else supplier
    return found
