"""The header of a data pack: who gives these figures, when, about whom, and whether anybody may see them."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from likeforlike.catalogue import OrganisationType
from likeforlike.sources.packs.faults import Faults

FORM = 1
"""The version of the form: a header begins with `data_pack = 1`."""
MARK = re.compile(r"^\s*data_pack\s*=", re.MULTILINE)
LONGEST_TEXT = 4_000
NO_LICENCE = "none: for local use only"
# Words that people put where they have nothing to say.
PLACEHOLDERS = frozenset(
    {"", "-", "none", "no", "n/a", "na", "tbc", "tbd", "todo", "unknown", "?", "…", "..."}
)


@dataclass(frozen=True)
class PackHeader:
    """What a pack's TOML file says. `licence` is empty where none is given; only a restricted pack may lack one."""

    title: str
    about: str
    """What was counted, how, and what to know before using it."""
    provider: str
    """Who gives the figures and answers for them: an organisation and a team, never a person."""
    published: datetime.date
    """When this pack was issued; of two packs with the same figures the newer one stands."""
    area: str
    """The code of the area whose organisations the pack is about: a newer pack replaces all of the area's figures."""
    organisation_type: str
    restricted: bool = True
    licence: str = ""
    whole_months: bool = True
    """Whether every period begins on the first and ends on the last day of a month."""


_TEXT, _DATE, _BOOLEAN = (
    "a text",
    "a date such as 2025-12-01, without quotes",
    "true or false, without quotes",
)
_REQUIRED: Mapping[str, str] = {
    "title": _TEXT,
    "about": _TEXT,
    "provider": _TEXT,
    "published": _DATE,
    "area": _TEXT,
    "organisation_type": _TEXT,
}
_OPTIONAL: Mapping[str, str] = {"restricted": _BOOLEAN, "licence": _TEXT, "whole_months": _BOOLEAN}
KEYS = ("data_pack", *_REQUIRED, *_OPTIONAL)
_IS: Mapping[str, Callable[[object], bool]] = {
    _TEXT: lambda value: isinstance(value, str),
    _DATE: lambda value: type(value) is datetime.date,
    _BOOLEAN: lambda value: isinstance(value, bool),
}


def is_header(text: str) -> bool:
    """Whether a text is the header of a data pack, well made or not."""
    return MARK.search(text) is not None


def load_header(
    content: bytes, name: str, types: Mapping[str, OrganisationType], faults: Faults
) -> PackHeader | None:
    """The header, or None where faults keep it from being read; every fault is noted.

    `types` are the kinds of organisation that there are.
    """
    read = _load_toml(content, name, faults)
    if read is None:
        return None
    before = faults.count
    if read.get("data_pack") != FORM:
        faults.add(
            f"{name}, key 'data_pack'",
            f"found {_shown(read.get('data_pack'))}, expected {FORM}, the version of this form.",
            f"Write `data_pack = {FORM}` as the first line of the header.",
        )
    for key in read:
        if key not in KEYS:
            faults.add(
                f"{name}, key '{key}'",
                "there is no such key.",
                f"A header has the keys {', '.join(KEYS)}; put what else there is to say into 'about'.",
            )
    values = {key: _value(read, key, expected, name, faults) for key, expected in _REQUIRED.items()}
    given = {
        key: value
        for key, expected in _OPTIONAL.items()
        if key in read and (value := _value(read, key, expected, name, faults)) is not None
    }
    if faults.count > before:
        return None
    header = PackHeader(**values, **given)
    _check_organisations(header, name, types, faults)
    _check_may_be_public(header, name, faults)
    _check_published(header, name, faults)
    return header if faults.count == before else None


def _load_toml(content: bytes, name: str, faults: Faults) -> dict[str, Any] | None:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        faults.add(
            name,
            f"byte 0x{content[error.start]:02x} is not UTF-8 text.",
            "Save the header as UTF-8.",
        )
    # tomllib raises RecursionError for a thousand brackets within each other.
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        faults.add(
            name,
            f"TOML was expected: {error}.",
            "Texts stand in quotes, dates and true/false do not; a key is given once. "
            "`likeforlike data-pack new` writes a header to fill in.",
        )
    return None


def _value(read: Mapping[str, object], key: str, expected: str, name: str, faults: Faults) -> Any:
    """The value of a key, None where it is at fault."""
    where = f"{name}, key '{key}'"
    if key not in read:
        faults.add(where, "is missing.", f"Give it {expected}.")
        return None
    value = read[key]
    if not _IS[expected](value):
        faults.add(where, f"found {_shown(value)}, expected {expected}.", "Correct the header.")
        return None
    if not isinstance(value, str):
        return value
    text = value.strip()
    if (not text and key in _REQUIRED) or len(text) > LONGEST_TEXT:
        faults.add(
            where,
            "is empty." if not text else f"has {len(text):,} letters, at most {LONGEST_TEXT:,} are taken.",
            f"Give it {expected}.",
        )
        return None
    return text


def _check_organisations(
    header: PackHeader, name: str, types: Mapping[str, OrganisationType], faults: Faults
) -> None:
    if header.organisation_type not in types:
        faults.add(
            f"{name}, key 'organisation_type'",
            f"found '{header.organisation_type}', which is no kind of organisation.",
            f"Choose one of {', '.join(types)}.",
        )
        return
    kind = types[header.organisation_type]
    # A pack may be about all organisations of an area, or about one that is an area itself.
    allowed = [types[parent] for parent in (*kind.parents, kind.id)]
    if not any(area.accepts(header.area) for area in allowed):
        faults.add(
            f"{name}, key 'area'",
            f"found '{header.area}', which is not shaped as a code of any area that {kind.plural} belong to.",
            f"Give the code of one: {', '.join(area.title for area in allowed)}; ENG for all England.",
        )


def _check_may_be_public(header: PackHeader, name: str, faults: Faults) -> None:
    if not header.restricted and header.licence.casefold() in PLACEHOLDERS:
        faults.add(
            f"{name}, key 'licence'",
            "a pack that is not restricted must say under which licence anybody may use its figures.",
            'Give the licence, for instance "OGL-UK-3.0", or leave out `restricted = false`.',
        )


def _check_published(header: PackHeader, name: str, faults: Faults) -> None:
    if header.published > datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1):
        faults.add(
            f"{name}, key 'published'",
            f"found {header.published}, which is still to come.",
            "Give the day on which the pack was issued.",
        )


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
