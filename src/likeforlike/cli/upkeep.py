"""`likeforlike withdraw` and `rebuild`: taking a file out, and making its tables again."""

from __future__ import annotations

from typing import Annotated

import typer

from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import JsonOption, StoreOption, open_store, print_json, progress, say
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
        say(f"withdrawn: {tombstone.name}. Build again: likeforlike build")


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
