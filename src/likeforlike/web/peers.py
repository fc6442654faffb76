"""Who an organisation is compared with, and the strip of these peers, laid out once for each release."""

from __future__ import annotations

from functools import lru_cache

from likeforlike.release.reading import Release
from likeforlike.release.views import KindView, OrganisationView, Standing
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


# Kept by the release itself, so that another release with the same ids has its own; England's 6,200 practices cost
# some milliseconds, an area's a tenth of that.
@lru_cache(maxsize=1024)
def peers_of(
    release: Release, indicator: str, kind: str, area_kind: str | None, area: str | None
) -> Peers | None:
    """The strip of the peers in an area, or in England."""
    return lay_out_peers(release.peer_means(indicator, kind, area_kind=area_kind, area=area))
