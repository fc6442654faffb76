"""The street in small: a file written by a test goes in through `add`, and what is stored of it comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet

from likeforlike.catalogue import load_catalogue
from likeforlike.sources.adding import add_paths
from likeforlike.store import AddedFile, Store, select_editions


def csv_text(*rows: str, line_end: str = "\n") -> str:
    """Lines of a delimited file; the blanks that make a test readable are taken out beside the commas."""
    return line_end.join(",".join(cell.strip() for cell in row.split(",")) for row in rows) + line_end


def write_file(folder: Path, name: str, content: str | bytes) -> Path:
    """A file below a folder, with the folders that its name asks for."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def add_one(store: Store, path: Path) -> AddedFile:
    """Add one file that must go in."""
    (result,) = add_paths(store, load_catalogue(), [path])
    assert result.file is not None, result.error
    return result.file


def stored_rows(store: Store, source: str, table: str, *columns: str) -> list[dict[str, Any]]:
    """The rows of the newest editions as they are stored, all columns or some; without the edition's name."""
    rows: list[dict[str, Any]] = []
    for path in select_editions(store.manifest(), source, table).paths:
        rows += pyarrow.parquet.read_table(store.path(path)).to_pylist()
    wanted = columns or tuple(name for name in rows[0] if name != "edition")
    return [{name: row[name] for name in wanted} for row in rows]
