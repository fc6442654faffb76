"""The two plans in `examples` on the publishers' files: facts that can be checked by hand in the files themselves.

A short list, or an empty one, is a finding: docs/case-studies says why.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import Build
from likeforlike.review.making import run_review
from likeforlike.review.plan import read_plan
from likeforlike.review.result import ReviewResult
from likeforlike.settings import Settings
from likeforlike.store import Store

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


def run_example(name: str, store: Store, folder: Path) -> ReviewResult:
    catalogue = load_catalogue()
    planned = read_plan(EXAMPLES / name / "plan.toml", catalogue)
    return run_review(planned, store, catalogue, Settings(store.folder), folder / "result", lambda step: None)


@pytest.fixture(scope="module")
def devon(
    published_store: Store, published_build: Build, tmp_path_factory: pytest.TempPathFactory
) -> ReviewResult:
    return run_example("real_icb", published_store, tmp_path_factory.mktemp("devon"))


@pytest.fixture(scope="module")
def areas_of_2021(
    published_store: Store, published_build: Build, tmp_path_factory: pytest.TempPathFactory
) -> ReviewResult:
    return run_example("ccg_2021", published_store, tmp_path_factory.mktemp("ccg"))


def test_devon_lists_those_whose_telephones_are_answered_least(devon: ReviewResult) -> None:
    """Table 3 of the four telephony workbooks, October 2025 to January 2026: inbound calls and calls answered.

    Ruby Country (L83069): 14,241 + 10,817 + 11,869 + 13,022 calls, 5,786 + 4,710 + 4,506 + 4,037 answered.
    Redlands (L83127): 10,768 + 8,671 + 8,318 + 9,398 calls, 2,880 + 2,733 + 3,059 + 3,076 answered.
    """
    values = {
        row["organisation"]: row
        for row in devon.rows("effects")
        if row["indicator"] == "calls_answered_share"
    }
    assert values["L83069"]["value"] == pytest.approx(100 * 19_039 / 49_949)
    assert values["L83127"]["value"] == pytest.approx(100 * 11_748 / 37_155)
    assert values["L83127"]["state"] == "worse than expected"
    listed = [row["organisation"] for row in devon.rows("organisations") if row["listed"]]
    assert {"L83069", "L83127"} <= set(listed)
    assert len(listed) <= devon.manifest["longest"] == devon.manifest["assessed"] // 5


def test_the_months_before_a_known_break_are_not_compared(devon: ReviewResult) -> None:
    """Telephony took in more suppliers in July 2025, and only four issues are at hand; online requests changed in
    October and December 2025."""
    months = {row["indicator"]: (row["months"], row["known_breaks"]) for row in devon.rows("indicators")}
    assert months["calls_answered_share"] == (4, "telephony_inclusion_2025_07")
    assert months["online_submissions_per_1000"] == (
        2,
        "online_access_all_day_2025_10,online_supplier_2025_12",
    )


def test_who_does_not_take_part_is_not_assessed_and_named_with_the_reason(devon: ReviewResult) -> None:
    gates = {(row["organisation"], row["indicator"]): row for row in devon.rows("gates")}
    assert gates["L83015", "calls_answered_share"]["gate"] == "months_missing"
    organisations = {row["organisation"]: row for row in devon.rows("organisations")}
    assert not organisations["L83015"]["assessed"]
    assert organisations["L83015"]["category"] == "not assessed"
    # Channel View took over L83657 on 1 October 2025: its list went from 17,079 to 22,407 patients.
    assert gates["L83120", None]["gate"] in ("merged", "list_jump")


def test_what_has_one_month_or_one_year_is_beside_the_list(devon: ReviewResult) -> None:
    beside = {(row["organisation"], row["indicator"]): row for row in devon.rows("beside")}
    assert beside["L83127", "cqc_overall_rating"]["level"] == "Good"
    assert f"{beside['L83127', 'within_14_days_share']['first_day']:%Y-%m}" == "2025-11"


def test_no_area_of_2021_is_worse_than_england_by_what_matters(areas_of_2021: ReviewResult) -> None:
    """The snapshot of August 2021 would have named nine of the forty-five all the same."""
    assert (areas_of_2021.manifest["assessed"], areas_of_2021.manifest["listed"]) == (45, 0)
    last = areas_of_2021.rows("snapshots")[-1]
    assert (f"{last['month']:%Y-%m}", last["named"], last["on_list"]) == ("2021-08", 9, 0)
    ever = [row for row in areas_of_2021.rows("snapshot_organisations") if row["named"]]
    assert len(ever) == 15


def test_which_areas_had_fewer_appointments_than_before_the_pandemic_is_told_of_some(
    areas_of_2021: ReviewResult,
) -> None:
    """By working day, September 2020 to August 2021, from the variation between months and not from counts."""
    rows = areas_of_2021.rows("before")
    below = sum(row["probability_below"] >= 0.95 for row in rows)
    above = sum(row["probability_below"] <= 0.05 for row in rows)
    assert (len(rows), below, above) == (45, 23, 3)
