"""`likeforlike review export` that is told to end while it writes: nothing of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from made_results import make_result

PATIENCE = 60.0
# Whoever runs the tests in the background lets them ignore Ctrl-C; a command at a terminal does not.
AT_A_TERMINAL = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('likeforlike', run_name='__main__', alter_sys=True)"
)


def start(result: Path, target: Path) -> subprocess.Popen[str]:
    """An export of every sheet, begun: it has written a table at least, and has minutes of work before it."""
    process = subprocess.Popen(
        [sys.executable, "-c", AT_A_TERMINAL, "review", "export", result, "--to", target, "--evidence"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    began = time.monotonic()
    while not (target.with_name(f"{target.name}.unfinished") / "tables" / "organisations.csv").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.005)
    return process


@pytest.mark.parametrize(("told", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_an_export_that_is_told_to_end_leaves_nothing(
    tmp_path: Path, told: signal.Signals, code: int
) -> None:
    result = make_result(tmp_path / "result").folder
    process = start(result, tmp_path / "documents")
    process.send_signal(told)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, (out, err)
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["result"]
