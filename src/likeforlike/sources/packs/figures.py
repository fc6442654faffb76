"""The rows of a data pack: every cell converted or a fault, every rule of its indicator kept or a fault."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from likeforlike.catalogue import OrganisationType
from likeforlike.sources.packs.cells import (
    DECIMALS,
    SPELLINGS,
    is_last_day,
    parse_amount,
    parse_count,
    parse_day,
    spelling_of,
)
from likeforlike.sources.packs.faults import Faults, found
from likeforlike.sources.packs.header import PackHeader
from likeforlike.sources.packs.rules import Rule
from likeforlike.sources.packs.writing import OPTIONAL, REQUIRED
from likeforlike.sources.reading.headers import plain_header

COLUMNS = (*REQUIRED, *OPTIONAL)
# So many of the six columns make a CSV a pack's, with a fault in its header or without.
ENOUGH_COLUMNS = 4
LONGEST_NOTE = 300


@dataclass(frozen=True)
class Row:
    """One figure: a numerator, or the word that says why there is none."""

    line: int
    organisation: str
    start: datetime.date
    end: datetime.date
    indicator: str
    numerator: int | None
    word: str
    """In place of a numerator; empty where there is one."""
    denominator: int | None
    expected: Decimal | None
    note: str


@dataclass(frozen=True)
class Reader:
    """What a row is read against."""

    name: str
    """The CSV's."""
    header: PackHeader
    rules: Mapping[str, Rule]
    kind: OrganisationType
    words: Mapping[str, str]
    """Words that may stand for a numerator, with their reasons."""
    faults: Faults
    spellings: list[str] = field(default_factory=list)
    """The way in which the first day was spelled: all others must be spelled so too."""

    def fault(self, line: int, column: str, cell: str, expected: str, next_step: str) -> None:
        """Note a fault of one cell."""
        what = f"found {found(cell)}, expected {expected}." if cell else f"is empty, expected {expected}."
        self.faults.add(f"{self.name}, row {line}, column '{column}'", what, next_step)


def has_pack_columns(header: Sequence[str]) -> bool:
    """Whether a CSV's first row is, or is meant to be, that of a data pack."""
    return len({plain_header(cell) for cell in header} & set(REQUIRED)) >= ENOUGH_COLUMNS


