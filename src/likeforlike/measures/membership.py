"""Which organisation belongs to which, as it is now: the newest record of each decides."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr.types import Table

from likeforlike.catalogue import Catalogue
from likeforlike.catalogue import Table as TableDefinition
from likeforlike.measures.counts import ORGANISATION, PERIOD

ENGLAND = "ENG"


def list_records(counts: Sequence[tuple[TableDefinition, Table]]) -> Table | None:
    """Every statement in the data that one organisation belongs to another, or bears a name.

    Columns: child_type, child, name, parent_type, parent, period. A row states a name or a parent.
    """
    statements = [
        statement.select("child_type", "child", "name", "parent_type", "parent", "period")
        for table, counted in counts
        for statement in _statements(table, counted)
    ]
    return ibis.union(*statements, distinct=True) if statements else None


def _statements(table: TableDefinition, counted: Table) -> list[Table]:
    """One table's statements: its organisation's name, and each link of its chain of parents."""
    own_type = str(table.column(str(table.organisation)).organisation_type)
    chain: list[tuple[str, str, str | None]] = [
        (own_type, ORGANISATION, f"its_{table.name}" if table.name else None)
    ]
    for column in table.belongs:
        column_name = f"its_{column}_name"
        kind = str(table.column(column).organisation_type)
        chain.append((kind, f"its_{column}", column_name if column_name in counted.columns else None))
    statements = []
    for place, (child_type, child, name) in enumerate(chain):
        if name:
            statements.append(_statement(counted, child_type, child, name=name))
        # A network's practices may lie in two sub-ICBs: only practices and areas hand on their parents.
        if child_type == "pcn":
            continue
        for parent_type, parent, _ in chain[place + 1 :]:
            statements.append(_statement(counted, child_type, child, parent_type=parent_type, parent=parent))
    return statements


def _statement(
    counted: Table,
    child_type: str,
    child: str,
    *,
    name: str | None = None,
    parent_type: str | None = None,
    parent: str | None = None,
) -> Table:
    missing = ibis.null("string")
    stated = counted[name] if name else counted[str(parent)]
    return counted.filter(counted[child].notnull() & stated.notnull()).select(
        child_type=ibis.literal(child_type),
        child=counted[child],
        name=counted[name] if name else missing,
        parent_type=ibis.literal(parent_type) if parent_type else missing,
        parent=counted[parent] if parent else missing,
        period=counted[PERIOD],
    )


def newest_names(records: Table) -> Table:
    """The newest name of each organisation: organisation_type, organisation, name, last_seen."""
    named = records.filter(records.name.notnull())
    ranked = named.mutate(
        place=ibis.row_number().over(
            group_by=[named.child_type, named.child], order_by=[ibis.desc(named.period), named.name]
        )
    )
    newest = ranked.filter(ranked.place == 0)
    return newest.select(
        organisation_type=newest.child_type,
        organisation=newest.child,
        name=newest.name,
        last_seen=newest.period,
    )


def newest_parents(records: Table) -> Table:
    """The newest parent of each kind for each organisation: child_type, child, parent_type, parent."""
    placed = records.filter(records.parent.notnull())
    ranked = placed.mutate(
        place=ibis.row_number().over(
            group_by=[placed.child_type, placed.child, placed.parent_type],
            order_by=[ibis.desc(placed.period), placed.parent],
        )
    )
    newest = ranked.filter(ranked.place == 0)
    return newest.select("child_type", "child", "parent_type", "parent")


def all_parents(direct: Table, catalogue: Catalogue) -> Table:
    """Every ancestor of every organisation, England included.

    A parent that a record names goes before one that is inferred through another: a crosstab names only
    network and sub-ICB, the map of the same practice says which ICB and region these are in.
    """
    through = direct.join(
        direct.view(),
        [("parent_type", "child_type"), ("parent", "child")],
        rname="{name}_above",
    )
    inferred = through.filter(through.parent_type != "pcn").select(
        child_type=through.child_type,
        child=through.child,
        parent_type=through.parent_type_above,
        parent=through.parent_above,
    )
    ranked = ibis.union(direct.mutate(distance=0), inferred.mutate(distance=1).distinct())
    ranked = ranked.mutate(
        place=ibis.row_number().over(
            group_by=[ranked.child_type, ranked.child, ranked.parent_type],
            order_by=[ranked.distance, ranked.parent],
        )
    )
    above = ranked.filter(ranked.place == 0).select("child_type", "child", "parent_type", "parent")
    below_england = [kind.id for kind in catalogue.organisation_types.values() if "england" in kind.parents]
    children = direct.filter(direct.child_type.isin(below_england)).select("child_type", "child").distinct()
    england = children.mutate(parent_type=ibis.literal("england"), parent=ibis.literal(ENGLAND))
    return ibis.union(above, england)
