"""Ratings as CQC's interface nests them in a location: of today and of before, each with the date of its report."""

from __future__ import annotations

import ast
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

OVERALL = "Overall"
# Not on the scale and without a date: the location has not been rated yet.
NO_RATING_YET = "No published rating"
# Deeper nesting than any rating has; the parser of Python literals would exhaust the stack on more.
MOST_BRACKETS = 20

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")


@dataclass(frozen=True)
class Rating:
    """One rating of one question, as a report gave it."""

    question: str
    report_date: datetime.date
    rating: str
    inherited: bool
    """Whether it was given under the registration of another location, which this one took over from."""


class NestedTextError(Exception):
    """A nested text that is not as the interface writes it; says what was expected."""


def read_ratings(current: str, historic: str) -> dict[tuple[str, datetime.date], list[Rating]]:
    """All ratings of a location by question and date of report; a day may have several reports.

    Raises:
        NestedTextError: a text is not nested as expected, or a rating lacks its date.
    """
    found: dict[tuple[str, datetime.date], list[Rating]] = {}
    for rating in (*_read_current(parse_nested(current)), *_read_historic(parse_nested(historic))):
        found.setdefault((rating.question, rating.report_date), []).append(rating)
    return found


def choose_rating(ratings: list[Rating]) -> Rating:
    """Which of several reports of one day stands: the location's own before an inherited one, one on the scale
    before one that is not, then the lower, so that a doubt hides no concern."""

    def order(one: Rating) -> tuple[bool, bool, int, str]:
        on_scale = one.rating in LEVELS
        return one.inherited, not on_scale, LEVELS.index(one.rating) if on_scale else 0, one.rating

    return min(ratings, key=order)


def parse_nested(text: str) -> object:
    """What a nested text holds: lists, dictionaries and texts, written as Python literals; nothing when empty.

    Raises:
        NestedTextError: it holds anything else.
    """
    if not text:
        return None
    depth = deepest = 0
    # Brackets within quoted words count too: real texts have a handful.
    for bracket in re.findall(r"[\[{(\])}]", text):
        depth += 1 if bracket in "[{(" else -1
        deepest = max(deepest, depth)
    if deepest > MOST_BRACKETS:
        raise NestedTextError("a list or dictionary of ratings, not nested so deeply")
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise NestedTextError("a list or dictionary, written as the interface does") from None


def _read_current(nested: object) -> Iterator[Rating]:
    if nested is None:
        return
    overall = _dictionary(_dictionary(nested).get("overall"))
    yield from _read_overall(overall, _text(overall, "reportDate"), inherited="organisationId" in overall)


def _read_historic(nested: object) -> Iterator[Rating]:
    for report in _list(nested or []):
        one = _dictionary(report)
        if "overall" in one:
            yield from _read_overall(
                _dictionary(one["overall"]), _text(one, "reportDate"), inherited="organisationId" in one
            )


def _read_overall(
    overall: Mapping[str, object], of_report: str | None, *, inherited: bool
) -> Iterator[Rating]:
    """The rating as a whole and those of the key questions, each of its own date where it has one."""
    questions: list[tuple[str, Mapping[str, object], str | None]] = []
    if "rating" in overall:
        questions.append((OVERALL, overall, of_report))
    for nested in _list(overall.get("keyQuestionRatings", [])):
        one = _dictionary(nested)
        questions.append((_text(one, "name") or "", one, _text(one, "reportDate") or of_report))
    for question, rated, date in questions:
        rating = _text(rated, "rating") or ""
        if date is None and rating == NO_RATING_YET:
            continue
        yield Rating(question, _day(date, question), rating, inherited or "organisationId" in rated)


def _day(text: str | None, question: str) -> datetime.date:
    if text is None:
        raise NestedTextError(f"a date of the report that rates '{question}'")
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise NestedTextError("a date of the report, as in 2021-01-19") from None


def _dictionary(nested: object) -> dict[str, object]:
    if not isinstance(nested, dict):
        raise NestedTextError("a dictionary with the rating overall")
    return nested


def _list(nested: object) -> list[object]:
    if not isinstance(nested, list):
        raise NestedTextError("a list of ratings")
    return nested


def _text(nested: Mapping[str, object], key: str) -> str | None:
    found = nested.get(key)
    if found is not None and not isinstance(found, str):
        raise NestedTextError(f"a text as '{key}'")
    return found
