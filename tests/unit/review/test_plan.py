"""The plan: one file, and an error that names file and key for whatever does not hold."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import DefinitionError, NotFoundError
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
        ("calls_answered_share", "calls_unanswered", "'calls_unanswered'. Spelled most .*: calls_answered_share, "),
        ("calls_answered_share", "same_day_share", "one is named twice"),
        ("calls_answered_share", "list_size", "about population, by which nobody is listed"),
        ("calls_answered_share", "appointments_per_working_day", "no smallest difference that matters"),
        ('better = "higher"\n', "", "makes no judgement: say which direction"),
        ("weight = 2.0", 'weight = 2.0\nbetter = "lower"', "says which direction is good"),
        ("2025-11-01", "2025-11-15", "the first day of a month"),
        ("months = 12", "months = 0", r"key 'window\.months'"),
        ('area = "QJK"', 'area = "QJK"\norganisation_type = "planet"', "there is no 'planet'"),
        ('area = "QJK"', 'area = "QJK"\nthresholds = { probably = 0.99 }', "must not be above almost_certainly"),
        ("weight = 2.0", 'weight = 2.0\nborrow_from = "nothing"', "there is no indicator 'nothing'"),
        ("weight = 2.0", "weight = -2.0", r"key 'indicators\.0\.weight'.*found -2"),
        ("weight = 2.0", "weight = inf", r"key 'indicators\.0\.weight'.*found inf"),
        ("weight = 2.0", "weight = nan", r"key 'indicators\.0\.weight'.*found nan"),
        ("weight = 2.0", "weight = 1e308", r"key 'indicators\.0\.weight'.*found 1e\+308"),
        ("months = 12", "months = 61", r"key 'window\.months'"),
        ("2025-11-01", "0001-01-01", r"key 'window\.last'"),
        ("2025-11-01", "9999-12-01", r"key 'window\.last'"),
        ("seed = 20251218", "seed = -1", r"key 'seed'"),
        ("seed = 20251218", "seed = 1.5", r"key 'seed'"),
        ('area = "QJK"', 'area = " "', r"key 'area'"),
        ('area = "QJK"', 'area = "QJK"\ndraws = 999', r"key 'draws'"),
        ('area = "QJK"', 'area = "QJK"\nconcentration = inf', r"key 'concentration'.*found inf"),
        ('area = "QJK"', 'area = "QJK"\nreference = "best"', r"key 'reference'"),
        ('area = "QJK"', 'area = "QJK"\nexpected = false', "expected_reason"),
        ('area = "QJK"', 'area = "QJK"\nthresholds = { probably = 0.5 }', r"key 'thresholds\.probably'"),
        ('area = "QJK"', 'area = "QJK"\nthresholds = { almost_certainly = 1.0 }', r"'thresholds\.almost_certainly'"),
        ('area = "QJK"', 'area = "QJK"\nthresholds = { most_false = -0.1 }', r"key 'thresholds\.most_false'"),
        ('area = "QJK"', 'area = "QJK"\nthresholds = { worse_by = nan }', r"key 'thresholds\.worse_by'.*found nan"),
        ('area = "QJK"', 'area = "QJK"\nthresholds = { worse_by = inf }', r"key 'thresholds\.worse_by'.*found inf"),
        ('area = "QJK"', 'area = "QJK"\nthresholds = { least_weight = 0 }', r"key 'thresholds\.least_weight'"),
        ('area = "QJK"', 'area = "QJK"\ngates = { least_under_5 = 2 }', r"key 'gates\.least_under_5'"),
        ('area = "QJK"', 'area = "QJK"\ngates = { largest_list_jump = inf }', r"list_jump'.*found inf"),
        ('area = "QJK"', 'area = "QJK"\nbeside = ["no_such_rating"]', r"beside\.0: there is no indicator"),
        ('area = "QJK"', 'area = "QJK"\nbeside = ["same_day_share"]', "beside: one is named twice, or is among"),
        ('area = "QJK"', 'area = "QJK"\nbeside = ["shmi"]', r"beside\.0: 'shmi' is not measured for 'gp_practice'"),
        ("calls_answered_share", "shmi", r"indicators\.0\.id: 'shmi' is not measured for 'gp_practice'"),
        ("calls_answered_share", "nhs_111_calls_per_1000", r"indicators\.0\.id: .* are not for everybody"),
    ],
)  # fmt: skip
def test_what_does_not_hold_names_file_and_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in PLAN
    with pytest.raises(DefinitionError, match=words) as caught:
        read_plan(write(tmp_path, PLAN.replace(old, new)), load_catalogue())
    assert caught.value.where == "plan.toml"


def test_restricted_figures_are_for_plans_that_say_so(tmp_path: Path) -> None:
    text = PLAN.replace("calls_answered_share", "nhs_111_calls_per_1000").replace(
        "seed", "restricted = true\nseed"
    )
    assert read_plan(write(tmp_path, text), load_catalogue()).plan.restricted


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"title = [", "TOML was expected"),
        (b"\xff\xfe not text", "UTF-8 text was expected"),
        (b"", "missing key 'title'"),
        (b"title = 3", "key 'title'"),
    ],
)
def test_a_file_that_is_no_plan_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(content)
    with pytest.raises(DefinitionError, match=words) as caught:
        read_plan(path, load_catalogue())
    assert caught.value.where.endswith("plan.toml")


def test_a_plan_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no such plan") as absent:
        read_plan(tmp_path / "plan.toml", load_catalogue())
    assert absent.value.where == str(tmp_path / "plan.toml")
    with pytest.raises(DefinitionError, match="was expected, found a folder") as folder:
        read_plan(tmp_path, load_catalogue())
    assert folder.value.where == str(tmp_path)


def test_a_window_may_not_reach_before_its_time() -> None:
    """Sixty months to the first month that is allowed begin in a year that still has a number."""
    assert Window(last=datetime.date(1948, 7, 1), months=60).first == datetime.date(1943, 8, 1)
