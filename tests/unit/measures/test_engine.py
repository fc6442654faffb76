"""What DuckDB writes: in the order that was asked for, of the types that were promised, whatever the threads."""

from __future__ import annotations

from pathlib import Path

import ibis
import pyarrow
import pyarrow.parquet
import pytest

from likeforlike.measures.engine import DuckDBEngine
from likeforlike.settings import Settings
from likeforlike.store.files import hash_file

ROWS = 500_000  # several row groups, which several threads would write in any order


def write(folder: Path, threads: int) -> Path:
    """Numbers in a jumble, written in order of the number."""
    source, target = folder / "source.parquet", folder / f"with {threads} thread's.parquet"
    if not source.exists():
        jumbled = pyarrow.table({"number": [(number * 7919) % ROWS for number in range(ROWS)]})
        pyarrow.parquet.write_table(jumbled, source, row_group_size=10_000)
    engine = DuckDBEngine(Settings(folder, threads=threads), folder / "spill")
    try:
        rows = engine.keep("rows", engine.read([source]))
        day = ibis.date("2025-11-01") + ibis.interval(days=1)
        ordered = rows.mutate(total=rows.number.cast("int64"), day=day.cast("date")).order_by("number")
        assert engine.write(ordered, target) == ROWS
    finally:
        engine.close()
    return target


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_order_of_the_query_is_the_order_of_the_file(tmp_path: Path, threads: int) -> None:
    table = pyarrow.parquet.read_table(write(tmp_path, threads))
    assert table["number"].to_pylist() == list(range(ROWS))
    assert [str(kind) for kind in table.schema.types] == ["int64", "int64", "date32[day]"]


def test_the_same_bytes_with_any_number_of_threads(tmp_path: Path) -> None:
    assert len({hash_file(write(tmp_path, threads)) for threads in (1, 2, 4)}) == 1


def test_sums_of_whole_numbers_stay_whole_numbers(tmp_path: Path) -> None:
    engine = DuckDBEngine(Settings(tmp_path), tmp_path / "spill")
    rows = engine.keep("rows", ibis.memtable(pyarrow.table({"count": [2**53, 1]})))
    engine.write(rows.aggregate(total=rows["count"].sum()), tmp_path / "sum.parquet")
    engine.close()
    # 2^53 + 1 is the first whole number that a float cannot hold.
    assert pyarrow.parquet.read_table(tmp_path / "sum.parquet").to_pylist() == [{"total": 2**53 + 1}]
