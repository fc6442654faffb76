"""The words for results."""

from __future__ import annotations

import doctest
import math

import pytest

from likeforlike.comparison.states import State
from likeforlike.present import wording
from likeforlike.review.gates import Gate


def test_the_examples_of_the_words_hold() -> None:
    assert doctest.testmod(wording).failed == 0
    assert doctest.testmod(wording).attempted > 10


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (1021, "1,021st")],
)
def test_positions_end_as_they_are_spoken(number: int, said: str) -> None:
    assert wording.ordinal(number) == said


def test_a_position_is_a_range_that_holds_both_its_ends() -> None:
    assert wording.position(57.6, 70.2, 85) == "between 57th and 71st of 85"
    assert wording.position(None, None, 85) == "no position"
    # 43 of 85 are more than half; 42 are not.
    assert wording.position(1, 43, 85).endswith("cannot be told apart from most")
    assert wording.position(1, 42, 85) == "between 1st and 42nd of 85"


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert wording.number(-0.04) == "0.0"
    assert wording.number(-0.06) == "−0.1"
    assert wording.number(math.nan) == wording.NO_FIGURE


def test_a_probability_is_never_quite_all_or_nothing() -> None:
    assert [wording.probability(value) for value in (1.0, 0.996, 0.995, 0.005, 0.004, 0.0)] == [
        "above 0.99",
        "above 0.99",
        "0.99",
        "0.01",
        "below 0.01",
        "below 0.01",
    ]


def test_every_state_and_gate_has_its_words_and_every_state_its_own_shape() -> None:
    assert {str(one) for one in State} <= wording.SHAPES.keys()
    assert {str(one) for one in Gate} <= wording.GATES.keys()
    assert len(set(wording.SHAPES.values())) == len(wording.SHAPES)


def test_what_is_good_lies_on_the_right() -> None:
    assert wording.good_direction("higher") == ("lower, less good", "higher, better")
    assert wording.good_direction("lower") == ("higher, less good", "lower, better")
