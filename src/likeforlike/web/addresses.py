"""The addresses of the pages: one place that knows how they are put together, for pages, links and files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.encoding import escape_uri_path
from django.utils.http import urlencode

ASSETS = Path(__file__).resolve().parent / "assets"

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Addresses:
    """The pages of one release: `prefix` is empty for the one that is current."""

    prefix: str = ""
    static: bool = False
    """Whether pages are files: then a list's area and page are in its path, and no other choice is left."""

    def page(self, name: str, query: Query = ()) -> str:
        """A page by its path, `search`, `methods`; the home page is the empty one."""
        path = f"{self.prefix}/{escape_uri_path(name)}/" if name else f"{self.prefix}/"
        given = [(key, value) for key, value in query if value]
        return f"{path}?{urlencode(given)}" if given else path

    def service(self, kind: str, query: Query = ()) -> str:
        """The list of a kind of service."""
        if self.static:
            given = dict(query)
            place = f"/in-{given['area_kind']}-{given['area']}" if given.get("area") else ""
            page = f"/page-{given['page']}" if given.get("page", "1") != "1" else ""
            return self.page(f"services/{kind}{place}{page}")
        return self.page(f"services/{kind}", query)

    def area(self, kind: str, area_kind: str, area: str, query: Query = ()) -> str:
        """The list of a kind of service in an area."""
        return self.service(kind, [("area_kind", area_kind), ("area", area), *query])

    def organisation(self, kind: str, code: str) -> str:
        """An organisation."""
        return self.page(f"organisations/{kind}/{code}")

    def indicator(self, indicator: str, kind: str) -> str:
        """An indicator over the organisations of a kind."""
        return self.page(f"indicators/{indicator}/{kind}")

    def compare(self, kind: str, codes: Sequence[str], indicators: Sequence[str] = ()) -> str:
        """Organisations side by side."""
        return self.page(
            "compare",
            [
                ("kind", kind),
                *(("code", code) for code in codes),
                *(("indicator", one) for one in indicators),
            ],
        )

    def download(self, name: str) -> str:
        """A file."""
        return f"{self.prefix}/download/{escape_uri_path(name)}"

    def chart(self, key: str) -> str:
        """The picture of a chart."""
        return f"{self.prefix}/charts/{escape_uri_path(key)}.svg"

    def asset(self, name: str) -> str:
        """A stylesheet, script or image, with a mark that changes when it does."""
        return f"/assets/{name}?{_mark_of(name)}"


@cache
def _mark_of(name: str) -> str:
    return hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:10]
