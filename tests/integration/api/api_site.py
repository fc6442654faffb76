"""The smallest site with the API in it: what the real one gives it, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from django.conf import settings

from likeforlike.release.reading import Release

# Set by the fixture that makes the release; empty of a site that has none yet.
SERVED: dict[str, Release] = {}


def configure_django() -> None:
    """Settings are there once a process: the site's own, which a test then overrides in part."""
    if find_spec("likeforlike.web.settings"):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "likeforlike.web.settings")
    elif not settings.configured:
        settings.configure(USE_TZ=True)


def give_release(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The middleware: `request.release`."""

    def middleware(request: Any) -> Any:
        request.release = SERVED.get("release")
        return get_response(request)

    return middleware
