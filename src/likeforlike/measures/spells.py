"""From statements of several editions to spells: which value held from which day to which, and how that is known."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from likeforlike.measures.statements import Statement

DAY = datetime.timedelta(days=1)

# How a day is known.
STATED, OBSERVED, FIRST_SEEN, INFERRED = "stated", "observed", "first_seen", "inferred"


@dataclass(frozen=True)
class Spell:
    """A time in which one fact about an organisation had one value."""

    organisation_type: str
    organisation: str
    fact: str
    value: str | None
    first_day: datetime.date
    first_day_basis: str
    """`stated`: a source prints it. `observed`: one edition had another value, a later one had this, and the day
    lies between; `first_day` is the first on which it is known. `first_seen`: nothing is known before.
    `inferred`: by a rule, and `evidence` says from what."""
    not_before: datetime.date | None
    """Of an observed first day: the earliest that it can be."""
    last_seen: datetime.date
    """The last day for which an edition states it."""
    last_day: datetime.date | None
    """None where it lasts, as far as is known."""
    sources: tuple[str, ...]
    editions: tuple[str, ...]
    evidence: str | None = None


def make_spells(statements: Sequence[Statement]) -> list[Spell]:
    """The spells of one fact of one organisation, in order of time; they do not overlap.

    Where editions contradict each other about a time, the older one is believed for the time up to its own date
    and the newer one from then on: a source that rewrites history without a date has not said when.
    """
    spells: list[Spell] = []
    for one in sorted(_with_newest_ends(statements), key=_order):
        _place(spells, one)
    ended = [replace(spell, last_day=_last_day(spell, following)) for spell, following in pairwise(spells)]
    return [*ended, *spells[-1:]]


def _with_newest_ends(statements: Sequence[Statement]) -> list[Statement]:
    """Each statement with the last day that the newest edition gives the same spell: it may have ended since."""
    newest = {
        (one.value, one.since): one.until for one in sorted(statements, key=lambda one: one.seen) if one.since
    }
    return [replace(one, until=newest[one.value, one.since]) if one.since else one for one in statements]


def _order(one: Statement) -> tuple[datetime.date, datetime.date, str]:
    """By the last day that is stated: a spell that has ended is printed long after it."""
    return min(one.until or one.seen, one.seen), one.since or one.seen, one.value or ""


def _place(spells: list[Spell], one: Statement) -> None:
    until = one.until
    last_seen = min(until, one.seen) if until else one.seen
    previous = spells[-1] if spells else None
    if previous and _goes_on(previous, one):
        spells[-1] = replace(
            _dated(previous, one),
            last_seen=max(previous.last_seen, last_seen),
            last_day=until,
            sources=_with(previous.sources, one.source),
        )
        return
    if previous and last_seen <= previous.last_seen:
        # An older edition knew better what was then.
        return
    first_day, basis, not_before = _first_day(previous, one)
    if previous and previous.last_day is not None and previous.last_day >= first_day:
        spells[-1] = replace(previous, last_day=first_day - DAY)
    spells.append(
        Spell(
            one.organisation_type, one.organisation, one.fact, one.value, first_day, basis, not_before,
            max(last_seen, first_day), until, (one.source,), (one.edition,),
        )
    )  # fmt: skip


def _goes_on(previous: Spell, one: Statement) -> bool:
    """Whether a statement is of the spell that we are in, not of a return to it."""
    if previous.value != one.value:
        return False
    return previous.last_day is None or one.since is None or one.since <= previous.last_day + DAY


def _dated(spell: Spell, one: Statement) -> Spell:
    """The spell with its first day as a later edition prints it, where until now it was only known from when on."""
    if (
        spell.first_day_basis in (OBSERVED, FIRST_SEEN)
        and one.since is not None
        and one.since <= spell.first_day
        and (spell.not_before is None or one.since >= spell.not_before)
    ):
        # The edition that prints the day stands first: it is the one to be quoted.
        editions = (one.edition, *(edition for edition in spell.editions if edition != one.edition))
        return replace(spell, first_day=one.since, first_day_basis=STATED, not_before=None, editions=editions)
    return replace(spell, editions=_with(spell.editions, one.edition))


def _first_day(previous: Spell | None, one: Statement) -> tuple[datetime.date, str, datetime.date | None]:
    known_until = None if previous is None else previous.last_day or previous.last_seen
    if one.since and (previous is None or one.since > previous.last_seen):
        return one.since, STATED, None
    if known_until is None:
        return one.seen, FIRST_SEEN, None
    return max(one.seen, known_until + DAY), OBSERVED, known_until + DAY


def _last_day(spell: Spell, following: Spell) -> datetime.date:
    """A spell ends where it says so, at the latest on the day before the next."""
    before = following.first_day - DAY
    return before if spell.last_day is None else min(spell.last_day, before)


def _with(known: tuple[str, ...], new: str) -> tuple[str, ...]:
    return known if new in known else (*known, new)


def group_statements(statements: Iterable[Statement]) -> dict[tuple[str, str, str], list[Statement]]:
    """(organisation_type, organisation, fact) → its statements."""
    groups: dict[tuple[str, str, str], list[Statement]] = {}
    for one in statements:
        groups.setdefault((one.organisation_type, one.organisation, one.fact), []).append(one)
    return groups


def value_on(spells: Sequence[Spell], day: datetime.date) -> Spell | None:
    """The spell that a day falls into; none where nothing is known of that day."""
    for spell in spells:
        if spell.first_day <= day and (spell.last_day is None or day <= spell.last_day):
            return spell
    return None
