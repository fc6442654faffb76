"""What the commands show of restricted figures on the holder's own machine: with a mark, always."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from answers import Command

CALLS, VISITS = "nhs_111_calls_per_1000", "ae_attendances_per_1000"
MARK = "Restricted: these figures are not for everybody, do not pass them on."


@pytest.fixture(scope="module")
def held(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lists of the county, its board's pack, and half of the practices' attendances in a pack for everybody."""
    folder = tmp_path_factory.mktemp("held")
    shutil.copytree(county / "registered_patients", folder / "lists")
    shutil.copytree(county / "data_packs", folder / "packs")
    (restricted,) = (folder / "packs").glob("*.csv")
    header = restricted.with_suffix(".toml").read_text(encoding="utf-8")
    columns, *rows = restricted.read_text(encoding="utf-8").splitlines()
    # The calls stay restricted; the attendances are the pack's that is for everybody.
    for name, indicator in (("calls", CALLS), ("visits", VISITS)):
        its = "\n".join([columns, *(row for row in rows if f",{indicator}," in row)]) + "\n"
        (folder / "packs" / f"{name}.csv").write_text(its, encoding="utf-8")
    (folder / "packs" / "calls.toml").write_text(header, encoding="utf-8")
    public = header.replace("restricted = true", 'restricted = false\nlicence = "OGL-UK-3.0"')
    (folder / "packs" / "visits.toml").write_text(public, encoding="utf-8")
    restricted.unlink()
    restricted.with_suffix(".toml").unlink()
    return folder


@pytest.fixture
def store(command: Command, held: Path, tmp_path: Path) -> Path:
    assert command("add", held).code == 0
    assert command("build").code == 0
    return tmp_path / "store"


def test_every_command_marks_what_is_restricted_and_nothing_else(command: Command, store: Path) -> None:
    del store
    for indicator, restricted in ((CALLS, True), (VISITS, False)):
        words = ("compare", "--type", "gp_practice", "--area", "XI01", "--indicator", indicator)
        answer = command(*words)
        assert answer.code == 0
        assert (MARK in " ".join(answer.out.split())) is restricted
        assert ("restricted: X0" in answer.out) is restricted
        told = command(*words, "--json").json
        assert isinstance(told, dict)
        assert {figure["restricted"] for figure in told["figures"]} == {restricted}
        assert told["reference"]["restricted"] is restricted

        assert (MARK in " ".join(command("show", indicator).out.split())) is restricted
        available = command("show", indicator, "--json").json
        assert isinstance(available, dict)
        assert all(bool(facts["restricted"]) is restricted for facts in available["available"].values())


def test_sources_and_add_say_which_files_are_restricted(command: Command, store: Path, held: Path) -> None:
    del store
    block = next(block for block in command("sources").out.split("\n\n") if block.startswith("data_pack "))
    text = " ".join(block.split())
    assert "; per-pack; 2 files, " in text
    assert ", 1 restricted " in text
    told = command("sources", "--json").json
    assert isinstance(told, dict)
    by_id = {source["id"]: source["files"] for source in told["sources"]}
    assert {file["name"]: (file["restricted"], file["licence"]) for file in by_id["data_pack"]} == {
        "packs/calls.csv": (True, "none: for local use only"),
        "packs/visits.csv": (False, "OGL-UK-3.0"),
    }
    assert not any(file["restricted"] for file in by_id["registered_patients"])
    again = command("add", held / "packs", "--json").json
    assert isinstance(again, list)
    assert {Path(one["name"]).name: one["restricted"] for one in again} == {
        "calls.csv": True,
        "visits.csv": False,
    }
