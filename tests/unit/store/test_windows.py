"""What Windows does otherwise, tested on Linux by raising what it raises; the package has not been run there.

Windows refuses to replace, rename or remove what another program has open (winerror 5, 32 or 33), renames no folder
onto another, and cannot sync a folder.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stored_files import commit, paths_below

from likeforlike.errors import StoreError
from likeforlike.store import Store, files
from likeforlike.store.files import erase, is_held, move_folder, move_into_place, patiently, sync_folder


def sharing_violation(winerror: int = 32) -> PermissionError:
    error = PermissionError(
        13, "The process cannot access the file because it is being used by another process"
    )
    error.winerror = winerror  # type: ignore[attr-defined]  # Linux's errors do not have it
    return error


def hold(
    monkeypatch: pytest.MonkeyPatch, method: str, wanted: Callable[[Path], bool], times: int = 10_000
) -> list[Path]:
    """Another program has these paths open: a method of Path fails on them, so many times."""
    truly = getattr(Path, method)
    refused: list[Path] = []

    def refuse(path: Path, *args: Any, **options: Any) -> Any:
        if wanted(path) and len(refused) < times:
            refused.append(path)
            raise sharing_violation()
        return truly(path, *args, **options)

    monkeypatch.setattr(Path, method, refuse)
    return refused


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one file."""
    store = Store(tmp_path / "store")
    commit(store, "one")
    return store


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(files, "PAUSE_SECONDS", 0.01)


@pytest.mark.parametrize(
    ("error", "held"),
    [
        (sharing_violation(5), True),
        (sharing_violation(32), True),
        (sharing_violation(33), True),
        (sharing_violation(2), False),
        (PermissionError(13, "Permission denied"), False),
        (FileNotFoundError(2, "No such file"), False),
    ],
)
def test_which_faults_say_that_a_file_is_open_elsewhere(error: OSError, held: bool) -> None:
    assert is_held(error) is held


def test_a_virus_scanner_that_looks_for_a_moment_is_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = hold(monkeypatch, "replace", lambda path: path.name == "manifest.json.new", times=3)
    commit(store, "two", source="calls")
    assert len(refused) == 3
    assert len(store.manifest().files) == 2


def test_a_manifest_that_is_being_replaced_is_read_a_moment_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = hold(monkeypatch, "read_bytes", lambda path: path.name == "manifest.json", times=2)
    assert len(store.manifest().files) == 1
    assert len(refused) == 2


def test_a_file_that_stays_open_is_said_to_be_open(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = store.manifest()
    hold(monkeypatch, "replace", lambda path: path.name == "manifest.json.new")
    with pytest.raises(StoreError) as caught:
        commit(store, "two", source="calls")
    assert "another program has a file of the store open" in caught.value.what
    assert caught.value.next_step == "Close it in Excel, or in whatever shows it, and try again."
    assert store.manifest() == before


def test_what_is_no_sharing_violation_is_not_waited_for() -> None:
    begun = time.monotonic()
    calls = []

    def fail() -> None:
        calls.append(1)
        raise PermissionError(13, "Permission denied")

    with pytest.raises(PermissionError):
        patiently(fail)
    assert (len(calls), time.monotonic() - begun < 0.1) == (1, True)


def test_a_build_that_is_open_in_excel_keeps_a_withdrawal_from_half_happening(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (store.builds / "key").mkdir(parents=True)
    (file,) = store.manifest().files
    hold(monkeypatch, "rename", lambda path: path == store.builds)
    with pytest.raises(StoreError, match="another program has a file of the store open"):
        store.withdraw(file.edition, "sent by mistake")
    assert store.manifest().files == (file,)
    assert store.verify() == []


def test_withdrawn_bytes_that_are_open_elsewhere_are_said_to_be_there_still(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = store.manifest().files
    with monkeypatch.context() as patch:
        hold(patch, "unlink", lambda path: path.suffix == ".parquet")
        with pytest.raises(StoreError) as caught:
            store.withdraw(file.edition, "sent by mistake")
        assert (
            f"is withdrawn, but another program has its bytes open: {file.tables[0].parquet}"
            in caught.value.what
        )
        assert "likeforlike prune" in caught.value.next_step
        assert (store.manifest().files, len(store.manifest().withdrawals)) == ((), 1)
        # What cannot be swept now stops no other work, and goes later.
        commit(store, "two", source="calls")
        store.sweep()
        assert file.tables[0].parquet in paths_below(store)
    assert store.sweep() == 1
    assert file.tables[0].parquet not in paths_below(store)


def test_a_lock_that_another_process_looks_at_does_not_undo_the_work(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, "unlink", lambda path: path.suffix == ".lock")
    commit(store, "two", source="calls")
    assert len(store.manifest().files) == 2


def test_a_folder_takes_no_folder_s_place(tmp_path: Path) -> None:
    # Linux would rename onto an empty folder, Windows onto none.
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
    with pytest.raises(FileExistsError):
        move_folder(tmp_path / "new", tmp_path / "old")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old"]


def test_no_folder_is_synced_where_that_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Any, flags: int) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError):
        sync_folder(tmp_path)
    monkeypatch.setattr(files, "IS_WINDOWS", True)
    sync_folder(tmp_path)


def test_a_file_is_synced_before_it_gets_its_name_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    truly_sync, truly_replace = files.sync_file, Path.replace
    monkeypatch.setattr(files, "IS_WINDOWS", True)
    monkeypatch.setattr(files, "sync_file", lambda path: (done.append("sync"), truly_sync(path)))
    monkeypatch.setattr(Path, "replace", lambda path, to: (done.append("replace"), truly_replace(path, to)))
    (tmp_path / "staged").write_bytes(b"1")
    move_into_place(tmp_path / "staged", tmp_path / "final")
    assert done == ["sync", "replace"]


def test_erasing_what_is_not_there_is_done(tmp_path: Path) -> None:
    assert erase(tmp_path / "none")
