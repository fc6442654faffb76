"""`likeforlike release`: everything that everybody may see, as an immutable folder that can be served."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likeforlike.cli.printing import (
    AsAtOption,
    JsonOption,
    StoreOption,
    console,
    open_store,
    parse_day,
    print_json,
    progress,
)

RELEASES = Path("releases")


def release(
    releases: Annotated[
        Path,
        typer.Option("--to", metavar="DIR", help="Folder of the releases; the new one is served from it."),
    ] = RELEASES,
    static: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write the pages as files into this new folder too, for a plain web server."
        ),
    ] = None,
    store: StoreOption = None,
    as_at: AsAtOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a release of the newest build: states, positions with their ranges, histories, sources, changes.

    Restricted figures are left out. A release is never changed; the folder's file `current` names the one that is
    served, and the older ones stay.

    [bold]Example[/]

        likeforlike release --to releases
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.cli.built import require_build
    from likeforlike.release.building import make_release
    from likeforlike.release.reading import Release

    opened, _ = open_store(store)
    catalogue = load_catalogue()
    built = require_build(opened, catalogue, parse_day(as_at, "--as-at"))
    with progress("Making a release") as report:
        folder = make_release(opened, built, catalogue, releases, report)
        pages = 0
        if static is not None:
            from likeforlike.web.static import write_site

            pages = write_site(releases, static, report)
    made = Release(folder)
    about, changes = made.about(), made.changes()
    made.close()
    if as_json:
        print_json(vars(about) | {"folder": str(folder), "changes": [vars(one) for one in changes]})
        return
    out = console()
    out.print(
        f"Release {about.id}: {about.indicators} indicators, {about.organisations:,} organisations.",
        markup=False,
    )
    if about.before:
        out.print(f"{len(changes)} changes since {about.before}.", markup=False)
    if static is not None:
        out.print(f"{pages:,} pages in {static}.", markup=False)
    out.print(f"Next: likeforlike serve --releases {releases}", markup=False)
