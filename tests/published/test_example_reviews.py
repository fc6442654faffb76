"""The two plans in `examples` on the publishers' files: facts that can be checked by hand in the files themselves.

A short list, or an empty one, is a finding: docs/case-studies says why.
"""

from __future__ import annotations

from collections import Counter
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


def test_devons_list_is_one_by_calls_answered_and_no_entry_is_core(devon: ReviewResult) -> None:
    """docs/case-studies/devon-2026.md says why: six of the seven call many back, which no figure here counts."""
    organisations = {row["organisation"]: row for row in devon.rows("organisations")}
    listed = sorted(
        (code for code, row in organisations.items() if row["listed"]),
        key=lambda code: organisations[code]["place"],
    )
    assert set(listed) == {"L83127", "L83069", "L83066", "L83044", "L83137", "L83084", "L83006"}
    assert listed[:3] == ["L83127", "L83069", "L83066"]
    assert (devon.manifest["organisations"], devon.manifest["assessed"], devon.manifest["core"]) == (
        116,
        96,
        0,
    )
    left_out = {
        row["run"]: (row["listed"], row["kept"])
        for row in devon.rows("runs")
        if row["dimension"] == "indicator left out"
    }
    assert left_out == {"calls_answered_share": (0, 0), "online_submissions_per_1000": (12, 6)}


def test_the_snapshot_of_devon_names_the_seven_and_fifteen_more(devon: ReviewResult) -> None:
    categories = {row["organisation"]: row["category"] for row in devon.rows("organisations")}
    rows = devon.rows("snapshot_organisations")
    named = Counter(categories[row["organisation"]] for row in rows if row["named_last"])
    assert named == {"almost certainly": 3, "probably": 4, "cannot tell": 7, "not assessed": 8}
    assert sum(row["named"] > 0 for row in rows) == 44
    # Before October 2025 no calls are at hand, and two or three of those it names are on the list.
    earlier = [row["on_list"] for row in devon.rows("snapshots") if f"{row['month']:%Y-%m}" < "2025-10"]
    assert (len(earlier), min(earlier), max(earlier)) == (8, 2, 3)


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
    # The lowest composite is half a smallest difference below England, where a whole one would be needed.
    composites = {row["organisation"]: row["composite"] for row in areas_of_2021.rows("organisations")}
    assert min(composites, key=lambda code: composites[code]) == "09D"
    assert composites["09D"] == pytest.approx(-0.51, abs=0.03)


def test_the_snapshot_of_august_2021_by_a_plain_count_of_the_files(areas_of_2021: ReviewResult) -> None:
    """The mean of three ranks, from the regional files by a query of DuckDB; the next areas are 10R and 97R."""
    named = {row["organisation"] for row in areas_of_2021.rows("snapshot_organisations") if row["named_last"]}
    assert named == {"92G", "11M", "11X", "15C", "06Q", "09D", "15M", "11J", "52R"}


def test_which_areas_had_fewer_appointments_than_before_the_pandemic_is_told_of_some(
    areas_of_2021: ReviewResult,
) -> None:
    """By working day, September 2020 to August 2021, from the variation between months and not from counts."""
    rows = areas_of_2021.rows("before")
    below = sum(row["probability_below"] >= 0.95 for row in rows)
    above = sum(row["probability_below"] <= 0.05 for row in rows)
    assert (len(rows), below, above) == (45, 23, 3)
    # Geometric means over twelve months of appointments by working day against the same month before.
    ratios = {row["organisation"]: row["ratio"] for row in rows}
    assert ratios["11X"] == pytest.approx(0.867368, abs=1e-5)
    assert ratios["11N"] == pytest.approx(0.899835, abs=1e-5)
    assert ratios["11M"] == pytest.approx(1.038877, abs=1e-5)
