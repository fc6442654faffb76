"""What is installed, found, stale and broken in a store, and what to do about it."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from likeforlike.catalogue import Catalogue, Source, load_catalogue
from likeforlike.errors import UserError
from likeforlike.measures.build import build_key, verify_builds
from likeforlike.store import Manifest, Store
from likeforlike.store.files import IS_WINDOWS, measure
from likeforlike.store.manifest import read_format_version
from likeforlike.store.upgrades import FORMAT_VERSION
from likeforlike.upkeep.installed import Installed, find_installed
from likeforlike.upkeep.prune import find_leftovers

# Months between two issues. A source that appears in no such rhythm is never called stale.
CADENCES = {"weekly": 1, "monthly": 1, "quarterly": 3, "annual": 12, "yearly": 12}
# Official figures follow the end of their period within two months, those of a long period within as long again.
LONGEST_WAIT_MONTHS = 2

# A build spills up to its memory limit (2 GB) to the disk while it runs, and the result is smaller than that.
LEAST_FREE_BYTES = 2 << 30

# Windows refuses paths of 260 characters and more; below its folder the longest path of a store, while a file is
# being staged, takes 150.
LONGEST_WINDOWS_PATH = 259
LONGEST_BELOW_STORE = 150


class Severity(StrEnum):
    """How bad it is. Only what is broken changes the exit code."""

    BROKEN = "broken"
    """Figures may be wrong or cannot be made."""
    STALE = "stale"
    """What is here is not the newest that it could be."""
    NOTE = "note"
    """Worth knowing; nothing is wrong."""


@dataclass(frozen=True)
class Finding:
    """One thing to know, and what to do about it."""

    severity: Severity
    where: str
    what: str
    next_step: str


@dataclass(frozen=True)
class Examination:
    """All that was found."""

    installed: Installed
    store: Path
    format_version: int | None
    """Of the manifest on disk; None where there is none, or none that can be read."""
    files: dict[str, int]
    """Source → number of official files."""
    newest: dict[str, str]
    """Source → newest period that it holds, YYYY-MM."""
    bytes: int
    free_bytes: int | None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def broken(self) -> tuple[Finding, ...]:
        """What is wrong."""
        return tuple(one for one in self.findings if one.severity is Severity.BROKEN)


def examine(store: Store, today: datetime.date) -> Examination:
    """Look at everything; one fault does not keep the rest from being looked at, and nothing is changed.

    The installed definitions are loaded here, for one that does not hold is a finding too.
    """
    findings: list[Finding] = []
    catalogue, manifest = None, None
    try:
        catalogue = load_catalogue()
    except UserError as error:
        findings.append(Finding(Severity.BROKEN, error.where, error.what, error.next_step))
    try:
        manifest = store.manifest()
    except UserError as error:
        findings.append(Finding(Severity.BROKEN, error.where, error.what, error.next_step))
    installed = find_installed()
    findings += find_faults_of_surroundings(store, installed)
    if manifest is not None:
        findings += find_damage(store)
        if catalogue is not None:
            findings += find_stale(store, catalogue, manifest, today)
            findings += [
                Finding(Severity.NOTE, one.path, f"{one.what} ({one.bytes:,} bytes)", "likeforlike prune")
                for path, one in find_leftovers(store, catalogue, manifest)
                if store.is_abandoned(path)
            ]
    held = manifest or Manifest()
    order = list(Severity)
    return Examination(
        installed=installed,
        store=store.folder,
        format_version=read_format_version(store.manifest_path),
        files=dict(sorted(Counter(file.source for file in held.files).items())),
        newest={source: f"{period:%Y-%m}" for source, period in sorted(newest_periods(held).items())},
        bytes=measure(store.folder),
        free_bytes=shutil.disk_usage(store.folder).free if store.folder.exists() else None,
        findings=tuple(sorted(findings, key=lambda one: order.index(one.severity))),
    )


def newest_periods(manifest: Manifest) -> dict[str, datetime.date]:
    """Source → the first day of the newest period that any of its files has."""
    newest: dict[str, datetime.date] = {}
    for file in manifest.files:
        for table in file.tables:
            for period in map(datetime.date.fromisoformat, table.coverage):
                newest[file.source] = max(newest.get(file.source, period), period)
    return newest


def find_faults_of_surroundings(store: Store, installed: Installed) -> Iterator[Finding]:
    """What keeps a sound store from being used: packages, permissions, room, a lock, a path that is too long."""
    if missing := installed.missing("data"):
        yield Finding(
            Severity.BROKEN,
            "Python",
            f"not installed: {', '.join(missing)}",
            "pip install --upgrade 'likeforlike[data]'",
        )
    if not installed.missing("spark") and installed.java is None:
        yield Finding(
            Severity.NOTE,
            "Java",
            "PySpark is installed and Java was not found",
            "Install Java 17 or newer, or stay with DuckDB, which needs none.",
        )
    longest = len(str(store.folder.resolve())) + LONGEST_BELOW_STORE
    if IS_WINDOWS and longest > LONGEST_WINDOWS_PATH:
        yield Finding(
            Severity.BROKEN,
            str(store.folder),
            f"paths in it get {longest} characters long, Windows takes {LONGEST_WINDOWS_PATH}",
            "Move the store to a shorter path, for instance C:\\nhs\\store, and name it with --store.",
        )
    if not store.folder.exists():
        yield Finding(Severity.NOTE, str(store.folder), "there is no store yet", "likeforlike add PATH…")
        return
    try:
        with tempfile.TemporaryFile(dir=store.folder):
            pass
    except OSError as error:
        yield Finding(
            Severity.BROKEN,
            str(store.folder),
            f"cannot be written ({error.strerror})",
            "See to its permissions, or name another store with --store.",
        )
    else:
        if store.is_locked():
            yield Finding(
                Severity.NOTE, str(store.folder), "another process is changing it now", "Wait for it to end."
            )
    free = shutil.disk_usage(store.folder).free
    if free < LEAST_FREE_BYTES:
        yield Finding(
            Severity.BROKEN,
            str(store.folder),
            f"{free:,} bytes are free, a build of all England may need {LEAST_FREE_BYTES:,}",
            "Make room: `likeforlike prune --dry-run` says what can go from here.",
        )


def find_damage(store: Store) -> Iterator[Finding]:
    """Every original, edition and build that is not what it was when it was written."""
    for problem in store.verify():
        yield Finding(
            Severity.BROKEN,
            problem.where,
            problem.what,
            "Restore it from a backup, or withdraw the file and add it again.",
        )
    for problem in verify_builds(store):
        folder = "/".join(problem.where.split("/")[:2])
        yield Finding(
            Severity.BROKEN,
            problem.where,
            problem.what,
            f"Remove the folder {folder}, then: likeforlike build",
        )


def find_stale(
    store: Store, catalogue: Catalogue, manifest: Manifest, today: datetime.date
) -> Iterator[Finding]:
    """Sources of which an issue was missed, tables and builds to make again, definitions to be read again."""
    for source_id, newest in newest_periods(manifest).items():
        source = catalogue.sources.get(source_id)
        if source is None:
            yield Finding(
                Severity.STALE,
                source_id,
                "the store has files of it and no definition reads them any more",
                "Use a version of likeforlike that has it, or withdraw the files.",
            )
        elif is_late(source, newest, today):
            yield Finding(
                Severity.STALE,
                source_id,
                f"{source.cadence}, and the newest period here is {newest:%B %Y}",
                f"Add the newest issue from {source.landing_page}",
            )
    old = Counter(
        file.source
        for file in manifest.files
        if (source := catalogue.sources.get(file.source)) and file.importer_version != source.importer_version
    )
    for source_id, number in old.items():
        yield Finding(
            Severity.STALE,
            source_id,
            f"{number} files were read by another version of their importer",
            "likeforlike rebuild",
        )
    if manifest.files and not (store.builds / build_key(manifest, catalogue, None) / "build.json").exists():
        yield Finding(
            Severity.STALE,
            "builds",
            "nothing has been built from the store as it is now",
            "likeforlike build",
        )
    for indicator in catalogue.indicators.values():
        if indicator.next_review < today:
            yield Finding(
                Severity.STALE,
                f"indicator {indicator.id}",
                f"its definition was to be read again by {indicator.next_review}",
                "Use a newer version of likeforlike, or tell its authors.",
            )


def is_late(source: Source, newest: datetime.date, today: datetime.date) -> bool:
    """Whether an issue was missed: the period after the newest one has ended, and its publisher had time enough."""
    months = CADENCES.get(source.cadence.split(",")[0].split(" ")[0].casefold())
    if months is None:
        return False
    due = newest.year * 12 + newest.month - 1 + 2 * months + max(LONGEST_WAIT_MONTHS, months)
    return today >= datetime.date(due // 12, due % 12 + 1, 1)


def describe_format(version: int | None) -> str:
    """The format of a manifest in words."""
    if version is None:
        return "none"
    if version < FORMAT_VERSION:
        return f"{version}, written as {FORMAT_VERSION} at the next change"
    return str(version)
