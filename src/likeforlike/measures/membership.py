"""Which organisation belongs to which, as it is now: the newest record of each decides."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import pyarrow
from ibis.expr.types import Table

from likeforlike.catalogue import Catalogue
from likeforlike.catalogue import Table as TableDefinition
from likeforlike.measures.counts import ENGLAND, ORGANISATION, ORGANISATION_TYPE, PERIOD

RECORD = pyarrow.schema(
    {
        "child_type": pyarrow.string(),
        "child": pyarrow.string(),
        "parent_type": pyarrow.string(),
        "parent": pyarrow.string(),
        "period": pyarrow.date32(),
        "times": pyarrow.int64(),
    }
)


def list_records(counts: Sequence[tuple[TableDefinition, Table]]) -> Table:
    """Every statement in the data that an organisation bears a name or belongs to another.

    Columns: child_type, child, parent_type, parent, period, times. For a name, parent_type is 'name'; a null
    parent says that the organisation is in no network.
    A chain is stated link by link, to the next area above: a practice's sub-ICB, the sub-ICB's ICB, so that
    areas add up; the network, which lies beside that chain, is stated for the practice.
    """
    statements = [one for table, counted in counts for one in _statements(table, counted)]
    # Age bands alone, for one, say nothing of the kind.
    return ibis.union(*statements) if statements else ibis.memtable(RECORD.empty_table())


def _statements(table: TableDefinition, counted: Table) -> list[Table]:
    # A table may be about organisations of several kinds: each row says of which.
    chain: list[tuple[ibis.Value, str]] = [(counted[ORGANISATION_TYPE], ORGANISATION)]
    chain += [
        (ibis.literal(str(table.column(column).organisation_type)), f"its_{column}")
        for column in table.belongs
    ]
    kinds = ["", *(str(table.column(column).organisation_type) for column in table.belongs)]
    names = {ORGANISATION: f"its_{table.name}"} | {column: f"{column}_name" for _, column in chain[1:]}
    statements = []
    for place, (kind, column) in enumerate(chain):
        if names[column] in counted.columns:
            statements.append(_statement(counted, kind, column, "name", names[column]))
        for above in range(place + 1, len(chain)):
            statements.append(_statement(counted, kind, column, kinds[above], chain[above][1]))
            if kinds[above] != "pcn":
                break
    return statements


def _statement(counted: Table, child_type: ibis.Value, child: str, parent_type: str, parent: str) -> Table:
    stated = counted.mutate(stated_type=child_type)
    stated = stated.filter(stated[child].notnull())
    # A practice may leave its network and be in none, which is published; an absent name or area is just unknown.
    if parent_type != "pcn":
        stated = stated.filter(stated[parent].notnull())
    return (
        stated.group_by(
            child_type=stated.stated_type,
            child=stated[child],
            parent_type=ibis.literal(parent_type),
            parent=stated[parent],
            period=stated[PERIOD],
        )
        .aggregate(times=stated.count())
        .select("child_type", "child", "parent_type", "parent", "period", "times")
    )


def newest_statements(records: Table) -> Table:
    """For each organisation and kind of statement the newest; of several in a month the most frequent in a table.

    Tables do not add their voices: the three of one workbook name the same practices three times.
    Some practices are on the books of another ICB than their neighbours in the same sub-ICB: the practices of
    a sub-ICB then say different things, and the many are believed.
    """
    ranked = records.mutate(
        place=ibis.row_number().over(
            group_by=[records.child_type, records.child, records.parent_type],
            order_by=[
                ibis.desc(records.period),
                records.parent.isnull(),
                ibis.desc(records.times),
                records.parent,
            ],
        )
    )
    newest = ranked.filter((ranked.place == 0) & ranked.parent.notnull())
    return newest.select("child_type", "child", "parent_type", "parent", "period")


def list_names(newest: Table) -> Table:
    """organisation_type, organisation, name, last_seen."""
    named = newest.filter(newest.parent_type == "name")
    return named.select(
        organisation_type=named.child_type,
        organisation=named.child,
        name=named.parent,
        last_seen=named.period,
    )


def all_parents(newest: Table, catalogue: Catalogue) -> Table:
    """Every area above every organisation, England included: one of each kind.

    A trust's region follows from its board's, and some files print it beside the trust as well: the newest statement
    stands, of two from one month the shortest way. Otherwise its counts would be in a region twice.

    Columns: child_type, child, parent_type, parent, last_seen (the newest month that places the child).
    """
    links = newest.filter(newest.parent_type != "name").select(
        "child_type", "child", "parent_type", "parent", last_seen="period"
    )
    # Three steps lead from a practice to its region. A network is beside the way, not on it.
    steps = links
    above = [links.mutate(steps=ibis.literal(1))]
    for climbed in (2, 3):
        steps = _climb(steps, links)
        above.append(steps.mutate(steps=ibis.literal(climbed)))
    below_england = [kind.id for kind in catalogue.organisation_types.values() if "england" in kind.parents]
    known = newest.filter(newest.child_type.isin(below_england))
    children = known.group_by("child_type", "child").aggregate(last_seen=known.period.max())
    england = children.mutate(parent_type=ibis.literal("england"), parent=ibis.literal(ENGLAND)).select(
        "child_type", "child", "parent_type", "parent", "last_seen"
    )
    return ibis.union(_one_of_each_kind(ibis.union(*above)), england)


def _one_of_each_kind(above: Table) -> Table:
    ranked = above.mutate(
        place=ibis.row_number().over(
            group_by=[above.child_type, above.child, above.parent_type],
            order_by=[ibis.desc(above.last_seen), above.steps, above.parent],
        )
    )
    return ranked.filter(ranked.place == 0).select(
        "child_type", "child", "parent_type", "parent", "last_seen"
    )


def _climb(steps: Table, links: Table) -> Table:
    from_areas = steps.filter(steps.parent_type != "pcn")
    upper = links.select(lower_type="child_type", lower="child", upper_type="parent_type", upper="parent")
    joined = from_areas.join(
        upper, [from_areas.parent_type == upper.lower_type, from_areas.parent == upper.lower]
    )
    return joined.select(
        child_type="child_type",
        child="child",
        parent_type="upper_type",
        parent="upper",
        last_seen="last_seen",
    )
