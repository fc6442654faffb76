"""The traffic light and the red flag that were planned and withdrawn, done honestly: only what the evidence carries."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from likeforlike.web.rendering import make_page


def show(request: HttpRequest) -> HttpResponse:
    """Each rule with how many have which rating, each indicator's states, and what the public was told before."""
    release = request.opened.release
    tables = []
    for kind in request.opened.kinds:
        rows = [
            (indicator, release.comparison(indicator.id, kind.id))
            for indicator in release.indicators(kind.id)
        ]
        if rows:
            tables.append((kind, rows))
    return make_page(
        request,
        "ratings.html",
        tables=tables,
        rules=[(rule, release.kind(rule.kind)) for rule in release.rules()],
        bands=release.bands(),
    )


def show_rule(request: HttpRequest, rule: str, kind: str) -> HttpResponse:
    """What one rule says of every organisation of a kind, or of those with one rating."""
    release = request.opened.release
    found = next((one for one in release.rules() if (one.rule, one.kind) == (rule, kind)), None)
    if found is None:
        raise Http404
    word = request.GET.get("word") or None
    ratings = release.ratings(rule, kind, word=word)
    return make_page(
        request, "rule.html", rule=found, kind=release.kind(kind), ratings=ratings, word=word, most=MOST_ROWS
    )


def show_bands(request: HttpRequest, indicator: str, kind: str) -> HttpResponse:
    """The bands of one indicator that were shown to the public, quoted, and what its figures support."""
    wanted = (indicator, kind)
    found = next((one for one in request.opened.release.bands() if (one.indicator, one.kind) == wanted), None)
    if found is None:
        raise Http404
    return make_page(request, "bands.html", bands=found)


# Of a table on one page; the filter by rating, and the API, have the rest.
MOST_ROWS = 500
