"""What stands around a command: its log, its spinner, and no network."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from answers import SOURCE, Command


def test_a_log_has_one_json_object_a_line(command: Command, county: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    bad = tmp_path / "bad.csv"
    bad.write_text("colour,size\nred,1\n")
    command("--log", log, "add", county / "registered_patients" / "Nov25" / "gp-reg-pat-prac-all.csv", bad)
    command("--log", log, "verify")
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [one["event"] for one in events] == ["file", "error", "verified"]
    for one in events:
        assert one["time"].endswith("+00:00")
    assert events[0]["outcome"] == "added"
    assert (events[1]["code"], events[1]["exit_code"], events[1]["where"]) == ("file_refused", 4, str(bad))
    assert events[2]["problems"] == []


def run_apart(
    words: list[str], *, store: Path, before: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [*before, sys.executable, "-m", "likeforlike", *words],
        env=os.environ
        | {"PYTHONPATH": str(SOURCE), "LIKEFORLIKE_STORE": str(store), "HOME": str(store.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_street_needs_no_network(county: Path, tmp_path: Path) -> None:
    apart = ("unshare", "--user", "--net")
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine cannot run a command without its network (unshare)")
    store = tmp_path / "home" / "store"
    folder = str(county / "registered_patients")
    for words in (["add", folder], ["build"], ["show", "list_size", "--json"]):
        result = run_apart(words, store=store, before=apart)
        assert (result.returncode, result.stderr) == (0, "")
    available = json.loads(result.stdout)["available"]
    assert available["gp_practice"]["organisations"] == 12


def test_a_spinner_turns_on_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    words = ["verify"]
    piped = run_apart(words, store=tmp_path / "store")
    assert (piped.returncode, piped.stderr) == (0, "")

    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "likeforlike", *words],
        env=os.environ
        | {"PYTHONPATH": str(SOURCE), "LIKEFORLIKE_STORE": str(tmp_path / "store"), "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=follower,
    )
    os.close(follower)
    out, _ = process.communicate()
    shown = b""
    try:
        while block := os.read(leader, 4096):
            shown += block
    except OSError:  # how Linux says that the other end of a terminal was closed
        pass
    os.close(leader)
    assert process.returncode == 0
    assert out.decode() == piped.stdout
    assert b"Verifying" in shown
