"""One frozen Settings: arguments over environment over file; the only reader of the environment."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from likeforlike.errors import SettingsError

PREFIX = "LIKEFORLIKE_"
CONFIG = PREFIX + "CONFIG"
"""The variable that names the file of settings."""
ENGINES = ("duckdb", "spark")
TLS = ("off", "proxy")


@dataclass(frozen=True)
class Settings:
    """What can be set, each with its default; `LIKEFORLIKE_STORE` in the environment is `store` here."""

    store: Path
    """Where the store lies: official files, editions, builds."""
    memory_limit: str = "2GB"
    """How much memory the query engine may take."""
    threads: int = 0
    """How many threads the query engine may use; 0 leaves it to the machine's number of cores."""
    engine: str = "duckdb"
    """Where expressions run: `duckdb` in this process, or `spark`."""
    spark_master: str = "local[*]"
    """Which Spark: `local[2]` on this machine, `spark://HOST:PORT` a cluster, `sc://HOST:PORT` Spark Connect."""
    releases: Path = Path("releases")
    """Where the releases lie that are served."""
    feedback: Path = Path("feedback.jsonl")
    """The file that feedback from the public site is appended to."""
    hosts: str = ""
    """Names under which the public site may be asked for, with spaces between; none is this machine alone."""
    secret_key: str = field(default="", repr=False)
    """Hides the addresses of those who send feedback; never printed."""
    tls: str = "off"
    """`proxy` where a server that speaks TLS stands before ours, else `off`."""


@dataclass(frozen=True)
class _Given:
    """The text of a setting, and where it was given: what an error names."""

    text: str
    where: str


def load_settings(
    *, store: Path | None = None, config: Path | None = None, releases: Path | None = None
) -> Settings:
    """The settings in force: what the caller gives, else the environment, else the file, else the default.

    Raises:
        SettingsError: a file that is not TOML, an unknown name, or a value that is not of its kind.
    """
    given = _read_file(config) | _read_environment()
    if store is not None:
        given["store"] = _Given(str(store), "--store")
    if releases is not None:
        given["releases"] = _Given(str(releases), "--releases")
    return Settings(
        store=Path(given["store"].text).expanduser() if "store" in given else default_store(),
        memory_limit=_memory(given["memory_limit"]) if "memory_limit" in given else Settings.memory_limit,
        threads=_threads(given["threads"]) if "threads" in given else Settings.threads,
        engine=_one_of("engine", given["engine"], ENGINES) if "engine" in given else Settings.engine,
        spark_master=_master(given["spark_master"]) if "spark_master" in given else Settings.spark_master,
        releases=_path(given, "releases", Settings.releases),
        feedback=_path(given, "feedback", Settings.feedback),
        hosts=_hosts(given["hosts"]) if "hosts" in given else Settings.hosts,
        secret_key=given["secret_key"].text if "secret_key" in given else "",
        tls=_one_of("tls", given["tls"], TLS) if "tls" in given else Settings.tls,
    )


def default_store() -> Path:
    """The user's data directory, as the operating system has it."""
    # Imported here: the answer is rarely needed and the import costs start-up time.
    from platformdirs import user_data_path

    return user_data_path("likeforlike", appauthor=False) / "store"


def _names() -> list[str]:
    return [field.name for field in fields(Settings)]


def _read_environment() -> dict[str, _Given]:
    variables = {name: PREFIX + name.upper() for name in _names()}
    # A variable that is set to nothing is how shells and schedulers leave one out.
    return {
        name: _Given(os.environ[variable], variable)
        for name, variable in variables.items()
        if os.environ.get(variable)
    }


def _read_file(config: Path | None) -> dict[str, _Given]:
    path = config or (Path(os.environ[CONFIG]).expanduser() if os.environ.get(CONFIG) else None)
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"the settings file cannot be read: {error}.",
            where=str(path),
            next_step=f"Mend it, or unset {CONFIG}.",
        ) from None
    for name, value in content.items():
        if name not in _names():
            raise SettingsError(
                f"there is no setting '{name}'.", where=str(path), next_step=f"Known: {', '.join(_names())}."
            )
        wanted = int if name == "threads" else str
        if type(value) is not wanted or value == "":
            what = "a whole number" if wanted is int else "a text"
            raise SettingsError(f"{name}: {what} was expected, found {value!r}.", where=str(path))
    return {name: _Given(str(value), str(path)) for name, value in content.items()}


def _memory(given: _Given) -> str:
    text = given.text.strip().upper()
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?(?:MB|GB)", text)
    if not found or float(found[1]) == 0:
        raise SettingsError(
            f"memory_limit: an amount like '2GB' or '500MB' was expected, found '{given.text}'.",
            where=given.where,
        )
    return text


def _threads(given: _Given) -> int:
    if not re.fullmatch("[0-9]+", given.text.strip()):
        raise SettingsError(
            f"threads: a whole number, 0 or more, was expected, found '{given.text}'.", where=given.where
        )
    return int(given.text)


def _one_of(name: str, given: _Given, known: tuple[str, ...]) -> str:
    text = given.text.strip().lower()
    if text not in known:
        raise SettingsError(
            f"{name}: one of {', '.join(known)} was expected, found '{given.text}'.", where=given.where
        )
    return text


def _path(given: dict[str, _Given], name: str, default: Path) -> Path:
    return Path(given[name].text).expanduser() if name in given else default


def _hosts(given: _Given) -> str:
    names = given.text.split()
    for name in names:
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9a-fA-F:]+\]", name):
            raise SettingsError(
                f"hosts: names like 'compare.example.org' with spaces between were expected, found '{name}'.",
                where=given.where,
            )
    return " ".join(names)


def _master(given: _Given) -> str:
    text = given.text.strip()
    # The kinds that are tried and described; what follows sc://HOST may hold an access token and is not printed.
    if not re.fullmatch(r"local(\[(\*|[1-9][0-9]*)\])?|spark://[^/\s]+:[0-9]+|sc://[^/\s]+(/\S*)?", text):
        raise SettingsError(
            "spark_master: an address like 'local[2]', 'spark://HOST:7077' or 'sc://HOST:15002' was expected, "
            f"found '{text.split(';')[0]}'.",
            where=given.where,
        )
    return text
