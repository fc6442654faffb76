"""What happens: three mergers, a change of supplier, a practice that falls silent; and the care-home
practice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.plan import CountyPlan

FEWEST_MONTHS = 6  # with fewer there is no before and after to tell an event by
MERGERS_AT, SUPPLIER_CHANGE_AT, SILENT_AT = (0.25, 0.5, 0.75), 0.6, 0.7  # as a share of the published months


@dataclass(frozen=True)
class Merger:
    """From `month` on, the patients of `closing` are on the list of `successor` (positions of practices)."""

    month: int
    closing: int
    successor: int


@dataclass(frozen=True)
class Events:
    """Positions of practices and months. A practice of -1 means that the event does not take place."""

    mergers: tuple[Merger, ...]
    supplier_change: int
    supplier_change_month: int
    silent: int
    silent_month: int
    care_home: int


def draw_events(plan: CountyPlan, sub_icb_of: npt.NDArray[np.int64], rng: np.random.Generator) -> Events:
    """Choose the practices and months. Merging practices are of one sub-ICB; nobody has two events."""
    order = [int(practice) for practice in rng.permutation(plan.practices)]
    care_home = order.pop()
    if plan.months < FEWEST_MONTHS:
        return Events((), -1, plan.months, -1, plan.months, care_home)
    mergers = []
    for share in MERGERS_AT:
        closing, successor = next(
            (one, other)
            for position, one in enumerate(order)
            for other in order[position + 1 :]
            if sub_icb_of[one] == sub_icb_of[other]
        )
        order.remove(closing)
        order.remove(successor)
        mergers.append(Merger(round(share * plan.months), closing, successor))
    return Events(
        mergers=tuple(mergers),
        supplier_change=order.pop(),
        supplier_change_month=round(SUPPLIER_CHANGE_AT * plan.months),
        silent=order.pop(),
        silent_month=round(SILENT_AT * plan.months),
        care_home=care_home,
    )
