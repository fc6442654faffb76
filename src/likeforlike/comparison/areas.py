"""Which organisations are meant: an area by code or by name."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from likeforlike.catalogue import Catalogue
from likeforlike.errors import NotFoundError, SettingsError
from likeforlike.measures.build import Build
from likeforlike.measures.reading import read_members, read_names

MOST_SUGGESTIONS = 8


@dataclass(frozen=True)
class Area:
    """An organisation that others belong to."""

    organisation_type: str
    code: str
    name: str


def find_area(build: Build, catalogue: Catalogue, wanted: str) -> Area:
    """The area with this code, else the one whose name contains these words.

    Raises:
        NotFoundError: none does, or several do: then they are named.
        SettingsError: nothing was named; every name contains nothing.
    """
    if not wanted.strip():
        raise SettingsError(
            f"the code or name of an area was expected, found '{wanted}'.",
            where="--area",
            next_step="`likeforlike show --areas` lists those of the build.",
        )
    found = areas_named(build, catalogue, wanted)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFoundError(
            f"no area has the code or name '{wanted}'.",
            next_step="`likeforlike show --areas` lists those of the build.",
        )
    suggestions = ", ".join(f"{area.code} ({area.name})" for area in found[:MOST_SUGGESTIONS])
    raise NotFoundError(
        f"{len(found)} areas have '{wanted}' in their name: {suggestions}.", next_step="Give the code of one."
    )


def areas_named(build: Build, catalogue: Catalogue, wanted: str) -> list[Area]:
    """The area with this code, else the largest of those whose names contain these words, or are these words."""
    if wanted.casefold() in ("england", "eng"):
        return [Area("england", "ENG", "England")]
    names = read_names(build)
    kinds = {parent for kind in catalogue.organisation_types.values() for parent in kind.parents}
    areas = [Area(kind, code, name) for (kind, code), name in names.items() if kind in kinds]
    exact = [area for area in areas if area.code == wanted.upper()]
    found = exact or [area for area in areas if wanted.casefold() in area.name.casefold()]
    # "Devon" is a county, an ICB and its sub-ICB: the larger area is meant.
    rank = {kind.id: kind.rank for kind in catalogue.organisation_types.values()}
    largest = max((rank[area.organisation_type] for area in found), default=0)
    found = [area for area in found if rank[area.organisation_type] == largest]
    # "Torbay" is a council whose older name has a word more, and an older code.
    named = [area for area in found if area.name.casefold() == wanted.casefold()]
    return named if len(named) == 1 else found


def list_members(build: Build, area: Area, organisation_type: str) -> dict[str, datetime.date]:
    """Organisations of a kind in an area: code → the newest month in which any file places them there."""
    return read_members(build, area.organisation_type, area.code, organisation_type)
