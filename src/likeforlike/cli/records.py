"""`likeforlike records aggregate` and `simulate`: from files of one row an event to a data pack."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import JsonOption, parse_day, print_json, progress, say

records = typer.Typer(
    name="records",
    help="Count files of one row an event, without anybody's identifier, into a data pack.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@records.command()
def aggregate(
    definition: Annotated[
        Path, typer.Argument(help="What the columns are, and what is counted: a TOML file.")
    ],
    paths: Annotated[list[Path], typer.Argument(help="Record files, Parquet or CSV, or folders of them.")],
    to: Annotated[Path, typer.Option(help="The folder into which the pack is written.")] = Path("packs"),
    published: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The pack's date of issue; by default today.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Count records by organisation and month, and write a data pack for `likeforlike add`.

    Runs on the engine of the settings. The pack has the definition's name; nothing is written unless every row was
    counted, or left out as the definition says.

    [bold]Example[/]

        likeforlike records aggregate calls.toml calls-2025/ --to packs
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.measures.engine import open_engine
    from likeforlike.measures.records import aggregate_records
    from likeforlike.settings import load_settings
    from likeforlike.sources.packs.writing import write_pack
    from likeforlike.sources.records import (
        check_codes,
        check_faults,
        check_record_files,
        find_record_files,
        load_records,
        make_header,
    )

    issued = parse_day(published, "--published") or datetime.datetime.now(datetime.UTC).date()
    catalogue, described = load_catalogue(), load_records(definition)
    kind = catalogue.organisation_type(described.organisation_type)
    files = find_record_files(paths)
    check_record_files(described, files)
    with progress("Counting"), tempfile.TemporaryDirectory(prefix="likeforlike-records-") as scratch:
        engine = open_engine(load_settings(), Path(scratch) / "spill")
        try:
            counted = aggregate_records(engine, described, files, Path(scratch))
        finally:
            engine.close()
    where = str(files[0]) if len(files) == 1 else f"{len(files)} files from {files[0]}"
    left_out = check_faults(described, counted.faults, counted.words, where)
    check_codes(counted.figures["organisation_code"].to_pylist(), kind, where)
    header = make_header(described, issued, counted.rows, len(files), left_out)
    written = write_pack(to, definition.stem, header, counted.figures)
    log_event("records", rows=counted.rows, left_out=left_out, figures=counted.figures.num_rows)
    if as_json:
        print_json(
            {
                "pack": [str(path) for path in written],
                "files": len(files),
                "rows": counted.rows,
                "left_out": left_out,
                "figures": counted.figures.num_rows,
            }
        )
        return
    for fault, number in left_out.items():
        say(f"{number:>15,}  rows left out: {fault.replace('_', ' ')}")
    say(f"{counted.rows:>15,}  rows in {len(files):,} files")
    say(f"{counted.figures.num_rows:>15,}  figures: {written[0]}")


@records.command()
def simulate(
    directory: Annotated[Path, typer.Argument(help="An empty or new folder.")],
    rows: Annotated[int, typer.Option(help="How many events.")] = 1_000_000,
    kind: Annotated[
        str, typer.Option(help="What happens: appointments, ae_attendances or nhs_111_calls.")
    ] = "nhs_111_calls",
    seed: Annotated[int, typer.Option(help="The same seed gives the same events.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Write fictional events, a row each, with their definition and the figures that must come out.

    [bold]Example[/]

        likeforlike records simulate events --rows 100000 --kind ae_attendances
    """
    from likeforlike.simulate.records import RecordPlan, simulate_records

    written = simulate_records(RecordPlan(kind=kind, rows=rows, seed=seed), directory)
    if as_json:
        print_json(
            {
                "definition": str(written.definition),
                "records": str(written.records),
                "truth": str(written.truth),
            }
        )
    else:
        say(f"{rows:,} events that never were: {written.records}")
        say(f"Count them: likeforlike records aggregate {written.definition} {written.records}")
        say(f"What must come out: {written.truth}")
