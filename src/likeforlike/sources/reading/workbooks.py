"""Workbooks (.xlsx, .xls): each table found on its sheet, converted strictly, summed against what is printed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from likeforlike.catalogue import CellCorrection, Column, ColumnType, Layout, Source, Table
from likeforlike.catalogue.columns import DIGITS
from likeforlike.errors import DefinitionError, FileRefusedError
from likeforlike.sources.format import Staged, StagedTable, Staging
from likeforlike.sources.reading.cells import Cell, CellFault, Converted, Value, convert_cells, show_cell
from likeforlike.sources.reading.checks import check_texts_hold_no_people, summarise
from likeforlike.sources.reading.conversion import reason_column
from likeforlike.sources.reading.headers import LayoutMatch, NearMiss, match_table, plain_header
from likeforlike.sources.reading.locating import NEXT_STEP_LAYOUT
from likeforlike.sources.reading.made import convert_made, made_columns, with_texts
from likeforlike.sources.reading.naming import read_name
from likeforlike.sources.reading.people import hide_person
from likeforlike.sources.reading.printed import check_printed_figures, check_total_row, find_printed_date
from likeforlike.sources.reading.probing import FileKind, Probe
from likeforlike.sources.reading.sheets import (
    HEADER_WITHIN_ROWS,
    Header,
    Rows,
    SheetTable,
    column_letter,
    find_behind,
    find_body,
    find_header,
)
from likeforlike.sources.reading.workbook_limits import check_sheet_fits

if TYPE_CHECKING:
    import duckdb
    import pyarrow
    from python_calamine import CalamineWorkbook

NEXT_STEP_DAMAGED = "Download it again, or open it in a spreadsheet program and save it anew."


@dataclass
class Book:
    """An open workbook; each sheet is read once."""

    name: str
    workbook: CalamineWorkbook
    _sheets: dict[str, Rows] = field(default_factory=dict)

    def where(self, sheet: str) -> str:
        """File and sheet, for errors."""
        return f"{self.name}, sheet '{sheet}'"

    def rows(self, sheet: str) -> Rows:
        """All rows of a sheet from its first, so that an index is a row number less one.

        Raises:
            FileRefusedError: there is no such sheet, or it is damaged.
        """
        from python_calamine import CalamineError

        if sheet not in self._sheets:
            if sheet not in self.workbook.sheet_names:
                raise FileRefusedError(
                    f"no sheet '{sheet}', there are {', '.join(self.workbook.sheet_names)}.",
                    where=self.name,
                    next_step="Download the file again; sheets must bear the publisher's names.",
                )
            try:
                found = self.workbook.get_sheet_by_name(sheet)
                check_sheet_fits(found.total_height, found.total_width, self.where(sheet))
                self._sheets[sheet] = found.to_python(skip_empty_area=False)
            except CalamineError as error:
                raise FileRefusedError(
                    f"the sheet cannot be read ({error}).",
                    where=self.where(sheet),
                    next_step=NEXT_STEP_DAMAGED,
                ) from None
        return self._sheets[sheet]

    @property
    def first_sheet(self) -> str:
        """The title sheet."""
        return self.workbook.sheet_names[0]


@dataclass(frozen=True)
class WorkbookFormat:
    """A workbook that its definition describes whole: tables on sheets, known by the title on the first one."""

    title: str | None = None
    """What the first sheet says in a cell of its own; without one a workbook is known by the names of its sheets."""
    check: Callable[[SheetTable], None] | None = None
    """What must hold of each table, beyond what every table is checked for."""
    check_together: Callable[[Mapping[str, SheetTable]], None] | None = None
    """What must hold between the tables, which are given by their ids."""
    printed: Callable[[Rows, str], datetime.date | None] = find_printed_date
    """The date of issue that the first sheet prints: of its rows, and where they are for errors."""
    made: Mapping[str, str] = field(default_factory=dict)
    """Column that a layout has `made` → SQL for its text, over the stored columns of the row."""

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether the first sheet bears the title, or the sheets of all tables are there where there is none.

        Whatever else is wrong with it is said by `stage`.
        """
        if probe.kind is not FileKind.WORKBOOK or not probe.sheets:
            return False
        if self.title is None:
            return {layout.sheet for table in source.tables for layout in table.layouts} <= set(probe.sheets)
        book = Book(probe.name, probe.workbook())
        title = plain_header(self.title)
        return any(
            isinstance(cell, str) and plain_header(cell) == title
            for row in book.rows(book.first_sheet)[:HEADER_WITHIN_ROWS]
            for cell in row
        )

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Convert, check, write."""
        book = Book(probe.name, probe.workbook())
        corrections = [
            correction
            for correction in source.cell_corrections
            if correction.sha256.startswith(staging.edition)
        ]
        tables: dict[str, SheetTable] = {}
        for table in source.tables:
            if not table.layouts:
                continue  # The importer makes it from the others.
            read = read_table(book, source, table, corrections, staging.published)
            add_made_columns(read, self.made, staging.connection)
            check_total_row(read, book.rows(_sheet(read.layout)))
            if read.layout.printed:
                check_printed_figures(
                    read,
                    read.layout.printed,
                    book.rows(read.layout.printed.sheet),
                    book.where(read.layout.printed.sheet),
                )
            if self.check:
                self.check(read)
            tables[table.id] = read
        if self.check_together:
            self.check_together(tables)
        return Staged(
            "; ".join(dict.fromkeys(read.layout.name for read in tables.values())),
            tuple(_write(read, source, staging, probe.name) for read in tables.values()),
            printed=self.printed(book.rows(book.first_sheet), book.where(book.first_sheet)),
            notes=tuple(
                f"sheet '{correction.sheet}', row {correction.row} prints '{correction.found}' as "
                f"{correction.column}, corrected: {correction.reason}"
                for correction in corrections
            ),
        )


def read_table(
    book: Book,
    source: Source,
    table: Table,
    corrections: list[CellCorrection],
    published: datetime.date | None,
) -> SheetTable:
    """Find one table of a workbook and convert it; `published` is the date of issue that the user gave.

    Raises:
        FileRefusedError: sheet, header or a cell is not as defined.
    """
    header, match = _find_table(book, source, table)
    sheet = _sheet(match.layout)
    rows, where = book.rows(sheet), book.where(sheet)
    places = {name: header.headings[position].place for name, position in match.positions.items()}
    # The first column of all is the month, where it is not the name of the file that gives it.
    wanted = [place for _, place in sorted(places.items(), key=lambda one: one[0] != table.period)]
    body = find_body(rows, header, wanted, match.layout.total, where, match.layout.divided_by)
    if not body.rows:
        raise FileRefusedError("a header and no rows.", where=where, next_step="Download the file again.")
    read = SheetTable(table, match.layout, where, places, body.rows, body.totals, {})
    for column in table.columns:
        if column.name in match.layout.made:
            continue
        if column.name in match.layout.absent:
            label = match.layout.absent[column.name]
            read.columns[column.name] = Converted([label] * len(body.rows), None)
        elif column.name in match.layout.in_banner:
            words = match.layout.in_banner[column.name]
            read.columns[column.name] = _from_banner(read, column, rows[: header.last_row], words)
        elif column.name in match.layout.in_name:
            said = read_name(column, match.layout.in_name[column.name], book.name, published)
            read.columns[column.name] = _same_in_every_row(column, said, len(body.rows))
        else:
            read.columns[column.name] = _convert(read, source, column, rows, corrections)
    return read


def add_made_columns(
    read: SheetTable, made: Mapping[str, str], connection: duckdb.DuckDBPyConnection
) -> None:
    """Make the columns that a layout has `made`, from those that were converted."""
    columns = made_columns(read.table, read.layout)
    if not columns:
        return
    items = [item for column in columns for item in convert_made(column, read.layout, made)]
    connection.register("converted_cells", _arrow(read, ""))
    query = f"SELECT {', '.join(items)} FROM {with_texts('converted_cells', read.table, read.layout, made)}"
    rows = connection.execute(query).fetchall()
    connection.unregister("converted_cells")
    found = iter(zip(*rows, strict=True))
    for column in columns:
        values = list(next(found))
        read.columns[column.name] = Converted(values, list(next(found)) if column.missing else None)


def _from_banner(read: SheetTable, column: Column, banner: Rows, words: str) -> Converted:
    """The value that stands above the header behind its words, for every row."""
    found = find_behind(banner, words)
    if found is None:
        raise FileRefusedError(
            f"nothing stands behind '{words}' above the header, which should say the {column.name}.",
            where=read.where,
            next_step="Download the file again; its first rows say what it is about.",
        )
    row, place = found
    converted = convert_cells(column, [banner[row][place]] * len(read.rows))
    if isinstance(converted, CellFault):
        raise FileRefusedError(
            f"found '{hide_person(converted.found)}' behind '{words}', expected {converted.expected}.",
            where=f"{read.where}, row {row + 1}, column {column_letter(place)}",
            next_step="Download the file again; its first rows say what it is about.",
        )
    return converted


def _same_in_every_row(column: Column, text: str, rows: int) -> Converted:
    converted = convert_cells(column, [text] * rows)
    # What `read_name` gives is of the column's type.
    assert isinstance(converted, Converted)
    return converted


def _sheet(layout: Layout) -> str:
    if layout.sheet is None:
        raise DefinitionError(f"layout '{layout.name}': a workbook's layout needs the key 'sheet'.")
    return layout.sheet


def _find_table(book: Book, source: Source, table: Table) -> tuple[Header, LayoutMatch]:
    """The header of a table, on the sheet of one of its layouts."""
    sheets = dict.fromkeys(_sheet(layout) for layout in table.layouts)
    present = [sheet for sheet in sheets if sheet in book.workbook.sheet_names]
    nearest: tuple[Header, NearMiss, str] | None = None
    for sheet in present or list(sheets)[:1]:
        layouts = tuple(layout for layout in table.layouts if layout.sheet == sheet)
        wanted = [text for layout in layouts for text in (*layout.headers.values(), *layout.ignored)]
        header = find_header(book.rows(sheet), wanted)
        if header is None:
            continue
        on_sheet = table.model_copy(update={"layouts": layouts})
        match = match_table([heading.text for heading in header.headings], source, on_sheet)
        if isinstance(match, LayoutMatch):
            return header, match
        if nearest is None or match.closeness > nearest[1].closeness:
            nearest = header, match, sheet
    if nearest is None:
        expected = ", ".join(list(table.layouts[0].headers.values())[:3])
        raise FileRefusedError(
            f"no header of the table '{table.id}' in the first {HEADER_WITHIN_ROWS} rows, "
            f"expected one that begins with {expected}.",
            where=book.where(next(iter(present))),
            next_step=NEXT_STEP_LAYOUT.format(source=source.id),
        )
    raise _unlike_layout(book, *nearest)


def _unlike_layout(book: Book, header: Header, nearest: NearMiss, sheet: str) -> FileRefusedError:
    faults = [f"no column '{text}'" for text in nearest.missing]
    letters = {heading.text: column_letter(heading.place) for heading in header.headings}
    faults += [f"an unknown column {letters[text]} '{text}'" for text in nearest.unexpected]
    return FileRefusedError(
        f"looks like {nearest.source.id} ({nearest.layout.name}) but has "
        f"{', '.join(faults) or 'a column twice'}.",
        where=f"{book.where(sheet)}, row {header.last_row + 1}",
        next_step=NEXT_STEP_LAYOUT.format(source=nearest.source.id),
    )


def _convert(
    read: SheetTable, source: Source, column: Column, rows: Rows, corrections: list[CellCorrection]
) -> Converted:
    place = read.places[column.name]
    cells = [rows[row][place] for row in read.rows]
    for correction in corrections:
        if correction.sheet == read.layout.sheet and correction.column == column.name:
            _correct(read, source, correction, cells)
    converted = convert_cells(column, cells)
    if isinstance(converted, CellFault):
        raise FileRefusedError(
            f"found '{hide_person(converted.found)}', expected {converted.expected}.",
            where=read.at(read.rows[converted.place], column.name),
            next_step=NEXT_STEP_LAYOUT.format(source=source.id),
        )
    return converted


def _correct(read: SheetTable, source: Source, correction: CellCorrection, cells: list[Cell]) -> None:
    """Put a corrected cell in its place, provided that the publisher's slip stands there."""
    row = correction.row - 1
    found = cells[read.rows.index(row)] if row in read.rows else ""
    if show_cell(found).strip() != correction.found:
        raise DefinitionError(
            f"the cell correction for {correction.sha256[:16]} expects '{correction.found}' in row "
            f"{correction.row}, the file has '{show_cell(found)}'.",
            where=f"{source.id}.toml",
        )
    cells[read.rows.index(row)] = correction.value


