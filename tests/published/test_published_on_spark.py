"""The published files give the same observations on Spark as on DuckDB, every value to the last bit."""

from __future__ import annotations

import gc
from pathlib import Path

import pyarrow.parquet
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import Build
from likeforlike.measures.computing import compute_observations
from likeforlike.measures.engine import open_engine
from likeforlike.settings import Settings
from likeforlike.store import Store


@pytest.mark.slow
@pytest.mark.usefixtures("java")
# PySpark leaves the socket by which rows come from Java for the garbage collector to close.
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_observations_of_published_files_are_the_same_on_spark(
    published_store: Store, published_build: Build, tmp_path: Path
) -> None:
    (tmp_path / "observations").mkdir()
    settings = Settings(published_store.folder, engine="spark", spark_master="local[2]")
    engine = open_engine(settings, tmp_path / "spill")
    try:
        compute_observations(
            engine,
            published_store,
            published_store.manifest(),
            load_catalogue(),
            None,
            tmp_path,
            lambda step: None,
        )
    finally:
        engine.close()
        gc.collect()
    names = sorted(
        path.relative_to(published_build.folder) for path in published_build.folder.rglob("*.parquet")
    )
    assert len(names) >= 14 + 2
    for name in names:
        on_duckdb = pyarrow.parquet.read_table(published_build.folder / name)
        assert on_duckdb.equals(pyarrow.parquet.read_table(tmp_path / name)), name
