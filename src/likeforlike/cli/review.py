"""`likeforlike review`: plan, run, read, explain, compare, hand on and check an access review."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from likeforlike.cli.built import require_build
from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import (
    JsonOption,
    StoreOption,
    console,
    open_store,
    parse_path,
    parse_period,
    print_json,
    print_wrapped,
    progress,
    say,
)
from likeforlike.errors import StoreError

if TYPE_CHECKING:
    from rich.console import Console

    from likeforlike.present.evidence import EvidenceView
    from likeforlike.present.review import ListedView, ReviewView

review = typer.Typer(
    name="review",
    help="Find which organisations of an area may need support: at most a fifth, each with probability and reasons.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

ResultArgument = Annotated[
    Path, typer.Argument(help="The folder of a result.", parser=parse_path, metavar="RESULT")
]


@review.command()
def new(
    plan: Annotated[
        Path, typer.Argument(help="The file to write, never over another.", parser=parse_path, metavar="PLAN")
    ],
    area: Annotated[str, typer.Option(help="Code or name of the area.")],
    indicator: Annotated[
        list[str] | None,
        typer.Option(help="An indicator of the review, once for each; without any all that can list."),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM", help="Last month of the window; by default the newest of all of them."
        ),
    ] = None,
    months: Annotated[int, typer.Option(help="Months of the window.")] = 12,
    organisation_type: Annotated[str, typer.Option("--type", help="Kind of organisation.")] = "gp_practice",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a plan to fill in: what is compared, over which months, with which weights and thresholds.

    [bold]Example[/]

        likeforlike review new plan.toml --area QJK --indicator calls_answered_share
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.comparison.areas import find_area
    from likeforlike.review.drafting import draft_plan, write_plan

    opened, _ = open_store(store)
    catalogue = load_catalogue()
    built = require_build(opened, catalogue, None)
    draft = draft_plan(
        built,
        catalogue,
        opened.manifest(),
        area=find_area(built, catalogue, area),
        organisation_type=organisation_type,
        wanted=tuple(indicator or ()),
        last=parse_period(last),
        months=months,
    )
    write_plan(plan, draft.text)
    if as_json:
        print_json({"plan": str(plan), "indicators": list(draft.indicators), "left_out": draft.left_out})
        return
    say(f"written  {plan}")
    for line in draft.say_left_out():
        say(f"         {line}")
    at = f" --store {store}" if store else ""
    say(f"Read it, then: likeforlike review run {plan} --to RESULT{at}")


@review.command()
def run(
    plan: Annotated[Path, typer.Argument(help="The plan, a TOML file.", parser=parse_path, metavar="PLAN")],
    to: Annotated[
        Path, typer.Option(help="The folder to write, new or empty.", parser=parse_path, metavar="DIR")
    ],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a plan and write its result: tables, plan, and the hash of every file it was made from.

    The same plan on the same store gives the same bytes.

    [bold]Example[/]

        likeforlike review run plan.toml --to reviews/2025-11
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.present.review import view_review
    from likeforlike.review.making import run_review
    from likeforlike.review.plan import read_plan

    opened, settings = open_store(store)
    catalogue = load_catalogue()
    planned = read_plan(plan, catalogue)
    with progress("reviewing") as step:
        result = run_review(planned, opened, catalogue, settings, to, step)
    log_event("reviewed", result=result.id, folder=str(to), listed=result.manifest["listed"])
    if as_json:
        print_json({"result": result.id, "folder": str(to), **result.manifest})
        return
    print_review(view_review(result), to)
    say("")
    say(f"Result {result.id}: {to}")


@review.command()
def show(result: ResultArgument, as_json: JsonOption = False) -> None:
    """Print a result: the list with its probabilities, who cannot be told, and what the list hangs on.

    [bold]Example[/]

        likeforlike review show reviews/2025-11
    """
    from likeforlike.present.review import view_review
    from likeforlike.review.result import load_result

    opened = load_result(result)
    if as_json:
        print_json({**opened.manifest, "organisations": opened.rows("organisations")})
        return
    print_review(view_review(opened), result)


@review.command()
def explain(
    result: ResultArgument,
    organisation: Annotated[str, typer.Argument(help="Code of a practice, or part of its name.")],
    as_json: JsonOption = False,
) -> None:
    """Print one organisation's evidence: where it is, compared to what, why, and what would change it.

    [bold]Example[/]

        likeforlike review explain reviews/2025-11 F81170
    """
    import dataclasses

    from likeforlike.present.evidence import view_evidence
    from likeforlike.review.result import load_result

    sheet = view_evidence(load_result(result), organisation)
    if as_json:
        print_json(dataclasses.asdict(sheet))
        return
    print_evidence(sheet)


@review.command()
def compare(
    before: ResultArgument,
    after: Annotated[Path, typer.Argument(help="The later result.", parser=parse_path, metavar="RESULT")],
    as_json: JsonOption = False,
) -> None:
    """Say what differs between two results (plan, definitions, files), then who entered and left the list, and why.

    [bold]Example[/]

        likeforlike review compare reviews/2025-10 reviews/2025-11
    """
    import dataclasses

    from likeforlike.present.changes import view_changes
    from likeforlike.review.result import load_result

    changes = view_changes(load_result(before), load_result(after))
    if as_json:
        print_json(dataclasses.asdict(changes))
        return
    out = console()
    for line in changes.lines():
        print_wrapped(out, line)


@review.command()
def export(
    result: ResultArgument,
    to: Annotated[
        Path, typer.Option(help="The folder to write, new or empty.", parser=parse_path, metavar="DIR")
    ],
    evidence: Annotated[
        bool,
        typer.Option("--evidence", help="An evidence sheet for every organisation, not the listed only."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a result's documents: report and evidence sheets as PDF and HTML, a spreadsheet, every table as CSV.

    [bold]Example[/]

        likeforlike review export reviews/2025-11 --to documents
    """
    from likeforlike.documents.writing import write_documents
    from likeforlike.review.result import load_result

    opened = load_result(result)
    with progress("writing documents") as step:
        written = write_documents(opened, to, everybody=evidence, report=step)
    if as_json:
        print_json({"folder": str(to), "files": written})
        return
    for name in written[:MOST_NAMED]:
        say(f"written  {to / name}")
    if len(written) > MOST_NAMED:
        say(f"         and {len(written) - MOST_NAMED} more")


