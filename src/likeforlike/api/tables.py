"""View objects as CSV and Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import is_dataclass
from typing import Any, get_args

from likeforlike.release.frames import field_types, is_pair, plain, to_arrow, without_none

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), in their full-width forms as well.
FORMULA_BEGINNINGS = tuple("=+-@\t\r\n＝＋－＠")
# Between the texts of one cell.
SEPARATOR = " | "


def write_csv(views: Sequence[object], view: type) -> bytes:
    """A row for each object under the names of its fields (RFC 4180, UTF-8).

    Nothing is an empty cell. Several texts stand in one cell with ` | ` between them, several objects as JSON. A text
    that a spreadsheet would run as a formula gets an apostrophe in front; a number never does.
    """
    columns = field_types(view)
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([_cell(getattr(one, name), hint) for name, hint in columns.items()] for one in views)
    return written.getvalue().encode()


def write_parquet(views: Sequence[object], view: type, about: dict[str, str]) -> bytes:
    """The same with types; what it is of stands in the metadata of the schema."""
    # Imported here: no page needs it, and it is the largest thing a worker could load.
    import pyarrow.parquet

    table = to_arrow(views, view)
    written = io.BytesIO()
    pyarrow.parquet.write_table(table.replace_schema_metadata(about), written, compression="zstd")
    return written.getvalue()


def _cell(value: Any, hint: Any) -> str | int | float | bool | None:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return harmless(value)
    there = without_none(hint)
    inner = get_args(there)[0] if get_args(there) else there
    if is_dataclass(there) or is_dataclass(inner) or is_pair(there) or is_pair(inner):
        return harmless(json.dumps(plain(value, hint), ensure_ascii=False)) if value else None
    return harmless(SEPARATOR.join(map(str, value)))


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    # Spreadsheets leave out blanks at the beginning before they look.
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_BEGINNINGS) else text
