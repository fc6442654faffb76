"""The online consultation workbook in small: what is stored of it, and what is refused."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import AddResult, Outcome, add_paths
from likeforlike.store import AddedFile, PublishedBasis, Store

NOVEMBER = datetime.date(2025, 11, 1)
TITLE = "Submissions via Online Consultation Systems in General Practice"
HEADER = [
    "Month [1]", "GP Code", "GP Name", "PCN Code [2, 3]", "PCN Name [3]", "Sub ICB Code", "Sub ICB Name",
    "ICB Code", "ICB Name", "Region Code", "Region Name", "Supplier [4, 5, 6]", "Submissions [7]",
    "Clinical\nSubmissions [7]", "Administrative\xa0Submissions [7]", "Other/Unknown Type Submissions [7]",
    "Registered Patient Count [8]", "Rate per 1,000 Registered Patients [9, 10]", "Participation [11]",
]  # fmt: skip
SUB_ICB = ["X1F", "NHS FICTION ICB - X1F", "QXX", "NHS FICTION INTEGRATED CARE BOARD", "Y99", "FICTION"]
PRACTICES: list[list[Any]] = [
    [NOVEMBER, "X99001", "THE SURGERY", "U99001", "NORTH PCN", *SUB_ICB,
     "ACCURX LIMITED, TPP", 120, 80, 30, 10, 6000, 20, 1],
    [NOVEMBER, "X99002", "THE LIMES", "U", "Unallocated", *SUB_ICB, "None/Unknown", 0, 0, 0, 0, 0, 0, 0],
    [NOVEMBER, "X99003", "HIGH STREET", "U99001", "NORTH PCN", *SUB_ICB, "TPP", 7, 4, 2, 1, 3500, 2, 1],
]  # fmt: skip
# A column a month: text with a footnote, a date, a text; the sums of the practices above are 127, 84, 32, 11.
TABLE_1: list[list[Any]] = [
    ["", "", "Nov-25 [10]", datetime.date(2025, 10, 1), "Sep-25"],
    ["Coverage", "Open active practices", 3, 3, 3],
    ["", "", "", "", ""],
    ["Submissions", "Total submissions received by practices [4], of which:", 127, 130, 90],
    ["Submission type", "Clinical submissions", 84, 90, 60],
    ["", "Administrative submissions", 32, 30, 20],
    ["", "Other/unknown type submissions [5]", 11, 10, 10],
]
NOTES = [
    ["Source: NHS England"],
    ["Notes:", "  1   Data for previous months"],
    ["", "  2   Geography"],
    [],
    ["Copyright"],
]


def write_workbook(
    path: Path,
    *,
    practices: list[list[Any]] = PRACTICES,
    header: list[str] = HEADER,
    table_1: list[list[Any]] = TABLE_1,
    issued: str = "Publication date: 18 December 2025",
    sheets: tuple[str, ...] = ("Title sheet", "Table 1", "Table 2"),
) -> Path:
    """A workbook in the publisher's shape: banner rows, a footnoted header, notes below the table."""
    content = {
        "Title sheet": [[]] * 6 + [["_"], [TITLE], ["Official Statistics in Development"], [issued]],
        "Table 1": [
            ["Return to Contents"],
            ["_"],
            ["Table 1: Summary"],
            *table_1,
            [],
            ["Notes"],
            ["", "1 A note"],
        ],
        "Table 2": [
            ["Return to Contents"],
            ["_"],
            ["Table 2: Submissions"],
            [],
            header,
            *practices,
            [],
            *NOTES,
        ],
    }
    with xlsxwriter.Workbook(str(path), {"default_date_format": "mmm-yy"}) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(content[name]):
                sheet.write_row(number, 0, row)
    return path


def add(folder: Path, file: Path) -> AddedFile:
    """Add one workbook to the store in the folder."""
    (result,) = add_paths(Store(folder / "store"), load_catalogue(), [file])
    assert result.outcome is Outcome.ADDED
    assert result.file is not None
    return result.file


