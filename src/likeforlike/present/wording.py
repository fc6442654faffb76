"""The words for results: every judgement, reason and range is said here and nowhere else."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

# Shape, then word: the shape alone can be told apart without colour, the word alone when read aloud.
SHAPES = {
    "better than expected": "▲",
    "as expected": "●",
    "worse than expected": "▼",
    "cannot tell": "◌",
    "not assessed": "▢",
}
STATE_MEANINGS = {
    "better than expected": "It is at least 95% likely to be better than what is expected by more than the smallest "
    "difference that matters.",
    "as expected": "It is at least 95% likely to be within the smallest difference that matters of what is expected.",
    "worse than expected": "It is at least 95% likely to be worse than what is expected by more than the smallest "
    "difference that matters.",
    "cannot tell": "There is not enough evidence for any of these.",
    "not assessed": "There is no figure, or it failed a check; the reason is given.",
}
STRIP_KEY = (
    "On each line a thin tick is one of the others, the hollow diamond is what is expected, and the dot with its bar "
    "is this organisation with its 95% interval. Further right is better."
)
CATEGORIES = {
    "almost certainly": "Almost certainly in the last fifth",
    "probably": "Probably in the last fifth",
    "cannot tell": "Cannot tell",
    "almost certainly not": "Almost certainly not in the last fifth",
    "not assessed": "Not assessed",
}
GATES = {
    "small_list": "its list is too small to say anything of it",
    "list_unknown": "the size of its list is not known",
    "list_jump": "its list changed at once by more than people move",
    "merged": "it took over another practice within the window",
    "atypical_list": "its patients are unlike those of other practices",
    "supplier_change": "the supplier of its system changed within the window",
    "months_missing": "too many months have no figure",
    "failed_check": "too many months fail a check of data quality",
    "population_unknown": "what its population is like is not known",
    "tells_nobody_apart": "on this indicator nobody can be told from anybody",
}
# Gates whose detail is a reason, and no figure of one organisation.
REASONS_IN_DETAIL = frozenset({"months_missing", "failed_check"})
# What a result's table of gates says where months are missing because no file has a row.
ABSENT = "no file mentions it"
OFTEN_ABSENT = "in too many months it does not take part in the collection"
# The reasons for no figure that are its own doing, or its supplier's: not being in a collection.
NO_PART = frozenset({ABSENT, "not taking part"})
TAKES_NO_PART = "does not take part in any of the collections"
TOO_FEW_FIGURES = "too few of the plan's figures are there"
RESTRICTED = (
    "Restricted: some of the figures behind this are not for everybody. Do not publish it or pass it on."
)
PARTS = {"gap": "whole gap"}
NOT_CAUSES = (
    "“Goes with” is not “caused by”: these are differences that come together in all of England's figures."
)
TOGETHER = "Everything together"
NOTHING_LEFT_OUT = "Every figure of the plan counts."
HEADINGS = {
    "where": "Where you are",
    "compared": "Compared to what",
    "why": "Why might this be?",
    "months": "Month by month",
    "left out": "What was left out, and why",
    "changes": "What would change it",
    "not told": "What this does not tell you",
    "do": "What you can do",
}
NAME_THEM = "Name these sources wherever you use these figures:"
IMPRINT = "LikeForLike: independent open-source software; no part of the NHS."
ENDS = ("further below what is expected", "further above what is expected")
MONTHS_IN_SHEETS = (
    "The figures of each month are in the evidence sheets, and in the table of months beside them."
)
FUNNELS_IN_FILES = (
    "Each figure is moved by what is expected of it, so that all have one target: the dashed line, the typical "
    "organisation. Filled triangles are listed. The spreadsheet has the figures of each funnel."
)
ALL_HAVE_A_BASELINE = "All have figures of the same months before the pandemic."
# A range of positions that covers more than this share of the others tells an organisation from few of them.
MOST_OF_THEM = 0.5
DECIMALS = 2
NO_FIGURE = "–"
COVARIATES = {
    "age_under_5_share": "aged under 5, per cent",
    "age_65_and_over_share": "aged 65 and over, per cent",
    "age_85_and_over_share": "aged 85 and over, per cent",
    "female_share": "women and girls, per cent",
    "deprivation_score": "deprivation score",
    "rural_practice": "rural",
}


def ordinal(number: float) -> str:
    """A position in words.

    >>> ordinal(1), ordinal(12), ordinal(23)
    ('1st', '12th', '23rd')
    """
    whole = round(number)
    ending = "th" if whole % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(whole % 10, "th")
    return f"{whole:,}{ending}"


def position(lower: float | None, upper: float | None, of: int) -> str:
    """A position as a range, never as a bare number.

    >>> position(58, 71, 85)
    'between 58th and 71st of 85'
    >>> position(5, 80, 85)
    'between 5th and 80th of 85: cannot be told apart from most'
    """
    if lower is None or upper is None or math.isnan(lower):
        return "no position"
    first, last = math.floor(lower), math.ceil(upper)
    if first == last:
        return f"{ordinal(first)} of {of:,}"
    said = f"between {ordinal(first)} and {ordinal(last)} of {of:,}"
    wide = (last - first + 1) / of > MOST_OF_THEM
    return f"{said}: cannot be told apart from most" if wide else said


def positions(lower: float | None, upper: float | None, of: int) -> str:
    """The same for a narrow column; never a bare number either.

    >>> positions(58, 71, 85)
    '58th to 71st of 85'
    """
    if lower is None or upper is None or math.isnan(lower):
        return "no position"
    first, last = math.floor(lower), math.ceil(upper)
    if first == last:
        return f"{ordinal(first)} of {of:,}"
    return f"{ordinal(first)} to {ordinal(last)} of {of:,}"


def number(value: float | None, decimals: int = 1) -> str:
    """A figure for people: a true minus sign, thousands with commas, a dash where there is none.

    >>> number(-1234.56), number(None)
    ('−1,234.6', '–')
    """
    if value is None or math.isnan(value):
        return NO_FIGURE
    text = f"{value:,.{decimals}f}"
    # What rounds to nothing has no sign.
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def figure(value: float | None, unit: str, decimals: int = 1) -> str:
    """A figure with its unit; per cent as a sign."""
    text = number(value, decimals)
    if text == NO_FIGURE:
        return text
    return f"{text}%" if unit == "per cent" else f"{text} {unit}"


def interval(lower: float | None, upper: float | None, unit: str, decimals: int = 1) -> str:
    """An interval in brackets, or nothing.

    >>> interval(58.0, 64.2, "per cent", 0)
    '(58% to 64%)'
    """
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return ""
    sign = "%" if unit == "per cent" else ""
    return f"({number(lower, decimals)}{sign} to {number(upper, decimals)}{sign})"


def decimals_of(smallest_difference: float | None) -> int:
    """How many decimals a figure needs so that the smallest difference that matters can be seen; two at most."""
    if smallest_difference is None or smallest_difference >= 1:
        return 1
    return DECIMALS


def probability(value: float | None) -> str:
    """A probability, never quite nothing or all.

    >>> probability(0.987), probability(0.9999), probability(0.0)
    ('0.99', 'above 0.99', 'below 0.01')
    """
    if value is None or math.isnan(value):
        return NO_FIGURE
    if value > 0.995:
        return "above 0.99"
    if value < 0.005:
        return "below 0.01"
    return f"{value:.2f}"


def month(day: datetime.date | str) -> str:
    """A month as people write it, from a date or '2025-11'.

    >>> month("2025-11")
    'November 2025'
    """
    if isinstance(day, str):
        day = datetime.date.fromisoformat(f"{day}-01" if len(day) == len("2025-11") else day)
    return f"{day:%B %Y}"


def day(date: datetime.date | str) -> str:
    """A day as people write it."""
    if isinstance(date, str):
        date = datetime.date.fromisoformat(date)
    return f"{date.day} {date:%B %Y}"


def state(word: str) -> str:
    """A state with its shape."""
    return f"{SHAPES[word]} {word}"


def covariate(name: str) -> str:
    """What a model knows of a population, in words.

    >>> covariate("deprivation_score"), covariate("nurses_per_patient")
    ('deprivation score', 'nurses per patient')
    """
    return COVARIATES.get(name, name.replace("_", " "))


def characteristic(name: str, label: str | None, unit: str) -> str:
    """Whom a review looks at, with the unit of its figures.

    >>> characteristic("rurality", "rural", "per cent"), characteristic("mean list size", None, "")
    ('Rurality: rural, per cent', 'Mean list size')
    """
    return ", ".join(filter(None, (sentence(f"{name}: {label}" if label else name), unit)))


def sentence(words: str) -> str:
    """Words with a capital at their beginning, the rest as it is.

    >>> sentence("the plan of NHS England")
    'The plan of NHS England'
    """
    return words[:1].upper() + words[1:]


def good_direction(better: str) -> tuple[str, str]:
    """The two ends of a strip, the good one on the right.

    >>> good_direction("lower")
    ('higher, less good', 'lower, better')
    """
    other = "lower" if better == "higher" else "higher"
    return f"{other}, less good", f"{better}, better"


def gate(name: str, detail: str | None) -> str:
    """Why a figure does not count, with what the gate saw.

    >>> gate("small_list", "700 patients")
    'its list is too small to say anything of it (700 patients)'
    >>> gate("months_missing", "no file mentions it")
    'in too many months it does not take part in the collection'
    """
    if detail == ABSENT:
        return OFTEN_ABSENT
    said = GATES[name]
    return f"{said} ({detail})" if detail else said


def gate_in_short(name: str, detail: str | None) -> str:
    """The same as many share it: a reason that is missing stays, a figure or a month of one's own goes.

    >>> gate_in_short("supplier_change", "TPP to ACCURX in 2025-09"), gate_in_short("months_missing", "not submitted")
    ('the supplier of its system changed within the window', 'too many months have no figure (not submitted)')
    """
    return gate(name, detail if name in REASONS_IN_DETAIL else None)


def enumerate_words(words: Sequence[str]) -> str:
    """A list in a sentence.

    >>> enumerate_words(["a", "b", "c"])
    'a, b and c'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def count(number_of: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> count(1, "practice"), count(0, "practice")
    ('1 practice', '0 practices')
    """
    return f"{number_of:,} {one if number_of == 1 else many or one + 's'}"
