"""A workbook is opened only when its sheets fit into memory: one stray cell can make a sheet enormous."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.opening import check_archive

# A sheet is read as a full rectangle, 32 bytes a cell: a cell in the last row and column of an empty sheet asks for
# 550 GB and takes the whole process down. The largest sheet of the publications read here has 160,000 cells.
MOST_CELLS = 10_000_000
LARGEST_SHEET = 512 << 20
NEXT_STEP = (
    "As a rule a stray cell far below or beside the table: delete the rows and columns beyond it and save the "
    "workbook anew."
)

# Patterns that begin with plain letters are searched for three times as fast.
_COLUMNS = re.compile(rb'r="([A-Z]{1,3})[0-9]')
_ROWS = re.compile(rb'r="[A-Z]{1,3}([0-9]{1,7})"')
_ROW_OF_SIX_DIGITS = re.compile(rb'r="[A-Z]{1,3}[0-9]{6}')


def check_workbook_fits(path: Path, name: str) -> None:
    """Raise FileRefusedError for a workbook (.xlsx) that would fill the memory or the disk.

    A damaged one passes: opening it says what is wrong.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive.infolist(), name)
            for member in archive.infolist():
                if "/worksheets/" not in member.filename or not member.filename.endswith(".xml"):
                    continue
                if member.file_size > LARGEST_SHEET:
                    raise _too_large(f"more than {LARGEST_SHEET >> 20} MB of text", name, member.filename)
                rows, columns = sheet_extent(archive.read(member))
                if rows * columns > MOST_CELLS:
                    raise _too_large(f"{rows:,} rows and {columns:,} columns", name, member.filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        return


def check_sheet_fits(rows: int, columns: int, where: str) -> None:
    """Raise FileRefusedError for a sheet that would take more memory than there may be.

    An old workbook (.xls), unlike a new one, cannot be looked into before it is opened.
    """
    if rows * columns > MOST_CELLS:
        raise FileRefusedError(
            f"the sheet has {rows:,} rows and {columns:,} columns, at most {MOST_CELLS:,} cells are read.",
            where=where,
            next_step=NEXT_STEP,
        )


def sheet_extent(sheet: bytes) -> tuple[int, int]:
    """The last row (at least) and the last column that a sheet's XML names.

    Rows are looked at closely only where there might be too many: this runs over every workbook.
    """
    if b"r='" in sheet:
        sheet = sheet.replace(b"'", b'"')
    columns = max((_column_number(letters) for letters in set(_COLUMNS.findall(sheet))), default=0)
    if 99_999 * columns <= MOST_CELLS and not _ROW_OF_SIX_DIGITS.search(sheet):
        return 99_999, columns
    return max((int(row) for row in _ROWS.findall(sheet)), default=0), columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large(what: str, name: str, member: str) -> FileRefusedError:
    return FileRefusedError(
        f"a sheet ({member}) has {what}, at most {MOST_CELLS:,} cells are read.",
        where=name,
        next_step=NEXT_STEP,
    )
