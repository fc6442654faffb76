"""Commands run in this process, and a small county that they have taken in and built."""

from __future__ import annotations

import logging
import shutil
import socket
import sys
from pathlib import Path

import pytest
from answers import OFFICIAL, Answer, Command

from likeforlike.cli.app import run
from likeforlike.simulate.plan import CountyPlan
from likeforlike.simulate.write import simulate_county


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a command reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def run_here() -> object:
    """Run the command that `sys.argv` holds; its exit code."""
    code: object = None
    try:
        run()
    except SystemExit as end:
        code = end.code
    # A process ends with its command, and so does its log; this process goes on.
    log = logging.getLogger("likeforlike")
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()
    return code or 0


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Run `likeforlike …` on a store of the test's own unless it names another."""
    monkeypatch.setenv("LIKEFORLIKE_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("COLUMNS", "100")

    def run_command(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["likeforlike", *map(str, words)])
        capsys.readouterr()
        code = run_here()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        assert isinstance(code, int)
        return Answer(code, printed.out, printed.err)

    return run_command


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The official files of a small county: 12 practices, 4 months."""
    folder = tmp_path_factory.mktemp("simulated") / "county"
    simulate_county(CountyPlan(icbs=1, practices=12, months=4), folder)
    shutil.rmtree(folder / "truth")
    (folder / "README.txt").unlink()
    return folder


@pytest.fixture(scope="session")
def street(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the county's files, built by the command; read only.

    September 2025 is there once more as September 2024, appointment for appointment.
    """
    folder = tmp_path_factory.mktemp("street")
    store, earlier = folder / "store", folder / "release_Sep_24"
    earlier.mkdir()
    (crosstab,) = (county / "gp_appointments_practice" / "release_Sep_25").iterdir()
    text = crosstab.read_text(encoding="utf-8").replace("01SEP2025", "01SEP2024")
    (earlier / "Practice_Level_Crosstab_Sep_24.csv").write_text(text, encoding="utf-8")
    folders = [str(county / name) for name in OFFICIAL]
    with pytest.MonkeyPatch.context() as patch:
        for words in (["add", *folders, str(earlier)], ["build"]):
            patch.setattr(sys, "argv", ["likeforlike", *words, "--store", str(store)])
            assert run_here() == 0
    return store
