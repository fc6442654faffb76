"""How a command fails: what, where and what next, an exit code for each kind, and the same as JSON."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import Command


def broken_definitions(folder: Path) -> Path:
    (folder / "broken").mkdir()
    (folder / "broken" / "organisation_types.toml").write_text("organisation_types = 5\n")
    return folder / "broken"


def strange_table(folder: Path) -> Path:
    (folder / "strange.csv").write_text("colour,size\nred,1\n")
    return folder / "strange.csv"


def table_of_patients(folder: Path) -> Path:
    # 943 476 5919 and 987 654 4321 are the examples of NHS numbers that the NHS itself prints.
    path = folder / "patients.csv"
    path.write_text("NHS_NUMBER,SEEN\n" + "9434765919,1\n9876544321,2\n" * 20)
    return path


def damaged_store(folder: Path) -> Path:
    (folder / "damaged").mkdir()
    (folder / "damaged" / "manifest.json").write_text("{")
    return folder / "damaged"


# A kind of error → how to provoke it, its exit code and code word, and what the message must say.
FAILURES: dict[str, tuple[Callable[[Path], list[object]], int, str, list[str]]] = {
    "impossible county": (
        lambda folder: ["simulate", folder / "county", "--practices", 1],
        1,
        "user_error",
        ["county plan: practices is 1.", "Choose a number from"],
    ),
    "faulty definition": (
        lambda folder: ["check-definitions", broken_definitions(folder)],
        3,
        "definition_error",
        ["organisation_types.toml", "key 'organisation_types'", "found 5"],
    ),
    "schemas that cannot be written": (
        lambda folder: ["check-definitions", "--schemas", strange_table(folder)],
        8,
        "settings_error",
        ["strange.csv", "the schemas cannot be written", "Name a folder"],
    ),
    "unknown file": (
        lambda folder: ["add", strange_table(folder)],
        4,
        "file_refused",
        ["strange.csv", "likeforlike sources"],
    ),
    "people": (
        lambda folder: ["add", table_of_patients(folder)],
        5,
        "personal_data_refused",
        ["patients.csv", "NHS_NUMBER"],
    ),
    "damaged store": (
        lambda folder: ["verify", "--store", damaged_store(folder)],
        6,
        "store_error",
        ["manifest.json"],
    ),
    "file that is not there": (
        lambda folder: ["add", folder / "none.csv"],
        7,
        "not_found",
        ["none.csv"],
    ),
    "empty store": (
        lambda folder: ["build"],
        7,
        "not_found",
        ["the store is empty", "likeforlike add PATH…"],
    ),
    "nothing built": (
        lambda folder: ["show", "--areas", "--as-at", "2025-12-01"],
        7,
        "not_found",
        ["nothing has been built", "likeforlike build --as-at 2025-12-01 --store "],
    ),
    "unknown indicator": (
        lambda folder: ["show", "gp_shares"],
        7,
        "not_found",
        [
            "there is no indicator 'gp_shares'",
            "Spelled most like it of ",
            "gp_share,",
            "`likeforlike show` lists",
        ],
    ),
    "unknown kind": (
        lambda folder: ["compare", "--type", "surgery", "--area", "x", "--indicator", "gp_share"],
        7,
        "not_found",
        ["there is no organisation type 'surgery'", "gp_practice"],
    ),
    "edition of nothing": (
        lambda folder: ["withdraw", "0123456789", "--reason", "wrong"],
        7,
        "not_found",
        ["no file in the store has", "'0123456789'", "likeforlike sources --json"],
    ),
    "impossible date": (
        lambda folder: ["build", "--as-at", "30/11/2025"],
        8,
        "settings_error",
        ["--as-at: a date like 2025-11-30 was expected, found '30/11/2025'."],
    ),
    "no day of issue": (
        lambda folder: ["add", folder, "--published", "2025-02-30"],
        8,
        "settings_error",
        ["--published", "2025-02-30"],
    ),
    "baseline of nothing": (
        lambda folder: ["show", "--baseline", "2019"],
        8,
        "settings_error",
        ["--baseline: an indicator was expected.", "likeforlike show"],
    ),
    "day of issue that runs together": (
        lambda folder: ["build", "--as-at", "20251130"],
        8,
        "settings_error",
        ["--as-at: a date like 2025-11-30 was expected, found '20251130'."],
    ),
    "path that a script left empty": (
        lambda folder: ["add", ""],
        8,
        "settings_error",
        ["the name of a file or folder was expected, found ''", "written as a dot"],
    ),
    "store that a script left empty": (
        lambda folder: ["verify", "--store", " "],
        8,
        "settings_error",
        ["the name of a file or folder was expected, found ' '"],
    ),
    "guessed edition": (
        lambda folder: ["withdraw", "", "--reason", "wrong"],
        8,
        "settings_error",
        ["at least 8 digits", "likeforlike sources --json"],
    ),
    "withdrawal without a reason": (
        lambda folder: ["withdraw", "0123456789", "--reason", " "],
        8,
        "settings_error",
        ["--reason: a reason was expected."],
    ),
    "log that cannot be written": (
        lambda folder: ["--log", folder, "show"],
        8,
        "settings_error",
        ["the log cannot be written"],
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_an_error_says_what_where_and_what_next(command: Command, tmp_path: Path, failure: str) -> None:
    provoke, code, word, said = FAILURES[failure]
    words = provoke(tmp_path)
    answer = command(*words)
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith("likeforlike: ")
    for part in said:
        assert part in answer.err
    as_json = command(*words, "--json")
    assert (as_json.code, as_json.out) == (code, "")
    error = json.loads(as_json.err)["error"]
    assert error["code"] == word
    facts = [error["where"], error["what"], error["next_step"]]
    assert (
        f"likeforlike: {': '.join(filter(None, facts[:2]))}{' ' if facts[2] else ''}{facts[2]}\n"
        == answer.err
    )


def test_a_refused_file_below_a_folder_is_reported_and_the_rest_goes_in(
    command: Command, county: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    table_of_patients(folder)
    shutil.copy(county / "registered_patients" / "Nov25" / "gp-reg-pat-prac-all.csv", folder)
    answer = command("add", folder)
    # A schedule must notice; of several refusals the one about people decides.
    assert answer.code == 5
    assert "1 of 2 files refused; the others are in the store." in answer.err
    assert f"refused  {folder / 'patients.csv'}" in answer.out
    assert "1 added, 0 there already, 0 of no known format, 1 refused." in answer.out
    told = command("add", folder, "--json").json
    assert isinstance(told, list)
    assert [one["error"]["code"] for one in told if one["outcome"] == "refused"] == ["personal_data_refused"]


def test_personal_data_are_not_printed(command: Command, tmp_path: Path) -> None:
    answer = command("add", table_of_patients(tmp_path))
    assert "9434765919" not in answer.out + answer.err
    assert not list((tmp_path / "store").rglob("*.parquet"))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Nowhere", ["no area has the code or name 'Nowhere'", "likeforlike show --areas"]),
        ("PCN", ["2 areas have 'PCN' in their name: XP0001 (OAK FIELD", "Give the code of one."]),
    ],
)
def test_an_area_that_is_none_or_several(
    command: Command, street: Path, wanted: str, said: list[str]
) -> None:
    words = ("compare", "--type", "gp_practice", "--indicator", "gp_share", "--store", street)
    answer = command(*words, "--area", wanted)
    assert answer.code == 7
    for part in said:
        assert part in answer.err


def test_no_area_is_not_every_area(command: Command, street: Path) -> None:
    words = ("compare", "--type", "gp_practice", "--indicator", "gp_share", "--store", street)
    answer = command(*words, "--area", "")
    assert (answer.code, answer.out) == (8, "")
    assert "--area: the code or name of an area was expected, found ''." in answer.err


@pytest.mark.parametrize(
    ("period", "code"), [("2019-01", 7), ("soon", 8), ("2025-9", 8), ("2025-13", 8), ("2025-09-01", 8)]
)
def test_a_month_that_is_none(command: Command, street: Path, period: str, code: int) -> None:
    words = (
        "compare",
        "--type",
        "gp_practice",
        "--area",
        "XI01",
        "--indicator",
        "gp_share",
        "--store",
        street,
    )
    answer = command(*words, "--period", period)
    assert (answer.code, answer.out) == (code, "")


def test_no_month_to_be_compared_with(command: Command, street: Path) -> None:
    words = ("show", "appointments_per_working_day", "--baseline", "2019", "--store", street)
    answer = command(*words)
    assert answer.code == 7
    assert "has one to be compared with in 2019" in answer.err
