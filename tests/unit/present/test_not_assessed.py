"""Who is not assessed, one by one and by reason, from results made by hand (tests/made_results.py)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from likeforlike.present import wording
from likeforlike.present.not_assessed import NotAssessedView, group_by_reason, view_not_assessed
from made_results import CALLS, CODES, VISITS, make_result

ABSENT = "no file mentions it"
SMALL = (None, "small_list", "700 patients")


def view(folder: Path, *gates: tuple[str | None, str, str | None], figures: bool) -> NotAssessedView:
    """The eleventh practice with these gates, and with figures or without any."""
    blank: dict[str, Any] = {} if figures else {"value": None}
    result = make_result(
        folder,
        effects={(CODES[10], one): blank for one in (CALLS, VISITS)},
        gates=[(CODES[10], *gate) for gate in gates],
    )
    (found,) = view_not_assessed(result)
    return found


def test_who_is_in_no_collection_is_said_to_take_no_part(tmp_path: Path) -> None:
    """A title of the reasons, or no file at all: both are not taking part."""
    found = view(
        tmp_path / "none",
        (CALLS, "months_missing", ABSENT),
        (VISITS, "months_missing", "not taking part"),
        figures=False,
    )
    assert found.in_short == wording.TAKES_NO_PART == "does not take part in any of the collections"
    assert found.reasons == (wording.TAKES_NO_PART,)


def test_who_has_figures_in_some_months_takes_part_in_too_few(tmp_path: Path) -> None:
    found = view(
        tmp_path / "some",
        (CALLS, "months_missing", ABSENT),
        (VISITS, "months_missing", "not submitted"),
        figures=True,
    )
    assert found.in_short == (
        "Calls answered: in too many months it does not take part in the collection; "
        "Visits per 1,000 patients: too many months have no figure (not submitted)"
    )


def test_what_keeps_it_from_everything_is_said_alone_and_once(tmp_path: Path) -> None:
    """Its figures stay in the list of one by one."""
    found = view(
        tmp_path / "whole",
        (None, "atypical_list", "0.0% of patients are under 5"),
        (None, "atypical_list", "30.0% of patients are aged 85 and over"),
        SMALL,
        (CALLS, "months_missing", ABSENT),
        figures=True,
    )
    assert found.in_short == f"{wording.GATES['atypical_list']}; {wording.GATES['small_list']}"
    assert found.reasons == (
        "its patients are unlike those of other practices (0.0% of patients are under 5)",
        "its patients are unlike those of other practices (30.0% of patients are aged 85 and over)",
        "its list is too small to say anything of it (700 patients)",
        "Calls answered: in too many months it does not take part in the collection",
    )


def test_who_is_stopped_by_nothing_has_too_few_figures(tmp_path: Path) -> None:
    assert view(tmp_path / "nothing", figures=True).reasons == ("too few of the plan's figures are there",)


def made(codes: Sequence[str], reason: str) -> list[NotAssessedView]:
    return [NotAssessedView(code, f"SURGERY {code}", (reason,), reason) for code in codes]


def test_reasons_are_counted_and_a_few_codes_named() -> None:
    views = made(["X1", "X2"], "its list is too small") + made(
        [f"Y{n}" for n in range(1, 8)], "takes no part"
    )
    assert [one.words for one in group_by_reason(views)] == [
        "7 (Y1, Y2, Y3, Y4 and 3 more): takes no part",
        "2 (X1 and X2): its list is too small",
    ]
    assert group_by_reason([]) == ()
