"""Files of waits with a cell or bytes spoilt: taken in whole, or refused with a place; never anything else."""

from __future__ import annotations

import datetime
import random
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_waits import (
    CANCER_ROWS,
    PROVIDER_ROWS,
    REFERRAL_HEADER,
    REFERRAL_ROWS,
    TEST_ROWS,
    write_cancer,
    write_diagnostics,
)
from street import write_file

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.errors import FileRefusedError, UserError
from likeforlike.sources.adding import connect
from likeforlike.sources.format import Staging
from likeforlike.sources.reading.opening import Given, Unpacked, stamp_of
from likeforlike.sources.reading.probing import probe_file
from likeforlike.sources.registry import load_format

TOKENS = (
    "", " ", "-", "*", "NA", "nan", "inf", "-1", "0", "0.0", "1e5", "1e400", "0.50000000001", "1,000", "9" * 30,
    "²", "９", "15 ", "'", '"', "\n", "\t", "\ufeff", "Total", "ALL CANCERS", "ALL MODALITIES", "June 2025",
    "2025-13-01", "0000-00-00", "31st June 2025", "R" * 40, "=1+1",
)  # fmt: skip
texts = st.one_of(st.sampled_from(TOKENS), st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
cells = st.one_of(
    texts,
    st.integers(-5, 10**18),
    st.floats(),
    st.booleans(),
    st.dates(datetime.date(1901, 1, 1), datetime.date(2100, 1, 1)),
)


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return connect()


@cache
def catalogue() -> Catalogue:
    # No fixture: what a test is given is printed when it fails, and this is long.
    return load_catalogue()


def stage_or_refuse(
    engine: duckdb.DuckDBPyConnection, source_id: str, write: Callable[[Path], Path]
) -> int | UserError | None:
    """The rows stored of a file, why it is refused, or None where it is not recognised."""
    source = catalogue().source(source_id)
    form = load_format(source)
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder))
        given_file = Given(path.name, path)
        size = path.stat().st_size
        unpacked = Unpacked(given_file, path, "", "", size, packed=False, stamp=stamp_of(path))
        try:
            probe = probe_file(unpacked)
            if not form.recognises(probe, source):
                return None
            staged = form.stage(
                probe, source, Staging(Path(folder), "edition", engine, catalogue=catalogue())
            )
        except UserError as error:
            return error
        return sum(table.rows for table in staged.tables)


def check_outcome(outcome: int | UserError | None, rows: int) -> None:
    """All rows, or an error with a place and a next step."""
    if isinstance(outcome, FileRefusedError):
        assert outcome.where
        assert outcome.next_step
    elif isinstance(outcome, int):
        assert outcome == rows


@settings(max_examples=40, deadline=None)
@given(row=st.integers(0, len(REFERRAL_ROWS)), column=st.integers(0, 14), cell=texts)
def test_a_spoilt_cell_of_referrals(
    engine: duckdb.DuckDBPyConnection, row: int, column: int, cell: str
) -> None:
    table = [line.split(",") for line in (REFERRAL_HEADER, *REFERRAL_ROWS)]
    table[row][column] = cell
    content = "\n".join(",".join(line) for line in table) + "\n"
    outcome = stage_or_refuse(
        engine, "referral_to_treatment", lambda folder: write_file(folder, "waits.csv", content)
    )
    # A line break in a cell makes another row, which is refused.
    check_outcome(outcome, len(REFERRAL_ROWS))


@settings(max_examples=40, deadline=None)
@given(row=st.integers(0, len(CANCER_ROWS) - 1), column=st.integers(0, 10), cell=cells)
def test_a_spoilt_cell_of_cancer_waits(
    engine: duckdb.DuckDBPyConnection, row: int, column: int, cell: Any
) -> None:
    table = [list(line) for line in CANCER_ROWS]
    table[row][column] = cell
    outcome = stage_or_refuse(
        engine, "cancer_waits", lambda folder: write_cancer(folder / "waits.xlsx", table)
    )
    assert outcome is not None
    check_outcome(outcome, len(CANCER_ROWS))


@settings(max_examples=40, deadline=None)
@given(sheet=st.integers(0, 1), row=st.integers(0, 6), column=st.integers(0, 28), cell=cells)
def test_a_spoilt_cell_of_diagnostic_waits(
    engine: duckdb.DuckDBPyConnection, sheet: int, row: int, column: int, cell: Any
) -> None:
    tables = [[list(line) for line in PROVIDER_ROWS], [list(line) for line in TEST_ROWS]]
    line = tables[sheet][row % len(tables[sheet])]
    line[column % len(line)] = cell
    outcome = stage_or_refuse(
        engine, "diagnostics", lambda folder: write_diagnostics(folder / "waits.xlsx", *tables)
    )
    assert outcome is not None
    check_outcome(outcome, 3 + 5)


@pytest.mark.parametrize("seed", range(8))
def test_spoilt_bytes_of_an_old_workbook(
    published_data: Path, engine: duckdb.DuckDBPyConnection, seed: int
) -> None:
    content = bytearray(
        (published_data / "diagnostics" / "Monthly-Diagnostics-Web-File-Provider-May-2025.xls").read_bytes()
    )
    numbers = random.Random(seed)
    if seed % 4 == 0:
        del content[numbers.randrange(len(content)) :]
    else:
        # Half of them where the file says how it is built.
        end = 4096 if seed % 2 else len(content)
        for _ in range(40):
            content[numbers.randrange(end)] = numbers.randrange(256)
    outcome = stage_or_refuse(
        engine, "diagnostics", lambda folder: write_file(folder, "waits.xls", bytes(content))
    )
    check_outcome(outcome, 448 + 3200)
