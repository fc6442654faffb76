"""One organisation's evidence: where it is, compared with what, why, month by month, and what was left out."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from likeforlike.errors import NotFoundError
from likeforlike.present import wording
from likeforlike.present.not_assessed import explain_gates
from likeforlike.present.review import DIMENSIONS, IndicatorView, nouns, view_indicators
from likeforlike.review.explanation import GAP, REST
from likeforlike.review.result import ReviewResult
from likeforlike.review.sensitivity import HELD

Row = dict[str, Any]
MOST_SUGGESTED = 5


@dataclass(frozen=True)
class MonthView:
    """One month of one indicator."""

    month: datetime.date
    value: float | None
    expected: float | None
    area_median: float | None
    compared: bool
    withheld: str


@dataclass(frozen=True)
class PartView:
    """One part of a gap."""

    group: str
    part: float | None
    lower: float | None
    upper: float | None
    words: str


@dataclass(frozen=True)
class MeasureView:
    """One indicator of one organisation."""

    indicator: IndicatorView
    value: str
    sampling: str
    """The interval of sampling alone; '' where there is none."""
    expected: str
    state: str
    """With its shape."""
    position: str
    rank_lower: float | None
    rank_upper: float | None
    others: int
    """Organisations of the area that this indicator is assessed for."""
    peers: tuple[float, ...]
    """Effects of all organisations of the area that have one, this one's among them."""
    effect: float | None
    effect_lower: float | None
    effect_upper: float | None
    months: tuple[MonthView, ...]
    why: tuple[PartView, ...]
    why_sentence: str
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class HeldView:
    """How often the organisation is listed when one choice is varied."""

    what: str
    runs: int
    listed: int

    @property
    def share(self) -> float:
        """Of the runs."""
        return self.listed / self.runs


@dataclass(frozen=True)
class EvidenceView:
    """The sheet of one organisation, in the order in which it is read."""

    organisation: str
    name: str
    heading: str
    answer: str
    """The first sentence: whether it is listed, and how surely."""
    category: str
    probability: str
    position: str
    rank_lower: float | None
    rank_upper: float | None
    assessed: int
    peers: tuple[float, ...]
    """Composites of all that are assessed."""
    composite: float | None
    composite_lower: float | None
    composite_upper: float | None
    drivers: tuple[str, ...]
    compared: tuple[str, ...]
    """Compared to what: the peers and the model, in two sentences."""
    measures: tuple[MeasureView, ...]
    held: tuple[HeldView, ...]
    changes: tuple[str, ...]
    """What would change the answer."""
    snapshot: str
    beside: tuple[str, ...]
    """What the plan shows beside the list and counts nothing in it."""
    before: str
    """Appointments against the same months before the pandemic; '' where that was not asked."""
    left_out: tuple[str, ...]
    """What does not count, and why."""
    what_to_do: tuple[str, ...]
    restricted: str
    fiction: str


def view_evidence(result: ReviewResult, wanted: str) -> EvidenceView:
    """The sheet of the organisation with this code or name.

    Raises:
        NotFoundError: none in the review has it, or several have.
    """
    return view_all_evidence(result, [find_organisation(result, wanted)])[0]


def find_organisation(result: ReviewResult, wanted: str) -> str:
    """The code of the organisation with this code, or whose name contains these words.

    Raises:
        NotFoundError: none has, or several have: then they are named.
    """
    rows = result.rows("organisations")
    codes = [row["organisation"] for row in rows if row["organisation"] == wanted.strip().upper()]
    named = [row for row in rows if wanted.strip().casefold() in row["name"].casefold()]
    found = codes or [row["organisation"] for row in named]
    if len(found) == 1:
        return str(found[0])
    if not found:
        raise NotFoundError(
            f"no organisation of this review has the code or name '{wanted}'.",
            where=str(result.folder),
            next_step="`likeforlike review show` lists those of the review.",
        )
    some = ", ".join(f"{row['organisation']} ({row['name']})" for row in named[:MOST_SUGGESTED])
    raise NotFoundError(
        f"{len(found)} have '{wanted}' in their name: {some}.", next_step="Give the code of one."
    )


