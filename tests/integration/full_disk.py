"""An `add` or a `build` in a process that may not write a file beyond a size, as on a disk that is full.

Arguments: the store, `add` or `build`, the largest size in bytes, paths to add. Prints the error of the store.
"""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import StoreError
from likeforlike.measures.build import build
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

if __name__ == "__main__":
    folder, action, largest, *paths = sys.argv[1:]
    store, catalogue = Store(Path(folder)), load_catalogue()
    # Without this the process is ended by a signal instead of being told.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), int(largest)))
    try:
        if action == "add":
            add_paths(store, catalogue, [Path(path) for path in paths])
        else:
            build(store, catalogue, Settings(store.folder, threads=1))
    except StoreError as error:
        sys.stdout.write(str(error))
