"""What all workbooks share: headers of several rows, corrections, definitions, and files that must not be opened."""

from __future__ import annotations

import datetime
import hashlib
import struct
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from likeforlike.catalogue import Catalogue, CellCorrection, Source, load_catalogue
from likeforlike.catalogue.loading import check_definition
from likeforlike.errors import DefinitionError, FileRefusedError, PersonalDataRefusedError
from likeforlike.sources.adding import add_paths
from likeforlike.sources.reading.cells import Cell
from likeforlike.sources.reading.sheets import column_letter, find_body, find_header
from likeforlike.sources.reading.workbook_limits import sheet_extent
from likeforlike.store import Store

MAY = datetime.date(2024, 5, 1)
HEADER = [
    "Month", "GP Code", "GP Name", "PCN Code", "PCN Name", "Sub ICB Code", "Sub ICB Name", "ICB Code", "ICB Name",
    "Region Code", "Region Name", "Supplier", "Submissions", "Clinical Submissions", "Administrative Submissions",
    "Other/Unknown Type Submissions", "Registered Patient Count", "Rate per 1,000 Registered Patients",
]  # fmt: skip


def practice(code: str, name: str, submissions: int, month: object = MAY) -> list[Any]:
    """A row of Table 2: all submissions clinical, a list of 1,000."""
    area = ["U99001", "NORTH PCN", "X1F", "FICTION ICB - X1F", "QXX", "FICTION ICB", "Y99", "FICTION"]
    return [month, code, name, *area, "TPP", submissions, submissions, 0, 0, 1000, submissions]


def write_workbook(path: Path, practices: list[list[Any]]) -> Path:
    """The smallest workbook of online consultations: May 2024, without participation."""
    total = sum(row[12] for row in practices)
    with xlsxwriter.Workbook(str(path), {"default_date_format": "mmm-yy"}) as book:
        title = book.add_worksheet("Title sheet")
        title.write(0, 0, "Submissions via Online Consultation Systems in General Practice")
        title.write(1, 0, "Publication date: 27 June 2024")
        summary = book.add_worksheet("Table 1")
        summary.write(0, 2, "May-24")
        summary.write_row(1, 1, ["Total submissions received by practices [3], of which:", total])
        summary.write_row(2, 1, ["Clinical submissions", total])
        summary.write_row(3, 1, ["Administrative submissions", 0])
        summary.write_row(4, 1, ["Other/unknown type submissions", 0])
        sheet = book.add_worksheet("Table 2")
        for number, row in enumerate([HEADER, *practices]):
            sheet.write_row(number, 0, row)
    return path


def content(store: Path) -> dict[Path, bytes]:
    """The manifest and all that it may name; staging comes and goes."""
    kept = [path for path in store.rglob("*") if path.is_file() and "staging" not in path.parts]
    return {path: path.read_bytes() for path in kept}


def refusal(folder: Path, file: Path, catalogue: Catalogue | None = None) -> str:
    """What is said when a workbook is refused; the store, which holds another, must be as it was."""
    store = Store(folder / "store")
    add_paths(store, load_catalogue(), [write_workbook(folder / "first.xlsx", [practice("X99009", "A", 1)])])
    before = content(folder / "store")
    with pytest.raises((FileRefusedError, DefinitionError)) as caught:
        add_paths(store, catalogue or load_catalogue(), [file])
    assert content(folder / "store") == before
    return str(caught.value).replace(str(file), "FILE")


