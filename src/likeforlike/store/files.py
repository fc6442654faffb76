"""Writing so that a crash at any moment leaves the old whole: beside, fsync, rename."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

BLOCK = 1 << 20


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def sync_file(path: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until a folder's entries are on the disk."""
    if os.name == "nt":  # Windows has no fsync of a folder; the rename itself is journalled there.
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
    staged.replace(final)
    sync_folder(final.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a small file: readers see the old bytes or the new ones, never a part."""
    staged = path.with_name(path.name + ".new")
    staged.write_bytes(content)
    move_into_place(staged, path)
