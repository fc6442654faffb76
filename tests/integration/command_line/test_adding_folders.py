"""Adding a folder of which one file cannot go in: the others do, it is said why, and the exit code tells."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from answers import Command

from likeforlike.sources import registry
from likeforlike.sources.reading.probing import Probe

TOTALS = Path("registered_patients") / "Nov25" / "gp-reg-pat-prac-all.csv"
MAP = Path("registered_patients") / "Nov25" / "gp-reg-pat-prac-map.csv"


@pytest.fixture
def downloads(county: Path, tmp_path: Path) -> Path:
    """Two official files in a folder of the publisher's naming."""
    folder = tmp_path / "Nov25"
    folder.mkdir()
    for path in (TOTALS, MAP):
        shutil.copy(county / path, folder)
    return folder


def outcomes(command: Command, *words: object) -> dict[str, str]:
    told: Any = command("add", *words, "--json").json
    return {Path(one["name"]).name: one["outcome"] for one in told}


def refuse_to_open(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Reading a file of this name fails as it does on Windows while Excel has it open."""
    truly_open = io.open

    def open_or_fail(file: Any, *args: Any, **options: Any) -> Any:
        if Path(str(file)).name == name:
            raise PermissionError(13, "Permission denied", str(file))
        return truly_open(file, *args, **options)

    monkeypatch.setattr(io, "open", open_or_fail)


def test_a_file_that_excel_has_open(
    command: Command, downloads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_to_open(monkeypatch, MAP.name)
    answer = command("add", downloads)
    assert answer.code == 4
    assert f"refused  {downloads / MAP.name}: cannot be read (Permission denied)." in answer.out
    assert "If it is open in Excel or another program, close it there and add it again" in answer.out
    assert "1 added, 0 there already, 0 of no known format, 1 refused." in answer.out
    named = command("add", downloads / MAP.name)
    assert (named.code, "open in Excel" in named.err) == (4, True)


def test_the_mark_that_excel_leaves_beside_an_open_file_is_passed_over(
    command: Command, downloads: Path
) -> None:
    (downloads / "~$Practice list.xlsx").write_bytes(b"\x0fAn Analyst" + bytes(54))
    assert outcomes(command, downloads) == {TOTALS.name: "added", MAP.name: "added"}


def test_a_fault_of_ours_in_one_file_stops_no_other(
    command: Command, downloads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truly = registry.load_format

    def faulty(source: Any) -> Any:
        importer = truly(source)
        if source.id == "registered_patients":

            class Faulty:
                recognises = staticmethod(importer.recognises)

                @staticmethod
                def stage(probe: Probe, *rest: Any) -> Any:
                    if Path(probe.name).name == MAP.name:
                        raise KeyError("a column nobody thought of")
                    return importer.stage(probe, *rest)

            return Faulty()
        return importer

    monkeypatch.setattr(registry, "load_format", faulty)
    answer = command("add", downloads)
    assert answer.code == 4
    (line,) = (line for line in answer.out.splitlines() if line.startswith("refused"))
    assert f"{downloads / MAP.name}: could not be read because of a fault in likeforlike: KeyError" in line
    assert "test_adding_folders.py, line " in line
    assert "Please report this as a bug" in line
    assert "1 added" in answer.out
    # By its own name the fault is shown as it is, with its traceback.
    with pytest.raises(KeyError, match="nobody thought of"):
        command("add", downloads / MAP.name)


def test_what_was_withdrawn_is_left_out_and_is_no_failure(command: Command, downloads: Path) -> None:
    added: Any = command("add", downloads, "--json").json
    command("withdraw", added[0]["edition"], "--reason", "sent by mistake")
    answer = command("add", downloads)
    assert (answer.code, answer.err) == (0, "")
    assert "left out " in answer.out
    assert ": was withdrawn on " in answer.out
    assert sorted(outcomes(command, downloads).values()) == ["already_there", "withdrawn"]


@pytest.mark.parametrize("given", ["the file", "its folder"])
def test_a_date_that_is_given_too_late_is_said_to_change_nothing(
    command: Command, downloads: Path, given: str
) -> None:
    path = downloads / TOTALS.name if given == "the file" else downloads
    first: Any = command("add", path, "--json").json
    # The simulated publisher prints the last day of the month.
    assert {one["published"] for one in first} == {"2025-11-30"}
    again = command("add", path, "--published", "2025-12-20")
    assert again.code == 0
    assert "--published 2025-12-20 changes nothing, its date of issue is 2025-11-30 as taken in" in again.out
    assert "withdraw the file and add it again" in again.out
    # The same date again is no news, and neither is none.
    for words in ((path,), (path, "--published", "2025-11-30")):
        assert "changes nothing" not in command("add", *words).out
    told: Any = command("add", path, "--published", "2025-12-20", "--json").json
    assert "changes nothing" in told[0]["note"]


def test_the_errors_of_a_folder_are_json_too(command: Command, downloads: Path) -> None:
    (downloads / "empty.csv").write_bytes(b"")
    answer = command("add", downloads, "--json")
    assert answer.code == 4
    assert [one["outcome"] for one in json.loads(answer.out)].count("refused") == 1
    assert json.loads(answer.err)["error"]["code"] == "file_refused"
