"""Who is not assessed and why: one by one, and by reason for a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from likeforlike.present import wording
from likeforlike.review.result import ReviewResult
from likeforlike.review.tables import Row


@dataclass(frozen=True)
class NotAssessedView:
    """One organisation of which the figures do not say enough."""

    organisation: str
    name: str
    reasons: tuple[str, ...]
    """With what each gate saw."""
    in_short: str
    """What it shares with others: the same without figures of its own."""


@dataclass(frozen=True)
class SameReasonView:
    """All that are not assessed for one reason."""

    reason: str
    organisations: tuple[str, ...]

    @property
    def words(self) -> str:
        """How many, the codes of a few, and why."""
        codes = list(self.organisations[:MOST_CODES])
        more = len(self.organisations) - len(codes)
        named = ", ".join(codes) + f" and {more:,} more" if more else wording.enumerate_words(codes)
        return f"{len(self.organisations):,} ({named}): {self.reason}"


MOST_CODES = 4


def view_not_assessed(result: ReviewResult) -> tuple[NotAssessedView, ...]:
    """Everybody who is not assessed, in order of code."""
    gates = gates_by_organisation(result)
    titles = _titles(result)
    without = _without_any_figure(result)
    explained = explain_gates(result)
    found = []
    for row in result.rows("organisations"):
        if row["assessed"]:
            continue
        code = row["organisation"]
        its = gates.get(code, [])
        short = _in_short(its, titles, without=code in without)
        reasons = (short,) if short == wording.TAKES_NO_PART else explained.get(code, (short,))
        found.append(NotAssessedView(code, row["name"], reasons, short))
    return tuple(found)


def group_by_reason(views: Sequence[NotAssessedView]) -> tuple[SameReasonView, ...]:
    """The same by reason, that of most first."""
    groups: dict[str, list[str]] = {}
    for one in views:
        groups.setdefault(one.in_short, []).append(one.organisation)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(SameReasonView(reason, tuple(codes)) for reason, codes in ordered)


def gates_by_organisation(result: ReviewResult) -> dict[str, list[Row]]:
    """Organisation → the gates that stopped it."""
    gates: dict[str, list[Row]] = {}
    for row in result.rows("gates"):
        gates.setdefault(row["organisation"], []).append(row)
    return gates


def explain_gates(result: ReviewResult) -> dict[str, tuple[str, ...]]:
    """Organisation → why figures of it do not count, each reason a phrase that names its indicator."""
    titles = _titles(result)
    return {
        code: tuple(_about(row, titles, wording.gate(row["gate"], row["detail"])) for row in its)
        for code, its in gates_by_organisation(result).items()
    }


def _titles(result: ReviewResult) -> dict[str, str]:
    return {row["indicator"]: row["title"] for row in result.rows("indicators")}


def _without_any_figure(result: ReviewResult) -> frozenset[str]:
    effects = result.rows("effects")
    some = {row["organisation"] for row in effects if row["value"] is not None}
    return frozenset(row["organisation"] for row in effects) - some


def _in_short(gates: Sequence[Row], titles: Mapping[str, str], *, without: bool) -> str:
    """What keeps it from all comparisons; where nothing does, what keeps it from each."""
    absent = {row["indicator"] for row in gates if row["detail"] in wording.NO_PART}
    if without and absent == titles.keys():
        return wording.TAKES_NO_PART
    whole = [wording.GATES[row["gate"]] for row in gates if row["indicator"] is None]
    its = whole or [_about(row, titles, wording.gate_in_short(row["gate"], row["detail"])) for row in gates]
    return "; ".join(dict.fromkeys(its)) or wording.TOO_FEW_FIGURES


def _about(row: Row, titles: Mapping[str, str], words: str) -> str:
    return f"{titles[row['indicator']]}: {words}" if row["indicator"] else words
