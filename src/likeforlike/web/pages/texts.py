"""Pages that mostly are text: methods, data and editions, what changed, accessibility; and the state of the service."""

from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from likeforlike import __version__
from likeforlike.errors import StoreError
from likeforlike.web.rendering import make_page


def methods(request: HttpRequest) -> HttpResponse:
    """How organisations are compared, in plain words."""
    return make_page(request, "methods.html")


def data(request: HttpRequest) -> HttpResponse:
    """Every published file under the figures, by its source, and the releases that there are."""
    editions = sorted(request.opened.release.editions(), key=lambda one: (one.source_title, one.source))
    sources = [(key, list(ones)) for key, ones in groupby(editions, key=lambda one: one.source)]
    return make_page(
        request,
        "data.html",
        sources=sources,
        releases=request.rack.names(),
        has_api=bool(settings.LIKEFORLIKE_SITE.api) and not request.at.static,
    )


def changes(request: HttpRequest) -> HttpResponse:
    """What changed since the release before, and why."""
    release = request.opened.release
    kinds = {one.id: one.kinds[0] for one in release.indicators() if one.kinds}
    return make_page(request, "changes.html", changes=release.changes(), kinds_of=kinds)


def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return make_page(request, "accessibility.html")


def health(request: HttpRequest) -> HttpResponse:
    """Which release is served, whether it verifies, and why not another one."""
    try:
        about = request.rack.current().about
    except StoreError as error:
        answer = JsonResponse(
            {"status": "no release", "why": str(error), "software": __version__}, status=503
        )
    else:
        refused = request.rack.refused
        answer = JsonResponse(
            {
                "status": "refused a newer release" if refused else "ok",
                "release": about.id,
                "made": about.made,
                "verified": True,
                "refused": refused,
                "software": __version__,
            }
        )
    answer["Cache-Control"] = "no-store"
    return answer
