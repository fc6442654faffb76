"""The command's shape: its commands in the order in which they are used, and how errors leave it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from likeforlike import __version__
from likeforlike.cli import (
    add,
    build,
    check_definitions,
    compare,
    data_pack,
    demo,
    doctor,
    export,
    fetch,
    lineage,
    records,
    release,
    review,
    serve,
    show,
    simulate,
    sources,
    upkeep,
    verify,
)
from likeforlike.cli.logs import log_event, start_log
from likeforlike.cli.printing import parse_path
from likeforlike.cli.stopping import end_cleanly
from likeforlike.errors import UserError

app = typer.Typer(
    name="likeforlike",
    help="Compare health and care organisations like for like, from official files.\n\n"
    "A first run: [bold]likeforlike add PATH…[/], then [bold]likeforlike build[/], then "
    "[bold]likeforlike compare[/].",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (
    fetch.fetch,
    add.add,
    sources.sources,
    build.build,
    show.show,
    compare.compare,
    export.export,
    release.release,
    serve.serve,
    lineage.lineage,
    verify.verify,
    simulate.simulate,
    demo.demo,
    check_definitions.check_definitions,
    upkeep.withdraw,
    upkeep.rebuild,
    upkeep.backup,
    upkeep.prune,
    doctor.doctor,
):
    app.command()(command)
app.add_typer(data_pack.data_pack)
app.add_typer(records.records)
app.add_typer(review.review)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"likeforlike {__version__}")  # noqa: T201 - the command's answer
        raise typer.Exit


@app.callback()
def common(
    log: Annotated[
        Path | None,
        typer.Option(
            help="Append what happens to this file, one JSON object a line.",
            parser=parse_path,
            metavar="FILE",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of every command."""
    del version
    if log is not None:
        start_log(log)


def run() -> None:
    """Run the command; a UserError is printed without a traceback and sets the exit code of its kind."""
    # Windows consoles often are not UTF-8; a name or a strip of marks must not end a command there.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    end_cleanly()
    try:
        app(prog_name="likeforlike")
    except UserError as error:
        log_event("error", exit_code=error.exit_code, **error.as_dict())
        if "--json" in sys.argv:
            print(json.dumps({"error": error.as_dict()}, ensure_ascii=False), file=sys.stderr)  # noqa: T201
        else:
            print(f"likeforlike: {error}", file=sys.stderr)  # noqa: T201 - the command's answer
        sys.exit(error.exit_code)
