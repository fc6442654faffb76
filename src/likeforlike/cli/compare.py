"""`likeforlike compare`: the organisations of an area side by side on one indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from likeforlike.cli.built import require_build
from likeforlike.cli.comparison_table import (
    MOST_LISTED,
    gather_notes,
    list_some,
    make_table,
    mark_of,
    only_edition,
    print_interval,
    print_number,
    print_value,
)
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
    from likeforlike.catalogue import Catalogue, Indicator
    from likeforlike.comparison.comparing import Comparison
    from likeforlike.measures.lineage_reading import Closure
    from likeforlike.store import AddedFile, Manifest

PLACED = {
    "as_it_is_now": "Organisations are placed as they are now",
    "as_it_was": "Organisations are placed as they were on the last day of that month",
}
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
    if edition := only_edition(comparison):
        out.print(f"Edition of every figure: {edition}.")
    out.print()
    out.print(make_table(comparison, catalogue))
    notes = gather_notes(comparison, catalogue)
    for note, codes in notes.items():
        out.print(f"{mark_of(note, notes)} {note}: {list_some(codes)}", markup=False)
    if comparison.absent:
        period = "month" if _is_month(comparison) else "period"
        without = "have none" if comparison.is_standing else f"are not in the files for this {period}"
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
    newest.sort(key=lambda one: (one.day, one.organisation), reverse=True)
    lines = [
        f"{one.organisation} {ENDED[one.how].format(day=one.day)}; {_followed(one)}"
        for one in newest[:MOST_LISTED]
    ]
    if len(newest) > MOST_LISTED:
        lines.append(
            f"{len(newest) - MOST_LISTED} more that belonged to {comparison.area.name} had closed, or had no "
            "list any more, within the year before."
        )
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
    return f"{name}: {print_value(england, comparison)}{print_interval(england, comparison.indicator)}."


def _what_is_expected(indicator: Indicator) -> str:
    if indicator.kind == "ratio":
        return f"As expected is {print_number(indicator.multiplier, indicator)}."
    return "England: not measured."


def _one_period(comparison: Comparison) -> str:
    return "One month" if _is_month(comparison) else "One period"


def _is_month(comparison: Comparison) -> bool:
    first, last = comparison.period, comparison.period_end
    return (first.year, first.month) == (last.year, last.month)


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
