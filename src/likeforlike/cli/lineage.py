"""`likeforlike lineage`: what happened to an organisation, when, and how that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from likeforlike.cli.built import require_build
from likeforlike.cli.printing import (
    AsAtOption,
    JsonOption,
    StoreOption,
    console,
    open_store,
    parse_day,
    print_json,
)
from likeforlike.errors import NotFoundError

if TYPE_CHECKING:
    from likeforlike.measures.lineage import Event
    from likeforlike.measures.spells import Spell
    from likeforlike.store import Manifest

WORDS = {
    "opened": "opened",
    "closed": "closed",
    "dormant": "dormant from then on",
    "list_began": "first list of patients",
    "list_ended": "no list of patients any more",
    "renamed": "renamed from {previous} to {other}",
    "joined": "joined {other}",
    "left": "left {previous}",
    "moved": "moved from {previous} to {other}",
    "moved_with_area": "with its area from {previous} to {other}",
    "succeeded_by": "followed by {other}",
    "part_moved_to": "a part moved to {other}",
}


def lineage(
    code: Annotated[str, typer.Argument(help="Code of a practice, network or sub-ICB, past or present.")],
    store: StoreOption = None,
    as_at: AsAtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the history of an organisation: opened, closed, moved, followed by whom, each with its basis.

    What a source states, what two editions of it show, and what is inferred are told apart. As it was: to whom it
    belonged from when to when. As it is now: the last line of that.

    [bold]Examples[/]

        likeforlike lineage A81001

        likeforlike lineage 05L --json
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.measures.lineage_reading import read_events, read_memberships
    from likeforlike.measures.reading import read_names

    opened, _ = open_store(store)
    built = require_build(opened, load_catalogue(), parse_day(as_at, "--as-at"))
    code = code.upper()
    events = read_events(built, organisation=code)
    predecessors = read_events(built, other=code, events=("succeeded_by", "part_moved_to"))
    memberships = read_memberships(built, code)
    if not events and not predecessors and not memberships:
        raise NotFoundError(
            f"no file in the store says anything of the history of '{code}'.",
            next_step="Histories come from epraccur, ePCN and the practice maps: add them and build. "
            "`likeforlike show --areas` lists the areas of the build.",
        )
    names = {name: title for (_, name), title in read_names(built).items()}
    manifest = opened.manifest()
    if as_json:
        print_json(
            {
                "organisation": code,
                "name": names.get(code),
                "events": [vars(event) for event in events],
                "predecessors": [vars(event) for event in predecessors],
                "memberships": [_membership(spell) for spell in memberships],
                "sources": _sources([*events, *predecessors], memberships, manifest),
            }
        )
        return
    out = console()
    out.print(f"[bold]{code}[/] {names.get(code, '(no name in the maps)')}")
    for event in events:
        out.print(f"{_day(event)}  {WORDS[event.event].format(**vars(event))}{_basis(event)}", markup=False)
    for event in predecessors:
        what = "followed" if event.event == "succeeded_by" else "took over a part of"
        out.print(f"{_day(event)}  {what} {event.organisation}{_basis(event)}", markup=False)
    if memberships:
        out.print("\n[bold]To whom it belonged[/]")
        for spell in memberships:
            until = spell.last_day or "now"
            how = f"{spell.fact}; first day {spell.first_day_basis}"
            out.print(f"{spell.first_day} to {until}  {spell.value or 'none'} ({how})", markup=False)
    out.print("\n[bold]Sources[/]")
    for line in _sources([*events, *predecessors], memberships, manifest):
        out.print(f"- {line}", markup=False)


def _day(event: Event) -> str:
    return f"{event.not_before} to {event.day}" if event.not_before else str(event.day)


def _basis(event: Event) -> str:
    facts = [event.basis]
    if event.share_of_patients is not None:
        facts.append(f"{event.share_of_patients:.0%} of patients")
    facts += [event.evidence] if event.evidence else []
    facts += [f"edition {edition[:8]}" for edition in event.editions]
    return f" ({'; '.join(facts)})"


def _membership(spell: Spell) -> dict[str, object]:
    row = dict(vars(spell))
    row["parent_type"], row["parent"] = row.pop("fact"), row.pop("value")
    del row["organisation"], row["organisation_type"]
    return row


def _sources(events: list[Event], memberships: list[Spell], manifest: Manifest) -> list[str]:
    editions = {edition for event in events for edition in event.editions}
    editions |= {edition for spell in memberships for edition in spell.editions}
    return [
        f"{file.edition[:8]}: {file.source}, issued {file.published}, {file.name}"
        for file in manifest.files
        if file.edition in editions
    ]
