"""What the sources state of organisations' lives: names, places, dates, and whom they belong to, edition by edition."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import ibis
from ibis.expr.types import Table

from likeforlike.catalogue import Table as TableDefinition
from likeforlike.catalogue.histories import History

# What a statement can be about, besides the kinds of organisation that one belongs to.
NAME, POSTCODE, STATE, OPENED, CLOSED, SUCCESSOR = (
    "name", "postcode", "state", "opened", "closed", "successor",
)  # fmt: skip


Fetch = Callable[[Table], list[dict[str, Any]]]
"""Computes an expression and gives its rows."""


@dataclass(frozen=True)
class Statement:
    """One fact about one organisation, as one edition of a source has it."""

    organisation_type: str
    organisation: str
    fact: str
    """`name`, `postcode`, `state`, `opened`, `closed`, `successor`, or the kind of organisation it belongs to."""
    value: str | None
    """The name, the code of the larger organisation …; none says that it belongs to no such organisation."""
    since: datetime.date | None
    """The first day of it, where the source prints one."""
    until: datetime.date | None
    """The last day of it, where the source prints one."""
    seen: datetime.date
    """The first day of the month that the edition is about."""
    source: str
    edition: str
    share: float | None = None
    """Of a successor: the share that it took over."""
    evidence: str | None = None
    """Of a successor: how it is known."""


def list_statements(rows: Table, table: TableDefinition, source: str, fetch: Fetch) -> list[Statement]:
    """All that the rows of one table state; months that repeat the one before are left out.

    `rows` are those of the newest editions of each month.
    """
    history = table.history
    if history is None:
        return []
    for column, labels in history.where.items():
        rows = rows.filter(rows[column].isin(list(labels)))
    rows = rows.filter(rows[str(table.organisation)].notnull())
    if history.successor:
        return _sorted(_successors(rows, table, history, source, fetch))
    return _sorted(
        one for item in _facts(history) for one in _read(rows, table, history, source, fetch, *item)
    )


def _sorted(statements: Iterator[Statement]) -> list[Statement]:
    return sorted(
        statements,
        key=lambda one: (
            one.organisation_type,
            one.organisation,
            one.fact,
            one.seen,
            one.since or datetime.date.min,
            one.value or "",
        ),
    )


def _facts(history: History) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """(fact, column of its value, of its first day, of its last day)."""
    for fact, column in ((NAME, history.name), (POSTCODE, history.postcode), (STATE, history.state)):
        if column:
            yield fact, column, None, None
    for fact, day in ((OPENED, history.opened), (CLOSED, history.closed)):
        if day:
            yield fact, None, day, None
    for one in history.belongs:
        yield one.organisation_type, one.column, one.since, one.until


def _read(
    rows: Table,
    table: TableDefinition,
    history: History,
    source: str,
    fetch: Fetch,
    fact: str,
    column: str | None,
    since: str | None,
    until: str | None,
) -> Iterator[Statement]:
    facts = rows.select(
        kind=_kind(rows, table, history),
        organisation=rows[str(table.organisation)],
        value=rows[column].cast("string") if column else ibis.null("string"),
        since=rows[since] if since else ibis.null("date"),
        until=rows[until] if until else ibis.null("date"),
        seen=rows[table.period],
        edition=rows["edition"],
    )
    facts = _ends_of_spells(facts) if since else _ends_of_runs(facts)
    for row in fetch(facts):
        yield Statement(
            row["kind"], row["organisation"], fact, row["value"], row["since"], row["until"], row["seen"],
            source, row["edition"],
        )  # fmt: skip


def _kind(rows: Table, table: TableDefinition, history: History) -> ibis.Value:
    if history.organisation_type:
        return ibis.literal(history.organisation_type)
    return rows[str(table.organisation_types)].cast("string")


def _ends_of_runs(facts: Table) -> Table:
    """The first and last month of each unbroken run of the same value: what lies between repeats it."""
    facts = facts.mutate(shown=facts["value"].fill_null(""))
    order = ibis.window(group_by=[facts.kind, facts.organisation], order_by=facts.seen)
    marked = facts.mutate(before=facts.shown.lag().over(order), after=facts.shown.lead().over(order))
    is_end = (
        marked.before.isnull()
        | marked.after.isnull()
        | (marked.before != marked.shown)
        | (marked.after != marked.shown)
    )
    return marked.filter(is_end).drop("shown", "before", "after")


def _ends_of_spells(facts: Table) -> Table:
    """Where the source prints the first day, the same spell is printed in every edition: its first and its last."""
    keys = ["kind", "organisation", "value", "since", "until"]
    grouped = facts.group_by(keys)
    first = grouped.aggregate(edition=facts.edition.argmin(facts.seen), seen=facts.seen.min())
    last = grouped.aggregate(edition=facts.edition.argmax(facts.seen), seen=facts.seen.max())
    columns = [*keys, "seen", "edition"]
    return ibis.union(first.select(columns), last.select(columns), distinct=True)


def _successors(
    rows: Table, table: TableDefinition, history: History, source: str, fetch: Fetch
) -> Iterator[Statement]:
    named = rows.select(
        kind=_kind(rows, table, history),
        organisation=rows[str(table.organisation)],
        value=rows[str(history.successor)],
        since=rows[str(history.since)],
        seen=rows[table.period],
        edition=rows["edition"],
        share=rows[history.share] if history.share else ibis.null("float64"),
        evidence=rows[history.evidence] if history.evidence else ibis.null("string"),
    )
    for row in fetch(named):
        yield Statement(
            row["kind"], row["organisation"], SUCCESSOR, row["value"], row["since"], None, row["seen"],
            source, row["edition"], row["share"], row["evidence"],
        )  # fmt: skip
