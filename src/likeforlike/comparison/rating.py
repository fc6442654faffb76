"""One rating from several states, or from a regulator's level: a verdict only where the evidence carries it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from likeforlike.catalogue import Indicator, Purpose, RatingRule, Verdict
from likeforlike.catalogue.rating_rules import Colour, Outcome
from likeforlike.comparison.states import SURE, State

STATE_OF = {
    Verdict.BETTER: State.BETTER,
    Verdict.EXPECTED: State.EXPECTED,
    Verdict.WORSE: State.WORSE,
}
# What a condition calls a state.
NAME_OF = {
    State.BETTER: "better",
    State.EXPECTED: "expected",
    State.WORSE: "worse",
    State.CANNOT_TELL: "cannot_tell",
}


class Basis(StrEnum):
    """What a state rests on."""

    PREDICTION = "prediction"
    """P(worse) and P(better) by more than the smallest difference that matters."""
    PUBLISHED_BAND = "published band"
    """A publisher's own over-dispersed limits, which have no probabilities."""


class Doubt(StrEnum):
    """Why there is no verdict."""

    TOO_FEW = "too few"
    NOT_TOGETHER = "not sure together"
    MIXED = "mixed"
    CANNOT_TELL = "cannot tell"
    INHERITED = "inherited"
    OLD = "old"
    UNDATED = "undated"


@dataclass(frozen=True)
class Finding:
    """The state of an organisation on one indicator."""

    indicator: str
    state: State
    worse: float = math.nan
    """P(worse by more than what matters), and `better` likewise; NaN of a published band, and where not assessed."""
    better: float = math.nan
    basis: Basis = Basis.PREDICTION
    why: str = ""
    """Why it is not assessed or cannot be told, in words."""


@dataclass(frozen=True)
class GivenLevel:
    """A regulator's level as published."""

    level: str | None
    """None where there is no rating."""
    given: datetime.date | None
    """The day of the report; the first that it may be of where only a month or year is printed."""
    inherited: bool
    why: str = ""
    """Why there is none, in words."""


@dataclass(frozen=True)
class Rating:
    """What a rule says of one organisation."""

    rule: RatingRule
    verdict: Verdict | None
    """None where there is not enough evidence, or where nothing was assessed."""
    colour: Colour | None
    assessed: bool
    """Whether anything was assessed at all."""
    findings: tuple[Finding, ...]
    """One for each indicator of the rule, in its order."""
    carried_by: tuple[str, ...]
    """The indicators on which the verdict rests."""
    among: int
    """How many were counted for it."""
    supported: float
    """The least probability that all of `carried_by` are so; NaN where the verdict is 'expected' or a quotation."""
    doubt: Doubt | None
    """Why there is no verdict."""
    level: GivenLevel | None = None

    @property
    def word(self) -> str:
        """The verdict as a state, or one of the two that no rule says."""
        if self.verdict is not None:
            return str(STATE_OF[self.verdict])
        return "not enough evidence" if self.assessed else str(State.NOT_ASSESSED)


def rate(rule: RatingRule, indicators: Mapping[str, Indicator], findings: Sequence[Finding]) -> Rating:
    """The rating of one organisation by a rule of states.

    The first outcome that holds is the verdict. A 'worse' or 'better' rests on as many indicators as its condition
    asks for, the surest ones; that all of them are so has at least the probability 1 − Σ(1 − pᵢ), whatever depends on
    what (Bonferroni's inequality; Galambos & Simonelli, "Bonferroni-type inequalities" 1996), and below the rule's
    `sure` it does not hold. A published band counts as sure as a state must be (0.95). Indicators of a delivery model
    never carry a 'worse' alone. Where no outcome holds there is not enough evidence; where nothing is assessed, no
    rating.

    Args:
        rule: with outcomes.
        indicators: the catalogue's, for their purpose.
        findings: of one organisation; an indicator of the rule without one is not assessed, others are passed over.

    Raises:
        ValueError: a rule of levels, two findings of one indicator, or a state that its probabilities do not support.
    """
    if not rule.outcomes:
        raise ValueError(f"{rule.id} quotes levels: it rates by quote_level")
    own = _in_order(rule, findings)
    assessed = [one for one in own if one.state is not State.NOT_ASSESSED]
    if len(assessed) < rule.least_assessed:
        return Rating(rule, None, None, bool(assessed), own, (), 0, math.nan, Doubt.TOO_FEW)
    unsure = False
    for outcome in rule.outcomes:
        counted = [one for one in own if not outcome.among or one.indicator in outcome.among]
        if not _holds(outcome, counted):
            continue
        carriers = _carriers(outcome, counted, indicators)
        if not carriers:
            continue
        supported = _supported(outcome.rating, carriers)
        if rule.sure is not None and supported < rule.sure:
            unsure = True
            continue
        names = tuple(one.indicator for one in carriers)
        return Rating(rule, outcome.rating, outcome.colour, True, own, names, len(counted), supported, None)
    return Rating(rule, None, None, True, own, (), 0, math.nan, _doubt(own, unsure=unsure))


