"""What a format must be able to do, and what it hands over: the whole contract of an importer."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from likeforlike.catalogue import Catalogue, Source, Table, load_catalogue
from likeforlike.sources.reading.probing import Probe

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class StagedTable:
    """One table of a file, converted and written as Parquet beside the store."""

    table: Table
    path: Path
    rows: int
    coverage: dict[str, tuple[str, ...]]
    """Period (first day, ISO) → areas, series of a table with several, or both."""
    texts: dict[str, tuple[str, ...]]
    """The distinct values of each code, label and text column."""
    ends: datetime.date | None = None
    """The last day that any row is about; without it, that of its newest month."""


@dataclass(frozen=True)
class Staged:
    """All that a file gave."""

    layout: str
    tables: tuple[StagedTable, ...]
    printed: datetime.date | None = None
    """The date of issue that the content prints, if it prints one."""
    notes: tuple[str, ...] = field(default=())
    restricted: bool = False
    """Whether the file itself says that not everybody may see it."""
    licence: str | None = None
    """The licence that the file itself gives; without it that of its source."""


@dataclass(frozen=True)
class Staging:
    """Where and with what a file is staged."""

    folder: Path
    edition: str
    """The name of this content; every stored row carries it."""
    connection: duckdb.DuckDBPyConnection
    published: datetime.date | None = None
    """The date of issue that the user gave."""
    catalogue: Catalogue = field(default_factory=load_catalogue)
    """All definitions: which indicators a data pack may bring is for them to say."""


class Format(Protocol):
    """An importer: each module `likeforlike.sources.<source id>` has one, named FORMAT."""

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether a file is of this format, by its content alone."""
        ...

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Convert the file, check it, write its tables as Parquet into the staging folder.

        Raises:
            FileRefusedError: with file, row, column, what was found and what was expected.
        """
        ...
