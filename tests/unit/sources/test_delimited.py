"""Delimited text by its definition: what a column makes of a text, hooks, twins, and the date of issue."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError
from street import csv_text, write_file

from likeforlike.catalogue import Column, ColumnType, Source
from likeforlike.errors import DefinitionError, FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.published import find_published
from likeforlike.sources.reading.conversion import convert
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.opening import Given, unpack
from likeforlike.sources.reading.probing import probe_file

TELEPHONES: dict[str, Any] = {
    "id": "telephones",
    "title": "Telephones",
    "publisher": "Nobody",
    "landing_page": "nowhere",
    "licence": "OGL-UK-3.0",
    "attribution": "Nobody",
    "cadence": "monthly",
    "restatement": "never",
    "about": "Telephones in use.",
    "status": "made up",
    "importer_version": 1,
    "tables": [
        {
            "id": "calls",
            "title": "Calls",
            "period": "month",
            "key": ["month", "place"],
            "columns": [
                {"name": "month", "type": "month"},
                {"name": "place", "type": "code"},
                {"name": "calls", "type": "count", "missing": {"*": "suppressed", "": "not_submitted"}},
            ],
            "layouts": [
                {"name": "only", "headers": {"month": "Month", "place": "Place", "calls": "Calls"}},
            ],
        }
    ],
}


def with_table(**changes: Any) -> dict[str, Any]:
    return TELEPHONES | {"tables": [TELEPHONES["tables"][0] | changes]}


def stage(tmp_path: Path, text: str, source: dict[str, Any] = TELEPHONES, **hooks: Any) -> Staged:
    """The file as a source of our own reads it."""
    path = write_file(tmp_path, "file.csv", text)
    unpacked = unpack(Given("file.csv", path), tmp_path)
    staging = Staging(tmp_path, "edition", duckdb.connect())
    return DelimitedFormat(**hooks).stage(probe_file(unpacked), Source.model_validate(source), staging)


def rows(staged: Staged) -> list[tuple[Any, ...]]:
    return duckdb.sql(f"FROM read_parquet('{staged.tables[0].path}')").fetchall()


def converted(column: Column, text: str | None, **options: Any) -> tuple[Any, ...]:
    """What one cell becomes: value, and reason where the column has one."""
    items = ", ".join(convert(column, "cell", **options))
    found = duckdb.connect().execute(f"SELECT {items} FROM (SELECT ?::VARCHAR AS cell)", [text]).fetchone()
    assert found is not None
    return tuple(found)


COUNT = Column(name="calls", type=ColumnType.COUNT)
GAPPED = Column(name="calls", type=ColumnType.COUNT, missing={"*": "suppressed", "": "not_submitted"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("7", 7), ("007", 7), ("999999999999999999", 10**18 - 1),
        ("1000000000000000000", None), ("-1", None), ("+1", None), ("1.0", None), ("1e3", None), ("1,000", None),
        (" 1", None), ("1 ", None), ("", None), (None, None), ("٣", None), ("0x1F", None), ("one", None),
    ],
)  # fmt: skip
def test_a_count_is_digits_and_nothing_else(text: str | None, value: int | None) -> None:
    assert converted(COUNT, text) == (value,)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0), ("396.930404869013", 396.930404869013), ("1e-05", 1e-05), ("2.5E3", 2500.0),
        (".5", None), ("5.", None), ("-0.5", None), ("nan", None), ("inf", None), ("12%", None), (None, None),
    ],
)  # fmt: skip
def test_a_number_is_decimal_and_not_below_zero(text: str | None, value: float | None) -> None:
    assert converted(Column(name="rate", type=ColumnType.NUMBER), text) == (value,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("7", (7, None)),
        ("*", (None, "suppressed")),
        ("", (None, "not_submitted")),
        (None, (None, "not_submitted")),
        ("n/a", (None, None)),  # neither value nor reason: refused by the check that follows
    ],
)
def test_a_value_or_a_reason(text: str | None, found: tuple[int | None, str | None]) -> None:
    assert converted(GAPPED, text) == found


def test_a_label_takes_our_spelling_and_a_strange_word_is_left_for_the_check_to_refuse() -> None:
    column = Column(name="mode", type=ColumnType.LABEL, labels={"Video/Online": ("Video",), "Unknown": ()})
    assert [converted(column, text) for text in ("Video", "Video/Online", "Unknown", "Fax")] == [
        ("Video/Online",),
        ("Video/Online",),
        ("Unknown",),
        (None,),
    ]


def test_a_quote_in_a_vocabulary_is_no_end_of_a_text() -> None:
    column = Column(name="place", type=ColumnType.LABEL, labels={"King's": ("Kings'",)})
    assert converted(column, "Kings'") == ("King's",)


def test_months_in_their_form() -> None:
    column = Column(name="month", type=ColumnType.MONTH)
    found = [
        converted(column, text, month_format="%b-%y") for text in ("Nov-25", "NOV-25", "Nov-2025", "Foo-25")
    ]
    assert found == [(datetime.date(2025, 11, 1),), (datetime.date(2025, 11, 1),), (None,), (None,)]


def test_rows_are_stored_with_reasons_and_the_name_of_their_edition(tmp_path: Path) -> None:
    staged = stage(tmp_path, csv_text("Month,Place,Calls", "Nov-25,00L,7", "Nov-25,00N,*", "Nov-25,00P,"))
    november = datetime.date(2025, 11, 1)
    assert rows(staged) == [
        (november, "00L", 7, None, "edition"),
        (november, "00N", None, "suppressed", "edition"),
        (november, "00P", None, "not_submitted", "edition"),
    ]
    assert staged.tables[0].coverage == {"2025-11-01": ("ENG",)}
    assert (staged.layout, staged.printed) == ("only", None)


def test_a_token_that_is_not_declared_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError) as refusal:
        stage(tmp_path, csv_text("Month,Place,Calls", "Nov-25,00L,*", "Nov-25,00N,n/a"))
    assert refusal.value.where == "file.csv, row 3, column 'Calls'"
    assert refusal.value.what == (
        "found 'n/a', expected a whole number, zero or more, or one of the tokens '*', ''."
    )


def test_the_hooks_get_what_was_staged(tmp_path: Path) -> None:
    seen = []
    staged = stage(
        tmp_path,
        csv_text("Month,Place,Calls", "Nov-25,00L,7"),
        check=lambda probe, match, staging, staged: seen.append((probe.name, match.table.id, staged.layout)),
        printed=lambda staged: datetime.date(2025, 12, 11),
    )
    assert seen == [("file.csv", "calls", "only")]
    assert staged.printed == datetime.date(2025, 12, 11)


def test_another_header_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match=r"has no column 'Calls', an unknown column 'Rings'"):
        stage(tmp_path, csv_text("Month,Place,Area,Rings", "Nov-25,00L,x,7"), FOUR_COLUMNS)


def test_a_number_that_is_text_is_found_in_its_row(tmp_path: Path) -> None:
    source = with_table(
        columns=[*TELEPHONES["tables"][0]["columns"][:2], {"name": "calls", "type": "number"}]
    )
    with pytest.raises(FileRefusedError) as refusal:
        stage(tmp_path, csv_text("Month,Place,Calls", "Nov-25,00L,1.5", "Nov-25,00N,-1.5"), source)
    assert refusal.value.where == "file.csv, row 3, column 'Calls'"
    assert refusal.value.what == "found '-1.5', expected a number, zero or more."


NOVEMBER = "Nov-25,00L,7"


@pytest.mark.parametrize(
    ("name", "printed", "given", "found", "basis", "noted"),
    [
        ("Issue_Nov_25.csv", (2025, 12, 11), None, (2025, 12, 11), "content", ()),
        ("Issue_Nov_25.csv", (2025, 11, 29), None, (2025, 12, 31), "name", ("prints 2025-11-29",)),
        ("Issue_Nov_25.csv", None, (2026, 2, 1), (2025, 12, 31), "name", ()),
        (
            "Issue_Sep_25.csv",
            None,
            (2026, 2, 1),
            (2026, 2, 1),
            "given",
            ("its name says it was issued by 2025-10-31",),
        ),
        ("Issue_Foo_25.csv", None, (2026, 2, 1), (2026, 2, 1), "given", ()),
        ("file.csv", None, (2026, 2, 1), (2026, 2, 1), "given", ()),
        ("file.csv", None, None, None, "assumed", ()),
    ],
    ids=[
        "printed",
        "printed too early",
        "named",
        "named too early",
        "a month that is none",
        "given",
        "nothing",
    ],
)
def test_the_date_of_issue(
    tmp_path: Path,
    name: str,
    printed: tuple[int, int, int] | None,
    given: tuple[int, int, int] | None,
    found: tuple[int, int, int] | None,
    basis: str,
    noted: tuple[str, ...],
) -> None:
    pattern = r"_(?P<month>[A-Za-z]{3})_(?P<year>\d{2})"
    source = Source.model_validate(
        TELEPHONES | {"published": {"name_patterns": [pattern], "months_after": 1}}
    )
    staged = replace(
        stage(tmp_path, csv_text("Month,Place,Calls", NOVEMBER)),
        printed=datetime.date(*printed) if printed else None,
    )
    published, published_basis, notes = find_published(
        source, staged, name, "0" * 64, datetime.date(*given) if given else None
    )
    assert published == (datetime.date(*found) if found else datetime.datetime.now(datetime.UTC).date())
    assert published_basis == basis
    assert len(notes) == len(noted)
    for note, words in zip(notes, noted, strict=True):
        assert note.startswith(words)


def corrected(printed: str) -> Source:
    correction = {
        "sha256": "0" * 64,
        "printed": printed,
        "published": "2025-12-11",
        "reason": "A slip of the pen.",
    }
    return Source.model_validate(TELEPHONES | {"corrections": [correction]})


def test_a_corrected_date_of_issue_gives_its_reason(tmp_path: Path) -> None:
    staged = replace(
        stage(tmp_path, csv_text("Month,Place,Calls", NOVEMBER)), printed=datetime.date(2024, 12, 11)
    )
    published, basis, notes = find_published(corrected("2024-12-11"), staged, "file.csv", "0" * 64, None)
    assert (published, basis) == (datetime.date(2025, 12, 11), "correction")
    assert notes == ("prints 2024-12-11 as its date of issue, corrected: A slip of the pen.",)


def test_a_correction_of_something_that_is_not_printed_is_refused(tmp_path: Path) -> None:
    staged = stage(tmp_path, csv_text("Month,Place,Calls", NOVEMBER))
    with pytest.raises(DefinitionError, match="expects the printed date 2024-12-12, the file prints None"):
        find_published(corrected("2024-12-12"), staged, "file.csv", "0" * 64, None)


FOUR_COLUMNS = with_table(
    columns=[*TELEPHONES["tables"][0]["columns"], {"name": "area", "type": "code"}],
    layouts=[
        {"name": "four", "headers": {"month": "Month", "place": "Place", "area": "Area", "calls": "Calls"}},
    ],
)
TWINS = with_table(file_name="In", twins={"outgoing": {"title": "Outgoing calls", "file_name": "Out"}})


def test_a_source_has_a_table_and_its_twin() -> None:
    tables = Source.model_validate(TWINS).tables
    assert [(table.id, table.title, table.file_name) for table in tables] == [
        ("calls", "Calls", "In"),
        ("outgoing", "Outgoing calls", "Out"),
    ]
    assert tables[0].columns == tables[1].columns


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            with_table(twins={"outgoing": {"title": "Out", "file_name": "Out"}}),
            "needs a file_name of its own",
        ),
        (
            with_table(file_name="In", twins={"calls": {"title": "Out", "file_name": "Out"}}),
            "two tables have the same id",
        ),
        (
            with_table(
                layouts=[
                    TELEPHONES["tables"][0]["layouts"][0]
                    | {"repeats": {"reason": "r", "until": "2019-10-01", "column": "calls", "codes": ["1"]}}
                ]
            ),
            "repeats: 'calls' is not a column of the key",
        ),
    ],
    ids=["a twin of no name", "a twin of the same id", "repeats outside the key"],
)
def test_definitions_that_do_not_hold(source: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Source.model_validate(source)
