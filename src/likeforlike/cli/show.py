"""`likeforlike show`: what there is of an indicator, and its months against those of an earlier year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from likeforlike.cli.built import require_build
from likeforlike.cli.printing import (
    RESTRICTED,
    AsAtOption,
    JsonOption,
    StoreOption,
    console,
    open_store,
    parse_day,
    print_json,
    print_month,
)
from likeforlike.errors import SettingsError

if TYPE_CHECKING:
    from rich.console import Console

    from likeforlike.catalogue import Catalogue, Indicator, Input
    from likeforlike.catalogue.attribution import Attribution
    from likeforlike.measures.build import Build
    from likeforlike.store import Manifest


def show(
    indicator: Annotated[
        str | None, typer.Argument(help="Indicator; without one all are listed.", show_default=False)
    ] = None,
    organisation_type: Annotated[
        str, typer.Option("--type", help="With --baseline: the kind of organisation that is counted.")
    ] = "sub_icb",
    baseline: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR",
            min=1990,
            max=2100,
            help="Count the organisations with fewer than in the same month of this year.",
        ),
    ] = None,
    areas: Annotated[
        bool, typer.Option("--areas", help="List the areas of the build with their codes.")
    ] = False,
    store: StoreOption = None,
    as_at: AsAtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the indicators, one of them in full, or what a calendar alone does to it.

    [bold]Examples[/]

        likeforlike show

        likeforlike show calls_answered_share

        likeforlike show appointments_per_working_day --type sub_icb --baseline 2019
    """
    from likeforlike.catalogue import load_catalogue

    catalogue = load_catalogue()
    opened, _ = open_store(store)
    date = parse_day(as_at, "--as-at")
    if baseline is not None and indicator is None:
        raise SettingsError(
            "an indicator was expected.", where="--baseline", next_step="`likeforlike show` lists them."
        )
    if areas:
        built = require_build(opened, catalogue, date)
        _show_areas(built, catalogue, opened.manifest(), as_json=as_json)
    elif indicator is None:
        _list_indicators(catalogue, as_json=as_json)
    elif baseline is not None:
        wanted = catalogue.indicator(indicator)
        built = require_build(opened, catalogue, date)
        _show_baseline(built, catalogue, wanted, organisation_type, baseline, as_json=as_json)
    else:
        from likeforlike.measures.build import find_build

        wanted = catalogue.indicator(indicator)
        _show_indicator(wanted, catalogue, find_build(opened, catalogue, date), as_json=as_json)


def _list_indicators(catalogue: Catalogue, *, as_json: bool) -> None:
    if as_json:
        print_json([{"id": one.id, "question": one.question} for one in catalogue.indicators.values()])
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    # An id is there to be typed: it is never cut short.
    table.add_column("indicator", no_wrap=True)
    for heading in ("question", "purpose"):
        table.add_column(heading)
    for one in catalogue.indicators.values():
        table.add_row(one.id, escape(one.question), str(one.purpose).replace("_", " "))
    console().print(table)


def _show_indicator(
    indicator: Indicator, catalogue: Catalogue, built: Build | None, *, as_json: bool
) -> None:
    from rich.markup import escape

    available = _availability(indicator, built)
    if as_json:
        facts = _attribution_facts(indicator, catalogue, built)
        print_json(indicator.model_dump(mode="json") | {"available": available, **facts})
        return
    out = console()
    out.print(f"[bold]{escape(indicator.title)}[/] ({indicator.id})")
    for heading, text in (
        ("Question", indicator.question),
        ("Why it matters", indicator.why_it_matters),
        ("What it does not tell", indicator.does_not_tell),
        ("Unit", indicator.unit),
        ("Good direction", str(indicator.polarity).replace("_", " ")),
        ("Purpose", str(indicator.purpose).replace("_", " ")),
        ("Smallest difference that matters", _smallest(indicator)),
        ("Sources", ", ".join(dict.fromkeys(one.source for one in indicator.inputs))),
        ("Checked by", f"{indicator.checked_by}; next review {indicator.next_review}"),
    ):
        out.print(f"[bold]{heading}:[/] {escape(text)}")
    for caveat in indicator.caveats:
        out.print(f"- {caveat}", markup=False)
    if built is None:
        out.print("Nothing has been built from the store as it is now: likeforlike build", markup=False)
    for kind, facts in available.items():
        title = catalogue.organisation_type(kind).plural
        out.print(f"{facts['organisations']:>8,} {title}, {facts['first']} to {facts['last']}: "
                  f"{facts['values']:,} values, {facts['missing']:,} without one")  # fmt: skip
    if any(facts["restricted"] for facts in available.values()):
        out.print(f"[bold]{RESTRICTED}[/]")
    _print_attribution(out, indicator, catalogue, built)


def _named(
    indicator: Indicator, catalogue: Catalogue, built: Build | None
) -> tuple[tuple[Attribution, ...], str | None]:
    """Whom to name for figures of an indicator, and what to say where they are fictional."""
    from likeforlike.catalogue.attribution import attribute_sources, find_fiction

    fiction = None
    if built is not None:
        from likeforlike.measures.reading import read_names

        fiction = find_fiction(catalogue, read_names(built))
    return attribute_sources(catalogue, {one.source for one in _all_inputs(indicator, catalogue)}), fiction