MOST_NAMED = 12


@review.command()
def verify(result: ResultArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Check every file of a result against its hash, then run its plan again and compare the two.

    [bold]Example[/]

        likeforlike review verify reviews/2025-11
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.review.result import load_result
    from likeforlike.review.verifying import verify_result

    opened, settings = open_store(store)
    loaded = load_result(result)
    with progress("reviewing again") as step:
        found = verify_result(loaded, opened, load_catalogue(), settings, step)
    if as_json:
        print_json({"result": loaded.id, "same": found.same, "faults": list(found.faults)})
    else:
        say(f"{found.words}  {result}")
        for fault in found.faults:
            say(f"  {fault}")
    if found.faults:
        raise StoreError(
            f"the result is not what its plan gives from the store {opened.folder}.",
            where=str(result),
            next_step="The lines above say where they part. If it was made from another store, name that with --store.",
        )


def print_review(view: ReviewView, folder: Path) -> None:
    """A review in one screen or two; `folder` is where its result lies."""
    out = console()
    for mark in filter(None, (view.restricted, view.fiction)):
        out.print(mark, style="bold", markup=False)
    out.print(view.title, style="bold", markup=False)
    for line in (view.heading, view.assessed, ""):
        out.print(line, markup=False)
    out.print(view.listed_heading, style="bold", markup=False)
    if view.listed:
        print_list(out, view.listed)
    for line in filter(None, (view.why_empty, view.others, view.stability, *view.snapshot, view.before)):
        print_wrapped(out, line)
    sections = {
        "Read first": list(view.read_first),
        "Not assessed": [one.words for one in view.same_reasons],
        "What it hangs on": [one.words for one in view.sensitivity],
    }
    if view.same_reasons:
        sections["Not assessed"].append(
            f"likeforlike review explain {folder} CODE says what was seen of one."
        )
    for heading, lines in sections.items():
        print_section(out, heading, lines)
    out.print()
    for line in (*view.notes, *view.sources):
        print_wrapped(out, line)


def print_list(out: Console, listed: Sequence[ListedView]) -> None:
    """The listed in order: who, how surely and where, and below each what drives it and what it hangs on."""
    from rich.table import Table

    said = [(row.chance, row.range) for row in listed]
    headings = ("probability", "position")
    widths = [max(len(text) for text in its) for its in zip(headings, *said, strict=True)]
    place = len(str(len(listed)))
    for number, row in enumerate(listed):
        table = Table(box=None, pad_edge=False, expand=True, show_header=number == 0)
        table.add_column("", width=place, justify="right")
        table.add_column("organisation", ratio=1)
        for heading, width in zip(headings, widths, strict=True):
            table.add_column(heading, width=width)
        table.add_row(str(row.place), f"{row.name} ({row.organisation})", *said[number])
        out.print(table)
        indent = " " * (place + 2)
        for line in row.below:
            print_wrapped(out, f"{indent}{line}")


def print_section(out: Console, heading: str, lines: Sequence[str]) -> None:
    """A heading and its lines; nothing where there are none."""
    if not lines:
        return
    out.print()
    out.print(heading, style="bold")
    for line in lines:
        print_wrapped(out, f"  {line}")


def print_evidence(sheet: EvidenceView) -> None:
    """One organisation on one screen."""
    from rich.table import Table

    out = console()
    for mark in filter(None, (sheet.restricted, sheet.fiction)):
        out.print(mark, style="bold", markup=False)
    out.print(sheet.name, style="bold", markup=False)
    out.print(sheet.heading, markup=False)
    out.print(sheet.answer, markup=False)
    out.print(f"Position {sheet.position}." if sheet.composite is not None else "", markup=False)
    table = Table(box=None, pad_edge=False)
    for heading in ("indicator", "value", "expected", "state", "position"):
        table.add_column(heading, overflow="fold")
    for one in sheet.measures:
        table.add_row(
            one.indicator.title, f"{one.value} {one.sampling}", one.expected, one.state, one.position
        )
    out.print(table)
    sections = {
        "Why might this be?": [
            f"{one.indicator.title}: {one.why_sentence}" for one in sheet.measures if one.why_sentence
        ],
        "Beside the list, counting nothing in it": list(sheet.beside),
        "What would change it": list(sheet.changes),
        "One month alone": [line for line in (sheet.snapshot, sheet.before) if line],
        "Left out": list(sheet.left_out),
        "What this does not tell": [
            f"{one.indicator.title}: {one.indicator.does_not_tell}" for one in sheet.measures
        ],
        "What you can do": list(sheet.what_to_do),
    }
    for heading, lines in sections.items():
        print_section(out, heading, lines)
