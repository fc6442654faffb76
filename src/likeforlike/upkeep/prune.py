"""What can go from a store: old builds, and what killed processes left; never an edition or an original."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from likeforlike.catalogue import Catalogue
from likeforlike.errors import NotFoundError, StoreError
from likeforlike.measures.build import build_key, load_build
from likeforlike.store import Manifest, Store
from likeforlike.store.files import is_held, measure, move_folder


@dataclass(frozen=True)
class Leftover:
    """One file or folder of a store that nothing needs any more."""

    path: str
    """Below the store."""
    what: str
    bytes: int


@dataclass(frozen=True)
class Pruned:
    """What went, or with `dry_run` would go, and what another program or process keeps."""

    removed: tuple[Leftover, ...]
    kept: tuple[Leftover, ...]

    @property
    def bytes(self) -> int:
        """How much room that makes."""
        return sum(one.bytes for one in self.removed)


def prune(store: Store, catalogue: Catalogue, *, dry_run: bool = False) -> Pruned:
    """Remove the builds that no question finds any more, and files that no manifest names.

    A build is old when the store or the definitions have changed since; it can be made again. Files of a process
    that is alive stay, and so does what another program has open (Windows).

    Raises:
        NotFoundError: there is no store.
        StoreError: the store cannot be written, or its manifest cannot be read.
    """
    if not store.manifest_path.exists():
        raise NotFoundError("there is no store here.", where=str(store.folder), next_step="See --store.")
    removed: list[Leftover] = []
    kept: list[Leftover] = []
    # Under the lock nothing is on its way from staging to its place: what no manifest names is a leftover.
    with store.lock():
        for path, leftover in find_leftovers(store, catalogue, store.manifest()):
            gone = store.is_abandoned(path) if dry_run else _remove(store, path)
            (removed if gone else kept).append(leftover)
    return Pruned(tuple(removed), tuple(kept))


def find_leftovers(store: Store, catalogue: Catalogue, manifest: Manifest) -> Iterator[tuple[Path, Leftover]]:
    """Old builds, and whatever no manifest names, each with its size."""
    for folder in sorted(store.builds.glob("*")):
        what = _why_old(folder, catalogue, manifest)
        if what is not None:
            yield folder, _describe(store, folder, what)
    for stray in store.find_strays():
        what = "work that was broken off" if stray.parent.name == "staging" else "named by no manifest"
        yield stray, _describe(store, stray, what)


def _why_old(folder: Path, catalogue: Catalogue, manifest: Manifest) -> str | None:
    if not (folder / "build.json").is_file():
        return "no build: it has no build.json"
    try:
        as_at = load_build(folder).as_at
    except StoreError:
        return "a damaged build"
    if folder.name == build_key(manifest, catalogue, as_at):
        return None
    question = f", as at {as_at}" if as_at else ""
    return f"an old build{question}: files or definitions have changed since"


def _describe(store: Store, path: Path, what: str) -> Leftover:
    return Leftover(path.relative_to(store.folder).as_posix(), what, measure(path))


def _remove(store: Store, path: Path) -> bool:
    if path.parent != store.builds:
        return store.remove_stray(path)
    doomed = store.folder / "staging" / uuid.uuid4().hex
    try:
        # In one step: a build that is there is whole.
        move_folder(path, doomed)
    except OSError as error:
        if is_held(error):
            return False
        raise
    shutil.rmtree(doomed, ignore_errors=True)
    return True
