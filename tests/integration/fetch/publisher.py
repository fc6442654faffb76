"""A publisher's server on this machine, which answers as a test tells it to; and the way to it.

The program asks https addresses on the hosts of a definition and nothing else. The pool here is handed in where the
program makes its own: it takes such an address to `http://127.0.0.1:PORT/HOST/PATH`. Users have no such way.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from urllib3 import BaseHTTPResponse, PoolManager

from likeforlike.catalogue import Fetch, Source, load_catalogue
from likeforlike.fetch.fetching import LOCK, Fetched
from likeforlike.fetch.record import RECORD
from likeforlike.fetch.web import Manners

PAGES, FILES = "digital.nhs.uk", "files.digital.nhs.uk"
HASTY = Manners(pause=0, attempts=3, backoff=0, longest_wait=5, timeout=30, slowest=1000, patience=0.5)
"""As polite as a test that must end can be."""

Request = BaseHTTPRequestHandler
Behaviour = Callable[[Request], None]
Fetching = Callable[..., list[Fetched]]
"""Fetch a source into the folder `files` of the test: the fixture `fetch`."""


class Publisher(ThreadingHTTPServer):
    """What it does for each path, and what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.behaviours: dict[str, Behaviour] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def page(self, address: str, *links: str) -> None:
        """A page with links."""
        anchors = "".join(f'<li><a class="download" href="{link}">here</a></li>' for link in links)
        html = f"<!DOCTYPE html><html><body><ul>{anchors}</ul></body></html>"
        self.behaviours[address] = whole(html.encode())

    def handle_error(self, request: object, client_address: object) -> None:
        """Programs that hang up are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Publisher

    def do_GET(self) -> None:
        address = self.path.removeprefix("/")
        self.server.asked.append((address, dict(self.headers)))
        self.server.behaviours.get(address, refuse(404))(self)

    def log_message(self, *message: object) -> None:
        """Nothing on the terminal."""


def whole(content: bytes, **headers: str) -> Behaviour:
    """The bytes, as a good server sends them: with parts, and an answer to "is it still this one?"."""

    def answer(request: Request) -> None:
        etag = headers.get("ETag")
        if etag and request.headers.get("If-None-Match") == etag:
            send(request, 304, b"", **headers)
            return
        part = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if part and request.headers.get("If-Range") in (etag, headers.get("Last-Modified")):
            start = int(part[1])
            if start >= len(content):
                send(request, 416, b"", **{"Content-Range": f"bytes */{len(content)}"})
                return
            given = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
            send(request, 206, content[start:], **headers, **given)
            return
        send(request, 200, content, **headers)

    return answer


def send(request: Request, status: int, body: bytes, **headers: str) -> None:
    request.send_response(status)
    for name, value in ({"Content-Length": str(len(body))} | headers).items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


def refuse(status: int, **headers: str) -> Behaviour:
    """An answer of this status."""
    return lambda request: send(request, status, b"<html>no</html>", **headers)


def redirect(to: str) -> Behaviour:
    return lambda request: send(request, 302, b"", Location=to)


def hang_up(request: Request) -> None:
    """End the connection, as a cable that is pulled."""
    request.wfile.flush()
    request.connection.shutdown(socket.SHUT_RDWR)
    request.close_connection = True


def cut_short(content: bytes, after: int, **headers: str) -> Behaviour:
    """Announce it all, send the beginning and hang up."""

    def answer(request: Request) -> None:
        send(request, 200, content[:after], **{"Content-Length": str(len(content))} | headers)
        hang_up(request)

    return answer


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Another behaviour at each request; the last one stays."""
    left = list(behaviours)
    return lambda request: (left.pop(0) if len(left) > 1 else left[0])(request)


class Loopback(PoolManager):
    """The way to the publisher on this machine."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def urlopen(self, method: str, url: str, redirect: bool = True, **options: object) -> BaseHTTPResponse:  # type: ignore[override]
        assert url.startswith("https://"), url
        here = url.replace("https://", f"http://127.0.0.1:{self.port}/")
        return super().urlopen(method, here, redirect=redirect, **options)  # type: ignore[arg-type]


def source_with(**fetch: object) -> Source:
    """The registered patients, fetched in the way that a test is about."""
    settings = {"hosts": (PAGES, FILES), "most_megabytes": 1} | fetch
    return (
        load_catalogue()
        .sources["registered_patients"]
        .model_copy(update={"landing_page": f"https://{PAGES}/list", "fetch": Fetch.model_validate(settings)})
    )


def thread(publisher: Publisher) -> threading.Thread:
    return threading.Thread(target=publisher.serve_forever, args=(0.01,), daemon=True)


TABLE = b"practice,patients\n" + b"A81001,4167\n" * 20_000
ADDRESS = f"{FILES}/1F/all.csv"
SOURCE = source_with(links=[r"/all\.csv$"])
"""A source whose landing page links to the table at `ADDRESS` (the fixture `one_link`)."""
ETAG = '"20000-rows"'


def kept(folder: Path) -> dict[str, bytes]:
    """All that lies in the folder `files` but the record and the lock, passing files included."""
    return {
        path.name: path.read_bytes()
        for path in sorted((folder / "files").rglob("*"))
        if path.is_file() and path.name not in (RECORD, LOCK)
    }
