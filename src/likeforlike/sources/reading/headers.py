"""Headers as publishers drift: matched by what they say, not by case, spaces, breaks or footnote marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from likeforlike.catalogue import Layout, Source, Table

_FOOTNOTES = re.compile(r"\[[\d.,\s]+\]")
_SPACES = re.compile(r"\s+")

# Fewer shared columns than this and a file is simply another file, not one of ours with a fault. A list of
# practices shares the seven columns that say who a practice is with many a table of eleven: that is not near.
NEAR_MISS = 0.7


def plain_header(text: str) -> str:
    """A header without its accidents: 'Answered  [4]' and 'answered' are the same.

    >>> plain_header("GP Practice \\n(ODS_CODE)")
    'gp practice (ods_code)'
    """
    # str.split, behind \\s, also takes the non-breaking space that workbooks are full of.
    return _SPACES.sub(" ", _FOOTNOTES.sub("", text.lstrip("\ufeff"))).strip().casefold()


@dataclass(frozen=True)
class LayoutMatch:
    """A header that is one of a source's layouts: where each wanted column stands."""

    source: Source
    table: Table
    layout: Layout
    positions: dict[str, int]
    """Our column name → position in the file."""
    spread: dict[str, int]
    """Label → position, for a table spread over columns."""


@dataclass(frozen=True)
class NearMiss:
    """The layout that a header comes nearest to, and what keeps it from being that one."""

    source: Source
    layout: Layout
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    closeness: float
    cell: tuple[int, int, str] | None = None
    """In a file without a header: row, position (both from 1) and pattern of the first cell that does not fit."""


def match_layout(
    header: list[str], sources: list[Source], sample: Sequence[Sequence[str]] = ()
) -> LayoutMatch | NearMiss | None:
    """The layout that a header is, else the one it nearly is, else None.

    `sample` are the rows below it: a file without a header is known by what stands in its columns.
    """
    found = [plain_header(cell) for cell in header]
    nearest: NearMiss | None = None
    for source in sources:
        for table in source.tables:
            for layout in table.layouts:
                if layout.headerless:
                    match = _match_rows([header, *sample], source, table, layout)
                else:
                    match = _match(found, header, source, table, layout)
                if isinstance(match, LayoutMatch):
                    return match
                if match.closeness >= NEAR_MISS and (nearest is None or match.closeness > nearest.closeness):
                    nearest = match
    return nearest


def match_table(header: list[str], source: Source, table: Table) -> LayoutMatch | NearMiss:
    """The layout of one table that a header is, else the one it comes nearest to, however far."""
    found = [plain_header(cell) for cell in header]
    misses = []
    for layout in table.layouts:
        match = _match(found, header, source, table, layout)
        if isinstance(match, LayoutMatch):
            return match
        misses.append(match)
    return max(misses, key=lambda miss: miss.closeness)


def _match_rows(
    rows: Sequence[Sequence[str]], source: Source, table: Table, layout: Layout
) -> LayoutMatch | NearMiss:
    """Whether the columns of a file without a header hold what those of the layout do, in every row at hand.

    A file of the right width whose first row fits is meant to be one of these: then it is said what does not.
    """
    patterns = {int(place) - 1: re.compile(text) for place, text in layout.recognised_by.items()}
    for number, row in enumerate(rows, start=1):
        if number == 1 and len(row) != layout.width:
            return NearMiss(source, layout, (), (), 0.0)
        for place, pattern in patterns.items():
            # A row that was cut is found, with its line, when the file is read.
            if place < len(row) and not pattern.fullmatch(row[place]):
                closeness = 0.0 if number == 1 else 1.0
                return NearMiss(source, layout, (), (), closeness, (number, place + 1, pattern.pattern))
    positions = {name: int(place) - 1 for name, place in layout.headers.items()}
    return LayoutMatch(source, table, layout, positions=positions, spread={})


def _match(
    found: list[str], header: list[str], source: Source, table: Table, layout: Layout
) -> LayoutMatch | NearMiss:
    columns = {plain_header(text): name for name, text in layout.headers.items()}
    labels = {plain_header(text): label for label, texts in layout.spread.items() for text in texts}
    ignored = {plain_header(text) for text in layout.ignored}
    present = set(found)
    missing = [text for text in layout.headers.values() if plain_header(text) not in present]
    missing += [
        label
        for label, texts in layout.spread.items()
        if not any(plain_header(text) in present for text in texts)
    ]
    known = columns.keys() | labels.keys() | ignored
    strange = [
        place
        for place, text in enumerate(found)
        if text not in known and not any(re.fullmatch(pattern, text) for pattern in layout.ignored_like)
    ]
    unexpected = [header[place] for place in strange]
    read = [text for text in found if text in known]
    passed_over = len(found) - len(strange) - len(read)
    repeated = len(set(read)) < len(read)
    if missing or unexpected or repeated:
        # Columns that are not kept tell a wide file as well as those that are.
        expected = len(layout.headers) + len(layout.spread) + len(ignored)
        known_columns = expected - len(missing) - len(ignored - present)
        closeness = known_columns / max(expected, len(found) - passed_over)
        return NearMiss(source, layout, tuple(missing), tuple(unexpected), closeness)
    return LayoutMatch(
        source,
        table,
        layout,
        positions={columns[text]: place for place, text in enumerate(found) if text in columns},
        spread={labels[text]: place for place, text in enumerate(found) if text in labels},
    )
