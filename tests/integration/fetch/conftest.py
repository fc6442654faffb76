"""The publisher on this machine, for each test anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from publisher import ADDRESS, HASTY, PAGES, Fetching, Loopback, Publisher, thread

from likeforlike.catalogue import Source
from likeforlike.fetch.fetching import Fetched, fetch_source


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    server = Publisher()
    serving = thread(server)
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def pool(publisher: Publisher) -> Iterator[Loopback]:
    with Loopback(publisher.server_port) as pool:
        yield pool


@pytest.fixture
def fetch(pool: Loopback, tmp_path: Path) -> Fetching:
    """Fetch a source into the folder `files` of the test."""

    def fetch_here(source: Source, **options: object) -> list[Fetched]:
        options = {"pool": pool, "manners": HASTY} | options
        return fetch_source(source, tmp_path / "files", **options)  # type: ignore[arg-type]

    return fetch_here


@pytest.fixture
def one_link(publisher: Publisher) -> None:
    """A landing page with one link, to the table."""
    publisher.page(f"{PAGES}/list", f"https://{ADDRESS}")
