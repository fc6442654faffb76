"""What each chart of an indicator page shows, in one sentence: its title, and what is read aloud in its place."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from likeforlike.present import wording

# Of names in a sentence.
MOST_NAMED = 3
NO_STATES = "not assessed"


def say_spread(many: str, number: int, low: str, mid: str, high: str) -> str:
    """Where the middle half of all figures lies."""
    return (
        f"Half of the {number:,} {many} lie between {low} and {high}; the one in the middle stands at {mid}."
    )


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


def say_map(many: str, better: Sequence[str], worse: Sequence[str]) -> str:
    """Who is better and worse, by name where they are few."""
    if not better and not worse:
        return f"On the map none of the {many} can be told from what is expected."
    return f"Better than expected: {_named(better)}; worse: {_named(worse)}."


def _named(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMED:
        return f"{len(names):,}"
    return wording.enumerate_words(names) or "none"


def say_map_of_values(many: str, highest: tuple[str, str], lowest: tuple[str, str]) -> str:
    """Which areas have the highest and the lowest middle, each with its figure."""
    return (
        f"Where {many} lie: the middle one stands at {highest[1]} in {highest[0]} and at {lowest[1]} in "
        f"{lowest[0]}."
    )


def say_values_on_map(highest: tuple[str, str], lowest: tuple[str, str]) -> str:
    """Who has the highest and the lowest figure on the map."""
    return f"The highest figure is {highest[1]} in {highest[0]}, the lowest {lowest[1]} in {lowest[0]}."


def say_deprivation(one: str, most: str, least: str, overlapping: bool) -> str:
    """What the middle one of the most and of the least deprived fifth has."""
    beside = "; the fifths overlap widely" if overlapping else ""
    return f"In the most deprived fifth the middle {one} stands at {most}, in the least deprived at {least}{beside}."


def say_nation(now: str, month: datetime.date, before: str | None, marked: str) -> str:
    """England's newest figure, a year before, and whether it stands out."""
    ago = f"; a year before at {before}" if before else ""
    out = f". {wording.sentence(marked)}" if marked else ""
    return f"England stood at {now} in {wording.month(month)}{ago}{out}."


def say_levels(many: str, level: str, its: int, number: int) -> str:
    """The commonest level of a rating."""
    return f"{wording.sentence(level)} is the commonest: {its:,} of {number:,} {many}."