def stored(folder: Path, file: AddedFile, columns: str) -> list[tuple[Any, ...]]:
    """The rows of the one table that a file gave."""
    (table,) = file.tables
    path = folder / "store" / table.parquet
    return duckdb.execute(f"SELECT {columns} FROM read_parquet('{path}') ORDER BY practice").fetchall()


def refusal(folder: Path, file: Path) -> str:
    """What is said when a workbook is refused; the store must be as it was."""
    store = Store(folder / "store")
    with pytest.raises(FileRefusedError) as caught:
        add_paths(store, load_catalogue(), [file])
    assert store.manifest().files == ()
    assert not list((folder / "store").rglob("*.parquet"))
    assert caught.value.next_step
    return str(caught.value).replace(str(file), "FILE")


def changed(row: int, heading: str, value: object) -> list[list[Any]]:
    """The practices with one cell changed; `row` counts from 0."""
    place = HEADER.index(heading)
    return [
        [*cells[:place], value, *cells[place + 1 :]] if number == row else cells
        for number, cells in enumerate(PRACTICES)
    ]


def test_rows_are_stored_as_published(tmp_path: Path) -> None:
    file = add(tmp_path, write_workbook(tmp_path / "any name.xlsx"))
    assert (file.source, file.published, file.published_basis) == (
        "online_consultations",
        "2025-12-18",
        PublishedBasis.CONTENT,
    )
    (table,) = file.tables
    assert (table.table, table.rows, table.coverage) == ("submissions", 3, {"2025-11-01": ("ENG",)})
    assert stored(tmp_path, file, "month, practice, pcn, pcn_name, sub_icb, icb, region, supplier") == [
        (NOVEMBER, "X99001", "U99001", "NORTH PCN", "X1F", "QXX", "Y99", "ACCURX LIMITED, TPP"),
        (NOVEMBER, "X99002", None, None, "X1F", "QXX", "Y99", None),
        (NOVEMBER, "X99003", "U99001", "NORTH PCN", "X1F", "QXX", "Y99", "TPP"),
    ]
    counts = (
        "submissions, clinical, administrative, other_or_unknown, registered_patients, participation, edition"
    )
    assert stored(tmp_path, file, counts) == [
        (120, 80, 30, 10, 6000, "yes", file.edition),
        (0, 0, 0, 0, 0, "no", file.edition),
        (7, 4, 2, 1, 3500, "yes", file.edition),
    ]


def test_columns_have_the_types_of_their_definition(tmp_path: Path) -> None:
    file = add(tmp_path, write_workbook(tmp_path / "a.xlsx"))
    path = tmp_path / "store" / file.tables[0].parquet
    types = dict(duckdb.execute(f"SELECT name, type FROM parquet_schema('{path}')").fetchall())
    assert types["month"] == "INT32"  # a date: days
    assert types["submissions"] == "INT64"
    assert types["participation"] == "BYTE_ARRAY"


def test_before_june_2024_nothing_says_who_takes_part(tmp_path: Path) -> None:
    without = [row[:-1] for row in PRACTICES]
    file = add(tmp_path, write_workbook(tmp_path / "a.xlsx", header=HEADER[:-1], practices=without))
    assert file.layout == "online consultations, to May 2024"
    assert stored(tmp_path, file, "participation") == [("unknown",)] * 3


def test_a_star_is_an_unknown_participation(tmp_path: Path) -> None:
    starred = [[*row[:-1], "*"] for row in PRACTICES]
    file = add(tmp_path, write_workbook(tmp_path / "a.xlsx", practices=starred))
    assert stored(tmp_path, file, "participation") == [("unknown",)] * 3


