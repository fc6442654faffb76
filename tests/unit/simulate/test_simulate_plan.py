"""Impossible plans and folders are refused, and a crash leaves nothing that looks complete."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from likeforlike.errors import UserError
from likeforlike.simulate import CountyPlan, simulate_county, write


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (CountyPlan(practices=0), "county plan: practices is 0. Choose a number from 24 to 6,200."),
        (CountyPlan(practices=6_201), "practices is 6,201"),
        (CountyPlan(icbs=1, practices=11), "Choose a number from 12 to 6,200."),
        (CountyPlan(icbs=0), "icbs is 0. Choose a number from 1 to 42."),
        (CountyPlan(icbs=43, practices=6_200), "icbs is 43. Choose a number from 1 to 42."),
        (CountyPlan(months=0), "months is 0. Choose a number from 1 to 84."),
        (CountyPlan(months=85), "months is 85"),
        (CountyPlan(seed=-1), "seed is -1"),
        (CountyPlan(last_month=date(2025, 11, 2)), "last_month is 2025-11-02. Give the first day of a month"),
        (CountyPlan(last_month=date(2036, 1, 1)), "last_month is 2036-01-01"),
    ],
)
def test_an_impossible_plan_is_refused_with_what_to_do(
    plan: CountyPlan, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as refused:
        simulate_county(plan, tmp_path / "county")
    assert message in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="only into a new or empty folder"):
        simulate_county(CountyPlan(icbs=1, practices=12, months=1), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "county"
    place.write_text("mine")
    with pytest.raises(UserError, match="only into a new or empty folder"):
        simulate_county(CountyPlan(icbs=1, practices=12, months=1), place)
    assert place.read_text() == "mine"


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "county").mkdir()
    simulated = simulate_county(CountyPlan(icbs=1, practices=12, months=1), tmp_path / "county")
    assert all(folder.is_dir() for folder in (*simulated.official, simulated.truth))
    assert simulated.files == sum(path.is_file() for path in simulated.directory.rglob("*"))
    assert simulated.bytes == sum(
        path.stat().st_size for path in simulated.directory.rglob("*") if path.is_file()
    )
    assert [path.name for path in tmp_path.iterdir()] == ["county"]


def test_a_crash_on_the_way_leaves_no_county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> None:
        raise OSError("no space left on device")

    # The truth is written last but for the README: by then every official file is there.
    monkeypatch.setattr(write.truth_files, "write_truth", no_space)
    with pytest.raises(OSError, match="no space left"):
        simulate_county(CountyPlan(icbs=1, practices=12, months=2), tmp_path / "county")
    assert list(tmp_path.iterdir()) == []


def test_the_smallest_county_has_every_event(tmp_path: Path) -> None:
    simulated = simulate_county(CountyPlan(icbs=1, practices=12, months=6), tmp_path / "county")
    events = (simulated.truth / "events.csv").read_text().splitlines()[1:]
    assert [line.split(",")[0] for line in events] == [
        *["merger"] * 3,
        "supplier_change",
        "stops_submitting",
        "care_home_practice",
    ]
    codes = [code for line in events for code in line.split(",")[2:4] if code]
    assert len(codes) == len(set(codes)) == 9


def test_months_are_reported_as_they_are_written(tmp_path: Path) -> None:
    seen: list[date] = []
    simulate_county(
        CountyPlan(icbs=1, practices=12, months=3), tmp_path / "county", month_written=seen.append
    )
    assert seen == [date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1)]
