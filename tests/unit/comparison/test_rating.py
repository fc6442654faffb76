"""Ratings: a verdict only where the evidence carries it, and what is left is not enough evidence."""

from __future__ import annotations

import datetime
import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.catalogue import RatingRule, Verdict, load_catalogue
from likeforlike.catalogue.rating_rules import Colour, Outcome, StateCounts
from likeforlike.comparison.rating import Basis, Doubt, Finding, GivenLevel, Rating, quote_level, rate
from likeforlike.comparison.states import State, state_of

CATALOGUE = load_catalogue()
ACCESS, FLAG, CQC = (CATALOGUE.rating_rule(one) for one in ("gp_access", "acute_trust_flag", "cqc_rating"))
ANSWERED, SOON, FORTNIGHT = ACCESS.indicators
SHMI, AE, WAITS, CANCER, TESTS = FLAG.indicators
TODAY = datetime.date(2026, 4, 1)


def found(indicator: str, worse: float, better: float) -> Finding:
    """The finding of an indicator with these probabilities, by the rule of states."""
    return Finding(indicator, state_of(worse, better), worse, better)


def access(*likely: tuple[float, float]) -> Rating:
    """The light of a practice from P(worse) and P(better) of the three indicators."""
    findings = [found(one, *pair) for one, pair in zip(ACCESS.indicators, likely, strict=False)]
    return rate(ACCESS, CATALOGUE.indicators, findings)


def test_two_that_are_worse_are_worse_with_what_both_together_support() -> None:
    """1 − (0.01 + 0.04): whatever the two have in common."""
    rating = access((0.96, 0.0), (0.99, 0.0), (0.1, 0.1))
    assert (rating.verdict, rating.colour, rating.word) == (
        Verdict.WORSE,
        Colour.ORANGE,
        "worse than expected",
    )
    assert rating.carried_by == (SOON, ANSWERED)
    assert rating.supported == pytest.approx(0.95)
    assert (rating.among, rating.doubt) == (3, None)


def test_of_three_the_two_surest_carry_it() -> None:
    rating = access((0.96, 0.0), (0.99, 0.0), (0.98, 0.0))
    assert rating.carried_by == (SOON, FORTNIGHT)
    assert rating.supported == pytest.approx(0.97)


def test_one_that_is_worse_is_not_enough() -> None:
    rating = access((0.99, 0.0), (0.1, 0.05), (0.3, 0.1))
    assert (rating.verdict, rating.colour, rating.word) == (None, None, "not enough evidence")
    assert rating.doubt is Doubt.CANNOT_TELL


def test_better_and_worse_together_are_no_verdict() -> None:
    rating = access((0.99, 0.0), (0.99, 0.0), (0.0, 0.99))
    assert (rating.verdict, rating.doubt) == (None, Doubt.MIXED)


def test_better_and_expected() -> None:
    assert access((0.0, 0.97), (0.0, 0.96), (0.1, 0.1)).verdict is Verdict.BETTER
    rating = access((0.1, 0.05), (0.1, 0.0), (0.4, 0.1))
    assert rating.verdict is Verdict.EXPECTED
    assert rating.carried_by == (ANSWERED, SOON)
    assert math.isnan(rating.supported)


def test_too_few_assessed_and_none() -> None:
    one = access((0.99, 0.0))
    assert (one.word, one.doubt) == ("not enough evidence", Doubt.TOO_FEW)
    assert [finding.state for finding in one.findings][1:] == [State.NOT_ASSESSED] * 2
    assert access().word == "not assessed"


def test_just_sure_twice_is_just_enough_and_a_stricter_rule_says_so() -> None:
    assert access((0.95, 0.0), (0.95, 0.0)).supported == 0.9
    strict = ACCESS.model_copy(update={"sure": 0.91})
    rating = rate(strict, CATALOGUE.indicators, [found(ANSWERED, 0.95, 0.0), found(SOON, 0.95, 0.0)])
    assert (rating.verdict, rating.doubt) == (None, Doubt.NOT_TOGETHER)


