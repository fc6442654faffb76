"""`likeforlike compare`: the organisations of an area side by side on one indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from likeforlike.cli.built import require_build
from likeforlike.cli.printing import (
    AsAtOption,
    JsonOption,
    StoreOption,
    console,
    open_store,
    parse_day,
    parse_period,
    print_json,
    print_month,
)

if TYPE_CHECKING:
    from rich.table import Table

    from likeforlike.catalogue import Catalogue
    from likeforlike.comparison.comparing import Comparison, Figure
    from likeforlike.store import Manifest


def compare(
    organisation_type: Annotated[
        str, typer.Option("--type", help="Kind of organisation: gp_practice, pcn, sub_icb, icb, nhs_region.")
    ],
    area: Annotated[
        str, typer.Option(help="Code of an ICB, sub-ICB, PCN or region, part of its name, or England.")
    ],
    indicator: Annotated[str, typer.Option(help="Indicator; `likeforlike show` lists them.")],
    period: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Month; by default the newest with figures.")
    ] = None,
    store: StoreOption = None,
    as_at: AsAtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the organisations of an area on one indicator: value, sampling interval, edition, caveats.

    They stand in order of name, not of value: one month cannot tell most of them apart.

    [bold]Examples[/]

        likeforlike compare --type gp_practice --area QMJ --indicator calls_answered_share

        likeforlike compare --type icb --area England --indicator same_day_share --period 2025-11
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.comparison.areas import find_area
    from likeforlike.comparison.comparing import compare_organisations

    opened, _ = open_store(store)
    catalogue = load_catalogue()
    wanted = catalogue.indicator(indicator)
    catalogue.organisation_type(organisation_type)
    built = require_build(opened, catalogue, parse_day(as_at, "--as-at"))
    comparison = compare_organisations(
        built,
        catalogue,
        wanted,
        organisation_type=organisation_type,
        area=find_area(built, catalogue, area),
        period=parse_period(period),
    )
    manifest = opened.manifest()
    if as_json:
        print_json(as_dict(comparison, catalogue, manifest))
    else:
        print_comparison(comparison, catalogue, manifest)


def print_comparison(comparison: Comparison, catalogue: Catalogue, manifest: Manifest) -> None:
    """The comparison as a table a person can read, with every doubt beside it."""
    out = console()
    indicator = comparison.indicator
    days = f", {comparison.working_days} working days" if comparison.working_days else ""
    out.print(f"[bold]{indicator.question}[/]")
    out.print(
        f"{comparison.area.name}, {print_month(comparison.period)}{days}. Unit: {indicator.unit}.",
        markup=False,
    )
    out.print(_reference(comparison, catalogue), markup=False)
    out.print(
        f"One month, in order of name. The interval ({comparison.level:.0%}) is of chance alone: "
        "month-to-month variation is many times larger, so nothing is judged by it.\n"
    )
    out.print(_table(comparison, catalogue))
    if comparison.absent:
        out.print(
            f"{len(comparison.absent)} more belong to {comparison.area.name} and are not in the files for this "
            f"month: {', '.join(comparison.absent[:10])}{' …' if len(comparison.absent) > 10 else ''}",
            markup=False,
        )
    out.print("\n[bold]What this does not tell[/]")
    for text in (indicator.does_not_tell, *indicator.caveats, *_breaks(comparison, catalogue)):
        out.print(f"- {text}", markup=False)
    out.print("\n[bold]Sources[/]")
    for line in _sources(comparison, catalogue, manifest):
        out.print(f"- {line}", markup=False)


def _reference(comparison: Comparison, catalogue: Catalogue) -> str:
    england = comparison.reference
    if england is None:
        return "England: no figure."
    if england.value is None:
        covered = "" if england.coverage is None else f" ({england.coverage:.0%} of patients)"
        return f"England: no figure, {catalogue.methods.reason(str(england.reason)).title}{covered}."
    return f"England: {_value(england)}{_interval(england)}."


def _table(comparison: Comparison, catalogue: Catalogue) -> Table:
    from rich.table import Table

    notes = {figure.organisation: _notes(figure, comparison, catalogue) for figure in comparison.figures}
    table = Table(box=None, pad_edge=False)
    table.add_column("code", no_wrap=True)
    table.add_column("name", overflow="fold", min_width=22)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("interval", no_wrap=True)
    table.add_column("of", justify="right", no_wrap=True)
    table.add_column("edition", no_wrap=True)
    if any(notes.values()):
        table.add_column("note", overflow="fold", min_width=16)
    for figure in comparison.figures:
        cells = [
            figure.organisation,
            figure.name,
            _value(figure),
            _interval(figure).strip(" ()"),
            "–" if figure.denominator is None else f"{figure.denominator:,}",
            # Eight digits tell editions apart; the line under Sources says what each is.
            figure.editions[0][:8] + (f" +{len(figure.editions) - 1}" if len(figure.editions) > 1 else "")
            if figure.editions
            else "–",
        ]
        table.add_row(*cells, *([notes[figure.organisation]] if any(notes.values()) else []))
    return table


def _value(figure: Figure) -> str:
    return "–" if figure.value is None else f"{figure.value:,.1f}"


def _interval(figure: Figure) -> str:
    return "" if figure.lower is None else f" ({figure.lower:,.1f} to {figure.upper:,.1f})"


def _notes(figure: Figure, comparison: Comparison, catalogue: Catalogue) -> str:
    notes = [] if figure.reason is None else [catalogue.methods.reason(figure.reason).title]
    gates = {gate.id: gate.title for gate in comparison.indicator.quality_gates}
    notes += [f"does not count: {gates[gate][0].lower()}{gates[gate][1:]}" for gate in figure.failed_gates]
    if figure.coverage is not None and figure.coverage < 0.9995:
        notes.append(f"covers {figure.coverage:.0%} of patients")
    return "; ".join(notes)


def _breaks(comparison: Comparison, catalogue: Catalogue) -> list[str]:
    return [
        f"Recorded another way from {print_month(known.month)}: {known.what}"
        for known in catalogue.known_breaks
        if comparison.indicator.id in known.indicators
    ]


def _sources(comparison: Comparison, catalogue: Catalogue, manifest: Manifest) -> list[str]:
    shown = {edition for figure in comparison.figures for edition in figure.editions}
    files = [file for file in manifest.files if file.edition in shown]
    lines = [
        f"{file.edition[:8]}: {catalogue.source(file.source).title}, issued {file.published} "
        f"({file.published_basis}), {file.name}"
        for file in files
    ]
    return lines + sorted({catalogue.source(file.source).attribution for file in files})


def as_dict(comparison: Comparison, catalogue: Catalogue, manifest: Manifest) -> dict[str, object]:
    """The comparison for `--json`."""
    return {
        "indicator": comparison.indicator.id,
        "question": comparison.indicator.question,
        "unit": comparison.indicator.unit,
        "organisation_type": comparison.organisation_type,
        "area": vars(comparison.area),
        "period": f"{comparison.period:%Y-%m}",
        "working_days": comparison.working_days,
        "geography": "organisations as they are now",
        "interval": f"sampling interval, {comparison.level:.0%}: chance alone, nothing is judged by it",
        "reference": vars(comparison.reference) if comparison.reference else None,
        "figures": [vars(figure) for figure in comparison.figures],
        "not_in_the_files": list(comparison.absent),
        "does_not_tell": comparison.indicator.does_not_tell,
        "caveats": [*comparison.indicator.caveats, *_breaks(comparison, catalogue)],
        "sources": _sources(comparison, catalogue, manifest),
    }
