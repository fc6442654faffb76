"""What only a file's name says of its rows: the month of a directory, the area of an extract."""

from __future__ import annotations

import datetime
import re
from pathlib import PurePath

from likeforlike.catalogue import Column, ColumnType
from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.months import CALENDAR_YEAR, parse_day, parse_month, parse_year


def read_name(column: Column, pattern: str, name: str, published: datetime.date | None) -> str:
    """The text of a column that stands in the name of the file, else in that of its folder.

    A year alone stands for its first month, where the pattern of a month takes one. Where neither name says it, a
    month is that of `published`, the date of issue that the user gave.

    Raises:
        FileRefusedError: nobody says it, or not as the column wants it.
    """
    file = PurePath(name)
    for part in (file.name, file.parent.name):
        found = re.search(pattern, part)
        if found is None:
            continue
        text = found["value"]
        if column.type is ColumnType.MONTH and re.fullmatch(CALENDAR_YEAR, text):
            text = f"{text}-01-01"
        if _is_of_its_type(column, text):
            return text
    if column.type is ColumnType.MONTH and published is not None:
        return published.replace(day=1).isoformat()
    by_hand = (
        "or say when it was issued: --published YYYY-MM-DD"
        if column.type is ColumnType.MONTH
        else "as the publisher does"
    )
    raise FileRefusedError(
        f"its rows do not say their {column.name}, and neither does its name.",
        where=name,
        next_step=f"Name the file so that {pattern!r} is found in it, {by_hand}.",
    )


def _is_of_its_type(column: Column, text: str) -> bool:
    match column.type:
        case ColumnType.MONTH:
            return parse_month(text) is not None
        case ColumnType.YEAR:
            return parse_year(text) is not None
        case ColumnType.DATE:
            return parse_day(text, column.formats) is not None
        case ColumnType.LABEL:
            return any(text in (label, *variants) for label, variants in column.labels.items())
        case _:
            return True
