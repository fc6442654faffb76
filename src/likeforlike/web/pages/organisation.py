"""One organisation: who it is, and each indicator with value, interval, expectation, state and range of positions."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from likeforlike.present import wording
from likeforlike.release.reading import Release
from likeforlike.release.views import HistoryPoint, IndicatorView, OrganisationView, Standing
from likeforlike.web.histories import Line, lay_out_history
from likeforlike.web.rendering import make_page
from likeforlike.web.shared import area_of, peers_of
from likeforlike.web.strips import Own, Peers, lay_out_own

# Of the list on the page; all twenty are in the comparison.
SIMILAR_SHOWN = 5


@dataclass(frozen=True)
class Row:
    """One indicator on the page of an organisation."""

    indicator: IndicatorView
    standing: Standing
    peers: Peers | None
    own: Own | None
    history: list[HistoryPoint]
    line: Line | None


def show(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The page; of a closed organisation, with the status of what is gone and its successors."""
    release = request.opened.release
    its = release.organisation(kind, code)
    rows = gather_rows(release, its)
    states = [row.standing.state for row in rows]
    glance = [(state, states.count(state)) for state in wording.SHAPES if state in states]
    similar = release.similar(kind, code)
    titles = {one.rule: one.title for one in release.rules() if one.kind == kind}
    return make_page(
        request,
        "organisation.html",
        status=410 if its.closed and its.successors else 200,
        its=its,
        rows=rows,
        glance=glance,
        glance_in_words=wording.enumerate_words([f"{number} {state}" for state, number in glance]),
        kind=release.kind(kind),
        ratings=[(one, titles[one.rule]) for one in release.ratings_of(kind, code)],
        similar=similar[:SIMILAR_SHOWN],
        similar_in_all=len(similar),
    )


def gather_rows(release: Release, its: OrganisationView) -> list[Row]:
    """Its indicators, in their order."""
    kind = release.kind(its.kind)
    indicators = {one.id: one for one in release.indicators(its.kind)}
    rows = []
    for standing in release.standings_of(its.kind, its.code):
        indicator = indicators[standing.indicator]
        area_kind = area_of(standing, kind, its)
        peers = own = None
        if standing.mean is not None:
            area = standing.area if area_kind else None
            peers = peers_of(release, indicator.id, its.kind, area_kind, area)
            own = lay_out_own(peers, standing) if peers else None
        history = release.history(indicator.id, its.kind, its.code)
        rows.append(Row(indicator, standing, peers, own, history, lay_out_history(history)))
    return rows
