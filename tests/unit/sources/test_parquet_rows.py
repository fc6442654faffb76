"""Parquet: its columns by the footer, and what a hostile file cannot do."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet
import pytest

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading import parquet_rows
from likeforlike.sources.reading.opening import Given, unpack
from likeforlike.sources.reading.parquet_rows import LARGEST_FOOTER, copy_text, read_header, text_of
from likeforlike.sources.reading.probing import FileKind, probe_file

ROWS = {"code": ["A1", None], "year": [2024, 2025], "a 'b' \"c\"": [0.5, 1e300]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.parquet"
    pyarrow.parquet.write_table(pyarrow.table(ROWS), path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(FileRefusedError) as caught:
        read_header(path, "file.parquet")
    assert caught.value.where == "file.parquet"
    assert caught.value.next_step
    return caught.value.what


def test_columns_are_known_and_every_cell_is_text(file: Path) -> None:
    header = read_header(file, "file.parquet")
    assert header == tuple(ROWS)
    with duckdb.connect() as connection:
        rows = connection.execute(f"FROM {text_of(file, header)}").fetchall()
    assert rows == [("A1", "2024", "0.5"), ("", "2025", "1e+300")]


def test_a_probe_knows_it_by_its_first_bytes_not_its_name(file: Path) -> None:
    other = file.rename(file.with_suffix(".csv"))
    probe = probe_file(unpack(Given(other.name, other), other.parent))
    assert (probe.kind, probe.header) == (FileKind.PARQUET, tuple(ROWS))


def test_a_file_cut_short_has_no_footer(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])
    assert "no footer" in refusal(file)


def test_a_footer_that_claims_more_bytes_than_there_are_is_none(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-8:-4] = (2**31).to_bytes(4, "little")
    file.write_bytes(content)
    assert "no footer" in refusal(file)


def test_a_footer_of_many_megabytes_is_not_read(file: Path) -> None:
    file.write_bytes(
        b"PAR1" + bytes(LARGEST_FOOTER + 100) + (LARGEST_FOOTER + 1).to_bytes(4, "little") + b"PAR1"
    )
    assert "its footer has" in refusal(file)


def test_a_footer_of_rubbish_is_refused(file: Path) -> None:
    file.write_bytes(b"PAR1" + bytes(range(200)) + (200).to_bytes(4, "little") + b"PAR1")
    assert "cannot be read as Parquet" in refusal(file)


def test_more_rows_than_any_publication_has_are_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_rows, "MOST_ROWS", 1)
    assert "says that it has 2 rows" in refusal(file)


def test_a_bomb_of_repeated_values_is_known_by_what_it_says_it_unpacks_to(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    column = pyarrow.array(["x" * 1000] * 100_000)
    pyarrow.parquet.write_table(pyarrow.table({"a": column}), file, compression="zstd", use_dictionary=False)
    assert file.stat().st_size < 1_000_000
    monkeypatch.setattr(parquet_rows, "LARGEST_FILE", 50_000_000)
    assert "bytes, at most" in refusal(file)


def test_a_column_of_tables_is_refused(file: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"a": [[1, 2]]}), file)
    assert "'a' holds tables of its own" in refusal(file)


def test_damage_below_a_sound_footer_is_found_when_it_is_read(file: Path, tmp_path: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4:60] = bytes([0xFF]) * 56
    file.write_bytes(content)
    query = f"COPY (FROM {text_of(file, read_header(file, 'file'))}) TO '{tmp_path / 'out'}' (FORMAT parquet)"
    with duckdb.connect() as connection, pytest.raises(FileRefusedError, match="cannot be read as Parquet"):
        copy_text(connection, query, "file.parquet")
