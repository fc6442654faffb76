"""The store on disk: staging, commit under a lock, verification, withdrawal."""

from __future__ import annotations

import datetime
import errno
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from likeforlike.errors import FileRefusedError, NotFoundError, StoreError
from likeforlike.store.files import erase, hash_file, is_held, move_folder, move_into_place, write_whole
from likeforlike.store.manifest import AddedFile, Manifest, Withdrawal, dump_manifest, read_manifest

LOCK_PATIENCE_SECONDS = 120

# Writing fails with these whatever the file: the disk, the user's share of it or the largest file is full.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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

        Raises:
            StoreError: the folder cannot be made, or the disk is full before the work in it is done.
        """
        from filelock import FileLock

        folder = self.folder / "staging" / uuid.uuid4().hex
        alive = FileLock(folder.with_suffix(".lock"))
        # Under the store's lock: `sweep` must not find a folder before its owner's lock is held.
        with self.lock():
            folder.parent.mkdir(parents=True, exist_ok=True)
            alive.acquire()
            folder.mkdir()
        try:
            yield folder
        except Exception as error:
            if (fault := find_write_fault(error, folder)) is not None:
                raise self._unwritable(fault, held=isinstance(error, OSError) and is_held(error)) from None
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            alive.release()
            # Where another process looks at it just now (Windows), `sweep` removes it later.
            erase(folder.with_suffix(".lock"))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Only one process changes the manifest at a time; a killed one leaves no lock behind.

        Raises:
            StoreError: another process keeps it for too long, or the store cannot be written.
        """
        from filelock import FileLock, Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / "lock", timeout=LOCK_PATIENCE_SECONDS):
                yield
        except Timeout:
            raise StoreError(
                f"another process has held the store for {LOCK_PATIENCE_SECONDS} seconds.",
                where=str(self.folder),
                next_step="Wait for it to end, then try again.",
            ) from None
        except OSError as error:
            raise self._unwritable(str(error.strerror or error), held=is_held(error)) from None

    def is_locked(self) -> bool:
        """Whether another process is changing the store just now."""
        from filelock import FileLock, Timeout

        try:
            with FileLock(self.folder / "lock", timeout=0):
                return False
        except Timeout:
            return True

    def _unwritable(self, fault: str, *, held: bool) -> StoreError:
        if held:
            return StoreError(
                f"another program has a file of the store open ({fault}).",
                where=str(self.folder),
                next_step="Close it in Excel, or in whatever shows it, and try again.",
            )
        return StoreError(
            f"the store cannot be written ({fault}).",
            where=str(self.folder),
            next_step="Name a folder with room that you may write to, with --store or LIKEFORLIKE_STORE.",
        )

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
            for relative in file.paths:
                move_into_place(staged / relative, self.path(relative))
            self._write(replace(manifest, files=(*manifest.files, file)))

    def remember_container(self, sha256: str, name: str) -> None:
        """Note that a zip was taken in whole."""
        with self.lock():
            manifest = self.manifest()
            if sha256 not in manifest.containers:
                self._write(replace(manifest, containers=manifest.containers | {sha256: name}))

    def withdraw(self, sha256: str, reason: str) -> Withdrawal:
        """Erase a file's bytes, and the builds that may repeat them, and leave a tombstone with the reason.

        Raises:
            NotFoundError: no file in the store begins with this hash, or more than one does.
            StoreError: the file is withdrawn, but another program keeps its bytes from being erased (Windows).
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
            self._erase_builds()
            kept = tuple(other for other in manifest.files if other is not file)
            # A zip that held it must be read again if it is ever given again: forget all of them.
            self._write(
                replace(manifest, files=kept, containers={}, withdrawals=(*manifest.withdrawals, tombstone))
            )
            left = [relative for relative in file.paths if not erase(self.path(relative))]
            if left:
                raise StoreError(
                    f"{file.name} is withdrawn, but another program has its bytes open: {', '.join(left)}.",
                    where=str(self.folder),
                    next_step="Close it there, then erase them with: likeforlike prune",
                )
            return tombstone

    def _erase_builds(self) -> None:
        """Builds can be made again; a file that should not be here must not live on in them."""
        if self.builds.exists():
            doomed = self.folder / "staging" / uuid.uuid4().hex
            doomed.parent.mkdir(exist_ok=True)
            # In one step: a build that is there is whole.
            move_folder(self.builds, doomed)
            shutil.rmtree(doomed, ignore_errors=True)

    def replace_file(self, file: AddedFile, staged: Path) -> None:
        """Put a file's newly made Parquet in the place of the old (`rebuild`); the original stays."""
        with self.lock():
            manifest = self.manifest()
            old = next(other for other in manifest.files if other.content_sha256 == file.content_sha256)
            for table in file.tables:
                move_into_place(staged / table.parquet, self.path(table.parquet))
            files = tuple(file if other is old else other for other in manifest.files)
            self._write(replace(manifest, files=files))
            for relative in set(old.paths) - set(file.paths):
                erase(self.path(relative))

    def sweep(self) -> int:
        """Remove what killed processes left behind: files that no manifest names. Returns how many."""
        if not self.find_strays():
            return 0
        with self.lock():
            strays = self.find_strays()
            return sum(self.remove_stray(stray) for stray in strays)

    def find_strays(self) -> list[Path]:
        """What may have been left behind; without the lock some of it may be another process's work."""
        named = {relative for file in self.manifest().files for relative in file.paths}
        strays = [
            path
            for room in ("editions", "originals")
            for path in sorted((self.folder / room).rglob("*"))
            if path.is_file() and path.relative_to(self.folder).as_posix() not in named
        ]
        strays += sorted(self.folder.glob("*.new"))
        # A folder and its lock are one.
        return strays + sorted({path.with_suffix("") for path in (self.folder / "staging").glob("*")})

    def remove_stray(self, stray: Path) -> bool:
        """Remove what was left behind; False where its owner is alive, or another program has it open.

        The caller holds the store's lock.
        """
        from filelock import FileLock, Timeout

        if stray.parent.name != "staging":
            return erase(stray)
        lock = stray.with_suffix(".lock")
        try:
            with FileLock(lock, timeout=0):
                shutil.rmtree(stray, ignore_errors=True)
        except Timeout:
            return False  # Its owner is alive.
        return erase(lock) and not stray.exists()

    def is_abandoned(self, stray: Path) -> bool:
        """Whether nobody works on it any more. Everything that is not staging is, under the store's lock."""
        from filelock import FileLock, Timeout

        lock = stray.with_suffix(".lock")
        if stray.parent.name != "staging" or not lock.exists():
            return True
        try:
            with FileLock(lock, timeout=0):
                return True
        except Timeout:
            return False

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
        NotFoundError: none does, any more or at all, or more than one.
    """
    found = [
        file
        for file in manifest.files
        if file.content_sha256.startswith(prefix) or file.sha256.startswith(prefix)
    ]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise NotFoundError(
            f"{len(found)} files in the store have a hash that begins with '{prefix}'.",
            next_step="Give more digits; `likeforlike sources --json` lists them.",
        )
    gone = next((one for one in reversed(manifest.withdrawals) if one.sha256.startswith(prefix)), None)
    if gone is not None and prefix:
        raise NotFoundError(
            f"{gone.name} was withdrawn already, on {gone.withdrawn[:10]}: {gone.reason}.",
            next_step="Nothing is to be done; `likeforlike sources` lists what was withdrawn.",
        )
    raise NotFoundError(
        f"no file in the store has a hash that begins with '{prefix}'.",
        next_step="`likeforlike sources --json` lists the files that are there, each with its edition.",
    )


def find_write_fault(error: Exception, folder: Path) -> str | None:
    """What kept us from writing below a folder (disk full, no permission), if that is what the error is about."""
    if isinstance(error, OSError):
        about_folder = str(error.filename or "").startswith(str(folder))
        return str(error.strerror) if about_folder or error.errno in FULL else None
    import duckdb

    # DuckDB's errors have no number, only a text: 'Could not write file "…": No space left on device'.
    about_folder = isinstance(error, duckdb.IOException) and str(folder) in str(error)
    return str(error).splitlines()[0].rsplit(": ", 1)[-1] if about_folder else None


def hash_original(path: Path) -> str:
    """SHA-256 of a kept original: unpacked where it was packed here, as it is where it came packed."""
    if path.suffix != ".zst":
        return hash_file(path)
    import hashlib

    import zstandard

    digest = hashlib.sha256()
    with path.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as stream:
        try:
            while block := stream.read(1 << 20):
                digest.update(block)
        except zstandard.ZstdError:
            return "cannot be unpacked"
    return digest.hexdigest()


def count_rows(path: Path) -> int:
    """How many rows a Parquet file says it holds."""
    import pyarrow.parquet

    return int(pyarrow.parquet.read_metadata(path).num_rows)


def now() -> str:
    """The time, UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
