"""Who is in a release: organisations with what they belong to, where they lie, and what happened to them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow.parquet

from likeforlike.catalogue import Catalogue
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.lineage_reading import Closure, read_closures, read_events
from likeforlike.measures.reading import read_names, read_observations, read_parents
from likeforlike.present import wording
from likeforlike.present.names import plain_name
from likeforlike.release.views import KindView, OrganisationView, Place, Spot
from likeforlike.store import Manifest, Store

ENGLAND = "england"
LIST_SIZE = "list_size"
ENDED = {
    "closed": "Closed on {day}",
    "list_ended": "Has had no patients since {day}",
    "dormant": "Dormant since {day}",
}


@dataclass(frozen=True)
class Located:
    """Where an organisation lies."""

    postcode: str | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Organisations:
    """Everybody, by kind and code."""

    views: tuple[OrganisationView, ...]
    kinds: tuple[KindView, ...]
    memberships: tuple[tuple[str, str, str, str], ...]
    """Kind, code, kind of area, area."""
    spots: Mapping[str, Spot]
    """Of a postcode or outward code: the middle of the organisations known there."""


def gather_organisations(
    build: Build, catalogue: Catalogue, store: Store, manifest: Manifest
) -> Organisations:
    """Read everybody from a build, and where they are from the stored tables that say so."""
    names = {key: plain_name(name) for key, name in sorted(read_names(build).items()) if key[0] != ENGLAND}
    located = locate_organisations(catalogue, store, manifest)
    parents = {
        (kind.id, parent): read_parents(build, kind.id, parent)
        for kind in catalogue.organisation_types.values()
        for parent in kind.parents
        if parent != ENGLAND
    }
    closures = {kind: read_closures(build, kind) for kind in catalogue.organisation_types}
    sizes = _sizes(build)
    history = _history(build, names)
    views = tuple(
        _view(catalogue, names, kind, code, name, located, parents, closures[kind].get(code), sizes, history)
        for (kind, code), name in names.items()
    )
    open_by_kind: dict[str, int] = defaultdict(int)
    for one in views:
        open_by_kind[one.kind] += one.closed is None
    memberships = sorted(
        (kind, code, parent, area)
        for (kind, parent), its in parents.items()
        for code, area in its.items()
        if (kind, code) in names
    )
    used = {(kind, parent) for kind, _, parent, _ in memberships}
    kinds = tuple(
        KindView(
            one.id,
            one.title,
            one.plural,
            open_by_kind[one.id],
            tuple(parent for parent in one.parents if (one.id, parent) in used),
        )
        for one in catalogue.organisation_types.values()
        if one.id in open_by_kind
    )
    return Organisations(views, kinds, tuple(memberships), _spots(views))


def locate_organisations(catalogue: Catalogue, store: Store, manifest: Manifest) -> dict[str, Located]:
    """Code → postcode and coordinates, from every stored table that prints a postcode; newer issues stand first."""
    found: dict[str, Located] = {}
    by_postcode: dict[str, tuple[float, float]] = {}
    for file in sorted(manifest.files, key=lambda file: (file.published, file.edition), reverse=True):
        source = catalogue.sources.get(file.source)
        if source is None or file.restricted:
            continue
        for stored in file.tables:
            table = source.table(stored.table)
            columns = {column.name for column in table.columns}
            if "postcode" not in columns or table.organisation is None:
                continue
            wanted = [table.organisation, "postcode", *sorted({"latitude", "longitude"} & columns)]
            rows = pyarrow.parquet.read_table(store.path(stored.parquet), columns=wanted).to_pylist()
            for row in rows:
                code, postcode = row[table.organisation], row["postcode"]
                latitude, longitude = row.get("latitude"), row.get("longitude")
                if postcode and latitude is not None and longitude is not None:
                    by_postcode.setdefault(postcode, (float(latitude), float(longitude)))
                if code and postcode and code not in found:
                    found[code] = Located(postcode, None, None)
    return {
        code: Located(one.postcode, *by_postcode.get(str(one.postcode), (None, None)))
        for code, one in found.items()
    }


def _sizes(build: Build) -> dict[tuple[str, str], str]:
    """The newest list size of practices and areas, in words."""
    try:
        observed = read_observations(build, LIST_SIZE)
    except NotFoundError:
        return {}
    columns = ("organisation_type", "organisation", "period_start", "value")
    newest: dict[tuple[str, str], tuple[datetime.date, float]] = {}
    for kind, code, start, value in zip(*(observed[name].to_pylist() for name in columns), strict=True):
        if value is not None and (code not in newest or start > newest[kind, code][0]):
            newest[kind, code] = (start, value)
    return {key: wording.count(round(value), "patient") for key, (_, value) in newest.items()}


def _history(build: Build, names: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """What happened to whom, newest first."""
    lines: dict[tuple[str, str], list[tuple[datetime.date, str]]] = defaultdict(list)
    for event in read_events(build, events=("succeeded_by", "part_moved_to")):
        if event.other is None:
            continue
        kind, day = event.organisation_type, wording.day(event.day)
        known = "" if event.basis == "stated" else " (inferred from its list)"
        whole = event.event == "succeeded_by"
        ours = names.get((kind, event.organisation), event.organisation)
        theirs = names.get((kind, event.other), event.other)
        went = "Followed by" if whole else "Part of its patients moved to"
        came = "Took over from" if whole else "Took over patients of"
        lines[kind, event.organisation].append((event.day, f"{went} {theirs} on {day}{known}."))
        lines[kind, event.other].append((event.day, f"{came} {ours} on {day}{known}."))
    return {
        key: tuple(dict.fromkeys(text for _, text in sorted(found, reverse=True)))
        for key, found in lines.items()
    }


def _view(
    catalogue: Catalogue,
    names: Mapping[tuple[str, str], str],
    kind: str,
    code: str,
    name: str,
    located: Mapping[str, Located],
    parents: Mapping[tuple[str, str], Mapping[str, str]],
    closure: Closure | None,
    sizes: Mapping[tuple[str, str], str],
    history: Mapping[tuple[str, str], tuple[str, ...]],
) -> OrganisationView:
    definition = catalogue.organisation_types[kind]
    above = [
        Place(parent, its[code], names.get((parent, its[code]), its[code]))
        for parent in definition.parents
        if code in (its := parents.get((kind, parent), {}))
    ]
    where = located.get(code, Located(None, None, None))
    said = history.get((kind, code), ())
    if closure and closure.how in ENDED:
        said = (f"{ENDED[closure.how].format(day=wording.day(closure.day))}.", *said)
    return OrganisationView(
        kind=kind,
        kind_title=definition.title,
        code=code,
        name=name,
        postcode=where.postcode,
        latitude=where.latitude,
        longitude=where.longitude,
        parents=tuple(above),
        size=sizes.get((kind, code)),
        closed=closure.day.isoformat() if closure else None,
        successors=tuple(
            Place(kind, one.organisation, names.get((kind, one.organisation), one.organisation))
            for one in (closure.successors if closure else ())
        ),
        history=said,
        fictional=definition.is_fictional(code),
    )


def _spots(views: tuple[OrganisationView, ...]) -> dict[str, Spot]:
    """Postcodes and outward codes of organisations whose coordinates are known: the mean of them."""
    together: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for one in views:
        if one.postcode and one.latitude is not None and one.longitude is not None:
            for word in {one.postcode.upper(), one.postcode.upper().partition(" ")[0]}:
                together[word].append((one.latitude, one.longitude))
    return {
        word: Spot(
            word,
            sum(latitude for latitude, _ in places) / len(places),
            sum(longitude for _, longitude in places) / len(places),
        )
        for word, places in sorted(together.items())
    }


# A position among more than this tells nobody anything: they are placed within areas of at least so many.
MOST_PEERS, LEAST_PEERS = 500, 20


def peer_area(kind: KindView, memberships: Sequence[tuple[str, str, str, str]]) -> str | None:
    """The kind of area within which organisations of a kind are placed; None: among all of England's.

    It is the nearest whose areas have at least `LEAST_PEERS` of them, in the mean.
    """
    if kind.organisations <= MOST_PEERS:
        return None
    for area_kind in kind.area_kinds:
        areas = [area for its, _, parent, area in memberships if (its, parent) == (kind.id, area_kind)]
        if len(areas) >= LEAST_PEERS * len(set(areas)):
            return area_kind
    return None
