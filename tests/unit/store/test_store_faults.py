"""A store that was damaged, cut short or cannot be written: said clearly, found by verify, swept away."""

from __future__ import annotations

import errno
import gzip
import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from stored_files import commit, paths_below, stage_file

from likeforlike.errors import StoreError
from likeforlike.store import Manifest, Store
from likeforlike.store.files import hash_file
from likeforlike.store.manifest import dump_manifest, read_manifest


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "store")


def test_a_manifest_reads_back_as_it_was_written(store: Store) -> None:
    file = commit(store, "one")
    store.remember_container("abc", "all.zip")
    store.withdraw(commit(store, "two", source="calls").sha256, "why")
    manifest = store.manifest()
    assert manifest.files == (file,)
    assert dump_manifest(manifest) == store.manifest_path.read_bytes()


def changed_manifest(store: Store, change: str) -> str:
    """The text of the store's manifest with one fault."""
    text = store.manifest_path.read_text()
    document = json.loads(text)
    match change:
        case "cut short":
            return text[: len(text) // 2]
        case "empty":
            return ""
        case "a list":
            return json.dumps([document])
        case "no version":
            del document["format_version"]
        case "no files":
            del document["files"]
        case "a file without a hash":
            del document["files"][0]["sha256"]
        case "an unknown key":
            document["files"][0]["colour"] = "red"
        case "an unknown basis":
            document["files"][0]["published_basis"] = "hearsay"
        case "files that are text":
            document["files"] = "none"
    return json.dumps(document)


@pytest.mark.parametrize(
    "change",
    [
        "cut short",
        "empty",
        "a list",
        "no version",
        "no files",
        "a file without a hash",
        "an unknown key",
        "an unknown basis",
        "files that are text",
    ],
)
def test_a_damaged_manifest(store: Store, change: str) -> None:
    commit(store, "one")
    store.manifest_path.write_text(changed_manifest(store, change))
    with pytest.raises(StoreError, match="the manifest is damaged") as caught:
        store.manifest()
    assert caught.value.where == str(store.manifest_path)
    assert "backup" in caught.value.next_step


@pytest.mark.parametrize("path", ["../precious.txt", "/precious.txt", "..\\precious.txt", "C:\\precious.txt"])
@pytest.mark.parametrize("which", ["original", "parquet"])
def test_a_manifest_that_names_files_outside_the_store(store: Store, path: str, which: str) -> None:
    # Withdrawing it would erase them.
    file = commit(store, "one")
    precious = store.folder.parent / "precious.txt"
    precious.write_text("mine")
    document = json.loads(store.manifest_path.read_text())
    entry = document["files"][0]
    (entry if which == "original" else entry["tables"][0])[which] = path
    store.manifest_path.write_text(json.dumps(document))
    with pytest.raises(StoreError, match="manifest is damaged"):
        store.withdraw(file.sha256, "why")
    assert precious.read_text() == "mine"


def test_a_manifest_of_a_newer_format(store: Store) -> None:
    # What else it holds may be anything.
    store.folder.mkdir()
    store.manifest_path.write_text('{"format_version": 2, "editions": {}}')
    with pytest.raises(StoreError, match="format 2, this program reads format 1"):
        store.manifest()


def test_a_manifest_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(StoreError, match="cannot be read"):
        read_manifest(tmp_path / "manifest.json")


def test_a_store_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "store")
    with pytest.raises(StoreError, match="the store cannot be written") as caught:
        store.remember_container("abc", "all.zip")
    assert "--store" in caught.value.next_step
    with pytest.raises(StoreError, match="the store cannot be written"), store.staging():
        pass


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_said_to_be_full(store: Store, number: int) -> None:
    commit(store, "one")
    before = paths_below(store)
    with pytest.raises(StoreError, match="the store cannot be written"), store.staging():
        raise OSError(number, "full")  # as from a write, which knows no file name
    assert paths_below(store) == before


def test_a_fault_of_somebody_elses_file_stays_theirs(store: Store) -> None:
    with pytest.raises(PermissionError, match="the user's file"), store.staging():
        raise PermissionError(errno.EACCES, "no", "/the user's file")
    with pytest.raises(StoreError, match="Permission denied"), store.staging() as staging:
        raise PermissionError(errno.EACCES, "Permission denied", str(staging / "table.parquet"))