def _write(read: SheetTable, source: Source, staging: Staging, name: str) -> StagedTable:
    """Write one table as Parquet, in the columns that a delimited file would have, and check it as those are."""
    import pyarrow.parquet

    path: Path = staging.folder / f"{read.table.id}.parquet"
    pyarrow.parquet.write_table(_arrow(read, staging.edition), path, compression="zstd")
    summary = summarise(staging.connection, path, read.table)
    for fault in summary.faults:
        values = read.columns[fault.column.name].values
        row = next((place for place, value in enumerate(values) if value == fault.word), 0)
        raise FileRefusedError(
            f"found '{hide_person(str(fault.word or ''))}', expected {fault.expected}.",
            where=read.at(read.rows[row], fault.column.name),
            next_step=NEXT_STEP_LAYOUT.format(source=source.id),
        )
    if summary.repeated:
        raise _repeated_key(read)
    check_texts_hold_no_people(summary, name)
    return StagedTable(read.table, path, summary.rows, summary.coverage, summary.texts, summary.ends)


def _arrow(read: SheetTable, edition: str) -> pyarrow.Table:
    import pyarrow

    types = {
        ColumnType.MONTH: pyarrow.date32(),
        ColumnType.DATE: pyarrow.date32(),
        ColumnType.YEAR: pyarrow.date32(),
        ColumnType.COUNT: pyarrow.int64(),
        ColumnType.NUMBER: pyarrow.float64(),
    }
    arrays = {}
    for column in read.table.columns:
        if column.name not in read.columns:
            continue  # not made yet
        converted = read.columns[column.name]
        amount = column.type is ColumnType.AMOUNT
        kind = (
            pyarrow.decimal128(DIGITS, column.decimals or 0)
            if amount
            else types.get(column.type, pyarrow.string())
        )
        arrays[column.name] = pyarrow.array(converted.values, type=kind)
        if converted.reasons is not None:
            arrays[reason_column(column)] = pyarrow.array(converted.reasons, type=pyarrow.string())
    arrays["edition"] = pyarrow.array([edition] * len(read.rows), type=pyarrow.string())
    return pyarrow.table(arrays)


def check_once(read: SheetTable, names: tuple[str, ...], *, where_filled: str | None = None) -> None:
    """Raise FileRefusedError where two rows have the same values in these columns.

    With `where_filled` only rows that have a value in that column are compared.
    """
    seen: dict[tuple[Value, ...], int] = {}
    columns = [read.columns[name].values for name in names]
    filled = read.columns[where_filled].values if where_filled else None
    for place, values in enumerate(zip(*columns, strict=True)):
        if filled is not None and filled[place] is None:
            continue
        if values in seen:
            found = ", ".join(_show(value) for value in values)
            raise FileRefusedError(
                f"the same {', '.join(names)} occurs twice ({found}).",
                where=f"{read.where}, rows {read.rows[seen[values]] + 1} and {read.rows[place] + 1}",
                next_step="A file counts everything once; download it again or remove the copy.",
            )
        seen[values] = place


def _repeated_key(read: SheetTable) -> FileRefusedError:
    try:
        check_once(read, read.table.key)
    except FileRefusedError as error:
        return error
    raise AssertionError("a key that occurs twice was counted and is not there")


def _show(value: Value) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else "none" if value is None else str(value)
