"""A real browser over a real server: Debian's Chromium, or the one that Playwright brings, over a release by hand."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from importlib import resources

import pytest
from playwright.sync_api import Browser, sync_playwright

from made_site import make_release

# Of a start on a busy machine, in seconds.
LONGEST_START = 60


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over a release made by hand."""
    folder = tmp_path_factory.mktemp("site")
    make_release(folder / "releases")
    port = free_port()
    environment = os.environ | {"LIKEFORLIKE_FEEDBACK": str(folder / "feedback.jsonl")}
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "likeforlike", "serve"),
            *("--releases", str(folder / "releases"), "--port", str(port)),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
    ) as server:
        try:
            until = time.monotonic() + LONGEST_START
            while not answers(port):
                assert server.poll() is None, "the server ended"
                assert time.monotonic() < until, "the server did not answer"
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the machine's where it has one."""
    own = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        # Nobody else's pages are opened, and root cannot have the sandbox.
        made = playwright.chromium.launch(executable_path=own, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
