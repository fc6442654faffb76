"""Taking files in and out: what the manifest says, what lies on disk, and who is refused."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from stored_files import OCTOBER, commit, other_version, paths_below, stage_file

from likeforlike.errors import FileRefusedError, NotFoundError, StoreError
from likeforlike.store import AlreadyThere, Manifest, Store
from likeforlike.store import store as store_module


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store, in a folder that is not there yet."""
    return Store(tmp_path / "new" / "store")


def test_an_empty_store(store: Store) -> None:
    assert store.manifest() == Manifest()
    assert store.verify() == []
    assert store.sweep() == 0
    assert not store.folder.exists()  # looking changes nothing


def test_a_committed_file_is_in_the_manifest_and_on_disk(store: Store) -> None:
    file = commit(store, "one\ntwo")
    assert store.manifest().files == (file,)
    assert paths_below(store) == {"manifest.json", file.original, file.tables[0].parquet}
    assert store.verify() == []


def test_the_same_bytes_are_there_already(store: Store) -> None:
    commit(store, "one")
    before = store.manifest_path.read_bytes()
    with pytest.raises(AlreadyThere):
        commit(store, "one")
    assert store.manifest_path.read_bytes() == before


def test_the_same_key_with_other_bytes_is_refused(store: Store) -> None:
    first = commit(store, "one")
    before = paths_below(store)
    with pytest.raises(FileRefusedError) as caught:
        commit(store, "two", coverage={"2025-09-01": ("XS002",), OCTOBER: ("XS002", "XS003")})
    # Which month, which area, which issue and which file has it.
    assert "appointments, counts, 2025-10, area XS002, issued 2025-11-30" in caught.value.what
    assert first.name in caught.value.what
    assert paths_below(store) == before


@pytest.mark.parametrize(
    "other",
    [
        {"source": "calls"},
        {"table": "waits"},
        {"published": "2025-12-31"},
        {"coverage": {OCTOBER: ("XS003",)}},
        {"coverage": {"2025-11-01": ("XS001", "XS002")}},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_key_goes_in_beside(store: Store, other: dict[str, str]) -> None:
    commit(store, "one")
    commit(store, "two", **other)  # type: ignore[arg-type]  # one of several keyword arguments
    assert len(store.manifest().files) == 2


def test_withdrawing_erases_the_bytes_and_keeps_the_reason(store: Store) -> None:
    file = commit(store, "restricted")
    kept = commit(store, "public", source="calls")
    store.remember_container("abc", "all.zip")
    (store.builds / "key").mkdir(parents=True)
    (store.builds / "key" / "list_size.parquet").write_text("made of what is withdrawn")
    tombstone = store.withdraw(file.edition, "sent by mistake")
    manifest = store.manifest()
    assert manifest.files == (kept,)
    assert manifest.withdrawals == (tombstone,)
    assert (tombstone.name, tombstone.reason, tombstone.sha256) == (
        file.name,
        "sent by mistake",
        file.sha256,
    )
    # Of a build nobody can say which of its figures came from there: it is made again.
    assert paths_below(store) == {"manifest.json", kept.original, kept.tables[0].parquet}
    # The zip that held it is read again if it is given again.
    assert manifest.containers == {}


@pytest.mark.parametrize(
    ("prefix", "said", "next_step"),
    [
        ("", "2 files in the store have a hash that begins with ''", "Give more digits"),
        ("0123456789", "no file in the store has a hash that begins with '0123456789'", "lists the files"),
    ],
)
def test_withdrawing_what_is_not_one_file(store: Store, prefix: str, said: str, next_step: str) -> None:
    commit(store, "one")
    commit(store, "two", source="calls")
    with pytest.raises(NotFoundError) as caught:
        store.withdraw(prefix, "why")
    assert said in caught.value.what
    assert next_step in caught.value.next_step
    assert ("Give more digits" in caught.value.next_step) == (prefix == "")
    assert len(store.manifest().files) == 2


def test_withdrawing_twice_is_answered_with_the_first(store: Store) -> None:
    file = commit(store, "one")
    store.withdraw(file.edition, "sent by mistake")
    with pytest.raises(NotFoundError, match=r"was withdrawn already, on .*: sent by mistake"):
        store.withdraw(file.edition, "again")
    assert len(store.manifest().withdrawals) == 1


def test_a_container_is_remembered_once(store: Store) -> None:
    store.remember_container("abc", "all.zip")
    before = store.manifest_path.stat().st_mtime_ns
    store.remember_container("abc", "all again.zip")
    assert store.manifest().containers == {"abc": "all.zip"}
    assert store.manifest_path.stat().st_mtime_ns == before


def test_a_remade_table_takes_the_place_of_the_old(store: Store) -> None:
    old = commit(store, "one\ntwo")
    beside = commit(store, "three", source="calls")
    with store.staging() as staging:
        new = other_version(store, old, staging)
        store.replace_file(new, staging)
    assert store.manifest().files == (new, beside)
    assert not store.path(old.tables[0].parquet).exists()
    assert store.path(old.original).exists()
    assert store.verify() == []


def test_another_process_holds_the_lock_for_too_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "LOCK_PATIENCE_SECONDS", 0.1)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with store.lock():
            held.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    try:
        with pytest.raises(StoreError, match="another process has held the store"):
            store.remember_container("abc", "all.zip")
    finally:
        done.set()
        holder.join()
    store.remember_container("abc", "all.zip")
    assert store.manifest().containers == {"abc": "all.zip"}


def test_staging_is_gone_afterwards_whatever_happens(store: Store) -> None:
    with store.staging() as staging:
        (staging / "half").write_text("half")
    with pytest.raises(ZeroDivisionError), store.staging():
        1 / 0  # noqa: B018 - any error at all
    assert paths_below(store) == set()


def test_commit_is_of_what_is_staged(store: Store, tmp_path: Path) -> None:
    file = stage_file(tmp_path / "staged", "one")
    (tmp_path / "staged" / file.original).unlink()
    with pytest.raises(StoreError, match="No such file"):
        store.commit(file, tmp_path / "staged")
    assert store.manifest() == Manifest()
