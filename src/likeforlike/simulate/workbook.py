"""Spreadsheets with a fixed creation date, so that the same seed gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # spreadsheets know no time zones
Cell = str | float | date

LICENCE_LINES = (
    (
        "You may re-use this document/publication (not including logos) free of charge in any format "
        "or medium, under the terms of the Open Government Licence v3.0. "
    ),
    "To view this licence visit",
    "www.nationalarchives.gov.uk/doc/open-government-licence",
)


@dataclass(frozen=True)
class Sheet:
    """A worksheet and the format that makes a number a date."""

    worksheet: Worksheet
    date_format: Format

    def write_row(self, row: int, cells: Iterable[Cell], column: int = 0) -> None:
        """Write one row, counted from 1 as spreadsheets do. Empty text leaves the cell empty."""
        worksheet = self.worksheet
        for position, cell in enumerate(cells, column):
            if isinstance(cell, str):
                if cell:
                    worksheet.write_string(row - 1, position, cell)
            elif isinstance(cell, date):
                worksheet.write_datetime(row - 1, position, datetime.combine(cell, time()), self.date_format)
            else:
                worksheet.write_number(row - 1, position, cell)

    def write_column(self, first_row: int, cells: Sequence[Cell], column: int = 0) -> None:
        """Write cells one below the other."""
        for step, cell in enumerate(cells):
            self.write_row(first_row + step, (cell,), column)


class Book:
    """A workbook being written."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._date_format = workbook.add_format({"num_format": "mmm-yy"})

    def sheet(self, name: str) -> Sheet:
        """Add a sheet."""
        return Sheet(self._workbook.add_worksheet(name), self._date_format)


@contextmanager
def new_book(path: Path) -> Iterator[Book]:
    """A workbook that is written when the block ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook = Workbook(str(path))
    workbook.set_properties({"created": CREATED, "author": "LikeForLike, fictional data"})
    yield Book(workbook)
    workbook.close()


def share(part: float, whole: float, digits: int = 3, empty: str = "") -> Cell:
    """The rounded share, or what the publisher prints for 0 of 0."""
    return round(part / whole, digits) if whole else empty
