"""A whole copy of a store, made while others may be adding to it: a folder that is itself a store."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from likeforlike.catalogue import Catalogue
from likeforlike.catalogue.attribution import attribute, attribution_lines
from likeforlike.errors import NotFoundError, SettingsError, StoreError
from likeforlike.store import AddedFile, Manifest, Store
from likeforlike.store.files import BLOCK, measure
from likeforlike.store.manifest import dump_manifest
from likeforlike.store.store import hash_original, now
from likeforlike.store.whole_folder import write_whole_folder

README = """A backup of a LikeForLike store: {files} official files, {bytes:,} bytes, as they stood on {day}.

It is a store. To see that it is whole:   likeforlike verify --store THIS_FOLDER
To work with it:                          likeforlike build --store THIS_FOLDER
To put it in the place of one that was lost, name a folder that is not there yet:
                                          likeforlike backup --store THIS_FOLDER NEW_FOLDER

Builds are not in it: they are made again from what is, byte for byte.

Whom to name beside figures made from these files (those of a simulated county are about nobody):

{attribution}
"""


@dataclass(frozen=True)
class Backup:
    """What was copied, and where it lies."""

    folder: Path
    files: int
    """Official files in the copy."""
    bytes: int


def back_up(
    store: Store, catalogue: Catalogue, target: Path, *, report: Callable[[str], None] | None = None
) -> Backup:
    """Copy the manifest and every file that it names to a folder that is not there yet.

    Nothing is held up and the store is only read: files that a manifest names never change, and each is checked
    against its hash on the way. What is withdrawn before the copy is whole is left out of it. The copy is written
    beside, as `NAME.unfinished`, and gets its name when it is whole; what a killed run left there is removed by
    the next.

    Raises:
        NotFoundError: the store is empty.
        SettingsError: the target is there already, or lies inside the store.
        StoreError: a file is not what it was, the target cannot be written, or another backup is at it.
    """
    check_is_elsewhere(store, target)
    if not store.manifest_path.exists():
        raise NotFoundError("there is no store here.", where=str(store.folder), next_step="See --store.")
    with write_whole_folder(target, "backup") as folder:
        manifest = _copy(store, folder, report or _say_nothing)
        total = measure(folder)
        (folder / "README.txt").write_bytes(_describe(manifest, catalogue, total).encode())
    return Backup(target, len(manifest.files), total)


def _describe(manifest: Manifest, catalogue: Catalogue, size: int) -> str:
    used = attribute(catalogue, {(file.source, file.licence) for file in manifest.files})
    lines = "\n".join(attribution_lines(used)) or "(nobody: it is empty)"
    return README.format(files=len(manifest.files), bytes=size, day=now()[:10], attribution=lines)


def _say_nothing(step: str) -> None:
    del step


def check_is_elsewhere(store: Store, target: Path) -> None:
    """Raise SettingsError where a backup would be a part of what it is a copy of."""
    if store.folder.resolve() in (target.resolve(), *target.resolve().parents):
        raise SettingsError(
            "a backup inside the store would be lost with it.",
            where=str(target),
            next_step="Name a folder elsewhere, best on another disk.",
        )


def _copy(store: Store, folder: Path, report: Callable[[str], None]) -> Manifest:
    """Copy until what lies in the folder is what the manifest names, and write that manifest."""
    while True:
        manifest = store.manifest()
        _check_room(store, manifest, folder)
        if not _copy_files(store, manifest, folder, report):
            continue  # A file went while it was being copied: withdrawn, or its tables were made again.
        if not set(map(_identity, manifest.files)) <= set(map(_identity, store.manifest().files)):
            continue
        # Of what was copied in an earlier round, and withdrawn since, nothing may stay.
        named = {relative for file in manifest.files for relative in file.paths}
        for path in [path for path in folder.rglob("*") if path.is_file()]:
            if path.relative_to(folder).as_posix() not in named:
                path.unlink()
        (folder / "manifest.json").write_bytes(dump_manifest(manifest))
        return manifest


def _identity(file: AddedFile) -> tuple[str, ...]:
    return (file.content_sha256, *file.paths)


def _check_room(store: Store, manifest: Manifest, folder: Path) -> None:
    needed = 0
    for file in manifest.files:
        for relative in file.paths:
            path, copied = store.path(relative), folder / relative
            if path.is_file() and not copied.exists():
                needed += path.stat().st_size
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise StoreError(
            f"the backup needs {needed:,} bytes, {free:,} are free there.",
            where=str(folder.parent),
            next_step="Name a folder on a disk with more room.",
        )


def _copy_files(store: Store, manifest: Manifest, folder: Path, report: Callable[[str], None]) -> bool:
    """Copy what is not there yet; False where a file has gone that the store no longer names."""
    for file in manifest.files:
        report(f"Copying {file.name}")
        for relative, digests in _wanted(file):
            source, copied = store.path(relative), folder / relative
            if copied.exists():
                continue
            copied.parent.mkdir(parents=True, exist_ok=True)
            try:
                copied_digest = _copy_file(source, copied)
            except FileNotFoundError:
                copied_digest = "gone"
            if not relative.startswith("editions/") and copied_digest not in ("gone", *digests):
                # A packed original: its hash is that of what is in it.
                copied_digest = hash_original(copied)
            if copied_digest not in digests:
                copied.unlink(missing_ok=True)
                if _identity(file) not in map(_identity, store.manifest().files):
                    return False
                what = "is gone" if copied_digest == "gone" else "is not what it was when it was added"
                raise StoreError(
                    f"{relative} of {file.name} {what}: there is no backup of a damaged store.",
                    where=str(store.folder),
                    next_step="`likeforlike doctor` says what to do.",
                )
    return True


def _wanted(file: AddedFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each stored file of an official one, and the hashes that its content may have."""
    for table in file.tables:
        yield table.parquet, (table.parquet_sha256,)
    yield file.original, (file.sha256, file.content_sha256)


def _copy_file(source: Path, target: Path) -> str:
    """Copy a file's bytes; their SHA-256."""
    digest = hashlib.sha256()
    with source.open("rb") as stream, target.open("wb") as copied:
        while block := stream.read(BLOCK):
            digest.update(block)
            copied.write(block)
    return digest.hexdigest()
