"""A first look at a file: what kind of file it is, and the few rows by which a format is known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.not_signs import not_sign_encoding, split_rows
from likeforlike.sources.reading.opening import ZIP_SIGNATURE, Unpacked, is_archive
from likeforlike.sources.reading.parquet_rows import PARQUET_SIGNATURE, read_header
from likeforlike.sources.reading.workbook_limits import check_workbook_fits

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

HEAD_BYTES = 1 << 18
HEADER_WITHIN_ROWS = 20
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_16_STARTS = (b"\xff\xfe", b"\xfe\xff")
HTML_STARTS = (b"<!doctype", b"<html", b"<head", b"<?xml")
JSON_STARTS = (b"{", b"[")


class FileKind(StrEnum):
    """What the first bytes say."""

    DELIMITED = "delimited text"
    WORKBOOK = "workbook"
    JSON = "JSON"
    PARQUET = "Parquet"
    OTHER = "other"


@dataclass(frozen=True)
class Probe:
    """What is known of a file before it is read."""

    name: str
    path: Path
    kind: FileKind
    header: tuple[str, ...] = ()
    """Of delimited text: the first row; of Parquet: the names of its columns."""
    blank_lines: int = 0
    """Of delimited text: how many empty lines stand before the header."""
    sample: tuple[tuple[str, ...], ...] = ()
    """Of delimited text: the rows after it, as many as the first 256 kB hold."""
    rows: int | None = None
    """Of delimited text: how many rows come after the header, where the first bytes are the whole file."""
    sheets: tuple[str, ...] = ()
    """Of a workbook: its sheets' names."""
    fault: FileRefusedError | None = None
    """What keeps a file from being read: its text is not UTF-8, its Parquet is damaged or too large."""
    not_signs: str | None = None
    """Of a text whose cells are parted by ¬: its encoding. It is written again as CSV before it is read."""

    def workbook(self) -> CalamineWorkbook:
        """The workbook, open.

        Raises:
            FileRefusedError: damaged or locked with a password.
        """
        return open_workbook(self.path, self.name)

    def read_sheets(
        self, known: frozenset[str] = frozenset()
    ) -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
        """Of a workbook's sheets but the known ones: the widest early row, taken for the header, and the rest."""
        workbook = self.workbook()
        for sheet in self.sheets:
            if sheet in known:
                continue
            cells = workbook.get_sheet_by_name(sheet).to_python()
            rows = [tuple(_as_text(cell) for cell in row) for row in cells]
            filled = [sum(map(bool, row)) for row in rows[:HEADER_WITHIN_ROWS]]
            if filled:
                place = filled.index(max(filled))
                yield rows[place], rows[place + 1 :]


def probe_file(file: Unpacked) -> Probe:
    """Look at a file's first bytes.

    Raises:
        FileRefusedError: empty, a web page, UTF-16 text, a workbook that is locked or too large.
    """
    name = file.given.name
    with file.path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head.strip():
        raise FileRefusedError("the file is empty.", where=name, next_step="Download it again.")
    text_start = head.removeprefix(BYTE_ORDER_MARK).lstrip()[:20].lower()
    if text_start.startswith(HTML_STARTS):
        raise FileRefusedError(
            "this is a web page, not data: as a rule the publisher's error page.",
            where=name,
            next_step="Open the link in a browser and download the file itself.",
        )
    if head.startswith(UTF_16_STARTS):
        raise FileRefusedError(
            "this is UTF-16 text, UTF-8 was expected.",
            where=name,
            next_step="Save it again as 'CSV UTF-8'.",
        )
    if is_archive(file.path):
        raise FileRefusedError(
            "this is a zip within a zip.", where=name, next_step="Unpack it and add what is inside."
        )
    if head.startswith((ZIP_SIGNATURE, OLE_SIGNATURE)):
        if head.startswith(ZIP_SIGNATURE):
            check_workbook_fits(file.path, name)
        workbook = open_workbook(file.path, name)
        return Probe(name, file.path, FileKind.WORKBOOK, sheets=tuple(workbook.sheet_names))
    if head.startswith(PARQUET_SIGNATURE):
        return _probe_parquet(file.path, name)
    if text_start.startswith(JSON_STARTS):
        return Probe(name, file.path, FileKind.JSON)
    if b"\x00" in head:
        return Probe(name, file.path, FileKind.OTHER)
    whole = len(head) == file.bytes
    not_signs = not_sign_encoding(head)
    if not_signs is None:
        text, fault = _decode(head, whole=whole, name=name)
        rows = _rows(text, whole=whole)
    else:
        # Whether all of it is in this encoding is seen when it is written again.
        text, fault = head.decode(not_signs, errors="replace").lstrip("\ufeff"), None
        rows = split_rows(text, whole=whole)
    if not rows:
        return Probe(name, file.path, FileKind.OTHER)
    blank = text[: len(text) - len(text.lstrip("\r\n"))]
    return Probe(
        name,
        file.path,
        FileKind.DELIMITED,
        header=tuple(rows[0]),
        blank_lines=len(blank.splitlines()),
        sample=tuple(map(tuple, rows[1:])),
        rows=len(rows) - 1 if whole else None,
        fault=fault,
        not_signs=not_signs,
    )


def _probe_parquet(path: Path, name: str) -> Probe:
    """Parquet by its footer. One that cannot be read may be none of ours: its fault is said if somebody named it."""
    try:
        return Probe(name, path, FileKind.PARQUET, header=read_header(path, name))
    except FileRefusedError as error:
        return Probe(name, path, FileKind.OTHER, fault=error)


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


def _as_text(cell: object) -> str:
    """A cell as it would stand in delimited text: whole numbers without their decimal point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _decode(head: bytes, *, whole: bool, name: str) -> tuple[str, FileRefusedError | None]:
    """The first bytes as text, and what is wrong with them: enough can be read all the same to tell a format."""
    head = head.removeprefix(BYTE_ORDER_MARK)
    try:
        return head.decode(), None
    except UnicodeDecodeError as error:
        if not whole and error.start > len(head) - 4:
            return head[: error.start].decode(), None  # a letter of several bytes was cut at the end
        line = head.count(b"\n", 0, error.start) + 1
        fault = FileRefusedError(
            f"byte 0x{head[error.start]:02x} is not UTF-8 text.",
            where=f"{name}, row {line}",
            next_step="Save the file as UTF-8 (publishers of older files used Windows-1252).",
        )
        return head.decode("cp1252", errors="replace"), fault


def _rows(text: str, *, whole: bool) -> list[list[str]]:
    """The rows of the first bytes; the last, perhaps cut, is dropped. No rows where it is not a table of text."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    except csv.Error:
        return []
    return rows if whole else rows[:-1]
