"""A first look at a file: what kind of file it is, and the few rows by which a format is known."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.opening import ZIP_SIGNATURE, Unpacked
from likeforlike.sources.reading.workbook_limits import check_workbook_fits

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

HEAD_BYTES = 1 << 18
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML_STARTS = (b"<!doctype", b"<html", b"<head", b"<?xml")


class FileKind(StrEnum):
    """What the first bytes say."""

    DELIMITED = "delimited text"
    WORKBOOK = "workbook"
    OTHER = "other"


@dataclass(frozen=True)
class Probe:
    """What is known of a file before it is read."""

    name: str
    path: Path
    kind: FileKind
    header: tuple[str, ...] = ()
    """Of delimited text: the first row."""
    sample: tuple[tuple[str, ...], ...] = ()
    """Of delimited text: the rows after it, as many as the first 256 kB hold."""
    sheets: tuple[str, ...] = ()
    """Of a workbook: its sheets' names."""

    def workbook(self) -> CalamineWorkbook:
        """The workbook, open.

        Raises:
            FileRefusedError: damaged or locked with a password.
        """
        return open_workbook(self.path, self.name)


def probe_file(file: Unpacked) -> Probe:
    """Look at a file's first bytes.

    Raises:
        FileRefusedError: empty, a web page, locked with a password, too large a workbook, or not UTF-8 text.
    """
    name = file.given.name
    with file.path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head.strip():
        raise FileRefusedError("the file is empty.", where=name, next_step="Download it again.")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower().startswith(HTML_STARTS):
        raise FileRefusedError(
            "this is a web page, not data: as a rule the publisher's error page.",
            where=name,
            next_step="Open the link in a browser and download the file itself.",
        )
    if head.startswith((ZIP_SIGNATURE, OLE_SIGNATURE)):
        if head.startswith(ZIP_SIGNATURE):
            check_workbook_fits(file.path, name)
        workbook = open_workbook(file.path, name)
        return Probe(name, file.path, FileKind.WORKBOOK, sheets=tuple(workbook.sheet_names))
    if b"\x00" in head:
        return Probe(name, file.path, FileKind.OTHER)
    rows = _head_rows(head, whole=len(head) == file.bytes, name=name)
    if rows is None:
        return Probe(name, file.path, FileKind.OTHER)
    return Probe(
        name, file.path, FileKind.DELIMITED, header=tuple(rows[0]), sample=tuple(map(tuple, rows[1:]))
    )


def open_workbook(path: Path, name: str) -> CalamineWorkbook:
    """Open a workbook, or say why it cannot be.

    Raises:
        FileRefusedError: damaged or locked with a password.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise FileRefusedError(
            "the workbook is locked with a password.",
            where=name,
            next_step="Save it without a password and add it again.",
        ) from None
    except CalamineError as error:
        raise FileRefusedError(
            f"the workbook cannot be opened ({error}).", where=name, next_step="Download it again."
        ) from None


def _head_rows(head: bytes, *, whole: bool, name: str) -> list[list[str]] | None:
    """The rows in the first bytes; the last, perhaps cut, is dropped. None when it is not a table of text."""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not whole and error.start > len(head) - 4:
            text = head[: error.start].decode("utf-8-sig")  # a letter of several bytes was cut at the end
        else:
            line = head.count(b"\n", 0, error.start) + 1
            raise FileRefusedError(
                f"byte 0x{head[error.start]:02x} is not UTF-8 text.",
                where=f"{name}, row {line}",
                next_step="Save the file as UTF-8 (publishers of older files used Windows-1252).",
            ) from None
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    except csv.Error:
        return None
    if not whole:
        rows = rows[:-1]
    return rows or None
