"""A store with the real files of one source, and what it holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from likeforlike.catalogue import load_catalogue
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import Store, select_editions


def store_of(folder: Path, files: Iterable[Path], published: date | None = None) -> Store:
    """A store with these files, all of which must go in."""
    store = Store(folder / "store")
    results = add_paths(store, load_catalogue(), list(files), published=published)
    assert {result.outcome for result in results} == {Outcome.ADDED}, [result.error for result in results]
    return store


def query(store: Store, source: str, table: str, items: str) -> list[tuple[Any, ...]]:
    """What `SELECT … FROM rows …` gives of a stored table; `items` is all but the table's name, written {rows}."""
    paths = [str(store.path(path)) for path in select_editions(store.manifest(), source, table).paths]
    return duckdb.execute(items.format(rows="read_parquet(?)"), [paths]).fetchall()