def compound_file(names: list[str]) -> bytes:
    """An OLE compound file with these streams, as [MS-CFB] lays it out: header, FAT, directory, data."""
    free, end, size = 0xFFFFFFFF, 0xFFFFFFFE, 4096
    fat = [0xFFFFFFFD, end]  # its own sector, the directory's
    entries = [("Root Entry", 5, 1, free, end, 0)]
    for number, name in enumerate(names, 1):
        start = len(fat)
        fat += [*range(start + 1, start + size // 512), end]
        following = number + 1 if number < len(names) else free
        entries.append((name, 2, free, following, start, size))
    directory = b""
    for name, kind, child, following, start, length in entries:
        text = name.encode("utf-16-le")
        directory += text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
        directory += (
            struct.pack("<III", free, following, child) + bytes(36) + struct.pack("<IQ", start, length)
        )
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    )
    head += struct.pack("<10I", 0, 1, 1, 0, size, end, 0, end, 0, 0)
    head += struct.pack("<I", free) * ((512 - len(head)) // 4)
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return head + table + directory.ljust(512, b"\0") + b"\0" * size * len(names)


def rewrite(path: Path, member: str, content: bytes) -> Path:
    """The workbook with one of its parts replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, content if name == member else part)
    return path


# Files that cannot be read -------------------------------------------------------------------------------------


def test_a_workbook_locked_with_a_password(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    path.write_bytes(compound_file(["EncryptionInfo", "EncryptedPackage"]))
    assert refusal(tmp_path, path) == (
        "FILE: the workbook is locked with a password. Save it without a password and add it again."
    )


def test_an_old_office_file_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "letter.xls"
    path.write_bytes(compound_file(["WordDocument"]))
    assert "FILE: the workbook cannot be opened" in refusal(tmp_path, path)


def test_a_sheet_that_is_damaged_inside(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [practice("X99001", "A", 1)])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet3.xml")
    rewrite(path, "xl/worksheets/sheet3.xml", sheet[: len(sheet) // 2])
    said = refusal(tmp_path, path)
    assert "FILE, sheet 'Table 2': the sheet cannot be read" in said
    assert "Download it again" in said


def test_a_stray_cell_that_would_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "stray.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "Submissions via Online Consultation Systems in General Practice")
        sheet.write(1_048_575, 16_383, 1)
    said = refusal(tmp_path, path)
    assert "FILE: a sheet (xl/worksheets/sheet1.xml) has 1,048,576 rows and 16,384 columns" in said
    assert "at most 10,000,000 cells are read. As a rule a stray cell" in said


def test_a_workbook_that_unpacks_like_a_bomb(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [practice("X99001", "A", 1)])
    rewrite(path, "xl/worksheets/sheet3.xml", b" " * (20 << 20))
    assert "unpacks to more than 400 times its size, as a zip bomb does" in refusal(tmp_path, path)


@pytest.mark.parametrize(
    ("sheet", "extent"),
    [
        (b"", (99_999, 0)),  # rows are not looked at where 99,999 of them would do no harm
        (b'<row r="1"><c r="A1"/><c r="AF4872" s="3"/></row>', (99_999, 32)),
        (b"<c r='CV7'/>", (99_999, 100)),
        (b'<c r="CW7"/>', (7, 101)),
        (b'<c r="B100000"/>', (100_000, 2)),
        (b'<c r="A1"/><c\nr="XFD1048576"/>', (1_048_576, 16_384)),
    ],
)
def test_extent_of_a_sheet(sheet: bytes, extent: tuple[int, int]) -> None:
    assert sheet_extent(sheet) == extent


def test_a_sheet_of_too_much_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [practice("X99001", "A", 1)])
    first = write_workbook(tmp_path / "first.xlsx", [practice("X99009", "A", 1)])
    add_paths(Store(tmp_path / "store"), load_catalogue(), [first])
    monkeypatch.setattr("likeforlike.sources.reading.workbook_limits.LARGEST_SHEET", 1000)
    with pytest.raises(
        FileRefusedError, match=r"a sheet \(xl/worksheets/sheet3.xml\) has more than 0 MB of text"
    ):
        add_paths(Store(tmp_path / "store"), load_catalogue(), [path])


def test_a_workbook_without_sheets(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [practice("X99001", "A", 1)])
    empty = (
        b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>'
    )
    assert "FILE: no known format." in refusal(tmp_path, rewrite(path, "xl/workbook.xml", empty))


def test_a_sheet_saved_as_csv_is_an_unknown_format(tmp_path: Path) -> None:
    # Without the other sheets there is nothing to check its sums against.
    path = tmp_path / "table 2.csv"
    path.write_text(",".join(f'"{heading}"' for heading in HEADER) + "\n")
    assert "FILE: no known format." in refusal(tmp_path, path)


def test_a_chart_as_first_sheet_is_an_unknown_format(tmp_path: Path) -> None:
    path = tmp_path / "chart.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        chartsheet, sheet = book.add_chartsheet("Chart"), book.add_worksheet("Data")
        sheet.write_column(0, 0, [1, 2, 3])
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Data!$A$1:$A$3"})
        chartsheet.set_chart(chart)
    assert "FILE: no known format." in refusal(tmp_path, path)


def test_identifiers_of_patients_in_a_text_column(tmp_path: Path) -> None:
    # Ten digits with the check digit of an NHS number, in place of the practices' names.
    numbers = ["9434765919", "4010232137", "9434765870"]
    practices = [practice(f"X9900{place}", number, 1) for place, number in enumerate(numbers)]
    path = write_workbook(tmp_path / "a.xlsx", practices)
    said = refusal(tmp_path, path)
    assert "column 'practice_name' holds what look like NHS numbers." in said
    assert not any(number in said for number in numbers)
    with pytest.raises(PersonalDataRefusedError):
        add_paths(Store(tmp_path / "store"), load_catalogue(), [path])


# Corrections of cells -------------------------------------------------------------------------------------------


def with_layout(catalogue: Catalogue, **changes: object) -> Catalogue:
    """The catalogue with the layouts of online consultations changed so."""
    source = catalogue.source("online_consultations")
    (table,) = source.tables
    layouts = tuple(layout.model_copy(update=changes) for layout in table.layouts)
    changed = source.model_copy(update={"tables": (table.model_copy(update={"layouts": layouts}),)})
    return replace(catalogue, sources=catalogue.sources | {source.id: changed})


def correcting(path: Path, row: int, found: str) -> Catalogue:
    """The catalogue with a correction of the month in one row of this very file."""
    catalogue = load_catalogue()
    correction = CellCorrection(
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        sheet="Table 2",
        row=row,
        column="month",
        found=found,
        value=MAY,
        reason="The copyright line was pasted over it.",
    )
    source = catalogue.source("online_consultations").model_copy(update={"cell_corrections": (correction,)})
    return replace(catalogue, sources=catalogue.sources | {source.id: source})


def test_a_cell_that_the_publisher_overwrote(tmp_path: Path) -> None:
    practices = [
        practice("X99001", "A", 1),
        practice("X99002", "B", 2, "Copyright © 2024 "),
        practice("X99003", "C", 3),
    ]
    path = write_workbook(tmp_path / "a.xlsx", practices)
    store = Store(tmp_path / "store")
    (result,) = add_paths(store, correcting(path, 3, "Copyright © 2024"), [path])
    assert result.file is not None
    stored = duckdb.execute(
        f"SELECT month, practice, submissions FROM read_parquet('{store.path(result.file.tables[0].parquet)}')"
    ).fetchall()
    assert stored == [(MAY, "X99001", 1), (MAY, "X99002", 2), (MAY, "X99003", 3)]
    assert result.file.notes[:-1] == (
        "sheet 'Table 2', row 3 prints 'Copyright © 2024' as month, corrected: The copyright line was pasted over it.",
    )
    assert result.file.notes[-1].startswith("1 code is not shaped")


def test_without_a_correction_the_overwritten_cell_is_refused(tmp_path: Path) -> None:
    practices = [practice("X99001", "A", 1), practice("X99002", "B", 2, "Copyright © 2024 ")]
    said = refusal(tmp_path, write_workbook(tmp_path / "a.xlsx", practices))
    assert "row 3, column A ('Month'): found 'Copyright © 2024 ', expected the first day of a month" in said


@pytest.mark.parametrize(("row", "there"), [(2, "2024-05-01"), (3, "Copyright © 2024 "), (99, "")])
def test_a_correction_that_does_not_fit_is_the_definition_s_fault(
    tmp_path: Path, row: int, there: str
) -> None:
    practices = [practice("X99001", "A", 1), practice("X99002", "B", 2, "Copyright © 2024 ")]
    path = write_workbook(tmp_path / "a.xlsx", practices)
    said = refusal(tmp_path, path, correcting(path, row, "something else"))
    assert said.startswith("online_consultations.toml: the cell correction for ")
    assert f"expects 'something else' in row {row}, the file has '{there}'." in said


# The shape of a sheet -------------------------------------------------------------------------------------------


def test_headings_of_several_rows_are_paths() -> None:
    rows: list[list[Cell]] = [
        ["", "", 12.0, "", 13.0],
        ["Table 3: Calls"],
        [""],
        ["", "", "", "", "Outcome", "", "", ""],
        ["Month [1]", "GP \n(CODE)", "Inbound\xa0calls", "", "Answered  [4]", "", "", "Missed", ""],
        ["", "", "Total", "", "Total", "%", "", "Total", "%"],
        [datetime.date(2025, 12, 1), "X99001", 9.0, "", 5.0, 0.6, "", 4.0, 0.4],
    ]
    wanted = [
        "Month",
        "GP (CODE)",
        "Inbound calls / Total",
        "Outcome / Answered / Total",
        "Outcome / Missed / Total",
    ]
    header = find_header(rows, wanted)
    assert header is not None
    assert header.last_row == 5
    assert [(heading.place, heading.text) for heading in header.headings] == [
        (0, "month"),
        (1, "gp (code)"),
        (2, "inbound calls / total"),
        (4, "outcome / answered / total"),
        (5, "outcome / answered / %"),
        (7, "outcome / missed / total"),
        (8, "outcome / missed / %"),
    ]


def test_a_header_is_not_found_where_less_than_half_is_said() -> None:
    rows: list[list[Cell]] = [["Month", "Trust", "Beds"], [MAY, "X", 1.0]]
    assert find_header(rows, ["Month", "GP Code", "GP Name", "Submissions"]) is None
    assert find_header([], ["Month"]) is None


def test_a_table_ends_where_the_notes_begin() -> None:
    rows: list[list[Cell]] = [
        ["Month", "Code", "Calls", "Missed"],
        ["Total ", "", 3.0, 1.0],
        ["", "", "\xa0", ""],
        [MAY, "X99001", 1.0, 0.0],
        [MAY, "", "", ""],  # begins with a date: a row, however poor, and not a note
        ["", "", "", ""],
        [MAY, "X99002", 2.0],  # sheets may be ragged
        ["Notes:", "1 A note", "", ""],
        ["", "2 Another", "", ""],
        ["Copyright", "", "", ""],
    ]
    header = find_header(rows, ["Month", "Code", "Calls", "Missed"])
    assert header is not None
    body = find_body(rows, header, [0, 1, 2, 3], "Total", "FILE")
    assert (body.rows, body.totals) == ([3, 4, 6], [1])


@pytest.mark.parametrize(
    ("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
)
def test_column_letters(place: int, letters: str) -> None:
    assert column_letter(place) == letters


# Definitions ------------------------------------------------------------------------------------------------------


def layout_fault(**changes: object) -> str:
    """What is wrong with the definition of online consultations when its first layout is changed so."""
    source = load_catalogue().source("online_consultations").model_dump(mode="python")
    source["tables"][0]["layouts"][0].update(changes)
    with pytest.raises(DefinitionError) as caught:
        check_definition(Source, source, where="online_consultations.toml")
    return str(caught.value)


def test_absent_columns_need_a_label_of_theirs() -> None:
    headers = load_catalogue().source("online_consultations").tables[0].layouts[1].headers
    expected = "absent: 'participation' must be a label column without a header, 'perhaps' its label"
    assert expected in layout_fault(headers=headers, absent={"participation": "perhaps"})
    assert "absent: 'participation' must be" in layout_fault(absent={"participation": "unknown"})


def test_totals_belong_to_a_sheet() -> None:
    assert "total and printed belong to a layout with a sheet" in layout_fault(sheet=None)


def test_a_table_on_a_sheet_is_not_spread() -> None:
    source = load_catalogue().source("online_consultations").model_dump(mode="python")
    table = source["tables"][0]
    table["spread"] = {"label": "participation", "value": "clinical"}
    for layout in table["layouts"]:
        layout["headers"] = {
            name: text
            for name, text in layout["headers"].items()
            if name not in ("participation", "clinical")
        }
        layout["spread"] = {label: (label,) for label in ("yes", "no", "unknown")}
        layout["absent"] = {}
        layout["printed"] = None
    with pytest.raises(DefinitionError, match="spread belongs to delimited files"):
        check_definition(Source, source, where="online_consultations.toml")


def test_a_correction_of_a_cell_that_nothing_reads() -> None:
    source = load_catalogue().source("cloud_telephony").model_dump(mode="python")
    source["cell_corrections"][0]["sheet"] = "Table 2"
    with pytest.raises(DefinitionError, match="no layout has a column 'month' on sheet 'Table 2'"):
        check_definition(Source, source, where="cloud_telephony.toml")


def test_a_layout_of_a_workbook_names_its_sheet(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [practice("X99001", "A", 1)])
    said = refusal(tmp_path, path, with_layout(load_catalogue(), sheet=None))
    assert said.startswith(
        "layout 'online consultations, June 2024 to now': a workbook's layout needs the key 'sheet'."
    )


def test_a_workbook_that_prints_no_figures_is_taken_as_it_is(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [practice("X99001", "A", 1)])
    (result,) = add_paths(Store(tmp_path / "store"), with_layout(load_catalogue(), printed=None), [path])
    assert result.file is not None
    assert result.file.tables[0].rows == 1


def test_the_same_table_on_a_sheet_that_was_renamed(tmp_path: Path) -> None:
    # Two layouts that differ in nothing but the sheet: each is looked for on its own.
    catalogue = load_catalogue()
    source = catalogue.source("online_consultations")
    (table,) = source.tables
    old, new = table.layouts[1].model_copy(update={"sheet": "Table 9", "name": "old"}), table.layouts[1]
    changed = source.model_copy(update={"tables": (table.model_copy(update={"layouts": (old, new)}),)})
    path = write_workbook(tmp_path / "a.xlsx", [practice("X99001", "A", 1)])
    (result,) = add_paths(
        Store(tmp_path / "store"),
        replace(catalogue, sources=catalogue.sources | {source.id: changed}),
        [path],
    )
    assert result.file is not None
    assert result.file.layout == "online consultations, to May 2024"


def test_printed_figures_are_counts() -> None:
    printed = {"sheet": "Table 1", "figures": {"supplier": "Suppliers"}}
    assert "printed.figures: 'supplier' is not a column of counts" in layout_fault(printed=printed)
