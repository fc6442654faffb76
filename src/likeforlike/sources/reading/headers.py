"""Headers as publishers drift: matched by what they say, not by case, spaces, breaks or footnote marks."""

from __future__ import annotations

import re
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


def match_layout(header: list[str], sources: list[Source]) -> LayoutMatch | NearMiss | None:
    """The layout that a header is, else the one it nearly is, else None."""
    found = [plain_header(cell) for cell in header]
    nearest: NearMiss | None = None
    for source in sources:
        for table in source.tables:
            for layout in table.layouts:
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
    unexpected = [header[place] for place, text in enumerate(found) if text not in known]
    repeated = len(present) < len(found)
    if missing or unexpected or repeated:
        expected = len(layout.headers) + len(layout.spread)
        closeness = (expected - len(missing)) / max(expected, len(found))
        return NearMiss(source, layout, tuple(missing), tuple(unexpected), closeness)
    return LayoutMatch(
        source,
        table,
        layout,
        positions={columns[text]: place for place, text in enumerate(found) if text in columns},
        spread={labels[text]: place for place, text in enumerate(found) if text in labels},
    )
