"""Core and fringe on a made case, and in how many runs each organisation is listed."""

from __future__ import annotations

import numpy as np
import pytest

from likeforlike.review.sensitivity import Dimension, Run, hold

# Five organisations; the plan lists the first four.
BASE = np.array([True, True, True, True, False])


def runs(dimension: Dimension, *listed: str) -> list[Run]:
    """One run for each text: a letter A to E for each organisation that it lists."""
    return [
        Run(dimension, f"{dimension} {number}", np.array([letter in its for letter in "ABCDE"]))
        for number, its in enumerate(listed)
    ]


def core(*tried: list[Run]) -> str:
    found = hold(BASE, [run for its in tried for run in its])
    return "".join(letter for letter, its in zip("ABCDE", found, strict=True) if its)


def test_the_core_stays_in_nine_runs_of_ten_of_every_dimension() -> None:
    """B stays in nine of ten weightings, C in eight; D in every one, and not with the other reference."""
    weights = runs(Dimension.WEIGHTS, *["ABCDE"] * 8, "ABDE", "ADE")
    reference = runs(Dimension.REFERENCE, "ABCE")
    assert core(weights) == "ABD"
    assert core(weights, reference) == "AB"


def test_nobody_is_core_whom_the_plan_does_not_list() -> None:
    """E is listed in every other run."""
    assert core(runs(Dimension.WINDOW, "ABCDE", "ABCDE")) == "ABCD"


def test_single_months_count_for_nothing() -> None:
    assert core(runs(Dimension.MONTH, "", "", "E"), runs(Dimension.REFERENCE, "ABCD")) == "ABCD"


def test_without_any_other_run_everybody_listed_is_core() -> None:
    assert core() == "ABCD"


@pytest.mark.parametrize(
    ("stays", "of", "held"), [(9, 10, True), (8, 9, False), (900, 1000, True), (899, 1000, False)]
)
def test_nine_of_ten_is_the_line(stays: int, of: int, held: bool) -> None:
    tried = runs(Dimension.WEIGHTS, *["A"] * stays, *[""] * (of - stays))
    assert ("A" in core(tried)) is held
