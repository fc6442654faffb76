"""The result of a review: a folder that never changes, with its plan, its tables and what they were made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from likeforlike.errors import NotFoundError, StoreError
from likeforlike.review.tables import TABLES, Row, make_table
from likeforlike.store.files import hash_file
from likeforlike.store.whole_folder import write_whole_folder

FORMAT_VERSION = 1
MANIFEST, PLAN, FOLDER_OF_TABLES = "result.json", "plan.toml", "tables"
# What `result.json` must say.
REQUIRED = {
    "format_version": int,
    "plan_sha256": str,
    "files": dict,
    "area": dict,
    "window": dict,
    "restricted": bool,
}


@dataclass(frozen=True)
class ReviewResult:
    """A finished review on disk."""

    folder: Path
    manifest: Mapping[str, Any]
    """Everything of `result.json`: area, window, as-at date, seed, versions, hashes, counts."""

    @property
    def id(self) -> str:
        """A short name that no other result has: the first digits of the hash of its files."""
        text = json.dumps(self.manifest["files"], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def restricted(self) -> bool:
        """Whether it is not for everybody."""
        return bool(self.manifest["restricted"])

    @property
    def plan(self) -> Path:
        """The plan, as it was given."""
        return self.folder / PLAN

    def table(self, name: str) -> pyarrow.Table:
        """One of `TABLES`.

        Raises:
            StoreError: its file is gone, damaged or has other columns.
        """
        path = self.folder / FOLDER_OF_TABLES / f"{name}.parquet"
        try:
            table = pyarrow.parquet.read_table(path)
        except (OSError, pyarrow.ArrowInvalid):
            raise _damaged(path) from None
        if table.schema.names != list(TABLES[name]):
            raise _damaged(path)
        return table

    def rows(self, name: str) -> list[Row]:
        """The rows of one of `TABLES`."""
        rows: list[Row] = self.table(name).to_pylist()
        return rows


def write_result(
    target: Path, plan: bytes, tables: Mapping[str, Sequence[Row]], about: Mapping[str, Any]
) -> ReviewResult:
    """Write a result; the folder appears when all of it is there, and has no clock in it.

    Raises:
        SettingsError: something of the target's name is there.
        StoreError: it cannot be written.
    """
    with write_whole_folder(target, "review") as folder:
        (folder / PLAN).write_bytes(plan)
        (folder / FOLDER_OF_TABLES).mkdir()
        for name in TABLES:
            pyarrow.parquet.write_table(
                make_table(name, tables[name]),
                folder / FOLDER_OF_TABLES / f"{name}.parquet",
                compression="zstd",
            )
        files = {
            path.relative_to(folder).as_posix(): hash_file(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        manifest = {
            "format_version": FORMAT_VERSION,
            **about,
            "plan_sha256": hashlib.sha256(plan).hexdigest(),
            "files": files,
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    return ReviewResult(target, manifest)


def load_result(folder: Path) -> ReviewResult:
    """Open a result.

    Raises:
        NotFoundError: there is none.
        StoreError: it is damaged, or of a newer version of the program.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFoundError(
            "there is no result of a review here.",
            where=str(folder),
            next_step="Name the folder that `likeforlike review run --to` wrote.",
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        whole = manifest.keys() >= REQUIRED.keys() and all(
            isinstance(manifest[key], kind) for key, kind in REQUIRED.items()
        )
    except (OSError, ValueError, AttributeError):
        whole = False
    if not whole:
        raise _damaged(path)
    if manifest["format_version"] > FORMAT_VERSION:
        raise StoreError(
            f"the result has format {manifest['format_version']}, this version reads up to {FORMAT_VERSION}.",
            where=str(path),
            next_step="Update likeforlike.",
        )
    return ReviewResult(folder, manifest)


def _damaged(path: Path) -> StoreError:
    return StoreError(
        "the result is damaged.", where=str(path), next_step="Run the review again from its plan."
    )


def check_files(result: ReviewResult) -> list[str]:
    """What of a result is gone, has other bytes or does not belong there; nothing where it is whole."""
    faults = []
    expected: Mapping[str, str] = result.manifest["files"]
    for name, digest in expected.items():
        path = result.folder / name
        if not path.is_file():
            faults.append(f"{name} is gone")
        elif hash_file(path) != digest:
            faults.append(f"{name} has other bytes than it was written with")
    there = {
        path.relative_to(result.folder).as_posix() for path in result.folder.rglob("*") if path.is_file()
    }
    faults += [f"{name} does not belong to it" for name in sorted(there - expected.keys() - {MANIFEST})]
    return faults
