"""Read the lineage of a finished build: events, memberships over time, and who has closed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from likeforlike.measures.build import Build
from likeforlike.measures.lineage import Event
from likeforlike.measures.lineage_tables import EDITIONS, LINEAGE, MEMBERSHIPS
from likeforlike.measures.spells import Spell


@dataclass(frozen=True)
class Successor:
    """Who took over from an organisation."""

    organisation: str
    day: datetime.date
    basis: str
    evidence: str | None
    share_of_patients: float | None


@dataclass(frozen=True)
class Closure:
    """That an organisation is no more, as far as the files tell."""

    organisation: str
    day: datetime.date
    not_before: datetime.date | None
    how: str
    """`closed`, as stated; `list_ended`; or `dormant`: the first of these that is known."""
    successors: tuple[Successor, ...]


def read_events(
    build: Build, *, organisation: str | None = None, other: str | None = None, events: Sequence[str] = ()
) -> list[Event]:
    """What happened to organisations, in order: of one, of all that one followed, or some kinds of event only."""
    filters: list[tuple[str, str, object]] = []
    if organisation is not None:
        filters.append(("organisation", "==", organisation))
    if other is not None:
        filters.append(("other", "==", other))
    if events:
        filters.append(("event", "in", list(events)))
    names = {field.name for field in fields(Event)}
    return [
        Event(**{name: value for name, value in _with_lists(row).items() if name in names})
        for row in _read(build.folder / LINEAGE, filters)
    ]


def read_memberships(build: Build, organisation: str) -> list[Spell]:
    """Whom an organisation belonged to, from when to when."""
    return [_spell(row) for row in _read(build.folder / MEMBERSHIPS, [("child", "==", organisation)])]


def read_members_on(
    build: Build, parent_type: str, parent: str, child_type: str, day: datetime.date
) -> dict[str, Spell]:
    """Who belonged to an area on a day: as it was, not as it is now."""
    rows = _read(
        build.folder / MEMBERSHIPS,
        [("parent_type", "==", parent_type), ("parent", "==", parent), ("child_type", "==", child_type)],
    )
    return {
        row["child"]: _spell(row)
        for row in rows
        if row["first_day"] <= day and (row["last_day"] is None or day <= row["last_day"])
    }


def read_closures(build: Build, organisation_type: str) -> dict[str, Closure]:
    """Those organisations of a kind that are no more: code → since when, how it is known, and who followed."""
    events = [
        event
        for event in read_events(build, events=("closed", "list_ended", "dormant", "succeeded_by"))
        if event.organisation_type == organisation_type
    ]
    successors: dict[str, list[Successor]] = {}
    ends: dict[str, dict[str, Event]] = {}
    for event in events:
        if event.event == "succeeded_by":
            successors.setdefault(event.organisation, []).append(
                Successor(str(event.other), event.day, event.basis, event.evidence, event.share_of_patients)
            )
        else:
            ends.setdefault(event.organisation, {})[event.event] = event
    closures = {}
    for code in sorted(ends.keys() | successors.keys()):
        known = ends.get(code, {})
        end = next((known[how] for how in ("closed", "list_ended", "dormant") if how in known), None)
        followed = tuple(successors.get(code, ()))
        day = end.day if end else followed[0].day
        closures[code] = Closure(
            code, day, end.not_before if end else None, end.event if end else "closed", followed
        )
    return closures


def read_issue_days(build: Build) -> dict[str, datetime.date]:
    """Edition → the day on which it was issued."""
    return {row["edition"]: row["published"] for row in _read(build.folder / EDITIONS, [])}


def _read(path: Path, filters: Sequence[tuple[str, str, object]]) -> list[dict[str, Any]]:
    # The build of an empty store has no lineage.
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path, filters=list(filters) or None).to_pylist()
    return rows


def _with_lists(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        name: tuple(filter(None, str(row[name] or "").split(","))) for name in ("sources", "editions")
    }


def _spell(row: dict[str, Any]) -> Spell:
    row = _with_lists(row)
    names = {
        "child_type": "organisation_type",
        "child": "organisation",
        "parent_type": "fact",
        "parent": "value",
    }
    return Spell(**{names.get(name, name): value for name, value in row.items()})
