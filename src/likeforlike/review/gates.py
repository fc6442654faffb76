"""Which figures count against nobody, and why: each organisation that a gate stops is told so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from likeforlike.comparison.panel import FloatArray, Panel
from likeforlike.review.evidence import Evidence
from likeforlike.review.models import IndicatorModel
from likeforlike.review.plan import ReviewPlan

Members = NDArray[np.int64]

# What `withheld` begins with where a check of data quality failed.
FAILED_CHECK = "gate:"


class Gate(StrEnum):
    """Why a figure does not count; the words for people are in `wording`."""

    SMALL_LIST = "small_list"
    LIST_UNKNOWN = "list_unknown"
    LIST_JUMP = "list_jump"
    MERGED = "merged"
    ATYPICAL = "atypical_list"
    SUPPLIER_CHANGE = "supplier_change"
    MONTHS_MISSING = "months_missing"
    FAILED_CHECK = "failed_check"
    POPULATION_UNKNOWN = "population_unknown"
    TELLS_NOBODY_APART = "tells_nobody_apart"


@dataclass(frozen=True)
class Stopped:
    """One gate that stopped an organisation: on one indicator, or on all of them."""

    organisation: str
    indicator: str | None
    gate: Gate
    detail: str
    """A figure, a month, a reason of the catalogue: what the gate saw."""


def apply_gates(
    evidence: Evidence, members: Members, models: Sequence[IndicatorModel], plan: ReviewPlan
) -> tuple[NDArray[np.bool_], tuple[Stopped, ...]]:
    """Which figures of the area's organisations pass, (members, indicators), and all that was stopped."""
    passed = np.ones((members.size, len(models)), dtype=bool)
    stopped: list[Stopped] = []
    for row, place in enumerate(members):
        whole = _stop_whole(evidence, int(place), plan)
        stopped += whole
        passed[row] &= not whole
    for column, model in enumerate(models):
        its = _stop_indicator(evidence, members, model, plan)
        stopped += [one for found in its.values() for one in found]
        for row, place in enumerate(members):
            passed[row, column] &= evidence.organisations[place] not in its
    return passed, tuple(stopped)


def _stop_whole(evidence: Evidence, place: int, plan: ReviewPlan) -> list[Stopped]:
    """What keeps an organisation from being compared on anything: its list is not one that figures speak for."""
    code = evidence.organisations[place]
    found: list[tuple[Gate, str]] = []
    for other, day in evidence.merged.get(code, ()):
        if plan.gates.mergers and plan.window.first < day <= plan.window.last:
            found.append((Gate.MERGED, f"{other} on {day}"))
    if evidence.list_sizes is not None:
        found += _stop_list(evidence.list_sizes, place, plan)
    under_5, aged_85 = evidence.ages.values[place] / 100
    if under_5 < plan.gates.least_under_5:
        found.append((Gate.ATYPICAL, f"{under_5:.1%} of patients are under 5"))
    if aged_85 > plan.gates.most_aged_85:
        found.append((Gate.ATYPICAL, f"{aged_85:.1%} of patients are aged 85 and over"))
    return [Stopped(code, None, gate, detail) for gate, detail in found]


def _stop_list(lists: Panel, place: int, plan: ReviewPlan) -> list[tuple[Gate, str]]:
    within = [
        column
        for column, month in enumerate(lists.months)
        if plan.window.first <= month <= plan.window.last and not np.isnan(lists.numerator[place, column])
    ]
    if not within:
        # No list within the window says nothing against the newest there is.
        within = np.flatnonzero(~np.isnan(lists.numerator[place])).tolist()[-1:]
    if not within:
        return [(Gate.LIST_UNKNOWN, "")] if plan.gates.least_patients else []
    sizes = lists.numerator[place, within]
    found: list[tuple[Gate, str]] = []
    if sizes[-1] < plan.gates.least_patients:
        found.append((Gate.SMALL_LIST, f"{int(sizes[-1]):,} patients"))
    with np.errstate(divide="ignore", invalid="ignore"):
        jumps = np.abs(np.diff(sizes)) / sizes[:-1]
    if jumps.size and np.nanmax(jumps) > plan.gates.largest_list_jump:
        at = int(np.nanargmax(jumps))
        month = lists.months[within[at + 1]]
        found.append((Gate.LIST_JUMP, f"{int(sizes[at]):,} to {int(sizes[at + 1]):,} in {month:%Y-%m}"))
    return found


def _stop_indicator(
    evidence: Evidence, members: Members, model: IndicatorModel, plan: ReviewPlan
) -> dict[str, list[Stopped]]:
    """Organisation → why its figures of one indicator do not count."""
    fitted = next(iter(model.under.values()))
    name = model.indicator.id
    # Months in which anybody has a figure: a month that nobody was asked for is nobody's gap.
    asked = ~np.isnan(model.panel.numerator[:, model.months]).all(axis=0)
    stopped: dict[str, list[Stopped]] = {}
    for place in members:
        code = evidence.organisations[place]
        found: list[tuple[Gate, str]] = []
        seen = ~np.isnan(model.panel.numerator[place, model.months])[asked]
        reasons = Counter(str(one) for one in model.panel.withheld[place, model.months][asked][~seen])
        checks = {one: count for one, count in reasons.items() if one.startswith(FAILED_CHECK)}
        other = {one: count for one, count in reasons.items() if one not in checks}
        if sum(checks.values()) > plan.gates.most_months_gated * asked.sum():
            found.append((Gate.FAILED_CHECK, max(checks, key=checks.__getitem__).removeprefix(FAILED_CHECK)))
        elif sum(other.values()) > plan.gates.most_months_missing * asked.sum() or not seen.any():
            found.append((Gate.MONTHS_MISSING, max(reasons, key=reasons.__getitem__)))
        if seen.any() and np.isnan(fitted.expected[place, model.months][asked]).all():
            found.append((Gate.POPULATION_UNKNOWN, ""))
        if plan.gates.supplier_change and (change := _supplier_change(evidence, model, code)):
            found.append((Gate.SUPPLIER_CHANGE, change))
        if fitted.ahead <= 0:
            found.append((Gate.TELLS_NOBODY_APART, ""))
        if found:
            stopped[code] = [Stopped(code, name, gate, detail) for gate, detail in found]
    return stopped


def _supplier_change(evidence: Evidence, model: IndicatorModel, code: str) -> str:
    """The first change of supplier within the compared months; '' where there is none or nothing is known."""
    compared = set(model.panel.months[model.months])
    for source in dict.fromkeys(one.source for one in model.indicator.inputs):
        months = evidence.suppliers.get(source, {}).get(code, {})
        known = [(month, months[month]) for month in sorted(months) if month in compared]
        for (_, before), (month, after) in pairwise(known):
            if name_suppliers(before) != name_suppliers(after):
                return f"{before} to {after} in {month:%Y-%m}"
    return ""


def name_suppliers(published: str) -> frozenset[str]:
    """The suppliers of a cell, which names several with commas: their order, spacing and letter case tell nothing.

    One that joins or leaves is a change though another stays: what its system recorded is counted from then on, or
    no longer.

    >>> name_suppliers("TPP, Accurx ") == name_suppliers("ACCURX,TPP"), name_suppliers("TPP") == name_suppliers("")
    (True, False)
    """
    names = (" ".join(one.split()).casefold() for one in published.split(","))
    return frozenset(filter(None, names))


def share_gated(passed: NDArray[np.bool_]) -> FloatArray:
    """Of each indicator: the share of organisations that a gate stopped."""
    return np.asarray(1 - passed.mean(axis=0))
