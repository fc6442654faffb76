"""Where expressions run when one machine is too small: Spark, in this process, on a cluster, or far away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import ibis.expr.operations as operations
import pyarrow.parquet
from ibis.expr.types import Table

from likeforlike.measures.engine import read_header
from likeforlike.measures.spark_session import explain_failures, open_session
from likeforlike.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class SparkEngine:
    """PySpark 4 on the master that the settings name; gives the rows that DuckDB gives.

    Files are read where Spark's workers are, and what is kept is written there: on a cluster the store lies in a
    folder that all of them see under the same path.
    """

    def __init__(self, settings: Settings, spill: Path) -> None:
        self._master = settings.spark_master
        self._session, self._is_ours = open_session(settings, spill)
        self._backend = ibis.pyspark.connect(self._session)
        self._kept = spill / "kept"
        self._views: set[str] = set()

    def read(self, paths: Sequence[Path]) -> Table:
        """The rows of Parquet files of one schema."""
        schema = ibis.Schema.from_pyarrow(pyarrow.parquet.read_schema(paths[0]))
        return self._read(f"files_{len(self._views)}", schema, [str(path) for path in paths])

    def read_csv(self, paths: Sequence[Path]) -> Table:
        """The rows of CSV files of one header, all text; an empty cell is null."""
        from ibis.backends.pyspark.datatypes import PySparkSchema

        schema = ibis.schema(dict.fromkeys(read_header(paths[0]), "string"))
        name = f"files_{len(self._views)}"
        # A row with a cell too many or too few is an error also where only other columns are looked at.
        reader = self._session.read.schema(PySparkSchema.from_ibis(schema)).options(
            header=True, mode="FAILFAST", columnPruning=False, emptyValue="", escape='"'
        )
        with explain_failures(self._master):
            self._view(name, reader.csv([str(path) for path in paths]))
        return ibis.table(schema, name=name)

    def keep(self, name: str, expression: Table) -> Table:
        """Compute an expression once, for several to use."""
        # Written rather than cached: a cached table drags the plan that made it into every later one, and is gone
        # with the worker that held it.
        folder = str(self._kept / name)
        with explain_failures(self._master):
            self._compute(expression).write.parquet(folder)
        return self._read(name, expression.schema(), [folder])

    def write(self, expression: Table, path: Path) -> int:
        """Write an ordered expression to a Parquet file; how many rows it had."""
        # By way of this process: results are rows by organisation and month, small beside what they were made of,
        # and one file in one order is what everything downstream reads.
        with explain_failures(self._master):
            table = self._compute(expression).toArrow().cast(expression.schema().to_pyarrow())
        pyarrow.parquet.write_table(table, path, compression="zstd")
        return int(table.num_rows)

    def close(self) -> None:
        """Let go of memory and of the spill folder; a session that was there before us goes on."""
        for view in sorted(self._views):
            self._session.catalog.dropTempView(view)
        if self._is_ours:
            self._session.stop()

    def _read(self, name: str, schema: ibis.Schema, paths: Sequence[str]) -> Table:
        from ibis.backends.pyspark.datatypes import PySparkSchema

        # A list of paths, which Ibis cannot give, and the schema, to learn which Spark would start a job.
        reader = self._session.read.schema(PySparkSchema.from_ibis(schema))
        with explain_failures(self._master):
            self._view(name, reader.parquet(*paths))
        return ibis.table(schema, name=name)

    def _compute(self, expression: Table) -> DataFrame:
        """An expression as Spark sees it, with the types that Ibis says it has."""
        from ibis.backends.pyspark.datatypes import PySparkType
        from pyspark.sql.functions import col

        for table in expression.op().find(operations.InMemoryTable):
            if table.name not in self._views:
                # As Arrow: by way of pandas, as Ibis does it, whole numbers beside nulls turn into floats.
                self._view(table.name, self._session.createDataFrame(table.data.to_pyarrow(table.schema)))
        frame = self._session.sql(str(self._backend.compile(expression)))
        return frame.select(
            *(
                col(f"`{name}`").cast(PySparkType.from_ibis(kind))
                for name, kind in expression.schema().items()
            )
        )

    def _view(self, name: str, frame: DataFrame) -> None:
        frame.createOrReplaceTempView(name)
        self._views.add(name)
