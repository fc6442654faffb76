"""Which release is served: a small file that names it, replaced in one step."""

from __future__ import annotations

import json
from pathlib import Path

from likeforlike.errors import StoreError
from likeforlike.release.schema import CURRENT, MANIFEST
from likeforlike.store.files import hash_file, write_whole


def current_release(releases: Path) -> Path | None:
    """The folder of the release that is served; None while there is none."""
    pointer = releases / CURRENT
    if not pointer.is_file():
        return None
    return releases / pointer.read_text(encoding="utf-8").strip()


def swap_in(releases: Path, release: Path) -> None:
    """Serve this release from now on; readers see the old name or the new one, never half of one."""
    write_whole(releases / CURRENT, f"{release.name}\n".encode())


def verify_release(release: Path) -> list[str]:
    """What is wrong with the files of a release: missing, or other bytes than its manifest says; empty if nothing.

    Raises:
        StoreError: it has no manifest that can be read, so it is no whole release.
    """
    files = read_manifest(release)["files"]
    problems = []
    for name, wanted in sorted(files.items()):
        path = release / name
        if not path.is_file():
            problems.append(f"{name} is missing")
        elif hash_file(path) != wanted:
            problems.append(f"{name} is not what the manifest says")
    return problems


def read_manifest(release: Path) -> dict[str, dict[str, str]]:
    """The manifest of a release."""
    try:
        manifest: dict[str, dict[str, str]] = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
        manifest["files"].items()
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise StoreError(
            "is no whole release: its manifest is missing or damaged.",
            where=str(release),
            next_step="Make it again with `likeforlike release`, or copy it again.",
        ) from None
    return manifest
