"""Who followed a practice that vanished: the one neighbour whose list rose by just what was lost."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

# Over a longer time than this lists drift too far to tell a jump from growth.
LONGEST_GAP_MONTHS = 6
# Smaller lists cannot be told from the ordinary change of their neighbours'.
SMALLEST_LIST = 500
# A list that fell to this share of itself has been emptied: a few records often linger for months.
EMPTIED = 0.05
# How far what was gained may be from what was lost, as a share of it.
AGREES_WITHIN = 0.10
# What one neighbour gains must be more than it could by itself, as a share of its own list.
LEAST_RISE = 0.08
# How many practices can have gone to one successor at once, and from how many they can be picked.
MOST_TOGETHER, MOST_LOST = 4, 14

AreaOn = Callable[[str, datetime.date], str | None]


@dataclass(frozen=True)
class ListJump:
    """A successor that is inferred from lists: nobody states it."""

    predecessor: str
    successor: str
    after: datetime.date
    """The last month with the predecessor's list."""
    by: datetime.date
    """The first month without it."""
    lost: int
    """The predecessor's list."""
    lost_together: int
    """The lists of all that went to this successor at the same time."""
    gained: int
    """What the successor gained beyond the typical growth of all practices."""
    others: tuple[str, ...]
    """Who went to the same successor at the same time."""
    editions: tuple[str, ...] = ()

    @property
    def evidence(self) -> str:
        """In words."""
        together = f" with {', '.join(self.others)} {self.lost_together:,}" if self.others else ""
        return (
            f"list of {self.lost:,} in {self.after:%Y-%m}{together}, gone by {self.by:%Y-%m}; "
            f"the list of {self.successor} rose by {self.gained:,} more than lists in general, that of no other "
            f"practice in the area by as much"
        )


def infer_successors(
    practices: Sequence[str],
    months: Sequence[datetime.date],
    lists: npt.NDArray[np.float64],
    area_on: AreaOn,
) -> list[ListJump]:
    """The successors that list sizes point to without a doubt.

    `lists` is practice × month, NaN where a practice has none; `area_on` gives the area of a practice on a day.
    Between two months at most half a year apart, a practice of at least 500 patients whose list is gone, or has
    fallen to a twentieth, is looked for in its area: the one other practice whose list rose by what was lost (within
    a tenth), beyond the typical growth. Several may have gone to one successor at once: then it rose by their sum.
    Where two successors fit, or one fits two losses, nothing is inferred.
    """
    found = []
    for place in range(1, len(months)):
        earlier, later = months[place - 1], months[place]
        if (later.year - earlier.year) * 12 + later.month - earlier.month > LONGEST_GAP_MONTHS:
            continue
        found += _infer_step(practices, earlier, later, lists[:, place - 1], lists[:, place], area_on)
    return found


def _infer_step(
    practices: Sequence[str],
    earlier: datetime.date,
    later: datetime.date,
    before: npt.NDArray[np.float64],
    after: npt.NDArray[np.float64],
    area_on: AreaOn,
) -> list[ListJump]:
    now = np.nan_to_num(after)
    then = np.nan_to_num(before)
    is_lost = (then >= SMALLEST_LIST) & (now <= EMPTIED * then)
    stays = (then > 0) & (now > 0) & ~is_lost
    if not is_lost.any() or not stays.any():
        return []
    growth = float(np.median(now[stays] / then[stays]))
    gained = now - then * growth
    rises = (
        ~is_lost & (now > 0) & (gained >= np.maximum(LEAST_RISE * then, (1 - AGREES_WITHIN) * SMALLEST_LIST))
    )
    areas: dict[str, tuple[list[int], list[int]]] = {}
    for place in np.flatnonzero(is_lost | rises).tolist():
        # Who was lost is looked up where it last was, who rose where it is: its code may be new.
        area = area_on(practices[place], earlier if is_lost[place] else later)
        if area is not None:
            areas.setdefault(area, ([], []))[0 if is_lost[place] else 1].append(place)
    jumps = []
    for lost, risen in areas.values():
        for successor, together in _match(lost, risen, then, gained):
            sizes = {one: int(then[one]) for one in together}
            jumps += [
                ListJump(
                    predecessor=practices[one],
                    successor=practices[successor],
                    after=earlier,
                    by=later,
                    lost=sizes[one],
                    lost_together=sum(sizes.values()),
                    gained=round(float(gained[successor])),
                    others=tuple(practices[other] for other in together if other != one),
                )
                for one in together
            ]
    return sorted(jumps, key=lambda jump: jump.predecessor)


def _match(
    lost: Sequence[int], risen: Sequence[int], then: npt.NDArray[np.float64], gained: npt.NDArray[np.float64]
) -> list[tuple[int, tuple[int, ...]]]:
    """(successor, all that went to it), where each fits the other and nothing else."""
    if len(lost) > MOST_LOST:
        return []
    fits: dict[int, list[tuple[int, ...]]] = {}
    for successor in risen:
        for count in range(1, min(MOST_TOGETHER, len(lost)) + 1):
            for together in combinations(lost, count):
                sum_lost = float(then[list(together)].sum())
                if abs(gained[successor] - sum_lost) <= AGREES_WITHIN * sum_lost:
                    fits.setdefault(successor, []).append(together)
    claims = [one for sets in fits.values() for together in sets for one in together]
    return [
        (successor, sets[0])
        for successor, sets in sorted(fits.items())
        if len(sets) == 1 and all(claims.count(one) == 1 for one in sets[0])
    ]
