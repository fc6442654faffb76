"""`likeforlike withdraw`, `rebuild`, `backup` and `prune`: what keeps a store in health over the years."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import (
    JsonOption,
    StoreOption,
    open_store,
    parse_path,
    print_json,
    progress,
    say,
)
from likeforlike.errors import SettingsError

FEWEST_DIGITS = 8
"""As many as `add` prints of an edition: nothing is erased on a guess."""


def withdraw(
    edition: Annotated[str, typer.Argument(help="The first digits of the file's hash or edition.")],
    reason: Annotated[str, typer.Option(help="Why: it stays where the file was.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a file that should not be there; a tombstone with the reason stays.

    [bold]Example[/]

        likeforlike withdraw 4ef8a9b0 --reason "sent to us by mistake"
    """
    if len(edition) < FEWEST_DIGITS:
        raise SettingsError(
            f"at least {FEWEST_DIGITS} digits of the edition were expected, found '{edition}'.",
            next_step="`likeforlike sources --json` lists the editions.",
        )
    if not reason.strip():
        raise SettingsError("a reason was expected.", where="--reason")
    opened, _ = open_store(store)
    tombstone = opened.withdraw(edition, reason)
    log_event("withdrawn", **vars(tombstone))
    if as_json:
        print_json(vars(tombstone))
    else:
        say(
            f"withdrawn: {tombstone.name}; the builds that it is in are erased too. Build again: likeforlike build"
        )
        say("What was exported or backed up before still holds its figures.")


def rebuild(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Make the tables again from the kept originals where their importer has changed since.

    [bold]Example[/]

        likeforlike rebuild
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.sources.adding import rebuild as rebuild_store

    opened, _ = open_store(store)
    with progress("Rebuilding"):
        remade = rebuild_store(opened, load_catalogue())
    log_event("rebuilt", files=remade)
    if as_json:
        print_json({"rebuilt": remade})
    else:
        say(f"{len(remade)} files made again.")


def backup(
    target: Annotated[
        Path,
        typer.Argument(help="A folder that is not there yet.", parser=parse_path, metavar="TARGET"),
    ],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the store whole, each file checked against its hash, while others may go on adding to it.

    The copy is a store: name it with --store. Nothing is ever overwritten, and a copy that was broken off is not
    there.

    [bold]Examples[/]

        likeforlike backup E:/backups/likeforlike-2026-01-31

        likeforlike backup --store E:/backups/likeforlike-2026-01-31 C:/nhs/store
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.upkeep.backup import back_up

    opened, _ = open_store(store)
    with progress("Copying") as step:
        made = back_up(opened, load_catalogue(), target, report=step)
    log_event("backup", folder=str(made.folder), files=made.files, bytes=made.bytes)
    if as_json:
        print_json({"folder": str(made.folder), "files": made.files, "bytes": made.bytes})
    else:
        say(f"{made.files} files, {made.bytes:,} bytes, each as it was added: {made.folder}")


def prune(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove old builds and what broken-off work left behind; never a file that was added.

    [bold]Example[/]

        likeforlike prune --dry-run
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.upkeep.prune import prune as prune_store

    opened, _ = open_store(store)
    with progress("Pruning"):
        pruned = prune_store(opened, load_catalogue(), dry_run=dry_run)
    log_event("pruned", dry_run=dry_run, bytes=pruned.bytes, removed=[one.path for one in pruned.removed])
    if as_json:
        print_json(
            {
                "dry_run": dry_run,
                "bytes": pruned.bytes,
                "removed": [vars(one) for one in pruned.removed],
                "kept": [vars(one) for one in pruned.kept],
            }
        )
        return
    would = "would go" if dry_run else "removed"
    for one in pruned.removed:
        say(f"{would:<8} {one.path}: {one.what}, {one.bytes:,} bytes")
    for one in pruned.kept:
        say(f"{'in use':<8} {one.path}: {one.what}, {one.bytes:,} bytes")
    say(f"{pruned.bytes:,} bytes {'would be ' if dry_run else ''}freed.")
