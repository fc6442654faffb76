"""`likeforlike check-definitions`: load every definition, and write the JSON Schemas for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from likeforlike.cli.printing import JsonOption, console, parse_path, print_json
from likeforlike.errors import SettingsError


def check_definitions(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="A folder of definitions; else those installed.", parser=parse_path, metavar="FOLDER"
        ),
    ] = None,
    schemas: Annotated[
        Path | None,
        typer.Option(
            help="Write a JSON Schema for each kind of definition here, for editors.",
            parser=parse_path,
            metavar="DIR",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Load all definitions and check every reference between them.

    [bold]Examples[/]

        likeforlike check-definitions

        likeforlike check-definitions my-definitions --schemas .schemas
    """
    from likeforlike.catalogue import DEFINITIONS, load_catalogue

    catalogue = load_catalogue(folder or DEFINITIONS)
    if schemas is not None:
        _write_schemas(schemas)
    counts = {
        "organisation_types": len(catalogue.organisation_types),
        "sources": len(catalogue.sources),
        "indicators": len(catalogue.indicators),
        "peer_groups": len(catalogue.peer_groups),
        "rating_rules": len(catalogue.rating_rules),
        "successions": len(catalogue.successions),
        "known_breaks": len(catalogue.known_breaks),
    }
    if as_json:
        print_json(counts | {"digest": catalogue.digest})
    else:
        console().print(
            ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in counts.items())
            + ": all hold.",
            soft_wrap=True,
        )


def _write_schemas(folder: Path) -> None:
    from likeforlike.catalogue.json_schema import make_schemas

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in make_schemas().items():
            text = json.dumps(schema, indent=2) + "\n"
            (folder / f"{name}.schema.json").write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(
            f"the schemas cannot be written ({error.strerror}).",
            where=str(folder),
            next_step="Name a folder that you may write to.",
        ) from None
