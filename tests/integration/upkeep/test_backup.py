"""A backup is a store: whole, opened as it is, never half-written, and without what was withdrawn meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import NotFoundError, SettingsError, StoreError
from likeforlike.measures.build import build, find_build
from likeforlike.measures.reading import read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store
from likeforlike.store.files import hash_file
from likeforlike.upkeep.backup import Backup, back_up


def copy(store: Store, target: Path, report: Callable[[str], None] | None = None) -> Backup:
    return back_up(store, load_catalogue(), target, report=report)


def names_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def named_by(store: Store) -> set[str]:
    return {relative for file in store.manifest().files for relative in file.paths}


def test_the_copy_is_a_store_that_gives_the_same_figures(store: Store, tmp_path: Path) -> None:
    made = copy(store, tmp_path / "backups" / "monday")
    copied = Store(made.folder)
    assert copied.manifest_path.read_bytes() == store.manifest_path.read_bytes()
    assert names_below(made.folder) == named_by(store) | {"manifest.json", "README.txt"}
    assert (made.files, copied.verify()) == (len(store.manifest().files), [])
    for relative in named_by(store):
        assert hash_file(copied.path(relative)) == hash_file(store.path(relative))
    # Builds are not copied: they are made again, byte for byte.
    again = build(copied, load_catalogue(), Settings(copied.folder, threads=1))
    first = find_build(store, load_catalogue())
    assert first is not None
    assert hash_file(again.observations("list_size")) == hash_file(first.observations("list_size"))
    assert read_observations(again, "list_size", organisation_type="england").num_rows == 4
    assert [left.name for left in (tmp_path / "backups").iterdir()] == ["monday"]


def test_a_lost_store_is_restored_by_a_backup_of_the_backup(store: Store, tmp_path: Path) -> None:
    copy(store, tmp_path / "monday")
    before = store.manifest()
    shutil.rmtree(store.folder)
    copy(Store(tmp_path / "monday"), store.folder)
    assert (store.manifest(), store.verify()) == (before, [])


def test_the_readme_says_how_to_restore_and_whom_to_name(store: Store, tmp_path: Path) -> None:
    text = (copy(store, tmp_path / "monday").folder / "README.txt").read_text(encoding="utf-8")
    assert "likeforlike verify --store" in text
    assert load_catalogue().sources["registered_patients"].attribution in text
    assert f"{len(store.manifest().files)} official files" in text


@pytest.mark.parametrize("there", ["a file", "a folder with a file in it"])
def test_nothing_is_overwritten(store: Store, tmp_path: Path, there: str) -> None:
    target = tmp_path / "monday"
    kept = target if there == "a file" else target / "thesis.docx"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("years of work")
    with pytest.raises(SettingsError, match="this backup never overwrites"):
        copy(store, target)
    assert kept.read_text() == "years of work"
    assert {path.name for path in tmp_path.iterdir()} == {"store", "monday"}


def test_an_empty_folder_is_taken(store: Store, tmp_path: Path) -> None:
    (tmp_path / "monday").mkdir()
    assert Store(copy(store, tmp_path / "monday").folder).verify() == []


@pytest.mark.parametrize("below", [".", "backups/monday"])
def test_a_backup_inside_the_store_is_refused(store: Store, below: str) -> None:
    before = names_below(store.folder)
    with pytest.raises(SettingsError, match="would be lost with it"):
        copy(store, store.folder / below)
    assert names_below(store.folder) == before


def test_there_is_no_backup_of_no_store(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no store here"):
        copy(Store(tmp_path / "none"), tmp_path / "monday")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", ["gone", "other bytes"])
@pytest.mark.parametrize("room", ["editions", "originals"])
def test_a_damaged_store_gives_no_backup(store: Store, tmp_path: Path, room: str, fault: str) -> None:
    relative = min(one for one in named_by(store) if one.startswith(room))
    if fault == "gone":
        store.path(relative).unlink()
    else:
        store.path(relative).write_bytes(store.path(relative).read_bytes()[:-1])
    with pytest.raises(StoreError) as caught:
        copy(store, tmp_path / "monday")
    assert relative in caught.value.what
    assert ("is gone" if fault == "gone" else "is not what it was") in caught.value.what
    assert "likeforlike doctor" in caught.value.next_step
    assert not list(tmp_path.glob("monday*/*"))


def test_what_is_withdrawn_while_it_is_copied_is_not_in_the_copy(store: Store, tmp_path: Path) -> None:
    first, *_, last = store.manifest().files
    steps: list[str] = []

    def withdraw(step: str) -> None:
        steps.append(step)
        # The first has been copied by then, the last has not.
        if len(steps) == 2:
            store.withdraw(first.edition, "sent by mistake")
            store.withdraw(last.edition, "sent by mistake")

    made = copy(store, tmp_path / "monday", withdraw)
    copied = Store(made.folder)
    assert copied.manifest() == store.manifest()
    assert copied.verify() == []
    assert names_below(made.folder) == named_by(store) | {"manifest.json", "README.txt"}


def test_what_is_added_while_it_is_copied_does_no_harm(
    store: Store, county: tuple[Path, ...], tmp_path: Path
) -> None:
    (calls,) = (path for path in county if path.name == "cloud_telephony")
    before = store.manifest()

    def add(step: str) -> None:
        if len(store.manifest().files) == len(before.files):
            add_paths(store, load_catalogue(), [calls])

    made = copy(store, tmp_path / "monday", add)
    assert Store(made.folder).manifest() == before
    assert Store(made.folder).verify() == []
    assert len(store.manifest().files) > len(before.files)


def test_one_that_fails_leaves_nothing(store: Store, tmp_path: Path) -> None:
    def fail(step: str) -> None:
        if (tmp_path / "monday.unfinished" / "editions").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(store, tmp_path / "monday", fail)
    assert not (tmp_path / "monday").exists()
    assert not (tmp_path / "monday.unfinished").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from likeforlike.catalogue import load_catalogue
from likeforlike.store import Store
from likeforlike.upkeep.backup import back_up
seen = []
def kill(step):
    seen.append(step)
    if len(seen) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
back_up(Store(Path(sys.argv[1])), load_catalogue(), Path(sys.argv[2]), report=kill)
"""


def test_one_that_is_killed_is_not_there_and_the_next_one_is_whole(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "monday"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(store.folder), str(target)], env=os.environ, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert not target.exists()
    assert (tmp_path / "monday.unfinished" / "editions").exists()
    # Opened by mistake it is an empty store, not a part of one.
    assert Store(tmp_path / "monday.unfinished").manifest().files == ()
    copy(store, target)
    assert Store(target).verify() == []
    assert {path.name for path in tmp_path.iterdir()} == {"store", "monday"}


def test_two_to_the_same_place(store: Store, tmp_path: Path) -> None:
    with (
        FileLock(tmp_path / "monday.unfinished.lock"),
        pytest.raises(StoreError, match="another backup to the same place is at work"),
    ):
        copy(store, tmp_path / "monday")


def test_a_disk_without_room_is_said_before_anything_is_copied(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1_000})()
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    needed = sum(store.path(relative).stat().st_size for relative in named_by(store))
    with pytest.raises(StoreError, match=f"the backup needs {needed:,} bytes, 1,000 are free there"):
        copy(store, tmp_path / "monday")
    assert not list(tmp_path.glob("monday*/*"))
