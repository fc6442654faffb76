"""`likeforlike demo`: simulate a county, add its files, build, compare, review, and show what came of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from likeforlike.cli.printing import console, parse_path, progress
from likeforlike.errors import DefinitionError, NoModelError

if TYPE_CHECKING:
    from likeforlike.review.result import ReviewResult

SHOWN_INDICATOR = "same_day_share"


def official_folders(county: Path) -> list[Path]:
    """A simulated county's files without the truth behind them."""
    return sorted(path for path in county.iterdir() if path.is_dir() and path.name != "truth")


def demo(
    directory: Annotated[
        Path,
        typer.Option(help="Where the county and its store are written.", parser=parse_path, metavar="DIR"),
    ] = Path("likeforlike-demo"),
) -> None:
    """Run the whole street on a county that does not exist, and print what was found and where it lies.

    [bold]Example[/]

        likeforlike demo
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.cli.add import print_results
    from likeforlike.cli.compare import print_comparison
    from likeforlike.cli.demo_review import BOARD, print_review_in_short, print_truth, review_first_board
    from likeforlike.comparison.areas import find_area
    from likeforlike.comparison.comparing import compare_organisations
    from likeforlike.measures.build import build
    from likeforlike.settings import Settings
    from likeforlike.simulate.plan import CountyPlan
    from likeforlike.simulate.write import simulate_county
    from likeforlike.sources.adding import add_paths
    from likeforlike.sources.results import Outcome
    from likeforlike.store import Store

    catalogue = load_catalogue()
    simulated = CountyPlan()
    county, store = directory / "county", Store(directory / "store")
    with progress("Simulating a county") as step:
        if not county.exists():
            simulate_county(simulated, county, processes=os.cpu_count() or 1)
        results = add_paths(
            store,
            catalogue,
            official_folders(county),
            report=lambda result: step(f"Adding {Path(result.name).name}"),
        )
        built = build(store, catalogue, Settings(store=store.folder), report=step)
        result: ReviewResult | None = None
        why_not = ""
        try:
            result = review_first_board(directory, simulated, store, catalogue, step)
        except (DefinitionError, NoModelError) as error:
            # A county of a few practices or months is too small for a review, and still a county.
            why_not = str(error)
    out = console()
    refused = [result for result in results if result.outcome is Outcome.REFUSED]
    if refused:
        print_results(refused)
    added = sum(1 for result in results if result.outcome is Outcome.ADDED)
    out.print(f"The county's files: {len(results)}, of which {added} were added now.")
    out.print(f"{sum(built.rows.values()):,} observations of {built.organisations:,} organisations.\n")
    area = find_area(built, catalogue, "XR1")
    comparison = compare_organisations(
        built, catalogue, catalogue.indicator(SHOWN_INDICATOR), organisation_type="icb", area=area
    )
    print_comparison(comparison, catalogue, store.manifest())
    out.print()
    name, at = _quoted(sys.argv[0]), _quoted(store.folder)
    lines = [
        "",
        "All of this is fictional.",
        f"Files:   {county}",
        f"Store:   {store.folder}",
        f"Build:   {built.folder}",
    ]
    compare = f"{name} compare --store {at} --type gp_practice --area {BOARD} --indicator {SHOWN_INDICATOR}"
    if result is None:
        out.print(f"Without a review: {why_not}", markup=False)
        lines += [f"Next:    {compare}"]
    else:
        print_review_in_short(result)
        out.print()
        print_truth(result, county / "truth")
        shown = _shown(result.rows("organisations"))
        lines += [
            f"Plan:    {directory / 'plan.toml'}",
            f"Review:  {result.folder}",
            f"Next:    {compare}",
            f"         {name} review show {_quoted(result.folder)}",
            f"         {name} review explain {_quoted(result.folder)} {shown}",
            f"         {name} review export {_quoted(result.folder)} --to {_quoted(directory / 'documents')}",
        ]
    releases = _quoted(directory / "releases")
    lines += [
        f"Site:    {name} release --store {at} --to {releases}",
        f"         {name} serve --releases {releases}   then open http://127.0.0.1:8000/ (`make serve` does both)",
    ]
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)


def _quoted(path: str | Path) -> str:
    """A path to be typed into a shell: Windows puts a user's data below a name that has a space in it."""
    text = str(Path(path))
    return f'"{text}"' if " " in text else text


def _shown(organisations: Sequence[Mapping[str, Any]]) -> str:
    """The code of a practice worth a look: the first of the list, or where it is empty any."""
    by_place = sorted(organisations, key=lambda row: (not row["listed"], row["place"] or 0))
    return str(by_place[0]["organisation"])
