"""`likeforlike sources`: what can be read, under which licence, and what the store holds of it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Annotated

import typer

from likeforlike.cli.printing import JsonOption, StoreOption, console, open_store, print_json, say


def sources(
    markdown: Annotated[
        bool,
        typer.Option(
            "--markdown", help="Print all that the definitions say of them, as a page of documentation."
        ),
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the publications that can be read, their licence, and what the store holds of each.

    [bold]Examples[/]

        likeforlike sources --json

        likeforlike sources --markdown
    """
    from likeforlike.catalogue import load_catalogue

    if markdown:
        from likeforlike.catalogue.source_page import describe_sources

        say(describe_sources(load_catalogue()).removesuffix("\n"))
        return
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
    for one in listed:
        files = manifest.of_source(str(one["id"]))
        say_source(one, len(files), sum(file.restricted for file in files))
    for withdrawal in manifest.withdrawals:
        say(f"withdrawn {withdrawal.withdrawn[:10]}: {withdrawal.name}: {withdrawal.reason}")
    say(f"Store: {opened.folder}")


def say_source(source: Mapping[str, object], files: int, restricted: int) -> None:
    """A source in a few lines that fit the terminal: what it is, whom to name, where it is, what there is of it.

    In columns, licence and attribution of thirty publications would leave eight letters to each.
    """
    held = "none yet"
    if files:
        months = f"{str(source['first_period'])[:7]} to {str(source['last_period'])[:7]}"
        held = f"{files} {'file' if files == 1 else 'files'}, {months}"
        held += f", {restricted} restricted" if restricted else ""
    # Neither an id, which is there to be typed, nor an address is ever broken.
    say(_fill(f"{source['id']}  {source['title']}", ""))
    say(_fill(f"{source['publisher']}; {source['licence']}; {held}", "  "))
    say(_fill(str(source["attribution"]), "  "))
    say(f"  {source['landing_page']}")
    say("")


def _fill(text: str, indent: str) -> str:
    return textwrap.fill(
        text, console().width, initial_indent=indent, subsequent_indent="  ", break_on_hyphens=False
    )
