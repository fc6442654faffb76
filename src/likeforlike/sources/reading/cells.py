"""Cells of a sheet into columns of their type, as strictly as text: what does not convert is a fault."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from likeforlike.catalogue import Column, ColumnType
from likeforlike.sources.reading.checks import expectation
from likeforlike.sources.reading.conversion import number_pattern
from likeforlike.sources.reading.months import FIRST_DAY, LAST_DAY, parse_day, parse_month, parse_year

Cell = bool | int | float | str | datetime.date | datetime.time | datetime.datetime | datetime.timedelta
Value = int | float | Decimal | str | datetime.date | None

# Beyond this a spreadsheet's numbers, which are doubles, no longer tell two whole numbers apart.
LARGEST_WHOLE = 2**53


class _NotOfItsType(Exception):  # noqa: N818 - caught where the cell's place is known
    """A cell that does not hold what its column must hold."""


@dataclass(frozen=True)
class Converted:
    """The cells of one column, converted."""

    values: list[Value]
    reasons: list[str | None] | None
    """Why a value is missing, row by row; None where the column has no missing tokens."""


@dataclass(frozen=True)
class CellFault:
    """The first cell of a column that does not convert."""

    place: int
    """Index of the cell among those given."""
    found: str
    expected: str


def convert_cells(column: Column, cells: Sequence[Cell]) -> Converted | CellFault:
    """Convert the cells of one column, or say which is the first that cannot be."""
    convert = _converter(column)
    values: list[Value] = []
    reasons: list[str | None] = []
    try:
        for cell in cells:
            reason = column.missing.get(cell.strip()) if isinstance(cell, str) else None
            values.append(None if reason else convert(cell))
            reasons.append(reason)
    except _NotOfItsType:
        return CellFault(len(values), show_cell(cells[len(values)]), expected_cell(column))
    return Converted(values, reasons if column.missing else None)


def whole_number(cell: Cell) -> int | None:
    """The count in a cell; None when it holds none. Spreadsheets keep every number as a decimal.

    >>> whole_number(12.0), whole_number(12.5), whole_number(-3.0), whole_number("12")
    (12, None, None, None)
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 0 <= cell <= LARGEST_WHOLE:
        return None
    return int(cell) if cell == int(cell) else None


def show_cell(cell: Cell) -> str:
    """A cell as a person sees it: a number without its needless decimals."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def expected_cell(column: Column) -> str:
    """What a cell of this column must hold, in words."""
    return "the first day of a month" if column.type is ColumnType.MONTH else expectation(column)


def _converter(column: Column) -> Callable[[Cell], Value]:
    match column.type:
        case ColumnType.MONTH:
            return _month
        case ColumnType.COUNT:
            return _count
        case ColumnType.NUMBER:
            return lambda cell: _number(cell, negative=column.negative)
        case ColumnType.AMOUNT:
            return lambda cell: _amount(cell, column)
        case ColumnType.DATE:
            return lambda cell: _day(cell, column)
        case ColumnType.YEAR:
            return lambda cell: _year(cell, column)
        case ColumnType.LABEL:
            spelled = {other: label for label, others in column.labels.items() for other in (label, *others)}
            return lambda cell: _label(cell, spelled)
        case ColumnType.CODE | ColumnType.TEXT | ColumnType.SHAPE:
            none_tokens = frozenset(column.none_tokens)
            return lambda cell: _text(cell, none_tokens)


def _month(cell: Cell) -> datetime.date:
    month = parse_month(cell)
    if month is None:
        raise _NotOfItsType
    return month


def _count(cell: Cell) -> int:
    number = whole_number(cell)
    if number is None:
        raise _NotOfItsType
    return number


def _number(cell: Cell, *, negative: bool = False) -> float:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise _NotOfItsType
    # What is not a number (nan) is not finite either.
    if not math.isfinite(cell) or (cell < 0 and not negative):
        raise _NotOfItsType
    return float(cell)


def _amount(cell: Cell, column: Column) -> Decimal:
    # The shortest decimal that is this double is what the publisher typed.
    text = repr(_number(cell, negative=column.negative))
    amount = Decimal(text).normalize()
    if not re.fullmatch(number_pattern(column), f"{amount:f}"):
        raise _NotOfItsType
    return amount


def _day(cell: Cell, column: Column) -> datetime.date | None:
    if isinstance(cell, str):
        if cell.strip() in column.none_tokens:
            return None
        day = parse_day(cell.strip(), column.formats)
    elif isinstance(cell, datetime.datetime):
        day = cell.date()
    else:
        day = cell if isinstance(cell, datetime.date) else None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise _NotOfItsType
    return day


def _year(cell: Cell, column: Column) -> datetime.date:
    year = parse_year(show_cell(cell), named_after_end=column.named_after_end)
    if year is None:
        raise _NotOfItsType
    return year


def _label(cell: Cell, spelled: dict[str, str]) -> str:
    try:
        return spelled[show_cell(cell)]
    except KeyError:
        raise _NotOfItsType from None


def _text(cell: Cell, none_tokens: frozenset[str]) -> str | None:
    # A code that a spreadsheet took for a number ('02E05' → 200000) cannot be told from one: text only.
    if not isinstance(cell, str):
        raise _NotOfItsType
    if cell in none_tokens:
        return None
    if not cell.strip():
        raise _NotOfItsType
    return cell
