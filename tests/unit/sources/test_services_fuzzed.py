"""Files about services with anything spoilt: taken in whole, or refused with a place; never anything else."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from service_files import AMBULANCE, CALLS, SURVEY, THERAPIES, write_ambulance, write_parquet
from street import write_file

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import connect
from likeforlike.sources.format import Staging
from likeforlike.sources.reading.opening import Given, Unpacked, stamp_of
from likeforlike.sources.reading.probing import probe_file
from likeforlike.sources.registry import load_format

TOKENS = (
    "", " ", "-", "*", "NULL", "nan", "inf", "-1", "0", "1e5", "1e400", "00.5", "1,000", "²", "'", '"', "\x00",
    "ENG", "All", "UNKNOWN", "Y60", "QXX", "RXX01", "2024-25", "2024-26", "2025 survey", "2025-26AUGUSTENG",
    "Provider", "Total", "count", "Raw data", "A" * 300, "9" * 30,
)  # fmt: skip
words = st.one_of(st.sampled_from(TOKENS), st.text(max_size=8))
scalars = st.one_of(words, st.integers(), st.floats(), st.booleans(), st.none())
members: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(words, below, max_size=3)),
    max_leaves=5,
)
# Whose a file is, by its ending and first letter: what it is recognised by is spoilt as well.
SOURCES = {
    (".json", "g"): "gp_patient_survey",
    (".json", "i"): "nhs_111",
    (".parquet", "m"): "talking_therapies",
    (".xlsx", "A"): "ambulance",
}
# What a cell of a workbook can hold.
cells = st.one_of(
    words.filter(lambda text: "\x00" not in text and text.isprintable()),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return connect()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def check_says_where(error: FileRefusedError, path: Path) -> None:
    assert path.name in error.where
    assert error.next_step


def take_in(engine: duckdb.DuckDBPyConnection, catalogue: Catalogue, path: Path) -> int | None:
    """How many rows are stored of a file; None where it is refused or no longer recognised."""
    content = path.read_bytes()
    given_file = Given(path.name, path)
    unpacked = Unpacked(given_file, path, "", "", len(content), packed=False, stamp=stamp_of(path))
    try:
        probe = probe_file(unpacked)
        source = catalogue.source(SOURCES[path.suffix, path.name[:1]])
        importer = load_format(source)
        if not importer.recognises(probe, source):
            return None
        staged = importer.stage(probe, source, Staging(path.parent, "edition", engine, catalogue=catalogue))
    except FileRefusedError as error:
        return check_says_where(error, path)
    return sum(table.rows for table in staged.tables)


def paths_of(document: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every member of a document."""
    below = document.items() if isinstance(document, dict) else enumerate(document)
    for key, member in below:
        yield (*above, key)
        if isinstance(member, dict | list):
            yield from paths_of(member, (*above, key))


DOCUMENTS = [
    (name, document, path)
    for name, document in (("gpps.json", SURVEY), ("iucadc.json", CALLS))
    for path in paths_of(document)
]


@settings(max_examples=50, deadline=None)
@given(place=st.integers(0, len(DOCUMENTS) - 1), member=members, remove=st.booleans())
def test_a_document_with_one_member_changed_or_gone(
    engine: duckdb.DuckDBPyConnection, catalogue: Catalogue, place: int, member: Any, remove: bool
) -> None:
    name, document, path = DOCUMENTS[place]
    spoilt = copy.deepcopy(document)
    above: Any = spoilt
    for step in path[:-1]:
        above = above[step]
    if remove:
        del above[path[-1]]
    else:
        above[path[-1]] = member
    with tempfile.TemporaryDirectory() as folder:
        file = write_file(Path(folder), name, json.dumps(spoilt))
        assert take_in(engine, catalogue, file) in (3, None)


@settings(max_examples=40, deadline=None)
@given(
    row=st.integers(0, len(THERAPIES) - 1),
    column=st.sampled_from(list(THERAPIES[0])),
    word=st.one_of(words, st.none()),
)
def test_a_parquet_file_with_one_cell_changed(
    engine: duckdb.DuckDBPyConnection, catalogue: Catalogue, row: int, column: str, word: str | None
) -> None:
    spoilt = [{name: str(cell) for name, cell in one.items()} for one in THERAPIES]
    spoilt[row][column] = word  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        stored = take_in(engine, catalogue, write_parquet(Path(folder), spoilt))
    # A row that has become another organisation's lacks the figures of both.
    assert stored in (6, None)


@pytest.fixture(scope="module")
def parquet_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_parquet(tmp_path_factory.mktemp("parquet"), THERAPIES).read_bytes()


@settings(max_examples=200, deadline=None)
@given(
    changes=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.floats(0, 1),
)
def test_a_parquet_file_with_some_bytes_changed_or_cut_off(
    engine: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    parquet_bytes: bytes,
    changes: list[tuple[float, int]],
    cut: float,
) -> None:
    content = bytearray(parquet_bytes)
    for place, byte in changes:
        content[int(place * len(content))] = byte
    if cut < 0.5:
        del content[int(2 * cut * len(content)) + 1 :]
    with tempfile.TemporaryDirectory() as folder:
        take_in(engine, catalogue, write_file(Path(folder), "measures_annual.parquet", bytes(content)))


@settings(max_examples=15, deadline=None)
@given(row=st.sampled_from([0, 1, 3, 7, 8, 12]), column=st.integers(0, 29), cell=cells)
def test_a_workbook_with_one_cell_changed(
    engine: duckdb.DuckDBPyConnection, catalogue: Catalogue, row: int, column: int, cell: Any
) -> None:
    rows = copy.deepcopy(AMBULANCE)
    rows[row][column] = cell
    with tempfile.TemporaryDirectory() as folder:
        path = write_ambulance(Path(folder) / "AmbSYS-Time-Series-until-20250831.xlsx", rows)
        assert take_in(engine, catalogue, path) in (10, None)
