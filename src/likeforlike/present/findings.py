"""What a chart shows, in one sentence: its title, and what is read aloud in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from likeforlike.present import wording
from likeforlike.present.review import ReviewView
from likeforlike.review.explanation import GAP, REST
from likeforlike.review.funnel import Funnel
from likeforlike.review.result import ReviewResult

if TYPE_CHECKING:
    from likeforlike.present.evidence import EvidenceView, MeasureView
    from likeforlike.present.report import ListedEvidence, PlacedView

METHODS = (
    (
        "Each figure is compared with what would be expected of an organisation with such a population. The "
        "model behind that knows the population only: age, sex, deprivation and rurality. What it finds, "
        "and how well it fits, is in this document."
    ),
    (
        "From its months, and from how much organisations differ for good, drift and vary by chance, each "
        "organisation's difference is predicted for the next window of the same length, with its "
        "uncertainty."
    ),
    (
        "Indicators are put together in units of the smallest difference that matters on each, with the "
        "weights of the plan. Where an indicator has no figure that counts, its place is taken by "
        "everything that it might have been."
    ),
    (
        "Thousands of draws from these predictions give each organisation a range of positions and the "
        "probability of being in the last fifth of the area and also worse than the reference by what "
        "matters."
    ),
    (
        "On the list are at most a fifth, those with the highest probability, and only as long as few "
        "entries are expected to be wrong. If nobody can be told apart, the list is empty."
    ),
    (
        "The whole is then done again with other months, weights, indicators, references and models. Who "
        "stays on the list in nine of ten runs of every check but single months is its core; whoever does not hangs "
        "on a choice."
    ),
    (
        "A figure that fails its checks of quality counts against nobody; the table of what was left out "
        "says why."
    ),
)
WHO_NOTE = (
    "Lists of the same length were drawn blindly from all assessed; 95% of them lie within the range in the table. "
    "A list that leans says something about whom it names, or about what is not in the model."
)
NOBODY_TO_LOOK_AT = "Nobody is listed, or nothing is known of their patients: there is nobody to look at."
WHAT_UNITS_MEAN = "One unit is the smallest difference that matters; higher is better; 0 is what is expected."


def source_of(result: ReviewResult) -> str:
    """Whom the figures come from and which result, for under a chart."""
    publishers = dict.fromkeys(row["publisher"] for row in result.rows("sources"))
    return f"Source: {wording.enumerate_words(list(publishers))}; result {result.id}."


def of_ranks(places: Sequence[PlacedView], many: str) -> str:
    """How far the positions can be told apart."""
    if not places:
        return "Nobody is assessed: there are no positions."
    wide = sum((one.rank_upper - one.rank_lower + 1) / len(places) > wording.MOST_OF_THEM for one in places)
    width = sorted(one.rank_upper - one.rank_lower + 1 for one in places)[len(places) // 2]
    said = f"Half of the {len(places):,} {many} have a range of {width:,.0f} positions or more"
    return f"{said}; {wide:,} cannot be told apart from most" if wide else said


def of_strips(places: Sequence[PlacedView], many: str) -> str:
    """How the listed lie to the others."""
    listed = [one for one in places if one.listed]
    if not listed:
        return f"Nobody of {len(places):,} {many} is listed"
    below = sum(one.composite_upper < 0 for one in listed)
    return f"{below:,} of the {len(listed):,} listed lie below what is expected of them with their whole interval"


def of_sensitivity(review: ReviewView, many: str) -> str:
    """Which choice moves the list most."""
    if not review.listed or not review.sensitivity:
        return f"No {many} are listed whose places could hang on a choice"
    least = min(review.sensitivity, key=lambda one: one.held)
    return (
        f"The list hangs most on {least.what}: {least.held:,} of {len(review.listed):,} "
        "stay in nine of ten runs"
    )


def of_snapshots(months: Sequence[dict[str, Any]], listed: int, many: str) -> str:
    """What single months have in common with the list."""
    if not months:
        return "There is no single month to look at"
    shared = [row["on_list"] for row in months]
    least, most = min(shared), max(shared)
    span = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    named = max(row["named"] for row in months)
    return (
        f"One month alone names up to {named:,} {many}; {span} of them are among the {listed:,} on the list"
    )


def of_months(drivers: Sequence[ListedEvidence], many: str) -> str:
    """In how many months the listed lie on the side of less than expected."""
    months = [
        (one.measure.indicator.better, month)
        for one in drivers
        for month in one.measure.months
        if month.compared and month.value is not None and month.expected is not None
    ]
    if not months:
        return f"No {many} are listed whose months could be shown"
    behind = sum(
        (month.value or 0) < (month.expected or 0)
        if better == "higher"
        else (month.value or 0) > (month.expected or 0)
        for better, month in months
    )
    return f"On what pulls them down most, the listed are behind the expected in {behind:,} of {len(months):,} months"


def of_own_months(measures: Sequence[MeasureView]) -> str:
    """In how many months one organisation lies behind what is expected of it."""
    said = []
    for one in measures:
        if one.effect is None:
            continue
        months = [
            row for row in one.months if row.compared and row.value is not None and row.expected is not None
        ]
        higher = one.indicator.better == "higher"
        behind = sum(((row.value or 0) < (row.expected or 0)) == higher for row in months)
        if months:
            said.append(f"{one.indicator.title} in {behind:,} of {len(months):,}")
    return (
        f"Months behind what is expected: {wording.enumerate_words(said)}"
        if said
        else "No figure of it counts"
    )


def of_own_position(sheet: EvidenceView) -> str:
    """Where one organisation is, on everything together."""
    if sheet.composite is None:
        return "It has no position: too few of its figures count"
    return f"On everything together it lies {sheet.position}"


def of_why(measures: Sequence[MeasureView], many: str) -> str:
    """What is left of the gaps once everything known has been taken out."""
    shares = []
    for one in measures:
        parts = {part.group: part.part for part in one.why}
        gap, rest = parts.get(GAP), parts.get(REST)
        if gap and rest is not None:
            shares.append(abs(rest) >= abs(gap) / 2 and rest * gap > 0)
    if not shares:
        return f"Of no {many} is enough known to say what their gaps go with"
    return (
        f"For {sum(shares):,} of {len(shares):,} gaps at least half is not explained by population, resources, "
        "local data or recording"
    )


def of_own_why(measures: Sequence[MeasureView]) -> str:
    """The same for one organisation, indicator by indicator."""
    known = [
        one
        for one in measures
        if one.effect is not None and any(part.group == GAP and part.part is not None for part in one.why)
    ]
    if not known:
        return "Too little is known to say what its gaps go with"
    said = []
    for one in known:
        rest = next((part for part in one.why if part.group == REST), None)
        if rest is not None:
            said.append(f"{one.indicator.title} {rest.words}")
    return f"Not explained by anything known: {wording.enumerate_words(said)}"


def of_funnel(funnel: Funnel, title: str, many: str) -> str:
    """How much more organisations differ than chance would have it."""
    outside = sum(point.outside for point in funnel.points)
    share = outside / len(funnel.points)
    said = f"{title}: {outside:,} of {len(funnel.points):,} {many} lie outside what chance alone would give"
    return f"{said}, so size does not explain the differences" if share > wording.MOST_OF_THEM else said
