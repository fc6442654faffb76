"""Tables that people open in other programs: CSV in which nothing runs as a formula, the mark of what is restricted."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow

# Part of the name of every file that is not for everybody.
RESTRICTED_MARK = ".restricted"
# A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(table: pyarrow.Table, path: Path) -> None:
    """Write a table as CSV (RFC 4180, UTF-8); a text that a spreadsheet would run as a formula is made a text."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table.column_names)
        for batch in table.to_batches():
            columns = [map(safe_cell, column.to_pylist()) for column in batch.columns]
            writer.writerows(zip(*columns, strict=True))


def safe_cell(value: Any) -> Any:
    """A cell for a CSV: an apostrophe before what begins like a formula, as spreadsheets have it themselves.

    Only texts: a number below zero stays a number. OWASP, "CSV Injection".
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return value
