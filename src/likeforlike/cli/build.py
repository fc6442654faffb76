"""`likeforlike build`: observations from what the store holds."""

from __future__ import annotations

from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import (
    AsAtOption,
    JsonOption,
    StoreOption,
    console,
    open_store,
    parse_day,
    print_json,
    progress,
    say,
)


def build(store: StoreOption = None, as_at: AsAtOption = None, as_json: JsonOption = False) -> None:
    """Compute every indicator for every organisation and month, up to PCN, sub-ICB, ICB, region and England.

    The result is named after all that it depends on: built again from the same editions and definitions it is
    there already. Organisations are placed as they are now.

    [bold]Examples[/]

        likeforlike build

        likeforlike build --as-at 2025-12-15
    """
    from likeforlike.catalogue import load_catalogue
    from likeforlike.errors import NotFoundError
    from likeforlike.measures.build import build as build_store
    from likeforlike.measures.reading import read_unplaced

    catalogue = load_catalogue()
    date = parse_day(as_at, "--as-at")
    opened, settings = open_store(store)
    if not opened.manifest().files:
        raise NotFoundError(
            "the store is empty.",
            where=str(opened.folder),
            next_step="Add files first: likeforlike add PATH…",
        )
    with progress("Building") as step:
        built = build_store(opened, catalogue, settings, as_at=date, report=step)
    unplaced = read_unplaced(built)
    log_event("build", key=built.key, rows=built.rows, already_there=built.already_there)
    if as_json:
        print_json(
            {
                "key": built.key,
                "as_at": built.as_at,
                "folder": str(built.folder),
                "already_there": built.already_there,
                "organisations": built.organisations,
                "observations": built.rows,
                "unplaced": unplaced,
            }
        )
        return
    out = console()
    for indicator, rows in built.rows.items():
        out.print(f"{rows:>12,}  {indicator}")
    state = "was there already" if built.already_there else "built"
    out.print(f"{state}: {sum(built.rows.values()):,} observations, {built.organisations:,} organisations")
    for one in unplaced:
        kind = catalogue.organisation_type(one["organisation_type"])
        larger = catalogue.organisation_type(one["parent_type"]).title.lower()
        out.print(
            f"{one['organisations']:,} {kind.title.lower() if one['organisations'] == 1 else kind.plural} of "
            f"'{one['parent_name']}' without a {larger}: no file, or more than one code, has that name.",
            markup=False,
        )
    say(f"Build {built.key[:8]}: {built.folder}")
