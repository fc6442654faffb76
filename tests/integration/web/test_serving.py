"""The server as it is shipped: its command, and a release that is swapped while many ask."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from typer.testing import CliRunner

from likeforlike.cli.app import app
from likeforlike.errors import SettingsError, StoreError
from made_site import make_release

# Of a start on a busy machine, in seconds.
LONGEST_START = 60
ASKERS = 4


def ask(port: int, address: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", address)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def is_up(port: int) -> bool:
    try:
        return ask(port, "/health")[0] == 200
    except OSError:
        return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A server with two workers over a release made by hand: its port, and the folder of its releases."""
    releases = tmp_path / "releases"
    make_release(releases)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    command = ["serve", "--releases", str(releases), "--port", str(port), "--workers", "2"]
    environment = os.environ | {"LIKEFORLIKE_FEEDBACK": str(tmp_path / "feedback.jsonl")}
    with subprocess.Popen(
        [sys.executable, "-m", "likeforlike", *command], stdout=subprocess.PIPE, text=True, env=environment
    ) as server:
        try:
            assert server.stdout is not None
            assert f"http://127.0.0.1:{port}/" in server.stdout.readline()
            until = time.monotonic() + LONGEST_START
            while not is_up(port):
                assert server.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
            yield port, releases
        finally:
            server.terminate()


def test_a_swap_loses_no_request_and_shows_no_page_of_two_releases(served: tuple[int, Path]) -> None:
    port, releases = served
    found: list[tuple[int, str]] = []
    over = threading.Event()

    def keep_asking() -> None:
        number = 0
        while not over.is_set():
            number += 1
            # Another address each time, so that pages are made while the release changes.
            status, page = ask(port, f"/organisations/gp_practice/A00001/?n={number}")
            release = [
                name for name in ("2026-01-02-aaaaaaaa", "2026-02-03-bbbbbbbb") if f"Release {name}" in page
            ]
            value = [words for words in ("61%", "71%") if f">{words}<" in page]
            found.append((status, f"{release} {value}"))

    askers = [threading.Thread(target=keep_asking) for _ in range(ASKERS)]
    for one in askers:
        one.start()
    time.sleep(0.5)
    make_release(releases, "2026-02-03-bbbbbbbb", value=71.0)
    time.sleep(1.0)
    over.set()
    for one in askers:
        one.join()
    assert set(found) == {
        (200, "['2026-01-02-aaaaaaaa'] ['61%']"),
        (200, "['2026-02-03-bbbbbbbb'] ['71%']"),
    }
    assert "2026-02-03-bbbbbbbb" in ask(port, "/health")[1]


def test_the_api_is_served_beside_the_pages(served: tuple[int, Path]) -> None:
    port, _ = served
    assert 'href="/api/v1/docs"' in ask(port, "/data/")[1]
    status, text = ask(port, "/api/v1/organisations/gp_practice/A00001")
    assert (status, json.loads(text)["name"]) == (200, "OAKFIELD SURGERY")
    status, text = ask(port, "/releases/2020-none/api/v1/releases/current")
    assert status == 404


def test_a_check_says_that_all_is_well(tmp_path: Path) -> None:
    make_release(tmp_path)
    said = CliRunner().invoke(app, ["serve", "--releases", str(tmp_path), "--check"])
    assert said.exit_code == 0
    assert "Release 2026-01-02-aaaaaaaa is whole, and this is safe to serve." in said.output


def test_a_check_refuses_what_is_not_safe_and_what_is_not_there(tmp_path: Path) -> None:
    make_release(tmp_path / "releases")
    runner = CliRunner(env={"LIKEFORLIKE_HOSTS": "compare.example.org"})
    said = runner.invoke(app, ["serve", "--releases", str(tmp_path / "releases"), "--check"])
    assert isinstance(said.exception, SettingsError)
    assert "secret_key" in str(said.exception)
    said = CliRunner().invoke(app, ["serve", "--releases", str(tmp_path / "none"), "--check"])
    assert isinstance(said.exception, StoreError)
