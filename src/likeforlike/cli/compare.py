"""`likeforlike compare`: the organisations of an area side by side on one indicator."""

from __future__ import annotations

import math
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
    parse_period,
    print_json,
    print_month,
    print_period,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from likeforlike.catalogue import Catalogue, Indicator
    from likeforlike.comparison.comparing import Comparison, Figure
    from likeforlike.measures.lineage_reading import Closure
    from likeforlike.store import AddedFile, Manifest

# Marks a value that has a note under the table.
NOTE_MARK = "†"
PLACED = {
    "as_it_is_now": "Organisations are placed as they are now",
    "as_it_was": "Organisations are placed as they were on the last day of that month",
}
# Organisations without a figure whose codes are printed.
MOST_ABSENT = 10
# Organisations that have been gone for longer are only counted.
CLOSED_WITHIN_DAYS = 366
ENDED = {
    "closed": "closed on {day}",
    "list_ended": "has had no list since {day}",
    "dormant": "has been dormant since {day} at the latest",
}


def compare(
    organisation_type: Annotated[
        str,
        typer.Option(
            "--type", help="Kind of organisation, such as gp_practice, icb, nhs_trust, care_home, council."
        ),
    ],
    area: Annotated[
        str, typer.Option(help="Code of an ICB, sub-ICB, PCN or region, part of its name, or England.")
    ],
    indicator: Annotated[str, typer.Option(help="Indicator; `likeforlike show` lists them.")],
    period: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Month; by default the newest with figures.")
    ] = None,
    as_it_was: Annotated[
        bool,
        typer.Option(
            "--as-it-was", help="Those that belonged to the area in that month, not those that do now."
        ),
    ] = False,
    peers: Annotated[
        str | None,
        typer.Option(metavar="GROUP", help="Only the members of a peer group, such as acute_teaching."),
    ] = None,
    store: StoreOption = None,
    as_at: AsAtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the organisations of an area on one indicator: value, interval, band, edition, caveats.

    They stand in order of name, not of value: one month cannot tell most of them apart.

    [bold]Examples[/]

        likeforlike compare --type gp_practice --area QMJ --indicator calls_answered_share

        likeforlike compare --type icb --area England --indicator same_day_share --period 2025-11

        likeforlike compare --type nhs_trust --area England --indicator shmi --peers acute_teaching
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
        as_it_was=as_it_was,
        peers=peers,
        # A command on the holder's own machine shows what the holder may see, and says what nobody else may.
        restricted=True,
    )
    manifest = opened.manifest()
    if as_json:
        print_json(as_dict(comparison, catalogue, manifest))
    else:
        print_comparison(comparison, catalogue, manifest)


def print_comparison(comparison: Comparison, catalogue: Catalogue, manifest: Manifest) -> None:
    """The comparison as a table a person can read, with every doubt under it."""
    from likeforlike.comparison.captions import explain_band, explain_interval

    out = console()
    indicator = comparison.indicator
    days = f", {comparison.working_days} working days" if comparison.working_days else ""
    out.print(f"[bold]{indicator.question}[/]")
    out.print(
        f"{comparison.area.name}, {print_period(comparison.period, comparison.period_end)}{days}. "
        f"Unit: {indicator.unit}.",
        markup=False,
    )
    for line in level_lines(comparison) or [_reference(comparison, catalogue)]:
        out.print(line, markup=False)
    one = "The newest of each" if comparison.is_standing else _one_period(comparison)
    out.print(f"{one}, in order of name. {PLACED[comparison.placed]}.")
    if comparison.peers:
        out.print(f"Peers: {comparison.peers.title}. {comparison.peers.about}", markup=False)
    reference = [comparison.reference] if comparison.reference else []
    if any(figure.restricted for figure in [*comparison.figures, *reference]):
        out.print(f"[bold]{RESTRICTED}[/]")
    for caption in (explain_interval(comparison), explain_band(comparison)):
        if caption:
            out.print(caption, markup=False)
    out.print()
    out.print(_table(comparison, catalogue))
    for note, codes in _gather_notes(comparison, catalogue).items():
        out.print(f"{NOTE_MARK} {note}: {', '.join(codes)}", markup=False)
    if comparison.absent:
        without = "have none" if comparison.is_standing else "are not in the files for this month"
        out.print(
            f"{len(comparison.absent)} more belong to {comparison.area.name} and {without}: "
            f"{list_some(comparison.absent)}",
            markup=False,
        )
    for line in closed_lines(comparison):
        out.print(line, markup=False)
    out.print("\n[bold]What this does not tell[/]")
    for text in (indicator.does_not_tell, *indicator.caveats, *_breaks(comparison, catalogue)):
        out.print(f"- {text}", markup=False)
    out.print("\n[bold]Sources[/]")
    for line in _sources(comparison, catalogue, manifest):
        out.print(f"- {line}", markup=False)


