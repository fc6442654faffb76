"""Fingertips exports with any cell spoilt: taken in whole, or refused with a place; never anything else."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from street import write_file

from likeforlike.catalogue import Source, load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import connect
from likeforlike.sources.fingertips import FORMAT
from likeforlike.sources.format import Staging
from likeforlike.sources.reading.opening import Given, Unpacked, stamp_of
from likeforlike.sources.reading.probing import probe_file

COLUMNS = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,"
    "Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,"
    "Count,Denominator,Value note,Recent Trend,Compared to England value or percentiles,Column not used,"
    "Time period Sortable,New data,Compared to goal,Time period range"
)
HEADER = next(csv.reader([COLUMNS]))
OTHER_COLUMNS = {
    "Indicator ID": "91547", "Indicator Name": "Smoking", "Sex": "Persons", "Age": "15+ yrs",
    "Time period": "2022/23", "Time period Sortable": "20220000", "Time period range": "1y",
}  # fmt: skip
GOOD = [
    {"Area Code": "E92000001", "Area Type": "England", "Value": "15", "Count": "1500", "Denominator": "10000"},
    {"Area Code": "X00001", "Area Type": "GPs", "Value": "15", "Count": "60", "Denominator": "400",
     "Lower CI 95.0 limit": "11.8", "Upper CI 95.0 limit": "18.8"},
    {"Area Code": "X00002", "Area Type": "GPs", "Value": "10", "Count": "30", "Denominator": "300"},
    {"Area Code": "X00003", "Area Type": "GPs", "Denominator": "21",
     "Value note": "Value suppressed for disclosure control reasons"},
    {"Area Code": "X00004", "Area Type": "GPs", "Value": "20", "Count": "80", "Denominator": "400",
     "Indicator ID": "", "Sex": "", "Age": "", "Time period Sortable": "", "Time period range": ""},
]  # fmt: skip
ROWS = [[{"Area Name": "A place", **OTHER_COLUMNS, **row}.get(name, "") for name in HEADER] for row in GOOD]

TOKENS = (
    "", " ", "-", "*", "NA", "null", "NULL", "nan", "inf", "-1", "0", "0.0", "1e5", "1e400", "15.0000001", "1,000",
    "²", "９", "15 ", "'", '"', "\n", "\t", "\ufeff", "England", "GP", "PCNs (v. 27/10/23)", "()", "2021/22",
    "9999", "0000/01", "2017 - 19", "20170000", "3y", "0y", "Value suppressed for disclosure control reasons",
)  # fmt: skip
cells = st.one_of(st.sampled_from(TOKENS), st.text(max_size=12), st.integers().map(str), st.floats().map(str))


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return connect()


@pytest.fixture(scope="module")
def fingertips() -> Source:
    return load_catalogue().source("fingertips")


def stage(engine: duckdb.DuckDBPyConnection, source: Source, rows: Sequence[Sequence[str]]) -> pyarrow.Table:
    """What is stored of an export of these rows."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    with tempfile.TemporaryDirectory() as folder:
        content = text.getvalue().encode("utf-8", errors="replace")
        path = write_file(Path(folder), "export.csv", content)
        given = Given(path.name, path)
        unpacked = Unpacked(given, path, "", "", len(content), packed=False, stamp=stamp_of(path))
        staged = FORMAT.stage(probe_file(unpacked), source, Staging(Path(folder), "edition", engine))
        return pyarrow.parquet.read_table(staged.tables[0].path)


def stage_or_refuse(
    engine: duckdb.DuckDBPyConnection, source: Source, rows: Sequence[Sequence[str]]
) -> pyarrow.Table | FileRefusedError:
    """What is stored of an export of these rows, or why nothing is."""
    try:
        return stage(engine, source, rows)
    except FileRefusedError as error:
        return error


@settings(max_examples=60, deadline=None)
@given(row=st.integers(0, len(ROWS) - 1), column=st.integers(0, len(HEADER) - 1), cell=cells)
def test_one_spoilt_cell_is_taken_in_or_refused_with_its_place(
    engine: duckdb.DuckDBPyConnection, fingertips: Source, row: int, column: int, cell: str
) -> None:
    spoilt = [list(cells) for cells in ROWS]
    spoilt[row][column] = cell
    stored = stage_or_refuse(engine, fingertips, spoilt)
    if isinstance(stored, FileRefusedError):
        assert "export.csv" in str(stored.where)
        assert stored.next_step
        return
    assert stored.num_rows == len(ROWS)
    for name in ("value", "count", "denominator"):
        values, reasons = stored[name].to_pylist(), stored[f"{name}_reason"].to_pylist()
        assert all((value is None) != (reason is None) for value, reason in zip(values, reasons, strict=True))


@settings(max_examples=8, deadline=None)
@given(order=st.permutations(range(len(ROWS))))
def test_the_order_of_rows_changes_nothing(
    engine: duckdb.DuckDBPyConnection, fingertips: Source, order: list[int]
) -> None:
    assert stage(engine, fingertips, [ROWS[place] for place in order]).equals(stage(engine, fingertips, ROWS))