def view_all_evidence(result: ReviewResult, wanted: Sequence[str]) -> list[EvidenceView]:
    """The sheets of several organisations; every table is read once."""
    about = result.manifest
    indicators = view_indicators(result)
    one_noun, _ = nouns(result)
    organisations = {row["organisation"]: row for row in result.rows("organisations")}
    effects, months, why = (
        _by_organisation_and_indicator(result.rows(name)) for name in ("effects", "months", "why")
    )
    others = {
        one.id: sum(rows[0]["passed"] for (_, its), rows in effects.items() if its == one.id)
        for one in indicators
    }
    peers = {
        one.id: tuple(
            rows[0]["effect"]
            for (_, its), rows in effects.items()
            if its == one.id and rows[0]["effect"] is not None
        )
        for one in indicators
    }
    everybody = tuple(row["composite"] for row in organisations.values() if row["composite"] is not None)
    held = _by_organisation(result.rows("sensitivity"))
    snapshots = {row["organisation"]: row for row in result.rows("snapshot_organisations")}
    before = {row["organisation"]: row for row in result.rows("before")}
    beside = _by_organisation(result.rows("beside"))
    gates = explain_gates(result)
    sheets = []
    for code in wanted:
        row = organisations[code]
        measures = tuple(
            _measure(
                one,
                effects[code, one.id][0],
                months.get((code, one.id), []),
                why.get((code, one.id), []),
                others[one.id],
                peers[one.id],
            )
            for one in indicators
        )
        tried = tuple(
            HeldView(DIMENSIONS[its["dimension"]], its["runs"], its["listed"]) for its in held.get(code, ())
        )
        patients = f" · {row['patients']:,} patients" if row["patients"] is not None else ""
        sheets.append(
            EvidenceView(
                organisation=code,
                name=row["name"],
                heading=f"{code} · {about['area']['name']}{patients}",
                answer=_answer(row, about, one_noun),
                category=wording.CATEGORIES[row["category"]],
                probability=wording.probability(row["probability"]),
                position=wording.position(row["rank_lower"], row["rank_upper"], about["assessed"]),
                rank_lower=row["rank_lower"],
                rank_upper=row["rank_upper"],
                assessed=about["assessed"],
                peers=everybody,
                composite=row["composite"],
                composite_lower=row["composite_lower"],
                composite_upper=row["composite_upper"],
                drivers=tuple(one.title for one in indicators if one.id in (row["drivers"] or "").split(",")),
                compared=_compared(about, result),
                measures=measures,
                held=tried,
                changes=_changes(row, tried),
                snapshot=_snapshot(snapshots.get(code)),
                beside=tuple(_beside(its) for its in beside.get(code, ())),
                before=_before(before.get(code)),
                left_out=gates.get(code, ()),
                what_to_do=_what_to_do(result),
                restricted=wording.RESTRICTED if result.restricted else "",
                fiction=about["fiction"] or "",
            )
        )
    return sheets


