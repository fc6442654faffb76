"""Ratings in words: colour with shape and word, what it rests on, the regulator's words quoted."""

from __future__ import annotations

import datetime
import math
import re
from itertools import product

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.rating import Basis, Finding, GivenLevel, quote_level, rate
from likeforlike.comparison.states import State, state_of
from likeforlike.present.rating import RatingView, view_rating

CATALOGUE = load_catalogue()
INDICATORS = CATALOGUE.indicators
ACCESS, FLAG, CQC = (CATALOGUE.rating_rule(one) for one in ("gp_access", "acute_trust_flag", "cqc_rating"))
# What tests/integration/documents/test_words.py looks for, and two words that only an interval may bring.
BANNED = re.compile(r"\b(worst|failing|poor(?:ly)?[ -]perform\w*|risk|unsafe|danger\w*)\b", re.IGNORECASE)


def access(*likely: tuple[float, float]) -> RatingView:
    findings = [
        Finding(one, state_of(*pair), *pair) for one, pair in zip(ACCESS.indicators, likely, strict=False)
    ]
    return view_rating(rate(ACCESS, INDICATORS, findings), INDICATORS)


def quoted(level: str | None, given: datetime.date | None, *, inherited: bool = False) -> RatingView:
    rating = quote_level(CQC, GivenLevel(level, given, inherited), datetime.date(2026, 4, 1))
    return view_rating(rating, INDICATORS)


def test_worse_says_on_what_and_how_sure() -> None:
    view = access((0.96, 0.0), (0.99, 0.0), (0.1, 0.1))
    assert (view.shape, view.word, view.colour, view.is_flag) == ("▼", "worse than expected", "orange", False)
    assert view.sentence == (
        "Worse than expected on two of three: calls answered within two minutes and calls answered. "
        "That all are so is at least 0.95 sure."
    )
    assert view.reasons == (
        "Calls answered: ▼ worse than expected, probability 0.96",
        "Calls answered within two minutes: ▼ worse than expected, probability 0.99",
        "Appointments within 14 days: ● as expected",
    )


def test_not_enough_evidence_has_a_shape_and_no_colour() -> None:
    view = access((0.96, 0.0), (0.4, 0.2))
    assert (view.shape, view.word, view.colour) == ("◌", "not enough evidence", "none")
    assert view.sentence == "Not enough evidence: the figures do not support any verdict."
    assert view.reasons[2] == "Appointments within 14 days: ▢ not assessed"


def test_as_expected_claims_no_probability() -> None:
    view = access((0.1, 0.05), (0.1, 0.05), (0.1, 0.05))
    assert view.sentence.startswith("As expected on three of three: calls answered,")
    assert "sure" not in view.sentence


def test_a_flag_by_a_published_band() -> None:
    rating = rate(FLAG, INDICATORS, [Finding("shmi", State.WORSE, basis=Basis.PUBLISHED_BAND)])
    view = view_rating(rating, INDICATORS)
    assert (view.word, view.is_flag, view.shape) == ("flag: worse than expected", True, "▼")
    assert view.reasons[0].endswith("▼ worse than expected (by the limits that the publisher's recipe gives)")


def test_no_flag() -> None:
    findings = [Finding(one, State.EXPECTED, 0.05, 0.05) for one in FLAG.indicators]
    view = view_rating(rate(FLAG, INDICATORS, findings), INDICATORS)
    assert (view.word, view.is_flag, view.shape) == ("no flag: as expected", False, "●")
    none = view_rating(rate(FLAG, INDICATORS, []), INDICATORS)
    assert (none.word, none.shape) == ("no flag: not assessed", "▢")


@pytest.mark.parametrize(
    ("view", "shape", "word", "sentence"),
    [
        (
            quoted("Requires improvement", datetime.date(2025, 2, 3)),
            "▼", "“Requires improvement”", "The publisher's word: “Requires improvement”.",
        ),
        (
            quoted("Good", datetime.date(2017, 2, 3)),
            "◌", "not enough evidence (was “Good”)", "Not enough evidence: the rating is too old to speak of today.",
        ),
        (
            quoted("Good", datetime.date(2025, 2, 3), inherited=True),
            "◌", "not enough evidence (was “Good”)",
            "Not enough evidence: the rating was given to the provider or registration before.",
        ),
        (quoted(None, None), "▢", "not assessed", "Not assessed."),
    ],
)  # fmt: skip
def test_levels_are_quotations(view: RatingView, shape: str, word: str, sentence: str) -> None:
    assert (view.shape, view.word, view.sentence) == (shape, word, sentence)


def test_the_date_of_a_rating_is_said() -> None:
    assert quoted("Good", datetime.date(2025, 2, 3)).reasons == ("Given in February 2025",)


def test_no_view_blames_anybody_and_worse_stands_only_beside_its_probability() -> None:
    likely = [(0.0, 0.98), (0.05, 0.05), (0.98, 0.0), (0.4, 0.3), (math.nan, math.nan)]
    for pairs in product(likely, repeat=3):
        view = access(*pairs)
        said = " ".join((view.word, view.sentence, *view.reasons))
        assert not BANNED.search(re.sub("“[^”]*”", "", said))
        worse = sum(pair[0] >= 0.95 for pair in pairs)
        assert sum("worse than expected" in reason for reason in view.reasons) == worse
        assert ("worse" in view.word) <= (worse >= 2)
    for rule in CATALOGUE.rating_rules.values():
        for text in (rule.title, rule.question, rule.about):
            assert not BANNED.search(text), text
