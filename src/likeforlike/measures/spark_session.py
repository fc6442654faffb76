"""Opens a Spark session that is quiet, stays on this machine unless told otherwise, and says what is missing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from likeforlike.errors import FileRefusedError, SettingsError, StoreError
from likeforlike.settings import Settings

if TYPE_CHECKING:
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

LOCAL, REMOTE = "local", "sc://"
OR_DUCKDB = "or set engine to 'duckdb'."

# Only what our rows depend on: anything else about a cluster is for its own configuration to say.
SESSION = {
    # Days have no zone, but a cluster's zone must not move a moment into another day.
    "spark.sql.session.timeZone": "UTC",
    # A sum that does not fit or a text that is no number is an error, as it is in DuckDB, and not a wrong figure.
    "spark.sql.ansi.enabled": "true",
}


def open_session(settings: Settings, spill: Path) -> tuple[SparkSession, bool]:
    """A session for our work alone, and whether it is ours to stop.

    Raises:
        SettingsError: PySpark or Java is missing, or the master cannot be reached.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SettingsError(
            "PySpark is not installed.",
            where="engine",
            next_step=f"Install it: pip install 'likeforlike[spark]'; {OR_DUCKDB}",
        ) from None
    there = SparkSession.getActiveSession()
    if there is not None:
        # A notebook or a job on a platform has one, which is not ours to stop: views and options of ours stay apart.
        session = there.newSession()
    elif settings.spark_master.startswith(REMOTE):
        session = _connect(settings.spark_master)
    else:
        session = _start(settings, spill)
    for name, value in SESSION.items():
        session.conf.set(name, value)
    return session, there is None


def _start(settings: Settings, spill: Path) -> SparkSession:
    """A session whose driver runs beside this process."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped] # it has no types
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    conf = SparkConf().setAll(list(_options(settings, spill).items()))
    # PySpark has one Java process for each of ours and no public way to ask for it; sessions come and go in it.
    gateway = None if SparkContext._gateway else _start_java(conf)  # noqa: SLF001 - see above
    try:
        return SparkSession(SparkContext(conf=conf, gateway=gateway))
    except Py4JError:
        raise _unreachable(settings.spark_master) from None


def _options(settings: Settings, spill: Path) -> dict[str, str]:
    options = {
        "spark.app.name": "likeforlike",
        "spark.master": settings.spark_master,
        "spark.driver.memory": f"{_megabytes(settings.memory_limit)}m",
        # Results pass through the driver, whose memory is the limit. What sorts and joins spill goes where
        # SPARK_LOCAL_DIRS says: Java outlives this session and remembers the first folder that it was given, and a
        # folder of ours would be gone by then.
        "spark.driver.maxResultSize": "0",
        # No web pages, no metastore with its database in the working directory.
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": (spill / "warehouse").as_uri(),
    }
    if settings.spark_master.startswith(LOCAL):
        options |= {
            # Nobody else has to reach this driver: it listens on no address of the machine's network.
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            # Spark splits every sum and join in 200, which is for clusters.
            "spark.sql.shuffle.partitions": "4",
        }
    return options


def _megabytes(amount: str) -> int:
    """A checked setting such as '2GB' as Java's unit."""
    number, unit = amount[:-2], amount[-2:]
    return int(float(number) * (1000 if unit == "GB" else 1))


def _start_java(conf: SparkConf) -> Any:
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway

    # Java writes its log to a file without a name: it belongs on nobody's screen, unless Java does not start.
    with tempfile.TemporaryFile() as log:
        try:
            # PySpark has no type for it.
            return launch_gateway(conf, popen_kwargs={"stdout": log, "stderr": log})  # type: ignore[no-untyped-call]
        except (PySparkException, OSError):
            log.seek(0)
            lines = log.read().decode(errors="replace").strip().splitlines()
            said = f" It said: {lines[-1].strip()}" if lines else ""
            raise SettingsError(
                f"Spark needs Java 17 or newer, and could not start it.{said}",
                where="engine",
                next_step=f"Install Java and put it on the PATH or into JAVA_HOME; {OR_DUCKDB}",
            ) from None


def _connect(url: str) -> SparkSession:
    """A session on another machine, over Spark Connect."""
    from pyspark.errors import PySparkException, PySparkImportError
    from pyspark.sql import SparkSession

    try:
        return SparkSession.builder.remote(url).getOrCreate()
    except (ImportError, PySparkImportError):
        raise SettingsError(
            "Spark Connect needs gRPC, which is not installed.",
            where="spark_master",
            next_step=f"Install it: pip install 'pyspark[connect]'; {OR_DUCKDB}",
        ) from None
    except PySparkException:
        raise _unreachable(url) from None


def without_secrets(master: str) -> str:
    """A master as it may be printed: the parameters of a Spark Connect address hold an access token."""
    return master.split(";", 1)[0]


def _unreachable(master: str) -> SettingsError:
    return SettingsError(
        f"there is no Spark at {without_secrets(master)}, or it does not let us in.",
        where="spark_master",
        next_step=f"Start it, mend the address, {OR_DUCKDB}",
    )


@contextmanager
def explain_failures(master: str) -> Iterator[None]:
    """Turn what Spark says of files and of its workers into an error for people.

    Raises:
        FileRefusedError: a row of a CSV file has not the cells of its header.
        StoreError: with the first lines of what Spark said.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        if "MALFORMED_RECORD" in str(error):
            raise FileRefusedError(
                "a row has a cell too many or too few.",
                next_step="Mend the file: every row has the cells of its header.",
            ) from None
        said = " ".join(str(error).splitlines()[:2])
        raise StoreError(
            f"Spark could not finish: {said}",
            where=without_secrets(master),
            next_step="If it does not find a file: on a cluster the store must lie where every worker sees it under "
            "the same path. Else see the cluster's log.",
        ) from error
