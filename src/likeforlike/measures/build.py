"""Build all observations of a store: a pure function of editions, definitions and as-at date."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from likeforlike import __version__
from likeforlike.catalogue import Catalogue
from likeforlike.errors import StoreError
from likeforlike.measures.compiling import many_expressions
from likeforlike.measures.computing import compute_observations
from likeforlike.measures.engine import open_engine
from likeforlike.measures.naming import name_sources
from likeforlike.settings import Settings
from likeforlike.store import AddedFile, Manifest, Store
from likeforlike.store.files import hash_file, move_folder, sync_file
from likeforlike.store.store import Problem

# Raised when the same inputs would give other observations.
MEASURES_VERSION = 8
# What `build.json` must say.
DESCRIPTION = frozenset({"key", "as_at", "rows", "organisations", "files"})


@dataclass(frozen=True)
class Build:
    """A finished build: where it lies and what it holds."""

    folder: Path
    key: str
    as_at: datetime.date | None
    rows: dict[str, int]
    """Observations by indicator."""
    organisations: int
    already_there: bool

    def observations(self, indicator: str) -> Path:
        """The Parquet file of an indicator's observations."""
        return self.folder / "observations" / f"{indicator}.parquet"


def build_key(manifest: Manifest, catalogue: Catalogue, as_at: datetime.date | None) -> str:
    """The name of a build: a hash of all that it depends on.

    The engine is no part of it: every engine gives the same rows, so a build is not made again for another.
    """
    inputs = {
        "files": sorted(
            [file.content_sha256, file.published, file.importer_version, file.source, file.restricted]
            for file in manifest.files
        ),
        "definitions": catalogue.digest,
        "as_at": as_at.isoformat() if as_at else None,
        "measures": MEASURES_VERSION,
    }
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:24]


def find_build(store: Store, catalogue: Catalogue, as_at: datetime.date | None = None) -> Build | None:
    """The build of the store as it is now, if it has been made."""
    key = build_key(store.manifest(), catalogue, as_at)
    folder = store.builds / key
    return load_build(folder) if (folder / "build.json").exists() else None


def load_build(folder: Path) -> Build:
    """What `build.json` says of a finished build.

    Raises:
        StoreError: it is damaged.
    """
    content = _read_description(folder)
    return Build(
        folder=folder,
        key=content["key"],
        as_at=datetime.date.fromisoformat(content["as_at"]) if content["as_at"] else None,
        rows=content["rows"],
        organisations=content["organisations"],
        already_there=True,
    )


def _read_description(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / "build.json").read_text(encoding="utf-8"))
        missing = DESCRIPTION - content.keys()
    except (ValueError, AttributeError):
        missing = DESCRIPTION
    if missing:
        raise StoreError(
            "the build is damaged.",
            where=str(folder),
            next_step="Remove it with `likeforlike prune`, then run `likeforlike build`.",
        )
    return content


def build(
    store: Store,
    catalogue: Catalogue,
    settings: Settings,
    *,
    as_at: datetime.date | None = None,
    report: Callable[[str], None] | None = None,
) -> Build:
    """Compute every active indicator's observations from the newest editions (by `as_at`) and keep them.

    The folder appears when all of it is written; a build that is there already is returned as it is.
    """
    manifest = store.manifest()
    key = build_key(manifest, catalogue, as_at)
    final = store.builds / key
    store.sweep()
    if (final / "build.json").exists():
        return load_build(final)
    with store.staging() as staging:
        folder = staging / key
        (folder / "observations").mkdir(parents=True)
        engine = open_engine(settings, staging / "spill")
        try:
            with many_expressions():
                rows, organisations = compute_observations(
                    engine, store, manifest, catalogue, as_at, folder, report or _say_nothing
                )
        except Exception:
            # Whatever the engine says of a file that is gone or damaged, this is what happened.
            _check_all_are_there(store, manifest)
            _check_all_are_whole(store, manifest)
            raise
        finally:
            engine.close()
        name_sources(folder, manifest, catalogue)
        _describe(folder, key, as_at, rows, organisations)
        _swap(folder, final, store, manifest)
    return Build(final, key, as_at, rows, organisations, already_there=False)


def _say_nothing(step: str) -> None:
    del step


def _describe(
    folder: Path, key: str, as_at: datetime.date | None, rows: dict[str, int], organisations: int
) -> None:
    files = {
        path.relative_to(folder).as_posix(): hash_file(path) for path in sorted(folder.rglob("*.parquet"))
    }
    content = {
        "key": key,
        "as_at": as_at.isoformat() if as_at else None,
        "version": __version__,
        "geography": "organisations as they are now",
        "rows": rows,
        "organisations": organisations,
        "files": files,
    }
    (folder / "build.json").write_text(json.dumps(content, indent=1), encoding="utf-8", newline="\n")
    for path in folder.rglob("*"):
        if path.is_file():
            sync_file(path)


def _swap(folder: Path, final: Path, store: Store, manifest: Manifest) -> None:
    with store.lock():
        _check_all_are_there(store, manifest)
        if (final / "build.json").exists():
            return
        if final.exists():
            raise StoreError(
                "a folder without build.json is in the way of the build.",
                where=str(final),
                next_step="Remove it with `likeforlike prune`, then build again.",
            )
        move_folder(folder, final)


def _check_all_are_there(store: Store, manifest: Manifest) -> None:
    """Raise StoreError where a file that a build is made from was taken out, or made again, since it began."""
    now = store.manifest().files
    if not {file.content_sha256 for file in manifest.files} <= {file.content_sha256 for file in now}:
        raise StoreError(
            "a file was withdrawn while its figures were being computed.",
            where=str(store.folder),
            next_step="Build again.",
        )
    if not {_stored_as(file) for file in manifest.files} <= {_stored_as(file) for file in now}:
        raise StoreError(
            "a file's tables were made again while its figures were being computed.",
            where=str(store.folder),
            next_step="Build again.",
        )


def _check_all_are_whole(store: Store, manifest: Manifest) -> None:
    """Raise StoreError where an edition is gone or has other bytes than it was written with."""
    for file in manifest.files:
        for table in file.tables:
            path = store.path(table.parquet)
            if not path.is_file() or hash_file(path) != table.parquet_sha256:
                raise StoreError(
                    f"{table.parquet} of {file.name} is gone or has other bytes: nothing can be built from it.",
                    where=str(store.folder),
                    next_step="`likeforlike doctor` says what to do.",
                )


def _stored_as(file: AddedFile) -> tuple[str, ...]:
    return (file.content_sha256, *(table.parquet_sha256 for table in file.tables))


def verify_builds(store: Store) -> list[Problem]:
    """Recompute the hash of every file of every build."""
    problems = []
    for folder in sorted(path.parent for path in store.builds.glob("*/build.json")):
        where = f"builds/{folder.name}"
        try:
            files: dict[str, str] = _read_description(folder)["files"]
        except StoreError as error:
            problems.append(Problem(f"{where}/build.json", error.what))
            continue
        for name, digest in files.items():
            path = folder / name
            if not path.is_file():
                problems.append(Problem(f"{where}/{name}", "is gone"))
            elif hash_file(path) != digest:
                problems.append(Problem(f"{where}/{name}", "has other bytes"))
    return problems
