"""What every address of the API has around it: methods, limits, CORS, one shape of error, packing."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page

from likeforlike.api.limits import Buckets
from likeforlike.api.parameters import MOST
from likeforlike.api.refusals import Refused

log = logging.getLogger(__name__)
# Of one address, where the site's settings say nothing else: ten a second, and two hundred at once.
REQUESTS_PER_MINUTE = 600
BURST = 200
ROWS_A_TOKEN = 1_000
METHODS = "GET, HEAD, OPTIONS"
# Anybody's page may read it, without cookies or any other sign of who asks.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, LikeForLike-Fictional, LikeForLike-Release, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Allow": METHODS,
}
View = Callable[..., Any]


@functools.cache
def _buckets() -> Buckets:
    per_minute = getattr(settings, "API_REQUESTS_PER_MINUTE", REQUESTS_PER_MINUTE)
    return Buckets(per_minute, getattr(settings, "API_BURST", BURST))


def guard(view: View) -> Any:
    """The view with all that around it."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        try:
            response = _answer(view, request, *args, **given)
        except Refused as refused:
            response = refused.answer()
        except Exception:
            # The last resort of a face: the asker gets a sentence, the log gets the traceback.
            log.exception("The API could not answer %s", request.path)
            response = Refused(
                500,
                "internal_error",
                "This question could not be answered: the fault is ours.",
                "Try again; if it stays, tell us the address by the feedback page.",
            ).answer()
        for name, value in CORS.items():
            response[name] = value
        return response

    packed = gzip_page(guarded)
    # A mark that Django looks for: nothing is ever written.
    packed.csrf_exempt = True
    return packed


def _answer(view: View, request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=PREFLIGHT)
    if request.method not in ("GET", "HEAD"):
        raise Refused(
            405,
            "method_not_allowed",
            f"{request.method}: this API is for reading.",
            f"Use {METHODS}.",
            {"Allow": METHODS},
        )
    seconds = _buckets().take(_who_asks(request), _cost(request))
    if seconds:
        raise Refused(
            429,
            "too_many_requests",
            "Too many requests from your address.",
            f"Wait {seconds} s. A thousand rows in one answer count as two requests, in ten answers as ten.",
            {"Retry-After": str(seconds)},
        )
    if request.method == "GET":
        return view(request, *args, **given)
    # The same answer without its body.
    request.method = "GET"
    response: HttpResponse = view(request, *args, **given)
    request.method = "HEAD"
    response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def _cost(request: HttpRequest) -> int:
    """A large answer takes a worker as long as many small ones."""
    limit = request.GET.get("limit", "")
    # Anything else is refused later, and costs as little as that.
    rows = int(limit) if limit.isdecimal() and len(limit) <= len(str(MOST)) else 0
    return 1 + min(rows, MOST) // ROWS_A_TOKEN


def _who_asks(request: HttpRequest) -> str:
    """The address that asks: the connection's, or behind servers of ours the one that the first of them saw.

    Each of them adds the address it saw at the end; what stands before those was written by whoever asks.
    """
    proxies = getattr(settings, "API_PROXIES", 0)
    seen = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(seen) >= proxies and seen[-proxies]:
        return str(seen[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))