def level_lines(comparison: Comparison) -> list[str]:
    """How many stand at each level of a rating, with the interval of chance."""
    from likeforlike.comparison.levels import count_levels

    shares = count_levels(comparison)
    if not shares:
        return []
    by_level = "; ".join(
        f"{one.level} {one.organisations:,} ({one.share:.0%}, {one.lower:.0%} to {one.upper:.0%})"
        for one in shares
    )
    return [f"Of {shares[0].of:,} with a rating that counts: {by_level}."]


def closed_lines(comparison: Comparison) -> list[str]:
    """Who of the area was no more: since when, and who followed, with the basis of it."""
    newest = [one for one in comparison.closed if (comparison.period - one.day).days <= CLOSED_WITHIN_DAYS]
    lines = [f"{one.organisation} {ENDED[one.how].format(day=one.day)}; {_followed(one)}" for one in newest]
    if earlier := len(comparison.closed) - len(newest):
        lines.append(
            f"{earlier} more that belonged to {comparison.area.name} had closed more than a year before; "
            "`likeforlike lineage CODE` tells the history of one."
        )
    return lines


def _followed(closure: Closure) -> str:
    if not closure.successors:
        return "no source names a successor."
    return (
        "followed by "
        + ", ".join(
            f"{one.organisation} ({one.basis}{f': {one.evidence}' if one.evidence else ''})"
            for one in closure.successors
        )
        + "."
    )


def _reference(comparison: Comparison, catalogue: Catalogue) -> str:
    if "england" not in comparison.indicator.organisation_types:
        return _what_is_expected(comparison.indicator)
    england = comparison.reference
    name = "England (fictional)" if _is_fictional(comparison, catalogue) else "England"
    if england is None:
        return f"{name}: no figure."
    if england.value is None:
        covered = "" if england.coverage is None else f" ({england.coverage:.0%} of patients)"
        return f"{name}: no figure, {catalogue.methods.reason(str(england.reason)).title}{covered}."
    return f"{name}: {_value(england, comparison)}{_interval(england, comparison.indicator)}."


def _what_is_expected(indicator: Indicator) -> str:
    if indicator.kind == "ratio":
        return f"As expected is {print_number(indicator.multiplier, indicator)}."
    return "England: not measured."


def _table(comparison: Comparison, catalogue: Catalogue) -> Table:
    from rich.table import Table

    # A column that would be empty from top to bottom is left out.
    with_interval = any(figure.lower is not None for figure in comparison.figures)
    # Of a ratio what is expected says what the denominator says of others.
    with_expected = any(figure.expected is not None for figure in comparison.figures)
    with_expected &= comparison.indicator.kind == "ratio"
    with_denominator = any(figure.denominator is not None for figure in comparison.figures)
    with_denominator &= not with_expected
    with_band = any(figure.band is not None for figure in comparison.figures)
    table = Table(box=None, pad_edge=False)
    table.add_column("code", no_wrap=True)
    table.add_column("name", overflow="fold", min_width=10 if with_band else 18)
    table.add_column("value", justify="right", no_wrap=True)
    if with_interval:
        table.add_column("interval", no_wrap=True)
    if with_expected:
        table.add_column("observed", justify="right", no_wrap=True)
        table.add_column("expected", justify="right", no_wrap=True)
    if with_denominator:
        table.add_column("out of", justify="right", no_wrap=True)
    # What stands until the next one may be years old.
    with_period = comparison.is_standing and any(
        figure.period_end != comparison.period_end for figure in comparison.figures
    )
    if with_period:
        table.add_column("of", no_wrap=True)
    if with_band:
        table.add_column("band", overflow="fold", min_width=11)
    table.add_column("edition", no_wrap=True)
    for figure in comparison.figures:
        mark = f" {NOTE_MARK}" if _notes(figure, comparison, catalogue) else ""
        cells = [figure.organisation, figure.name, _value(figure, comparison) + mark]
        if with_interval:
            cells.append(_interval(figure, comparison.indicator).strip(" ()"))
        if with_expected:
            cells += [
                print_count(figure.numerator),
                "–" if figure.expected is None else f"{figure.expected:,.1f}",
            ]
        if with_denominator:
            cells.append(print_count(figure.denominator))
        if with_period:
            is_day = figure.period == figure.period_end
            cells.append(
                figure.period.isoformat() if is_day else print_period(figure.period, figure.period_end)
            )
        if with_band:
            cells.append(figure.band or "–")
        table.add_row(*cells, _editions(figure))
    return table


