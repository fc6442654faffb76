"""What changed between two results: who entered and left the list, and what the two were made from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from likeforlike.present import wording
from likeforlike.review.result import ReviewResult


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


@dataclass(frozen=True)
class ChangesView:
    """Two results side by side."""

    heading: str
    moved: tuple[MovedView, ...]
    stayed: int
    plan: tuple[str, ...]
    """Keys of the plan that differ, with both values."""
    definitions: str
    editions: tuple[str, ...]
    """Files that only one of the two was made from."""

    def lines(self) -> Iterator[str]:
        """All of it as text."""
        yield self.heading
        yield f"Stayed on the list: {self.stayed}."
        for one in self.moved:
            verb = "entered" if one.entered else "left"
            yield f"  {one.name} ({one.organisation}) {verb}: probability {one.before}, then {one.after}."
            for reason in one.reasons:
                yield f"    {reason}"
        for title, its in (("Plan", self.plan), ("Files", self.editions)):
            if its:
                yield f"{title}:"
                yield from (f"  {line}" for line in its)
        if self.definitions:
            yield self.definitions


def view_changes(before: ReviewResult, after: ReviewResult) -> ChangesView:
    """Who moved between two results of one area, and why."""
    old, new = (
        {row["organisation"]: row for row in result.rows("organisations")} for result in (before, after)
    )
    listed = [{code for code, row in rows.items() if row["listed"]} for rows in (old, new)]
    names = {**{code: row["name"] for code, row in old.items()}, **{c: r["name"] for c, r in new.items()}}
    moved = tuple(
        MovedView(
            organisation=code,
            name=names[code],
            entered=code in listed[1],
            before=_chance(old.get(code)),
            after=_chance(new.get(code)),
            reasons=tuple(_reasons(code, before, after, old, new)),
        )
        for code in sorted(listed[0] ^ listed[1])
    )
    same = before.manifest["definitions"] == after.manifest["definitions"]
    return ChangesView(
        heading=f"{before.id} ({before.manifest['title']}) and {after.id} ({after.manifest['title']})",
        moved=moved,
        stayed=len(listed[0] & listed[1]),
        plan=tuple(_plan_differences(before, after)),
        definitions="" if same else "Definitions: the two were made with different definitions.",
        editions=tuple(_edition_differences(before, after)),
    )


def _chance(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "not in the area"
    return wording.probability(row["probability"]) if row["assessed"] else "not assessed"


def _reasons(
    code: str,
    before: ReviewResult,
    after: ReviewResult,
    old: Mapping[str, Mapping[str, Any]],
    new: Mapping[str, Mapping[str, Any]],
) -> Iterator[str]:
    """What moved an organisation: a threshold, a gate, or the indicators whose effect changed most."""
    if code not in old or code not in new:
        yield "It is in the area in one of the two only."
        return
    for result, rows in ((before, old), (after, new)):
        row = rows[code]
        if row["assessed"] and not row["listed"]:
            yield from _why_not_listed(row, result)
    first, second = (_effects(result, code) for result in (before, after))
    for indicator in sorted(first.keys() | second.keys()):
        one, other = first.get(indicator), second.get(indicator)
        if one is None or other is None:
            yield f"{indicator} is in one of the two only."
        elif one["passed"] != other["passed"]:
            now = "no longer counts" if one["passed"] else "counts now"
            yield f"{indicator} {now}: {one['gates'] or other['gates']}."
        elif one["effect"] is not None and abs(one["effect"] - other["effect"]) >= MATTERS:
            yield (
                f"{indicator}: {wording.number(one['effect'])} then {wording.number(other['effect'])} units of what "
                "matters against what is expected."
            )


# A change of a fifth of the smallest difference that matters is worth a line.
MATTERS = 0.2


def _why_not_listed(row: Mapping[str, Any], result: ReviewResult) -> Iterator[str]:
    thresholds = result.manifest["thresholds"]
    if row["probability"] is None or row["probability"] < thresholds["probably"]:
        return
    if not row["may_be_last_fifth"]:
        yield f"In {result.id} the confidence sets of ranks place it outside the last fifth."
    else:
        yield (
            f"In {result.id} it would have made the list longer than {result.manifest['longest']} or more than "
            f"{thresholds['most_false']:.0%} of it wrong."
        )


def _effects(result: ReviewResult, code: str) -> dict[str, dict[str, Any]]:
    return {row["indicator"]: row for row in result.rows("effects") if row["organisation"] == code}


def _plan_differences(before: ReviewResult, after: ReviewResult) -> Iterator[str]:
    old, new = (_flat(tomllib.loads(result.plan.read_text(encoding="utf-8"))) for result in (before, after))
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield f"{key}: {old.get(key, 'not said')}, then {new.get(key, 'not said')}"


def _flat(content: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for one in value:
                flat |= _flat(one, f"{prefix}{key}.{one.get('id', '?')}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _edition_differences(before: ReviewResult, after: ReviewResult) -> Iterator[str]:
    old, new = ({row["edition"]: row for row in result.rows("sources")} for result in (before, after))
    for edition in sorted(old.keys() ^ new.keys(), key=lambda one: str({**old, **new}[one]["published"])):
        row = old.get(edition) or new[edition]
        which = "first" if edition in old else "second"
        yield f"{row['file']} ({row['source']}, issued {row['published']}) is in the {which} only"
