"""`likeforlike data-pack new` and `check`: a pack to fill in, and what is wrong with a filled one."""

from __future__ import annotations

import datetime
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
    say,
)
from likeforlike.errors import FileRefusedError, NotFoundError, PersonalDataRefusedError

if TYPE_CHECKING:
    from likeforlike.catalogue import Catalogue
    from likeforlike.sources.packs.faults import Faults
    from likeforlike.sources.packs.rules import Rule
    from likeforlike.sources.packs.summary import PackSummary
    from likeforlike.store import Store

data_pack = typer.Typer(
    name="data-pack",
    help="Write or check a data pack: figures that are not published, with a header that says whose they are.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

MOST_CODES_NAMED = 10
PRACTICE = "gp_practice"
RESTRICTED = "its figures are for local use only"


@data_pack.command()
def new(
    path: Annotated[
        Path, typer.Argument(help="The pack's name: NAME.csv and NAME.toml are written, never over others.")
    ],
    indicator: Annotated[
        list[str], typer.Option(help="An indicator that the pack brings; give it once for each.")
    ],
    area: Annotated[
        str | None,
        typer.Option(help="Code or name of an area: where the store knows it, its practices are the rows."),
    ] = None,
    period: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Month of the rows; by default the last whole one.")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a header and a CSV to fill in.

    [bold]Example[/]

        likeforlike data-pack new packs/calls-111 --indicator nhs_111_calls_per_1000 --area QHM --period 2025-11
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.sources.packs.example import example_figures, example_header
    from likeforlike.sources.packs.rules import make_rules, reason_words
    from likeforlike.sources.packs.writing import write_files

    catalogue = load_catalogue()
    rules = _choose(indicator, make_rules(catalogue))
    opened, _ = open_store(store)
    today = datetime.datetime.now(datetime.UTC).date()
    month = parse_period(period) or (today.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    code, organisations = _practices(opened, catalogue, area, month)
    paths = write_files(
        path.parent,
        path.name,
        example_header(rules, reason_words(catalogue), code, today, f"{path.name}.csv"),
        example_figures(rules, organisations, month),
    )
    if as_json:
        print_json({"figures": str(paths[0]), "header": str(paths[1]), "organisations": len(organisations)})
        return
    for written in paths:
        say(f"written  {written}")
    if area is not None and not organisations:
        say(f"         the store knows no practices of '{area}': one row is there to copy")
    say(f"Fill both in, then: likeforlike data-pack check {paths[0]}")


def _choose(wanted: list[str], rules: dict[str, Rule]) -> list[Rule]:
    for name in wanted:
        if name not in rules:
            raise NotFoundError(
                f"a data pack cannot bring '{name}'.",
                where="--indicator",
                next_step=f"Choose one of: {', '.join(rules)}.",
            )
    return [rules[name] for name in dict.fromkeys(wanted)]


def _practices(
    store: Store, catalogue: Catalogue, area: str | None, month: datetime.date
) -> tuple[str, dict[str, str]]:
    """The area's code, and its practices open in the month, as far as the store's newest build knows them.

    Raises:
        NotFoundError: several areas have these words in their names.
    """
    from likeforlike.comparison.areas import areas_named, find_area, list_members
    from likeforlike.measures.build import find_build
    from likeforlike.measures.lineage_reading import read_closures
    from likeforlike.measures.reading import read_names

    if area is None:
        return "", {}
    built = find_build(store, catalogue)
    if built is None:
        return area, {}
    if not areas_named(built, catalogue, area):
        return area, {}
    found = find_area(built, catalogue, area)
    names = read_names(built)
    members = list_members(built, found, PRACTICE)
    closed = {code for code, closure in read_closures(built, PRACTICE).items() if closure.day <= month}
    return found.code, {code: names.get((PRACTICE, code), "") for code in members if code not in closed}


@data_pack.command()
def check(
    path: Annotated[
        Path, typer.Argument(help="The pack's CSV or its header, or their name without a suffix.")
    ],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say all that is wrong with a pack, or what it holds; nothing is added.

    [bold]Example[/]

        likeforlike data-pack check packs/calls-111.csv
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.sources.packs.bundle import read_given
    from likeforlike.sources.packs.pack import read_pack
    from likeforlike.sources.packs.pairing import find_pack
    from likeforlike.sources.packs.summary import summarise_pack

    catalogue = load_catalogue()
    opened, _ = open_store(store)
    pack, faults = read_pack(read_given(find_pack(path)), catalogue)
    log_event("data_pack_checked", path=str(path), faults=faults.count)
    summary = summarise_pack(pack) if pack else None
    elsewhere = _not_in_area(summary, opened, catalogue) if summary else []
    if as_json:
        print_json(_as_dict(faults, summary, elsewhere))
    elif summary:
        _print_summary(summary, elsewhere, path)
    else:
        _print_faults(faults)
    if faults.count:
        kind = PersonalDataRefusedError if faults.first().about_people else FileRefusedError
        raise kind(
            f"{faults.count:,} {'fault' if faults.count == 1 else 'faults'}: this pack would be refused.",
            where=str(path),
            next_step="Correct the pack and check it again.",
        )


def _not_in_area(summary: PackSummary, store: Store, catalogue: Catalogue) -> list[str]:
    """Practices of the pack that the store does not know, or knows closed, in its area when the pack begins.

    None where it does not know the area.
    """
    if summary.header.organisation_type != PRACTICE or not summary.indicators:
        return []
    first = min(one.first_day for one in summary.indicators)
    _, known = _practices(store, catalogue, summary.header.area, first)
    return [code for code in summary.organisations if known and code not in known]


def _as_dict(faults: Faults, summary: PackSummary | None, elsewhere: list[str]) -> dict[str, object]:
    told: dict[str, object] = {
        "faults": [fault.as_dict() for fault in faults.kept],
        "faults_in_all": faults.count,
    }
    if summary is None:
        return told
    return told | {
        "header": vars(summary.header),
        "organisations": len(summary.organisations),
        "not_in_area": elsewhere,
        "indicators": [vars(one) for one in summary.indicators],
    }


def _print_faults(faults: Faults) -> None:
    for fault in faults.kept:
        say(str(fault.error()))
    if faults.count > len(faults.kept):
        say(f"… and {faults.count - len(faults.kept):,} more.")


def _print_summary(summary: PackSummary, elsewhere: list[str], path: Path) -> None:
    header = summary.header
    say(f"{header.title}, given by {header.provider}, issued {header.published}")
    say(f"restricted: {RESTRICTED}" if header.restricted else f"public, under {header.licence}")
    for one in summary.indicators:
        say(f"{one.indicator}:")
        say(
            f"  {one.rows:,} rows of {one.organisations:,} organisations in {one.periods} "
            f"{'period' if one.periods == 1 else 'periods'}, {one.first_day} to {one.last_day}"
        )
        say(f"  {one.events:,} counted in all; {one.without_figure:,} rows without a figure")
        denominator = "the pack's own" if one.own_denominator else "list size, the pack gives none"
        say(f"  denominator: {denominator}; expected figures: {'yes' if one.expected else 'no'}")
    if elsewhere:
        more = " …" if len(elsewhere) > MOST_CODES_NAMED else ""
        say(
            f"note: {len(elsewhere)} of the practices are not in {header.area} as far as the store knows: "
            f"{', '.join(elsewhere[:MOST_CODES_NAMED])}{more}"
        )
    say(f"No fault found. To take it in: likeforlike add {path}")
