"""`likeforlike doctor`: what is installed, found, stale and broken, and what to do."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import JsonOption, StoreOption, open_store, print_json, progress, say
from likeforlike.errors import StoreError

if TYPE_CHECKING:
    from likeforlike.upkeep.doctor import Examination


def doctor(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Look at everything: what is installed, found, stale and broken, and say what to do. Changes nothing.

    The exit code is 0 unless something is broken.

    [bold]Example[/]

        likeforlike doctor
    """
    from likeforlike.upkeep.doctor import examine

    opened, _ = open_store(store)
    with progress("Looking at every file"):
        found = examine(opened, datetime.datetime.now(datetime.UTC).date())
    log_event("examined", findings=[vars(one) for one in found.findings])
    if as_json:
        print_json(_as_dict(found))
    else:
        _print(found)
    if found.broken:
        raise StoreError(
            f"{len(found.broken)} things are broken.",
            where=str(opened.folder),
            next_step="Each is named above, with what to do.",
        )


def _as_dict(found: Examination) -> dict[str, object]:
    return {
        "installed": vars(found.installed),
        "store": {
            "folder": str(found.store),
            "format_version": found.format_version,
            "files": found.files,
            "newest_period": found.newest,
            "bytes": found.bytes,
            "free_bytes": found.free_bytes,
        },
        "findings": [vars(one) for one in found.findings],
        "broken": len(found.broken),
    }


def _print(found: Examination) -> None:
    from likeforlike.upkeep.doctor import Severity, describe_format

    installed = found.installed
    say("Installed")
    say(f"  likeforlike {installed.likeforlike}, Python {installed.python}, {installed.system}")
    for extra, packages in installed.extras.items():
        missing = installed.missing(extra)
        versions = ", ".join(f"{name} {version}" for name, version in packages.items() if version)
        say(
            f"  {extra}: {versions or 'nothing'}"
            + (f"; not installed: {', '.join(missing)}" if missing else "")
        )
    say(f"  Java: {installed.java or 'not found (only Spark needs it)'}")
    say("Found")
    say(f"  {found.store}: format {describe_format(found.format_version)}")
    free = "" if found.free_bytes is None else f", {found.free_bytes:,} free"
    say(f"  {sum(found.files.values())} files, {found.bytes:,} bytes{free}")
    for source, number in found.files.items():
        say(f"  {source}: {number} files, newest period {found.newest.get(source, 'none')}")
    for severity, heading in (
        (Severity.BROKEN, "Broken"),
        (Severity.STALE, "Stale"),
        (Severity.NOTE, "Notes"),
    ):
        its = [one for one in found.findings if one.severity is severity]
        say(heading if its else f"{heading}: nothing")
        for one in its:
            say(f"  {one.where}: {one.what}")
            say(f"    → {one.next_step}")
