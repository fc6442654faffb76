"""`likeforlike simulate`: a county that does not exist, in official-format files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from likeforlike.cli.printing import JsonOption, parse_path, print_json, print_month, progress, say


def simulate(
    directory: Annotated[
        Path, typer.Argument(help="An empty or new folder.", parser=parse_path, metavar="DIRECTORY")
    ],
    icbs: Annotated[int, typer.Option(help="Integrated care boards, up to 42.")] = 4,
    practices: Annotated[int, typer.Option(help="GP practices, up to 6,200.")] = 600,
    months: Annotated[int, typer.Option(help="Months, ending in November 2025.")] = 36,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Write a fictional region's official files, with the truth behind them in a folder of its own.

    [bold]Example[/]

        likeforlike simulate county --icbs 1 --practices 40 --months 12
    """
    from likeforlike.simulate.plan import CountyPlan
    from likeforlike.simulate.write import simulate_county

    plan = CountyPlan(icbs=icbs, practices=practices, months=months, seed=seed)
    with progress("Simulating") as step:
        written = simulate_county(
            plan,
            directory,
            processes=os.cpu_count() or 1,
            month_written=lambda month: step(f"Written: {print_month(month)}"),
        )
    if as_json:
        print_json({"folder": str(written.directory), "files": written.files, "truth": str(written.truth)})
    else:
        say(f"{written.files} files of a county that does not exist: {written.directory}")
        say(f"The truth behind them: {written.truth}")
