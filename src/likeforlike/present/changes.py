"""What changed between two results: what the two were made from, then who entered and left the list, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from likeforlike.present import wording
from likeforlike.present.plan_differences import (
    compare_definitions,
    compare_files,
    compare_plans,
    titles_of_both,
)
from likeforlike.review.result import ReviewResult

Row = Mapping[str, Any]
# A change of a fifth of the smallest difference that matters is worth a line.
MATTERS = 0.2
NOT_THERE = "not in the area"


@dataclass(frozen=True)
class MovedView:
    """One organisation that entered or left the list."""

    organisation: str
    name: str
    entered: bool
    before: str
    """Probability before, or that it was not assessed or not there."""
    after: str
    reasons: tuple[str, ...]
    """Each once; none where the area of one of the two does not have it."""

    @property
    def there_in_both(self) -> bool:
        """Whether both areas have it."""
        return NOT_THERE not in (self.before, self.after)


@dataclass(frozen=True)
class ChangesView:
    """Two results side by side."""

    results: tuple[str, str]
    moved: tuple[MovedView, ...]
    stayed: int
    plan: tuple[str, ...]
    """Choices of the plan that differ, with both values."""
    definitions: str
    """That the definitions differ; else ''."""
    editions: tuple[str, ...]
    """Files that only one of the two was made from."""

    def lines(self) -> Iterator[str]:
        """All of it as text: what differs first, for who moved hangs on it."""
        yield f"First:  {self.results[0]}"
        yield f"Second: {self.results[1]}"
        yield ""
        yield "What differs"
        for title, its in (("Plan", self.plan), ("Files", self.editions)):
            if its:
                yield f"  {title}:"
                yield from (f"    {line}" for line in its)
        if self.definitions:
            yield f"  {self.definitions}"
        if not (self.plan or self.editions or self.definitions):
            yield "  Nothing: plan, definitions and files are the same."
        entered, left = ([one for one in self.moved if one.entered is its] for its in (True, False))
        yield ""
        yield f"On the list of both: {self.stayed}. Entered: {len(entered)}. Left: {len(left)}."
        for title, moved in (("Entered", entered), ("Left", left)):
            if moved:
                yield ""
                yield title
                yield from _lines_of_moved(moved)


def _lines_of_moved(moved: Sequence[MovedView]) -> Iterator[str]:
    """Each with its reasons; those that one of the two areas does not have share a line."""
    for one in moved:
        if one.there_in_both:
            yield f"  {one.name} ({one.organisation}): probability {one.before}, then {one.after}."
            yield from (f"    {reason}" for reason in one.reasons)
    elsewhere = [f"{one.name} ({one.organisation})" for one in moved if not one.there_in_both]
    if elsewhere:
        which = "first" if moved[0].entered else "second"
        yield f"  Not in the area of the {which}: {wording.enumerate_words(elsewhere)}."


def view_changes(before: ReviewResult, after: ReviewResult) -> ChangesView:
    """What two results were made from, who moved between them, and why."""
    old, new = (
        {row["organisation"]: row for row in result.rows("organisations")} for result in (before, after)
    )
    listed = [{code for code, row in rows.items() if row["listed"]} for rows in (old, new)]
    titles = titles_of_both(before, after)
    effects = [_effects(result) for result in (before, after)]
    return ChangesView(
        results=(_heading(before), _heading(after)),
        moved=tuple(
            MovedView(
                organisation=code,
                name=(new.get(code) or old[code])["name"],
                entered=code in listed[1],
                before=_chance(old.get(code)),
                after=_chance(new.get(code)),
                reasons=_reasons(code, (before, after), (old, new), effects, titles),
            )
            for code in sorted(listed[0] ^ listed[1])
        ),
        stayed=len(listed[0] & listed[1]),
        plan=tuple(compare_plans(before, after)),
        definitions=compare_definitions(before, after),
        editions=tuple(compare_files(before, after)),
    )


def _heading(result: ReviewResult) -> str:
    return f"{result.manifest['title']} (result {result.id})"


def _effects(result: ReviewResult) -> dict[tuple[str, str], Row]:
    return {(row["organisation"], row["indicator"]): row for row in result.rows("effects")}


def _chance(row: Row | None) -> str:
    if row is None:
        return NOT_THERE
    return wording.probability(row["probability"]) if row["assessed"] else "not assessed"


def _reasons(
    code: str,
    results: Sequence[ReviewResult],
    organisations: Sequence[Mapping[str, Row]],
    effects: Sequence[Mapping[tuple[str, str], Row]],
    titles: Mapping[str, str],
) -> tuple[str, ...]:
    """What moved an organisation: a rule of the list, a gate, or the indicators whose effect changed."""
    if not all(code in rows for rows in organisations):
        return ()
    said = [
        reason
        for which, result, rows in zip(("first", "second"), results, organisations, strict=True)
        for reason in _why_not_listed(rows[code], result, which)
    ]
    indicators = sorted({name for its in effects for organisation, name in its if organisation == code})
    for name in indicators:
        said += _what_moved(titles[name], *(its.get((code, name)) for its in effects))
    if not said:
        said.append("No figure of its own changed by what matters: the others did, or a choice named above.")
    return tuple(dict.fromkeys(said))


def _what_moved(title: str, one: Row | None, other: Row | None) -> Iterator[str]:
    if one is None or other is None:
        alone, which = (one, "first") if one else (other, "second")
        if alone and alone["effect"] is not None and abs(alone["effect"]) >= MATTERS:
            yield f"{title}, in the {which} only: {_units(alone['effect'])}."
    elif one["passed"] != other["passed"]:
        stopped = other if one["passed"] else one
        why = wording.enumerate_words(
            [wording.gate(gate, None) for gate in (stopped["gates"] or "").split(",") if gate]
        )
        yield f"{title} {'no longer counts' if one['passed'] else 'counts now and did not'}" + (
            f": {why}." if why else "."
        )
    elif one["passed"] and abs(one["effect"] - other["effect"]) >= MATTERS:
        yield f"{title}: {wording.number(one['effect'])}, then {_units(other['effect'])}."


def _units(effect: float) -> str:
    return f"{wording.number(effect)} units of what matters from what is expected"


def _why_not_listed(row: Row, result: ReviewResult, which: str) -> Iterator[str]:
    """Where its probability was no reason to leave it out: the rule that did."""
    thresholds = result.manifest["thresholds"]
    if row["listed"] or row["probability"] is None or row["probability"] < thresholds["probably"]:
        return
    if not row["may_be_last_fifth"]:
        yield f"In the {which} the confidence sets of ranks place it outside the last fifth."
    else:
        yield (
            f"In the {which} it would have made the list longer than {result.manifest['longest']} or more than "
            f"{thresholds['most_false']:.0%} of it wrong."
        )
