"""Where the API answers: `path("api/", include("likeforlike.api.urls"))` in a site's addresses.

The site says which release is served by `request.release`. Its settings may have `API_REQUESTS_PER_MINUTE`,
`API_BURST` and `API_PROXIES`: how many servers of its own stand before it and add to X-Forwarded-For.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, include, path, re_path

from likeforlike.api.api import api
from likeforlike.api.endpoint import FRESH
from likeforlike.api.guard import guard
from likeforlike.api.reference import read_style, write_reference
from likeforlike.api.refusals import Refused
from likeforlike.api.schema import make_schema

KEPT = {"Cache-Control": f"public, max-age={FRESH}"}


def show_schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description."""
    return JsonResponse(make_schema(request.path.removesuffix("openapi.json")), headers=KEPT)


def show_reference(request: HttpRequest) -> HttpResponse:
    """The reference for people."""
    return HttpResponse(write_reference(request.path.removesuffix("docs")), headers=KEPT)


def show_style(_request: HttpRequest) -> HttpResponse:
    """The style sheet of the reference."""
    return HttpResponse(read_style(), content_type="text/css; charset=utf-8", headers=KEPT)


def lead_to_reference(request: HttpRequest) -> HttpResponse:
    """From the root to the reference."""
    return HttpResponseRedirect(f"{request.path}docs")


def refuse_address(_request: HttpRequest) -> HttpResponse:
    """An address that there is not."""
    raise Refused(404, "not_found", "There is no such address in this API.")


# (?s): an address with a line break in it is no page of the site either.
ELSEWHERE = [re_path(r"(?s)^.*$", guard(refuse_address))]
version_1 = [
    path("", guard(lead_to_reference)),
    path("openapi.json", guard(show_schema)),
    path("docs", guard(show_reference)),
    path("docs.css", guard(show_style)),
    *(
        URLPattern(one.pattern, guard(one.callback), one.default_args)
        for one in api.urls[0]
        if isinstance(one, URLPattern) and one.name != "api-root"
    ),
]
urlpatterns = [path("v1/", include(version_1)), *ELSEWHERE]
