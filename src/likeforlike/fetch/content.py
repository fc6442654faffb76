"""What a fetched file begins with: a page that says "not found" is no table, whatever it is called."""

from __future__ import annotations

import zipfile
from pathlib import Path

from likeforlike.errors import FetchError

ZIPS = (".zip", ".xlsx", ".xlsm", ".ods")
# Ending → what the files begin with.
SIGNATURES = {".gz": b"\x1f\x8b", ".xls": b"\xd0\xcf\x11\xe0"}
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
UTF_16 = BYTE_ORDER_MARKS[1:]
ENOUGH = 4096


def check_content(path: Path, name: str) -> None:
    """Raise FetchError unless a file begins as its name says; a zip must also have its end."""
    with path.open("rb") as stream:
        start = stream.read(ENOUGH)
    ending = Path(name).suffix.casefold()
    if not start:
        found = "nothing"
    elif looks_like_a_page(start):
        found = "a web page"
    elif ending in ZIPS:
        found = "" if zipfile.is_zipfile(path) else "no zip, or one that was cut short"
    elif ending in SIGNATURES:
        found = "" if start.startswith(SIGNATURES[ending]) else f"no {ending} file"
    else:
        found = "no text" if b"\0" in start and not start.startswith(UTF_16) else ""
    if found:
        raise FetchError(
            f"{name}: {found} came instead of the file; it was not kept.",
            next_step="Look at the landing page: the file may have moved or the site may be under repair.",
        )


def looks_like_a_page(start: bytes) -> bool:
    """Whether bytes begin like HTML, XML or JSON: how servers answer where a table was asked for."""
    for mark in BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip()[:1] in (b"<", b"{")
