"""JSON as rows of text: numbers as they are printed, nested objects as headings, and limits for hostile files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeAlias

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.sheets import PATH

# A survey of 42 boards is 139 kB. An empty list of three bytes becomes 64 in memory: 16 MB ask for half a gigabyte
# at the very worst.
LARGEST_JSON = 16 << 20
# Official files nest five deep.
DEEPEST = 12
# The prefix of what a document says of all of its records.
DOCUMENT = "document"

Json: TypeAlias = "str | bool | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True)
class JsonRows:
    """Records of a document, all text: the headings, and each record's place and cells."""

    header: tuple[str, ...]
    """Names of members; of nested ones the path, 'calls / received'."""
    places: tuple[str, ...]
    """Where each record stands, in words."""
    rows: tuple[tuple[str, ...], ...]
    """The cells; of a member that a record does not have, or that is null, the empty text."""


class _NotTakenError(ValueError):
    """JSON that cannot be one of ours: a name twice in one object, NaN, too deep."""


def read_json(path: Path, name: str) -> Json:
    """The document of a JSON file, each number still the text that was printed.

    Raises:
        FileRefusedError: too large, too deep, not UTF-8, not JSON, a name twice in one object, or NaN.
    """
    if path.stat().st_size > LARGEST_JSON:
        raise FileRefusedError(
            f"JSON of more than {LARGEST_JSON >> 20} MB is not read.",
            where=name,
            next_step="The JSON files that can be read are far smaller; `likeforlike sources` lists them.",
        )
    try:
        document: Json = json.loads(
            path.read_text(encoding="utf-8-sig"),
            parse_int=str,
            parse_float=str,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
        _check_depth(document)
    except UnicodeDecodeError as error:
        raise _refused(f"byte 0x{error.object[error.start]:02x} is not UTF-8 text", name) from None
    except RecursionError:
        raise _refused(f"it is nested more than {DEEPEST} deep", name) from None
    except json.JSONDecodeError as error:
        raise _refused(f"{error.msg}", f"{name}, line {error.lineno}, column {error.colno}") from None
    except _NotTakenError as error:
        raise _refused(str(error), name) from None
    return document


def rows_of(document: dict[str, Json], records: Sequence[str], name: str) -> JsonRows:
    """The records under some names of a document, an object or a list of objects each, as rows of text.

    What else the document says (texts, numbers, lists of them) stands in every row, under 'document / …'.

    Raises:
        FileRefusedError: there are no such records, or one is no object.
    """
    of_all = {
        f"{DOCUMENT}{PATH}{key}": cell
        for key, member in document.items()
        if key not in records
        for _, cell in _cells(member, ())
        if not isinstance(member, dict)
    }
    places: list[str] = []
    found: list[dict[str, str]] = []
    for key in records:
        members = document.get(key)
        several = isinstance(members, list)
        for number, record in enumerate(members if isinstance(members, list) else [members], start=1):
            place = f"'{key}', record {number}" if several else f"'{key}'"
            if not isinstance(record, dict):
                raise FileRefusedError(
                    f"no record of members at {place}.",
                    where=name,
                    next_step="Download the file again; its records must stand under the publisher's names.",
                )
            cells = [(PATH.join(path), cell) for path, cell in _cells(record, ())]
            own = dict(cells)
            if len(own) < len(cells) or own.keys() & of_all.keys():
                raise FileRefusedError(
                    f"two members of {place} have the same path.",
                    where=name,
                    next_step=f"Download the file again; no name may hold '{PATH}'.",
                )
            places.append(place)
            found.append(of_all | own)
    header = tuple(dict.fromkeys(heading for record in found for heading in record))
    rows = tuple(tuple(record.get(heading, "") for heading in header) for record in found)
    return JsonRows(header, tuple(places), rows)


def _cells(member: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(member, dict):
        for key, below in member.items():
            yield from _cells(below, (*path, key))
    elif isinstance(member, list):
        yield (
            path,
            "; ".join(json.dumps(one) if isinstance(one, list | dict) else _text(one) for one in member),
        )
    else:
        yield path, _text(member)


def _text(value: str | bool | None) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


def _object(members: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(members)
    if len(found) < len(members):
        names = [key for key, _ in members]
        twice = next(key for key in names if names.count(key) > 1)
        raise _NotTakenError(f"the name '{twice}' occurs twice in one object")
    return found


def _no_number(text: str) -> NoReturn:
    raise _NotTakenError(f"'{text}' is no number of JSON")


def _check_depth(document: Json) -> None:
    level: list[Json] = [document]
    for _ in range(DEEPEST):
        level = [
            below
            for member in level
            if isinstance(member, list | dict)
            for below in (member.values() if isinstance(member, dict) else member)
        ]
        if not level:
            return
    raise _NotTakenError(f"it is nested more than {DEEPEST} deep")


def _refused(what: str, where: str) -> FileRefusedError:
    return FileRefusedError(
        f"cannot be read as JSON ({what}).",
        where=where,
        next_step="It was cut short or changed by hand; download it again.",
    )
