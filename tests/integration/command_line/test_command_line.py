"""Every command as a person or a schedule runs it: what it prints, and as JSON the same facts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from answers import Command

from likeforlike import __version__
from likeforlike.cli.app import app

COMMANDS = (
    *("fetch", "add", "sources", "build", "show", "compare", "export", "release", "serve"),
    *("lineage", "verify", "simulate", "demo"),
    *("check-definitions", "withdraw", "rebuild", "backup", "prune", "doctor"),
)
GROUPS = {
    "data-pack": ("data-pack new", "data-pack check"),
    "records": ("records aggregate", "records simulate"),
    "review": (
        *("review new", "review run", "review show", "review explain"),
        *("review compare", "review export", "review verify"),
    ),
}
EVERY = (*COMMANDS, *(name for group in GROUPS.values() for name in group))


def test_help_lists_the_commands_in_the_order_of_use(command: Command) -> None:
    answer = command("--help")
    assert answer.code == 0
    places = [answer.out.index(f"│ {name} ") for name in (*COMMANDS, *GROUPS)]
    assert places == sorted(places)
    assert {
        info.callback.__name__.replace("_", "-") for info in app.registered_commands if info.callback
    } == set(COMMANDS)
    assert {
        str(group.typer_instance.info.name): tuple(
            f"{group.typer_instance.info.name} {info.callback.__name__}"
            for info in group.typer_instance.registered_commands
            if info.callback
        )
        for group in app.registered_groups
        if group.typer_instance
    } == GROUPS


@pytest.mark.parametrize("name", EVERY)
def test_the_help_of_a_command_has_an_example(command: Command, name: str) -> None:
    answer = command(*name.split(), "--help")
    assert answer.code == 0
    assert "Example" in answer.out
    assert f"likeforlike {name}" in answer.out.split("Example")[1]


@pytest.mark.parametrize("name", [name for name in EVERY if name not in ("demo", "serve")])
def test_a_command_that_answers_does_so_as_json_too(command: Command, name: str) -> None:
    assert "--json" in command(*name.split(), "--help").out


def test_the_version(command: Command) -> None:
    assert command("--version").out == f"likeforlike {__version__}\n"


@pytest.mark.parametrize(
    "words", [["nonesuch"], ["show", "--nonesuch"], ["add"], ["compare", "--area", "XI01"]]
)
def test_a_wrong_option_is_told_from_a_wrong_file(command: Command, words: list[str]) -> None:
    answer = command(*words)
    assert (answer.code, answer.out) == (2, "")
    assert "Usage: likeforlike" in answer.err


def test_add_says_what_it_recognised_and_json_says_the_same(
    command: Command, county: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "downloads"
    shutil.copytree(county / "registered_patients" / "Nov25", folder)
    (folder / "notes.txt").write_text("not a table\n")
    answer = command("add", folder)
    assert answer.code == 0
    assert "added    downloads/gp-reg-pat-prac-all.csv" in answer.out
    assert "registered_patients, totals, July 2022 to now: 12 rows, issued 2025-11-30 (content)" in answer.out
    assert f"unknown  {folder / 'notes.txt'}" in answer.out
    assert "2 added, 0 there already, 1 of no known format, 0 refused." in answer.out

    again = command("add", folder, "--json").json
    assert isinstance(again, list)
    assert {Path(one["name"]).name: one["outcome"] for one in again} == {
        "gp-reg-pat-prac-all.csv": "already_there",
        "gp-reg-pat-prac-map.csv": "already_there",
        "notes.txt": "unknown",
    }
    fresh = command("add", folder, "--json", "--store", tmp_path / "other").json
    assert isinstance(fresh, list)
    totals = next(one for one in fresh if one["name"].endswith("prac-all.csv"))
    assert totals["rows"] == {"totals": 12}
    assert (totals["source"], totals["published"]) == ("registered_patients", "2025-11-30")
    assert totals["edition"][:8] in answer.out


def test_what_went_in_before_a_faulty_file_is_reported(
    command: Command, county: Path, tmp_path: Path
) -> None:
    good = county / "registered_patients" / "Nov25" / "gp-reg-pat-prac-all.csv"
    bad = tmp_path / "bad.csv"
    bad.write_text("colour,size\nred,1\n")
    answer = command("add", good, bad)
    assert answer.code == 4
    assert "added    Nov25/gp-reg-pat-prac-all.csv" in answer.out
    assert str(bad) in answer.err
    as_json = command("add", good, bad, "--json")
    assert [one["outcome"] for one in as_json.json] == ["already_there"]  # type: ignore[attr-defined]  # a list
    assert json.loads(as_json.err)["error"]["code"] == "file_refused"


def test_sources_lists_licence_and_holdings(command: Command, street: Path) -> None:
    answer = command("sources", "--store", street)
    told = command("sources", "--store", street, "--json").json
    assert isinstance(told, dict)
    for source in told["sources"]:
        assert source["id"] in answer.out, "an id is there to be typed"
        assert source["licence"] in answer.out
    by_id = {source["id"]: source for source in told["sources"]}
    assert len(by_id["cloud_telephony"]["files"]) == 4
    assert (by_id["cloud_telephony"]["first_period"], by_id["cloud_telephony"]["last_period"]) == (
        "2025-08-01",
        "2025-11-01",
    )
    assert by_id["gp_appointments_annex1"]["files"] == []
    assert "2025-08 to 2025-11" in answer.out
    assert "none yet" in answer.out
    assert f"Store: {street}\n" in answer.out


def test_build_again_is_there_already(command: Command, street: Path) -> None:
    answer = command("build", "--store", street)
    told = command("build", "--store", street, "--json").json
    assert isinstance(told, dict)
    assert answer.code == 0
    assert "was there already: " in answer.out
    assert f"Build {told['key'][:8]}: {told['folder']}\n" in answer.out
    assert told["already_there"] is True
    for indicator, rows in told["observations"].items():
        assert f"{rows:>12,}  {indicator}\n" in answer.out
    assert f"{sum(told['observations'].values()):,} observations" in answer.out
    assert "calls_answered_share" in told["observations"]


def test_show_lists_the_indicators(command: Command, street: Path) -> None:
    answer = command("show", "--store", street)
    told = command("show", "--store", street, "--json").json
    assert isinstance(told, list)
    assert "calls_answered_within_2_minutes_share" in [one["id"] for one in told]
    for one in told:
        assert one["id"] in answer.out, "an id is there to be typed"
        assert one["question"].split()[0] in answer.out


def test_show_tells_all_of_an_indicator(command: Command, street: Path) -> None:
    answer = command("show", "calls_answered_share", "--store", street)
    told = command("show", "calls_answered_share", "--store", street, "--json").json
    assert isinstance(told, dict)
    text = " ".join(answer.out.split())
    for key in ("question", "why_it_matters", "does_not_tell", "unit", "smallest_difference_reason"):
        assert told[key] in text
    for caveat in told["caveats"]:
        assert caveat in text
    practices = told["available"]["gp_practice"]
    assert f"{practices['values']:,} values, {practices['missing']:,} without one" in text
    assert (practices["first"], practices["last"]) == ("2025-08", "2025-11")


def test_show_before_a_build_says_how_to_make_one(command: Command) -> None:
    answer = command("show", "list_size")
    assert answer.code == 0
    assert "likeforlike build" in answer.out
    assert command("show", "list_size", "--json").json["available"] == {}  # type: ignore[call-overload, index]  # a dict


def test_show_lists_the_areas(command: Command, street: Path) -> None:
    answer = command("show", "--areas", "--store", street)
    told = command("show", "--areas", "--store", street, "--json").json
    assert isinstance(told, dict)
    areas = told["areas"]
    assert [one["code"] for one in areas if one["organisation_type"] == "icb"] == ["XI01"]
    listed = [line for line in answer.out.splitlines() if line.split()[1] in {one["code"] for one in areas}]
    assert len(listed) == len(areas)
    for one in areas:
        assert one["code"] in answer.out
        assert one["name"] in answer.out


def test_show_tells_the_calendar_from_the_practices(command: Command, street: Path) -> None:
    words = (
        "show",
        "appointments_per_working_day",
        "--baseline",
        "2024",
        "--type",
        "gp_practice",
        "--store",
        street,
    )
    answer = command(*words)
    (told,) = command(*words, "--json").json["months"]  # type: ignore[call-overload, index]  # a dict
    # The same appointments on the 22 working days of September 2025 as on the 21 of September 2024.
    assert (told["working_days"], told["baseline_working_days"]) == (22, 21)
    assert (told["fewer"], told["fewer_per_working_day"]) == (0, told["organisations"])
    assert told["organisations"] >= 10
    row = next(line.split() for line in answer.out.splitlines() if line.startswith("September 2025"))
    assert row[2:] == [str(told[key]) for key in ("organisations", "fewer", "fewer_per_working_day")] + [
        "22",
        "21",
    ]
    assert "how many GP practices had fewer than in the same month of 2024" in " ".join(answer.out.split())


def test_compare_shows_value_interval_edition_and_caveat(command: Command, street: Path) -> None:
    words = ("compare", "--type", "gp_practice", "--area", "XI01", "--indicator", "calls_answered_share")
    answer = command(*words, "--store", street)
    told = command(*words, "--store", street, "--json").json
    assert isinstance(told, dict)
    assert (told["period"], told["area"]["code"]) == ("2025-11", "XI01")
    text = " ".join(answer.out.split())
    assert "November 2025" in text
    assert told["does_not_tell"] in text
    with_value = [one for one in told["figures"] if one["value"] is not None]
    assert len(with_value) >= 5
    for one in with_value:
        assert one["value"] == pytest.approx(100 * one["numerator"] / one["denominator"])
        assert one["lower"] < one["value"] < one["upper"]
        for shown in (
            one["organisation"],
            f"{one['value']:,.1f}",
            f"{one['lower']:,.1f}",
            one["editions"][0][:8],
        ):
            assert shown in text
    for one in told["figures"]:
        assert (one["value"] is None) == (one["reason"] is not None)


def test_verify_counts_and_finds_nothing_wrong(command: Command, street: Path) -> None:
    files = command("sources", "--store", street, "--json").json
    assert isinstance(files, dict)
    number = sum(len(source["files"]) for source in files["sources"])
    assert command("verify", "--store", street).out == f"{number} files verified, 0 problems.\n"
    assert command("verify", "--store", street, "--json").json == {"files": number, "problems": []}


def test_verify_withdraw_and_rebuild_on_a_store_that_was_tampered_with(
    command: Command, county: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    added = command("add", county / "registered_patients" / "Nov25", "--json").json
    assert isinstance(added, list)
    edition = added[0]["edition"]
    assert command("rebuild").out == "0 files made again.\n"
    assert command("rebuild", "--json").json == {"rebuilt": []}

    parquet = next((store / "editions").rglob(f"{edition}*.parquet"))
    parquet.write_bytes(parquet.read_bytes() + b"x")
    answer = command("verify")
    assert answer.code == 6
    assert "has other bytes" in answer.out
    assert "1 of the store's files are not what they were. Restore them" in answer.err
    as_json = command("verify", "--json")
    assert as_json.code == 6
    assert [one["where"] for one in as_json.json["problems"]] == [parquet.relative_to(store).as_posix()]  # type: ignore[call-overload, index]  # a dict
    assert json.loads(as_json.err)["error"]["code"] == "store_error"

    withdrawn = command("withdraw", edition[:8], "--reason", "damaged on disk")
    assert withdrawn.out == (
        "withdrawn: Nov25/gp-reg-pat-prac-all.csv; the builds that it is in are erased too. "
        "Build again: likeforlike build\n"
        "What was exported or backed up before still holds its figures.\n"
    )
    assert not parquet.exists()
    assert "Nov25/gp-reg-pat-prac-all.csv: damaged on disk" in command("sources").out
    tombstones = command("sources", "--json").json["withdrawn"]  # type: ignore[call-overload, index]  # a dict
    assert [(one["name"], one["reason"]) for one in tombstones] == [
        ("Nov25/gp-reg-pat-prac-all.csv", "damaged on disk")
    ]
    assert command("verify").out == "1 files verified, 0 problems.\n"
    told = command("withdraw", added[1]["edition"], "--reason", "all of it", "--json").json
    assert isinstance(told, dict)
    assert (told["source"], told["reason"]) == ("registered_patients", "all of it")


def test_simulate_writes_a_county_and_says_where(command: Command, tmp_path: Path) -> None:
    words = ("--icbs", 1, "--practices", 12, "--months", 1)
    answer = command("simulate", tmp_path / "county", *words)
    files = [path for path in (tmp_path / "county").rglob("*") if path.is_file()]
    assert answer.out.splitlines() == [
        f"{len(files)} files of a county that does not exist: {tmp_path / 'county'}",
        f"The truth behind them: {tmp_path / 'county' / 'truth'}",
    ]
    told = command("simulate", tmp_path / "twin", *words, "--json").json
    assert told == {
        "folder": str(tmp_path / "twin"),
        "files": len(files),
        "truth": str(tmp_path / "twin" / "truth"),
    }
    refused = command("simulate", tmp_path / "county", *words)
    assert refused.code == 1
    assert "new or empty folder" in refused.err


def test_check_definitions_counts_and_writes_schemas(command: Command, tmp_path: Path) -> None:
    answer = command("check-definitions", "--schemas", tmp_path / "schemas")
    told = command("check-definitions", "--json").json
    assert isinstance(told, dict)
    assert answer.out.endswith(": all hold.\n")
    for kind in (
        "organisation_types",
        "sources",
        "indicators",
        "peer_groups",
        "rating_rules",
        "successions",
        "known_breaks",
    ):
        assert f"{told[kind]} {kind.replace('_', ' ')}" in answer.out
    assert len(told["digest"]) == 64
    written = sorted(path.name for path in (tmp_path / "schemas").iterdir())
    assert written == [
        f"{name}.schema.json"
        for name in (
            "indicator",
            "known_breaks",
            "methods",
            "organisation_types",
            "peer_group",
            "rating_rule",
            "records",
            "source",
            "successions",
        )
    ]
    for path in (tmp_path / "schemas").iterdir():
        assert json.loads(path.read_text())["type"] == "object"


def test_sources_fit_a_terminal_and_say_whom_to_name(
    command: Command, street: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = command("sources", "--store", street, "--json").json
    assert isinstance(told, dict)
    text = command("sources", "--store", street).out
    lines = text.splitlines()
    # Addresses and the store's folder are there to be copied: they are not broken.
    assert [line for line in lines if len(line) > 80 and "/" not in line] == []
    together = " ".join(text.split())
    for source in told["sources"]:
        assert f"{source['publisher']}; {source['licence']}; " in together
        assert source["attribution"] in together
        assert any(line.startswith(f"{source['id']}  ") for line in lines)
    assert "NHS England; OGL-UK-3.0; 4 files, 2025-08 to 2025-11" in together


def test_sources_as_a_page(command: Command) -> None:
    page = command("sources", "--markdown").out
    assert page.startswith("# Data sources\n")
    assert "\n## registered_patients\n" in page
