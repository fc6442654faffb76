"""Between a request and its page: which release is asked for, what may be kept by whom, and what a browser may do."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import logging
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from likeforlike.errors import NotFoundError, StoreError, UserError
from likeforlike.web.addresses import Addresses
from likeforlike.web.kept_pages import KeptPage, KeptPages
from likeforlike.web.pages.errors import explain
from likeforlike.web.rack import Rack

OLDER = re.compile(r"^/releases/([^/]+)(/.*)?$")
# What is answered whatever release there is, and never kept.
WITHOUT_RELEASE = ("/health", "/assets/")
CONTENT_SECURITY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
NOW, EARLIER = "public, max-age=300", "public, max-age=86400"

Answer = Callable[[HttpRequest], HttpResponse]


def add_headers(get_response: Answer) -> Answer:
    """What a browser may do with our pages: nothing from elsewhere, nothing inline, in no frame."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return answer


class serve_release:  # noqa: N801 - Django calls it as a function
    """Finds the release that an address means, answers from kept pages, and turns errors into pages."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response
        self._rack = Rack(settings.LIKEFORLIKE_SITE.releases)
        self._kept = KeptPages()
        # The first visitor does not wait for the hash of the release; without one, every visitor is told.
        with contextlib.suppress(StoreError):
            self._rack.current()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.rack, request.at, request.opened, request.release = self._rack, Addresses(), None, None
        # Refuses a name that is not ours, which no other part of this site would ask for.
        request.get_host()
        if request.path_info.startswith(WITHOUT_RELEASE):
            return self._get_response(request)
        try:
            request.opened = self._rack.current()
            asked = request.path_info
            if older := OLDER.match(asked):
                request.opened = self._rack.named(older[1])
                request.at = Addresses(f"/releases/{older[1]}")
                request.path_info = older[2] or "/"
        except (NotFoundError, StoreError) as error:
            return explain(request, error)
        request.release = request.opened.release
        return self._answer(request, f"{request.opened.about.id} {asked}?{request.META['QUERY_STRING']}")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """An error that a person can put right is a page with its status; any other is Django's to report."""
        return explain(request, error) if isinstance(error, UserError) else None

    def _answer(self, request: HttpRequest, key: str) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self._get_response(request)
        kept = self._kept.get(key)
        if kept is None:
            response = self._get_response(request)
            if response.status_code != 200 or response.streaming or response.has_header("Cache-Control"):
                return response
            kept = keep(response)
            self._kept.put(key, kept)
        return give(request, kept)


def keep(response: HttpResponse) -> KeptPage:
    """A page as it is kept: packed once for everybody."""
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    body = response.content
    return KeptPage(
        gzip.compress(body, compresslevel=5, mtime=0), headers, hashlib.sha256(body).hexdigest()[:24]
    )


def give(request: HttpRequest, kept: KeptPage) -> HttpResponse:
    """A kept page for one who asks: packed where that is understood, nothing where it is known already."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    tag = f'"{kept.mark}-gz"' if packed else f'"{kept.mark}"'
    response: Any
    if tag in [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(kept.packed if packed else gzip.decompress(kept.packed), headers=kept.headers)
        if packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = tag
    response["Vary"] = "Accept-Encoding, Accept"
    response["Cache-Control"] = EARLIER if request.at.prefix else NOW
    return response


logging.getLogger("django.security.DisallowedHost").setLevel(logging.CRITICAL)
