"""A fetch that is killed in the middle, and two at once."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from killed_fetch import SOURCE
from publisher import FILES, HASTY, Loopback, Publisher, Request, whole

from likeforlike.errors import FetchError
from likeforlike.fetch.fetching import LOCK, fetch_source

HERE = Path(__file__).resolve().parent
SRC = HERE.parent.parent.parent / "src"
TABLE = b"practice,patients\n" + b"A81001,4167\n" * 40_000
ETAG = '"40000-rows"'


def test_a_killed_fetch_is_gone_on_with(publisher: Publisher, pool: Loopback, tmp_path: Path) -> None:
    half, killed = 200_000, threading.Event()

    def send_half_and_wait(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(TABLE)))
        request.send_header("ETag", ETAG)
        request.end_headers()
        request.wfile.write(TABLE[:half])
        request.wfile.flush()
        killed.wait(60)
        request.close_connection = True

    publisher.behaviours[f"{FILES}/all.csv"] = send_half_and_wait
    process = subprocess.Popen(
        [sys.executable, str(HERE / "killed_fetch.py"), str(publisher.server_port), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(SRC)},
    )
    part = tmp_path / ".all.csv.part"
    while process.poll() is None and not (part.exists() and part.stat().st_size):
        pass
    process.kill()
    process.wait()
    killed.set()
    arrived = part.stat().st_size
    assert 0 < arrived <= half
    assert not (tmp_path / "all.csv").exists()

    publisher.behaviours[f"{FILES}/all.csv"] = whole(TABLE, ETag=ETAG)
    (one,) = fetch_source(SOURCE, tmp_path, pool=pool, manners=HASTY)
    assert publisher.asked[-1][1]["Range"] == f"bytes={arrived}-"
    assert (one.outcome, one.sha256) == ("fetched", hashlib.sha256(TABLE).hexdigest())
    assert (tmp_path / "all.csv").read_bytes() == TABLE
    assert not part.exists()


def test_two_fetches_into_one_folder(publisher: Publisher, pool: Loopback, tmp_path: Path) -> None:
    with (
        FileLock(tmp_path / LOCK),
        pytest.raises(FetchError, match="another fetch is at work in this folder"),
    ):
        fetch_source(SOURCE, tmp_path, pool=pool, manners=HASTY)
    assert publisher.asked == []


def test_half_a_line_of_the_record_does_not_spoil_the_next(
    publisher: Publisher, pool: Loopback, tmp_path: Path
) -> None:
    (tmp_path / ".fetched.jsonl").write_text('{"time": "2025-11-13T09:30:00+00:00", "sour')
    publisher.behaviours[f"{FILES}/all.csv"] = whole(TABLE, ETag=ETAG)
    fetch_source(SOURCE, tmp_path, pool=pool, manners=HASTY)
    (one,) = fetch_source(SOURCE, tmp_path, pool=pool, manners=HASTY)
    assert one.outcome == "already_there"
    assert publisher.asked[-1][1]["If-None-Match"] == ETAG