def test_a_published_band_raises_a_flag_by_itself() -> None:
    band = Finding(SHMI, State.WORSE, basis=Basis.PUBLISHED_BAND)
    rating = rate(FLAG, CATALOGUE.indicators, [band])
    assert (rating.verdict, rating.carried_by, rating.supported) == (Verdict.WORSE, (SHMI,), 0.95)


def test_waits_raise_a_flag_only_three_together() -> None:
    fine = Finding(SHMI, State.EXPECTED, basis=Basis.PUBLISHED_BAND)
    two = [
        fine,
        found(AE, 0.99, 0.0),
        found(WAITS, 0.99, 0.0),
        found(CANCER, 0.1, 0.0),
        found(TESTS, 0.3, 0.0),
    ]
    assert rate(FLAG, CATALOGUE.indicators, two).word == "not enough evidence"
    three = [*two[:4], found(TESTS, 0.96, 0.0)]
    rating = rate(FLAG, CATALOGUE.indicators, three)
    assert rating.carried_by == (AE, WAITS, TESTS)
    assert rating.supported == pytest.approx(1 - 0.01 - 0.01 - 0.04)
    assert rating.among == 4


def made_rule(*indicators: str, worse: int) -> RatingRule:
    """A rule of these indicators that any so many make worse."""
    outcome = Outcome(rating=Verdict.WORSE, colour=Colour.ORANGE, at_least=StateCounts(worse=worse))
    return FLAG.model_copy(
        update={"indicators": indicators, "outcomes": (outcome,), "peer_groups": (), "sure": 0.85}
    )


def test_a_delivery_model_alone_never_flags() -> None:
    """Missed appointments are a delivery model: they may stand beside calls, and never alone."""
    missed = "did_not_attend_share"
    rule = made_rule(missed, ANSWERED, worse=1)
    alone = rate(rule, CATALOGUE.indicators, [found(missed, 1.0, 0.0), found(ANSWERED, 0.1, 0.0)])
    assert (alone.verdict, alone.word) == (None, "not enough evidence")
    # Where another one is worse too, that one carries it, however much surer the delivery model is.
    beside = rate(rule, CATALOGUE.indicators, [found(missed, 1.0, 0.0), found(ANSWERED, 0.95, 0.0)])
    assert beside.carried_by == (ANSWERED,)
    both = rate(
        made_rule(missed, ANSWERED, SOON, worse=2),
        CATALOGUE.indicators,
        [found(missed, 1.0, 0.0), found(ANSWERED, 0.95, 0.0), found(SOON, 0.1, 0.0)],
    )
    assert both.carried_by == (missed, ANSWERED)


def test_colour_only_where_the_probability_bears_the_state_out() -> None:
    with pytest.raises(ValueError, match=r"called worse than expected at a probability of 0\.9"):
        rate(ACCESS, CATALOGUE.indicators, [Finding(ANSWERED, State.WORSE, 0.9, 0.0)])
    with pytest.raises(ValueError, match="at a probability of nan"):
        rate(ACCESS, CATALOGUE.indicators, [Finding(ANSWERED, State.BETTER)])
    with pytest.raises(ValueError, match="twice"):
        rate(ACCESS, CATALOGUE.indicators, [found(ANSWERED, 0.1, 0.1)] * 2)


PROBABILITIES = st.tuples(st.floats(0, 1), st.floats(0, 1)).filter(lambda pair: sum(pair) <= 1)


@given(st.lists(PROBABILITIES, min_size=3, max_size=3))
def test_mirrored_figures_have_the_mirrored_verdict(likely: list[tuple[float, float]]) -> None:
    mirror = {
        Verdict.WORSE: Verdict.BETTER,
        Verdict.BETTER: Verdict.WORSE,
        Verdict.EXPECTED: Verdict.EXPECTED,
    }
    there = access(*likely).verdict
    back = access(*((better, worse) for worse, better in likely)).verdict
    assert back == (mirror[there] if there else None)


