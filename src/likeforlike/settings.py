"""One frozen Settings: arguments over environment over file; the only reader of the environment."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from likeforlike.errors import SettingsError

PREFIX = "LIKEFORLIKE_"


@dataclass(frozen=True)
class Settings:
    """What can be set, each with its default; `LIKEFORLIKE_STORE` in the environment is `store` here."""

    store: Path
    """Where the store lies: official files, editions, builds."""
    memory_limit: str = "2GB"
    """How much memory the query engine may take."""
    threads: int = 0
    """How many threads the query engine may use; 0 leaves it to the machine's number of cores."""


def load_settings(*, store: Path | None = None, config: Path | None = None) -> Settings:
    """The settings in force: what the caller gives, else the environment, else the file, else the default.

    Raises:
        SettingsError: a file that is not TOML, an unknown name, or a value that is not of its kind.
    """
    texts = _read_file(config) | _read_environment()
    if store is not None:
        texts["store"] = str(store)
    return Settings(
        store=Path(texts["store"]).expanduser() if "store" in texts else default_store(),
        memory_limit=_memory(texts.get("memory_limit", Settings.memory_limit)),
        threads=_threads(texts.get("threads", str(Settings.threads))),
    )


def default_store() -> Path:
    """The user's data directory, as the operating system has it."""
    # Imported here: the answer is rarely needed and the import costs start-up time.
    from platformdirs import user_data_path

    return user_data_path("likeforlike", appauthor=False) / "store"


def _names() -> list[str]:
    return [field.name for field in fields(Settings)]


def _read_environment() -> dict[str, str]:
    return {name: os.environ[key] for name in _names() if os.environ.get(key := PREFIX + name.upper())}


def _read_file(config: Path | None) -> dict[str, str]:
    path = config or (Path(os.environ[PREFIX + "CONFIG"]) if os.environ.get(PREFIX + "CONFIG") else None)
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"the settings file cannot be read: {error}.", where=str(path)) from None
    for name in content:
        if name not in _names():
            raise SettingsError(
                f"there is no setting '{name}'.", where=str(path), next_step=f"Known: {', '.join(_names())}."
            )
    return {name: str(value) for name, value in content.items()}


def _memory(text: str) -> str:
    number = text.upper().removesuffix("GB").removesuffix("MB").strip()
    if not number.replace(".", "", 1).isdigit() or not text.upper().endswith(("GB", "MB")):
        raise SettingsError(
            f"memory_limit: an amount like '2GB' or '500MB' was expected, found '{text}'.",
            where=f"{PREFIX}MEMORY_LIMIT",
        )
    return text.upper()


def _threads(text: str) -> int:
    if not text.isdigit():
        raise SettingsError(
            f"threads: a whole number, 0 or more, was expected, found '{text}'.", where=f"{PREFIX}THREADS"
        )
    return int(text)
