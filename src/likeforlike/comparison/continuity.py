"""Counts of an earlier time brought forward to the organisations of a later one, or the reason why they cannot be."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from likeforlike.measures.lineage import Event

WHOLE = 1.0


@dataclass(frozen=True)
class Counted:
    """One organisation's count, and the geography that it is in."""

    count: int
    drawn: datetime.date
    """The day whose geography it is in: for a count by practices their month, for one that an area's publisher made
    the day of issue, since each issue prints all its months in one geography."""
    issue: str
    """What was issued together: between two counts of one issue nothing has to be brought forward."""


@dataclass(frozen=True)
class BroughtForward:
    """An organisation's baseline, with what came from its predecessors; or why there is none."""

    count: int | None
    reason: str | None
    predecessors: tuple[str, ...] = ()
    inferred: bool = False
    """Whether one of the successions is inferred."""


def bring_forward(
    code: str, now: Counted, then: Mapping[str, Counted], successions: Sequence[Event]
) -> BroughtForward | None:
    """The baseline of an organisation: its own count, and those of all that it has followed since.

    `successions` are events `succeeded_by`, `part_moved_to` and `opened`. Where an organisation took over, or gave
    away, only a part of another, no count can be divided and there is a reason instead of one; so where a
    predecessor has no count. None where it is simply new.
    """
    own = then.get(code)
    if own is not None and own.issue == now.issue:
        return BroughtForward(own.count, None)
    return _add_up(code, now.drawn, then, successions, frozenset())


def _add_up(
    code: str,
    until: datetime.date,
    then: Mapping[str, Counted],
    events: Sequence[Event],
    seen: frozenset[str],
) -> BroughtForward | None:
    own = then.get(code)
    total = 0 if own is None else own.count
    predecessors: list[str] = []
    inferred = False
    missing: list[str] = []
    for event in events:
        if code not in (event.organisation, event.other) or event.organisation in seen:
            continue
        drawn = then[code].drawn if code in then else min((one.drawn for one in then.values()), default=until)
        if event.event == "opened" or not drawn < event.day <= until:
            continue
        if event.event == "part_moved_to":
            if own is None:
                return None
            return BroughtForward(
                None, f"a part of {event.organisation} moved to {event.other} on {event.day}"
            )
        if event.other != code:
            continue
        if _share(event) < WHOLE:
            return BroughtForward(None, f"{event.organisation} was divided on {event.day}")
        before = _add_up(event.organisation, event.day, then, events, seen | {code})
        if before is None or before.count is None:
            missing.append(event.organisation)
            continue
        total += before.count
        predecessors += [event.organisation, *before.predecessors]
        inferred |= event.basis == "inferred" or before.inferred
    if missing and (own is not None or predecessors):
        return BroughtForward(None, f"{', '.join(missing)}, which it followed, has no figure then")
    if own is None and not predecessors:
        return None
    if own is None and not _is_new(code, events):
        return BroughtForward(None, "it has no figure of its own then")
    return BroughtForward(total, None, tuple(predecessors), inferred)


def _share(event: Event) -> float:
    if event.members is not None and event.of_members:
        return event.members / event.of_members
    return WHOLE if event.share_of_patients is None else event.share_of_patients


def _is_new(code: str, events: Sequence[Event]) -> bool:
    """Whether it began with a succession, so that before there was nothing of its own to count."""
    began = [event.day for event in events if event.event == "opened" and event.organisation == code]
    followed = [event.day for event in events if event.event == "succeeded_by" and event.other == code]
    return bool(began and followed) and max(began) >= min(followed)