@given(st.lists(st.integers(95, 100), min_size=2, max_size=2))
def test_the_bound_holds_whatever_the_dependence(likely: list[int]) -> None:
    """A slow twin: over all ways to lay two events of these probabilities on a hundred equal cases by shifting one."""
    rating = access(*((one / 100, 0.0) for one in likely))
    together = [
        sum(1 for case in range(100) if case < likely[0] and (case + shift) % 100 < likely[1]) / 100
        for shift in range(100)
    ]
    assert min(together) >= rating.supported - 1e-9
    assert min(together) == pytest.approx(rating.supported)


@pytest.mark.parametrize(
    ("level", "given_on", "inherited", "word", "colour", "doubt"),
    [
        ("Inadequate", datetime.date(2025, 1, 1), False, "worse than expected", Colour.ORANGE, None),
        ("Good", datetime.date(2021, 4, 2), False, "as expected", Colour.GREY, None),
        ("Good", datetime.date(2021, 4, 1), False, "not enough evidence", None, Doubt.OLD),
        ("Outstanding", datetime.date(2026, 1, 1), False, "better than expected", Colour.BLUE, None),
        ("Outstanding", datetime.date(2026, 1, 1), True, "not enough evidence", None, Doubt.INHERITED),
        ("Good", None, False, "not enough evidence", None, Doubt.UNDATED),
        (None, None, False, "not assessed", None, None),
    ],
)
def test_levels_are_quoted_where_they_are_its_own_and_recent(
    level: str | None,
    given_on: datetime.date | None,
    inherited: bool,
    word: str,
    colour: Colour | None,
    doubt: Doubt | None,
) -> None:
    rating = quote_level(CQC, GivenLevel(level, given_on, inherited), TODAY)
    assert (rating.word, rating.colour, rating.doubt) == (word, colour, doubt)


def test_what_does_not_belong_together_is_refused() -> None:
    with pytest.raises(ValueError, match="no level 'Fair'"):
        quote_level(CQC, GivenLevel("Fair", TODAY, inherited=False), TODAY)
    with pytest.raises(ValueError, match="after 2026-04-01"):
        quote_level(CQC, GivenLevel("Good", datetime.date(2026, 4, 2), inherited=False), TODAY)
    with pytest.raises(ValueError, match="rates by states"):
        quote_level(ACCESS, GivenLevel("Good", TODAY, inherited=False), TODAY)
    with pytest.raises(ValueError, match="rates by quote_level"):
        rate(CQC, CATALOGUE.indicators, [])


def test_every_combination_of_states_has_one_word_and_no_colour_without_a_verdict() -> None:
    """All 125 practices that there can be: a verdict only where two agree and none says the opposite."""
    likely = {
        State.BETTER: (0.0, 0.98),
        State.EXPECTED: (0.05, 0.05),
        State.WORSE: (0.98, 0.0),
        State.CANNOT_TELL: (0.4, 0.3),
        State.NOT_ASSESSED: (math.nan, math.nan),
    }
    for states in product(State, repeat=3):
        rating = access(*(likely[one] for one in states))
        assert (rating.colour is None) == (rating.verdict is None)
        numbers = {state: states.count(state) for state in State}
        opposed = numbers[State.WORSE] > 0 and numbers[State.BETTER] > 0
        two = [state for state in (State.WORSE, State.BETTER, State.EXPECTED) if numbers[state] >= 2]
        judged = numbers[State.WORSE] + numbers[State.BETTER]
        if two and not opposed and not (two == [State.EXPECTED] and judged):
            assert rating.word == two[0]
        elif numbers[State.NOT_ASSESSED] == 3:
            assert rating.word == "not assessed"
        else:
            assert rating.word == "not enough evidence"
