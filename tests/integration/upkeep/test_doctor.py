"""The doctor: each fault is found, named and answered with what to do; a store in health has none."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import DefinitionError
from likeforlike.store import Store
from likeforlike.store.upgrades import FORMAT_VERSION
from likeforlike.upkeep import doctor as doctor_module
from likeforlike.upkeep import installed as installed_module
from likeforlike.upkeep.doctor import Examination, Severity, examine, is_late
from likeforlike.upkeep.installed import find_extras, find_installed

# The newest period of the county is November 2025; a month later nothing is late.
DAY = datetime.date(2026, 1, 15)


def told(found: Examination, severity: Severity) -> list[tuple[str, str, str]]:
    return [(one.where, one.what, one.next_step) for one in found.findings if one.severity is severity]


def test_a_store_in_health(store: Store) -> None:
    found = examine(store, DAY)
    assert found.findings == ()
    assert found.files == {"registered_patients": len(store.manifest().files)}
    assert found.newest == {"registered_patients": "2025-11"}
    assert (found.store, found.format_version) == (store.folder, FORMAT_VERSION)
    assert found.bytes == sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    assert found.free_bytes is not None
    assert abs(found.free_bytes - shutil.disk_usage(store.folder).free) < 1 << 30


def test_where_there_is_no_store_nothing_is_made(tmp_path: Path) -> None:
    found = examine(Store(tmp_path / "none"), DAY)
    assert told(found, Severity.NOTE) == [
        (str(tmp_path / "none"), "there is no store yet", "likeforlike add PATH…")
    ]
    assert (found.broken, found.format_version, found.files) == ((), None, {})
    assert list(tmp_path.iterdir()) == []


def original(store: Store) -> Path:
    return store.path(min(file.original for file in store.manifest().files))


def edition(store: Store) -> Path:
    return store.path(min(file.tables[0].parquet for file in store.manifest().files))


def observations(store: Store) -> Path:
    return next(store.builds.glob("*/observations/list_size.parquet"))


BROKEN: dict[str, tuple[Callable[[Store], object], str, str]] = {
    "original gone": (lambda store: original(store).unlink(), "is gone", "Restore it from a backup"),
    "edition changed": (lambda store: edition(store).write_bytes(b"1"), "other bytes", "withdraw the file"),
    "build changed": (
        lambda store: observations(store).write_bytes(b"1"),
        "other bytes",
        "likeforlike build",
    ),
    "build file gone": (lambda store: observations(store).unlink(), "is gone", "Remove the folder builds/"),
    "manifest cut": (
        lambda store: os.truncate(store.manifest_path, 100),
        "the manifest is damaged",
        "Restore it from a backup",
    ),
    "newer format": (
        lambda store: store.manifest_path.write_text(
            json.dumps(json.loads(store.manifest_path.read_text()) | {"format_version": 99})
        ),
        f"the store has format 99, this program reads format {FORMAT_VERSION}",
        "Use the version of likeforlike that wrote it",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_is_broken(store: Store, fault: str) -> None:
    provoke, what, next_step = BROKEN[fault]
    provoke(store)
    found = examine(store, DAY)
    (one,) = found.broken
    assert what in one.what
    assert next_step in one.next_step
    assert found.installed == find_installed(), "one fault does not keep the rest from being looked at"


def test_definitions_that_do_not_hold(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Any:
        raise DefinitionError("unknown key 'colour'.", where="list_size.toml", next_step="Remove it.")

    monkeypatch.setattr(doctor_module, "load_catalogue", refuse)
    original(store).unlink()
    found = examine(store, DAY)
    assert told(found, Severity.BROKEN)[0] == ("list_size.toml", "unknown key 'colour'.", "Remove it.")
    assert len(found.broken) == 2


def test_a_disk_that_is_nearly_full(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 5_000_000})()
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    ((where, what, next_step),) = told(examine(store, DAY), Severity.BROKEN)
    assert (where, what.startswith("5,000,000 bytes are free")) == (str(store.folder), True)
    assert "likeforlike prune --dry-run" in next_step


def test_a_folder_that_cannot_be_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not by permissions: tests may run as root, who may write everywhere.
    def refuse(**options: object) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor_module.tempfile, "TemporaryFile", refuse)
    ((where, what, _),) = told(examine(store, DAY), Severity.BROKEN)
    assert (where, what) == (str(store.folder), "cannot be written (Permission denied)")


def test_a_path_that_windows_would_refuse(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_module, "IS_WINDOWS", True)
    monkeypatch.setattr(doctor_module, "LONGEST_WINDOWS_PATH", len(str(store.folder)) + 150)
    assert told(examine(store, DAY), Severity.BROKEN) == []
    monkeypatch.setattr(doctor_module, "LONGEST_WINDOWS_PATH", len(str(store.folder)) + 149)
    ((_, what, next_step),) = told(examine(store, DAY), Severity.BROKEN)
    assert f"paths in it get {len(str(store.folder)) + 150} characters long" in what
    assert "shorter path" in next_step


def test_a_store_that_is_being_changed(store: Store) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with store.lock():
            held.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(20)
    try:
        notes = told(examine(store, DAY), Severity.NOTE)
    finally:
        done.set()
        holder.join()
    assert notes == [(str(store.folder), "another process is changing it now", "Wait for it to end.")]


def test_what_is_left_behind_is_a_note(store: Store) -> None:
    (store.folder / "originals" / "nobody.zst").write_bytes(b"1234")
    found = examine(store, DAY)
    assert told(found, Severity.NOTE) == [
        ("originals/nobody.zst", "named by no manifest (4 bytes)", "likeforlike prune")
    ]
    assert found.broken == ()


def test_a_store_that_was_added_to_wants_a_build(store: Store, county: tuple[Path, ...]) -> None:
    file = store.manifest().files[0]
    store.withdraw(file.edition, "sent by mistake")
    assert told(examine(store, DAY), Severity.STALE) == [
        ("builds", "nothing has been built from the store as it is now", "likeforlike build")
    ]


def test_tables_of_another_importer_want_a_rebuild(store: Store) -> None:
    text = store.manifest_path.read_text()
    changed = text.replace('"importer_version": 1', '"importer_version": 0', 2)
    assert changed != text
    store.manifest_path.write_text(changed)
    assert (
        "registered_patients",
        "2 files were read by another version of their importer",
        "likeforlike rebuild",
    ) in told(examine(store, DAY), Severity.STALE)


def test_files_that_no_definition_reads_any_more(store: Store) -> None:
    text = store.manifest_path.read_text()
    store.manifest_path.write_text(text.replace('"source": "registered_patients"', '"source": "retired"'))
    stale = told(examine(store, DAY), Severity.STALE)
    assert [what for where, what, _ in stale if where == "retired"] == [
        "the store has files of it and no definition reads them any more"
    ]


def test_definitions_that_were_to_be_read_again(store: Store) -> None:
    reviews = {one.id: one.next_review for one in load_catalogue().indicators.values()}
    last = max(reviews.values())
    stale = told(examine(store, last + datetime.timedelta(days=1)), Severity.STALE)
    told_of = {where.removeprefix("indicator ") for where, _, _ in stale if where.startswith("indicator ")}
    assert told_of == set(reviews)
    first = min(reviews.values())
    assert not [one for one in told(examine(store, first), Severity.STALE) if one[0].startswith("indicator ")]


@pytest.mark.parametrize(
    ("cadence", "newest", "on_time", "late"),
    [
        # November ends on the 30th, December on the 31st; its issue is due by the end of February.
        ("monthly", "2025-11-01", "2026-02-28", "2026-03-01"),
        # April to June; July to September; its issue within a further quarter.
        ("quarterly", "2025-04-01", "2025-12-31", "2026-01-01"),
        # 2023/24; 2024/25; its issue within a further year.
        ("annual (October)", "2023-04-01", "2026-03-31", "2026-04-01"),
        ("when it changes", "2001-01-01", "2026-01-15", None),
    ],
)
def test_when_an_issue_was_missed(cadence: str, newest: str, on_time: str, late: str | None) -> None:
    source = load_catalogue().sources["registered_patients"].model_copy(update={"cadence": cadence})
    period = datetime.date.fromisoformat(newest)
    assert not is_late(source, period, datetime.date.fromisoformat(on_time))
    if late is not None:
        assert is_late(source, period, datetime.date.fromisoformat(late))


def test_a_late_source_is_stale_and_its_page_is_named(store: Store) -> None:
    stale = told(examine(store, datetime.date(2026, 3, 1)), Severity.STALE)
    source = load_catalogue().sources["registered_patients"]
    assert stale == [
        (
            "registered_patients",
            "monthly, and the newest period here is November 2025",
            f"Add the newest issue from {source.landing_page}",
        )
    ]


def test_the_extras_and_what_of_them_is_missing() -> None:
    declared = [
        "numpy>=2.0",
        "duckdb<2,>=1.4; extra == 'data'",
        'tzdata>=2025.1; sys_platform == "win32" and extra == "data"',
        "likeforlike[data]; extra == 'spark'",
        "no-such-package-anywhere>=1; extra == 'spark'",
        "duckdb<2,>=1.4; extra == 'all'",
    ]
    extras = find_extras(declared)
    assert list(extras) == ["statistics", "data", "spark"]
    assert [list(packages) for packages in extras.values()] == [
        ["numpy"],
        ["duckdb"],
        ["no-such-package-anywhere"],
    ]
    installed = replace(find_installed(), extras=extras)
    assert installed.missing("spark") == ("no-such-package-anywhere",)
    assert (installed.missing("data"), installed.missing("fast")) == ((), ())


def test_packages_that_are_missing_are_broken_and_java_is_only_for_spark(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    extras: dict[str, dict[str, str | None]] = {"data": {"pyarrow": None}, "spark": {"pyspark": "4.0.0"}}
    lacking = replace(find_installed(), extras=extras, java=None)
    monkeypatch.setattr(doctor_module, "find_installed", lambda: lacking)
    found = examine(store, DAY)
    assert told(found, Severity.BROKEN) == [
        ("Python", "not installed: pyarrow", "pip install --upgrade 'likeforlike[data]'")
    ]
    assert [where for where, _, _ in told(found, Severity.NOTE)] == ["Java"]


@pytest.mark.parametrize(
    ("script", "said"), [("echo 'openjdk version \"17\"' >&2", 'openjdk version "17"'), ("exit 1", None)]
)
def test_java_is_what_the_machine_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str | None
) -> None:
    java = tmp_path / "java"
    java.write_text(f"#!/bin/sh\n{script}\n")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert find_installed().java == said
    monkeypatch.setattr(installed_module.shutil, "which", lambda name: None)
    assert find_installed().java is None
