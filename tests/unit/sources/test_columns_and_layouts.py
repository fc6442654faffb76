"""Days, years and amounts; files without a header; values that stand in a file's name; parts of an edition."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError
from street import csv_text, write_file

from likeforlike.catalogue import Column, ColumnType, Source
from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.cells import CellFault, convert_cells
from likeforlike.sources.reading.conversion import convert
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.headers import LayoutMatch, NearMiss, match_layout
from likeforlike.sources.reading.months import parse_year
from likeforlike.sources.reading.opening import Given, unpack
from likeforlike.sources.reading.probing import probe_file

DIRECTORY: dict[str, Any] = {
    "id": "directory",
    "title": "Directory",
    "publisher": "Nobody",
    "landing_page": "nowhere",
    "licence": "OGL-UK-3.0",
    "attribution": "Nobody",
    "cadence": "monthly",
    "restatement": "never",
    "about": "Surgeries and their days.",
    "status": "made up",
    "importer_version": 1,
    "tables": [
        {
            "id": "surgeries",
            "title": "Surgeries",
            "period": "month",
            "organisation": "practice",
            "key": ["practice"],
            "columns": [
                {"name": "month", "type": "month"},
                {"name": "practice", "type": "code", "organisation_type": "gp_practice"},
                {"name": "name", "type": "text"},
                {"name": "opened", "type": "date", "formats": ["%Y%m%d"]},
                {"name": "closed", "type": "date", "formats": ["%Y%m%d"], "none_tokens": [""]},
                {"name": "doctors", "type": "amount", "decimals": 2, "missing": {"NA": "not_submitted"}},
            ],
            "layouts": [
                {
                    "name": "seven columns",
                    "headerless": True,
                    "width": 7,
                    "recognised_by": {"1": "[A-Z][0-9]{5}", "3": "[0-9]{8}"},
                    "headers": {"practice": "1", "name": "2", "opened": "3", "closed": "4", "doctors": "6"},
                    "in_name": {"month": "directory_(?P<value>[A-Z][a-z]{2}[0-9]{4})"},
                },
            ],
        }
    ],
}
ROWS = (
    '"A81001","THE SURGERY","19740401","","","2.10",""',
    '"A81002","HIGH STREET","20010930","20251031","","0.75",""',
    '"A81003","LOW STREET","20010930","","","NA",""',
)


def changed(layout: dict[str, Any] | None = None, **table: Any) -> dict[str, Any]:
    """The directory with another layout or table key."""
    own = DIRECTORY["tables"][0]
    return DIRECTORY | {
        "tables": [own | {"layouts": [own["layouts"][0] | (layout or {})]} | table],
    }


def stage(
    folder: Path,
    text: str,
    source: dict[str, Any] = DIRECTORY,
    *,
    name: str = "directory_Nov2025.csv",
    published: datetime.date | None = None,
) -> Staged:
    """The file as a source of our own reads it."""
    path = write_file(folder, name, text)
    unpacked = unpack(Given(name, path), folder)
    staging = Staging(folder, "edition", duckdb.connect(), published)
    return DelimitedFormat().stage(probe_file(unpacked), Source.model_validate(source), staging)


def rows(staged: Staged) -> list[tuple[Any, ...]]:
    return duckdb.sql(f"FROM read_parquet('{staged.tables[0].path}') ORDER BY practice").fetchall()


def text_of(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def test_a_file_without_a_header_is_read_whole(tmp_path: Path) -> None:
    staged = stage(tmp_path, text_of(*ROWS))
    november, first = datetime.date(2025, 11, 1), datetime.date(1974, 4, 1)
    opened = datetime.date(2001, 9, 30)
    assert rows(staged) == [
        (november, "A81001", "THE SURGERY", first, None, Decimal("2.10"), None, "edition"),
        (november, "A81002", "HIGH STREET", opened, datetime.date(2025, 10, 31), Decimal("0.75"), None, "edition"),
        (november, "A81003", "LOW STREET", opened, None, None, "not_submitted", "edition"),
    ]  # fmt: skip
    assert staged.tables[0].coverage == {"2025-11-01": ("ENG",)}
    assert staged.tables[0].ends == datetime.date(2025, 11, 30)


def probed(folder: Path, *lines: str) -> LayoutMatch | NearMiss | None:
    path = write_file(folder, "x.csv", text_of(*lines))
    probe = probe_file(unpack(Given("x.csv", path), folder))
    return match_layout(list(probe.header), [Source.model_validate(DIRECTORY)], probe.sample)


def test_it_is_known_by_what_stands_in_its_columns(tmp_path: Path) -> None:
    assert isinstance(probed(tmp_path, *ROWS), LayoutMatch)
    # Another width, or a first row of something else: another file.
    assert probed(tmp_path, *(row + ',""' for row in ROWS)) is None
    assert probed(tmp_path, "a,b,c,d,e,f,g", *ROWS) is None
    near = probed(tmp_path, *ROWS, ROWS[0].replace("A81001", "A8100"))
    assert isinstance(near, NearMiss)
    assert near.cell == (4, 1, "[A-Z][0-9]{5}")


def test_a_row_that_does_not_fit_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match=r"row 4: looks like directory .*column 1 does not match"):
        stage(tmp_path, text_of(*ROWS, ROWS[0].replace("A81001", "A8100")))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("20251031", "20251131", "row 2, column '4'.*found '20251131', expected a day spelled as %Y%m%d"),
        ("20251031", "2025103", "row 2, column '4'"),
        ("0.75", "0.755", "row 2, column '6'.*found '0.755', expected a number with at most 2 decimals"),
        ("0.75", "-0.75", "row 2, column '6'.*zero or more"),
        ("A81002", "A81001", "rows 1 and 2: the same practice occurs twice"),
        ('"2.10",""', '"2.10"', "row 1.*6 cells|no known format"),
    ],
)
def test_a_fault_is_found_in_its_row(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(FileRefusedError, match=said):
        stage(tmp_path, text_of(*ROWS).replace(old, new, 1))


def test_the_month_stands_in_the_name_else_in_the_folders(tmp_path: Path) -> None:
    staged = stage(tmp_path, text_of(*ROWS), name="directory_Jan2020/new.csv")
    assert rows(staged)[0][0] == datetime.date(2020, 1, 1)


def test_a_month_that_no_name_says_is_that_of_the_date_given(tmp_path: Path) -> None:
    staged = stage(tmp_path, text_of(*ROWS), name="new.csv", published=datetime.date(2023, 2, 24))
    assert rows(staged)[0][0] == datetime.date(2023, 2, 1)


@pytest.mark.parametrize("name", ["new.csv", "directory_Xyz2020.csv"])
def test_else_the_file_is_refused_with_the_next_step(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileRefusedError) as caught:
        stage(tmp_path, text_of(*ROWS), name=name)
    assert "do not say their month" in str(caught.value)
    assert "--published" in str(caught.value.next_step)


YEAR = Column(name="year", type=ColumnType.YEAR)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016", "2016-01-01"), ("2021/22", "2021-04-01"), ("2021-22", "2021-04-01"), ("18-19", "2018-04-01"),
        ("1999/00", "1999-04-01"), ("2021/23", None), ("21/22/23", None), ("1066", None), ("2021/2", None),
        ("2021 22", None), ("", None), ("2199", None), (" 2016", None), ("٢٠١٦", None),
    ],
)  # fmt: skip
def test_a_year_is_its_first_day(text: str, day: str | None) -> None:
    expected = None if day is None else datetime.date.fromisoformat(day)
    assert parse_year(text) == expected
    # The same rule in SQL and for a spreadsheet's cell; days beyond all reason are refused by the check.
    (found,) = convert_text(YEAR, text)
    assert (found if found and 1990 <= found.year <= 2100 else None) == expected
    cells = convert_cells(YEAR, [text])
    assert isinstance(cells, CellFault) if expected is None else cells.values == [expected]


def convert_text(column: Column, text: str | None) -> tuple[Any, ...]:
    """What one cell becomes."""
    items = ", ".join(convert(column, "cell"))
    found = duckdb.connect().execute(f"SELECT {items} FROM (SELECT ?::VARCHAR AS cell)", [text]).fetchone()
    assert found is not None
    return tuple(found)


DAY = Column(name="day", type=ColumnType.DATE, formats=("%d/%m/%Y", "%Y-%m-%d"), none_tokens=("", "NULL"))
NO_DAY = datetime.date(1, 1, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03/11/2025", datetime.date(2025, 11, 3)), ("2025-11-03", datetime.date(2025, 11, 3)),
        ("", None), ("NULL", None), (None, None),
        ("3/11/2025", NO_DAY), ("31/11/2025", NO_DAY), ("03/11/25", NO_DAY), ("2025-11-03 ", NO_DAY), ("n/a", NO_DAY),
    ],
)  # fmt: skip
def test_a_day_is_spelled_to_the_letter_or_not_there(text: str | None, day: datetime.date | None) -> None:
    assert convert_text(DAY, text) == (day,)


@pytest.mark.parametrize(
    ("column", "text", "amount"),
    [
        ({"decimals": 2}, "12.75", Decimal("12.75")),
        ({"decimals": 2}, "12", Decimal("12.00")),
        ({"decimals": 2}, "12.755", None),
        ({"decimals": 2}, "1e3", None),
        ({"decimals": 2}, ".5", None),
        ({"decimals": 2}, "-1", None),
        ({"decimals": 2, "negative": True}, "-1.5", Decimal("-1.50")),
        ({"decimals": 11}, "4096.66666666667", Decimal("4096.66666666667")),
        ({"decimals": 0}, "12", Decimal(12)),
        ({"decimals": 0}, "12.0", None),
        ({"decimals": 16}, "123", None),  # eighteen digits in all, sixteen of them behind the point
    ],
)
def test_an_amount_is_exact(column: dict[str, Any], text: str, amount: Decimal | None) -> None:
    made = Column(name="amount", type=ColumnType.AMOUNT, **column)
    assert convert_text(made, text) == (amount,)


def test_an_amount_in_a_cell_is_the_decimal_that_was_typed() -> None:
    column = Column(name="amount", type=ColumnType.AMOUNT, decimals=2)
    converted = convert_cells(column, [0.1, 12.0, 1234567.25])
    assert not isinstance(converted, CellFault)
    assert converted.values == [Decimal("0.1"), Decimal(12), Decimal("1234567.25")]
    assert isinstance(convert_cells(column, [0.125]), CellFault)
    assert isinstance(convert_cells(column, [-1.0]), CellFault)


def test_a_label_may_stand_for_no_value() -> None:
    column = Column(
        name="rating", type=ColumnType.LABEL, labels={"Good": ()}, missing={"Not rated": "not_submitted"}
    )
    assert convert_text(column, "Not rated") == (None, "not_submitted")
    assert convert_text(column, "Good") == ("Good", None)
    assert convert_text(column, "Better") == (None, None)


SERIES = {
    "series": "measure",
    "period": "year",
    "months": 12,
    "key": ["year", "practice", "measure"],
    "columns": [
        {"name": "year", "type": "year"},
        {"name": "practice", "type": "code", "organisation_type": "gp_practice"},
        {"name": "measure", "type": "code"},
        {"name": "events", "type": "count"},
    ],
    "layouts": [
        {
            "name": "only",
            "headers": {"year": "Year", "practice": "Practice", "measure": "Measure", "events": "Events"},
        }
    ],
}


def test_an_edition_of_one_series_is_not_one_of_the_others(tmp_path: Path) -> None:
    source = DIRECTORY | {
        "tables": [{"id": "surgeries", "title": "Measures", "organisation": "practice"} | SERIES]
    }
    text = csv_text("Year,Practice,Measure,Events", "2021/22,A81001,93930,5", "2021/22,A81002,91547,7")
    staged = stage(tmp_path, text, source, name="measures.csv")
    assert staged.tables[0].coverage == {"2021-04-01": ("91547", "93930")}
    assert staged.tables[0].ends == datetime.date(2022, 3, 31)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (changed({"width": None}), "needs its width and recognised_by"),
        (changed({"recognised_by": {}}), "needs its width and recognised_by"),
        (changed({"recognised_by": {"8": "x"}}), "a position from 1 to 7 was expected, found '8'"),
        (changed({"recognised_by": {"1": "[A-Z"}}), "a regular expression was expected"),
        (changed({"ignored": ["5"]}), "belong to layouts with a header"),
        (changed({"headerless": False}), "width and recognised_by belong to a layout that is headerless"),
        (changed({"in_name": {"month": "directory_(.*)"}}), "needs the group 'value'"),
        (changed({"in_name": {}}), r"columns without a header \['month'\]"),
        (changed(period="opened", months=12, period_end="closed"), "not both"),
        (changed(period="practice"), "a month, date or year was expected"),
        (changed(period_end="month"), "a date was expected"),
        (changed(series="doctors"), "a code, text or label was expected"),
        (changed(organisation_types="name"), "a label column beside an organisation was expected"),
    ],
)
def test_a_definition_that_does_not_hold_is_refused(source: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Source.model_validate(source)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"type": "date"}, "formats belong to a date"),
        ({"type": "text", "formats": ["%Y"]}, "formats belong to a date"),
        ({"type": "amount"}, "decimals belong to an amount"),
        ({"type": "count", "decimals": 2}, "decimals belong to an amount"),
        ({"type": "amount", "decimals": 18}, "less than 18"),
        ({"type": "count", "negative": True}, "only an amount or a number may be negative"),
        ({"type": "text", "missing": {"": "suppressed"}}, "missing tokens belong to"),
        ({"type": "count", "none_tokens": [""]}, "none_tokens belong to"),
    ],
)
def test_a_column_that_does_not_hold_is_refused(column: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Column.model_validate({"name": "one"} | column)
