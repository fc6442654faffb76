"""The words for ratings, trends and quoted bands, by the rules of `wording`: said here, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from likeforlike.present.wording import SHAPES, enumerate_words, probability, sentence, state

# What a month that stands out belongs to, upwards and downwards (NHS England, "Making data count").
OUTSIDE, TREND, NEAR, SHIFT = "outside", "trend", "near", "shift"
STANDS_OUT = {
    OUTSIDE: ("above its upper limit", "below its lower limit"),
    TREND: ("one of seven or more months in a row that each rise", "one of seven or more that each fall"),
    NEAR: ("one of two in three months near its upper limit", "one of two in three near its lower limit"),
    SHIFT: ("one of seven or more months in a row above its mean", "one of seven or more below its mean"),
}
# As on NHS charts: high and low, so that a mark is not a matter of colour.
HIGH, LOW = "H", "L"
NO_YEAR_BEFORE = (
    "The last month does not stand out, and too few have a like one a year before to compare with"
)
NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
UP_AND_DOWN = {"increase": ("better", "less good"), "decrease": ("less good", "better"), "neutral": ("", "")}


def number_word(number_of: int) -> str:
    """A small number in a sentence.

    >>> number_word(7), number_word(13)
    ('seven', '13')
    """
    return NUMBERS[number_of] if 0 <= number_of < len(NUMBERS) else f"{number_of:,}"


def stands_out(rule: str, sign: int, improvement: str) -> str:
    """Why a month of a series stands out, and which direction that is.

    >>> stands_out("outside", -1, "increase")
    'below its lower limit (lower, less good)'
    """
    said = STANDS_OUT[rule][sign < 0]
    good = UP_AND_DOWN[improvement][sign < 0]
    return f"{said} ({'lower' if sign < 0 else 'higher'}, {good})" if good else said


def moved(rule: str, sign: int, improvement: str, last: str, since: str, months: int) -> str:
    """What the end of a series says, where a rule marks it.

    >>> moved("shift", 1, "increase", "November 2025", "May 2025", 7)
    'Higher since May 2025, which is better here: seven months in a row above its mean'
    """
    down = sign < 0
    good = UP_AND_DOWN[improvement][down]
    here = f", which is {good} here" if good else ""
    row = f"{number_word(months)} months in a row"
    return {
        SHIFT: f"{'Lower' if down else 'Higher'} since {since}{here}: {row} {'below' if down else 'above'} its mean",
        TREND: f"{'Falling' if down else 'Rising'} since {since}{here}: {row}, each {'below' if down else 'above'} "
        "the one before",
        OUTSIDE: f"{last} stands out: {'lower' if down else 'higher'} than its months vary by themselves{here}",
        NEAR: f"Lately {'low' if down else 'high'}{here}: two of three months near its "
        f"{'lower' if down else 'upper'} limit",
    }[rule]


def changed_in_a_year(change: str, limits: str, sign: int, improvement: str, *, little: bool) -> str:
    """The change against the same months of the year before; `sign` is 0 where its interval holds nought.

    >>> changed_in_a_year("0.2", "(−0.5 to 0.9)", 0, "increase", little=True)
    'Changed little: 0.2 (−0.5 to 0.9) against the same months a year before'
    """
    by = f"{change} {limits} against the same months a year before"
    if little:
        return f"Changed little: {by}"
    if sign == 0:
        return f"Whether it changed cannot be told: {by}"
    good = UP_AND_DOWN[improvement][sign < 0]
    here = f", which is {good} here" if good else ""
    return f"{'Lower' if sign < 0 else 'Higher'} than a year before{here}: {by}"


def too_few_months(months: int, needed: int) -> str:
    """That a series is too short to say anything of it.

    >>> too_few_months(1, 12)
    'Too few months to say whether it changes: one with a figure, twelve needed'
    """
    if months == 0:
        return "No month has a figure"
    said = f"{number_word(months)} with a figure, {number_word(needed)} needed"
    return f"Too few months to say whether it changes: {said}"


FLAG, NO_FLAG = "flag", "no flag"
# What cannot be told of several figures together.
RATING_SHAPES = SHAPES | {"not enough evidence": SHAPES["cannot tell"]}
# Why a rule has no verdict.
DOUBTS = {
    "too few": "too few of its indicators could be assessed",
    "not sure together": "each may be so, and that all are is not certain enough",
    "mixed": "some are better and others worse than expected",
    "cannot tell": "the figures do not support any verdict",
    "inherited": "the rating was given to the provider or registration before",
    "old": "the rating is too old to speak of today",
    "undated": "it is not known when the rating was given",
}
PUBLISHED_BAND = "by the limits that the publisher's recipe gives"


def quoted(words: str) -> str:
    """A publisher's own words, marked as such.

    >>> quoted("Requires improvement")
    '“Requires improvement”'
    """
    return f"“{words}”"


def rating(verdict: str, *, flag: bool, quotation: str | None = None) -> str:
    """A rating in words, without its shape.

    >>> rating("worse than expected", flag=True), rating("as expected", flag=True)
    ('flag: worse than expected', 'no flag: as expected')
    >>> rating("not enough evidence", flag=False, quotation="Good")
    'not enough evidence (was “Good”)'
    """
    if quotation is not None:
        said = quoted(quotation)
        return f"{verdict} (was {said})" if verdict == "not enough evidence" else said
    if flag:
        return f"{FLAG if verdict == 'worse than expected' else NO_FLAG}: {verdict}"
    return verdict


def finding(title: str, verdict: str, likely: float | None, why: str) -> str:
    """One indicator's part in a rating.

    >>> finding("Calls answered", "worse than expected", 0.97, "")
    'Calls answered: ▼ worse than expected, probability 0.97'
    >>> finding("SHMI", "not assessed", None, "too few to say")
    'SHMI: ▢ not assessed (too few to say)'
    """
    said = f"{title}: {state(verdict)}"
    if likely is not None:
        said += f", probability {probability(likely)}"
    return f"{said} ({why})" if why else said


def carried_by(verdict: str, titles: Sequence[str], of: int, supported: float | None) -> str:
    """What a verdict rests on.

    >>> carried_by("worse than expected", ["calls answered", "calls answered soon"], 3, 0.93)
    'Worse than expected on two of three: calls answered and calls answered soon. That all are so is at least 0.93 sure'
    """
    said = (
        f"{sentence(verdict)} on {number_word(len(titles))} of {number_word(of)}: {enumerate_words(titles)}"
    )
    if supported is None:
        return said
    what = "That all are so" if len(titles) > 1 else "That it is so"
    return f"{said}. {what} is at least {supported:.2f} sure"


# What an interval says beside a published band; {reference} is England's figure or the middle organisation.
SUPPORTS = {
    "above": "its whole interval lies above {reference}",
    "below": "its whole interval lies below {reference}",
    "within": "its interval holds {reference}: the two cannot be told apart",
    "no interval": "no interval was published: it cannot be told",
    "no figure": "there is no figure",
}
ENGLANDS, MIDDLE_ONE = "England's figure", "the middle figure"


def supported_by(support: str, *, england: bool) -> str:
    """What the interval under a published band supports.

    >>> supported_by("within", england=False)
    'its interval holds the middle figure: the two cannot be told apart'
    """
    return SUPPORTS[support].format(reference=ENGLANDS if england else MIDDLE_ONE)


def called(number_of: int, quotation: str, told_apart: int, without_interval: int, *, england: bool) -> str:
    """How many were called something, and of how many of them that can be told.

    >>> called(52, "In the worst 25%", 0, 52, england=False)
    '52 were called “In the worst 25%”. No interval was published: of none of them can it be told'
    >>> called(52, "In the worst 25%", 31, 0, england=True)
    "52 were called “In the worst 25%”. 31 of them can be told from England's figure, 21 cannot"
    """
    said = f"{number_of:,} {'was' if number_of == 1 else 'were'} called {quoted(quotation)}"
    if without_interval == number_of:
        return f"{said}. No interval was published: of none of them can it be told"
    reference = ENGLANDS if england else MIDDLE_ONE
    rest = number_of - told_apart
    more = (
        f", for {without_interval:,} of these because no interval was published" if without_interval else ""
    )
    return f"{said}. {told_apart:,} of them can be told from {reference}, {rest:,} cannot{more}"


def derived_again(agree: int, differ: int, tied: int) -> str:
    """Whether the published quarters are those of the printed figures.

    >>> derived_again(211, 0, 0)
    'All 211 are in the quarter that their figures give'
    >>> derived_again(180, 23, 9)
    '23 of 203 are not in the quarter that their figures give; 9 have the same figure as others who were not called so'
    """
    if differ == 0 and tied == 0:
        return f"All {agree:,} are in the quarter that their figures give"
    said = (
        f"{differ:,} of {agree + differ:,} {'is' if differ == 1 else 'are'} not in the quarter that their figures give"
        if differ
        else f"All {agree:,} are in the quarter that their figures give"
    )
    return f"{said}; {tied:,} have the same figure as others who were not called so" if tied else said


def all_calls(metrics: int, calls: int, told_apart: int, without_interval: int) -> str:
    """How often somebody was put in a quarter, over all metrics.

    >>> all_calls(17, 850, 0, 850)
    'On 17 metrics somebody was called so 850 times; no interval was published with any of them: of none can it be told'
    """
    said = f"On {metrics:,} metrics somebody was called so {calls:,} times"
    if without_interval == calls:
        return f"{said}; no interval was published with any of them: of none can it be told"
    return f"{said}; {told_apart:,} of them can be told, and {without_interval:,} have no interval"
