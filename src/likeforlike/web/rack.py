"""The releases that a process has open: the current one, swapped when the pointer moves, and older ones by name."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from likeforlike.errors import NotFoundError, StoreError, UserError
from likeforlike.release.reading import Release, open_release
from likeforlike.release.schema import CURRENT, READ_MODEL
from likeforlike.release.swapping import read_manifest
from likeforlike.release.views import KindView, ReleaseView

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}")
# Older ones that are kept open; each costs a file handle and SQLite's cache.
MOST_OPEN = 8


@dataclass(frozen=True)
class Opened:
    """A release with what every page says of it."""

    release: Release
    about: ReleaseView
    kinds: tuple[KindView, ...]


class Rack:
    """Releases of one folder. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refused: str | None = None
        """Why the release that the pointer names is not the one that is served."""
        self._current: Opened | None = None
        self._seen: tuple[int, int, int] | None = None
        self._named: dict[str, Opened] = {}
        self._lock = threading.Lock()

    def current(self) -> Opened:
        """The release to serve: the one that is pointed at, or the last good one.

        Raises:
            StoreError: there is none.
        """
        stamp = self._stamp()
        if stamp != self._seen or self._current is None:
            with self._lock:
                # Another thread may have opened it meanwhile.
                if stamp != self._seen or self._current is None:
                    self._swap()
                    self._seen = stamp
        if self._current is None:
            raise StoreError(
                self.refused or "There is no release.",
                next_step="Make one with: likeforlike release",
            )
        return self._current

    def named(self, name: str) -> Opened:
        """A release by its name, as it was.

        Raises:
            NotFoundError: there is no such release, or it is damaged.
        """
        if not NAME.fullmatch(name):
            raise NotFoundError("there is no release of this name.")
        with self._lock:
            if name not in self._named:
                try:
                    opened = open_checked(self.folder / name)
                except UserError:
                    raise NotFoundError(f"there is no release '{name}'.") from None
                if len(self._named) >= MOST_OPEN:
                    # Not closed: another thread may be reading it; it goes when the last reader lets go.
                    self._named.pop(next(iter(self._named)))
                self._named[name] = opened
            return self._named[name]

    def names(self) -> list[str]:
        """The releases of the folder, newest first by name."""
        if not (self.folder / CURRENT).is_file():
            return []
        folders = [path.name for path in self.folder.iterdir() if path.is_dir() and NAME.fullmatch(path.name)]
        return sorted(folders, reverse=True)

    def _stamp(self) -> tuple[int, int, int] | None:
        # The time alone can be the same for two releases within a tick of the file system's clock.
        try:
            found = (self.folder / CURRENT).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _swap(self) -> None:
        try:
            self._current, self.refused = open_checked(self.folder), None
        except UserError as error:
            self.refused = str(error)


def open_checked(folder: Path) -> Opened:
    """Open a release and read what every page needs of it.

    Raises:
        StoreError: it is damaged, half copied, or not there.
    """
    release = open_release(folder)
    try:
        _check_whole(release.folder)
        return Opened(release, release.about(), tuple(release.kinds()))
    except (sqlite3.DatabaseError, ValueError, OSError, NotFoundError) as error:
        release.close()
        raise _damaged(release.folder, str(error)) from None
    except StoreError:
        release.close()
        raise


def _check_whole(folder: Path) -> None:
    """Every file of the manifest is there, and the one that pages are read from has the bytes that were written.

    The tables for people are hashed by `likeforlike release --verify`: here that would hold up the start.
    """
    files = read_manifest(folder)["files"]
    for name in sorted({READ_MODEL, *files}):
        if not (folder / name).is_file():
            raise _damaged(folder, f"{name} is missing.")
    with (folder / READ_MODEL).open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if files.get(READ_MODEL) != found:
        raise _damaged(folder, f"{READ_MODEL} is not what the manifest says.")


def _damaged(folder: Path, why: str) -> StoreError:
    return StoreError(
        f"is damaged or half copied: {why}",
        where=str(folder),
        next_step="Copy it again, or make it again with: likeforlike release",
    )
