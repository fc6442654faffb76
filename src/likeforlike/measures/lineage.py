"""The lineage of organisations: what happened to each of them, on which day, and how that is known."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from likeforlike.measures.area_successions import AreaSuccession, Memberships, Patients, succeed_areas
from likeforlike.measures.list_jumps import ListJump
from likeforlike.measures.spells import (
    FIRST_SEEN,
    INFERRED,
    OBSERVED,
    STATED,
    Spell,
    group_statements,
    make_spells,
)
from likeforlike.measures.statements import CLOSED, NAME, OPENED, POSTCODE, STATE, SUCCESSOR, Statement

PRACTICE, SUB_ICB, PCN = "gp_practice", "sub_icb", "pcn"
DORMANT = "Dormant"
DERIVED = "derived"


@dataclass(frozen=True)
class Event:
    """Something that happened to an organisation: a row of `lineage.parquet`."""

    organisation_type: str
    organisation: str
    event: str
    """`opened`, `closed`, `dormant`, `list_began`, `list_ended`, `renamed`, `joined`, `moved`, `left`,
    `moved_with_area`, `succeeded_by`, `part_moved_to`."""
    day: datetime.date
    """The day on which it happened; of an observed one the first on which it is known to have."""
    not_before: datetime.date | None
    """Of an observed day: the earliest that it can be."""
    basis: str
    """`stated`, `observed`, `derived` (from what is stated of practices) or `inferred`."""
    evidence: str | None
    other_type: str | None = None
    other: str | None = None
    """The successor, or the organisation that it now belongs to; of a new name the name."""
    previous: str | None = None
    """Whom it belonged to, or what it was called, before."""
    members: int | None = None
    of_members: int | None = None
    share_of_patients: float | None = None
    sources: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """The first and last month in which a practice had a list, and its size in the last."""

    first: datetime.date
    last: datetime.date
    before_first: datetime.date | None
    """The month with lists before the first; none where that is the first of all."""
    after_last: datetime.date | None
    """The month with lists after the last; none where that is the newest."""
    patients: int
    editions: tuple[str, ...]


@dataclass(frozen=True)
class Lineage:
    """All events, and who belonged to whom from when to when."""

    events: tuple[Event, ...]
    spells: tuple[Spell, ...]
    """Of belonging only; a null value says: to none."""


def make_lineage(
    statements: Iterable[Statement],
    jumps: Sequence[ListJump],
    listed: dict[str, Listed],
    patients: Patients,
) -> Lineage:
    """Put together what sources state, what follows from it, and what is inferred; stated beats inferred."""
    groups = group_statements(statements)
    spells = {
        key: make_spells(group) for key, group in groups.items() if key[2] not in (OPENED, CLOSED, SUCCESSOR)
    }
    closings = {key[:2]: _newest_day(group) for key, group in groups.items() if key[2] == CLOSED}
    spells = _end_with_closing(spells, closings)
    practices: Memberships = {
        organisation: its
        for (kind, organisation, fact), its in spells.items()
        if (kind, fact) == (PRACTICE, SUB_ICB)
    }
    successions, practices = succeed_areas(practices, patients)
    spells |= {(PRACTICE, organisation, SUB_ICB): its for organisation, its in practices.items()}
    events = [
        *_openings_and_closings(groups, spells),
        *_list_events(listed),
        *(event for key, its in spells.items() for event in _changes(key, its, successions)),
        *(_area_event(one) for one in successions),
        *_new_areas(practices, successions),
        *_practice_successions(groups, jumps),
    ]
    belonging = [
        spell for (_, _, fact), its in spells.items() if fact not in (NAME, POSTCODE, STATE) for spell in its
    ]
    return Lineage(tuple(sorted(events, key=_event_order)), tuple(sorted(belonging, key=_spell_order)))


def _event_order(event: Event) -> tuple[object, ...]:
    return (
        event.organisation_type,
        event.organisation,
        event.day,
        event.event,
        event.other_type or "",
        event.other or "",
    )


def _spell_order(spell: Spell) -> tuple[object, ...]:
    return (spell.organisation_type, spell.organisation, spell.fact, spell.first_day)


def _newest_day(group: Sequence[Statement]) -> Statement:
    """What the newest edition says: a closing date may be taken back."""
    return max(group, key=lambda one: (one.seen, one.since or datetime.date.min))


def _end_with_closing(
    spells: dict[tuple[str, str, str], list[Spell]], closings: dict[tuple[str, str], Statement]
) -> dict[tuple[str, str, str], list[Spell]]:
    """A closed organisation belongs to nobody any more, from the day after.

    What a directory prints of one that had closed before its date is where it was when it closed.
    """
    ended = {}
    for key, its in spells.items():
        closing = closings.get(key[:2])
        last = its[-1]
        if (
            closing
            and closing.since
            and last.first_day_basis == FIRST_SEEN
            and closing.since < last.first_day
        ):
            last = replace(last, first_day=closing.since)
        if closing and closing.since and last.last_day is None and closing.since >= last.first_day:
            its = [
                *its[:-1],
                replace(last, last_day=closing.since, last_seen=min(last.last_seen, closing.since)),
            ]
        ended[key] = its
    return ended


def _openings_and_closings(
    groups: dict[tuple[str, str, str], list[Statement]], spells: dict[tuple[str, str, str], list[Spell]]
) -> list[Event]:
    events = []
    for (kind, organisation, fact), group in groups.items():
        if fact in (OPENED, CLOSED):
            newest = _newest_day(group)
            if newest.since is not None:
                events.append(
                    Event(
                        kind, organisation, fact, newest.since, None, STATED, None,
                        sources=(newest.source,), editions=(newest.edition,),
                    )
                )  # fmt: skip
    for (kind, organisation, fact), its in spells.items():
        if fact == STATE and its[-1].value == DORMANT:
            last = its[-1]
            events.append(
                Event(
                    kind, organisation, "dormant", last.first_day, last.not_before,
                    OBSERVED, None, sources=last.sources, editions=last.editions,
                )
            )  # fmt: skip
    return events


def _list_events(listed: dict[str, Listed]) -> list[Event]:
    events = []
    for practice, its in listed.items():
        if its.before_first is not None:
            events.append(
                Event(
                    PRACTICE, practice, "list_began", its.first, its.before_first, OBSERVED,
                    f"no list in {its.before_first:%Y-%m}", editions=its.editions,
                )
            )  # fmt: skip
        if its.after_last is not None:
            events.append(
                Event(
                    PRACTICE, practice, "list_ended", its.after_last, its.last, OBSERVED,
                    f"{its.patients:,} patients in {its.last:%Y-%m}, no list in {its.after_last:%Y-%m}",
                    editions=its.editions,
                )
            )  # fmt: skip
    return events


def _changes(
    key: tuple[str, str, str], spells: Sequence[Spell], successions: Sequence[AreaSuccession]
) -> Iterable[Event]:
    kind, organisation, fact = key
    if fact in (STATE, POSTCODE):
        return
    followed = {(one.predecessor, one.successor, one.day) for one in successions if one.ends}
    for before, after in pairwise(spells):
        if before.value == after.value:
            continue
        if fact == NAME:
            name = "renamed"
        elif before.value is None:
            name = "joined"
        elif after.value is None:
            name = "left"
        elif (before.value, after.value, after.first_day) in followed:
            name = "moved_with_area"
        else:
            name = "moved"
        yield Event(
            kind, organisation, name, after.first_day, after.not_before,
            OBSERVED if after.first_day_basis == FIRST_SEEN else after.first_day_basis, after.evidence,
            other_type=None if fact == NAME else fact, other=after.value, previous=before.value,
            sources=after.sources, editions=after.editions[:1],
        )  # fmt: skip


def _area_event(one: AreaSuccession) -> Event:
    went = f"{one.members} of {one.of_members} practices of {one.predecessor} are in {one.successor} from {one.day}"
    if one.inferred_members:
        went += f" ({one.inferred_members} of them inferred)"
    return Event(
        SUB_ICB, one.predecessor, "succeeded_by" if one.ends else "part_moved_to", one.day, None, DERIVED, went,
        other_type=SUB_ICB, other=one.successor, members=one.members, of_members=one.of_members,
        share_of_patients=one.share_of_patients, sources=one.sources, editions=one.editions,
    )  # fmt: skip


def _new_areas(memberships: Memberships, successions: Sequence[AreaSuccession]) -> list[Event]:
    """An area in which nobody was before the day on which it succeeded others began on that day."""
    first: dict[str, datetime.date] = {}
    for its in memberships.values():
        for spell in its:
            if spell.value:
                first[spell.value] = min(spell.first_day, first.get(spell.value, spell.first_day))
    began = {one.successor: one for one in successions if one.ends and first.get(one.successor) == one.day}
    return [
        Event(
            SUB_ICB, area, OPENED, one.day, None, DERIVED, "none of its practices was in it before",
            sources=one.sources, editions=one.editions,
        )
        for area, one in began.items()
    ]  # fmt: skip


def _practice_successions(
    groups: dict[tuple[str, str, str], list[Statement]], jumps: Sequence[ListJump]
) -> list[Event]:
    events = []
    stated = set()
    for (kind, organisation, fact), group in groups.items():
        if fact != SUCCESSOR:
            continue
        stated.add(organisation)
        # The newest file with a statement about an organisation stands for all that is stated of it.
        newest = max(one.seen for one in group)
        events += [
            Event(
                kind, organisation, "succeeded_by", one.since, None, STATED, one.evidence, other_type=kind,
                other=one.value, share_of_patients=one.share, sources=(one.source,),
                # What the definitions state rests on no edition.
                editions=(one.edition,) if one.edition else (),
            )
            for one in group
            if one.seen == newest and one.since is not None
        ]  # fmt: skip
    inferred = [
        Event(
            PRACTICE, jump.predecessor, "succeeded_by", jump.by, jump.after, INFERRED, _evidence(jump, groups),
            other_type=PRACTICE, other=jump.successor, editions=jump.editions,
        )
        for jump in jumps
        if jump.predecessor not in stated
    ]  # fmt: skip
    return [*events, *inferred]


def _evidence(jump: ListJump, groups: dict[tuple[str, str, str], list[Statement]]) -> str:
    """The lists, and what else speaks for it."""
    also = []
    for fact, words in ((POSTCODE, "the same postcode"), (PCN, "the same network")):
        one, other = (groups.get((PRACTICE, code, fact), []) for code in (jump.predecessor, jump.successor))
        if {given.value for given in one if given.value} & {given.value for given in other}:
            also.append(words)
    return jump.evidence + (f"; {' and '.join(also)}" if also else "")
