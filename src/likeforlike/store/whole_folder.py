"""A folder that a user asked for: it appears when all of it is written, and nothing of the user's is overwritten."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from likeforlike.errors import SettingsError, StoreError
from likeforlike.store.files import is_held, move_folder, sync_file, sync_folder

UNFINISHED = ".unfinished"


@contextmanager
def write_whole_folder(target: Path, what: str) -> Iterator[Path]:
    """A folder beside the target to write in; it gets the target's name when the work in it is done.

    Work that fails or is interrupted leaves nothing; what a killed run left there is removed by the next. `what` names
    the work in errors: "backup", "export".

    Raises:
        SettingsError: something of the target's name is there, and it is not an empty folder.
        StoreError: it cannot be written, or another process is writing it.
    """
    from filelock import FileLock, Timeout

    check_is_free(target, what)
    unfinished = target.with_name(target.name + UNFINISHED)
    lock = unfinished.with_name(unfinished.name + ".lock")
    ours = False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=0):
            ours = True
            try:
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir()
                yield unfinished
                _sync(unfinished)
                if target.exists():
                    target.rmdir()  # It was empty when we began; where it no longer is, this fails.
                move_folder(unfinished, target)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    except Timeout:
        raise StoreError(
            f"another {what} to the same place is at work.",
            where=str(target),
            next_step="Wait for it to end.",
        ) from None
    except OSError as error:
        raise _unwritable(target, what, error) from None
    finally:
        # Another one's lock stays: it is at work. Where ours cannot be removed, the next takes it over.
        if ours:
            with suppress(OSError):
                lock.unlink()


def check_is_free(target: Path, what: str) -> None:
    """Raise SettingsError where something would be overwritten."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SettingsError(
            f"there is something of that name already; this {what} never overwrites.",
            where=str(target),
            next_step="Name a folder that is not there yet, for instance with the day in its name.",
        )


def _sync(folder: Path) -> None:
    folders = {folder}
    for path in folder.rglob("*"):
        if path.is_file():
            sync_file(path)
        else:
            folders.add(path)
    for below in sorted(folders, reverse=True):
        sync_folder(below)


def _unwritable(target: Path, what: str, error: OSError) -> StoreError:
    if is_held(error):
        fault = "another program has a file of it open"
        next_step = "Close it in Excel, or in whatever shows it, and try again."
    else:
        fault, next_step = str(error.strerror or error), "Name a folder with room that you may write to."
    return StoreError(f"the {what} cannot be written ({fault}).", where=str(target), next_step=next_step)
