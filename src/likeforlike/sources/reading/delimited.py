"""Delimited text through DuckDB: one COPY a file, every column read as text, converted strictly on the way."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePath

from likeforlike.catalogue import ColumnType, Source, Table
from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, StagedTable, Staging
from likeforlike.sources.reading.checks import Summary, check_texts_hold_no_people, summarise
from likeforlike.sources.reading.conversion import convert, identifier, quote
from likeforlike.sources.reading.headers import LayoutMatch, NearMiss, match_layout
from likeforlike.sources.reading.locating import (
    NEXT_STEP_LAYOUT,
    check_row_lengths,
    fault_error,
    repeated_key_error,
)
from likeforlike.sources.reading.made import select_with_made
from likeforlike.sources.reading.months import month_format, parse_month
from likeforlike.sources.reading.naming import read_name
from likeforlike.sources.reading.not_signs import write_as_csv
from likeforlike.sources.reading.people import check_column
from likeforlike.sources.reading.probing import FileKind, Probe


@dataclass(frozen=True)
class DelimitedFormat:
    """A format that its definition describes whole: a header of one of its layouts, a row a fact."""

    check: Callable[[Probe, LayoutMatch, Staging, Staged], None] | None = None
    """What is compared with figures in the file itself, beyond what every table is checked for."""
    printed: Callable[[Staged], datetime.date] | None = None
    """The date of issue, where the content prints it."""
    made: Mapping[str, str] = field(default_factory=dict)
    """Column that a layout has `made` → SQL for its text, over the stored columns of the row."""
    keep_once: bool = False
    """Whether rows that are alike in all that is stored are kept once: they differ in what is not stored."""

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether the header is one of the source's layouts."""
        if probe.kind is not FileKind.DELIMITED:
            return False
        return isinstance(match_layout(list(probe.header), [source], probe.sample), LayoutMatch)

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Convert, check, write."""
        match = match_layout(list(probe.header), [source], probe.sample)
        if not isinstance(match, LayoutMatch):
            raise unknown_layout(probe, match)
        match = choose_table(probe, match)
        probe = as_csv(probe, staging)
        staged = stage_delimited(
            probe, match, staging, self.made, choose=_distinct if self.keep_once else None
        )
        if self.check:
            self.check(probe, match, staging, staged)
        return replace(staged, printed=self.printed(staged)) if self.printed else staged


def as_csv(probe: Probe, staging: Staging) -> Probe:
    """The probe of a file that can be read as CSV: the file itself, or what was written again of one parted by ¬.

    Raises:
        FileRefusedError: it is not in the encoding that its first line shows.
    """
    if probe.not_signs is None:
        return probe
    written = staging.folder / "comma_separated"
    write_as_csv(probe.path, written, probe.not_signs, probe.name)
    return replace(probe, path=written, not_signs=None)


def choose_table(probe: Probe, match: LayoutMatch) -> LayoutMatch:
    """The match with the right table, where several are printed in the same columns and the file's name decides.

    Raises:
        FileRefusedError: the name says none of them, or more than one.
    """
    alike = [table for table in match.source.tables if match.layout in table.layouts]
    if len(alike) == 1:
        return match
    name = PurePath(probe.name).name
    named = [table for table in alike if re.search(table.file_name or "", name)]
    if len(named) == 1:
        return replace(match, table=named[0])
    raise FileRefusedError(
        f"{' and '.join(table.id for table in alike)} of {match.source.id} have the same columns, and the file's "
        f"name does not say which of them this is.",
        where=probe.name,
        next_step=f"Give it the name under which it was published, in which one of "
        f"{', '.join(repr(table.file_name) for table in alike)} is found.",
    )


def unknown_layout(probe: Probe, nearest: NearMiss | None) -> FileRefusedError:
    """The error for a header that is none of ours, naming what keeps it from the nearest one."""
    if nearest is None:
        return FileRefusedError(
            "no known format.",
            where=probe.name,
            next_step="`likeforlike sources` lists the formats that can be read; "
            "docs/adding-a-format.md says how to add one.",
        )
    if nearest.cell:
        row, place, pattern = nearest.cell
        return FileRefusedError(
            f"looks like {nearest.source.id} ({nearest.layout.name}) but column {place} does not match {pattern}.",
            where=f"{probe.name}, row {row}",
            next_step=NEXT_STEP_LAYOUT.format(source=nearest.source.id),
        )
    faults = [f"no column '{text}'" for text in nearest.missing]
    faults += [f"an unknown column '{text}'" for text in nearest.unexpected]
    return FileRefusedError(
        f"looks like {nearest.source.id} ({nearest.layout.name}) but has "
        f"{', '.join(faults) or 'a column twice'}.",
        where=f"{probe.name}, row 1",
        next_step=NEXT_STEP_LAYOUT.format(source=nearest.source.id),
    )


def copy_rows(staging: Staging, probe: Probe, query: str, target: Path) -> None:
    """Write what a query reads from a delimited file as Parquet.

    Raises:
        FileRefusedError: the file is no CSV.
    """
    import duckdb

    try:
        staging.connection.execute(
            f"COPY ({query}) TO {quote(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        check_row_lengths(probe.path, probe.name, len(probe.header))
        raise FileRefusedError(
            f"cannot be read as CSV ({str(error).splitlines()[0]}).",
            where=probe.name,
            next_step="Its lines may end in different ways; download it again, or save it again as 'CSV UTF-8'.",
        ) from None


def _distinct(query: str, table: Table) -> str:
    order = ", ".join(identifier(name) for name in table.key)
    return f"SELECT DISTINCT * FROM ({query}) ORDER BY {order}"


def stage_delimited(
    probe: Probe,
    match: LayoutMatch,
    staging: Staging,
    made: Mapping[str, str] | None = None,
    choose: Callable[[str, Table], str] | None = None,
) -> Staged:
    """Convert a delimited file of a known layout into one staged table; `made` as `DelimitedFormat` has it.

    `choose` makes of the query of all rows, in the file's order, that of those which are kept; all must be readable.
    """
    target = staging.folder / f"{match.table.id}.parquet"
    query = select_with_made(_select(probe, match, staging), match.table, match.layout, made or {})
    copy_rows(staging, probe, choose(query, match.table) if choose else query, target)
    summary = summarise(staging.connection, target, match.table, match.layout.repeats)
    check_texts_hold_no_people(summary, probe.name)
    check_ignored_columns(probe, match, staging)
    check_summary(probe, match, summary)
    _check_rows_read(probe, match, summary, _count_rows(probe, match, staging) if choose else summary.rows)
    table = StagedTable(match.table, target, summary.rows, summary.coverage, summary.texts, summary.ends)
    return Staged(match.layout.name, (table,))


def check_ignored_columns(probe: Probe, match: LayoutMatch, staging: Staging) -> None:
    """Columns that are not stored are kept in the original all the same: no people there either.

    Raises:
        PersonalDataRefusedError: with the column's name.
    """
    read = {*match.positions.values(), *match.spread.values()}
    ignored = {place: heading for place, heading in enumerate(headings(probe, match)) if place not in read}
    if not ignored:
        return
    items = ", ".join(f"list(DISTINCT c{place})" for place in ignored)
    (found,) = staging.connection.execute(f"SELECT {items} FROM {text_rows(probe, match)}").fetchall()
    for heading, values in zip(ignored.values(), found, strict=True):
        check_column(heading, filter(None, values or ()), probe.name, may_be_counts=False)


def headings(probe: Probe, match: LayoutMatch) -> list[str]:
    """The headings of a file's columns, for errors; of one that has none, their positions."""
    if match.layout.headerless:
        return [str(place) for place in range(1, len(probe.header) + 1)]
    return list(probe.header)


