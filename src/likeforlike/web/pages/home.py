"""Where people begin: search by place, postcode, name or code, and entry by kind of service."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from likeforlike.release.views import Found
from likeforlike.web.rendering import make_page

LONGEST_QUESTION = 100
NEAREST = 5
MOST_FOUND = 30


def show(request: HttpRequest) -> HttpResponse:
    """What this is, and two ways in."""
    release = request.opened.release
    return make_page(request, "home.html", indicators=release.indicators())


def search(request: HttpRequest) -> HttpResponse:
    """Whoever has this name or code, and who is near this place."""
    release, kinds = request.opened.release, request.opened.kinds
    asked = " ".join(request.GET.get("q", "")[:LONGEST_QUESTION].replace("\0", " ").split())
    kind = request.GET.get("kind", "")
    kind = kind if kind in {one.id for one in kinds} else ""
    found: list[Found] = []
    spot, nearest = None, []
    if asked:
        found = release.search(asked, kind=kind or None, limit=MOST_FOUND)
        spot = release.locate(asked)
    if spot is not None:
        wanted = [one for one in kinds if kind in ("", one.id)]
        nearest = [(one, release.near(spot, one.id, limit=NEAREST)) for one in wanted]
        nearest = [(one, places) for one, places in nearest if places]
    return make_page(
        request, "search.html", question=asked, chosen=kind, found=found, spot=spot, nearest=nearest
    )
