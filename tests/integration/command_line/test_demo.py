"""`likeforlike demo` runs the whole street, reviews a board and holds the list to the truth."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
from answers import Command

from likeforlike.cli.demo_review import say_truth
from likeforlike.simulate.plan import CountyPlan

# Large enough for an expected model and for a fifth of a board; a whole financial year tells who is rural.
PLAN = CountyPlan(icbs=1, practices=66, months=20)


def test_demo_runs_the_whole_street(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("likeforlike.simulate.plan.CountyPlan", lambda: PLAN)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    folder = tmp_path / "demo"
    answer = command("demo", "--directory", folder)
    assert answer.code == 0, answer.err
    assert "observations of" in answer.out
    assert "fictional" in answer.out
    assert "refused" not in answer.out.replace("0 refused", "")
    for where in ("county", "store", "plan.toml", "review"):
        assert str(folder / where) in answer.out

    plan = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    assert (plan["area"], plan["restricted"], plan["gates"]) == ("XI01", True, {"breaks": False})
    assert plan["data_packs"] == ["county/data_packs/XI01-local-figures.csv"]
    assert {one["id"]: one["weight"] for one in plan["indicators"]} == {
        "calls_answered_share": 2.0,
        "within_14_days_share": 1.0,
        "same_day_share": 1.0,
        "nhs_111_calls_per_1000": 1.0,
    }
    assert "Restricted" in answer.out
    printed = " ".join(answer.out.split())
    heading = re.search(r"Listed: (\d+) of at most (\d+)", printed)
    told = re.search(r"(\d+) of the (\d+) assessed practices are then truly in the last fifth", printed)
    ours = re.search(r"Of our list, (\d+) of (\d+) are", printed)
    snapshot = re.search(
        r"Of the snapshot's 20% by the last month's raw figures, (\d+) of (\d+) are", printed
    )
    assert heading is not None
    assert told is not None
    assert ours is not None
    assert snapshot is not None
    listed, longest = map(int, heading.groups())
    truly, assessed = map(int, told.groups())
    assert truly == longest == assessed // 5
    right, counted = map(int, ours.groups())
    assert 0 <= right <= counted == listed
    right, counted = map(int, snapshot.groups())
    assert 0 < right <= counted <= 66 // 5

    # Its next commands are there to be run; the second time nothing is reviewed again.
    nexts = re.findall(r"(review (?:show|explain) \S+(?: X\d+)?)$", answer.out, flags=re.MULTILINE)
    assert len(nexts) == 2
    for words in nexts:
        assert command(*words.split()).code == 0
    again = command("demo", "--directory", folder)
    assert (again.code, again.out.split("Listed")[1]) == (0, answer.out.split("Listed")[1])

    # A result of another plan is nobody's to overwrite.
    (folder / "review" / "plan.toml").write_text("another = 1\n")
    refused = command("demo", "--directory", folder)
    assert refused.code == 1
    assert "--directory" in refused.err


def test_the_truth_is_said_of_those_that_were_assessed() -> None:
    assessed = [f"X{number}" for number in range(10)]
    _, snapshot, ours = say_truth({"X1", "X2"}, assessed, ["X1"], ["X1", "X3", "Y9"])
    assert snapshot == (
        "Of the snapshot's 20% by the last month's raw figures, 1 of 2 are (and 1 that could not be assessed)."
    )
    assert ours == "Of our list, 1 of 1 are."