def list_some(codes: Sequence[str]) -> str:
    """The codes of a few organisations, and how many more there are; all of them are in `--json`.

    Of ambulance services 200 trusts are none: their codes would be a screen of letters under eleven figures.
    """
    more = len(codes) - MOST_ABSENT
    return ", ".join(codes[:MOST_ABSENT]) + (f" and {more:,} more" if more > 0 else "")


def print_count(number: float | None) -> str:
    """A count whole and half a patient as a half; a weighted or modelled amount with three digits that tell."""
    if number is None:
        return "–"
    if float(number * 2).is_integer():
        return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"
    decimals = max(0, 2 - math.floor(math.log10(abs(number))))
    return f"{number:,.{decimals}f}"


def _one_period(comparison: Comparison) -> str:
    first, last = comparison.period, comparison.period_end
    return "One month" if (first.year, first.month) == (last.year, last.month) else "One period"


def _editions(figure: Figure) -> str:
    # Eight digits tell editions apart; the line under Sources says what each is.
    if not figure.editions:
        return "–"
    more = len(figure.editions) - 1
    return figure.editions[0][:8] + (f" +{more}" if more else "")


def _value(figure: Figure, comparison: Comparison) -> str:
    if figure.value is None:
        return "–"
    if figure.level is not None:
        return figure.level
    return print_number(figure.value, comparison.indicator)


def _interval(figure: Figure, indicator: Indicator) -> str:
    if figure.lower is None or figure.upper is None:
        return ""
    return f" ({print_number(figure.lower, indicator)} to {print_number(figure.upper, indicator)})"


def print_number(value: float, indicator: Indicator) -> str:
    """With the decimals that its definition asks for, else so many that the smallest difference that matters can be
    seen."""
    if indicator.kind == "count" and not indicator.per_working_day:
        return f"{value:,.0f}"
    if indicator.decimals is not None:
        return f"{value:,.{indicator.decimals}f}"
    smallest = indicator.smallest_difference or 1.0
    if indicator.kind == "ratio":
        # A hundredth of what is expected is what its limits are told apart by.
        smallest = min(smallest, indicator.multiplier / 100)
    return f"{value:,.{max(1, math.ceil(-math.log10(smallest)))}f}"


def _notes(figure: Figure, comparison: Comparison, catalogue: Catalogue) -> list[str]:
    notes = [] if figure.reason is None else [catalogue.methods.reason(figure.reason).title]
    gates = {gate.id: gate.title for gate in comparison.indicator.quality_gates}
    notes += [f"does not count: {gates[gate][0].lower()}{gates[gate][1:]}" for gate in figure.failed_gates]
    if figure.restricted:
        notes.append("restricted")
    if figure.coverage is not None and figure.coverage < 0.995:
        notes.append(f"covers {figure.coverage:.0%} of patients")
    if figure.coverage is None and (figure.members_with_value or 0) < (figure.members or 0):
        notes.append(f"sums {figure.members_with_value} of {figure.members} organisations")
    return notes


