"""What is named that is not there: few choices are all named, of many the nearest, and where the rest is listed."""

from __future__ import annotations

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.catalogue.nearest import MOST_NAMED, name_nearest, suggest_nearest
from likeforlike.errors import NotFoundError


def test_few_choices_are_all_named() -> None:
    few = [f"kind_{number}" for number in range(MOST_NAMED)]
    assert name_nearest("x", few) == ", ".join(few)
    assert suggest_nearest("x", few, "A command lists them.") == f"Choose one of: {', '.join(few)}."


def test_of_many_choices_the_nearest_five_are_named_and_who_lists_them() -> None:
    many = [*(f"other_{number:03}" for number in range(200)), "calls_answered", "calls_missed"]
    said = suggest_nearest("calls_answred", many, "A command lists them.")
    assert said.startswith("Spelled most like it of 202: calls_answered, calls_missed, other_")
    assert said.count("other_") == 3
    assert said.endswith(". A command lists them.")
    assert name_nearest("calls_answred", many).startswith("202, such as calls_answered, calls_missed, other_")


def test_an_indicator_that_is_not_there_names_the_nearest_and_no_more() -> None:
    with pytest.raises(NotFoundError) as caught:
        load_catalogue().indicator("calls_answered")
    next_step = caught.value.next_step
    assert ": calls_answered_share, " in next_step
    assert "`likeforlike show` lists all of them." in next_step
    assert len(next_step) < 300
