"""A sheet as publishers lay it out: banner rows, a header of several rows, totals, rows, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from likeforlike.catalogue import Layout, Table
from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.cells import Cell, Converted
from likeforlike.sources.reading.headers import plain_header

Rows = Sequence[Sequence[Cell]]

# Banners, links and stray numbers above a header took 11 rows at most in all workbooks seen.
HEADER_WITHIN_ROWS = 40
# A row of a table fills more than half of its columns; notes, a copyright line or a source fill one or two.
SHARE_OF_A_ROW = 0.5
PATH = " / "


@dataclass(frozen=True)
class Heading:
    """The heading of one column: where it stands and its text, the rows above it included."""

    place: int
    text: str


@dataclass(frozen=True)
class Header:
    """The rows of a sheet that hold the headings."""

    last_row: int
    """Index of the lowest of them: the table begins below."""
    headings: tuple[Heading, ...]


def column_letter(place: int) -> str:
    """The letters of a column, as a spreadsheet shows them.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing: empty, or spaces of any kind."""
    return isinstance(cell, str) and not cell.strip()


def find_header(rows: Rows, wanted: Iterable[str]) -> Header | None:
    """The header of a table whose headings are `wanted` (paths for headers of several rows).

    It is the row that says most of what is wanted, and the rows of words that touch it. None when no row near
    the top says at least half of it.
    """
    paths = [plain_header(text).split(PATH) for text in wanted]
    words = {word for path in paths for word in path}
    fewest = min(len(paths), len({path[0] for path in paths}))
    near = range(min(len(rows), HEADER_WITHIN_ROWS))
    said = [len(words & set(_words(rows[row]))) for row in near]
    if not said or max(said) < SHARE_OF_A_ROW * fewest:
        return None
    first = last = said.index(max(said))
    while first > 0 and _is_header_row(rows[first - 1]):
        first -= 1
    while last + 1 < len(rows) and _is_header_row(rows[last + 1]):
        last += 1
    best = said.index(max(said))
    in_block = {word for row in rows[first : last + 1] for word in _words(row)}
    if all(len(path) == 1 for path in paths) and len(words & in_block) == said[best]:
        # The rows of words that touch it say nothing more of what is wanted: groups, units, or the table itself,
        # where that holds no figure.
        first = last = best
    return Header(last, tuple(_headings(rows[first : last + 1])))


def _words(row: Sequence[Cell]) -> Iterator[str]:
    return (plain_header(cell) for cell in row if isinstance(cell, str) and not is_blank(cell))


def _is_header_row(row: Sequence[Cell]) -> bool:
    """Words and nothing else: a row of figures holds a number or a date, a blank row holds nothing."""
    filled = [cell for cell in row if not is_blank(cell)]
    return bool(filled) and all(isinstance(cell, str) for cell in filled)


def _headings(block: Rows) -> Iterator[Heading]:
    """Each column's own lowest heading below those of the groups it stands under.

    A group's heading stands over its first column and holds until the next one in its row; spacer columns have
    no heading of their own and are none.
    """
    width = max(len(row) for row in block)
    groups: list[list[str]] = []
    for row in block:
        spread: list[str] = []
        for place in range(width):
            spread.append(_own(row, place) or (spread[-1] if spread else ""))
        groups.append(spread)
    for place in range(width):
        lowest = next((level for level in range(len(block) - 1, -1, -1) if _own(block[level], place)), None)
        if lowest is not None:
            above = [groups[level][place] for level in range(lowest) if groups[level][place]]
            yield Heading(place, PATH.join([*above, _own(block[lowest], place)]))


def _own(row: Sequence[Cell], place: int) -> str:
    cell = row[place] if place < len(row) else ""
    return plain_header(cell) if isinstance(cell, str) else ""


def find_behind(rows: Rows, words: str) -> tuple[int, int] | None:
    """Row and place of the first filled cell behind the one that says `words`; None where nothing stands there."""
    said = plain_header(words)
    for index, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
        for place, cell in enumerate(row):
            if isinstance(cell, str) and plain_header(cell) == said:
                behind = (later for later in range(place + 1, len(row)) if not is_blank(row[later]))
                found = next(behind, None)
                return None if found is None else (index, found)
    return None


@dataclass(frozen=True)
class Body:
    """What stands below a header."""

    rows: list[int]
    """Indices of the rows of the table."""
    totals: list[int]
    """Indices of the rows of totals."""


def find_body(
    rows: Rows,
    header: Header,
    wanted: Sequence[int],
    total: str | None,
    where: str,
    divided_by: str | None = None,
) -> Body:
    """The rows of a table: those that begin with a date or fill most of its columns, until the notes begin.

    `wanted` are the places of its columns; the first of them that is filled says `total` in a row of totals. A row
    of which the only cell says `divided_by` does not end the table.

    Raises:
        FileRefusedError: below the notes there are rows of figures again, which would be lost.
    """
    body = Body([], [])
    most_of_a_note = SHARE_OF_A_ROW * len(wanted)
    end: int | None = None
    total_word = plain_header(total) if total else None
    divider = plain_header(divided_by) if divided_by else None
    for index in range(header.last_row + 1, len(rows)):
        row = rows[index]
        first = row[wanted[0]]
        if isinstance(first, str):
            filled = [row[place] for place in wanted if place < len(row) and not is_blank(row[place])]
            if not filled:
                continue
            if total_word and isinstance(filled[0], str) and plain_header(filled[0]) == total_word:
                body.totals.append(index)
                continue
            if divider and [plain_header(str(cell)) for cell in row if not is_blank(cell)] == [divider]:
                continue
            if len(filled) <= most_of_a_note:
                end = index if end is None else end
                continue
        if end is None:
            body.rows.append(index)
        else:
            raise FileRefusedError(
                f"a row of figures stands below row {end + 1}, where the table seemed to end.",
                where=f"{where}, row {index + 1}",
                next_step="Remove the line between the rows, or download the file again.",
            )
    return body


@dataclass(frozen=True)
class SheetTable:
    """One table as it stands on its sheet, converted."""

    table: Table
    layout: Layout
    where: str
    """File and sheet, for errors."""
    places: dict[str, int]
    """Our column name → its column on the sheet."""
    rows: list[int]
    """Index of each row on the sheet."""
    totals: list[int]
    """Indices of the rows of totals."""
    columns: dict[str, Converted]

    def at(self, row: int, name: str) -> str:
        """Where a cell is, for errors: file, sheet, row, column letter and heading (of a column that is printed)."""
        if name not in self.places:
            return f"{self.where}, row {row + 1}"
        letter = column_letter(self.places[name])
        return f"{self.where}, row {row + 1}, column {letter} ('{self.layout.headers[name]}')"
