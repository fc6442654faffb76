"""`likeforlike export`: observations as files for other programs, with whom to name for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from likeforlike.cli.built import require_build
from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import (
    AsAtOption,
    JsonOption,
    StoreOption,
    open_store,
    parse_day,
    parse_path,
    print_json,
    progress,
    say,
)

if TYPE_CHECKING:
    from likeforlike.export.observations import Export


def export(
    indicators: Annotated[
        list[str], typer.Argument(help="Indicators; `likeforlike show` lists them.", show_default=False)
    ],
    to: Annotated[
        Path,
        typer.Option("--to", help="A folder that is not there yet.", parser=parse_path, metavar="FOLDER"),
    ],
    restricted: Annotated[
        bool,
        typer.Option(
            "--restricted", help="With the observations that not everybody may see; every file then says so."
        ),
    ] = False,
    store: StoreOption = None,
    as_at: AsAtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write observations as CSV and Parquet, with licence, attribution, periods and editions beside them.

    [bold]Examples[/]

        likeforlike export list_size gp_share --to figures

        likeforlike export gp_share --as-at 2025-12-15 --to figures-december
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.comparison.bands import label_bands
    from likeforlike.export.observations import export_observations

    opened, _ = open_store(store)
    catalogue = load_catalogue()
    wanted = [catalogue.indicator(one) for one in dict.fromkeys(indicators)]
    built = require_build(opened, catalogue, parse_day(as_at, "--as-at"))
    with progress("Exporting"):
        made = export_observations(
            built,
            catalogue,
            opened.manifest(),
            wanted,
            to,
            restricted=restricted,
            label_bands=label_bands,
        )
    log_event("export", folder=str(to), indicators=[one.id for one in wanted], restricted=made.restricted)
    if as_json:
        print_json(_as_dict(made))
        return
    from likeforlike.catalogue.attribution import attribution_lines
    from likeforlike.export.observations import RESTRICTED_WARNING

    if made.restricted:
        say(RESTRICTED_WARNING)
    for one in made.indicators:
        say(f"{one.rows:>12,}  {one.indicator.id}, {one.first} to {one.last}")
    say(f"As CSV and as Parquet, with whom to name for them: {made.folder}")
    for line in attribution_lines(made.attributions, made.fiction):
        say(line)


def _as_dict(made: Export) -> dict[str, object]:
    from likeforlike.catalogue.attribution import attribution_facts

    return {
        "folder": str(made.folder),
        "restricted": made.restricted,
        "indicators": [
            {
                "id": one.indicator.id,
                "observations": one.rows,
                "restricted": one.restricted_rows,
                "first": one.first,
                "last": one.last,
            }
            for one in made.indicators
        ],
        "editions": [file.edition for file in made.editions],
        **attribution_facts(made.attributions, made.fiction),
    }
