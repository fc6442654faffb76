"""What became of a file that was to be added, and the answer for files that are all there: it must be quick."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from likeforlike.errors import UserError
from likeforlike.store import AddedFile, Store
from likeforlike.store.files import hash_file


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    ALREADY_THERE = "already_there"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    """Found below a folder or in a zip, and withdrawn before: it was passed over, as it was meant to be."""
    REFUSED = "refused"


@dataclass(frozen=True)
class AddResult:
    """What became of one file, and as what it was recognised."""

    name: str
    outcome: Outcome
    file: AddedFile | None = None
    error: UserError | None = None
    note: str | None = None
    """What the user should know of a file that was there already."""

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        answer: dict[str, object] = {"name": self.name, "outcome": str(self.outcome)}
        if self.file:
            answer |= {
                "source": self.file.source,
                "layout": self.file.layout,
                "edition": self.file.edition,
                "published": self.file.published,
                "published_basis": str(self.file.published_basis),
                "restricted": self.file.restricted,
                "rows": {table.table: table.rows for table in self.file.tables},
                "notes": list(self.file.notes),
            }
        if self.note:
            answer["note"] = self.note
        if self.error:
            answer["error"] = self.error.as_dict()
        return answer


def already_there(name: str, known: AddedFile | None, published: datetime.date | None) -> AddResult:
    """The answer for a file that the store holds; a date that was given for it and changes nothing is said."""
    note = None
    if published is not None and (known is None or known.published != published.isoformat()):
        its = "their dates of issue are" if known is None else f"its date of issue is {known.published}"
        note = (
            f"--published {published} changes nothing, {its} as taken in; to change it, withdraw the file and "
            "add it again"
        )
    return AddResult(name, Outcome.ALREADY_THERE, known, note=note)


def answer_if_all_are_there(
    store: Store, paths: Sequence[Path], *, published: datetime.date | None = None
) -> list[AddResult] | None:
    """The results where every path is a file that the store holds; None where one of them needs a closer look.

    A schedule that adds the same downloads every night asks this most of the time, so nothing is loaded that
    only a new file needs.
    """
    manifest = store.manifest()
    results = []
    for path in paths:
        if not path.is_file():
            return None
        try:
            sha256 = hash_file(path)
        except OSError:
            return None
        known = manifest.find(sha256)
        if known is None and sha256 not in manifest.containers:
            return None
        results.append(already_there(str(path), known, published))
    return results