def _gather_notes(comparison: Comparison, catalogue: Catalogue) -> dict[str, list[str]]:
    """Note → the organisations that it is about: under the table no width of a terminal can cut a reason off."""
    gathered: dict[str, list[str]] = {}
    for figure in comparison.figures:
        for note in _notes(figure, comparison, catalogue):
            gathered.setdefault(note, []).append(figure.organisation)
    return gathered


def _is_fictional(comparison: Comparison, catalogue: Catalogue) -> bool:
    kind = catalogue.organisation_types[comparison.organisation_type]
    return any(kind.is_fictional(figure.organisation) for figure in comparison.figures)


def _breaks(comparison: Comparison, catalogue: Catalogue) -> list[str]:
    return [
        f"Recorded another way from {print_month(known.month)}: {known.what}"
        for known in catalogue.known_breaks
        if comparison.indicator.id in known.indicators
    ]


def _sources(comparison: Comparison, catalogue: Catalogue, manifest: Manifest) -> list[str]:
    """The files under the figures, England's among them, and whom to name."""
    from likeforlike.catalogue.attribution import FICTIONAL, attribute, attribution_lines

    figures = [*comparison.figures, *([comparison.reference] if comparison.reference else [])]
    shown = {edition for figure in figures for edition in figure.editions}
    own = {edition for figure in comparison.figures for edition in figure.editions}
    files = [file for file in manifest.files if file.edition in shown]
    lines = [
        f"{file.edition[:8]}: {catalogue.source(file.source).title}, {_issued(file)}, {file.name}"
        + ("" if file.edition in own else " (England's figure only)")
        for file in files
    ]
    if _is_fictional(comparison, catalogue):
        return [*lines, FICTIONAL]
    return lines + attribution_lines(attribute(catalogue, {(file.source, file.licence) for file in files}))


def _issued(file: AddedFile) -> str:
    """When a file was issued, as surely as it is known."""
    return {
        "content": f"issued {file.published}",
        "correction": f"issued {file.published} (its printed date is corrected)",
        "given": f"issued {file.published}, as given when it was added",
        "name": f"issued by {file.published} at the latest, as its name tells",
        "assumed": f"date of issue unknown (added {file.published})",
    }[str(file.published_basis)]


def as_dict(comparison: Comparison, catalogue: Catalogue, manifest: Manifest) -> dict[str, object]:
    """The comparison for `--json`."""
    from likeforlike.comparison.captions import explain_band, explain_interval
    from likeforlike.comparison.levels import count_levels

    return {
        "indicator": comparison.indicator.id,
        "question": comparison.indicator.question,
        "unit": comparison.indicator.unit,
        "organisation_type": comparison.organisation_type,
        "area": vars(comparison.area),
        "period": f"{comparison.period:%Y-%m}",
        "period_end": comparison.period_end.isoformat(),
        "working_days": comparison.working_days,
        "geography": PLACED[comparison.placed].lower(),
        "interval": explain_interval(comparison),
        "band": explain_band(comparison),
        "peers": comparison.peers.id if comparison.peers else None,
        "reference": vars(comparison.reference) if comparison.reference else None,
        "levels": [vars(share) for share in count_levels(comparison)],
        "figures": [vars(figure) for figure in comparison.figures],
        "not_in_the_files": list(comparison.absent),
        "closed": [
            vars(one) | {"successors": [vars(successor) for successor in one.successors]}
            for one in comparison.closed
        ],
        "does_not_tell": comparison.indicator.does_not_tell,
        "caveats": [*comparison.indicator.caveats, *_breaks(comparison, catalogue)],
        "sources": _sources(comparison, catalogue, manifest),
        **_attribution(comparison, catalogue, manifest),
    }


def _attribution(comparison: Comparison, catalogue: Catalogue, manifest: Manifest) -> dict[str, object]:
    from likeforlike.catalogue.attribution import FICTIONAL, attribute, attribution_facts

    figures = [*comparison.figures, *([comparison.reference] if comparison.reference else [])]
    shown = {edition for figure in figures for edition in figure.editions}
    used = {(file.source, file.licence) for file in manifest.files if file.edition in shown}
    fiction = FICTIONAL if _is_fictional(comparison, catalogue) else None
    return attribution_facts(attribute(catalogue, used), fiction)
