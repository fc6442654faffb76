"""Addresses about organisations: kinds, areas, lists, search, places near, lineage and peers."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Router

from likeforlike.api.endpoint import Listing, endpoint
from likeforlike.api.parameters import (
    LONGEST_TEXT,
    USUAL,
    Area,
    AreaKind,
    Code,
    FewFound,
    Kind,
    Limit,
    OptionalKind,
    Parameter,
)
from likeforlike.api.refusals import Refused
from likeforlike.api.views import AreaView, LineageView, PeerView
from likeforlike.errors import NotFoundError
from likeforlike.release.reading import Release
from likeforlike.release.views import Found, KindView, OrganisationView, Place, Spot, Standing

router = Router(tags=["Organisations"])
TEXT = {"min_length": 1, "max_length": LONGEST_TEXT}
LATITUDES = {"ge": -90, "le": 90, "allow_inf_nan": False}
LONGITUDES = {"ge": -180, "le": 180, "allow_inf_nan": False}


@endpoint(router, "/kinds", many=KindView)
def kinds(release: Release) -> Listing:
    """Kinds of organisation.

    Each kind says by which kinds of area its organisations can be listed.
    """
    return Listing(release.kinds())


@endpoint(router, "/areas", many=AreaView)
def areas(
    release: Release,
    kind: Kind,
    area_kind: Annotated[str, Parameter("Kind of area, one of the kind's `area_kinds`.")],
) -> Listing:
    """Areas with organisations of a kind.

    By name, each with how many organisations it has.
    """
    _check_area_kind(release, kind, area_kind)
    return Listing(
        [
            AreaView(place.kind, place.code, place.name, number)
            for place, number in release.areas(kind, area_kind)
        ]
    )


@endpoint(router, "/organisations", many=OrganisationView)
def organisations(
    release: Release,
    kind: Kind,
    area_kind: AreaKind = None,
    area: Area = None,
    after: str = "",
    limit: Limit = USUAL,
) -> Listing:
    """All organisations of a kind, or of an area.

    In order of code; closed ones among them, with the day since which they are no more.
    """
    if check_area(release, kind, area_kind, area) is None:
        found = release.organisations(kind, after=after, limit=limit + 1)
    else:
        codes = release.members(kind, area_kind or "", area or "")
        wanted = [code for code in codes if code > after][: limit + 1]
        found = [release.organisation(kind, code) for code in wanted]
    return page_of(found, limit)


@endpoint(router, "/organisations/search", many=Found)
def search_organisations(
    release: Release,
    q: Annotated[str, Parameter("A name, however misspelt, or a code.", TEXT)],
    kind: OptionalKind = None,
    limit: FewFound = 20,
) -> Listing:
    """Organisations by name or code.

    The most likely first. A name needs a word of three letters; typing errors are allowed for.
    """
    if kind is not None:
        release.kind(kind)
    return Listing(release.search(q, kind=kind, limit=limit))


@endpoint(router, "/organisations/near", many=Found)
def organisations_near(
    release: Release,
    kind: Kind,
    place: Annotated[str | None, Parameter("A postcode, an outward code or a town.", TEXT)] = None,
    latitude: Annotated[float | None, Parameter("Of a place, in degrees north.", LATITUDES)] = None,
    longitude: Annotated[float | None, Parameter("In degrees east.", LONGITUDES)] = None,
    limit: FewFound = 20,
) -> Listing:
    """The nearest open organisations of a kind.

    Of a `place`, or of a `latitude` and `longitude`; by straight lines, in kilometres.
    """
    release.kind(kind)
    if place is not None and latitude is None and longitude is None:
        spot = release.locate(place)
        if spot is None:
            raise NotFoundError(
                f"nothing in this release tells where '{place}' is.",
                next_step="Give a postcode, its first half, a town with such an organisation, "
                "or a latitude and longitude.",
            )
    elif place is None and latitude is not None and longitude is not None:
        spot = Spot("", latitude, longitude)
    else:
        raise Refused(
            422, "invalid_parameter", "place: either a place or a latitude with its longitude is needed."
        )
    return Listing(release.near(spot, kind, limit=limit))


@endpoint(router, "/organisations/{kind}/{code}", one=OrganisationView)
def organisation(release: Release, kind: Kind, code: Code) -> OrganisationView:
    """Who an organisation is."""
    return release.organisation(kind, code)


@endpoint(router, "/organisations/{kind}/{code}/lineage", one=LineageView)
def lineage(release: Release, kind: Kind, code: Code) -> LineageView:
    """What became of an organisation.

    Its successors, theirs where they have closed as well, and what happened in sentences.
    """
    own = release.organisation(kind, code)
    return LineageView(kind, code, own.name, own.closed, own.successors, _today(release, own), own.history)


@endpoint(router, "/organisations/{kind}/{code}/standings", many=Standing)
def standings_of_organisation(release: Release, kind: Kind, code: Code) -> Listing:
    """One organisation on every indicator.

    In the order of the indicators. A position is always a range, `least` to `most` among `peers`.
    """
    release.organisation(kind, code)
    return Listing(release.standings_of(kind, code))


@endpoint(router, "/organisations/{kind}/{code}/peers", many=PeerView)
def peers(
    release: Release,
    kind: Kind,
    code: Code,
    by: Annotated[
        Literal["similar", "area"],
        Parameter("Those with the most similar population, or those of its area.", {}),
    ] = "similar",
    area_kind: AreaKind = None,
) -> Listing:
    """An organisation's peers.

    Similar ones come nearest first; those of its area in order of code, itself left out. `area_kind` says which of
    its areas is meant, the nearest unless said. For the figures of peers, give `similar_to`, `area` or `code` to
    the standings of a comparison.
    """
    own = release.organisation(kind, code)
    if by == "similar":
        if area_kind is not None:
            raise Refused(422, "invalid_parameter", "area_kind: it goes with by=area.")
        similar = release.similar(kind, code)
        return Listing([PeerView(kind, one.code, one.name, one.distance) for one in similar])
    parents = [one for one in own.parents if area_kind in (None, one.kind)]
    if not parents:
        raise NotFoundError(
            f"this release knows no area of that kind for '{code}'.",
            next_step="Its areas are the `parents` of the organisation.",
        )
    others = [one for one in release.members(kind, parents[0].kind, parents[0].code) if one != code]
    return Listing([PeerView(kind, one, release.organisation(kind, one).name, None) for one in others])


def check_area(release: Release, kind: str, area_kind: str | None, area: str | None) -> str | None:
    """The area, if there is one, after a look whether it goes with the kind.

    Raises:
        Refused: one of area and area_kind without the other.
        NotFoundError: an unknown kind of organisation or area.
    """
    if (area is None) != (area_kind is None):
        raise Refused(422, "invalid_parameter", "area: an area and its area_kind go together.")
    if area_kind is None:
        release.kind(kind)
    else:
        _check_area_kind(release, kind, area_kind)
    return area


def page_of(found: list[OrganisationView] | list[Standing], limit: int) -> Listing:
    """The first so many, and where the next page begins if there are more."""
    more = len(found) > limit
    return Listing(found[:limit], found[limit - 1].code if more else None)


def _check_area_kind(release: Release, kind: str, area_kind: str) -> None:
    known = release.kind(kind).area_kinds
    if area_kind not in known:
        listed = f"Known: {', '.join(known)}." if known else "They belong to England only."
        raise NotFoundError(
            f"organisations of kind '{kind}' have no areas of kind '{area_kind}'.", next_step=listed
        )


def _today(release: Release, own: OrganisationView) -> tuple[Place, ...]:
    """Who carries it on now; nobody is asked twice, for codes have come back to where they were."""
    found: dict[Place, None] = {}
    asked = {(own.kind, own.code)}
    waiting = [(Place(own.kind, own.code, own.name), own)]
    while waiting:
        place, view = waiting.pop(0)
        if view.closed is None or not view.successors:
            # Who closed and left nobody behind is carried on by nobody.
            found |= {place: None} if view.closed is None else {}
            continue
        for successor in view.successors:
            if (successor.kind, successor.code) in asked:
                continue
            asked.add((successor.kind, successor.code))
            try:
                waiting.append((successor, release.organisation(successor.kind, successor.code)))
            except NotFoundError:
                # Named by the lineage, though the release has no figure of it.
                found[successor] = None
    return tuple(found)
