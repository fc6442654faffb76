"""Which rows answer a question: for each period and area the newest issue, or the newest by a date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from likeforlike.store.manifest import AddedFile, Manifest, StoredTable


@dataclass(frozen=True)
class Selection:
    """The Parquet files to read for a table, and the parts of them that a newer issue replaced."""

    paths: tuple[str, ...]
    """Paths below the store, sorted."""
    superseded: tuple[tuple[str, str, str], ...]
    """(edition, period, area) to leave out of those files."""
    files: tuple[AddedFile, ...]


def select_editions(
    manifest: Manifest, source: str, table: str, *, as_at: datetime.date | None = None
) -> Selection:
    """The newest edition of every period and area of a table; with `as_at`, the newest issued by then."""
    winners: dict[tuple[str, str], AddedFile] = {}
    candidates = [
        (file, stored)
        for file in manifest.of_source(source)
        if as_at is None or file.published <= as_at.isoformat()
        for stored in file.tables
        if stored.table == table
    ]
    # Oldest issue first, so that a newer one takes its place.
    for file, stored in candidates:
        for key in _keys(stored):
            winners[key] = file
    chosen, superseded = [], []
    for file, stored in candidates:
        keys = _keys(stored)
        lost = [key for key in keys if winners[key] is not file]
        if len(lost) < len(keys):
            chosen.append((file, stored))
            superseded += [(file.edition, period, area) for period, area in lost]
    chosen.sort(key=lambda pair: pair[1].parquet)
    return Selection(
        paths=tuple(stored.parquet for _, stored in chosen),
        superseded=tuple(sorted(superseded)),
        files=tuple(file for file, _ in chosen),
    )


def _keys(stored: StoredTable) -> list[tuple[str, str]]:
    return [(period, area) for period, areas in stored.coverage.items() for area in areas]
