"""The table of a comparison: its columns, how figures are written, and the notes that are marked in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from likeforlike.cli.printing import print_period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from likeforlike.catalogue import Catalogue, Indicator
    from likeforlike.comparison.comparing import Comparison, Figure

# Each note under the table has a mark, which stands at the values that it is about; rarer notes share the last.
NOTE_MARKS = "†‡§¶*"
# Organisations that are printed of those without a figure, with a note or closed; of more the number is said.
MOST_LISTED = 10


def make_table(comparison: Comparison, catalogue: Catalogue) -> Table:
    """A row for each organisation, with the columns that have anything in them."""
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
    with_edition = only_edition(comparison) is None
    if with_edition:
        table.add_column("edition", no_wrap=True)
    notes = gather_notes(comparison, catalogue)
    for figure in comparison.figures:
        marks = dict.fromkeys(mark_of(note, notes) for note in _notes(figure, comparison, catalogue))
        mark = f" {''.join(marks)}" if marks else ""
        cells = [figure.organisation, figure.name, print_value(figure, comparison) + mark]
        if with_interval:
            cells.append(print_interval(figure, comparison.indicator).strip(" ()"))
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
        if with_edition:
            cells.append(_editions(figure))
        table.add_row(*cells)
    return table


def list_some(codes: Sequence[str]) -> str:
    """The codes of a few organisations, and how many more there are; all of them are in `--json`.

    Of ambulance services 200 trusts are none: their codes would be a screen of letters under eleven figures.
    """
    more = len(codes) - MOST_LISTED
    return ", ".join(codes[:MOST_LISTED]) + (f" and {more:,} more" if more > 0 else "")


def print_count(number: float | None) -> str:
    """A count whole and half a patient as a half; a weighted or modelled amount with three digits that tell."""
    if number is None:
        return "–"
    if float(number * 2).is_integer():
        return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"
    decimals = max(0, 2 - math.floor(math.log10(abs(number))))
    return f"{number:,.{decimals}f}"


def only_edition(comparison: Comparison) -> str | None:
    """The edition under every figure, where it is one: said once it leaves its column to the names."""
    editions = {figure.editions for figure in comparison.figures if figure.editions}
    (edition,) = editions if len(editions) == 1 else [()]
    return _short(edition[0]) if len(edition) == 1 else None


def _editions(figure: Figure) -> str:
    if not figure.editions:
        return "–"
    more = len(figure.editions) - 1
    return _short(figure.editions[0]) + (f" +{more}" if more else "")


def _short(edition: str) -> str:
    # Eight digits tell editions apart; the line under Sources says what each is.
    return edition[:8]


def print_value(figure: Figure, comparison: Comparison) -> str:
    """A value with its decimals, or the word of a rating."""
    if figure.value is None:
        return "–"
    if figure.level is not None:
        return figure.level
    return print_number(figure.value, comparison.indicator)


def print_interval(figure: Figure, indicator: Indicator) -> str:
    """The limits in brackets, behind a space; nothing where there are none."""
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


def gather_notes(comparison: Comparison, catalogue: Catalogue) -> dict[str, list[str]]:
    """Note → the organisations that it is about, in order of the first: its place says which mark it has.

    Under the table no width of a terminal can cut a reason off.
    """
    gathered: dict[str, list[str]] = {}
    for figure in comparison.figures:
        for note in _notes(figure, comparison, catalogue):
            gathered.setdefault(note, []).append(figure.organisation)
    return gathered


def mark_of(note: str, notes: dict[str, list[str]]) -> str:
    """The mark of a note among all that were gathered."""
    return NOTE_MARKS[min(list(notes).index(note), len(NOTE_MARKS) - 1)]
