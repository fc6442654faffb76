"""What two results were made from, side by side: plans, definitions, files."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from likeforlike.present import wording
from likeforlike.review.plan import key_defaults
from likeforlike.review.result import ReviewResult

# Said above both, or by who made the result, and changes nothing.
NOT_COMPARED = frozenset({"title"})
# So many files of a source are named, more are counted.
MOST_FILES = 3


def compare_plans(before: ReviewResult, after: ReviewResult) -> Iterator[str]:
    """Every choice that differs, with both values; what a plan leaves out is what it is by default."""
    old, new = (tomllib.loads(result.plan.read_text(encoding="utf-8")) for result in (before, after))
    titles = titles_of_both(before, after)
    indicators = [{one["id"]: one for one in plan.get("indicators", ())} for plan in (old, new)]
    yield from _compare_indicators(indicators[0], indicators[1], titles)
    first, second = (_flat(plan) for plan in (old, new))
    defaults = key_defaults()
    for key in sorted((first.keys() | second.keys()) - NOT_COMPARED):
        values = [one.get(key, defaults.get(key)) for one in (first, second)]
        if values[0] != values[1]:
            said = [
                _say(value, titles) + ("" if key in one else " (by default)")
                for value, one in zip(values, (first, second), strict=True)
            ]
            yield f"{key}: {said[0]}, then {said[1]}"


def _compare_indicators(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]], titles: Mapping[str, str]
) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        one, other = old.get(name), new.get(name)
        if one is None or other is None:
            which, alone = ("first", one) if one else ("second", other or {})
            yield f"{titles.get(name, name)}: in the {which} only, weight {_say(alone.get('weight'), titles)}"
            continue
        for key in sorted(one.keys() | other.keys()):
            if one.get(key) != other.get(key):
                values = [_say(its.get(key), titles) for its in (one, other)]
                yield f"{titles.get(name, name)}, {key}: {values[0]}, then {values[1]}"


def titles_of_both(before: ReviewResult, after: ReviewResult) -> dict[str, str]:
    """Indicator → title, of all that either result knows."""
    return {
        row["indicator"]: row["title"]
        for result in (before, after)
        for table in ("beside", "indicators")
        for row in result.rows(table)
    }


def _flat(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Keys as a plan's writer knows them, such as `gates.breaks`; indicators are compared by themselves."""
    flat: dict[str, Any] = {}
    for key, value in plan.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{name}": its for name, its in value.items()}
        elif key != "indicators":
            flat[key] = value
    return flat


def _say(value: Any, titles: Mapping[str, str]) -> str:
    if value is None or value == [] or value == ():
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return wording.enumerate_words([titles.get(str(one), str(one)) for one in value])
    if isinstance(value, datetime.date):
        return wording.day(value)
    return str(value)


def compare_definitions(before: ReviewResult, after: ReviewResult) -> str:
    """Whether the two were made with the same definitions; '' where they were."""
    if before.manifest["definitions"] == after.manifest["definitions"]:
        return ""
    return "Definitions: the two were made with different ones."


def compare_files(before: ReviewResult, after: ReviewResult) -> Iterator[str]:
    """The files that only one of the two was made from, by source."""
    old, new = ({row["edition"]: row for row in result.rows("sources")} for result in (before, after))
    for which, rows in (
        ("first", [old[one] for one in old.keys() - new.keys()]),
        ("second", [new[one] for one in new.keys() - old.keys()]),
    ):
        for title in sorted({row["title"] for row in rows}):
            its = sorted((row for row in rows if row["title"] == title), key=lambda row: row["published"])
            yield f"{title}: {_name_files(its)} in the {which} only"


def _name_files(rows: list[dict[str, Any]]) -> str:
    first, last = (wording.day(rows[place]["published"]) for place in (0, -1))
    issued = f"issued {first}" if first == last else f"issued {first} to {last}"
    if len(rows) > MOST_FILES:
        return f"{wording.count(len(rows), 'file')}, {issued},"
    return f"{wording.enumerate_words(sorted(row['file'] for row in rows))} ({issued})"
