"""`likeforlike add`: official files into the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import (
    JsonOption,
    StoreOption,
    console,
    open_store,
    parse_day,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from likeforlike.sources.adding import AddResult


def add(
    paths: Annotated[list[Path], typer.Argument(help="Files, zips and folders.", show_default=False)],
    published: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            help="Date of issue, for files that neither print it nor have it in their name.",
        ),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take official files in: each is recognised by its content, checked, and kept whole or not at all.

    Adding a file twice changes nothing. A file named here that is unknown or faulty is an error; below a folder
    or in a zip it is reported and the rest goes in.

    [bold]Examples[/]

        likeforlike add Practice_Level_Crosstab_Oct_25.zip

        likeforlike add ~/Downloads/nhs --published 2025-11-27
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.sources.adding import add_paths

    date = parse_day(published, "--published")
    opened, _ = open_store(store)
    with progress("Adding") as step:

        def report(result: AddResult) -> None:
            step(f"{result.outcome}: {Path(result.name).name}")
            log_event("file", **result.as_dict())

        results = add_paths(opened, load_catalogue(), paths, published=date, report=report)
    if as_json:
        print_json([result.as_dict() for result in results])
    else:
        print_results(results)


def print_results(results: Sequence[AddResult]) -> None:
    """What became of each file: what went in first, then what did not and why."""
    from likeforlike.sources.adding import Outcome

    out = console()
    for result in results:
        if result.outcome is Outcome.ADDED and result.file:
            file = result.file
            rows = sum(table.rows for table in file.tables)
            out.print(
                f"added    {file.name}\n         {file.source}, {file.layout}: {rows:,} rows, "
                f"issued {file.published} ({file.published_basis}), edition {file.edition[:8]}",
                markup=False,
                soft_wrap=True,
            )
            for note in file.notes:
                out.print(f"         note: {note}", markup=False, soft_wrap=True)
    counts = {outcome: [one for one in results if one.outcome is outcome] for outcome in Outcome}
    for result in counts[Outcome.UNKNOWN]:
        out.print(f"unknown  {result.name}", markup=False, soft_wrap=True)
    for result in counts[Outcome.REFUSED]:
        out.print(f"refused  {result.error}", markup=False, soft_wrap=True)
    out.print(
        f"{len(counts[Outcome.ADDED])} added, {len(counts[Outcome.ALREADY_THERE])} there already, "
        f"{len(counts[Outcome.UNKNOWN])} of no known format, {len(counts[Outcome.REFUSED])} refused."
    )
