"""What the store holds, as one JSON document: every file taken in, its tables, its provenance."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from likeforlike.errors import StoreError
from likeforlike.store.files import patiently
from likeforlike.store.upgrades import FORMAT_VERSION, upgrade


class PublishedBasis(StrEnum):
    """Where the date of issue was found."""

    CONTENT = "content"
    NAME = "name"
    CORRECTION = "correction"
    GIVEN = "given"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class StoredTable:
    """One table of one file: a Parquet file, and which periods of which areas it is an edition of."""

    table: str
    parquet: str
    """Path below the store."""
    parquet_sha256: str
    rows: int
    columns: tuple[str, ...]
    coverage: dict[str, tuple[str, ...]]
    """Period (first day, ISO) → areas; the area of a file for all England is 'ENG'."""


@dataclass(frozen=True)
class AddedFile:
    """One official file as it was taken in. Its `edition` is the name under which its rows are found."""

    sha256: str
    """Of the bytes as given, compressed or not."""
    content_sha256: str
    """Of the bytes when unpacked: the same file plain and gzipped is the same content."""
    name: str
    bytes: int
    source: str
    layout: str
    importer_version: int
    published: str
    """Date of issue, ISO."""
    published_basis: PublishedBasis
    licence: str
    added: str
    """When it was taken in, UTC, ISO."""
    original: str
    """Path below the store of the compressed original."""
    tables: tuple[StoredTable, ...]
    restricted: bool = False
    notes: tuple[str, ...] = ()
    """What a reader of its figures should know: unknown codes, a printed date that cannot be."""

    @property
    def edition(self) -> str:
        """A short name that no other content has: the first 16 digits of the content's hash."""
        return self.content_sha256[:16]

    @property
    def paths(self) -> tuple[str, ...]:
        """All that the store keeps of it, as paths below the store."""
        return (*(table.parquet for table in self.tables), self.original)


@dataclass(frozen=True)
class Withdrawal:
    """The tombstone of a file that was taken out: the bytes are gone, the reason stays."""

    sha256: str
    name: str
    source: str
    published: str
    reason: str
    withdrawn: str


@dataclass(frozen=True)
class Manifest:
    """The whole content of the store at one moment."""

    files: tuple[AddedFile, ...] = ()
    containers: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each zip that was taken in whole → its name: adding it again is answered at once."""
    withdrawals: tuple[Withdrawal, ...] = ()

    def find(self, sha256: str) -> AddedFile | None:
        """The file with these bytes, as given or unpacked."""
        return next((file for file in self.files if sha256 in (file.sha256, file.content_sha256)), None)

    def of_source(self, source: str) -> list[AddedFile]:
        """The files of one source, oldest issue first."""
        return sorted(
            (file for file in self.files if file.source == source),
            key=lambda file: (file.published, file.name, file.content_sha256),
        )


def dump_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON, the same bytes for the same content."""
    document = {"format_version": FORMAT_VERSION} | asdict(manifest)
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def read_manifest(path: Path) -> Manifest:
    """The manifest at a path, whatever its format version; an absent one is an empty store.

    Raises:
        StoreError: it cannot be read, or was written by a newer version of the program.
    """
    try:
        text = patiently(path.read_bytes)
    except FileNotFoundError:
        return Manifest()
    except OSError as error:
        raise StoreError(
            f"the manifest cannot be read ({error.strerror}).",
            where=str(path),
            next_step="Name another store with --store or LIKEFORLIKE_STORE, or see to its permissions.",
        ) from None
    document: Any = None
    try:
        document = json.loads(text)
        return _load(upgrade(document))
    except (ValueError, KeyError, AttributeError, TypeError):
        raise StoreError(
            "the manifest is damaged.",
            where=str(path),
            next_step="Restore it from a backup; the editions beside it are untouched.",
        ) from None
    except LookupError:
        raise StoreError(
            f"the store has format {document['format_version']}, this program reads format {FORMAT_VERSION} "
            "and those before it.",
            where=str(path),
            next_step="Use the version of likeforlike that wrote it, or a newer one, or add the files to a new "
            "store.",
        ) from None


def read_format_version(path: Path) -> int | None:
    """The format in which a manifest stands on disk; None where there is none, or none that says so."""
    try:
        version = json.loads(patiently(path.read_bytes))["format_version"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return version if type(version) is int else None


def _load(document: dict[str, Any]) -> Manifest:
    return Manifest(
        files=tuple(_load_file(entry) for entry in document["files"]),
        containers=document["containers"],
        withdrawals=tuple(Withdrawal(**entry) for entry in document["withdrawals"]),
    )


def _load_file(entry: dict[str, Any]) -> AddedFile:
    entry["tables"] = tuple(_load_table(table) for table in entry["tables"])
    entry["published_basis"] = PublishedBasis(entry["published_basis"])
    entry["notes"] = tuple(entry["notes"])
    file = AddedFile(**entry)
    for relative in file.paths:
        _check_is_below(relative)
    return file


def _check_is_below(relative: str) -> None:
    """Raise ValueError for a path that leads out of the store: `withdraw` erases what a manifest names."""
    for path in (PurePosixPath(relative), PureWindowsPath(relative)):
        if path.anchor or ".." in path.parts:
            raise ValueError(relative)


def _load_table(entry: dict[str, Any]) -> StoredTable:
    entry["coverage"] = {period: tuple(areas) for period, areas in entry["coverage"].items()}
    entry["columns"] = tuple(entry["columns"])
    return StoredTable(**entry)
