"""Every measure gives the same rows on DuckDB and on Spark, to the last bit, and Spark stays on this machine."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ibis
import pyarrow
import pyarrow.parquet
import pytest
from some_indicators import by_source_too, choose_one_of_each

from likeforlike.catalogue import Catalogue
from likeforlike.errors import SettingsError, StoreError
from likeforlike.measures.build import Build, build
from likeforlike.measures.engine import Engine, open_engine
from likeforlike.settings import Settings
from likeforlike.simulate.records import RecordPlan, simulate_records
from likeforlike.store import Store

pytestmark = [
    pytest.mark.usefixtures("java"),
    # PySpark leaves the socket by which rows come from Java for the garbage collector to close.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

MASTER = "local[2]"


@pytest.fixture(scope="module", autouse=True)
def closed_sockets() -> Iterator[None]:
    """Have them closed while these tests run, not in the middle of others."""
    yield
    gc.collect()


@dataclass(frozen=True)
class Both:
    """One store, built twice."""

    duckdb: Build
    spark: Build


# Of each table one indicator of every kind; the full form has all two hundred.
@pytest.fixture(scope="module", params=["of each", pytest.param("all", marks=pytest.mark.slow)])
def both(
    restated_store: Store,
    catalogue: Catalogue,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Both:
    """The builds of the county on the two engines, an edition of which was replaced in one area."""
    if request.param == "of each":
        catalogue = choose_one_of_each(catalogue, by_source_too)
    folder = tmp_path_factory.mktemp("engines")
    built = {}
    for engine in ("duckdb", "spark"):
        settings = Settings(restated_store.folder, engine=engine, spark_master=MASTER)
        made = build(restated_store, catalogue, settings)
        # The two have one key, because their rows are the same: the second would be there already.
        kept = made.folder.rename(folder / engine)
        built[engine] = Build(kept, made.key, made.as_at, made.rows, made.organisations, already_there=False)
    return Both(**built)


def tables(build: Build) -> dict[str, pyarrow.Table]:
    """Every table of a build."""
    return {
        path.relative_to(build.folder).as_posix(): pyarrow.parquet.read_table(path)
        for path in sorted(build.folder.rglob("*.parquet"))
    }


def test_two_engines_make_one_build(both: Both, restated_store: Store) -> None:
    """One test, for the builds take minutes and processes that share the work would each make them."""
    check_tables(both)
    check_description(both)
    check_nothing_is_left(both, restated_store)


def check_tables(both: Both) -> None:
    """Every table has the same rows of the same types in the same order."""
    on_duckdb, on_spark = tables(both.duckdb), tables(both.spark)
    assert on_duckdb.keys() == on_spark.keys()
    # Four months of a small county lack what a data pack tells once a year; all else has rows to compare.
    assert sum(table.num_rows > 0 for table in on_duckdb.values()) >= 14 + 2
    for name, table in on_duckdb.items():
        assert table.schema == on_spark[name].schema, name
        # Values are quotients of whole numbers or of exact decimals, each computed once from one row: no double is
        # a sum, so nothing depends on an order and nothing has to be forgiven.
        assert table.equals(on_spark[name]), name


def check_description(both: Both) -> None:
    """It is the same but for the bytes."""
    assert both.spark == Build(
        both.spark.folder,
        both.duckdb.key,
        both.duckdb.as_at,
        both.duckdb.rows,
        both.duckdb.organisations,
        already_there=False,
    )


def check_nothing_is_left(both: Both, restated_store: Store) -> None:
    """Neither in the store nor where the process stands."""
    assert both.spark.rows
    assert list((restated_store.folder / "staging").iterdir()) == []
    assert not list(Path.cwd().glob("spark-warehouse")) + list(Path.cwd().glob("*derby*"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Spark, opened as a build opens it."""
    opened = open_engine(
        Settings(tmp_path, engine="spark", spark_master=MASTER, memory_limit="1GB"), tmp_path / "spill"
    )
    yield opened
    opened.close()


def test_tables_of_this_process_keep_whole_numbers_beside_nulls(engine: Engine, tmp_path: Path) -> None:
    # 2^53 + 1 is the first whole number that a float cannot hold.
    given = pyarrow.table({"code": ["b", None, "a"], "number": pyarrow.array([2**53 + 1, None, 3])})
    rows = engine.keep("rows", ibis.memtable(given))
    total = engine.keep("total", rows.aggregate(total=rows.number.sum()))
    path = tmp_path / "rows.parquet"
    assert engine.write(rows.cross_join(total).order_by("code"), path) == 3
    assert pyarrow.parquet.read_table(path).to_pylist() == [
        {"code": "a", "number": 3, "total": 2**53 + 4},
        {"code": "b", "number": 2**53 + 1, "total": 2**53 + 4},
        {"code": None, "number": None, "total": 2**53 + 4},
    ]


