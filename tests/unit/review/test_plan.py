"""The plan: one file, and an error that names file and key for whatever does not hold."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import DefinitionError
from likeforlike.review.plan import Window, can_list, directions, read_plan

PLAN = """
title = "Access, twelve months to November 2025"
area = "QJK"
seed = 20251218
window = { last = 2025-11-01, months = 12 }

[[indicators]]
id = "calls_answered_share"
weight = 2.0

[[indicators]]
id = "same_day_share"
weight = 1.0
better = "higher"
reason = "The board's plan for the year asks for it."
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_plan(tmp_path: Path) -> None:
    plan = read_plan(write(tmp_path, PLAN), load_catalogue()).plan
    assert (plan.area, plan.draws, plan.thresholds.probably) == ("QJK", 10_000, 0.80)
    assert directions(plan, load_catalogue()) == (1, 1)
    assert can_list(plan, load_catalogue())


def test_a_window_of_twelve_months_begins_eleven_months_before_its_last() -> None:
    assert Window(last=datetime.date(2025, 11, 1)).first == datetime.date(2024, 12, 1)
    assert Window(last=datetime.date(2025, 1, 1), months=1).first == datetime.date(2025, 1, 1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('area = "QJK"', 'area = "QJK"\nworst = 20', "unknown key 'worst'"),
        ("seed = 20251218", "", "missing key 'seed'"),
        ("weight = 2.0", "weight = 0.0", r"key 'indicators\.0\.weight'"),
        ("calls_answered_share", "calls_unanswered", "there is no indicator 'calls_unanswered'"),
        ("calls_answered_share", "same_day_share", "one is named twice"),
        ("calls_answered_share", "list_size", "no smallest difference that matters"),
        ('better = "higher"\n', "", "makes no judgement: say which direction"),
        ("weight = 2.0", 'weight = 2.0\nbetter = "lower"', "says which direction is good"),
        ("2025-11-01", "2025-11-15", "the first day of a month"),
        ("months = 12", "months = 0", r"key 'window\.months'"),
        ('area = "QJK"', 'area = "QJK"\norganisation_type = "planet"', "there is no 'planet'"),
        ('area = "QJK"', 'area = "QJK"\nthresholds = { probably = 0.99 }', "must not be above almost_certainly"),
        ("weight = 2.0", 'weight = 2.0\nborrow_from = "nothing"', "there is no indicator 'nothing'"),
    ],
)  # fmt: skip
def test_what_does_not_hold_names_file_and_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in PLAN
    with pytest.raises(DefinitionError, match=words) as caught:
        read_plan(write(tmp_path, PLAN.replace(old, new)), load_catalogue())
    assert caught.value.where == "plan.toml"
