"""Writes the whole site as files, for a plain web server: every page that needs no question."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from likeforlike.errors import StoreError
from likeforlike.release.reading import Release
from likeforlike.web.site import Site

FIXED = ("", "search", "indicators", "compare", "ratings", "methods", "data", "changes", "accessibility")
# How often it is said how far the writing is.
PAGES_BETWEEN_REPORTS = 500


def write_site(releases: Path, directory: Path, report: Callable[[str], None] = lambda _: None) -> int:
    """Write the current release's pages below a folder that is new or empty, and say how many files there are.

    What asks the server something is left out: search, filters, the comparison side by side, feedback. `report` is
    told what is being written.

    Raises:
        StoreError: there is no release, it is damaged, or the folder has something in it.
    """
    # Django is set up once in a process, when a site is known.
    from likeforlike.web.addresses import ASSETS
    from likeforlike.web.configuration import configure
    from likeforlike.web.rack import Rack

    if directory.exists() and any(directory.iterdir()):
        raise StoreError(
            "is not empty.", where=str(directory), next_step="Name a folder that does not exist yet."
        )
    configure(Site(releases=releases, feedback=directory / "feedback"))
    rack = Rack(releases)
    opened = rack.current()
    shutil.copytree(ASSETS, directory / "assets", ignore=shutil.ignore_patterns("*.gz"))
    written = 0
    for group, path, query in _addresses(opened.release):
        if written % PAGES_BETWEEN_REPORTS == 0:
            report(f"{group}: {written:,} pages")
        for place, content in _answers(rack, opened, path, query):
            target = directory / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            written += 1
    return written


def _addresses(release: Release) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Every page: what it belongs to, its path, and the question that it answers."""
    for name in FIXED:
        yield "Pages", f"{name}/" if name else "", []
    for kind in release.kinds():
        yield "Lists", f"services/{kind.id}/", []
        for area_kind in kind.area_kinds:
            for place, _ in release.areas(kind.id, area_kind):
                yield "Lists", f"services/{kind.id}/", [("area_kind", area_kind), ("area", place.code)]
        for indicator in release.indicators(kind.id):
            yield "Indicators", f"indicators/{indicator.id}/{kind.id}/", []
            yield "Downloads", f"download/indicator/{indicator.id}/{kind.id}.csv", []
            for key in release.comparison(indicator.id, kind.id).charts:
                yield "Charts", f"charts/{key}.svg", []
                yield "Downloads", f"download/chart/{key}.csv", []
        after = ""
        while some := release.organisations(kind.id, after=after):
            for one in some:
                yield "Organisations", f"organisations/{kind.id}/{one.code}/", []
                yield "Downloads", f"download/organisation/{kind.id}/{one.code}.csv", []
            after = some[-1].code


def _answers(rack: Any, opened: Any, path: str, query: list[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
    """The files of an address: of a list one for each of its pages."""
    from django.test import RequestFactory
    from django.urls import resolve

    from likeforlike.web.addresses import Addresses

    at = Addresses(static=True)
    number, pages = 1, 1
    while number <= pages:
        asked = [*query, ("page", str(number))]
        request = RequestFactory().get(f"/{path}", asked)
        request.rack, request.at, request.opened = rack, at, opened
        found = resolve(f"/{path}")
        response = found.func(request, *found.args, **found.kwargs)
        pages = getattr(response, "pages", 1)
        is_list = path.startswith("services/")
        place = at.service(path.split("/")[1], asked).lstrip("/") if is_list else path
        yield (f"{place}index.html" if place.endswith("/") or not place else place), response.content
        number += 1
