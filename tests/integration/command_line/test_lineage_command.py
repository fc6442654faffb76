"""`likeforlike lineage` and `compare --as-it-was`, run as a user would on the files of the county."""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import Command


@pytest.fixture
def traced(command: Command, county: Path, tmp_path: Path) -> Path:
    """A store with the directories and the lists of the county, built."""
    store = tmp_path / "store"
    for words in (("add", county / "organisations", county / "registered_patients"), ("build",)):
        assert command(*words, "--store", store).code == 0
    return store


def test_the_history_of_an_area(command: Command, traced: Path) -> None:
    shown = command("lineage", "xs901", "--store", traced)
    # The county's first sub-ICB was two areas until the first of April before its first month.
    assert "2025-04-01  followed by XS001 (derived" in shown.out
    as_json = command("lineage", "XS901", "--store", traced, "--json").json
    assert isinstance(as_json, dict)
    (event,) = as_json["events"]
    assert (event["event"], event["other"], event["day"]) == ("succeeded_by", "XS001", "2025-04-01")
    successor = command("lineage", "XS001", "--store", traced, "--json").json
    assert isinstance(successor, dict)
    (opened,) = successor["events"]
    assert (opened["event"], opened["basis"]) == ("opened", "derived")


def test_who_belonged_to_an_area_then(command: Command, traced: Path) -> None:
    words = (
        "compare",
        "--type",
        "gp_practice",
        "--area",
        "XS001",
        "--indicator",
        "list_size",
        "--store",
        traced,
    )
    assert "placed as they were on the last day" in command(*words, "--as-it-was").out.replace("\n", " ")
    assert "placed as they are now" in command(*words).out


def test_a_code_that_nobody_knows(command: Command, traced: Path) -> None:
    answer = command("lineage", "X99999", "--store", traced)
    assert answer.code != 0
    assert "no file in the store says anything of the history of 'X99999'" in answer.err
