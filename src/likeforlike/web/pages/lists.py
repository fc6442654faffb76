"""The services of a kind, in an area or in England: groups first, a position only with its range."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

from django.http import HttpRequest, HttpResponse

from likeforlike.errors import NotFoundError
from likeforlike.present import wording
from likeforlike.release.reading import Release
from likeforlike.release.views import IndicatorView, KindView, Listed, Place, Standing
from likeforlike.web.asking import area_given, one_of, page_number, several_of, text_of
from likeforlike.web.map import lay_out_map
from likeforlike.web.rendering import MARKS, make_page
from likeforlike.web.shared import area_of, areas_of, list_of, peers_of
from likeforlike.web.strips import Own, Peers, lay_out_own

ROWS = 50
MOST_COLUMNS = 4
SORTS = {"group": "Group, then name", "position": "Position", "name": "Name", "distance": "Distance"}


@dataclass(frozen=True)
class Cell:
    """One organisation on one indicator in a list."""

    indicator: IndicatorView
    standing: Standing | None
    peers: Peers | None
    own: Own | None


@dataclass(frozen=True)
class Row:
    """One organisation in a list."""

    listed: Listed
    cells: list[Cell]


def show(request: HttpRequest, kind: str) -> HttpResponse:
    """The list with its filters, as the address has them."""
    release = request.opened.release
    its = release.kind(kind)
    indicators = {one.id: one for one in release.indicators(kind)}
    columns = several_of(request, "indicator", indicators, MOST_COLUMNS) or _first_ranked(
        release, kind, indicators
    )
    place = _place(release, its, area_given(request, its.area_kinds))
    near = text_of(request, "near")
    spot = release.locate(near) if near else None
    main = columns[0] if columns else ""
    everybody = list_of(
        release, kind, main, place.kind if place else None, place.code if place else None, spot
    )
    counts = Counter(one.state for one in everybody)
    state = one_of(request, "state", MARKS, "")
    sort = one_of(request, "sort", SORTS, "distance" if spot else "group" if main else "name")
    wanted = sort_listed([one for one in everybody if state in ("", one.state)], sort)
    pages = max(ceil(len(wanted) / ROWS), 1)
    number = page_number(request, pages)
    shown = wanted[(number - 1) * ROWS : number * ROWS]
    rows = _rows(release, its, place, [indicators[one] for one in columns], shown)
    groups = [(one, counts[one]) for one in wording.SHAPES if counts[one]]
    query = [
        ("area_kind", place.kind if place else ""),
        ("area", place.code if place else ""),
        *(("indicator", one) for one in columns),
        ("near", near),
    ]
    answer = make_page(
        request,
        "list.html",
        its=its,
        place=place,
        areas=areas_of(release, its),
        indicators=list(indicators.values()),
        columns=[indicators[one] for one in columns],
        comparison=release.comparison(main, kind) if main else None,
        everybody=len(everybody),
        groups=groups,
        groups_in_words=wording.enumerate_words([f"{number:,} {one}" for one, number in groups]),
        page_link=lambda number: request.at.service(
            kind, [*query, ("sort", sort), ("state", state), ("page", str(number))]
        ),
        state=state,
        sort=sort,
        sorts={name: words for name, words in SORTS.items() if name != "distance" or spot},
        near=near,
        spot=spot,
        rows=rows,
        all_peers=list(dict.fromkeys(cell.peers for row in rows for cell in row.cells if cell.peers)),
        area_words=_area_words(its, request.opened.kinds),
        matching=len(wanted),
        number=number,
        pages=pages,
        query=query,
        map=lay_out_map(wanted) if place or spot else None,
    )
    # What the writer of files needs to know.
    answer.pages = pages
    return answer


def sort_listed(listed: list[Listed], sort: str) -> list[Listed]:
    """In the order that was asked for; the list comes by name, and ties keep it."""
    order = list(wording.SHAPES)
    match sort:
        case "group":
            return sorted(listed, key=lambda one: order.index(one.state))
        case "position":
            return sorted(listed, key=lambda one: inf if one.mean is None else -one.mean)
        case "distance":
            return sorted(listed, key=lambda one: inf if one.kilometres is None else one.kilometres)
    return listed


def _first_ranked(release: Release, kind: str, indicators: dict[str, IndicatorView]) -> list[str]:
    """The first indicator that places organisations, else the first."""
    for one in indicators:
        if release.comparison(one, kind).ranked:
            return [one]
    return list(indicators)[:1]


def _place(release: Release, its: KindView, given: tuple[str, str] | None) -> Place | None:
    if given is None:
        return None
    for place, _ in release.areas(its.id, given[0]):
        if place.code == given[1]:
            return place
    raise NotFoundError(
        f"no {its.plural} of this release are in the area '{given[1]}'.",
        next_step="Choose an area from the list of this kind of service.",
    )


def _area_words(its: KindView, kinds: Sequence[KindView]) -> dict[str, str]:
    """What the areas of each kind are called; an area need not be an organisation of this release."""
    named = {one.id: wording.sentence(one.plural) for one in kinds}
    return {kind: named.get(kind, wording.sentence(kind.replace("_", " "))) for kind in its.area_kinds}


def _rows(
    release: Release, its: KindView, place: Place | None, columns: list[IndicatorView], shown: list[Listed]
) -> list[Row]:
    return [Row(one, [_cell(release, its, place, column, one) for column in columns]) for one in shown]


def _cell(
    release: Release, its: KindView, place: Place | None, indicator: IndicatorView, one: Listed
) -> Cell:
    try:
        standing = release.standing(indicator.id, its.id, one.code)
    except NotFoundError:
        return Cell(indicator, None, None, None)
    if standing.mean is None:
        return Cell(indicator, standing, None, None)
    # The peers are those that the range of positions is about, whatever the list is of.
    here = place is not None and standing.area == place.code
    area_kind = place.kind if place and here else area_of(standing, its, None)
    if standing.area and not here:
        area_kind = area_of(standing, its, release.organisation(its.id, one.code))
    peers = peers_of(release, indicator.id, its.id, area_kind, standing.area if area_kind else None)
    return Cell(indicator, standing, peers, lay_out_own(peers, standing) if peers else None)
