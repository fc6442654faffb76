"""`likeforlike sources`: what can be read, under which licence, and what the store holds of it."""

from __future__ import annotations

from likeforlike.cli.printing import JsonOption, StoreOption, console, open_store, print_json, say


def sources(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List the publications that can be read, their licence, and what the store holds of each.

    [bold]Example[/]

        likeforlike sources --json
    """
    from likeforlike.catalogue import load_catalogue

    opened, _ = open_store(store)
    manifest = opened.manifest()
    listed: list[dict[str, object]] = []
    for source in load_catalogue().sources.values():
        files = manifest.of_source(source.id)
        periods = sorted({period for file in files for table in file.tables for period in table.coverage})
        listed.append(
            {
                "id": source.id,
                "title": source.title,
                "publisher": source.publisher,
                "landing_page": source.landing_page,
                "licence": source.licence,
                "attribution": source.attribution,
                "cadence": source.cadence,
                "files": [
                    {
                        "name": file.name,
                        "edition": file.edition,
                        "sha256": file.sha256,
                        "published": file.published,
                        "published_basis": str(file.published_basis),
                        "added": file.added,
                        "licence": file.licence,
                        "restricted": file.restricted,
                        "notes": list(file.notes),
                    }
                    for file in files
                ],
                "first_period": periods[0] if periods else None,
                "last_period": periods[-1] if periods else None,
            }
        )
    if as_json:
        print_json({"sources": listed, "withdrawn": [vars(one) for one in manifest.withdrawals]})
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    # An id is there to be typed: it is never cut short.
    table.add_column("source", no_wrap=True)
    for heading in ("publication", "licence", "files", "months"):
        table.add_column(heading)
    for one in listed:
        files = manifest.of_source(str(one["id"]))
        number, restricted = len(files), sum(file.restricted for file in files)
        months = f"{str(one['first_period'])[:7]} to {str(one['last_period'])[:7]}" if number else "none yet"
        table.add_row(
            str(one["id"]),
            escape(f"{one['title']} ({one['publisher']})"),
            str(one["licence"]),
            f"{number}, {restricted} restricted" if restricted else str(number),
            months,
        )
    console().print(table)
    say("\nWhere the files are published:")
    for page in dict.fromkeys(str(one["landing_page"]) for one in listed):
        say(f"  {page}")
    for withdrawal in manifest.withdrawals:
        say(f"withdrawn {withdrawal.withdrawn[:10]}: {withdrawal.name}: {withdrawal.reason}")
    say(f"Store: {opened.folder}")
