"""The traffic light that was planned and withdrawn, done honestly: a state only where the interval supports it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from likeforlike.web.rendering import make_page


def show(request: HttpRequest) -> HttpResponse:
    """Each indicator of each kind, with how many are better, as expected, worse, and cannot be told."""
    release = request.opened.release
    tables = []
    for kind in request.opened.kinds:
        rows = [
            (indicator, comparison)
            for indicator in release.indicators(kind.id)
            if (comparison := release.comparison(indicator.id, kind.id))
        ]
        if rows:
            tables.append((kind, rows))
    return make_page(request, "ratings.html", tables=tables)