def _count_rows(probe: Probe, match: LayoutMatch, staging: Staging) -> int:
    """How many rows can be read, kept or not."""
    query = f"SELECT count(*) FROM {text_rows(probe, match)}"
    ((rows,),) = staging.connection.execute(query).fetchall()
    return int(rows) * max(1, len(match.spread))


def _check_rows_read(probe: Probe, match: LayoutMatch, summary: Summary, read: int) -> None:
    """Where the whole file was looked at first, as many rows must have been read as were seen."""
    headers = 0 if match.layout.headerless else 1
    seen = None if probe.rows is None else (probe.rows + 1 - headers) * max(1, len(match.spread))
    if seen == 0:
        raise FileRefusedError(
            "a header and no rows.", where=probe.name, next_step="Download the file again."
        )
    if not summary.coverage or (seen is not None and seen != read):
        raise FileRefusedError(
            f"{read} rows could be read of {'those there' if seen is None else seen}.",
            where=probe.name,
            next_step="Its lines may end in different ways; download it again, or save it again as 'CSV UTF-8'.",
        )


def check_summary(probe: Probe, match: LayoutMatch, summary: Summary) -> None:
    """Raise FileRefusedError for the first fault of a staged table, with its row and column."""
    for fault in summary.faults:
        places = _places(match, fault.column.name)
        if not places and fault.column.name in match.layout.made:
            raise FileRefusedError(
                f"a row says nothing of its {fault.column.name.replace('_', ' ')} that can be read; expected "
                f"{fault.expected}.",
                where=probe.name,
                next_step=NEXT_STEP_LAYOUT.format(source=match.source.id),
            )
        header = headings(probe, match) if match.layout.headerless else None
        raise fault_error(probe.path, probe.name, match.source.id, fault, places, header)
    if summary.repeated:
        key = {name: match.positions[name] for name in match.table.key if name in match.positions}
        raise repeated_key_error(probe.path, probe.name, key, partial(_may_repeat, match))


