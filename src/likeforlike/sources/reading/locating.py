"""Where in a delimited file the fault is: a slow, plain reading, done only when something is wrong."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from likeforlike.catalogue import ColumnType
from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.checks import Fault
from likeforlike.sources.reading.conversion import number_pattern
from likeforlike.sources.reading.months import month_format, parse_day, parse_month, parse_year
from likeforlike.sources.reading.people import hide_person

NEXT_STEP_LAYOUT = (
    "If the publisher changed the file, change definitions/sources/{source}.toml; else correct the file."
)


def read_rows(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row, the header included.

    Raises:
        FileRefusedError: a row that is not UTF-8 or not CSV.
    """
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            for row in reader:
                line = reader.line_num
                if row:
                    yield line, row
    except UnicodeDecodeError as error:
        raise FileRefusedError(
            f"byte 0x{error.object[error.start]:02x} is not UTF-8 text.",
            where=f"{name}, after row {line}",
            next_step="Save the file as UTF-8.",
        ) from None
    except csv.Error as error:
        raise FileRefusedError(
            f"not CSV ({error}).",
            where=f"{name}, row {line + 1}",
            next_step="Look for a quote that is not closed.",
        ) from None


def place_of_row(path: Path, name: str, is_wanted: Callable[[list[str]], bool]) -> str:
    """File and row of the first row that is wanted, for an error's `where`; the file alone where there is none."""
    lines = (line for line, row in read_rows(path, name) if is_wanted(row))
    line = next(lines, None)
    return name if line is None else f"{name}, row {line}"


def check_row_lengths(path: Path, name: str, width: int) -> None:
    """Raise FileRefusedError at the first row with more or fewer cells than the header."""
    for line, row in read_rows(path, name):
        if len(row) != width:
            raise FileRefusedError(
                f"{len(row)} cells, the header has {width}.",
                where=f"{name}, row {line}",
                next_step="The row was cut or a comma is not quoted; download the file again.",
            )


def fault_error(
    path: Path, name: str, source: str, fault: Fault, places: list[int], header: list[str] | None = None
) -> FileRefusedError:
    """The error for a fault: the first row in which one of the places has it, and what stands there.

    `header` are the headings of a file whose first row is none.
    """
    is_fault = _test(fault)
    where, found = name, fault.word
    for line, row in read_rows(path, name):
        if header is None:
            header = row
            continue
        at_fault = next((place for place in places if is_fault(row[place])), None)
        if at_fault is not None:
            where, found = f"{name}, row {line}, column '{header[at_fault]}'", row[at_fault]
            break
    return FileRefusedError(
        f"found '{hide_person(found or '')}', expected {fault.expected}.",
        where=where,
        next_step=NEXT_STEP_LAYOUT.format(source=source),
    )


def repeated_key_error(
    path: Path, name: str, key: dict[str, int], may_repeat: Callable[[dict[str, str]], bool]
) -> FileRefusedError:
    """The error for a key that occurs twice and may not: its two rows."""
    seen: dict[tuple[str, ...], int] = {}
    where, found = name, ""
    for line, row in read_rows(path, name):
        values = tuple(row[place] for place in key.values())
        if values in seen and not may_repeat(dict(zip(key, values, strict=True))):
            where = f"{name}, rows {seen[values]} and {line}"
            found = f" ({', '.join(values)})"
            break
        seen[values] = line
    return FileRefusedError(
        f"the same {', '.join(key)} occurs twice{found}.",
        where=where,
        next_step="A file counts everything once; download it again or remove the copy.",
    )


def _test(fault: Fault) -> Callable[[str], bool]:
    column = fault.column
    if fault.word is not None:
        return lambda cell: cell == fault.word
    match column.type:
        case ColumnType.COUNT:
            return lambda cell: cell not in column.missing and not re.fullmatch(r"[0-9]{1,18}", cell)
        case ColumnType.NUMBER | ColumnType.AMOUNT:
            pattern = re.compile(number_pattern(column))
            return lambda cell: cell not in column.missing and not pattern.fullmatch(cell)
        case ColumnType.MONTH:
            return _month_test()
        case ColumnType.YEAR:
            return lambda cell: parse_year(cell) is None
        case ColumnType.DATE:
            return lambda cell: cell not in column.none_tokens and parse_day(cell, column.formats) is None
        case ColumnType.LABEL:
            words = {word for label, variants in column.labels.items() for word in (label, *variants)}
            return lambda cell: cell not in words and cell not in column.missing
        case _:
            return lambda cell: not cell


def _month_test() -> Callable[[str], bool]:
    first: list[str | None] = []

    def is_fault(cell: str) -> bool:
        form = month_format(cell)
        if not first:
            first.append(form)
        return form is None or form != first[0] or parse_month(cell) is None

    return is_fault