def test_the_query_engine_could_not_write(store: Store) -> None:
    # Its errors have no number: the text alone says what it is about.
    with pytest.raises(StoreError, match=r"the store cannot be written \(No such file or directory\)"):  # noqa: SIM117
        with store.staging() as staging:
            duckdb.sql(f"COPY (SELECT 1) TO '{staging}/no folder/table.parquet' (FORMAT parquet)")
    with pytest.raises(duckdb.IOException, match="somebody"), store.staging():
        duckdb.sql("SELECT * FROM read_parquet('/somebody/else.parquet')")


def test_a_full_disk_while_the_manifest_is_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(store, "one")
    before = store.manifest()

    def fail(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("likeforlike.store.store.write_whole", fail)
    with pytest.raises(StoreError, match="No space left on device"):
        commit(store, "two", source="calls")
    monkeypatch.undo()
    assert store.manifest() == before
    assert store.verify() == []
    # What had been moved already is named by nothing: the next run removes it.
    assert store.sweep() == 2
    assert paths_below(store) == {
        "manifest.json",
        before.files[0].original,
        before.files[0].tables[0].parquet,
    }


def test_sweeping_takes_what_no_manifest_names(store: Store) -> None:
    commit(store, "one")
    before = paths_below(store)
    for stray in (
        "editions/appointments/0000-counts-v1.parquet",
        "originals/00/0000.zst",
        "manifest.json.new",
        "staging/1111/spill/part",
        "staging/1111.lock",
        "staging/2222.lock",  # killed before it made its folder
        "staging/3333/0/plain",  # or after its lock was gone
    ):
        (store.folder / stray).parent.mkdir(parents=True, exist_ok=True)
        (store.folder / stray).write_text("left behind")
    assert store.sweep() == 6
    assert paths_below(store) == before
    assert store.sweep() == 0


def test_sweeping_leaves_alone_what_is_being_written(store: Store) -> None:
    with store.staging() as staging:
        file = stage_file(staging, "one")
        assert store.sweep() == 0
        store.commit(file, staging)
    assert store.verify() == []


def damage(path: Path) -> None:
    """Turn one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_verify_names_each_damage(store: Store) -> None:
    names = ("gone", "bit", "parquet gone", "parquet bit", "whole")
    files = {name: commit(store, f"{name}\n" * 50, source=name.replace(" ", "_")) for name in names}
    store.path(files["gone"].original).unlink()
    damage(store.path(files["bit"].original))
    store.path(files["parquet gone"].tables[0].parquet).unlink()
    damage(store.path(files["parquet bit"].tables[0].parquet))
    found = {problem.where: problem.what for problem in store.verify()}
    assert found == {
        files["gone"].original: f"the original of {files['gone'].name} is gone",
        files["bit"].original: f"the original of {files['bit'].name} has other bytes",
        files["parquet gone"].tables[0].parquet: f"the edition of {files['parquet gone'].name} is gone",
        files["parquet bit"].tables[0].parquet: f"the edition of {files['parquet bit'].name} has other bytes",
    }


def test_verify_unpacks_an_original_that_was_swapped(store: Store) -> None:
    # A whole and valid packed file, of other content.
    one, other = commit(store, "one"), commit(store, "two", source="calls")
    store.path(one.original).write_bytes(store.path(other.original).read_bytes())
    assert [problem.where for problem in store.verify()] == [one.original]


def test_verify_finds_an_original_that_cannot_be_unpacked(store: Store) -> None:
    file = commit(store, "one")
    store.path(file.original).write_bytes(b"no packed file at all")
    assert [problem.what for problem in store.verify()] == [f"the original of {file.name} has other bytes"]


def test_verify_counts_rows(store: Store) -> None:
    file = commit(store, "one\ntwo")
    manifest = store.manifest()
    more = replace(file, tables=(replace(file.tables[0], rows=3),))
    store.manifest_path.write_bytes(dump_manifest(replace(manifest, files=(more,))))
    (problem,) = store.verify()
    assert problem.what == "2 rows, the manifest says 3"


def test_an_original_that_came_gzipped_is_kept_and_verified_as_it_came(store: Store) -> None:
    with store.staging() as staging:
        file = stage_file(staging, "one")
        packed = staging / file.original.replace(".zst", ".gz")
        packed.write_bytes(gzip.compress(b"one"))
        (staging / file.original).unlink()
        gzipped = replace(file, original=packed.relative_to(staging).as_posix(), sha256=hash_file(packed))
        store.commit(gzipped, staging)
    assert store.verify() == []
    manifest = store.manifest()
    assert manifest.find(gzipped.sha256) == manifest.find(gzipped.content_sha256) == gzipped
    assert Manifest().find(gzipped.sha256) is None