def _may_repeat(match: LayoutMatch, key: dict[str, str]) -> bool:
    """Whether a key, as the file spells it, may occur more than once."""
    repeats = match.layout.repeats
    if repeats is None or key[repeats.column] not in repeats.codes:
        return False
    month = parse_month(key[match.table.period])
    return month is not None and month <= repeats.until


def _places(match: LayoutMatch, name: str) -> list[int]:
    """Where a column stands in the file: one place, or all that a spread value was printed under."""
    spread = match.table.spread
    if spread and name == spread.value:
        return list(match.spread.values())
    # A column that the name of the file gave is not in its rows.
    return [match.positions[name]] if name in match.positions else []


def text_rows(probe: Probe, match: LayoutMatch) -> str:
    """SQL for the rows of a delimited file, all text, in columns c0, c1, …"""
    # Columns are read under names of our own: a publisher's header may hold anything.
    has_header = "false" if match.layout.headerless else "true"
    declared = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(probe.header)))
    return (
        f"read_csv({quote(str(probe.path))}, header = {has_header}, delim = ',', quote = '\"', escape = '\"', "
        f"skip = {probe.blank_lines}, auto_detect = false, strict_mode = true, max_line_size = 1000000, "
        f"columns = {{{declared}}})"
    )


def _select(probe: Probe, match: LayoutMatch, staging: Staging) -> str:
    reader = text_rows(probe, match)
    table = match.table
    items: list[str] = []
    for column in table.columns:
        if column.name in match.layout.made:
            continue
        if table.spread and column.name in (table.spread.label, table.spread.value):
            continue
        if column.name in match.layout.absent:
            items += convert(column, quote(match.layout.absent[column.name]))
            continue
        if column.name in match.layout.in_name:
            pattern = match.layout.in_name[column.name]
            said = read_name(column, pattern, probe.name, staging.published)
            items += convert(column, quote(said), month_format=month_format(said))
            continue
        place = match.positions[column.name]
        form = None
        if column.type is ColumnType.MONTH:
            form = _month_format(probe, match, place)
        items += convert(column, f"c{place}", month_format=form)
    if table.spread:
        labels = ", ".join(quote(label) for label in match.spread)
        cells = ", ".join(f"c{place}" for place in match.spread.values())
        value = table.column(table.spread.value)
        inner = (
            f"SELECT *, unnest([{labels}]) AS spread_label, unnest([{cells}]) AS spread_text FROM {reader}"
        )
        items += [f"spread_label AS {table.spread.label}", *convert(value, "spread_text")]
        reader = f"({inner})"
    items.append(f"{quote(staging.edition)} AS edition")
    return f"SELECT {', '.join(items)} FROM {reader}"


def _month_format(probe: Probe, match: LayoutMatch, place: int) -> str:
    """How the first row spells its month: all others must spell theirs so too."""
    for row in (probe.header, *probe.sample) if match.layout.headerless else probe.sample:
        if len(row) == len(probe.header):
            form = month_format(row[place])
            if form is not None:
                return form
            raise FileRefusedError(
                f"found '{row[place]}', expected a month such as 01AUG2025, Apr-25 or 2025-12-01.",
                where=f"{probe.name}, row {1 if match.layout.headerless else 2}, "
                f"column '{headings(probe, match)[place]}'",
                next_step="Correct the file, or add the spelling to sources/reading/months.py.",
            )
    raise FileRefusedError(
        "a header and no whole row.", where=probe.name, next_step="Download the file again."
    )
