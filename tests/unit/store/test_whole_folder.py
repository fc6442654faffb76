"""A folder that appears when all of it is written: whatever stops the work, nothing of it stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from likeforlike.errors import SettingsError, StoreError
from likeforlike.store.whole_folder import write_whole_folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(target: Path, stopped_by: BaseException | None = None) -> None:
    with write_whole_folder(target, "export") as folder:
        (folder / "below").mkdir()
        (folder / "below" / "file.txt").write_text("written", encoding="utf-8")
        if stopped_by is not None:
            raise stopped_by


def test_the_folder_is_there_whole_and_alone(tmp_path: Path) -> None:
    write(tmp_path / "to")
    assert names(tmp_path) == ["to"]
    assert (tmp_path / "to" / "below" / "file.txt").read_text(encoding="utf-8") == "written"


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt(), SystemExit(143), ValueError("a fault of ours")])
def test_work_that_is_stopped_leaves_nothing(tmp_path: Path, stopped_by: BaseException) -> None:
    with pytest.raises(type(stopped_by)):
        write(tmp_path / "to", stopped_by)
    assert names(tmp_path) == []


def test_a_disk_that_is_full_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the export cannot be written"):
        write(tmp_path / "to", OSError(28, "No space left on device"))
    assert names(tmp_path) == []


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / "to.unfinished"
    left.mkdir()
    (left / "half").write_text("half", encoding="utf-8")
    (tmp_path / "to.unfinished.lock").touch()
    write(tmp_path / "to")
    assert names(tmp_path) == ["to"]
    assert names(tmp_path / "to") == ["below"]


def test_the_lock_of_another_at_work_stays(tmp_path: Path) -> None:
    lock = tmp_path / "to.unfinished.lock"
    with FileLock(lock):
        with pytest.raises(StoreError, match="another export to the same place is at work"):
            write(tmp_path / "to")
        assert lock.exists()


def test_what_is_there_is_not_overwritten_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "mine.txt").touch()
    with pytest.raises(SettingsError, match="never overwrites"):
        write(tmp_path / "to")
    assert names(tmp_path) == ["to"]
