"""The telephony workbook in small: its three tables as stored, its totals, and what is refused."""

from __future__ import annotations

import copy
import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import AddedFile, PublishedBasis, Store

DECEMBER = datetime.date(2025, 12, 1)
TITLE = "Cloud Based Telephony data in General Practice"
IDS = [
    "Month [1]", "GP Practice \n(ODS_CODE)", "GP Name", "PCN Code", "PCN Name [2,3]", "Sub ICB Code [2]",
    "Sub ICB Name", "ICB Code  [2]", "ICB Name", "Region Code  [2]", "Region Name",
]  # fmt: skip
NONE = [""] * len(IDS)
ICB = ["QXX", "FICTION ICB", "Y99", "FICTION"]
SURGERY = [DECEMBER, "X99001", "THE SURGERY", "U99001", "NORTH PCN", "X1F", "FICTION ICB - X1F", *ICB]
LIMES = [DECEMBER, "X99002", "THE LIMES", "U", "Unallocated", "X1F", "FICTION ICB - X1F", *ICB]
# Two rows of calls without a practice in one area: of practices outside any PCN, and of several PCNs.
OUTSIDE = [DECEMBER, "Unassigned", "Unmapped", "U", "Unallocated", "X1F", "FICTION ICB - X1F", *ICB]
SEVERAL = [DECEMBER, "Unassigned", "Unmapped", "Unmapped", "Unmapped", "Unmapped", "Unmapped", *ICB]

