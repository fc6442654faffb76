"""One address of every kind of page of the release made by hand, and what a page says as it reads."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

PAGES = {
    "home": "/",
    "search": "/search/?q=oakfeild",
    "nothing found": "/search/?q=xyzzy",
    "near a place": "/search/?q=ZZ1+9ZZ",
    "list": "/services/gp_practice/",
    "list of an area, sorted": "/services/gp_practice/?area_kind=icb&area=QAA&sort=position&near=Oldtown",
    "list without figures": "/services/nhs_trust/",
    "organisation": "/organisations/gp_practice/A00001/",
    "organisation without figures": "/organisations/nhs_trust/R0A/",
    "indicators": "/indicators/",
    "indicator": "/indicators/calls_answered_share/gp_practice/",
    "indicator with one shown": "/indicators/calls_answered_share/gp_practice/?organisation=A00001",
    "indicator that is not ranked": "/indicators/satisfied_share/gp_practice/",
    "compare, empty": "/compare/",
    "compare": "/compare/?kind=gp_practice&code=A00001&code=A00002",
    "compare, choosing": "/compare/?kind=gp_practice&code=A00001&add=practice",
    "ratings": "/ratings/",
    "methods": "/methods/",
    "data": "/data/",
    "changes": "/changes/",
    "accessibility": "/accessibility/",
    "feedback": "/feedback/?page=/",
}
# Pages with another status.
OTHERS = {
    "closed": ("/organisations/gp_practice/A00099/", 410),
    "no such page": ("/nothing/here/", 404),
    "no such organisation": ("/organisations/gp_practice/A12345/", 404),
    "no such release": ("/releases/2020-01-01-none/", 404),
}


def text_of(answer: Any) -> str:
    """A page's text as it reads: without markup, with single spaces."""
    body = re.sub(r"<(style|script).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
