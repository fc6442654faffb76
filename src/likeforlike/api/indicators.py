"""Addresses about indicators: definitions, comparisons, standings and histories."""

from __future__ import annotations

from typing import Annotated

from ninja import Router

from likeforlike.api.endpoint import Listing, endpoint
from likeforlike.api.organisations import check_area, page_of
from likeforlike.api.parameters import (
    MOST_CODES,
    USUAL,
    Area,
    AreaKind,
    Code,
    IndicatorId,
    Kind,
    Limit,
    OptionalKind,
    Parameter,
    State,
)
from likeforlike.api.refusals import Refused
from likeforlike.errors import NotFoundError
from likeforlike.release.reading import Release
from likeforlike.release.views import ComparisonView, HistoryPoint, IndicatorView, Standing

router = Router(tags=["Indicators and comparisons"])


@endpoint(router, "/indicators", many=IndicatorView)
def indicators(
    release: Release,
    kind: OptionalKind = None,
) -> Listing:
    """All indicators with their definitions.

    In plain words and in full: what is counted, out of what, what is expected, and what it does not tell.
    """
    if kind is not None:
        release.kind(kind)
    return Listing(release.indicators(kind))


@endpoint(router, "/indicators/{indicator}", one=IndicatorView)
def indicator(release: Release, indicator: IndicatorId) -> IndicatorView:
    """An indicator's definition."""
    return release.indicator(indicator)


@endpoint(router, "/comparisons/{indicator}/{kind}", one=ComparisonView)
def comparison(release: Release, indicator: IndicatorId, kind: Kind) -> ComparisonView:
    """One indicator over all organisations of a kind.

    Its window, the nation's figure, how many are in which state, and whether it can tell organisations apart.
    """
    return release.comparison(indicator, kind)


@endpoint(router, "/comparisons/{indicator}/{kind}/standings", many=Standing)
def standings(
    release: Release,
    indicator: IndicatorId,
    kind: Kind,
    area_kind: AreaKind = None,
    area: Area = None,
    similar_to: Annotated[
        str | None, Parameter("Only this organisation and those with the most similar population.")
    ] = None,
    code: Annotated[
        list[str],
        Parameter("Only these organisations: a list of your own, once for each.", {"max_length": MOST_CODES}),
    ] = [],  # noqa: B006 - the framework copies it
    state: State = None,
    after: str = "",
    limit: Limit = USUAL,
) -> Listing:
    """Organisations on one indicator.

    Value, interval, what is expected, state, and the position as a range, `least` to `most` of `peers`: the peers of
    `peer_words`, whichever organisations are asked for here. In order of code. Peers are chosen in one of three ways:
    `area_kind` with `area`, `similar_to`, or `code`.
    """
    if sum((area is not None, similar_to is not None, bool(code))) > 1:
        raise Refused(
            422, "invalid_parameter", "area, similar_to, code: one way of choosing organisations at a time."
        )
    check_area(release, kind, area_kind, area)
    release.comparison(indicator, kind)
    if similar_to is None and not code:
        found = release.standings(
            indicator, kind, area_kind=area_kind, area=area, state=state, after=after, limit=limit + 1
        )
        return page_of(found, limit)
    chosen = _chosen(release, indicator, kind, similar_to, code)
    return page_of([one for one in chosen if one.code > after and state in (None, one.state)], limit)


@endpoint(router, "/comparisons/{indicator}/{kind}/standings/{code}", one=Standing)
def standing(release: Release, indicator: IndicatorId, kind: Kind, code: Code) -> Standing:
    """One organisation on one indicator."""
    return release.standing(indicator, kind, code)


@endpoint(router, "/histories/{indicator}/{kind}/{code}", many=HistoryPoint)
def history(release: Release, indicator: IndicatorId, kind: Kind, code: Code) -> Listing:
    """Every period of one organisation on one indicator.

    Oldest first; a period without a figure says why there is none.
    """
    release.comparison(indicator, kind)
    release.organisation(kind, code)
    return Listing(release.history(indicator, kind, code))


def _chosen(
    release: Release, indicator: str, kind: str, similar_to: str | None, codes: list[str]
) -> list[Standing]:
    """The standings of a list of one's own, or of one organisation and its like; in order of code."""
    if similar_to is None:
        return [release.standing(indicator, kind, code) for code in sorted(set(codes))]
    release.organisation(kind, similar_to)
    found = []
    for code in sorted({similar_to, *(one.code for one in release.similar(kind, similar_to))}):
        try:
            found.append(release.standing(indicator, kind, code))
        except NotFoundError:
            # Its population is similar, and it has no figure here.
            continue
    return found
