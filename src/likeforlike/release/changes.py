"""What a release has that the one before had not: every figure that changed, and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from likeforlike.present import wording
from likeforlike.release.reading import Release
from likeforlike.release.views import ChangeView, IndicatorView

# A definition changes what a figure is when one of these differs; words about it do not.
WHAT_IT_IS = ("kind", "unit", "polarity", "smallest_difference", "definition", "expected", "levels")


def list_changes(before: Release, after: Release) -> list[ChangeView]:
    """Indicator by indicator: new, withdrawn, defined another way, new periods, restated periods, periods gone."""
    old = {one.id: one for one in before.indicators()}
    new = {one.id: one for one in after.indicators()}
    changes = [
        ChangeView(one.id, one.title, "new indicator", "It was not in the release before.", 0)
        for name, one in new.items()
        if name not in old
    ]
    changes += [
        ChangeView(one.id, one.title, "withdrawn", "It was in the release before and is no more.", 0)
        for name, one in old.items()
        if name not in new
    ]
    for name in new:
        if name in old:
            changes += _of_indicator(before, after, old[name], new[name])
    return changes


def _of_indicator(
    before: Release, after: Release, old: IndicatorView, new: IndicatorView
) -> Iterable[ChangeView]:
    differing = [name for name in WHAT_IT_IS if getattr(old, name) != getattr(new, name)]
    added: Counter[tuple[str, str]] = Counter()
    restated: Counter[tuple[str, str]] = Counter()
    gone: Counter[tuple[str, str]] = Counter()
    for then, now in _pairs(before, after, new.id):
        for period in then.keys() | now.keys():
            if period not in then:
                added[period] += 1
            elif period not in now:
                gone[period] += 1
            elif then[period] != now[period]:
                restated[period] += 1
    if differing:
        words = wording.enumerate_words([name.replace("_", " ") for name in differing])
        yield ChangeView(
            new.id, new.title, "changed definition", f"Changed: {words}.", sum(restated.values())
        )
    for what, counted, said in (
        ("new period", added, "New: {periods}."),
        (
            "restated period",
            restated,
            "Other figures than before, by other files or another definition: {periods}.",
        ),
        ("period gone", gone, "No longer there: {periods}."),
    ):
        if counted:
            yield ChangeView(
                new.id, new.title, what, said.format(periods=_say_periods(counted)), sum(counted.values())
            )


def _pairs(
    before: Release, after: Release, indicator: str
) -> Iterable[tuple[dict[tuple[str, str], object], dict[tuple[str, str], object]]]:
    """What each organisation had in either release, where that differs."""
    then, now = before.raw_histories(indicator), after.raw_histories(indicator)
    for key in sorted(then.keys() | now.keys()):
        if then.get(key) != now.get(key):
            yield _by_period(then.get(key)), _by_period(now.get(key))


def _by_period(text: str | None) -> dict[tuple[str, str], object]:
    return {(first, last): (value, reason) for first, last, value, reason in json.loads(text or "[]")}


def _say_periods(counted: Counter[tuple[str, str]]) -> str:
    months = sorted({wording.month(first) for first, _ in counted}, key=lambda month: month[-4:])
    if len(months) > 3:
        ordered = sorted(counted)
        return (
            f"{len(counted)} periods from {wording.month(ordered[0][0])} to {wording.month(ordered[-1][0])}"
        )
    return wording.enumerate_words(months)
