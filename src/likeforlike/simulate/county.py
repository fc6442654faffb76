"""Who exists in the county: regions, boards, networks and practices, with their lists and events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from likeforlike.simulate import names
from likeforlike.simulate.events import Events, draw_events
from likeforlike.simulate.months import months_up_to, working_days
from likeforlike.simulate.plan import CountyPlan
from likeforlike.simulate.populations import Populations, draw_populations
from likeforlike.simulate.randomness import random_stream

NEXT_WINDOW = 12  # months after the last published one whose truth is known, so that lists can be scored
SUB_ICBS_OF_AN_ICB = (2, 3, 2, 3)  # England: 106 in 42
PRACTICES_OF_A_PCN = 4.8  # England: 6,200 practices in 1,298 networks
ICBS_OF_A_REGION = 6  # England: 42 in 7
SHARE_WITHOUT_PCN = 0.006
SUPPLIERS, SUPPLIER_SHARES = ("EMIS", "TPP"), (0.585, 0.415)


@dataclass(frozen=True)
class Area:
    """A region, board, sub-board or network; `parent` is its position in the tier above (-1: none)."""

    code: str
    ons_code: str
    name: str
    parent: int


@dataclass(frozen=True)
class County:
    """Everything that does not depend on behaviour. Arrays are by practice, or practice × month.

    `months` are the published ones; arrays over time run `NEXT_WINDOW` months further.
    """

    plan: CountyPlan
    months: tuple[date, ...]
    all_months: tuple[date, ...]
    working_days: npt.NDArray[np.int64]
    regions: tuple[Area, ...]
    icbs: tuple[Area, ...]
    sub_icbs: tuple[Area, ...]
    pcns: tuple[Area, ...]
    codes: tuple[str, ...]
    practice_names: tuple[str, ...]
    postcodes: tuple[str, ...]
    sub_icb_of: npt.NDArray[np.int64]
    pcn_of: npt.NDArray[np.int64]
    supplier_of: npt.NDArray[np.int64]
    events: Events
    populations: Populations

    def supplier(self, practice: int, month: int) -> str:
        """The supplier of the practice's clinical system in the month."""
        changed = practice == self.events.supplier_change and month >= self.events.supplier_change_month
        return SUPPLIERS[1 - self.supplier_of[practice] if changed else self.supplier_of[practice]]

    def open_practices(self, month: int) -> npt.NDArray[np.int64]:
        """The practices that have not been merged into another by the month, in order of code."""
        return np.flatnonzero(self.populations.list_size[:, month] > 0)


def build_county(plan: CountyPlan) -> County:
    """The county of a plan; the same plan always gives the same county."""
    months = months_up_to(plan.last_month, plan.months)
    all_months = (*months, *(months_up_to(_later(plan.last_month), NEXT_WINDOW)))
    regions, icbs, sub_icbs = _areas(plan.icbs)
    rng = random_stream(plan.seed, "geography")
    sub_icb_of = _practices_by_sub_icb(plan, len(sub_icbs), rng)
    pcns, pcn_of = _networks(sub_icb_of, rng)
    events = draw_events(plan, sub_icb_of, random_stream(plan.seed, "events"))
    numbers = range(plan.practices)
    return County(
        plan=plan,
        months=months,
        all_months=all_months,
        working_days=working_days(all_months),
        regions=regions,
        icbs=icbs,
        sub_icbs=sub_icbs,
        pcns=pcns,
        codes=tuple(f"X{number + 1:05d}" for number in numbers),
        practice_names=tuple(names.practice_name(number) for number in numbers),
        postcodes=tuple(names.postcode(number) for number in numbers),
        sub_icb_of=sub_icb_of,
        pcn_of=pcn_of,
        supplier_of=rng.choice(len(SUPPLIERS), plan.practices, p=SUPPLIER_SHARES),
        events=events,
        populations=draw_populations(plan.practices, len(all_months), events, plan.seed),
    )


def _later(last_month: date) -> date:
    return date(last_month.year + NEXT_WINDOW // 12, last_month.month, 1)


def _areas(icb_count: int) -> tuple[tuple[Area, ...], tuple[Area, ...], tuple[Area, ...]]:
    region_count = -(-icb_count // ICBS_OF_A_REGION)
    regions = tuple(
        Area(f"XR{number + 1}", f"X4{number + 1:07d}", f"{names.REGIONS[number]} (fictional)", -1)
        for number in range(region_count)
    )
    icbs = tuple(
        Area(
            f"XI{number + 1:02d}",
            f"X54{number + 1:06d}",
            f"NHS {names.county_name(number)} Integrated Care Board (fictional)",
            number // ICBS_OF_A_REGION,
        )
        for number in range(icb_count)
    )
    parents = [icb for icb in range(icb_count) for _ in range(SUB_ICBS_OF_AN_ICB[icb % 4])]
    sub_icbs = tuple(
        Area(
            f"XS{number + 1:03d}",
            f"X38{number + 1:06d}",
            f"NHS {names.county_name(icb)} ICB - XS{number + 1:03d} (fictional)",
            icb,
        )
        for number, icb in enumerate(parents)
    )
    return regions, icbs, sub_icbs


def _practices_by_sub_icb(plan: CountyPlan, sub_icbs: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Unequal areas: every one gets two practices (a merger needs two), the rest falls by drawn weights."""
    weights = rng.lognormal(0.0, 0.4, sub_icbs)
    counts = 2 + rng.multinomial(plan.practices - 2 * sub_icbs, weights / weights.sum())
    return np.repeat(np.arange(sub_icbs), counts)


def _networks(
    sub_icb_of: npt.NDArray[np.int64], rng: np.random.Generator
) -> tuple[tuple[Area, ...], npt.NDArray[np.int64]]:
    pcns: list[Area] = []
    pcn_of = np.empty(len(sub_icb_of), dtype=np.int64)
    for sub_icb in range(int(sub_icb_of[-1]) + 1):
        members = np.flatnonzero(sub_icb_of == sub_icb)
        for group in np.array_split(members, max(1, round(len(members) / PRACTICES_OF_A_PCN))):
            pcn_of[group] = len(pcns)
            pcns.append(Area(f"XP{len(pcns) + 1:04d}", "", names.pcn_name(len(pcns)), sub_icb))
    pcn_of[rng.random(len(sub_icb_of)) < SHARE_WITHOUT_PCN] = -1
    return tuple(pcns), pcn_of
