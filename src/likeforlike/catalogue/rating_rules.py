"""Rating rules: how the states of several indicators, or a regulator's level, become one colour, word and shape."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field, model_validator

from likeforlike.catalogue.indicators import (
    LIST_NOBODY,
    BandMethod,
    Indicator,
    Kind,
    Polarity,
    Purpose,
    Status,
)
from likeforlike.catalogue.loading import Definition, Identifier, Text
from likeforlike.catalogue.organisation_types import OrganisationType
from likeforlike.catalogue.peer_groups import PeerGroup
from likeforlike.errors import DefinitionError


class RuleKind(StrEnum):
    """Whether everybody gets a light, or only those who stand out a flag."""

    TRAFFIC_LIGHT = "traffic_light"
    FLAG = "flag"


class Verdict(StrEnum):
    """What a rule may say. That there is not enough evidence, or none, is never said by a rule: it is what is left."""

    BETTER = "better"
    EXPECTED = "expected"
    WORSE = "worse"


class Colour(StrEnum):
    """Three that colour-blind people tell apart; each verdict has its shape and word beside it."""

    BLUE = "blue"
    GREY = "grey"
    ORANGE = "orange"


class StateCounts(Definition):
    """How many of the indicators are in each state; those left out do not matter."""

    better: int | None = Field(default=None, ge=0)
    expected: int | None = Field(default=None, ge=0)
    worse: int | None = Field(default=None, ge=0)
    cannot_tell: int | None = Field(default=None, ge=0)

    def stated(self) -> dict[str, int]:
        """State → number, of those that are stated."""
        return {name: number for name, number in self if number is not None}


class Outcome(Definition):
    """One verdict and when it holds."""

    rating: Verdict
    colour: Colour
    at_least: StateCounts
    at_most: StateCounts = StateCounts()
    among: tuple[Identifier, ...] = ()
    """Only these of the rule's indicators are counted; all where it is left out."""


class QuotedLevel(Definition):
    """A level of an ordinal, which is quoted, and the colour and shape that it is quoted with."""

    level: Text
    rating: Verdict
    colour: Colour


class RatingRule(Definition):
    """One rule: `rating_rules/<id>.toml`."""

    id: Identifier
    title: Text
    question: Text
    about: Text
    does_not_tell: Text
    kind: RuleKind
    organisation_types: tuple[Identifier, ...] = Field(min_length=1)
    peer_groups: tuple[Identifier, ...] = ()
    """Only for members of one of these; for all of the kind where it is left out."""
    indicators: tuple[Identifier, ...] = Field(min_length=1)
    least_assessed: int = Field(default=1, ge=1)
    """How many of the indicators must have a state of their own for any verdict."""
    sure: float | None = Field(default=None, ge=0.8, lt=1)
    """The least probability that all indicators on which a verdict rests are so, whatever depends on what."""
    outcomes: tuple[Outcome, ...] = ()
    """In order: the first that holds is the rating."""
    levels: tuple[QuotedLevel, ...] = ()
    oldest_months: int | None = Field(default=None, ge=1)
    """Older levels are not enough evidence."""
    oldest_months_reason: Text | None = None
    status: Status
    written_by: Text
    checked_by: Text | None = None
    next_review: datetime.date

    @model_validator(mode="after")
    def _holds_together(self) -> RatingRule:
        if bool(self.outcomes) == bool(self.levels):
            raise ValueError("outcomes or levels, one of them, was expected")
        if len(set(self.indicators)) < len(self.indicators):
            raise ValueError("indicators: one is named twice")
        if self.outcomes:
            self._check_outcomes()
        else:
            self._check_levels()
        said = [(one.rating, one.colour) for one in self.outcomes]
        said += [(one.rating, one.colour) for one in self.levels]
        pairs = set(said)
        if not len(pairs) == len({rating for rating, _ in pairs}) == len({colour for _, colour in pairs}):
            raise ValueError("colour: each rating has one colour, and no two have the same")
        if self.status is Status.ACTIVE and self.checked_by is None:
            raise ValueError("checked_by: an active rule has been read by a second person")
        return self

    def _check_outcomes(self) -> None:
        if self.sure is None:
            raise ValueError("sure: the least probability of a verdict was expected")
        if self.oldest_months is not None or self.oldest_months_reason is not None:
            raise ValueError("oldest_months: only levels grow old")
        if self.least_assessed > len(self.indicators):
            raise ValueError(f"least_assessed: there are {len(self.indicators)} indicators")
        verdicts = {one.rating for one in self.outcomes}
        if Verdict.WORSE not in verdicts:
            raise ValueError("outcomes: none of them is 'worse'")
        if self.kind is RuleKind.FLAG and Verdict.BETTER in verdicts:
            raise ValueError("outcomes: a flag is for what is worse; 'better' belongs to a traffic_light")
        for one in self.outcomes:
            _check_outcome(one, self.indicators)

    def _check_levels(self) -> None:
        if self.sure is not None:
            raise ValueError("sure: a level is quoted, and has no probability")
        if len(self.indicators) > 1:
            raise ValueError("indicators: the levels of one are quoted, and levels are never put together")
        if self.oldest_months is None or self.oldest_months_reason is None:
            raise ValueError("oldest_months: from which age on a level is no evidence, and why, was expected")
        if len({one.level for one in self.levels}) < len(self.levels):
            raise ValueError("levels: a level is named twice")


