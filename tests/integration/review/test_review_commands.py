"""`likeforlike review …` from a new plan to a verified result, in words and as JSON, and what it says of bad input."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_county import CALLS, PLAN, write_plan


def run(*words: object) -> tuple[int, str, str]:
    """A command in a process of its own, on a terminal of 80 columns."""
    done = subprocess.run(
        [sys.executable, "-m", "likeforlike", "review", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=os.environ | {"COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def answer(*words: object) -> Any:
    code, out, err = run(*words, "--json")
    assert code == 0, err
    return json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def test_from_a_new_plan_to_a_verified_result(small_store: Path, tmp_path: Path) -> None:
    # Of its own: built by the command with all definitions.
    store = shutil.copytree(small_store, tmp_path / "store")
    subprocess.run(
        [sys.executable, "-m", "likeforlike", "build", "--store", store], check=True, capture_output=True
    )
    drafted = answer("new", tmp_path / "new.toml", "--area", "XI01", "--indicator", CALLS, "--store", store)
    assert drafted["indicators"] == [CALLS]
    assert run("new", tmp_path / "new.toml", "--area", "XI01", "--store", store)[0] == 8

    plan, result = write_plan(tmp_path), tmp_path / "result"
    made = answer("run", plan, "--to", result, "--store", store)
    assert (made["area"]["code"], made["organisations"], made["listed"]) == ("XI01", 31, made["listed"])
    shown = answer("show", result)
    (first, *_) = shown["organisations"]
    assert len(shown["organisations"]) == 31
    assert answer("explain", result, first["organisation"])["organisation"] == first["organisation"]
    same = answer("compare", result, result)
    assert isinstance(same, dict)
    assert answer("verify", result, "--store", store)["same"] == "bytes"
    for words in (("show", result), ("explain", result, first["organisation"]), ("compare", result, result)):
        code, out, err = run(*words)
        assert code == 0, err
        assert max(len(line) for line in out.splitlines()) <= 80

    table = result / "tables" / "organisations.parquet"
    table.write_bytes(table.read_bytes()[:-9])
    for words in (("show", result), ("verify", result, "--store", store)):
        code, _, err = run(*words)
        assert code == 6
        assert err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", "no.toml", "--to", "result"), 7),
        (("run", ".", "--to", "result"), 3),
        (("show", "nothing"), 7),
        (("explain", "nothing", "X00001"), 7),
        (("run", "bad.toml", "--to", "result"), 3),
    ],
)
def test_errors_end_in_their_exit_codes(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    (tmp_path / "bad.toml").write_text(PLAN.replace("weight = 2.0", "weight = inf"), encoding="utf-8")
    its = [
        word if number == 0 or word.startswith(("--", "X0")) else tmp_path / word
        for number, word in enumerate(words)
    ]
    more = ("--store", tmp_path / "store") if words[0] == "run" else ()
    found, _, err = run(*its, *more)
    assert (found, bool(err)) == (code, True)
    assert not (tmp_path / "result").exists()
