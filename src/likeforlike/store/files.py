"""Writing so that a crash at any moment leaves the old whole: beside, fsync, rename; also as Windows has it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")

BLOCK = 1 << 20

IS_WINDOWS = os.name == "nt"

# What Windows says of a file that another program has open: access denied, sharing violation, lock violation.
HELD = (5, 32, 33)
# A virus scanner or an indexer looks into every new file for a moment; Excel keeps one for hours.
PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.05


def is_held(error: OSError) -> bool:
    """Whether the fault is that another program has the file or folder open (Windows only)."""
    return isinstance(error, PermissionError) and getattr(error, "winerror", None) in HELD


def patiently(action: Callable[[], Answer]) -> Answer:
    """Do what another program may keep us from for a moment; what Windows still refuses after that is raised."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return action()
        except OSError as error:
            if not is_held(error) or time.monotonic() > until:
                raise
        time.sleep(PAUSE_SECONDS)


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def measure(path: Path) -> int:
    """Bytes in a file, or in all files below a folder; what another process removes meanwhile counts as nothing."""
    total = 0
    for file in path.rglob("*") if path.is_dir() else [path]:
        with suppress(FileNotFoundError):
            total += file.stat().st_size if file.is_file() else 0
    return total


def sync_file(path: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until a folder's entries are on the disk."""
    if IS_WINDOWS:  # It has no fsync of a folder; the rename itself is journalled there.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move_into_place(staged: Path, final: Path) -> None:
    """Give a finished file its name, once its bytes are safe."""
    sync_file(staged)
    final.parent.mkdir(parents=True, exist_ok=True)
    patiently(lambda: staged.replace(final))
    sync_folder(final.parent)


def move_folder(staged: Path, final: Path) -> None:
    """Give a finished folder its name, in one step; its files have been synced.

    Raises:
        FileExistsError: something of that name is there; on Linux a rename would take an empty folder's place.
    """
    if final.exists():
        raise FileExistsError(f"{final} is there already")
    final.parent.mkdir(parents=True, exist_ok=True)
    patiently(lambda: staged.rename(final))
    sync_folder(final.parent)


def erase(path: Path) -> bool:
    """Remove a file, present or not; False where another program keeps it (Windows): it is left for later."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        if is_held(error):
            return False
        raise
    return True


def write_whole(path: Path, content: bytes) -> None:
    """Replace a small file: readers see the old bytes or the new ones, never a part."""
    staged = path.with_name(path.name + ".new")
    staged.write_bytes(content)
    move_into_place(staged, path)