def read_table(content: bytes, name: str, faults: Faults) -> list[tuple[int, list[str]]]:
    """(line, cells) of every row that is not blank, the header first; faults where it is no CSV of UTF-8 text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.add(
            f"{name}, row {line}",
            f"byte 0x{content[error.start]:02x} is not UTF-8 text.",
            "Save it as 'CSV UTF-8'.",
        )
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        # A spreadsheet leaves rows of nothing but commas where rows were deleted.
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        faults.add(
            f"{name}, row {reader.line_num}",
            f"not CSV ({error}).",
            "Look for a quote that is not closed.",
        )
        return []
    if not rows:
        faults.add(name, "the file is empty.", "`likeforlike data-pack new` writes one to fill in.")
    return rows


def place_columns(line: int, header: Sequence[str], name: str, faults: Faults) -> dict[str, int] | None:
    """Column → its place; None where the header does not hold, with a fault for each reason."""
    plain = [plain_header(cell) for cell in header]
    where, before = f"{name}, row {line}", faults.count
    expected = f"The columns are {', '.join(REQUIRED)}, and {' and '.join(OPTIONAL)} where they are needed."
    for column in REQUIRED:
        if column not in plain:
            faults.add(where, f"no column '{column}'.", expected)
    for place, column in enumerate(plain):
        if column not in COLUMNS:
            faults.add(where, f"an unknown column {found(header[place])}.", expected)
        elif column in plain[:place]:
            faults.add(where, f"two columns '{column}'.", expected)
    return {column: plain.index(column) for column in plain} if faults.count == before else None


def read_rows(
    rows: Sequence[tuple[int, list[str]]], places: Mapping[str, int], reader: Reader
) -> Iterator[Row]:
    """The rows that hold; a fault is noted for every cell that does not."""
    width = len(places)
    for line, cells in rows:
        if len(cells) != width:
            reader.faults.add(
                f"{reader.name}, row {line}",
                f"{len(cells)} cells, the header has {width}.",
                "The row was cut, or a comma in it is not within quotes.",
            )
            continue
        given = {column: cells[place] for column, place in places.items()}
        row = _read_row(line, given, reader)
        if row is not None:
            yield row


def _read_row(line: int, given: Mapping[str, str], reader: Reader) -> Row | None:
    before = reader.faults.count
    code = given["organisation_code"]
    if not reader.kind.accepts(code):
        reader.fault(
            line,
            "organisation_code",
            code,
            f"a code shaped as a {reader.kind.title}'s is",
            "Correct the code; organisations of another kind go into a pack of their own.",
        )
    start = _day(line, "period_start", given, reader)
    end = _day(line, "period_end", given, reader)
    if start and end:
        _check_period(line, start, end, reader)
    rule = _rule(line, given["indicator"], reader)
    numerator = _numerator(line, given["numerator"], reader)
    denominator = _denominator(line, given["denominator"], rule, reader)
    whole = denominator if rule and rule.part_of_whole else None
    if rule and numerator is not None and whole is not None and numerator > whole:
        reader.fault(
            line,
            "numerator",
            given["numerator"],
            f"at most its denominator, {whole:,}",
            f"'{rule.name}' is a share: a part cannot be more than the whole.",
        )
    expected = _expected(line, given.get("expected", ""), rule, reader)
    note = _note(line, given.get("note", ""), reader)
    if reader.faults.count > before or not start or not end:
        return None
    word = given["numerator"] if numerator is None else ""
    return Row(line, code, start, end, given["indicator"], numerator, word, denominator, expected, note)


def _day(line: int, column: str, given: Mapping[str, str], reader: Reader) -> datetime.date | None:
    cell = given[column]
    spelling = spelling_of(cell)
    if spelling and not reader.spellings:
        reader.spellings.append(spelling)
    if spelling is None or spelling != reader.spellings[0]:
        wanted = reader.spellings[0] if reader.spellings else SPELLINGS
        reader.fault(line, column, cell, f"a day such as {wanted}", "Spell all days of a pack in one way.")
        return None
    day = parse_day(cell)
    if day is None:
        reader.fault(line, column, cell, "a day since 1990 that is past", "Correct the day.")
    return day


def _check_period(line: int, start: datetime.date, end: datetime.date, reader: Reader) -> None:
    if end < start:
        reader.fault(line, "period_end", str(end), f"{start} or later", "A period ends after it begins.")
    elif end > reader.header.published:
        reader.fault(
            line,
            "period_end",
            str(end),
            f"a day up to {reader.header.published}, when the pack was issued",
            "Give whole periods only, or correct 'published' in the header.",
        )
    elif reader.header.whole_months:
        next_step = "Give whole months, or say `whole_months = false` in the header."
        if start.day != 1:
            reader.fault(line, "period_start", str(start), "the first day of a month", next_step)
        if not is_last_day(end):
            reader.fault(line, "period_end", str(end), "the last day of a month", next_step)


def _rule(line: int, cell: str, reader: Reader) -> Rule | None:
    rule = reader.rules.get(cell)
    if rule is None:
        reader.fault(
            line,
            "indicator",
            cell,
            "an indicator that a pack may bring",
            f"Choose one of {', '.join(reader.rules)}.",
        )
    elif reader.kind.id not in rule.organisation_types:
        reader.fault(
            line,
            "indicator",
            cell,
            f"an indicator of {reader.kind.plural}",
            f"'{cell}' is measured for: {', '.join(rule.organisation_types)}.",
        )
    return rule


def _numerator(line: int, cell: str, reader: Reader) -> int | None:
    count = parse_count(cell)
    if count is None and cell not in reader.words:
        words = ", ".join(reader.words)
        reader.fault(
            line,
            "numerator",
            cell,
            f"a whole number, zero or more, or why there is none: {words}",
            "A figure that is not known is not zero: write one of the words.",
        )
    return count


def _denominator(line: int, cell: str, rule: Rule | None, reader: Reader) -> int | None:
    if rule is None:
        return None
    if not cell:
        if rule.needs_denominator:
            reader.fault(
                line,
                "denominator",
                cell,
                "a whole number above zero",
                f"'{rule.name}' has no other denominator than the pack's own.",
            )
        return None
    count = parse_count(cell)
    if not rule.takes_denominator:
        reader.fault(
            line, "denominator", cell, "nothing", f"'{rule.name}' takes no denominator: leave the cell empty."
        )
    elif not count:
        empty = "" if rule.needs_denominator else ", or nothing: the list size is then taken"
        reader.fault(
            line,
            "denominator",
            cell,
            f"a whole number above zero{empty}",
            "Where there was nobody to count there is no figure: leave the row out.",
        )
    return count


def _expected(line: int, cell: str, rule: Rule | None, reader: Reader) -> Decimal | None:
    if rule is None or (not cell and not rule.needs_expected):
        return None
    if not rule.takes_expected:
        reader.fault(
            line,
            "expected",
            cell,
            "nothing",
            f"'{rule.name}' takes no expected figure: leave the cell empty.",
        )
        return None
    amount = parse_amount(cell)
    if not amount:
        reader.fault(
            line,
            "expected",
            cell,
            f"a number above zero with at most {DECIMALS} decimals",
            "Expected is how many events there would have been by the model or rate that the header describes.",
        )
    return amount


def _note(line: int, cell: str, reader: Reader) -> str:
    if len(cell) > LONGEST_NOTE or not cell.isprintable():
        reader.fault(
            line,
            "note",
            cell,
            f"a text of one line and at most {LONGEST_NOTE} letters",
            "What concerns the whole pack goes into 'about' in the header.",
        )
    return cell.strip()
