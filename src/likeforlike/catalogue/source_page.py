"""All sources as a page of the documentation: what each holds, under which licence, and how it is checked."""

from __future__ import annotations

from collections.abc import Iterator

from likeforlike.catalogue.columns import ColumnType
from likeforlike.catalogue.figure_checks import OTHER_TYPE
from likeforlike.catalogue.sources import Source
from likeforlike.catalogue.tables import Table
from likeforlike.catalogue.whole import Catalogue

# Signs that Markdown would read as its own: a publisher's token '*', a comparison with '<', a mark '[x]'.
SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "*<[|"})

OPENING = """# Data sources

What can be read, from the definitions in `src/likeforlike/definitions/sources`. This page is generated: change the
definition, then write the page again.

```console
$ likeforlike sources --markdown > docs/data-sources.md
```
"""


def describe_sources(catalogue: Catalogue) -> str:
    """The page as Markdown: a table of all sources, then a section for each."""
    sources = catalogue.sources.values()
    lines = [OPENING, "| source | publication | publisher | licence |", "|---|---|---|---|"]
    lines += [
        f"| [`{one.id}`](#{one.id}) | {_plain(one.title)} | {_plain(one.publisher)} | {one.licence} |"
        for one in sources
    ]
    for source in sources:
        lines += ["", *_section(source, catalogue)]
    return "\n".join(lines) + "\n"


def _section(source: Source, catalogue: Catalogue) -> Iterator[str]:
    # The identifier is the heading, so that the page can be linked to by it.
    yield f"## {source.id}"
    yield ""
    yield f"**{_plain(source.title)}.** {_plain(source.about)}"
    yield ""
    for what, text in (
        ("Publisher", f"{_plain(source.publisher)}; {_page(source.landing_page)}"),
        ("Licence", f"{source.licence}. {_plain(source.attribution)}"),
        ("Status", _plain(source.status)),
        ("Appears", _plain(source.cadence)),
        ("Restatement", _plain(source.restatement)),
        ("Got", f"by `likeforlike fetch {source.id}`" if source.fetch else "by hand"),
        ("Restricted", "its figures are not for everybody" if source.restricted else ""),
    ):
        if text:
            yield f"- {what}: {text}"
    yield "- Tables:"
    yield from (f"    - `{table.id}`: {_table(table, catalogue)}" for table in source.tables)
    indicators = [
        one.id
        for one in catalogue.indicators.values()
        if any(source.id == used.source for used in one.inputs)
    ]
    if indicators:
        yield f"- Indicators: {', '.join(f'`{one}`' for one in indicators)}"
    if source.checks:
        yield "- Checked against what is printed:"
        yield from (f"    - {_plain(check)}" for check in source.checks)
    breaks = [one for one in catalogue.known_breaks if one.source == source.id]
    if breaks:
        yield "- Known breaks:"
        yield from (f"    - {one.month:%B %Y}: {_plain(one.what)}" for one in breaks)


def _plain(text: str) -> str:
    """A text that Markdown shows as it is written."""
    return text.translate(SIGNS)


def _page(landing_page: str) -> str:
    return f"<{landing_page}>" if landing_page.startswith("https://") else f"`{landing_page}`"


def _table(table: Table, catalogue: Catalogue) -> str:
    """Its title, whom its rows are about, and for how long."""
    kinds = [catalogue.organisation_types[kind].plural for kind in _kinds(table)]
    about = (
        f", by {' and '.join(kinds)}" if len(kinds) < 3 else f", by {', '.join(kinds[:-1])} and {kinds[-1]}"
    )
    return f"{_plain(table.title)}{about if kinds else ''}; rows of {_period(table)}"


def _kinds(table: Table) -> list[str]:
    if table.organisation is None:
        return []
    if table.organisation_types:
        return [kind for kind in table.column(table.organisation_types).labels if kind != OTHER_TYPE]
    kind = table.column(table.organisation).organisation_type
    return [kind] if kind else []


def _period(table: Table) -> str:
    if table.period_end:
        return "periods of their own"
    if table.months == 1:
        is_day = table.column(table.period).type is ColumnType.DATE
        return "a day" if is_day else "a month"
    return f"{table.months} months"
