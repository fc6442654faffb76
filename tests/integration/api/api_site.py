"""The smallest site with the API in it: what the real one gives it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from likeforlike.release.reading import Release
from likeforlike.web.configuration import configure
from likeforlike.web.site import Site

# Set by the fixture that makes the release; empty of a site that has none yet.
SERVED: dict[str, Release] = {}


def configure_django() -> None:
    """Settings are there once a process: the site's own, which a test then overrides in part."""
    if not settings.configured:
        configure(Site(Path("no-releases"), Path("no-feedback"), api="likeforlike.api.urls"))


def give_release(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The middleware: `request.release`."""

    def middleware(request: Any) -> Any:
        request.release = SERVED.get("release")
        return get_response(request)

    return middleware
