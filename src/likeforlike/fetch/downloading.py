"""One file from its address into a folder: resumed where it stopped, never over another, and known by its hash."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from urllib3 import BaseHTTPResponse

from likeforlike.errors import FetchError
from likeforlike.fetch.content import check_content
from likeforlike.fetch.web import ABSENT, BY_HAND, Passing, Web
from likeforlike.store.files import hash_file, move_into_place, write_whole

MEGABYTE = 1_000_000
_RANGE = re.compile(r"bytes (?P<start>\d+)-\d+/(?P<whole>\d+|\*)")

Progress = Callable[[int, int | None], None]
"""Called with the bytes that are there and, where the server says it, those that there will be."""


@dataclass(frozen=True)
class Validator:
    """What a server calls these bytes: the same name later, the same bytes."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def for_ranges(self) -> str | None:
        """The one to send with a request for the rest: a weak ETag does not promise the same bytes."""
        if self.etag is not None and not self.etag.startswith("W/"):
            return self.etag
        return self.last_modified

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for the file only if it is another one now."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value is not None}


@dataclass(frozen=True)
class Arrived:
    """A file that is whole, still under its passing name."""

    path: Path
    address: str
    """Where it came from in the end."""
    sha256: str
    bytes: int
    validator: Validator


@dataclass
class _Partial:
    """The bytes that have arrived so far, and beside them what they are a part of."""

    path: Path
    asked: str

    @property
    def facts_path(self) -> Path:
        return self.path.with_name(self.path.name + ".json")

    def begin(self, address: str, validator: Validator, whole: int | None) -> None:
        """Forget what there was; what arrives from now on is a part of this."""
        self.forget()
        facts = {"asked": self.asked, "address": address, "bytes": whole} | vars(validator)
        write_whole(self.facts_path, json.dumps(facts).encode())

    def forget(self) -> None:
        # The bytes first: bytes without facts are never gone on with.
        self.path.unlink(missing_ok=True)
        self.facts_path.unlink(missing_ok=True)

    def resume(self) -> tuple[int, Validator, str, int | None] | None:
        """How many bytes there are, of what, from where and of how many; None where there is nothing to go on with."""
        try:
            facts = json.loads(self.facts_path.read_bytes())
            here = self.path.stat().st_size
            validator = Validator(facts["etag"], facts["last_modified"])
            address, whole = str(facts["address"]), facts["bytes"]
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        if facts["asked"] != self.asked or validator.for_ranges is None or not here:
            return None
        return here, validator, address, whole


def download(
    web: Web,
    address: str,
    folder: Path,
    name: str,
    *,
    most_bytes: int,
    known: Validator,
    progress: Progress,
) -> Arrived | None:
    """Fetch one file beside its final name; None where the server says that it is still the `known` one.

    Raises:
        FetchError: it is not there, too large, not what its name says, or no attempt succeeded.
    """
    partial = _Partial(folder / f".{name}.part", address)

    def attempt() -> tuple[str, Validator] | None:
        return _receive(web, address, partial, most_bytes, known, progress)

    came = web.persist(address, attempt)
    if came is None:
        return None
    try:
        check_content(partial.path, name)
    except FetchError as error:
        partial.forget()
        raise FetchError(error.what, where=address, next_step=error.next_step) from None
    final, validator = came
    return Arrived(partial.path, final, hash_file(partial.path), partial.path.stat().st_size, validator)


def _receive(
    web: Web, address: str, partial: _Partial, most_bytes: int, known: Validator, progress: Progress
) -> tuple[str, Validator] | None:
    """One attempt: append what is missing, or begin anew where the server has other bytes now."""
    resumed = partial.resume()
    headers = known.conditions
    if resumed is not None:
        here, validator, final, whole = resumed
        if here == whole:
            return final, validator
        headers = {"Range": f"bytes={here}-", "If-Range": str(validator.for_ranges)}
    final, response = web.open(address, headers)
    try:
        if response.status in ABSENT:
            raise FetchError(
                f"is not there (the server answers {response.status}).", where=address, next_step=BY_HAND
            )
        if response.status == 304:
            return None
        if response.status == 206 and resumed is not None:
            here, validator, _, whole = resumed
            _check_range(response, here, whole, partial)
        elif response.status == 200:
            here, whole = 0, response.length_remaining
            validator = Validator(response.headers.get("ETag"), response.headers.get("Last-Modified"))
            _check_size(whole, most_bytes, address, partial)
            partial.begin(final, validator, whole)
        else:
            partial.forget()
            raise Passing(f"answer {response.status} to a request for the rest")
        with partial.path.open("ab") as stream:
            for block in web.blocks(response):
                stream.write(block)
                here += len(block)
                _check_size(here, most_bytes, address, partial)
                progress(here, whole)
    finally:
        response.close()
    if whole is not None and here < whole:  # a server may answer with a part of the rest
        raise Passing(f"{here:,} bytes of {whole:,}")
    return final, validator


def _check_range(response: BaseHTTPResponse, here: int, whole: int | None, partial: _Partial) -> None:
    """Raise Passing unless the rest begins where our bytes end, and is of the same whole."""
    found = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    same = found is not None and (whole is None or found["whole"] in ("*", str(whole)))
    if found is None or int(found["start"]) != here or not same:
        partial.forget()
        raise Passing("another part came than was asked for")


def _check_size(size: int | None, most_bytes: int, address: str, partial: _Partial) -> None:
    if size is not None and size > most_bytes:
        partial.forget()
        raise FetchError(
            f"is larger than {most_bytes // MEGABYTE:,} MB; it was not kept.",
            where=address,
            next_step="If it is meant to be that large, raise most_megabytes in [fetch] of the source's definition.",
        )


def settle(arrived: Arrived, folder: Path, name: str) -> tuple[Path, bool]:
    """Give a file its name, or another one where that is taken; and whether these bytes were there already."""
    stem, ending = Path(name).stem, Path(name).suffix
    names = (name, f"{stem}.{arrived.sha256[:8]}{ending}", f"{stem}.{arrived.sha256}{ending}")
    facts = arrived.path.with_name(arrived.path.name + ".json")
    for final in (folder / one for one in names):
        if final.exists():
            if hash_file(final) != arrived.sha256:
                continue
            arrived.path.unlink()
            facts.unlink()
            return final, True
        move_into_place(arrived.path, final)
        facts.unlink()
        return final, False
    raise FetchError("a file of this name has other bytes than its name says.", where=str(folder / names[-1]))
