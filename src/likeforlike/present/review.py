"""A review as people read it: who is listed and how surely, what it hangs on, and what to read first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from likeforlike.comparison.states import SURE
from likeforlike.present import wording
from likeforlike.present.not_assessed import (
    NotAssessedView,
    SameReasonView,
    group_by_reason,
    view_not_assessed,
)
from likeforlike.review.result import ReviewResult
from likeforlike.review.sensitivity import HELD, NOT_FOR_CORE, Dimension

Row = dict[str, Any]

KINDS = {"gp_practice": ("practice", "practices"), "sub_icb": ("area", "areas")}
DIMENSIONS = {
    "single month": "any single month of the window instead of all",
    "window": "shorter windows",
    "indicator left out": "each indicator left out in turn",
    "weights": "other weights around the plan's",
    "expected": "another idea of what to expect",
    "reference": "the other reference",
    "edition": "earlier editions of the figures",
}


@dataclass(frozen=True)
class IndicatorView:
    """One indicator of the review."""

    id: str
    title: str
    question: str
    does_not_tell: str
    caveats: tuple[str, ...]
    unit: str
    decimals: int
    weight: float
    better: str
    """`higher` or `lower`."""
    months: str
    reference: float
    smallest_difference: float
    worth: str
    """Whether it can tell organisations apart, in a sentence."""
    breaks: tuple[str, ...]
    reason: str
    """Why the plan takes this direction for the better one; '' where the definition says it."""

    @property
    def labelled(self) -> str:
        """Title and unit, the unit only where the title does not say it."""
        return self.title if self.unit in self.title else f"{self.title}, {self.unit}"

    def figure(self, value: float | None) -> str:
        """A figure of it, with its unit."""
        return wording.figure(value, self.unit, self.decimals)


@dataclass(frozen=True)
class ListedView:
    """One organisation of the list."""

    place: int
    organisation: str
    name: str
    probability: float
    rank: float
    rank_lower: float
    rank_upper: float
    position: str
    range: str
    """The position in as few words as a column of a screen has room for."""
    drivers: tuple[str, ...]
    """Titles of the indicators that pull it down most."""
    core: bool
    lost_in: tuple[str, ...]
    """Dimensions in which it is on the list in fewer than nine runs of ten."""

    @property
    def chance(self) -> str:
        """Its probability, never quite nothing or all."""
        return wording.probability(self.probability)

    @property
    def below(self) -> tuple[str, ...]:
        """What a screen says below its line: what drives it, and what it hangs on."""
        driven = f"driven by {wording.enumerate_words(self.drivers)}" if self.drivers else ""
        held = f"core: stays {self.held_in}" if self.core else f"fringe: {self.held_in}"
        return tuple(filter(None, (driven, held, self.position.partition(": ")[2])))

    @property
    def held_in(self) -> str:
        """In which checks it stays."""
        if self.core:
            return "in every check but single months"
        return f"not with {wording.enumerate_words([DIMENSIONS[one] for one in self.lost_in])}"


@dataclass(frozen=True)
class SensitivityView:
    """One dimension of other runs."""

    dimension: str
    what: str
    runs: int
    fewest: int
    most: int
    """Organisations that a run lists."""
    held: int
    """Of the listed: those on the list in nine runs of ten."""
    listed: int

    @property
    def words(self) -> str:
        """In a sentence without its full stop."""
        runs = wording.count(self.runs, "run lists", "runs list")
        between = f"{self.fewest:,}" if self.fewest == self.most else f"{self.fewest:,} to {self.most:,}"
        said = f"{self.what}: {runs} {between}"
        return f"{said}; {self.held:,} of the {self.listed:,} stay in nine of ten" if self.listed else said


@dataclass(frozen=True)
class ReviewView:
    """Everything of a review that any face shows, in the order in which it is read."""

    title: str
    heading: str
    assessed: str
    listed_heading: str
    listed: tuple[ListedView, ...]
    why_empty: str
    """Where nobody is listed: what that means; else ''."""
    others: str
    """How many cannot be told, and how many are almost certainly not in the last fifth."""
    stability: str
    snapshot: tuple[str, ...]
    before: str
    """Appointments against the same months before the pandemic; '' where no file goes back so far."""
    read_first: tuple[str, ...]
    sensitivity: tuple[SensitivityView, ...]
    not_assessed: tuple[NotAssessedView, ...]
    same_reasons: tuple[SameReasonView, ...]
    """The same by reason."""
    indicators: tuple[IndicatorView, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    """Attributions, each once."""
    restricted: str
    """The mark of a restricted result; else ''."""
    fiction: str


def view_review(result: ReviewResult) -> ReviewView:
    """The view of a result."""
    about = result.manifest
    indicators = view_indicators(result)
    one, many = nouns(result)
    organisations = result.rows("organisations")
    listed = _listed(result, organisations, indicators)
    first, last = wording.month(about["window"]["first"]), wording.month(about["window"]["last"])
    as_at = f"as at {wording.day(about['as_at'])}" if about["as_at"] else "newest editions"
    not_assessed = view_not_assessed(result)
    return ReviewView(
        title=about["title"],
        heading=f"{about['area']['name']} · access review · {first} to {last} · {as_at} · result {result.id}",
        assessed=f"{wording.count(about['organisations'], one, many)}: {about['assessed']:,} assessed, "
        f"{len(not_assessed):,} not assessed"
        + (" (reasons below)" if not_assessed else "")
        + f". Compared with {about['compared_with']:,} {many} in all.",
        listed_heading=f"Listed: {about['listed']:,} of at most {about['longest']:,}"
        + (f"; expected wrong entries: {about['expected_wrong']:.1f}" if about["listed"] else ""),
        listed=listed,
        why_empty="" if listed else _why_empty(about, many),
        others=f"Cannot tell: {wording.count(about['categories']['cannot tell'], one, many)}. "
        f"Almost certainly not in the last fifth: {about['categories']['almost certainly not']:,}.",
        stability=_stability(listed, one, many),
        snapshot=_snapshot(result, one, many),
        before=_before(result, one, many),
        read_first=_read_first(result),
        sensitivity=_sensitivity(result, listed),
        not_assessed=not_assessed,
        same_reasons=group_by_reason(not_assessed),
        indicators=indicators,
        notes=_notes(about),
        sources=tuple(dict.fromkeys(row["attribution"] for row in result.rows("sources"))),
        restricted=wording.RESTRICTED if result.restricted else "",
        fiction=about["fiction"] or "",
    )


def nouns(result: ReviewResult) -> tuple[str, str]:
    """What one organisation of the review is called, and what several are."""
    kind = str(result.manifest["organisation_type"])
    return KINDS.get(kind, ("organisation", "organisations"))


def view_indicators(result: ReviewResult) -> tuple[IndicatorView, ...]:
    """The indicators of a result, in the order of the plan."""
    return tuple(_indicator(row) for row in result.rows("indicators"))


def _indicator(row: Row) -> IndicatorView:
    first, last = wording.month(row["first_month"]), wording.month(row["last_month"])
    return IndicatorView(
        id=row["indicator"],
        title=row["title"],
        question=row["question"],
        does_not_tell=row["does_not_tell"],
        caveats=tuple(row["caveats"].split("\n")),
        unit=row["unit"],
        decimals=wording.decimals_of(row["smallest_difference"]),
        weight=row["weight"],
        better=row["better"],
        months=first if row["months"] == 1 else f"{first} to {last}",
        reference=row["reference_value"],
        smallest_difference=row["smallest_difference"],
        worth=_worth(row),
        breaks=tuple(filter(None, (row["known_breaks"] or "").split(","))),
        reason=f"Why {row['better']} is better here: {row['reason']}" if row["reason"] else "",
    )


def _worth(row: Row) -> str:
    if row["reliability"] is None:
        return "Nobody has enough figures to say whether it tells organisations apart."
    parts = round(100 * row["reliability"])
    said = f"Of the differences over {wording.count(row['months'], 'month')}, {parts} parts in 100 would be seen again"
    needed = row["months_for_0_7"]
    if needed is None:
        return f"{said}; no number of months would bring that to 70, because organisations drift."
    return f"{said}; {wording.count(int(needed), 'month')} would be enough for 70."


def _listed(
    result: ReviewResult, organisations: Sequence[Row], indicators: Sequence[IndicatorView]
) -> tuple[ListedView, ...]:
    titles = {one.id: one.title for one in indicators}
    assessed = result.manifest["assessed"]
    shares: dict[str, list[Row]] = {}
    for row in result.rows("sensitivity"):
        shares.setdefault(row["organisation"], []).append(row)
    listed = sorted((row for row in organisations if row["listed"]), key=lambda row: row["place"])
    return tuple(
        ListedView(
            place=row["place"],
            organisation=row["organisation"],
            name=row["name"],
            probability=row["probability"],
            rank=row["rank"],
            rank_lower=row["rank_lower"],
            rank_upper=row["rank_upper"],
            position=wording.position(row["rank_lower"], row["rank_upper"], assessed),
            range=wording.positions(row["rank_lower"], row["rank_upper"], assessed),
            drivers=tuple(titles[one] for one in (row["drivers"] or "").split(",") if one),
            core=row["core"],
            lost_in=tuple(
                one["dimension"]
                for one in shares.get(row["organisation"], ())
                if one["listed"] < HELD * one["runs"] and Dimension(one["dimension"]) not in NOT_FOR_CORE
            ),
        )
        for row in listed
    )


def _why_empty(about: Any, many: str) -> str:
    if about["assessed"] < 5:
        return f"Nobody is listed: a fifth of {about['assessed']:,} assessed {many} is less than one."
    if about["categories"]["almost certainly not"] == about["assessed"]:
        return (
            "Nobody is listed. Of everybody it is almost certain that they are not both in the last fifth and worse "
            "than England by what matters: somebody is always last, and here that is no difference that matters. "
            "That is an answer, and no gap in the work."
        )
    return (
        "Nobody is listed. No entry would be sure enough: the figures do not tell who is in the last fifth and also "
        "worse than England by what matters. That is an answer, and no gap in the work."
    )


def _stability(listed: Sequence[ListedView], one: str, many: str) -> str:
    if not listed:
        return ""
    core = sum(row.core for row in listed)
    if core == len(listed):
        return "All of them stay on the list in nine of ten runs of every check but single months (core)."
    if core == 0:
        return (
            "None of the list stays on it in nine of ten runs of every check but single months (core): each depends "
            "on a choice of the plan (fringe)."
        )
    return (
        f"{wording.count(core, one, many).capitalize()} of the list "
        f"{'stays' if core == 1 else 'stay'} on it in nine of ten runs of every check but single months (core); "
        f"the {'other depends' if len(listed) - core == 1 else 'others depend'} on a choice of the plan (fringe)."
    )


def _snapshot(result: ReviewResult, one: str, many: str) -> tuple[str, ...]:
    months = result.rows("snapshots")
    if not months:
        return ()
    last = months[-1]
    ever = sum(row["named"] > 0 for row in result.rows("snapshot_organisations"))
    said = [
        (
            f"The last 20% by the raw figures of {wording.month(last['month'])} alone would have named "
            f"{wording.count(last['named'], one, many)}; {last['on_list']:,} of them "
            f"{'is' if last['on_list'] == 1 else 'are'} on this list."
        )
    ]
    if len(months) > 1:
        said.append(
            f"Over the {len(months)} months such snapshots would have named {ever:,} different {many}."
        )
    return tuple(said)


def _before(result: ReviewResult, one: str, many: str) -> str:
    rows = [row for row in result.rows("before") if row["ratio"] is not None]
    if not rows:
        return ""
    below = sum(row["probability_below"] >= SURE for row in rows)
    above = sum(row["probability_below"] <= 1 - SURE for row in rows)
    without = len(result.rows("before")) - len(rows)
    said = (
        f"Appointments by working day against the same months before the pandemic: below in "
        f"{wording.count(below, one, many)}, not below in {above:,}, cannot tell in {len(rows) - below - above:,}"
    )
    return f"{said}; no comparable baseline for {without:,}." if without else f"{said}."


def _read_first(result: ReviewResult) -> tuple[str, ...]:
    """Where the list leans: towards whom, in figures."""
    said = list(_short_windows(result))
    for row in result.rows("who"):
        if not row["leans"]:
            continue
        listed, everybody = (wording.figure(row[name], row["unit"], 0) for name in ("listed", "all"))
        about = f"{row['characteristic']}, {row['label']}" if row["label"] else row["characteristic"]
        said.append(
            f"The list leans by more than chance: {about}: {listed} of the listed, {everybody} of all assessed."
        )
    return tuple(said)


def _short_windows(result: ReviewResult) -> Iterator[str]:
    """Indicators of which only a part of the window could be compared: a year that is four months must say so."""
    wanted = result.manifest["window"]["months"]
    for row in result.rows("indicators"):
        if row["months"] < wanted:
            yield f"{row['title']} is compared over {row['months']} of the window's {wanted} months."


def _sensitivity(result: ReviewResult, listed: Sequence[ListedView]) -> tuple[SensitivityView, ...]:
    runs: dict[str, list[Row]] = {}
    for row in result.rows("runs"):
        runs.setdefault(row["dimension"], []).append(row)
    on_list = {row.organisation for row in listed}
    held: dict[str, int] = dict.fromkeys(runs, 0)
    for row in result.rows("sensitivity"):
        if row["organisation"] in on_list and row["listed"] >= HELD * row["runs"]:
            held[row["dimension"]] += 1
    return tuple(
        SensitivityView(
            dimension=dimension,
            what=DIMENSIONS[dimension],
            runs=len(its),
            fewest=min(row["listed"] for row in its),
            most=max(row["listed"] for row in its),
            held=held[dimension],
            listed=len(listed),
        )
        for dimension, its in runs.items()
    )


def _notes(about: Any) -> tuple[str, ...]:
    reference = (
        "England is the typical organisation: half of all are above, half below, whatever their size."
        if about["reference"] == "england"
        else "The reference is the typical organisation of the area, not England's."
    )
    expected = (
        "Each is compared with what a population like its own would lead one to expect."
        if about["expected"]
        else f"Nothing is expected of a population here: {about['expected_reason']}"
    )
    return (
        expected,
        reference,
        (
            "The probability is that of being in the last fifth of the area and worse than the reference by the "
            "smallest difference that matters, over the next window of the same length."
        ),
    )
