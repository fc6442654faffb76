"""What changed between two results made by hand (tests/made_results.py)."""

from __future__ import annotations

from pathlib import Path

from likeforlike.present.changes import view_changes
from made_results import make_result


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
