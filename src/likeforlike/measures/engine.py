"""Where expressions run: by default DuckDB in this process, never reaching out for an extension."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import duckdb
import ibis
from ibis.expr.types import Table

from likeforlike.errors import FileRefusedError
from likeforlike.settings import Settings

_COLUMN_TYPES = {
    "string": "VARCHAR",
    "date": "DATE",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "boolean": "BOOLEAN",
}


class Engine(Protocol):
    """What measures ask of an engine; another one (Spark) gives the same rows."""

    def read(self, paths: Sequence[Path]) -> Table:
        """The rows of Parquet files of one schema."""
        ...

    def read_csv(self, paths: Sequence[Path]) -> Table:
        """The rows of CSV files of one header, all text; an empty cell is null."""
        ...

    def keep(self, name: str, expression: Table) -> Table:
        """Compute an expression once, for several to use."""
        ...

    def write(self, expression: Table, path: Path) -> int:
        """Write an ordered expression to a Parquet file; how many rows it had."""
        ...

    def close(self) -> None:
        """Let go of memory and of the spill folder."""
        ...


def read_header(path: Path) -> list[str]:
    """The header of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(csv.reader(stream))


def open_engine(settings: Settings, spill: Path) -> Engine:
    """The engine that the settings choose; `spill` is a folder for what does not fit into memory.

    Raises:
        SettingsError: what it needs is not installed or cannot be reached.
    """
    if settings.engine == "spark":
        # Imported here: most people do without it.
        from likeforlike.measures.spark import SparkEngine

        return SparkEngine(settings, spill)
    return DuckDBEngine(settings, spill)


class DuckDBEngine:
    """The embedded default."""

    def __init__(self, settings: Settings, spill: Path) -> None:
        # Reading is told the order at the end, so rows may come in any order on the way: it saves memory.
        options: dict[str, object] = {
            "memory_limit": settings.memory_limit,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if settings.threads:
            options["threads"] = settings.threads
        self._backend = ibis.duckdb.connect(**options)

    def read(self, paths: Sequence[Path]) -> Table:
        """The rows of Parquet files of one schema."""
        return self._backend.read_parquet([str(path) for path in paths])

    def read_csv(self, paths: Sequence[Path]) -> Table:
        """The rows of CSV files of one header, all text; an empty cell is null."""
        # Nothing is guessed, row by row: a cell too many or too few is an error.
        return self._backend.read_csv(
            [str(path) for path in paths],
            auto_detect=False,
            header=True,
            columns=dict.fromkeys(read_header(paths[0]), "VARCHAR"),
            delim=",",
            quote='"',
            escape='"',
            strict_mode=True,
        )

    def keep(self, name: str, expression: Table) -> Table:
        """Compute an expression once, for several to use."""
        return self._backend.create_table(name, expression, temp=True)

    def write(self, expression: Table, path: Path) -> int:
        """Write an ordered expression to a Parquet file; how many rows it had."""
        query = ibis.to_sql(expression, dialect="duckdb")
        # Sums of 64-bit counts are 128-bit here and dates plus intervals are times: the schema is kept.
        columns = ", ".join(
            f'CAST("{name}" AS {_COLUMN_TYPES[str(kind)]}) AS "{name}"'
            for name, kind in expression.schema().items()
        )
        target = str(path).replace("'", "''")
        copy = f"COPY (SELECT {columns} FROM ({query})) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        # The order of the query is the order of the file: bytes are the same each time.
        try:
            (rows,) = self._backend.raw_sql(copy).fetchone()
        except duckdb.InvalidInputException as error:
            # The first line says file and line; those below it quote the row, which is nobody's to print.
            raise FileRefusedError(
                f"{str(error).splitlines()[0]}.",
                next_step="Mend the file: every row has the cells of its header.",
            ) from None
        return int(rows)

    def close(self) -> None:
        """Let go of memory and of the spill folder."""
        self._backend.disconnect()
