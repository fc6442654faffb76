"""A rating as people see it: colour with shape and word, what it rests on, and what it does not tell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from likeforlike.catalogue import Indicator, RuleKind
from likeforlike.comparison.rating import Basis, Finding, Rating
from likeforlike.comparison.states import State
from likeforlike.present import public_wording, wording

# The paper itself with a line around it: no colour that could be read as one of the three.
NO_COLOUR = "none"


@dataclass(frozen=True)
class RatingView:
    """One rating of one organisation."""

    title: str
    question: str
    about: str
    shape: str
    word: str
    colour: str
    """blue, grey, orange; 'none' where there is no verdict."""
    is_flag: bool
    """Whether a flag is raised."""
    sentence: str
    reasons: tuple[str, ...]
    """A phrase for each indicator, or of a quoted rating its date."""
    does_not_tell: str


def view_rating(rating: Rating, indicators: Mapping[str, Indicator]) -> RatingView:
    """A rating in words; `indicators` has the titles."""
    rule = rating.rule
    flag = rule.kind is RuleKind.FLAG
    level = rating.level.level if rating.level else None
    return RatingView(
        title=rule.title,
        question=rule.question,
        about=rule.about,
        shape=public_wording.RATING_SHAPES[rating.word],
        word=public_wording.rating(rating.word, flag=flag, quotation=level),
        colour=rating.colour.value if rating.colour else NO_COLOUR,
        is_flag=flag and rating.word == State.WORSE,
        sentence=f"{_say(rating, indicators)}.",
        reasons=_reasons(rating, indicators),
        does_not_tell=rule.does_not_tell,
    )


def _say(rating: Rating, indicators: Mapping[str, Indicator]) -> str:
    if rating.doubt is not None:
        return f"{wording.sentence(rating.word)}: {public_wording.DOUBTS[rating.doubt]}"
    if rating.level is not None:
        if rating.level.level is None:
            why = f": {rating.level.why}" if rating.level.why else ""
            return f"{wording.sentence(rating.word)}{why}"
        return f"The publisher's word: {public_wording.quoted(rating.level.level)}"
    titles = [_lower(indicators[one].title) for one in rating.carried_by]
    supported = None if math.isnan(rating.supported) else rating.supported
    return public_wording.carried_by(rating.word, titles, rating.among, supported)


def _reasons(rating: Rating, indicators: Mapping[str, Indicator]) -> tuple[str, ...]:
    if rating.level is not None:
        given = rating.level.given
        return (f"Given in {wording.month(given)}",) if given else ()
    return tuple(_reason(one, indicators[one.indicator].title) for one in rating.findings)


def _reason(one: Finding, title: str) -> str:
    likely = {State.WORSE: one.worse, State.BETTER: one.better}.get(one.state)
    if one.basis is Basis.PUBLISHED_BAND:
        return public_wording.finding(title, one.state, None, one.why or public_wording.PUBLISHED_BAND)
    return public_wording.finding(title, one.state, likely, one.why)


def _lower(title: str) -> str:
    """A title within a sentence; names and abbreviations keep their capitals."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
