"""What a visitor chose, read from an address: only what the release knows, so that any query string gives a page."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.http import HttpRequest

LONGEST = 100


def one_of(request: HttpRequest, name: str, known: Collection[str], default: str) -> str:
    """The choice of a query's key, or the default where it is none of those that there are."""
    given = request.GET.get(name, "")
    return given if given in known else default


def several_of(request: HttpRequest, name: str, known: Collection[str], most: int) -> list[str]:
    """The choices of a repeated key, each once, in the order in which they were given."""
    return [one for one in dict.fromkeys(request.GET.getlist(name)) if one in known][:most]


def text_of(request: HttpRequest, name: str) -> str:
    """A short text on one line."""
    return " ".join(request.GET.get(name, "")[:LONGEST].replace("\0", " ").split())


def page_number(request: HttpRequest, pages: int) -> int:
    """The page of a list, from 1; the nearest that there is."""
    given = request.GET.get("page", "1")
    # ASCII digits only, and few of them: int() takes many scripts and any length.
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    return min(max(number, 1), pages)


def area_given(request: HttpRequest, area_kinds: Sequence[str]) -> tuple[str, str] | None:
    """The area that was chosen: `area_kind=icb&area=QJK`, or in one, `area=icb:QJK`, as the form sends it."""
    kind, area = request.GET.get("area_kind", ""), text_of(request, "area")
    if ":" in area:
        kind, _, area = area.partition(":")
    return (kind, area) if kind in area_kinds and area else None
