"""What each chart of an indicator page shows, in one sentence: its title, and what is read aloud in its place."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from likeforlike.present import wording

# Of names in a sentence.
MOST_NAMED = 3


def say_figures(values: Sequence[float], unit: str, decimals: int) -> tuple[list[str], str]:
    """Figures for one sentence, and the unit to say once at its end: per cent stands with each.

    >>> say_figures([0.95, 1.07], "deaths per bed", 2), say_figures([60.0], "per cent", 0)
    ((['0.95', '1.07'], ' (deaths per bed)'), (['60%'], ''))
    """
    if unit == "per cent":
        return [wording.figure(value, unit, decimals) for value in values], ""
    return [wording.number(value, decimals) for value in values], f" ({unit})"


def say_spread(many: str, number: int, quarters: Sequence[float], unit: str, decimals: int) -> str:
    """Where the middle half of all figures lies; `quarters` are the quartiles.

    >>> say_spread("councils", 152, (1.0, 2.0, 4.0), "per bed", 1)
    'Half of 152 councils lie between 1.0 and 4.0, the one in the middle at 2.0 (per bed).'
    """
    (low, mid, high), of = say_figures(quarters, unit, decimals)
    return f"Half of {number:,} {many} lie between {low} and {high}, the one in the middle at {mid}{of}."


def say_ranked(many: str, states: Mapping[str, int]) -> str:
    """How many are in each state.

    >>> say_ranked("councils", {"better than expected": 2, "as expected": 5, "cannot tell": 3})
    'Of 10 assessed councils 2 are better than expected, none worse and 5 as expected; of 3 it cannot be told.'
    """
    better, usual, worse, open_ = (
        states.get(state, 0)
        for state in ("better than expected", "as expected", "worse than expected", "cannot tell")
    )
    told = f"{_some(better)} better than expected, {worse or 'none':{',' if worse else ''}} worse and "
    rest = f"{usual or 'none':{',' if usual else ''}} as expected"
    unknown = f"; of {open_:,} it cannot be told" if open_ else ""
    return f"Of {better + usual + worse + open_:,} assessed {many} {told}{rest}{unknown}."


def _some(number: int) -> str:
    return f"{number:,} {'is' if number == 1 else 'are'}" if number else "none is"


def say_funnel(many: str, number: int, beyond_chance: int, beyond_usual: int) -> str:
    """How many lie outside which limits.

    >>> say_funnel("NHS trusts", 120, 60, 4)
    'Chance alone does not explain 60 of 120 NHS trusts; 4 differ by more than such organisations usually do.'
    """
    if not beyond_chance:
        return f"Chance alone could explain how all {number:,} {many} differ."
    beyond = f"{beyond_usual:,}" if beyond_usual else "none"
    verb = "differs" if beyond_usual in (0, 1) else "differ"
    return (
        f"Chance alone does not explain {beyond_chance:,} of {number:,} {many}; {beyond} {verb} by more than "
        "such organisations usually do."
    )


def say_map(many: str, number: int, better: Sequence[str], worse: Sequence[str]) -> str:
    """Who is better and worse, by name where they are few.

    >>> say_map("councils", 9, ["Dorset"], ["A", "B", "C", "D"])
    'Of 9 councils 1 is better than expected (Dorset) and 4 are worse.'
    """
    if not better and not worse:
        return f"None of {number:,} {many} is better or worse than expected."
    return (
        f"Of {number:,} {many} {_some(len(better))} better than expected{_named(better)} and "
        f"{_some(len(worse))} worse{_named(worse)}."
    )


def _named(names: Sequence[str]) -> str:
    return f" ({wording.enumerate_words(names)})" if 0 < len(names) <= MOST_NAMED else ""


def say_areas(
    one: str | None, highest: tuple[str, float], lowest: tuple[str, float], unit: str, decimals: int
) -> str:
    """The areas with the highest and the lowest figure; with `one`, those of the middle one in each area."""
    (most, least), of = say_figures((highest[1], lowest[1]), unit, decimals)
    whose = f"The middle {one} of an area stands" if one else "Figures lie"
    return f"{whose} between {least} in {lowest[0]} and {most} in {highest[0]}{of}."


def say_deprivation(
    one: str, most: float, least: float, unit: str, decimals: int, *, overlapping: bool
) -> str:
    """What the middle one of the most and of the least deprived fifth has."""
    (first, last), of = say_figures((most, least), unit, decimals)
    beside = "; the fifths overlap widely" if overlapping else ""
    return (
        f"In the most deprived fifth the middle {one} stands at {first}, in the least deprived at {last}"
        f"{of}{beside}."
    )


def say_nation(now: str, month: datetime.date, before: str | None, marked: str) -> str:
    """England's newest figure, a year before, and whether it stands out."""
    ago = f"; a year before at {before}" if before else ""
    out = f". {wording.sentence(marked)}" if marked else ""
    return f"England stood at {now} in {wording.month(month)}{ago}{out}."


def say_levels(many: str, level: str, its: int, number: int) -> str:
    """The commonest level of a rating."""
    return f"{wording.sentence(level)} is the commonest: {its:,} of {number:,} {many}."
