"""Files as an importer hands them to the store: a small Parquet table, the packed original, the entry."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pyarrow
import pyarrow.parquet
import zstandard

from likeforlike.store import AddedFile, PublishedBasis, Store, StoredTable
from likeforlike.store.files import hash_file

OCTOBER = "2025-10-01"
PLACES = {OCTOBER: ("XS001", "XS002")}


def stage_file(
    folder: Path,
    text: str,
    *,
    source: str = "appointments",
    table: str = "counts",
    published: str = "2025-11-30",
    coverage: dict[str, tuple[str, ...]] = PLACES,
) -> AddedFile:
    """Put a file's tables and original below a folder, and say what they are. Other text, other bytes."""
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()
    original = f"originals/{digest[:2]}/{digest}.zst"
    parquet = f"editions/{source}/{digest[:16]}-{table}-v1.parquet"
    for relative in (original, parquet):
        (folder / relative).parent.mkdir(parents=True, exist_ok=True)
    (folder / original).write_bytes(zstandard.compress(content))
    rows = pyarrow.table({"line": text.splitlines()})
    pyarrow.parquet.write_table(rows, folder / parquet)
    stored = StoredTable(table, parquet, hash_file(folder / parquet), rows.num_rows, ("line",), coverage)
    return AddedFile(
        sha256=digest,
        content_sha256=digest,
        name=f"given/{digest[:4]}.csv",
        bytes=len(content),
        source=source,
        layout="lines",
        importer_version=1,
        published=published,
        published_basis=PublishedBasis.NAME,
        licence="OGL-UK-3.0",
        added="2026-01-02T03:04:05+00:00",
        original=original,
        tables=(stored,),
    )


def commit(
    store: Store,
    text: str,
    *,
    source: str = "appointments",
    table: str = "counts",
    published: str = "2025-11-30",
    coverage: dict[str, tuple[str, ...]] = PLACES,
) -> AddedFile:
    """Take a file in."""
    with store.staging() as staging:
        file = stage_file(staging, text, source=source, table=table, published=published, coverage=coverage)
        store.commit(file, staging)
    return file


def other_version(store: Store, file: AddedFile, staging: Path) -> AddedFile:
    """The same file as a newer importer would make it: a row more, under a name of its own."""
    (table,) = file.tables
    parquet = table.parquet.replace("-v1.", "-v2.")
    (staging / parquet).parent.mkdir(parents=True)
    rows = pyarrow.parquet.read_table(store.path(table.parquet))
    rows = pyarrow.concat_tables([rows, rows.slice(0, 1)])
    pyarrow.parquet.write_table(rows, staging / parquet)
    made = replace(table, parquet=parquet, parquet_sha256=hash_file(staging / parquet), rows=rows.num_rows)
    return replace(file, tables=(made,), importer_version=2)


def paths_below(store: Store) -> set[str]:
    """Every file of a store, but for its lock."""
    return {
        path.relative_to(store.folder).as_posix()
        for path in store.folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }
