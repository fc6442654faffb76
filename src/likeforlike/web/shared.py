"""What many pages of a release share and is looked up once: strips of peers, lists of a kind, areas to choose from."""

from __future__ import annotations

from functools import lru_cache

from likeforlike.release.reading import Release
from likeforlike.release.views import KindView, Listed, OrganisationView, Place, Spot, Standing
from likeforlike.web.strips import Peers, lay_out_peers


def area_of(standing: Standing, kind: KindView, parents: OrganisationView | None) -> str | None:
    """The kind of area in which a standing's peers are counted; none where they are all of England's."""
    if standing.area is None:
        return None
    if parents is not None:
        for place in parents.parents:
            if place.code == standing.area and place.kind in kind.area_kinds:
                return place.kind
    return kind.area_kinds[0] if kind.area_kinds else None


# More areas than this are no choice for a form; they are reached from the pages of their organisations.
MOST_AREAS = 250


# Kept by the release itself, so that another release with the same ids has its own; England's 6,200 practices cost
# some milliseconds, an area's a tenth of that.
@lru_cache(maxsize=1024)
def peers_of(
    release: Release, indicator: str, kind: str, area_kind: str | None, area: str | None
) -> Peers | None:
    """The strip of the peers in an area, or in England."""
    return lay_out_peers(release.peer_means(indicator, kind, area_kind=area_kind, area=area))


# England's 6,200 practices are 2 MB of memory and 50 ms of work.
@lru_cache(maxsize=16)
def list_of(
    release: Release, kind: str, indicator: str, area_kind: str | None, area: str | None, spot: Spot | None
) -> tuple[Listed, ...]:
    """The open organisations of a kind, in an area or in England."""
    return tuple(release.listed(kind, indicator, area_kind=area_kind, area=area, spot=spot))


@lru_cache(maxsize=64)
def areas_of(release: Release, kind: KindView) -> tuple[tuple[str, tuple[tuple[Place, int], ...]], ...]:
    """The areas by which a kind of organisation can be listed: those that one can choose from."""
    areas = ((area_kind, tuple(release.areas(kind.id, area_kind))) for area_kind in kind.area_kinds)
    return tuple((area_kind, places) for area_kind, places in areas if len(places) <= MOST_AREAS)
