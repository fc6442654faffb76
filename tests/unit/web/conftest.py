"""The site over a release made by hand, asked through Django's own test client: no server, every page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from likeforlike.web.application import make_application
from likeforlike.web.site import Site
from made_site import make_release

Open = Callable[..., Any]


@pytest.fixture
def open_site(tmp_path: Path) -> Open:
    """Makes a client of a site over a folder of releases."""

    def client(releases: Path, **given: Any) -> Any:
        site = Site(releases, tmp_path / "feedback.jsonl", **{"hosts": ("testserver",), **given})
        make_application(site)
        from django.test import Client

        return Client()

    return client


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """A folder with one release that is served."""
    folder = tmp_path / "releases"
    make_release(folder)
    return folder


@pytest.fixture
def client(open_site: Open, releases: Path) -> Any:
    """A client of the release made by hand."""
    return open_site(releases)
