"""What changed between two results made by hand (tests/made_results.py)."""

from __future__ import annotations

from pathlib import Path

from likeforlike.present.changes import view_changes
from made_results import CALLS, VISITS, make_result

PLAN = """title = "Made review"
area = "QZZ"
seed = 1
window = { last = 2025-11-01 }

[[indicators]]
id = "calls_answered_share"
weight = 2.0
"""
WITH_VISITS = """
[[indicators]]
id = "visits_per_1000"
weight = 1.0
better = "lower"
"""


def test_who_left_is_named_with_both_probabilities(tmp_path: Path) -> None:
    before, after = make_result(tmp_path / "before"), make_result(tmp_path / "after", listed=1)
    view = view_changes(before, after)
    (moved,) = view.moved
    assert (moved.organisation, moved.entered, view.stayed) == ("Z00009", False, 1)
    assert (moved.before, moved.after) == ("0.99", "below 0.01")
    (back,) = view_changes(after, before).moved
    assert back.entered


def test_the_same_result_twice_has_no_changes(tmp_path: Path) -> None:
    result = make_result(tmp_path / "result")
    view = view_changes(result, result)
    assert (view.moved, view.plan, view.editions, view.definitions) == ((), (), (), "")
    assert view.stayed == 2
    assert list(view.lines())[3:] == [
        "What differs",
        "  Nothing: plan, definitions and files are the same.",
        "",
        "On the list of both: 2. Entered: 0. Left: 0.",
    ]


def test_what_differs_comes_first_with_titles_and_with_what_a_plan_leaves_out(tmp_path: Path) -> None:
    """Twelve months are the default, and so are breaks that count: to write them down changes nothing."""
    before = make_result(tmp_path / "before", plan=PLAN, indicators=(CALLS,))
    changed = PLAN.replace("2.0", "1.0").replace(
        "seed = 1", "seed = 1\ngates = { breaks = true, mergers = false }"
    )
    after = make_result(
        tmp_path / "after",
        plan=changed.replace("2025-11-01 }", "2025-12-01, months = 12 }") + WITH_VISITS,
        files=("made/figures.csv", "made/more.csv"),
        listed=1,
    )
    view = view_changes(before, after)
    assert view.plan == (
        "Calls answered, weight: 2, then 1",
        "Visits per 1,000 patients: in the second only, weight 1",
        "gates.mergers: true (by default), then false",
        "window.last: 1 November 2025, then 1 December 2025",
    )
    assert view.editions == ("Made figures: made/more.csv (issued 18 December 2025) in the second only",)
    lines = list(view.lines())
    assert lines.index("What differs") < lines.index("On the list of both: 1. Entered: 0. Left: 1.")
    # An indicator of one of the two is said once, as a difference of the plans.
    assert sum("in the second only, weight 1" in line for line in lines) == 1


def test_of_many_files_the_number_and_the_days_are_said(tmp_path: Path) -> None:
    before = make_result(tmp_path / "before")
    after = make_result(tmp_path / "after", files=[f"made/{number}.csv" for number in range(36)])
    assert view_changes(before, after).editions == (
        "Made figures: made/figures.csv (issued 18 December 2025) in the first only",
        "Made figures: 36 files, issued 18 December 2025, in the second only",
    )


def test_why_one_left_is_said_once_each_with_titles(tmp_path: Path) -> None:
    """Practice 9 has effects of −3.2 on calls and −2.0 on visits; of what changes by less nothing is said."""
    before = make_result(tmp_path / "before")
    after = make_result(
        tmp_path / "after",
        listed=1,
        effects={
            ("Z00009", CALLS): {"effect": -0.2},
            ("Z00009", VISITS): {"passed": False, "effect": None, "gates": "months_missing,list_jump"},
        },
    )
    (moved,) = view_changes(before, after).moved
    assert moved.reasons == (
        "Calls answered: −3.2, then −0.2 units of what matters from what is expected.",
        (
            "Visits per 1,000 patients no longer counts: too many months have no figure and its list changed at once "
            "by more than people move."
        ),
    )
    (back,) = view_changes(after, before).moved
    assert back.reasons[1].startswith("Visits per 1,000 patients counts now and did not: too many months")
    nudged = make_result(tmp_path / "nudged", listed=1, effects={("Z00009", CALLS): {"effect": -3.1}})
    (moved,) = view_changes(before, nudged).moved
    assert moved.reasons == (
        "No figure of its own changed by what matters: the others did, or a choice named above.",
    )


def test_an_indicator_of_one_of_the_two_says_where_the_practice_stood_on_it(tmp_path: Path) -> None:
    before = make_result(tmp_path / "before")
    after = make_result(tmp_path / "after", listed=1, indicators=(CALLS,))
    (moved,) = view_changes(before, after).moved
    assert moved.reasons == (
        "Visits per 1,000 patients, in the first only: −2.0 units of what matters from what is expected.",
    )
