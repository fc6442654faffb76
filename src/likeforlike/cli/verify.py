"""`likeforlike verify`: whether the store still is what it was."""

from __future__ import annotations

from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import JsonOption, StoreOption, open_store, print_json, progress, say
from likeforlike.errors import StoreError


def verify(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Recompute the hash of every original, edition and build, and count every row.

    [bold]Example[/]

        likeforlike verify
    """
    from likeforlike.measures.build import verify_builds

    opened, _ = open_store(store)
    with progress("Verifying"):
        problems = [*opened.verify(), *verify_builds(opened)]
    files = len(opened.manifest().files)
    log_event("verified", files=files, problems=[vars(problem) for problem in problems])
    if as_json:
        print_json({"files": files, "problems": [vars(problem) for problem in problems]})
    else:
        for problem in problems:
            say(f"{problem.where}: {problem.what}")
        say(f"{files} files verified, {len(problems)} problems.")
    if problems:
        raise StoreError(
            f"{len(problems)} of the store's files are not what they were.",
            where=str(opened.folder),
            next_step="Restore them from a backup, or withdraw the files named and add them again.",
        )
