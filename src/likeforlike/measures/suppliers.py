"""Whose system an organisation's figures come from, month by month: a change of system changes what is recorded."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

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