# Sums: 100 + 40 + 9 + 1 = 150 inbound, 60 + 30 + 5 + 0 = 95 answered and so on.
TABLE_3: list[list[Any]] = [
    ["", "", "", "", "", "", "", "", "", "", "", 999, "", 888, 0.889],  # a total of another month, left behind
    ["", "", "", "", "", "", "", "", "", "", "", 12, "", 13],
    ["Return to Contents", "", "", "", "", "", "", "", "", "", "", 3, "", 5],
    ["Table 3: Summary of Cloud based telephony call outcomes"],
    [],
    [*NONE, "", "", "Count of Inbound Call Outcome"],
    [*IDS, "Count of Inbound calls", "", "Answered", "", "Ended during the IVR\xa0Stage [4]", "",
     "Call back requested", "", "", "Missed", "", "", "Call back made", ""],
    [*NONE, "Total", "", "Total", "%", "Total", "%", "Total", "%", "", "Total", "%", "", "Total", "% of requested"],
    [],
    ["Total", *NONE[1:], 150, "", 95, 0.633, 26, 0.173, 10, 0.07, "", 18, 0.12, "", 9, 0.9],
    [],
    [*SURGERY, 100, "", 60, 0.6, 20, 0.2, 10, 0.1, "", 10, 0.1, "", 9, 0.9],
    [*LIMES, 40, "", 30, 0.75, 5, 0.125, "", "", "", 5, 0.125, "", "", "-"],
    [*OUTSIDE, 9, "", 5, 0.556, 1, 0.111, 0, 0, "", 3, 0.333, "", 0, ""],
    [*SEVERAL, 1, "", 0, 0, 0, 0, 0, 0, "", 0, 0, "", 0, "-"],
]  # fmt: skip
SPANS = ["Less than 1 minute", "", "1 - 2 minutes", "", "2 - 5 minutes", "", "Longer than 5 minutes", ""]
TABLE_4: list[list[Any]] = [
    ["Table 4: Summary of Answered Calls"],
    [],
    [*NONE, "", "", "", "", "Answered Calls - Wait time [4]", *[""] * 8, "Answered Calls - Duration "],
    [*IDS, "Total Inbound calls", "Answered  [4]", "", "", *SPANS, "", *SPANS],
    [*NONE, "Count", "Count", "%", "", *["Count", "%"] * 4, "", *["Count", "%"] * 4],
    [
        "Total",
        "National",
        *NONE[2:],
        150,
        95,
        0.63,
        "",
        42,
        0,
        31,
        0,
        15,
        0,
        7,
        0,
        "",
        40,
        0,
        32,
        0,
        20,
        0,
        3,
        0,
    ],
    [],
    [*SURGERY, 100, 60, 0.6, "", 20, 0.3, 20, 0.3, 13, 0.2, 7, 0.1, "", 20, 0, 20, 0, 18, 0, 2, 0],
    [*LIMES, 40, 30, 0.75, "", 20, "", 10, "", 0, "", "", "", "", 18, 0, 11, 0, 1, 0, 0, 0],
    [*OUTSIDE, 9, 5, 0.556, "", 2, 0.4, 1, 0.2, 2, 0.4, 0, 0, "", 2, 0, 1, 0, 1, 0, 1, 0],
    [*SEVERAL, 1, 0, 0, "", 0, "-", 0, "-", 0, "-", 0, "-", "", 0, "-", 0, "-", 0, "-", 0, "-"],
]
TABLE_5: list[list[Any]] = [
    ["", "", "", "", "", "", "", "", "", "", "", 3, 7, "", "", 9],
    ["Table 5: Summary of Missed Calls"],
    [],
    [*NONE, "", "", "", "", "Missed Calls - Wait time"],
    [*IDS, "Total Inbound calls", "Missed [4]", "", "", *SPANS],
    [*NONE, "Count", "Count", "%", "", *["Count", "%"] * 4],
    ["Total", "National", *NONE[2:], 150, 18, 0.12, "", 10, 0, 4, 0, 3, 0, 1, 0],
    [],
    [*SURGERY, 100, 10, 0.1, "", 5, 0.5, 2, 0.2, 2, 0.2, 1, 0.1],
    [*LIMES, 40, 5, 0.125, "", 3, 0.6, 1, 0.2, 1, 0.2, 0, 0],
    [*OUTSIDE, 9, 3, 0.333, "", 2, 0.7, 1, 0.3, 0, 0, 0, 0],
    [*SEVERAL, 1, 0, 0, "", 0, "-", 0, "-", 0, "-", 0, "-"],
]
IVR = "stage of the call before joining the queue, in response to an automated message or diversion"
TABLE_1: list[list[Any]] = [
    ["Table 1: Summary of Cloud based telephony calls by month, England", "", "", "\xa0"],
    ["", "", datetime.date(2025, 12, 31), "Nov-25 [5]", datetime.date(2025, 10, 31)],
    [],
    ["Inbound calls", "Total Inbound Calls ", 150, 140, 130],
    ["Calls dealt with", "Calls answered [3]", 95, 90, 80],
    ["", f"Calls ended during the IVR (Interactive Voice Response) {IVR} [3]", 26, 20, 20],
    ["", "Calls resulting in a call back request [3]", 10, 9, 9],
    ["", "Percentage of Inbound calls answered", 0.633, 0.6, 0.6],
    ["", "Call backs made", 9, 8, 8],
    ["Calls not dealt with ", "Missed calls [3, 5]", 18, 18, 18],
    ["Call wait times [4]", "Calls answered within 1 minute", 42, 40, 40],
    ["", "Calls answered within 1 to 2 minutes", 31, 30, 30],
    ["", "Calls answered within 2 to 5 minutes", 15, 15, 15],
    ["", "Calls answered after waiting over 5 minutes", 7, 5, 5],
    ["Call durations", "Duration of 1 minute or less", 40, 40, 40],
    ["", "Duration of 1 to 2 minutes", 32, 30, 30],
    ["", "Duration of 2 to 5 minutes", 20, 17, 17],
    ["", "Duration of over 5 minutes", 3, 3, 3],
]
NOTES = [
    [],
    ["Notes:", "  1   Data for months"],
    ["", "** There are four outcomes"],
    [],
    ["Copyright © 2026 NHS England "],
]
SHEETS: dict[str, list[list[Any]]] = {
    "Title sheet": [[], ["_"], [TITLE], ["_"], ["Publication date: 29 January 2026", ""]],
    "Table 1": TABLE_1,
    "Table 2": [["Table 2: Inbound Calls by day"], ["", "Date", "Total Count of Inbound Calls"]],
    "Table 3": TABLE_3 + NOTES,
    "Table 4": TABLE_4 + NOTES,
    "Table 5": TABLE_5 + NOTES,
}