def test_a_table_without_rows(engine: Engine, tmp_path: Path) -> None:
    none = pyarrow.table({"code": pyarrow.array([], pyarrow.string())})
    assert (
        engine.write(engine.keep("none", ibis.memtable(none)).order_by("code"), tmp_path / "none.parquet")
        == 0
    )
    assert pyarrow.parquet.read_table(tmp_path / "none.parquet").schema == none.schema


def test_a_sum_that_does_not_fit_is_an_error_and_no_figure(engine: Engine, tmp_path: Path) -> None:
    rows = engine.keep("rows", ibis.memtable(pyarrow.table({"number": [2**63 - 1, 1]})))
    with pytest.raises(StoreError, match="ARITHMETIC_OVERFLOW"):
        engine.write(rows.aggregate(total=rows.number.sum()), tmp_path / "sum.parquet")
    assert not (tmp_path / "sum.parquet").exists()


def test_a_file_that_workers_do_not_see(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "here.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"number": [1]}), path)
    rows = engine.read([path])
    path.unlink()
    with pytest.raises(
        StoreError, match=r"Spark could not finish: .*store must lie where every worker sees it"
    ):
        engine.write(rows.order_by("number"), tmp_path / "written.parquet")


def sockets_of(process: int) -> set[str]:
    """The local addresses of a process's TCP sockets, as Linux prints them: hexadecimal, loopback is 0100007F."""
    inodes = {
        match[1]
        for link in Path(f"/proc/{process}/fd").iterdir()
        if (match := re.fullmatch(r"socket:\[(\d+)\]", link.readlink().as_posix()))
    }
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{process}/net/{table}").read_text(encoding="ascii").splitlines()[1:]
    ]
    return {row[1].split(":")[0] for row in rows if row[9] in inodes}


@pytest.mark.skipif(sys.platform != "linux", reason="sockets are read from /proc, which is Linux's")
def test_java_listens_and_speaks_to_this_machine_only(engine: Engine, tmp_path: Path) -> None:
    from pyspark import SparkContext

    engine.write(ibis.memtable(pyarrow.table({"number": [1]})).order_by("number"), tmp_path / "one.parquet")
    context = SparkContext.getOrCreate()
    process = int(context._jvm.java.lang.ProcessHandle.current().pid())
    addresses = sockets_of(process)
    # 127.0.0.1, and the same written as an address of the newer protocol.
    assert addresses
    assert addresses <= {"0100007F", "0000000000000000FFFF00000100007F"}


def test_a_session_that_was_there_goes_on_and_keeps_its_options(tmp_path: Path) -> None:
    from pyspark.sql import SparkSession

    ours = open_engine(Settings(tmp_path, engine="spark", spark_master=MASTER), tmp_path / "spill")
    theirs = SparkSession.getActiveSession()
    assert theirs is not None
    theirs.conf.set("spark.sql.session.timeZone", "Europe/London")
    guest = open_engine(
        Settings(tmp_path, engine="spark", spark_master="spark://nowhere:1"), tmp_path / "guest"
    )
    guest.write(
        guest.keep("one", ibis.memtable(pyarrow.table({"number": [1]}))).order_by("number"),
        tmp_path / "one.parquet",
    )
    guest.close()
    assert theirs.conf.get("spark.sql.session.timeZone") == "Europe/London"
    assert theirs.sql("SELECT 1 AS one").collect()[0].one == 1
    assert [table.name for table in theirs.catalog.listTables()] == []
    ours.close()


def test_no_pyspark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(SettingsError, match=r"PySpark is not installed.*pip install 'likeforlike\[spark\]'"):
        open_engine(Settings(tmp_path, engine="spark"), tmp_path / "spill")


def run_on_spark(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, in which Java has not been started yet."""
    return subprocess.run(
        [sys.executable, "-m", "likeforlike", *map(str, words)],
        env={
            "PYTHONPATH": ":".join(sys.path),
            "LIKEFORLIKE_ENGINE": "spark",
            "LIKEFORLIKE_SPARK_MASTER": MASTER,
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_java(restated_store: Store, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "env", "dirname", "uname", "ps", "grep"):
        if Path("/bin", tool).exists():
            (tools / tool).symlink_to(Path("/bin", tool))
        else:
            (tools / tool).symlink_to(Path("/usr/bin", tool))
    before = sorted(restated_store.folder.rglob("*"))
    done = run_on_spark("build", "--store", restated_store.folder, PATH=str(tools))
    assert done.returncode == SettingsError.exit_code
    assert done.stderr.startswith(
        "likeforlike: engine: Spark needs Java 17 or newer, and could not start it."
    )
    assert "JAVA_HOME" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(restated_store.folder.rglob("*")) == before


def test_records_become_the_same_pack_and_java_keeps_quiet(tmp_path: Path) -> None:
    events = simulate_records(RecordPlan("appointments", rows=60_000), tmp_path / "events")
    surroundings = {name: os.environ[name] for name in ("PATH", "JAVA_HOME") if name in os.environ}
    done = run_on_spark(
        *("records", "aggregate", events.definition, events.records, "--to", tmp_path / "packs"),
        **surroundings,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "packs" / "appointments.csv").read_bytes() == events.truth.read_bytes()
