"""A made-up release, and a client of the API over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import api_site
import pytest

api_site.configure_django()

from django.test import Client, override_settings  # noqa: E402 - Django reads its settings when it is imported

from likeforlike import open_release  # noqa: E402
from likeforlike.api import guard  # noqa: E402
from likeforlike.release.reading import Release  # noqa: E402
from made_release import write_release  # noqa: E402


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of releases with one in it."""
    folder = tmp_path_factory.mktemp("made") / "releases"
    write_release(folder)
    return folder


@pytest.fixture(scope="module")
def release(releases: Path) -> Iterator[Release]:
    """The release, open."""
    opened = open_release(releases)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def site(release: Release) -> Iterator[None]:
    """The site, with that release and no limits."""
    guard._buckets.cache_clear()
    with override_settings(
        ROOT_URLCONF="api_addresses",
        MIDDLEWARE=["api_site.give_release"],
        ALLOWED_HOSTS=["*"],
        API_REQUESTS_PER_MINUTE=1e12,
        API_BURST=10**9,
    ):
        api_site.SERVED["release"] = release
        yield
        api_site.SERVED.clear()
    guard._buckets.cache_clear()


@pytest.fixture
def client(site: None) -> Client:
    """Somebody who asks."""
    return Client()
