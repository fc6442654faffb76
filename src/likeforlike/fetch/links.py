"""The links of a publisher's page, and the issues that they belong to."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from html.parser import HTMLParser

from likeforlike.fetch.addresses import join_address, spell_out

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FIRST_MONTH_OF_A_FINANCIAL_YEAR = 4


@dataclass(frozen=True)
class Link:
    """A link that a pattern found."""

    address: str
    period: datetime.date | None
    """The first day of the issue that its address names; None where it names none."""


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]


def find_links(html: str, page: str, pattern: str) -> list[Link]:
    """The links of a page whose address the pattern is found in, each once, in the order of the page."""
    anchors = _Anchors()
    anchors.feed(html)
    addresses = dict.fromkeys(join_address(page, link).partition("#")[0] for link in anchors.links)
    found = ((address, re.search(pattern, spell_out(address))) for address in addresses)
    return [Link(address, _issue_of(match)) for address, match in found if match]


def names_issues(pattern: str) -> bool:
    """Whether a pattern tells issues apart."""
    return "year" in re.compile(pattern).groupindex


def _issue_of(match: re.Match[str]) -> datetime.date | None:
    """The first day of the issue that an address names: of its month or, with a year alone, of its financial year."""
    named = match.groupdict()
    if not named.get("year"):
        return None
    year = int(named["year"])
    month = FIRST_MONTH_OF_A_FINANCIAL_YEAR
    if word := named.get("month"):
        if not word.isdigit() and word[:3].casefold() not in MONTHS:
            return None
        month = int(word) if word.isdigit() else MONTHS.index(word[:3].casefold()) + 1
    try:
        return datetime.date(year if year > 99 else 2000 + year, month, 1)
    except ValueError:
        return None