def write_workbook(path: Path, sheets: dict[str, list[list[Any]]] = SHEETS) -> Path:
    """A workbook of these sheets, cell by cell as given."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "mmm-yy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def add(folder: Path, file: Path) -> AddedFile:
    """Add one workbook to the store in the folder."""
    (result,) = add_paths(Store(folder / "store"), load_catalogue(), [file])
    assert result.outcome is Outcome.ADDED
    assert result.file is not None
    return result.file


def stored(folder: Path, file: AddedFile, table: str, columns: str) -> list[tuple[Any, ...]]:
    """The rows of one table that a file gave, in the order of the workbook."""
    (path,) = (folder / "store" / entry.parquet for entry in file.tables if entry.table == table)
    return duckdb.execute(f"SELECT {columns} FROM read_parquet('{path}')").fetchall()


def refusal(folder: Path, sheets: dict[str, list[list[Any]]]) -> str:
    """What is said when a workbook is refused; the store must be as it was."""
    file = write_workbook(folder / "a.xlsx", sheets)
    store = Store(folder / "store")
    with pytest.raises(FileRefusedError) as caught:
        add_paths(store, load_catalogue(), [file])
    assert store.manifest().files == ()
    assert not list((folder / "store").rglob("*.parquet"))
    assert caught.value.next_step
    return str(caught.value).replace(str(file), "FILE")


def changed(sheet: str, row: int, place: int, value: object) -> dict[str, list[list[Any]]]:
    """The sheets with one cell changed; row and column count from 0."""
    sheets = copy.deepcopy(SHEETS)
    sheets[sheet][row][place] = value
    return sheets


def test_the_tables_are_stored_as_published(tmp_path: Path) -> None:
    file = add(tmp_path, write_workbook(tmp_path / "a.xlsx"))
    assert (file.source, file.published, file.published_basis) == (
        "cloud_telephony",
        "2026-01-29",
        PublishedBasis.CONTENT,
    )
    assert [(table.table, table.rows, table.coverage) for table in file.tables] == [
        (name, 4, {"2025-12-01": ("ENG",)}) for name in ("outcomes", "answered_calls", "missed_calls")
    ]
    ids = "month, practice, practice_name, pcn, pcn_name, sub_icb, icb, region"
    practices = [
        (DECEMBER, "X99001", "THE SURGERY", "U99001", "NORTH PCN", "X1F", "QXX", "Y99"),
        (DECEMBER, "X99002", "THE LIMES", None, None, "X1F", "QXX", "Y99"),
        (DECEMBER, None, None, None, None, "X1F", "QXX", "Y99"),
        (DECEMBER, None, None, None, "Unmapped", None, "QXX", "Y99"),
    ]
    for table in ("outcomes", "answered_calls", "missed_calls"):
        assert stored(tmp_path, file, table, ids) == practices
        assert stored(tmp_path, file, table, "DISTINCT edition") == [(file.edition,)]


def test_outcomes(tmp_path: Path) -> None:
    file = add(tmp_path, write_workbook(tmp_path / "a.xlsx"))
    counts = "inbound, answered, ended_in_ivr, callback_requested, missed, callback_made"
    assert stored(tmp_path, file, "outcomes", counts) == [
        (100, 60, 20, 10, 10, 9),
        (40, 30, 5, None, 5, None),
        (9, 5, 1, 0, 3, 0),
        (1, 0, 0, 0, 0, 0),
    ]
    # Nothing was sent about call backs of one practice: a reason, not a zero.
    reasons = "callback_requested_reason, callback_made_reason"
    assert stored(tmp_path, file, "outcomes", reasons) == [
        (None, None),
        ("not_submitted", "not_submitted"),
        (None, None),
        (None, None),
    ]


def test_waits_and_durations(tmp_path: Path) -> None:
    file = add(tmp_path, write_workbook(tmp_path / "a.xlsx"))
    spans = ("under_1_minute", "1_to_2_minutes", "2_to_5_minutes", "over_5_minutes")
    waits = ", ".join(f"wait_{span}" for span in spans)
    durations = ", ".join(f"duration_{span}" for span in spans)
    assert stored(tmp_path, file, "answered_calls", f"inbound, answered, {waits}") == [
        (100, 60, 20, 20, 13, 7),
        (40, 30, 20, 10, 0, None),
        (9, 5, 2, 1, 2, 0),
        (1, 0, 0, 0, 0, 0),
    ]
    assert stored(tmp_path, file, "answered_calls", f"{durations}, wait_over_5_minutes_reason") == [
        (20, 20, 18, 2, None),
        (18, 11, 1, 0, "not_submitted"),
        (2, 1, 1, 1, None),
        (0, 0, 0, 0, None),
    ]
    assert stored(tmp_path, file, "missed_calls", f"inbound, missed, {waits}") == [
        (100, 10, 5, 2, 2, 1),
        (40, 5, 3, 1, 1, 0),
        (9, 3, 2, 1, 0, 0),
        (1, 0, 0, 0, 0, 0),
    ]


def test_the_total_is_the_row_that_says_so(tmp_path: Path) -> None:
    said = refusal(tmp_path, changed("Table 3", 9, 13, 96))
    # N is the column of answered calls; the stale 888 in its first row does not count.
    assert (
        "FILE, sheet 'Table 3', row 10, column N ('Count of Inbound Call Outcome / Answered / Total')" in said
    )
    assert "the 4 rows sum to 95, the row of totals says 96." in said


@pytest.mark.parametrize(
    ("sheet", "row", "place", "letter"),
    [("Table 4", 5, 15, "P"), ("Table 4", 5, 30, "AE"), ("Table 5", 6, 21, "V"), ("Table 3", 9, 23, "X")],
)
def test_every_count_must_sum_to_its_total(
    tmp_path: Path, sheet: str, row: int, place: int, letter: str
) -> None:
    said = refusal(tmp_path, changed(sheet, row, place, 1000))
    assert f"FILE, sheet '{sheet}', row {row + 1}, column {letter} (" in said
    assert "the row of totals says 1,000." in said


def test_calls_without_a_practice_belong_to_the_total(tmp_path: Path) -> None:
    sheets = copy.deepcopy(SHEETS)
    del sheets["Table 3"][13]
    assert "the 3 rows sum to 141, the row of totals says 150." in refusal(tmp_path, sheets)


def test_no_row_of_totals(tmp_path: Path) -> None:
    sheets = copy.deepcopy(SHEETS)
    del sheets["Table 4"][5]
    assert "FILE, sheet 'Table 4': 0 rows of totals ('Total'), expected one." in refusal(tmp_path, sheets)


def test_a_total_that_is_no_number(tmp_path: Path) -> None:
    said = refusal(tmp_path, changed("Table 4", 5, 12, "n/a"))
    assert "row 6, column M ('Answered / Count'): found 'n/a', expected a total" in said


def test_table_1_must_say_the_same(tmp_path: Path) -> None:
    said = refusal(tmp_path, changed("Table 1", 13, 2, 8))
    assert "FILE, sheet 'Table 1', row 14, column C ('Calls answered after waiting over 5 minutes')" in said
    assert "the rows of sheet 'Table 4' sum to 7 (wait_over_5_minutes), printed is 8." in said


@pytest.mark.parametrize(
    ("sheet", "row", "place", "value", "expected"),
    [
        (
            "Table 3",
            11,
            11,
            "lots",
            "column L ('Count of Inbound calls / Total'): found 'lots', expected a whole number",
        ),
        (
            "Table 3",
            11,
            11,
            -100,
            "column L ('Count of Inbound calls / Total'): found '-100', expected a whole number",
        ),
        (
            "Table 3",
            11,
            11,
            0.5,
            "column L ('Count of Inbound calls / Total'): found '0.5', expected a whole number",
        ),
        (
            "Table 3",
            11,
            11,
            "",
            "column L ('Count of Inbound calls / Total'): found '', expected a whole number, zero or more. ",
        ),
        (
            "Table 4",
            8,
            21,
            "-",
            "column V ('Answered Calls - Wait time / Longer than 5 minutes / Count'): found '-'",
        ),
        ("Table 5", 9, 1, 12, "column B ('GP Practice (ODS_CODE)'): found '12', expected an organisation"),
        ("Table 5", 9, 0, "Copyright", "column A ('Month'): found 'Copyright', expected the first day"),
    ],
)
def test_a_cell_that_is_not_of_its_kind(
    tmp_path: Path, sheet: str, row: int, place: int, value: object, expected: str
) -> None:
    assert f"FILE, sheet '{sheet}', row {row + 1}, {expected}" in refusal(
        tmp_path, changed(sheet, row, place, value)
    )


def test_a_practice_that_occurs_twice(tmp_path: Path) -> None:
    # In another PCN, so that the key of the table differs: one practice has one row all the same.
    said = refusal(tmp_path, changed("Table 5", 9, 1, "X99001"))
    assert "FILE, sheet 'Table 5', rows 9 and 10: the same month, practice occurs twice" in said
    assert "(2025-12-01, X99001)" in said


def test_calls_without_a_practice_that_occur_twice(tmp_path: Path) -> None:
    sheets = copy.deepcopy(SHEETS)
    sheets["Table 5"][11] = [*OUTSIDE, *sheets["Table 5"][11][11:]]
    said = refusal(tmp_path, sheets)
    assert "sheet 'Table 5', rows 11 and 12: the same month, practice, practice_name, pcn, pcn_name" in said
    assert "(2025-12-01, none, none, none, none, X1F, QXX, Y99)" in said


def test_a_renamed_group_of_columns(tmp_path: Path) -> None:
    said = refusal(tmp_path, changed("Table 4", 2, 24, "Time on the telephone"))
    assert "FILE, sheet 'Table 4', row 5: looks like cloud_telephony" in said
    assert "no column 'Answered Calls - Duration / Less than 1 minute / Count'" in said
    assert "an unknown column Y 'time on the telephone / less than 1 minute / count'" in said


def test_a_missing_table(tmp_path: Path) -> None:
    sheets = {name: rows for name, rows in SHEETS.items() if name != "Table 5"}
    assert "FILE: no sheet 'Table 5', there are Title sheet, Table 1, Table 2, Table 3, Table 4." in refusal(
        tmp_path, sheets
    )
