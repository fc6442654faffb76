"""The store on disk: staging, commit under a lock, verification, withdrawal."""

from __future__ import annotations

import datetime
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from likeforlike.errors import FileRefusedError, NotFoundError, StoreError
from likeforlike.store.files import hash_file, move_into_place, write_whole
from likeforlike.store.manifest import AddedFile, Manifest, Withdrawal, dump_manifest, read_manifest

LOCK_PATIENCE_SECONDS = 120


class AlreadyThere(Exception):  # noqa: N818 - an answer rather than an error: the store holds these bytes
    """Another process added the same bytes meanwhile; nothing is lost and nothing is to be done."""


@dataclass(frozen=True)
class Problem:
    """One thing that `verify` found wrong."""

    where: str
    what: str


class Store:
    """A folder of editions. Reading needs no lock: every file named by the manifest is immutable."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def manifest_path(self) -> Path:
        """The one file that is ever replaced."""
        return self.folder / "manifest.json"

    @property
    def builds(self) -> Path:
        """Where builds lie, a folder each."""
        return self.folder / "builds"

    def manifest(self) -> Manifest:
        """What the store holds now."""
        return read_manifest(self.manifest_path)

    def path(self, relative: str) -> Path:
        """A stored file by the path that the manifest gives."""
        return self.folder / relative

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder of one's own to write in; gone afterwards, whatever happens.

        Its lock tells `sweep` that the owner is alive: the operating system drops it when a process is killed.
        """
        from filelock import FileLock

        room = self.folder / "staging"
        try:
            room.mkdir(parents=True, exist_ok=True)
            folder = room / uuid.uuid4().hex
            lock = folder.with_suffix(".lock")
            try:
                with FileLock(lock):
                    folder.mkdir()
                    try:
                        yield folder
                    finally:
                        shutil.rmtree(folder, ignore_errors=True)
            finally:
                lock.unlink(missing_ok=True)
        except OSError as error:
            if error.filename is None or not str(error.filename).startswith(str(room)):
                raise
            raise StoreError(
                f"the store cannot be written ({error.strerror}).",
                where=str(self.folder),
                next_step="Name a folder with room that you may write to, with --store or LIKEFORLIKE_STORE.",
            ) from None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Only one process changes the manifest at a time; a killed one leaves no lock behind."""
        from filelock import FileLock, Timeout

        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / "lock", timeout=LOCK_PATIENCE_SECONDS):
                yield
        except Timeout:
            raise StoreError(
                f"another process has held the store for {LOCK_PATIENCE_SECONDS} seconds.",
                where=str(self.folder),
                next_step="Wait for it to end, then try again.",
            ) from None

    def commit(self, file: AddedFile, staged: Path) -> None:
        """Take a staged file in: its Parquet and original move to their places, then the manifest names them.

        `staged` holds the files under the same relative paths as the entry gives.

        Raises:
            AlreadyThere: the same bytes came in meanwhile.
            FileRefusedError: the same source, table, period, area and date of issue are there with other bytes.
        """
        with self.lock():
            manifest = self.manifest()
            if manifest.find(file.content_sha256):
                raise AlreadyThere
            check_key_is_free(file, manifest)
            for relative in _paths(file):
                move_into_place(staged / relative, self.path(relative))
            self._write(replace(manifest, files=(*manifest.files, file)))

    def remember_container(self, sha256: str, name: str) -> None:
        """Note that a zip was taken in whole."""
        with self.lock():
            manifest = self.manifest()
            if sha256 not in manifest.containers:
                self._write(replace(manifest, containers=manifest.containers | {sha256: name}))

    def withdraw(self, sha256: str, reason: str) -> Withdrawal:
        """Erase a file's bytes and leave a tombstone with the reason.

        Raises:
            NotFoundError: no file in the store begins with this hash, or more than one does.
        """
        with self.lock():
            manifest = self.manifest()
            file = find_by_prefix(manifest, sha256)
            tombstone = Withdrawal(
                sha256=file.content_sha256,
                name=file.name,
                source=file.source,
                published=file.published,
                reason=reason,
                withdrawn=now(),
            )
            kept = tuple(other for other in manifest.files if other is not file)
            # A zip that held it must be read again if it is ever given again: forget all of them.
            self._write(
                replace(manifest, files=kept, containers={}, withdrawals=(*manifest.withdrawals, tombstone))
            )
            for relative in _paths(file):
                self.path(relative).unlink(missing_ok=True)
            return tombstone

    def replace_file(self, file: AddedFile, staged: Path) -> None:
        """Put a file's newly made Parquet in the place of the old (`rebuild`); the original stays."""
        with self.lock():
            manifest = self.manifest()
            old = next(other for other in manifest.files if other.content_sha256 == file.content_sha256)
            for table in file.tables:
                move_into_place(staged / table.parquet, self.path(table.parquet))
            files = tuple(file if other is old else other for other in manifest.files)
            self._write(replace(manifest, files=files))
            for relative in set(_paths(old)) - set(_paths(file)):
                self.path(relative).unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove what a killed process left behind: files that no manifest names. Returns how many."""
        with self.lock():
            manifest = self.manifest()
            named = {relative for file in manifest.files for relative in _paths(file)}
            removed = 0
            for room in ("editions", "originals"):
                for path in sorted((self.folder / room).rglob("*")):
                    if path.is_file() and path.relative_to(self.folder).as_posix() not in named:
                        path.unlink()
                        removed += 1
            return removed + self._sweep_staging()

    def _sweep_staging(self) -> int:
        from filelock import FileLock, Timeout

        removed = 0
        for folder in sorted(path for path in (self.folder / "staging").glob("*") if path.is_dir()):
            lock = folder.with_suffix(".lock")
            try:
                with FileLock(lock, timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)
            except Timeout:
                continue
            lock.unlink(missing_ok=True)
            removed += 1
        return removed

    def verify(self) -> list[Problem]:
        """Recompute every hash and count every row; an empty list means that all is as it was written."""
        problems = []
        for file in self.manifest().files:
            original = self.path(file.original)
            if not original.is_file():
                problems.append(Problem(file.original, f"the original of {file.name} is gone"))
            elif hash_original(original) not in (file.sha256, file.content_sha256):
                problems.append(Problem(file.original, f"the original of {file.name} has other bytes"))
            for table in file.tables:
                path = self.path(table.parquet)
                if not path.is_file():
                    problems.append(Problem(table.parquet, f"the edition of {file.name} is gone"))
                elif hash_file(path) != table.parquet_sha256:
                    problems.append(Problem(table.parquet, f"the edition of {file.name} has other bytes"))
                elif (rows := count_rows(path)) != table.rows:
                    problems.append(Problem(table.parquet, f"{rows} rows, the manifest says {table.rows}"))
        return problems

    def _write(self, manifest: Manifest) -> None:
        write_whole(self.manifest_path, dump_manifest(manifest))


def check_key_is_free(file: AddedFile, manifest: Manifest) -> None:
    """Raise FileRefusedError where the same edition is there with other bytes."""
    for other in manifest.of_source(file.source):
        if other.published != file.published:
            continue
        for table in file.tables:
            for old in other.tables:
                if old.table != table.table:
                    continue
                for period in table.coverage.keys() & old.coverage.keys():
                    if shared := set(table.coverage[period]) & set(old.coverage[period]):
                        raise FileRefusedError(
                            f"{file.source}, {table.table}, {period[:7]}, area {min(shared)}, issued "
                            f"{file.published} is in the store already with other bytes (from {other.name}).",
                            where=file.name,
                            next_step="If this is another issue, put it in a folder named as the publisher names the "
                            "issue or give its date with --published; if the stored one is wrong, withdraw it.",
                        )


def find_by_prefix(manifest: Manifest, prefix: str) -> AddedFile:
    """The one file whose hash begins so.

    Raises:
        NotFoundError: none does, or more than one.
    """
    found = [
        file
        for file in manifest.files
        if file.content_sha256.startswith(prefix) or file.sha256.startswith(prefix)
    ]
    if len(found) != 1:
        raise NotFoundError(
            f"{len(found)} files in the store have a hash that begins with '{prefix}'.",
            next_step="Give more digits; `likeforlike sources --json` lists them.",
        )
    return found[0]


def hash_original(path: Path) -> str:
    """SHA-256 of a kept original: unpacked where it was packed here, as it is where it came packed."""
    if path.suffix != ".zst":
        return hash_file(path)
    import hashlib

    import zstandard

    digest = hashlib.sha256()
    with path.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def count_rows(path: Path) -> int:
    """How many rows a Parquet file says it holds."""
    import pyarrow.parquet

    return int(pyarrow.parquet.read_metadata(path).num_rows)


def now() -> str:
    """The time, UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _paths(file: AddedFile) -> list[str]:
    return [*(table.parquet for table in file.tables), file.original]