def _by_organisation(rows: Sequence[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["organisation"], []).append(row)
    return grouped


def _by_organisation_and_indicator(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        grouped.setdefault((row["organisation"], row["indicator"]), []).append(row)
    return grouped


def _answer(row: Row, about: Any, noun: str) -> str:
    if not row["assessed"]:
        share = f"{row['weight_present']:.0%}" if row["weight_present"] else "none"
        return (
            f"This {noun} is not assessed: {share} of the weight of the review's indicators has a figure that counts. "
            "That is no finding about it, good or bad."
        )
    chance = (
        f"The probability that it is in the last fifth of the area and worse than expected by what matters is "
        f"{wording.probability(row['probability'])}."
    )
    if row["listed"]:
        return f"This {noun} is on the list, {wording.ordinal(row['place'])} of {about['listed']:,}. {chance}"
    return f"This {noun} is not on the list. {chance}"


def _measure(
    indicator: IndicatorView,
    effect: Row,
    months: Sequence[Row],
    why: Sequence[Row],
    others: int,
    peers: tuple[float, ...],
) -> MeasureView:
    parts = tuple(
        PartView(
            row["group"],
            row["part"],
            row["lower"],
            row["upper"],
            f"{wording.number(row['part'], indicator.decimals)} "
            f"{wording.interval(row['lower'], row['upper'], '', indicator.decimals)}".strip(),
        )
        for row in why
    )
    passed = effect["passed"]
    return MeasureView(
        indicator=indicator,
        value=indicator.figure(effect["value"]),
        sampling=wording.interval(
            effect["value_lower"], effect["value_upper"], indicator.unit, indicator.decimals
        ),
        expected=indicator.figure(effect["expected"]),
        state=wording.state(effect["state"]),
        position=wording.position(effect["rank_lower"], effect["rank_upper"], others)
        if passed
        else "no position",
        rank_lower=effect["rank_lower"],
        rank_upper=effect["rank_upper"],
        others=others,
        peers=peers,
        effect=effect["effect"],
        effect_lower=effect["effect_lower"],
        effect_upper=effect["effect_upper"],
        months=tuple(
            MonthView(
                row["month"],
                row["value"],
                row["expected"],
                row["area_median"],
                row["compared"],
                row["withheld"] or "",
            )
            for row in months
        ),
        why=parts,
        why_sentence=_why_sentence(indicator, parts),
        left_out=tuple(wording.gate(name, None) for name in (effect["gates"] or "").split(",") if name),
    )


def _why_sentence(indicator: IndicatorView, parts: Sequence[PartView]) -> str:
    gap = next((one for one in parts if one.group == GAP), None)
    if gap is None or gap.part is None:
        return ""
    side = "above" if gap.part >= 0 else "below"
    unit = " points" if indicator.unit == "per cent" else f" {indicator.unit}"
    said = [
        f"{_subject(one.group)} {one.words}" for one in parts if one.group != GAP and one.part is not None
    ]
    size = wording.number(abs(gap.part), indicator.decimals)
    return (
        f"It lies {size}{unit} {side} all organisations taken together, which are not the typical one. "
        f"Of this gap {wording.enumerate_words(said)}."
    )


def _subject(group: str) -> str:
    if group == REST:
        return "what is not explained is"
    verb = "goes" if group in ("population", "recording") else "go"
    return f"{group} {verb} with"


def _changes(row: Row, held: Sequence[HeldView]) -> tuple[str, ...]:
    if not row["assessed"]:
        return ()
    said = []
    for one in held:
        if row["listed"] and one.share < HELD:
            said.append(
                f"With {one.what} it stays on the list in {one.listed:,} of {wording.count(one.runs, 'run')}."
            )
        if not row["listed"] and one.listed:
            said.append(
                f"With {one.what} it would be on the list in {one.listed:,} of {wording.count(one.runs, 'run')}."
            )
    if not said:
        same = "on" if row["listed"] else "off"
        said.append(
            f"Nothing that was tried would: it stays {same} the list whatever single choice is varied."
        )
    return tuple(said)


def _snapshot(row: Row | None) -> str:
    if row is None or not row["months"]:
        return ""
    return (
        f"The last 20% by the raw figures of one month would have named it in {row['named']:,} of "
        f"{wording.count(row['months'], 'month')}."
    )


def _beside(row: Row) -> str:
    span = wording.month(row["first_day"])
    if (row["first_day"].year, row["first_day"].month) != (row["last_day"].year, row["last_day"].month):
        span = f"{span} to {wording.month(row['last_day'])}"
    value = row["level"] or wording.figure(row["value"], row["unit"])
    limits = wording.interval(row["lower"], row["upper"], row["unit"])
    said = " ".join(part for part in (value, limits) if part)
    doubt = f" ({row['reason']})" if row["reason"] else ""
    return f"{row['title']}: {said}, {span}{doubt}."


def _before(row: Row | None) -> str:
    if row is None:
        return ""
    if row["ratio"] is None:
        return f"Appointments before the pandemic: {row['reason']}."
    return (
        f"Appointments by working day were {wording.number(100 * row['ratio'], 0)}% of those of the same months before "
        f"the pandemic {wording.interval(100 * row['lower'], 100 * row['upper'], 'per cent', 0)}; the probability that "
        f"they are below is {wording.probability(row['probability_below'])}."
    )


def _compared(about: Any, result: ReviewResult) -> tuple[str, ...]:
    _, many = nouns(result)
    peers = (
        f"Positions are among the {about['assessed']:,} {many} of {about['area']['name']} that are assessed; "
        f"differences were learnt from {about['compared_with']:,} {many}."
    )
    if not about["expected"]:
        return (peers, f"Nothing is expected of a population here: {about['expected_reason']}")
    model = (
        "Expected is what a population of that age, sex, deprivation and rurality would lead one to expect; a strip "
        "shows the distance to it in units of the smallest difference that matters."
    )
    return peers, model


def _what_to_do(result: ReviewResult) -> tuple[str, ...]:
    return (
        "Check the figures of each month: they are those that were published, and each names its file.",
        (
            "If one is wrong, or something about this practice makes it unlike others, say so to the commissioner "
            f"named in the covering letter, with the code and this result's number, {result.id}."
        ),
        "What you say is to be recorded and answered with reasons, and the review run again where it changes a figure.",
    )
