"""Pruning: what no question and no manifest needs goes, and no edition or original ever does."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import build, find_build
from likeforlike.settings import Settings
from likeforlike.store import Store
from likeforlike.store import files as store_files
from likeforlike.upkeep.prune import prune


def contents(store: Store) -> dict[str, bytes]:
    return {
        path.relative_to(store.folder).as_posix(): path.read_bytes()
        for path in store.folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


@pytest.fixture
def littered(store: Store) -> Store:
    """A store with everything that ever was left behind in one."""
    old = store.builds / "0123456789abcdef01234567"
    (current,) = store.builds.iterdir()
    shutil.copytree(current, old)
    (store.builds / "half" / "observations").mkdir(parents=True)
    (store.builds / "half" / "observations" / "list_size.parquet").write_bytes(b"12345")
    (store.builds / "damaged").mkdir()
    (store.builds / "damaged" / "build.json").write_text("{")
    (store.folder / "editions" / "registered_patients" / "nobody.parquet").write_bytes(b"123")
    (store.folder / "originals" / "ff").mkdir(exist_ok=True)
    (store.folder / "originals" / "ff" / "nobody.zst").write_bytes(b"1234")
    (store.folder / "manifest.json.new").write_bytes(b"{")
    (store.folder / "staging" / "dead").mkdir(parents=True)
    (store.folder / "staging" / "dead" / "spill").write_bytes(b"12")
    (store.folder / "staging" / "dead.lock").touch()
    return store


LITTER = {
    "builds/0123456789abcdef01234567": "an old build: files or definitions have changed since",
    "builds/damaged": "a damaged build",
    "builds/half": "no build: it has no build.json",
    "editions/registered_patients/nobody.parquet": "named by no manifest",
    "manifest.json.new": "named by no manifest",
    "originals/ff/nobody.zst": "named by no manifest",
    "staging/dead": "work that was broken off",
}


def test_everything_that_nothing_needs_goes(littered: Store) -> None:
    before = contents(littered)
    pruned = prune(littered, load_catalogue())
    assert {one.path: one.what for one in pruned.removed} == LITTER
    assert pruned.kept == ()
    after = contents(littered)
    assert pruned.bytes == sum(len(data) for name, data in before.items() if name not in after)
    sizes = {one.path: one.bytes for one in pruned.removed}
    assert (sizes["builds/half"], sizes["originals/ff/nobody.zst"], sizes["staging/dead"]) == (5, 4, 2)
    # What the manifest names, and the build of the store as it is, are untouched.
    assert littered.verify() == []
    named = {relative for file in littered.manifest().files for relative in file.paths}
    found = find_build(littered, load_catalogue())
    assert found is not None
    kept = {f"builds/{found.key}/{path.relative_to(found.folder).as_posix()}"
            for path in found.folder.rglob("*") if path.is_file()}  # fmt: skip
    assert set(after) == named | kept | {"manifest.json"}
    assert prune(littered, load_catalogue()).removed == ()


def test_a_dry_run_says_the_same_and_removes_nothing(littered: Store) -> None:
    before = contents(littered)
    told = prune(littered, load_catalogue(), dry_run=True)
    assert contents(littered) == before
    assert told == prune(littered, load_catalogue())


def test_the_build_of_a_date_goes_when_the_store_has_changed(store: Store) -> None:
    as_at = datetime.date(2025, 12, 15)
    dated = build(store, load_catalogue(), Settings(store.folder, threads=1), as_at=as_at)
    assert prune(store, load_catalogue()).removed == ()
    store.remember_container("abc", "all.zip")  # is no input of a build
    assert prune(store, load_catalogue()).removed == ()
    (file, *_) = store.manifest().files
    shutil.copytree(dated.folder, store.folder.parent / "dated")
    store.withdraw(file.edition, "sent by mistake")
    shutil.copytree(store.folder.parent / "dated", store.builds / dated.key)
    (gone,) = prune(store, load_catalogue()).removed
    assert gone.what == "an old build, as at 2025-12-15: files or definitions have changed since"


def test_work_of_a_process_that_is_alive_stays(store: Store) -> None:
    with store.staging() as staging:
        (staging / "half").write_bytes(b"123")
        for dry_run in (True, False):
            told = prune(store, load_catalogue(), dry_run=dry_run)
            assert (told.removed, [one.bytes for one in told.kept]) == ((), [3])
        assert (staging / "half").exists()


def test_a_build_that_another_program_has_open_stays_and_is_said(
    littered: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    truly_rename = Path.rename

    def rename(path: Path, target: Path) -> Path:
        # As Windows refuses to rename a folder in which Excel has a file open.
        if path.name == "0123456789abcdef01234567":
            error = PermissionError(13, "The process cannot access the file")
            error.winerror = 32  # type: ignore[attr-defined]  # only Windows has it
            raise error
        return truly_rename(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    monkeypatch.setattr(store_files, "PATIENCE_SECONDS", 0.1)
    pruned = prune(littered, load_catalogue())
    assert [one.path for one in pruned.kept] == ["builds/0123456789abcdef01234567"]
    assert {one.path for one in pruned.removed} == set(LITTER) - {"builds/0123456789abcdef01234567"}


def test_there_is_nothing_to_prune_where_no_store_is(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no store here"):
        prune(Store(tmp_path / "none"), load_catalogue())
    assert list(tmp_path.iterdir()) == []
