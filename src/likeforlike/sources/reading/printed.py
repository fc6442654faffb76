"""What a workbook prints about itself: its date of issue, its row of totals, the month's figures."""

from __future__ import annotations

import datetime
import re

from likeforlike.catalogue import ColumnType, PrintedFigures
from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.cells import Cell, Value, show_cell, whole_number
from likeforlike.sources.reading.headers import plain_header
from likeforlike.sources.reading.months import parse_month
from likeforlike.sources.reading.sheets import (
    HEADER_WITHIN_ROWS,
    Rows,
    SheetTable,
    column_letter,
    is_blank,
)

NEXT_STEP_SUMS = (
    "Rows were lost or changed on the way, or the publisher erred: "
    "download the file again and compare its totals."
)
_PRINTED_DATE = re.compile(r"publication date:?\s*(.*)")


def find_printed_date(rows: Rows, where: str) -> datetime.date | None:
    """The date of issue on a title sheet ('Publication date: 29 January 2026'); None where none is printed.

    Raises:
        FileRefusedError: what is printed there is no date.
    """
    for index, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
        for place, cell in enumerate(row):
            found = _PRINTED_DATE.fullmatch(plain_header(cell)) if isinstance(cell, str) else None
            if found is None:
                continue
            try:
                return datetime.datetime.strptime(found[1], "%d %B %Y").date()  # noqa: DTZ007 - a date has no zone
            except ValueError:
                raise FileRefusedError(
                    f"found '{cell}', expected a date such as 'Publication date: 29 January 2026'.",
                    where=f"{where}, row {index + 1}, column {column_letter(place)}",
                    next_step="Correct the date in the workbook.",
                ) from None
    return None


def check_total_row(read: SheetTable, rows: Rows) -> None:
    """Raise FileRefusedError where the rows do not sum to the table's own row of totals, in every count."""
    if read.layout.total is None:
        return
    if len(read.totals) != 1:
        raise FileRefusedError(
            f"{len(read.totals)} rows of totals ('{read.layout.total}'), expected one.",
            where=read.where,
            next_step="The sum of the rows cannot be checked without it; download the file again.",
        )
    (row,) = read.totals
    summed = [
        place
        for place in range(len(read.rows))
        if all(read.columns[name].values[place] != label for name, label in read.layout.subtotals.items())
    ]
    for column in read.table.columns:
        if column.type is ColumnType.COUNT and column.name in read.places:
            printed = _printed_count(rows[row][read.places[column.name]], read.at(row, column.name))
            values = read.columns[column.name].values
            total = sum_counts([values[place] for place in summed])
            if total != printed:
                raise FileRefusedError(
                    f"the {len(summed):,} rows sum to {total:,}, the row of totals says {printed:,}.",
                    where=read.at(row, column.name),
                    next_step=NEXT_STEP_SUMS,
                )


def check_printed_figures(read: SheetTable, printed: PrintedFigures, rows: Rows, where: str) -> None:
    """Raise FileRefusedError where the rows of a month do not sum to the month's figures on another sheet."""
    periods = read.columns[read.table.period].values
    header, months = _find_months(rows, where)
    labels = _labels(rows, header, min(months.values()))
    for month in dict.fromkeys(periods):
        place = months.get(month)
        if place is None:
            raise FileRefusedError(
                f"no column for {month}, which the table '{read.table.id}' is about.",
                where=f"{where}, row {header + 1}",
                next_step=NEXT_STEP_SUMS,
            )
        for name, label in printed.figures.items():
            row = labels.get(plain_header(label))
            if row is None:
                raise FileRefusedError(
                    f"no row '{label}', to which {name} should sum.",
                    where=where,
                    next_step="If the publisher changed its words, change the key `printed` of the definition.",
                )
            at = f"{where}, row {row + 1}, column {column_letter(place)} ('{label}')"
            figure = _printed_count(rows[row][place], at)
            values = read.columns[name].values
            total = sum_counts([value for value, of in zip(values, periods, strict=True) if of == month])
            if total != figure:
                raise FileRefusedError(
                    f"the rows of sheet '{read.layout.sheet}' sum to {total:,} ({name}), printed is {figure:,}.",
                    where=at,
                    next_step=NEXT_STEP_SUMS,
                )


def sum_counts(values: list[Value]) -> int:
    """The sum of a column of counts; a value that is missing adds nothing."""
    return sum(value for value in values if isinstance(value, int))


def _printed_count(cell: Cell, where: str) -> int:
    number = whole_number(cell)
    if number is None:
        raise FileRefusedError(
            f"found '{show_cell(cell)}', expected a total: a whole number, zero or more.",
            where=where,
            next_step=NEXT_STEP_SUMS,
        )
    return number


def _find_months(rows: Rows, where: str) -> tuple[int, dict[Value, int]]:
    """The row whose cells name months, dates and texts with footnotes alike, and where each month stands."""
    for index, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
        months: dict[Value, int] = {
            month: place for place, cell in enumerate(row) if (month := parse_month(cell))
        }
        if months:
            return index, months
    raise FileRefusedError(
        f"no row of months in the first {HEADER_WITHIN_ROWS} rows.",
        where=where,
        next_step=NEXT_STEP_SUMS,
    )


def _labels(rows: Rows, header: int, first_month: int) -> dict[str, int]:
    """The text nearest to the left of the figures → its row; the first where one occurs twice."""
    labels: dict[str, int] = {}
    for index in range(header + 1, len(rows)):
        texts = [cell for cell in rows[index][:first_month] if isinstance(cell, str) and not is_blank(cell)]
        if texts:
            labels.setdefault(plain_header(texts[-1]), index)
    return labels