def test_the_same_workbook_twice_changes_nothing(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx")
    add(tmp_path, path)
    before = (tmp_path / "store" / "manifest.json").read_bytes()
    (again,) = add_paths(Store(tmp_path / "store"), load_catalogue(), [path])
    assert again.outcome is Outcome.ALREADY_THERE
    assert (tmp_path / "store" / "manifest.json").read_bytes() == before


def test_a_printed_date_before_the_month_ends_is_set_aside(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "Submissions November 2025.xlsx", issued="Publication date: 20 November 2025"
    )
    file = add(tmp_path, path)
    # Of a November issue it is only known that it appeared in December: its last day is never too early.
    assert (file.published, file.published_basis) == ("2025-12-31", PublishedBasis.NAME)
    assert "prints 2025-11-20" in file.notes[0]


def test_without_a_printed_date_the_name_says_when_it_can_have_appeared(tmp_path: Path) -> None:
    file = add(tmp_path, write_workbook(tmp_path / "Submissions November 2025.xlsx", issued=""))
    assert (file.published, file.published_basis) == ("2025-12-31", PublishedBasis.NAME)


@pytest.mark.parametrize(
    ("heading", "value", "expected"),
    [
        (
            "Submissions [7]",
            "many",
            "row 6, column M ('Submissions'): found 'many', expected a whole number",
        ),
        (
            "Submissions [7]",
            "120",
            "row 6, column M ('Submissions'): found '120', expected a whole number",
        ),
        ("Submissions [7]", "", "row 6, column M ('Submissions'): found '', expected a whole number"),
        ("Submissions [7]", -1, "row 6, column M ('Submissions'): found '-1', expected a whole number"),
        (
            "Submissions [7]",
            120.5,
            "row 6, column M ('Submissions'): found '120.5', expected a whole number",
        ),
        (
            "Submissions [7]",
            True,
            "row 6, column M ('Submissions'): found 'True', expected a whole number",
        ),
        (
            "Participation [11]",
            2,
            "row 6, column S ('Participation'): found '2', expected one of yes, no",
        ),
        (
            "Month [1]",
            "Smarch",
            "row 6, column A ('Month'): found 'Smarch', expected the first day of a month",
        ),
        (
            "Month [1]",
            datetime.date(2025, 11, 12),
            "row 6, column A ('Month'): found '2025-11-12', expected",
        ),
        ("GP Code", 99001, "row 6, column B ('GP Code'): found '99001', expected an organisation code"),
        ("GP Code", "", "row 6, column B ('GP Code'): found '', expected an organisation code"),
        ("GP Code", " X99001", "row 6, column B ('GP Code'): found ' X99001', expected an organisation code"),
    ],
)
def test_a_cell_that_is_not_of_its_kind(tmp_path: Path, heading: str, value: object, expected: str) -> None:
    path = write_workbook(tmp_path / "a.xlsx", practices=changed(0, heading, value))
    assert f"FILE, sheet 'Table 2', {expected}" in refusal(tmp_path, path)


def test_a_practice_that_occurs_twice(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", practices=[*PRACTICES, PRACTICES[1]])
    assert (
        "FILE, sheet 'Table 2', rows 7 and 9: the same month, practice occurs twice (2025-11-01, X99002)."
    ) in refusal(tmp_path, path)


def test_a_renamed_column(tmp_path: Path) -> None:
    header = ["Practice Code" if text == "GP Code" else text for text in HEADER]
    said = refusal(tmp_path, write_workbook(tmp_path / "a.xlsx", header=header))
    assert "FILE, sheet 'Table 2', row 5: looks like online_consultations" in said
    assert "no column 'GP Code', an unknown column B 'practice code'" in said
    assert "definitions/sources/online_consultations.toml" in said


def test_a_header_shifted_by_one_column(tmp_path: Path) -> None:
    # The header moved to the right, the figures did not: each would be read under its neighbour's name.
    said = refusal(tmp_path, write_workbook(tmp_path / "a.xlsx", header=["", *HEADER]))
    assert "FILE, sheet 'Table 2', row 6, column B ('Month'): found 'X99001', expected the first day" in said


def test_no_header_at_all(tmp_path: Path) -> None:
    said = refusal(tmp_path, write_workbook(tmp_path / "a.xlsx", header=[]))
    assert "FILE, sheet 'Table 2': no header of the table 'submissions' in the first 40 rows" in said


def test_no_rows(tmp_path: Path) -> None:
    said = refusal(tmp_path, write_workbook(tmp_path / "a.xlsx", practices=[]))
    assert "FILE, sheet 'Table 2': a header and no rows." in said


@pytest.mark.parametrize("absent", ["Table 1", "Table 2"])
def test_a_sheet_is_missing(tmp_path: Path, absent: str) -> None:
    sheets = tuple(name for name in ("Title sheet", "Table 1", "Table 2") if name != absent)
    said = refusal(tmp_path, write_workbook(tmp_path / "a.xlsx", sheets=sheets))
    assert f"FILE: no sheet '{absent}', there are {', '.join(sheets)}." in said


def test_figures_that_do_not_match_table_1(tmp_path: Path) -> None:
    practices = changed(2, HEADER[13], 5)  # one clinical submission more than the publisher's sum
    said = refusal(tmp_path, write_workbook(tmp_path / "a.xlsx", practices=practices))
    assert "sheet 'Table 1', row 8, column C ('Clinical submissions')" in said
    assert "the rows of sheet 'Table 2' sum to 85 (clinical), printed is 84." in said


def test_a_lost_practice_is_noticed(tmp_path: Path) -> None:
    said = refusal(tmp_path, write_workbook(tmp_path / "a.xlsx", practices=PRACTICES[:2]))
    assert "the rows of sheet 'Table 2' sum to 120 (submissions), printed is 127." in said


def test_rows_below_a_note_would_be_lost(tmp_path: Path) -> None:
    practices = [PRACTICES[0], ["a note"], *PRACTICES[1:]]
    said = refusal(tmp_path, write_workbook(tmp_path / "a.xlsx", practices=practices))
    assert (
        "sheet 'Table 2', row 8: a row of figures stands below row 7, where the table seemed to end." in said
    )


@pytest.mark.parametrize(
    ("table_1", "expected"),
    [
        (
            TABLE_1[:4] + TABLE_1[5:],
            "sheet 'Table 1': no row 'Clinical submissions', to which clinical should sum",
        ),
        (TABLE_1[1:], "sheet 'Table 1': no row of months in the first 40 rows."),
        (
            [["", "", "Dec-25", "Oct-25", "Sep-25"], *TABLE_1[1:]],
            "sheet 'Table 1', row 4: no column for 2025-11-01, which the table 'submissions' is about.",
        ),
        (
            [*TABLE_1[:3], ["", TABLE_1[3][1], "-", 1, 1], *TABLE_1[4:]],
            "column C ('Total submissions received by practices [3], of which:'): found '-', expected a total",
        ),
    ],
)
def test_a_summary_that_says_nothing(tmp_path: Path, table_1: list[list[Any]], expected: str) -> None:
    assert expected in refusal(tmp_path, write_workbook(tmp_path / "a.xlsx", table_1=table_1))


def test_an_impossible_date_of_issue(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", issued="Publication date: 31 November 2025")
    said = refusal(tmp_path, path)
    assert (
        "sheet 'Title sheet', row 10, column A: found 'Publication date: 31 November 2025', expected" in said
    )


def test_a_workbook_cut_short(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx")
    path.write_bytes(path.read_bytes()[:3000])
    assert "FILE: the workbook cannot be opened" in refusal(tmp_path, path)


def test_a_workbook_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Table 2").write_row(0, 0, ["Month", "GP Code", "Submissions"])
    assert "FILE: no known format." in refusal(tmp_path, path)
    # Below a folder it is passed over and named.
    results: list[AddResult] = add_paths(Store(tmp_path / "store"), load_catalogue(), [tmp_path])
    assert {result.outcome for result in results if result.name == str(path)} == {Outcome.UNKNOWN}
