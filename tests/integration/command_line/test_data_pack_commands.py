"""`data-pack new` and `check` as an analyst uses them: a pack written, filled in, checked, added and withdrawn."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from answers import Command

CALLS, VISITS = "nhs_111_calls_per_1000", "ae_attendances_per_1000"


def fill(pack: Path, **keys: str) -> None:
    """Fill in a new pack: a count in every row, texts in the header."""
    header = pack.with_suffix(".toml").read_text(encoding="utf-8")
    texts = {"title": "Calls", "provider": "NHS Example ICB", "area": "XI01"} | keys
    for key, text in texts.items():
        lines = [
            f'{key} = "{text}"' if line.startswith(f"{key} = ") else line for line in header.splitlines()
        ]
        header = "\n".join(lines) + "\n"
    header = header.replace('about = """\n"""', 'about = "Weekdays."')
    pack.with_suffix(".toml").write_text(header, encoding="utf-8")
    with pack.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with pack.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(row | {"numerator": place, "note": ""} for place, row in enumerate(rows, start=1))


def test_new_has_the_practices_of_an_area_as_rows(command: Command, street: Path, tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "calls.csv"
    words = ("--indicator", CALLS, "--indicator", VISITS, "--area", "XI01", "--period", "2025-11")
    answer = command("data-pack", "new", tmp_path / "packs" / "calls", *words, "--store", street)
    assert (answer.code, answer.err) == (0, "")
    assert f"written  {pack}\nwritten  {pack.with_suffix('.toml')}\n" in answer.out
    with pack.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    areas = command("show", "--areas", "--store", street).out
    assert "XI01" in areas
    by_indicator = {name: [row for row in rows if row["indicator"] == name] for name in (CALLS, VISITS)}
    for its in by_indicator.values():
        assert [row["organisation_code"] for row in its] == sorted({row["organisation_code"] for row in rows})
        assert len(its) >= 10
        for row in its:
            assert (row["period_start"], row["period_end"], row["numerator"]) == (
                "2025-11-01",
                "2025-11-30",
                "",
            )
            assert row["note"].endswith("(FICTIONAL)"), "the practice's name, to know it by"
    header = pack.with_suffix(".toml").read_text(encoding="utf-8")
    assert 'area = "XI01"' in header
    assert f"{VISITS}: where there is one" in header

    # Nobody has filled it in yet: every row says so, and so does the header.
    unfilled = command("data-pack", "check", pack, "--store", street, "--json")
    assert unfilled.code == 4
    told = unfilled.json
    assert isinstance(told, dict)
    assert [fault["where"].split(", key ")[-1] for fault in told["faults"]][:3] == [
        "'title'",
        "'about'",
        "'provider'",
    ]

    fill(pack)
    checked = command("data-pack", "check", pack, "--store", street)
    assert checked.code == 0
    assert "Calls, given by NHS Example ICB, issued " in checked.out
    assert "restricted: its figures are for local use only\n" in checked.out
    number = len(by_indicator[CALLS])
    assert f"{number} rows of {number} organisations in 1 period, 2025-11-01 to 2025-11-30" in checked.out
    assert "denominator: list size, the pack gives none; expected figures: no" in checked.out
    assert "not in XI01" not in checked.out
    assert f"No fault found. To take it in: likeforlike add {pack}\n" in checked.out


def test_new_without_an_area_has_a_row_to_copy(command: Command, tmp_path: Path) -> None:
    answer = command("data-pack", "new", tmp_path / "calls", "--indicator", CALLS, "--area", "QHM", "--json")
    assert answer.code == 0
    told = answer.json
    assert isinstance(told, dict)
    assert told == {
        "figures": str(tmp_path / "calls.csv"),
        "header": str(tmp_path / "calls.toml"),
        "organisations": 0,
    }
    (_, row) = (tmp_path / "calls.csv").read_text(encoding="utf-8").splitlines()
    assert row.startswith("CODE,")
    fill(tmp_path / "calls.csv")
    refused = command("data-pack", "check", tmp_path / "calls")
    assert refused.code == 4
    assert "found 'CODE', expected a code shaped as a GP practice's is" in refused.out
    assert "likeforlike: " in refused.err


def test_new_never_overwrites(command: Command, tmp_path: Path) -> None:
    (tmp_path / "calls.toml").write_text("mine", encoding="utf-8")
    answer = command("data-pack", "new", tmp_path / "calls", "--indicator", CALLS)
    assert answer.code == 1
    assert "is there already, and is never overwritten" in answer.err
    assert [path.name for path in tmp_path.glob("calls*")] == ["calls.toml"]
    assert (tmp_path / "calls.toml").read_text(encoding="utf-8") == "mine"


def test_new_for_an_indicator_that_no_pack_may_bring(command: Command, tmp_path: Path) -> None:
    answer = command("data-pack", "new", tmp_path / "calls", "--indicator", "same_day_share")
    assert answer.code == 7
    assert "a data pack cannot bring 'same_day_share'" in answer.err
    assert CALLS in answer.err


def test_check_lists_every_fault_and_adds_nothing(command: Command, tmp_path: Path) -> None:
    command("data-pack", "new", tmp_path / "calls", "--indicator", CALLS)
    pack = tmp_path / "calls.csv"
    fill(pack)
    header = pack.read_text(encoding="utf-8").splitlines()[0]
    rows = [f"X0000{n},2025-10-0{n},2025-10-31,{CALLS},-1,,," for n in (1, 2, 3)]
    pack.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    answer = command("data-pack", "check", pack)
    assert answer.code == 4
    for row in (2, 3, 4):
        assert f"{pack}, row {row}, column 'numerator': found '-1', expected a whole number" in answer.out
    for row in (3, 4):
        assert f"{pack}, row {row}, column 'period_start'" in answer.out
    assert f"{pack}: 5 faults: this pack would be refused." in answer.err
    as_json = command("data-pack", "check", pack, "--json")
    assert isinstance(as_json.json, dict)
    assert (as_json.json["faults_in_all"], len(as_json.json["faults"])) == (5, 5)
    assert json.loads(as_json.err)["error"]["code"] == "file_refused"
    assert not (tmp_path / "store" / "manifest.json").exists()


def test_check_notes_practices_of_elsewhere(command: Command, street: Path, tmp_path: Path) -> None:
    pack = tmp_path / "calls.csv"
    command("data-pack", "new", tmp_path / "calls", "--indicator", CALLS, "--area", "XI01", "--store", street)
    fill(pack)
    text = pack.read_text(encoding="utf-8")
    pack.write_text(text.replace("X00001,", "X99999,"), encoding="utf-8")
    answer = command("data-pack", "check", pack, "--store", street)
    assert answer.code == 0
    assert "note: 1 of the practices are not in XI01 as far as the store knows: X99999" in answer.out


def test_check_of_a_pack_about_people_ends_in_its_own_code(command: Command, tmp_path: Path) -> None:
    command("data-pack", "new", tmp_path / "calls", "--indicator", CALLS)
    fill(tmp_path / "calls.csv")
    text = (tmp_path / "calls.csv").read_text(encoding="utf-8")
    (tmp_path / "calls.csv").write_text(text.replace("note", "NHS number"), encoding="utf-8")
    assert command("data-pack", "check", tmp_path / "calls.csv").code == 5


@pytest.mark.parametrize("missing", [".csv", ".toml"])
def test_check_of_half_a_pack(command: Command, tmp_path: Path, missing: str) -> None:
    command("data-pack", "new", tmp_path / "calls", "--indicator", CALLS)
    (tmp_path / f"calls{missing}").unlink()
    answer = command("data-pack", "check", tmp_path / "calls.csv")
    assert answer.code == 7
    assert f"{tmp_path / 'calls'}{missing}: there is no such file." in answer.err


def test_add_withdraw_and_verify_a_pack(command: Command, street: Path, tmp_path: Path) -> None:
    pack = tmp_path / "calls.csv"
    command("data-pack", "new", tmp_path / "calls", "--indicator", CALLS, "--area", "XI01", "--store", street)
    fill(pack)
    added = command("add", pack)
    assert added.code == 0
    assert "data_pack, header and figures, form 1: " in added.out
    assert "note: restricted: its figures are for local use only" in added.out
    assert command("verify").out == "1 files verified, 0 problems.\n"
    told = command("sources", "--json").json
    assert isinstance(told, dict)
    (source,) = (one for one in told["sources"] if one["id"] == "data_pack")
    edition = source["files"][0]["edition"]
    assert command("withdraw", edition, "--reason", "not ours to hold").code == 0
    assert not [one for one in (tmp_path / "store" / "originals").rglob("*") if one.is_file()]
