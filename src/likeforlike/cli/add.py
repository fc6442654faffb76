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
    open_store,
    parse_day,
    parse_path,
    print_json,
    progress,
    say,
)
from likeforlike.errors import FileRefusedError, PersonalDataRefusedError, UserError

if TYPE_CHECKING:
    import datetime

    from likeforlike.sources.results import AddResult
    from likeforlike.store import Store


def add(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Files, zips and folders.", show_default=False, parser=parse_path, metavar="PATH"
        ),
    ],
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
    or in a zip it is reported and the rest goes in. Where any was refused, the exit code says so at the end.

    [bold]Examples[/]

        likeforlike add Practice_Level_Crosstab_Oct_25.zip

        likeforlike add ~/Downloads/nhs --published 2025-11-27
    """
    from likeforlike.sources.results import answer_if_all_are_there

    date = parse_day(published, "--published")
    opened, _ = open_store(store)
    results = answer_if_all_are_there(opened, paths, published=date)
    if results is None:
        results = []
        try:
            _add(opened, paths, date, results)
        except UserError:
            # What went in before the file at fault stays in: say so before the error.
            if results:
                _answer(results, as_json=as_json)
            raise
    _answer(results, as_json=as_json)
    check_none_was_refused(results)


def check_none_was_refused(results: Sequence[AddResult]) -> None:
    """Raise at the end where a file below a folder or in a zip was refused: a schedule must notice.

    Raises:
        PersonalDataRefusedError: one of them seems to be about people.
        FileRefusedError: none is, and one of them was refused.
    """
    from likeforlike.sources.results import Outcome

    errors = [result.error for result in results if result.outcome is Outcome.REFUSED]
    if not errors:
        return
    people = any(isinstance(error, PersonalDataRefusedError) for error in errors)
    kind = PersonalDataRefusedError if people else FileRefusedError
    raise kind(
        f"{len(errors)} of {len(results)} files refused; the others are in the store.",
        next_step="Each is named above, with what is wrong and what to do.",
    )


def _add(store: Store, paths: list[Path], published: datetime.date | None, results: list[AddResult]) -> None:
    """Add the files; `results` grows with each, and has those before the one that raises."""
    from likeforlike.catalogue import load_catalogue
    from likeforlike.sources.adding import add_paths

    with progress("Adding") as step:

        def report(result: AddResult) -> None:
            results.append(result)
            step(f"{result.outcome}: {Path(result.name).name}")
            log_event("file", **result.as_dict())

        add_paths(store, load_catalogue(), paths, published=published, report=report)


def _answer(results: Sequence[AddResult], *, as_json: bool) -> None:
    if as_json:
        print_json([result.as_dict() for result in results])
    else:
        print_results(results)


def print_results(results: Sequence[AddResult]) -> None:
    """What became of each file: what went in first, then what did not and why."""
    from likeforlike.sources.results import Outcome

    for result in results:
        if result.outcome is Outcome.ADDED and result.file:
            file = result.file
            rows = sum(table.rows for table in file.tables)
            say(f"added    {file.name}")
            say(
                f"         {file.source}, {file.layout}: {rows:,} rows, issued {file.published} "
                f"({file.published_basis}), edition {file.edition[:8]}"
            )
            if file.published_basis == "assumed":
                say(
                    "         note: when it was issued is not known, today is assumed; to say it, withdraw the file"
                )
                say("               and add it again with --published YYYY-MM-DD")
            for note in file.notes:
                say(f"         note: {note}")
    counts = {outcome: [one for one in results if one.outcome is outcome] for outcome in Outcome}
    for result in counts[Outcome.ALREADY_THERE]:
        if result.note:
            say(f"there    {result.name}: {result.note}")
    for result in counts[Outcome.WITHDRAWN]:
        say(f"left out {result.error}")
    for result in counts[Outcome.UNKNOWN]:
        say(f"unknown  {result.name}")
    for result in counts[Outcome.REFUSED]:
        say(f"refused  {result.error}")
    say(
        f"{len(counts[Outcome.ADDED])} added, {len(counts[Outcome.ALREADY_THERE])} there already, "
        f"{len(counts[Outcome.UNKNOWN])} of no known format, {len(counts[Outcome.REFUSED])} refused."
    )
