"""One indicator: what it is, what England's answer is, whether it tells organisations apart, and its charts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from likeforlike.errors import NotFoundError
from likeforlike.release.reading import Release
from likeforlike.release.views import ChartView, ComparisonView
from likeforlike.web.asking import text_of
from likeforlike.web.pages.organisation import gather_rows
from likeforlike.web.rendering import make_page

MOST_CANDIDATES = 10


def show_all(request: HttpRequest) -> HttpResponse:
    """All indicators, by the kinds of organisation that have them."""
    release = request.opened.release
    return make_page(
        request,
        "indicators.html",
        by_kind=[(kind, release.indicators(kind.id)) for kind in request.opened.kinds],
    )


def lead(request: HttpRequest, indicator: str) -> HttpResponse:
    """An indicator without a kind leads to its first one."""
    its = request.opened.release.indicator(indicator)
    if not its.kinds:
        raise NotFoundError(f"nobody has figures of '{indicator}' in this release.")
    return HttpResponseRedirect(request.at.indicator(indicator, its.kinds[0]))


def show(request: HttpRequest, indicator: str, kind: str) -> HttpResponse:
    """The page; `organisation=CODE` shows one of them on it."""
    release = request.opened.release
    its = release.indicator(indicator)
    comparison = release.comparison(indicator, kind)
    asked = text_of(request, "organisation")
    highlighted, candidates = None, []
    if asked:
        candidates = release.search(asked, kind=kind, limit=MOST_CANDIDATES)
        if candidates and (len(candidates) == 1 or candidates[0].code == asked.upper()):
            organisation = release.organisation(kind, candidates[0].code)
            found = [row for row in gather_rows(release, organisation) if row.indicator.id == indicator]
            highlighted, candidates = (found[0] if found else None), [] if found else candidates
    return make_page(
        request,
        "indicator.html",
        its=its,
        kind=release.kind(kind),
        comparison=comparison,
        charts=charts_of(release, comparison),
        editions=[one for one in release.editions() if one.source in its.sources],
        other_kinds=[one for one in request.opened.kinds if one.id in its.kinds and one.id != kind],
        wanted=asked,
        highlighted=highlighted,
        candidates=candidates,
    )


def charts_of(release: Release, comparison: ComparisonView) -> list[ChartView]:
    """The charts of a comparison, in their order."""
    return [release.chart(key) for key in comparison.charts]
