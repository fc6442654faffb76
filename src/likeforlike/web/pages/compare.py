"""Up to six organisations side by side; the address holds the whole choice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from likeforlike.errors import NotFoundError
from likeforlike.release.reading import Release
from likeforlike.release.views import Found, OrganisationView
from likeforlike.web.asking import one_of, several_of, text_of
from likeforlike.web.pages.organisation import gather_rows
from likeforlike.web.rendering import make_page

MOST = 6
MOST_CANDIDATES = 10
MOST_INDICATORS = 40


def show(request: HttpRequest) -> HttpResponse:
    """The comparison, and the form with which it is put together."""
    release, kinds = request.opened.release, request.opened.kinds
    kind = one_of(request, "kind", [one.id for one in kinds], kinds[0].id if kinds else "")
    chosen = _chosen(release, kind, request.GET.getlist("code"))
    full = len(chosen) >= MOST
    candidates: list[Found] = []
    added = text_of(request, "add")
    if added and not full:
        candidates = [
            one
            for one in release.search(added, kind=kind, limit=MOST_CANDIDATES)
            if one.code not in {its.code for its in chosen}
        ]
        if candidates and candidates[0].code == added.upper():
            chosen, candidates = [*chosen, release.organisation(kind, candidates[0].code)], []
    indicators = {one.id: one for one in release.indicators(kind)} if kind else {}
    wanted = several_of(request, "indicator", indicators, MOST_INDICATORS)
    rows = [{row.indicator.id: row for row in gather_rows(release, its)} for its in chosen]
    codes = {its.code for its in chosen}
    similar = (
        [one for one in release.similar(kind, chosen[0].code) if one.code not in codes] if chosen else []
    )
    return make_page(
        request,
        "compare.html",
        kind=next((one for one in kinds if one.id == kind), None),
        chosen=chosen,
        rows=rows,
        wanted=wanted,
        indicators=list(indicators.values()),
        shown=[indicators[one] for one in wanted or indicators if any(one in its for its in rows)],
        candidates=candidates,
        added=added,
        most=MOST,
        full=len(chosen) >= MOST,
        similar=similar[:5],
    )


def _chosen(release: Release, kind: str, codes: list[str]) -> list[OrganisationView]:
    """The organisations of the address; those that this release does not know are left out."""
    found = []
    for code in list(dict.fromkeys(codes))[:MOST]:
        try:
            found.append(release.organisation(kind, code))
        except NotFoundError:
            continue
    return found
