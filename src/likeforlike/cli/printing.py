"""What all commands share when they print: a console, JSON, progress, the options that many of them have."""

from __future__ import annotations

import datetime
import json
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from likeforlike.errors import SettingsError

if TYPE_CHECKING:
    from rich.console import Console

    from likeforlike.settings import Settings
    from likeforlike.store import Store


def parse_path(given: str | Path) -> Path:
    """A path that a user gave, or the default of its option.

    An empty one, from a variable that a script did not set, is none.

    Raises:
        SettingsError: it is empty; read as a path it would be the current folder.
    """
    if not str(given).strip():
        raise SettingsError(
            f"the name of a file or folder was expected, found '{given}'.",
            next_step="The current folder is written as a dot.",
        )
    return Path(given)


StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        help="Where the store lies. Else LIKEFORLIKE_STORE, else the user's data directory.",
        parser=parse_path,
        metavar="DIR",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
AsAtOption = Annotated[
    str | None,
    typer.Option("--as-at", metavar="YYYY-MM-DD", help="Use only what had been published by this date."),
]


def open_store(folder: Path | None) -> tuple[Store, Settings]:
    """The store that a command works on, and the settings in force."""
    from likeforlike.settings import load_settings
    from likeforlike.store import Store

    settings = load_settings(store=folder)
    return Store(settings.store), settings


def console() -> Console:
    """Where results are printed; plain when it is not a terminal."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def print_wrapped(out: Console, line: str) -> None:
    """A line that keeps its indentation, two more, where it goes on below: what belongs to it stays below it."""
    indent = " " * (len(line) - len(line.lstrip()))
    wrapped = textwrap.wrap(
        line.strip(),
        out.width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  " if indent else "",
        break_on_hyphens=False,
    )
    for part in wrapped or [""]:
        out.print(part, markup=False)


def say(line: str) -> None:
    """A line of the answer as it is: paths and messages are not wrapped and not read as markup."""
    print(line)  # noqa: T201 - the command's answer


def print_json(result: object) -> None:
    """A result as JSON on standard output."""
    print(json.dumps(result, indent=2, ensure_ascii=False, default=str))  # noqa: T201 - the command's answer


def parse_day(text: str | None, option: str) -> datetime.date | None:
    """The date of an option, written as 2025-11-30 and in no other way.

    Raises:
        SettingsError: it is none.
    """
    if text is None:
        return None
    day = _as_date(text)
    if day is None:
        raise SettingsError(f"a date like 2025-11-30 was expected, found '{text}'.", where=option)
    return day


def parse_period(text: str | None) -> datetime.date | None:
    """The month of `--period`, written as 2025-11 and in no other way.

    Raises:
        SettingsError: it is none.
    """
    if text is None:
        return None
    month = _as_date(f"{text}-01")
    if month is None:
        raise SettingsError(f"a month like 2025-11 was expected, found '{text}'.", where="--period")
    return month


def _as_date(text: str) -> datetime.date | None:
    # Python reads 20251130 and 2025-W48-7 as dates too: a slip of the finger would be another day.
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def print_month(month: datetime.date) -> str:
    """A month as people write it."""
    return f"{month:%B %Y}"


def print_period(start: datetime.date, end: datetime.date) -> str:
    """A period as people write it: a day, a month, or several months.

    >>> print_period(datetime.date(2021, 4, 1), datetime.date(2022, 3, 31))
    'April 2021 to March 2022'
    """
    if start == end:
        return f"{start.day} {start:%B %Y}"
    whole_months = start.day == 1 and (end + datetime.timedelta(days=1)).day == 1
    if not whole_months:
        return f"{start.day} {start:%B %Y} to {end.day} {end:%B %Y}"
    first, last = print_month(start), print_month(end)
    return first if first == last else f"{first} to {last}"


RESTRICTED = "Restricted: these figures are not for everybody, do not pass them on."


class Step(Protocol):
    """Say what is being done now."""

    def __call__(self, doing: str) -> None: ...


@contextmanager
def progress(title: str) -> Iterator[Step]:
    """A spinner with the step and the time on standard error; nothing when that is not a terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    errors = Console(stderr=True)
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    )
    with bar:
        task = bar.add_task(title)
        yield lambda doing: bar.update(task, description=doing)
