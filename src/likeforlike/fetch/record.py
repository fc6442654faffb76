"""What was fetched, when, from where, with which hash: one JSON object a line, beside the files."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

RECORD = ".fetched.jsonl"
"""Hidden, so that `add FOLDER` passes it over."""


@dataclass(frozen=True)
class Entry:
    """One file that came."""

    time: str
    source: str
    period: str | None
    asked: str
    """The address of the link."""
    address: str
    """The address that answered."""
    file: str
    """Its path below the folder of the record."""
    sha256: str
    bytes: int
    etag: str | None
    last_modified: str | None


def read_record(folder: Path) -> list[Entry]:
    """What has been fetched into a folder, oldest first; a line that a crash cut short is passed over."""
    try:
        lines = (folder / RECORD).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    entries = []
    for line in lines:
        try:
            entries.append(Entry(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return entries


def append_record(folder: Path, entry: Entry) -> None:
    """Note a file."""
    path = folder / RECORD
    with path.open("a+b") as stream:
        # A crash may have left half a line, which must not take this one with it.
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            broken = stream.read(1) != b"\n"
        else:
            broken = False
        stream.write(b"\n" * broken + json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
