"""Which area followed which, from the practices that changed over: whole, split, or only a part that moved."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from likeforlike.measures.spells import DAY, INFERRED, OBSERVED, Spell

# An area that no source has placed anybody in for this long has ended.
SILENT_DAYS = 366
# Practices that change over on one day are a change of the area's boundary from this many on.
FEWEST_OF_A_PART = 2
# A share of patients is given where the lists of at least this share of the practices are known.
LISTS_KNOWN = 0.9

Patients = Callable[[str, datetime.date], int | None]
Memberships = dict[str, list[Spell]]


@dataclass(frozen=True)
class AreaSuccession:
    """From a day on, so many of the practices of one area are in another."""

    predecessor: str
    successor: str
    day: datetime.date
    day_basis: str
    members: int
    of_members: int
    share_of_patients: float | None
    """Null where lists of that time are not known."""
    ends: bool
    """Whether the predecessor has ended; else a part of it has moved."""
    inferred_members: int
    """Of `members`, those of whom no source says that they went with the others."""
    sources: tuple[str, ...]
    editions: tuple[str, ...]

    @property
    def share_of_members(self) -> float:
        """The share of the predecessor's practices, closed ones left out."""
        return self.members / self.of_members


@dataclass(frozen=True)
class _Change:
    """One practice that changed over."""

    practice: str
    place: int
    """Position of the new spell among the practice's."""
    before: Spell
    after: Spell


def succeed_areas(memberships: Memberships, patients: Patients) -> tuple[list[AreaSuccession], Memberships]:
    """Who followed whom among the areas that practices belong to, and the memberships with what follows from it.

    An area has ended where it has no practice left. It ended on the day on which most of its practices changed
    over, and its main successor is where most of them went. A practice that turns up elsewhere later, and of which
    nothing is stated for the time between, was with the others in the main successor until then; a practice whose
    change is only known to lie between two editions changed with its neighbours. Both are inferred, and say so.
    """
    filled = {practice: list(spells) for practice, spells in memberships.items()}
    lasting = _lasting(filled)
    changes: dict[str, list[_Change]] = {}
    for practice, spells in filled.items():
        for place, (before, after) in enumerate(pairwise(spells), start=1):
            if before.value and after.value and before.value != after.value:
                changes.setdefault(before.value, []).append(_Change(practice, place, before, after))
    for area in sorted(changes):
        if area not in lasting:
            _go_with_the_others(filled, changes[area])
    return _count(filled, lasting, patients), filled


def _lasting(memberships: Memberships) -> frozenset[str]:
    newest = max(
        (spell.last_seen for spells in memberships.values() for spell in spells), default=datetime.date.min
    )
    return frozenset(
        spell.value
        for spells in memberships.values()
        for spell in spells
        if spell.value and spell.last_day is None and (newest - spell.last_seen).days <= SILENT_DAYS
    )


def _go_with_the_others(filled: Memberships, changes: Sequence[_Change]) -> None:
    """Put the practices of an ended area, of whom too little is stated, where the others went."""
    known = Counter(
        (change.after.first_day, str(change.after.value))
        for change in changes
        if change.after.first_day_basis != OBSERVED
    )
    if not known:
        return
    day, main = min(known, key=lambda key: (-known[key], key))
    for change in changes:
        before, after = change.before, change.after
        if before.last_seen >= day or after.first_day <= day:
            continue
        evidence = f"{known[day, main]} others of {before.value} are in {main} from {day}"
        spells = filled[change.practice]
        place = next(index for index, spell in enumerate(spells) if spell.first_day == after.first_day)
        spells[place - 1] = replace(spells[place - 1], last_day=day - DAY)
        if after.value == main:
            spells[place] = replace(after, first_day=day, first_day_basis=INFERRED, evidence=evidence)
        else:
            between = replace(
                after, value=main, first_day=day, first_day_basis=INFERRED, not_before=None, last_seen=day,
                last_day=after.first_day - DAY, evidence=evidence,
            )  # fmt: skip
            spells.insert(place, between)


def _count(memberships: Memberships, lasting: frozenset[str], patients: Patients) -> list[AreaSuccession]:
    moved: dict[tuple[str, datetime.date], list[tuple[str, Spell]]] = {}
    for practice, spells in memberships.items():
        for before, after in pairwise(spells):
            if before.value and after.value and before.value != after.value:
                moved.setdefault((before.value, after.first_day), []).append((practice, after))
    ended_on: dict[str, datetime.date] = {}
    for (area, day), gone in sorted(moved.items()):
        if area not in lasting and len(gone) >= len(moved.get((area, ended_on.get(area, day)), [])):
            ended_on[area] = day
    successions = []
    for (area, day), gone in sorted(moved.items()):
        ends = ended_on.get(area) == day
        there = _members_on(memberships, area, day - DAY)
        for successor in sorted({str(after.value) for _, after in gone}):
            going = [(practice, after) for practice, after in gone if after.value == successor]
            if not ends and len(going) < FEWEST_OF_A_PART:
                continue
            successions.append(_succession(area, successor, day, going, there, patients, ends=ends))
    return successions


def _members_on(memberships: Mapping[str, Sequence[Spell]], area: str, day: datetime.date) -> list[str]:
    """The practices of an area on a day that did not close on it."""
    return [
        practice
        for practice, spells in memberships.items()
        for place, spell in enumerate(spells)
        if spell.value == area
        and spell.first_day <= day
        and (spell.last_day is None or spell.last_day >= day)
        and (spell.last_day != day or place + 1 < len(spells))
    ]


def _succession(
    area: str,
    successor: str,
    day: datetime.date,
    going: Sequence[tuple[str, Spell]],
    there: Sequence[str],
    patients: Patients,
    *,
    ends: bool,
) -> AreaSuccession:
    lists = {practice: patients(practice, day) for practice in there}
    known = {practice: size for practice, size in lists.items() if size is not None}
    share = None
    if there and len(known) >= LISTS_KNOWN * len(there) and sum(known.values()):
        share = sum(known.get(practice, 0) for practice, _ in going) / sum(known.values())
    return AreaSuccession(
        predecessor=area,
        successor=successor,
        day=day,
        day_basis=min((after.first_day_basis for _, after in going), key=(OBSERVED, INFERRED).count),
        members=len(going),
        of_members=len(there),
        share_of_patients=share,
        ends=ends,
        inferred_members=sum(after.first_day_basis == INFERRED for _, after in going),
        sources=tuple(sorted({source for _, after in going for source in after.sources})),
        editions=tuple(sorted({edition for _, after in going for edition in after.editions})),
    )
