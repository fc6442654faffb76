"""What somebody may have meant who named what is not there: all choices where they are few, else the nearest."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

# An error names every choice up to so many, else the nearest few.
MOST_NAMED, NEAREST = 15, 5
SHOW_INDICATORS = "`likeforlike show` lists all of them."


def name_nearest(wanted: str, choices: Sequence[str]) -> str:
    """All choices where they are few, else their number and those that are spelled most like what was wanted.

    >>> name_nearest("b", ["a", "b"])
    'a, b'
    """
    if len(choices) <= MOST_NAMED:
        return ", ".join(choices)
    return f"{len(choices)}, such as {', '.join(_nearest(wanted, choices))},"


def suggest_nearest(wanted: str, choices: Sequence[str], listed_by: str = "") -> str:
    """The same as the next step of an error; `listed_by` says which command lists them where they are too many."""
    if len(choices) <= MOST_NAMED:
        return f"Choose one of: {', '.join(choices)}."
    said = f"Spelled most like it of {len(choices)}: {', '.join(_nearest(wanted, choices))}."
    return f"{said} {listed_by}" if listed_by else said


def _nearest(wanted: str, choices: Sequence[str]) -> list[str]:
    return difflib.get_close_matches(wanted, choices, n=NEAREST, cutoff=0)
