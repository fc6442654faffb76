"""A review in a process of its own, which may be killed at the n-th file operation beside its target.

Arguments: the store, the target, the number of the operation at which to kill (0: none). Prints how many there were.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from small_county import review

OPERATIONS = frozenset({"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"})


def main(store: str, target: str, kill_at: int) -> None:
    """Run it, and die at the given operation."""
    operations = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal operations
        if event in OPERATIONS and str(arguments[0]).startswith(target):
            operations += 1
            if operations == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    review(Path(store), Path(target))
    sys.stdout.write(f"{operations}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
