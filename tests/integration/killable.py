"""An `add` or a `build` in a process of its own, which another one kills: at a moment, or at a file operation.

Arguments: the store, the definitions, `add` or `build`, the number of the file operation at which to kill
(0: none), the paths to add.
Prints `ready` when its imports are done and, if it lives, how many file operations in the store there were.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import build
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

FILE_OPERATIONS = frozenset({"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"})


def main(folder: str, definitions: str, action: str, kill_at: int, paths: list[str]) -> None:
    """Do it, and die at the given operation."""
    store, catalogue = Store(Path(folder)), load_catalogue(Path(definitions))
    operations = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal operations
        if event in FILE_OPERATIONS and str(arguments[0]).startswith(folder):
            operations += 1
            if operations == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if action == "add":
        add_paths(store, catalogue, [Path(path) for path in paths])
    else:
        build(store, catalogue, Settings(store.folder, threads=1))
    sys.stdout.write(f"{operations}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5:])
