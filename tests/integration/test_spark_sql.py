"""Every expression that a build runs is one that Spark can run as well: compiled for it, and parsed again.

Running there is `test_two_engines.py`, which needs Java; this catches without it what has no counterpart in Spark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import pyarrow.parquet
import pytest
import sqlglot
from ibis.expr.types import Table

from likeforlike.catalogue import Catalogue
from likeforlike.measures.computing import compute_observations
from likeforlike.measures.engine import Engine
from likeforlike.store import Store


class SparkOptions(ibis.config.Config):
    """What Ibis's own backend registers when it is loaded, for which Spark would have to be installed."""

    treat_nan_as_null: bool = False


@pytest.fixture(scope="module", autouse=True)
def spark_options() -> Iterator[None]:
    """Let Ibis compile for Spark without it."""
    before = ibis.options.pyspark
    ibis.options.pyspark = SparkOptions()
    yield
    ibis.options.pyspark = before


@dataclass
class RecordingEngine:
    """An engine that computes nothing: it compiles what it is given and hands back a table of that shape."""

    statements: dict[str, str] = field(default_factory=dict)
    """What was kept or written → its Spark SQL."""

    def read(self, paths: Sequence[Path]) -> Table:
        """A table of the files' shape."""
        return ibis.table(ibis.Schema.from_pyarrow(pyarrow.parquet.read_schema(paths[0])), name=paths[0].stem)

    def keep(self, name: str, expression: Table) -> Table:
        """A table of the expression's shape."""
        self.compile(name, expression)
        return ibis.table(expression.schema(), name=name)

    def write(self, expression: Table, path: Path) -> int:
        """A file of no rows; the lineage reads several tables by way of one and the same."""
        again = sum(name.split()[0] == path.stem for name in self.statements)
        self.compile(f"{path.stem} {again}" if again else path.stem, expression)
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(expression.schema().to_pyarrow().empty_table(), path)
        return 0

    def close(self) -> None:
        """Nothing was opened."""

    def compile(self, name: str, expression: Table) -> None:
        """Raises what Ibis raises for an operation that Spark does not know."""
        assert name not in self.statements
        self.statements[name] = str(ibis.to_sql(expression, dialect="pyspark"))


@pytest.fixture(scope="module")
def recorded(
    restated_store: Store, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The statements of a whole build."""
    engine = RecordingEngine()
    checked: Engine = engine
    folder = tmp_path_factory.mktemp("build")
    compute_observations(
        checked, restated_store, restated_store.manifest(), catalogue, None, folder, lambda step: None
    )
    return engine.statements


def test_every_indicator_is_compiled(recorded: dict[str, str], catalogue: Catalogue) -> None:
    from_here = {"registered_patients", "gp_appointments_practice", "cloud_telephony", "online_consultations"}
    expected = {
        indicator.id
        for indicator in catalogue.indicators.values()
        if from_here & {one.source for one in indicator.inputs}
    }
    assert expected <= recorded.keys()
    assert {"organisations", "membership", "parents", "days", "nearest_list_size_12_0"} <= recorded.keys()
    # A superseded part is left out by an anti-join, which only a restated area brings about.
    assert "ANTI JOIN" in recorded["counts_gp_appointments_practice_appointments"]


def test_every_statement_is_spark_sql(recorded: dict[str, str]) -> None:
    for name, statement in recorded.items():
        (tree,) = sqlglot.parse(statement, dialect="spark")
        assert tree is not None
        assert tree.find(sqlglot.exp.Select), name
        # What sqlglot does not know it keeps as an anonymous function: Spark would not know it either.
        unknown = {function.name.lower() for function in tree.find_all(sqlglot.exp.Anonymous)}
        assert unknown == set(), (name, unknown)


def test_an_expression_that_spark_lacks_is_noticed() -> None:
    numbers = ibis.table({"number": "float64"}, name="numbers")
    with pytest.raises(ibis.common.exceptions.OperationNotDefinedError):
        RecordingEngine().keep("kept", numbers.mutate(many=numbers.number.kurtosis()))
