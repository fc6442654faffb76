"""A data pack read whole: header and figures, or every fault that can be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from likeforlike.catalogue import Catalogue
from likeforlike.sources.packs.faults import Faults
from likeforlike.sources.packs.figures import Reader, Row, place_columns, read_rows, read_table
from likeforlike.sources.packs.header import PackHeader, load_header
from likeforlike.sources.packs.rules import make_rules, reason_words
from likeforlike.sources.packs.together import (
    check_no_people_in_table,
    check_rows_are_no_events,
    check_rows_together,
    has_nhs_number,
)


@dataclass(frozen=True)
class Pack:
    """A pack without a fault."""

    header: PackHeader
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class PackText:
    """The two files of a pack as bytes, with the names that errors use."""

    header: bytes
    header_name: str
    figures: bytes
    figures_name: str


def read_pack(text: PackText, catalogue: Catalogue) -> tuple[Pack | None, Faults]:
    """The pack and no fault, or None and all that is wrong with it."""
    faults = Faults()
    if has_nhs_number(text.header.decode(errors="replace")):
        faults.add(
            text.header_name,
            "the header holds what looks like an NHS number.",
            "Remove it, and check who may hold this file. Nothing was kept.",
            about_people=True,
        )
    header = load_header(text.header, text.header_name, catalogue.organisation_types, faults)
    table = read_table(text.figures, text.figures_name, faults)
    rows = _read_figures(table, text.figures_name, header, catalogue, faults) if table else []
    if header is None or faults.count:
        return None, faults
    return Pack(header, tuple(rows)), faults


def _read_figures(
    table: Sequence[tuple[int, list[str]]],
    name: str,
    header: PackHeader | None,
    catalogue: Catalogue,
    faults: Faults,
) -> list[Row]:
    (line, columns), *body = table
    check_no_people_in_table(columns, body, name, faults)
    places = place_columns(line, columns, name, faults)
    if places is None:
        return []
    if not body:
        faults.add(name, "a header and no row.", "`likeforlike data-pack new` writes rows to fill in.")
    check_rows_are_no_events(body, places, name, faults)
    if header is None:
        # What a row must hold hangs on the header: first that.
        return []
    kind = catalogue.organisation_types[header.organisation_type]
    reader = Reader(name, header, make_rules(catalogue), kind, reason_words(catalogue), faults)
    rows = list(read_rows(body, places, reader))
    check_rows_together(rows, name, faults)
    return rows
