"""Shapes of areas under the codes that organisations have here: boundaries bear those of the statisticians."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from likeforlike.charts.indicator_input import AreaShape

# Of a code of the Office for National Statistics: the country.
ENGLAND = "E"
# "NHS Devon Integrated Care Board - QJK", "NHS North Central London ICB - 93C".
_WITH_CODE = re.compile(r"(?P<name>.*?)\s+[-–]\s+(?P<code>[0-9A-Z]{3,5})")
_LITTLE = re.compile(r"[^a-z0-9]+")


def match_shapes(shapes: Iterable[AreaShape], names: Mapping[str, str]) -> tuple[AreaShape, ...]:
    """England's shapes, each under the code of the organisation that it belongs to; `names` has theirs by code.

    That is the one whose code its name ends in, else the one with its name, whatever its capitals and commas, else
    the one with its code: a board bears the code that the partnership before it had. Of two with one name it is the
    one with its code, or neither: a wrong place is worse than none. A shape that belongs to nobody keeps its own code
    and is drawn without a figure.
    """
    by_name: dict[str, list[str]] = {}
    for code, name in names.items():
        by_name.setdefault(_plain(name), []).append(code)
    matched = []
    for shape in shapes:
        if not shape.code.startswith(ENGLAND):
            continue
        ending = _WITH_CODE.fullmatch(shape.name)
        known = ending and ending["code"] in names
        alike = [ending["code"]] if ending and known else by_name.get(_plain(shape.name), [])
        code = alike[0] if len(alike) == 1 else shape.code
        matched.append(replace(shape, code=code))
    return tuple(matched)


def _plain(name: str) -> str:
    """A name without the code at its end, in small letters and single blanks, '&' as 'and'."""
    ending = _WITH_CODE.fullmatch(name)
    return _LITTLE.sub(" ", (ending["name"] if ending else name).casefold().replace("&", " and ")).strip()
