"""`likeforlike fetch`: official files from their publisher's pages; the only command that uses the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import (
    JsonOption,
    StoreOption,
    open_store,
    parse_period,
    print_json,
    progress,
    say,
)
from likeforlike.errors import NotFoundError

if TYPE_CHECKING:
    from likeforlike.fetch.fetching import Fetched


def fetch(
    source: Annotated[str, typer.Argument(help="A source, as `likeforlike sources` names it.")],
    period: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="The issue of this month; by default the newest.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(help="The folder for the files. By default downloads/SOURCE beside the store."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read the publisher's pages and list what would be fetched.")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch a source's files from its publisher's pages. Nothing else in this program uses the network.

    A file that stopped on its way is gone on with when the command runs again. Nothing is ever overwritten, and
    nothing is added to the store: that is `likeforlike add` with the folder.

    [bold]Examples[/]

        likeforlike fetch registered_patients --dry-run

        likeforlike fetch gp_appointments_practice --period 2025-10 --to ~/nhs/appointments
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.fetch.fetching import fetch_source

    wanted = parse_period(period)
    catalogue = load_catalogue()
    if source not in catalogue.sources:
        fetched = ", ".join(one.id for one in catalogue.sources.values() if one.fetch)
        raise NotFoundError("there is no such source.", where=source, next_step=f"Fetched are: {fetched}.")
    opened, _ = open_store(store)
    folder = to or opened.folder.parent / "downloads" / source
    with progress("Fetching") as step:
        results = fetch_source(catalogue.sources[source], folder, period=wanted, dry_run=dry_run, report=step)
    for result in results:
        log_event("fetch", source=source, **result.as_dict())
    if as_json:
        print_json({"source": source, "folder": str(folder), "files": [one.as_dict() for one in results]})
    else:
        _print(results, folder)
    for result in results:
        if result.error:
            raise result.error


def _print(results: list[Fetched], folder: Path) -> None:
    for one in results:
        size = f"  {one.bytes:,} bytes, sha256 {one.sha256[:16]}…" if one.bytes and one.sha256 else ""
        match one.outcome:
            case "would_fetch":
                say(f"would fetch    {one.address}\n               to {one.file}")
            case "failed":
                say(f"failed         {one.error}")
            case outcome:
                say(f"{outcome.replace('_', ' '):<13}  {one.file}{size}")
        if one.note:
            say(f"               note: {one.note}")
    if any(one.outcome in ("fetched", "already_there") for one in results):
        say(f"Next: likeforlike add {folder}")