def _check_outcome(one: Outcome, indicators: tuple[str, ...]) -> None:
    """Raise ValueError for a verdict that its own conditions do not support."""
    if unknown := sorted(set(one.among) - set(indicators)):
        raise ValueError(f"among: '{unknown[0]}' is none of the rule's indicators")
    least, most = one.at_least.stated(), one.at_most.stated()
    if not sum(least.values()):
        raise ValueError("at_least: a verdict needs something that speaks for it")
    if sum(least.values()) > len(one.among or indicators):
        raise ValueError("at_least: more than there are indicators")
    if one.rating is not Verdict.EXPECTED and not least.get(one.rating):
        raise ValueError(f"at_least: '{one.rating}' needs one that is {one.rating}")
    if one.rating is Verdict.EXPECTED and not least.get("expected"):
        raise ValueError("at_least: 'expected' needs one that is as expected")
    if one.rating is not Verdict.WORSE and most.get("worse") != 0:
        raise ValueError(f"at_most: '{one.rating}' allows nothing that is worse")


def check_rules(
    rules: Mapping[str, RatingRule],
    types: Mapping[str, OrganisationType],
    groups: Mapping[str, PeerGroup],
    indicators: Mapping[str, Indicator],
) -> None:
    """Raise DefinitionError where a rule names what is not there, or judges by what judges nobody."""
    for rule in rules.values():
        where = f"rating_rules/{rule.id}.toml"
        for key, named, known in (
            ("organisation_types", rule.organisation_types, types.keys()),
            ("peer_groups", rule.peer_groups, groups.keys()),
            ("indicators", rule.indicators, indicators.keys()),
        ):
            for one in named:
                if one not in known:
                    raise DefinitionError(f"key '{key}': there is no '{one}'.", where=where)
        for one in rule.peer_groups:
            if groups[one].organisation_type not in rule.organisation_types:
                raise DefinitionError(
                    f"key 'peer_groups': '{one}' is a group of another kind of organisation.", where=where
                )
        own = [indicators[one] for one in rule.indicators]
        for indicator in own:
            if fault := _why_not(indicator, rule):
                raise DefinitionError(f"key 'indicators': '{indicator.id}' {fault}.", where=where)
        if all(indicator.purpose is Purpose.DELIVERY_MODEL for indicator in own):
            raise DefinitionError(
                "key 'indicators': a delivery model alone judges nobody; another purpose was expected.",
                where=where,
            )


def _why_not(indicator: Indicator, rule: RatingRule) -> str:
    """What keeps an indicator out of a rule; '' where nothing does."""
    if not set(indicator.organisation_types) & set(rule.organisation_types):
        return "has no figures of such organisations"
    if indicator.visibility != "public":
        return "is restricted, and ratings are for everybody"
    if indicator.polarity is Polarity.NO_JUDGEMENT:
        return "has no direction that is good"
    if rule.levels:
        if {one.level for one in rule.levels} != set(indicator.levels):
            return f"has other levels than those quoted: {', '.join(indicator.levels) or 'none'}"
        return ""
    if indicator.kind is Kind.ORDINAL or indicator.purpose in LIST_NOBODY:
        return f"is of purpose '{indicator.purpose}' and has no states"
    published = indicator.bands is not None and indicator.bands.method is BandMethod.OVERDISPERSED_SHMI
    if indicator.smallest_difference is None and not published:
        return "has no smallest difference that matters, so it has no states"
    return ""