def quote_level(rule: RatingRule, given: GivenLevel, as_at: datetime.date) -> Rating:
    """The rating of one organisation by a rule of levels: the level quoted, if it is its own and not too old.

    Raises:
        ValueError: a rule of states, a level that the rule does not have, or one that was given after `as_at`.
    """
    if not rule.levels or rule.oldest_months is None:
        raise ValueError(f"{rule.id} has no levels: it rates by states")
    named = (rule.indicators[0],)
    if given.level is None:
        return Rating(rule, None, None, False, (), (), 0, math.nan, None, given)
    if given.given is not None and given.given > as_at:
        raise ValueError(f"{rule.id}: the rating is of {given.given}, after {as_at}")
    quoted = {one.level: one for one in rule.levels}
    if given.level not in quoted:
        raise ValueError(f"{rule.id} has no level '{given.level}': one of {', '.join(quoted)} was expected")
    doubt = None
    if given.inherited:
        doubt = Doubt.INHERITED
    elif given.given is None:
        doubt = Doubt.UNDATED
    elif _months_between(given.given, as_at) >= rule.oldest_months:
        doubt = Doubt.OLD
    if doubt is not None:
        return Rating(rule, None, None, True, (), (), 0, math.nan, doubt, given)
    level = quoted[given.level]
    return Rating(rule, level.rating, level.colour, True, (), named, 1, math.nan, None, given)


def _in_order(rule: RatingRule, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    by_indicator: dict[str, Finding] = {}
    for one in findings:
        if one.indicator in by_indicator:
            raise ValueError(f"findings holds '{one.indicator}' twice")
        _check_supported(one)
        by_indicator[one.indicator] = one
    return tuple(
        by_indicator.get(indicator, Finding(indicator, State.NOT_ASSESSED)) for indicator in rule.indicators
    )


def _check_supported(one: Finding) -> None:
    """Raise ValueError for a state that the probabilities beside it do not bear out."""
    if one.basis is Basis.PUBLISHED_BAND:
        return
    likely = {State.WORSE: one.worse, State.BETTER: one.better}.get(one.state)
    # `not (a >= b)` catches NaN as well.
    if likely is not None and not likely >= SURE:
        raise ValueError(
            f"{one.indicator} is called {one.state} at a probability of {likely}: {SURE} is needed"
        )


def _holds(outcome: Outcome, counted: Sequence[Finding]) -> bool:
    numbers = {name: sum(one.state is state for one in counted) for state, name in NAME_OF.items()}
    return all(numbers[name] >= least for name, least in outcome.at_least.stated().items()) and all(
        numbers[name] <= most for name, most in outcome.at_most.stated().items()
    )


def _carriers(
    outcome: Outcome, counted: Sequence[Finding], indicators: Mapping[str, Indicator]
) -> list[Finding]:
    """The surest of those that the verdict needs; none where only a delivery model would carry a 'worse'."""
    state = STATE_OF[outcome.rating]
    alike = [one for one in counted if one.state is state]
    if outcome.rating is Verdict.EXPECTED:
        return alike
    needed = outcome.at_least.stated()[outcome.rating]
    surest = sorted(alike, key=lambda one: -_likely(outcome.rating, one))
    carriers = surest[:needed]
    if outcome.rating is Verdict.WORSE:
        others = [one for one in surest if indicators[one.indicator].purpose is not Purpose.DELIVERY_MODEL]
        if not others:
            return []
        if others[0] not in carriers:
            carriers[-1] = others[0]
    return carriers


def _supported(rating: Verdict, carriers: Sequence[Finding]) -> float:
    if rating is Verdict.EXPECTED:
        return math.nan
    # Two that are just sure, at 0.95, make 0.90 and not a hair less.
    return round(1.0 - sum(1.0 - _likely(rating, one) for one in carriers), 12)


def _likely(rating: Verdict, one: Finding) -> float:
    if one.basis is Basis.PUBLISHED_BAND:
        return SURE
    return one.worse if rating is Verdict.WORSE else one.better


def _doubt(findings: Sequence[Finding], *, unsure: bool) -> Doubt:
    if unsure:
        return Doubt.NOT_TOGETHER
    states = {one.state for one in findings}
    return Doubt.MIXED if {State.BETTER, State.WORSE} <= states else Doubt.CANNOT_TELL


def _months_between(earlier: datetime.date, later: datetime.date) -> int:
    """Whole months."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - (later.day < earlier.day)