def _all_inputs(indicator: Indicator, catalogue: Catalogue) -> list[Input]:
    """Where its counts are published, and those of the population that it is divided by."""
    from likeforlike.catalogue import Population

    populations = {
        one.denominator.indicator for one in indicator.inputs if isinstance(one.denominator, Population)
    }
    below = [
        one
        for population in sorted(populations)
        for one in _all_inputs(catalogue.indicator(population), catalogue)
    ]
    return [*indicator.inputs, *below]


def _attribution_facts(indicator: Indicator, catalogue: Catalogue, built: Build | None) -> dict[str, object]:
    from likeforlike.catalogue.attribution import attribution_facts

    return attribution_facts(*_named(indicator, catalogue, built))


def _print_attribution(out: Console, indicator: Indicator, catalogue: Catalogue, built: Build | None) -> None:
    from likeforlike.catalogue.attribution import attribution_lines

    for line in attribution_lines(*_named(indicator, catalogue, built)):
        out.print(line, markup=False)


def _smallest(indicator: Indicator) -> str:
    size = (
        "none: it lists nobody"
        if indicator.smallest_difference is None
        else f"{indicator.smallest_difference:g}"
    )
    return f"{size}. {indicator.smallest_difference_reason}"


def _availability(indicator: Indicator, built: Build | None) -> dict[str, dict[str, object]]:
    """By kind of organisation: how many, from when to when, how many values."""
    if built is None or not built.observations(indicator.id).exists():
        return {}
    from likeforlike.measures.reading import count_available

    return count_available(built, indicator.id, restricted=True)


def _show_areas(built: Build, catalogue: Catalogue, manifest: Manifest, *, as_json: bool) -> None:
    from likeforlike.catalogue.attribution import (
        attribute,
        attribution_facts,
        attribution_lines,
        find_fiction,
    )
    from likeforlike.measures.reading import read_names

    names = read_names(built)
    kinds = [
        kind for kind in catalogue.organisation_types.values() if kind.id in ("sub_icb", "icb", "nhs_region")
    ]
    listed = [
        {"organisation_type": kind.id, "code": code, "name": name}
        for kind in reversed(kinds)
        for (its_kind, code), name in sorted(names.items())
        if its_kind == kind.id
    ]
    used = attribute(catalogue, {(file.source, file.licence) for file in manifest.files})
    fiction = find_fiction(catalogue, names)
    if as_json:
        print_json({"areas": listed, **attribution_facts(used, fiction)})
        return
    out = console()
    for one in listed:
        out.print(f"{one['organisation_type']:<11} {one['code']:<7} {one['name']}", markup=False)
    for line in attribution_lines(used, fiction):
        out.print(line, markup=False)


def _show_baseline(
    built: Build, catalogue: Catalogue, indicator: Indicator, kind: str, year: int, *, as_json: bool
) -> None:
    from likeforlike.comparison.same_month import compare_with_baseline
    from likeforlike.errors import NotFoundError

    plural = catalogue.organisation_type(kind).plural
    months = compare_with_baseline(built, indicator.id, kind, year, restricted=True)
    if not months:
        raise NotFoundError(
            f"no month of {plural} has one to be compared with in {year}.",
            next_step=f"`likeforlike show {indicator.id}` says which months there are.",
        )
    if as_json:
        facts = _attribution_facts(indicator, catalogue, built)
        print_json({"months": [vars(month) for month in months], **facts})
        return
    from rich.table import Table

    out = console()
    out.print(f"[bold]{indicator.title}: how many {plural} had fewer than in the same month of {year}[/]")
    table = Table(box=None, pad_edge=False)
    for heading in ("month", "areas", "fewer", "fewer a working day", "working days", f"in {year}"):
        table.add_column(heading, justify="left" if heading == "month" else "right")
    for month in months:
        table.add_row(
            print_month(month.month),
            str(month.organisations),
            str(month.fewer),
            str(month.fewer_per_working_day),
            str(month.working_days),
            str(month.baseline_working_days),
        )
    out.print(table)
    for later in sorted({month.month.year for month in months}):
        its = [month for month in months if month.month.year == later]
        raw, daily = [month.fewer for month in its], [month.fewer_per_working_day for month in its]
        out.print(
            f"In {later} the raw number swings between {min(raw)} and {max(raw)}, per working day between "
            f"{min(daily)} and {max(daily)}."
        )
    if any(month.with_predecessors for month in months):
        most = max(months, key=lambda month: month.with_predecessors)
        out.print(
            f"The counts of organisations that have been followed by others are with their successors: "
            f"{most.with_predecessors} of {most.organisations} in {print_month(most.month)}"
            + (f", {most.with_inferred} of them by an inferred succession." if most.with_inferred else ".")
        )
    refused = {reason: code for month in months for code, reason in month.refused}
    for code, reason in sorted((code, reason) for reason, code in refused.items()):
        out.print(f"Not compared: {code}, as {reason}.", markup=False)
    out.print("One month is a poor witness: part of what it says is the calendar's.")
    if any(month.restricted for month in months):
        out.print(f"[bold]{RESTRICTED}[/]")
    _print_attribution(out, indicator, catalogue, built)
