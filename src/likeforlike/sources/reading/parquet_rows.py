"""Parquet as rows of text: its columns known from the footer, and limits for hostile files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.conversion import identifier, quote
from likeforlike.sources.reading.opening import LARGEST_FILE

if TYPE_CHECKING:
    import duckdb

PARQUET_SIGNATURE = b"PAR1"

# The largest publication that comes as Parquet has 4.5 million rows of twelve columns. Repeated values cost nearly
# no bytes, so that a small file may claim any number of rows: the footer says how many before any is read.
MOST_ROWS = 50_000_000
MOST_COLUMNS = 500
LARGEST_FOOTER = 8 << 20

DAMAGED = "Download it again; as a rule a download was cut short."


def read_header(path: Path, name: str) -> tuple[str, ...]:
    """The names of the columns, from the footer alone.

    Raises:
        FileRefusedError: damaged, beyond the limits, or with nested columns.
    """
    import pyarrow
    import pyarrow.parquet

    _check_footer(path, name)
    try:
        metadata = pyarrow.parquet.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
        unpacked = sum(metadata.row_group(place).total_byte_size for place in range(metadata.num_row_groups))
        rows, columns = metadata.num_rows, metadata.num_columns
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _damaged(name, str(error)) from None
    if rows > MOST_ROWS or columns > MOST_COLUMNS or not 0 <= unpacked <= LARGEST_FILE:
        raise FileRefusedError(
            f"says that it has {rows:,} rows, {columns:,} columns and {unpacked:,} bytes, at most {MOST_ROWS:,}, "
            f"{MOST_COLUMNS:,} and {LARGEST_FILE:,} are read.",
            where=name,
            next_step="Official files are smaller; if you trust it, split it and add the parts.",
        )
    nested = [field.name for field in schema if pyarrow.types.is_nested(field.type)]
    if nested:
        raise FileRefusedError(
            f"the column '{nested[0]}' holds tables of its own, plain values were expected.",
            where=name,
            next_step="Official tables are plain; write it again with one value a cell.",
        )
    return tuple(schema.names)


def text_of(path: Path, header: tuple[str, ...]) -> str:
    """SQL for the rows, every cell as text, in columns c0, c1, …; a null is the empty text."""
    items = ", ".join(
        f"coalesce(CAST({identifier(text)} AS VARCHAR), '') AS c{place}" for place, text in enumerate(header)
    )
    return f"(SELECT {items} FROM read_parquet({quote(str(path))}))"


def copy_text(connection: duckdb.DuckDBPyConnection, query: str, name: str) -> None:
    """Run a query that reads a file whole and keeps what it needs of it.

    Raises:
        FileRefusedError: the file is damaged, or asks for more memory than there is.
    """
    import duckdb

    try:
        connection.execute(query)
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise _damaged(name, str(error)) from None


def _check_footer(path: Path, name: str) -> None:
    """Raise FileRefusedError for a file without a footer of a plausible length: its end says where it begins."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - 8))
        end = stream.read(8)
    length = int.from_bytes(end[:4], "little")
    if end[4:] != PARQUET_SIGNATURE or size < 12 + length:
        raise _damaged(name, "it has no footer")
    if length > LARGEST_FOOTER:
        raise FileRefusedError(
            f"its footer has {length:,} bytes, at most {LARGEST_FOOTER:,} are read.",
            where=name,
            next_step="Official tables are plain; write it again in fewer pieces.",
        )


def _damaged(name: str, what: str) -> FileRefusedError:
    return FileRefusedError(
        f"cannot be read as Parquet ({(what.splitlines() or ['no reason given'])[0]}).",
        where=name,
        next_step=DAMAGED,
    )
