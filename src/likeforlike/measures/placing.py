"""Organisations whose larger one is printed by name alone: placed where exactly one organisation bears that name."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr.types import StringValue, Table

from likeforlike.catalogue import Table as TableDefinition
from likeforlike.measures.counts import ORGANISATION, ORGANISATION_TYPE, PERIOD


def list_records_by_name(counts: Sequence[tuple[TableDefinition, Table]]) -> Table:
    """Every statement in the data that an organisation belongs to one of which only the name is printed.

    At least one of the tables has such a column. Columns: child_type, child, parent_type, parent_name, period, times.
    """
    statements = []
    for table, counted in counts:
        if table.belongs_by_name is None:
            continue
        named = counted.mutate(wanted=counted[f"its_{table.belongs_by_name.column}"])
        named = named.filter(named.wanted.notnull())
        statements.append(
            named.group_by(
                child_type=named[ORGANISATION_TYPE],
                child=named[ORGANISATION],
                parent_type=ibis.literal(table.belongs_by_name.organisation_type),
                parent_name=named.wanted,
                period=named[PERIOD],
            ).aggregate(times=named.count())
        )
    return ibis.union(*statements) if len(statements) > 1 else statements[0]


def place_by_name(records: Table, by_name: Table) -> Table:
    """The records, and those by name with the code of who bears it: exactly one, or the one that bore it last.

    A council that was made anew may have kept its name (Dorset in 2019): of several codes with one name the one
    that is printed with it in the newest period is meant, and where two are, nobody knows, and nobody is placed.
    Names are compared without regard to case; no name that is merely like another is taken for it.
    """
    bearers = _newest_bearers(records)
    placed = by_name.join(
        bearers,
        [by_name.parent_type == bearers.bearer_type, _plain(by_name.parent_name) == bearers.plain_name],
    )
    return ibis.union(
        records,
        placed.select("child_type", "child", "parent_type", "period", "times", parent="bearer").select(
            *records.columns
        ),
    )


def list_unplaced(records: Table, by_name: Table) -> Table:
    """Names that lead to nobody: parent_type, parent_name, organisation_type, organisations (how many)."""
    bearers = _newest_bearers(records)
    unknown = by_name.anti_join(
        bearers,
        [by_name.parent_type == bearers.bearer_type, _plain(by_name.parent_name) == bearers.plain_name],
    )
    return unknown.group_by("parent_type", "parent_name", organisation_type=unknown.child_type).aggregate(
        organisations=unknown.child.nunique().cast("int64")
    )


def _newest_bearers(records: Table) -> Table:
    """bearer_type, plain_name, bearer: whom a name stands for, where it stands for one."""
    names = records.filter(records.parent_type == "name")
    named = names.group_by(
        bearer_type=names.child_type, plain_name=_plain(names.parent), bearer=names.child
    ).aggregate(last=names.period.max())
    newest = named.mutate(
        last_of_all=named["last"].max().over(group_by=[named.bearer_type, named.plain_name])
    )
    newest = newest.filter(newest["last"] == newest.last_of_all)
    alone = newest.mutate(
        bearers=newest.bearer.count().over(group_by=[newest.bearer_type, newest.plain_name])
    )
    return alone.filter(alone.bearers == 1).select("bearer_type", "plain_name", "bearer")


def _plain(name: ibis.Value) -> StringValue:
    return name.cast("string").strip().lower()
