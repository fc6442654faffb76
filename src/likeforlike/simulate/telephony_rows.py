"""The rows of the telephony workbook: practices under their code, shared accounts lumped by area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.area_cells import area_cells
from likeforlike.simulate.county import County
from likeforlike.simulate.telephony_calls import (
    BY_ICB,
    BY_PCN,
    BY_SUB_ICB,
    NATIONAL,
    OWN,
    Calls,
    PhoneSystems,
)

UNASSIGNED, UNMAPPED = "Unassigned", "Unmapped"


@dataclass(frozen=True)
class CallRow:
    """One line of Tables 3 to 5: the ten cells that say who, then the counts."""

    who: tuple[str, ...]
    inbound: int
    answered: int
    ended_in_ivr: int
    call_back_requested: int
    missed: int
    call_back_made: int
    answered_waits: tuple[int, ...]
    durations: tuple[int, ...]
    missed_waits: tuple[int, ...]


def call_rows(county: County, systems: PhoneSystems, calls: Calls) -> list[CallRow]:
    """The rows of the month in the publisher's order: region, ICB, sub-ICB, network; the unmapped last."""
    members: dict[tuple[int, ...], list[int]] = {}
    for practice in np.flatnonzero(calls.taking_part):
        members.setdefault(_place(county, int(systems.account[practice]), int(practice)), []).append(
            int(practice)
        )
    return [_row(county, systems, calls, members[place]) for place in sorted(members)]


def total_row(calls: Calls) -> CallRow:
    """The sum over all practices that take part."""
    everybody = slice(None)
    return CallRow((), *_counts(calls, everybody))


# How many of the eight cells that name areas are "Unmapped" (network two, sub-ICB two …), by account.
UNMAPPED_CELLS = {OWN: 0, BY_PCN: 0, BY_SUB_ICB: 2, BY_ICB: 4, NATIONAL: 8}
LAST = 10_000


def _place(county: County, account: int, practice: int) -> tuple[int, ...]:
    """Where the account stands in the table; accounts with the same place share a row."""
    sub_icb = int(county.sub_icb_of[practice])
    icb = county.sub_icbs[sub_icb].parent
    region = county.icbs[icb].parent
    pcn = int(county.pcn_of[practice])
    places = {
        OWN: (region, icb, sub_icb, pcn if pcn >= 0 else LAST - 1, practice),
        BY_PCN: (region, icb, sub_icb, pcn, LAST),
        BY_SUB_ICB: (region, icb, sub_icb, LAST, LAST),
        BY_ICB: (region, icb, LAST, LAST, LAST),
        NATIONAL: (LAST, LAST, LAST, LAST, LAST),
    }
    return places[account]


def _row(county: County, systems: PhoneSystems, calls: Calls, practices: list[int]) -> CallRow:
    first = practices[0]
    account = int(systems.account[first])
    unmapped = UNMAPPED_CELLS[account]
    names = (county.codes[first], county.practice_names[first]) if account == OWN else (UNASSIGNED, UNMAPPED)

    who = (*names, *(UNMAPPED,) * unmapped, *area_cells(county, first)[unmapped:])
    return CallRow(who, *_counts(calls, practices))


def _counts(
    calls: Calls, practices: list[int] | slice
) -> tuple[int, int, int, int, int, int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    return (
        int(calls.inbound[practices].sum()),
        int(calls.answered[practices].sum()),
        int(calls.ended_in_ivr[practices].sum()),
        int(calls.call_back_requested[practices].sum()),
        int(calls.missed[practices].sum()),
        int(calls.call_back_made[practices].sum()),
        _band_counts(calls.answered_waits, practices),
        _band_counts(calls.durations, practices),
        _band_counts(calls.missed_waits, practices),
    )


def _band_counts(bands: npt.NDArray[np.int64], practices: list[int] | slice) -> tuple[int, ...]:
    return tuple(int(count) for count in bands[practices].sum(axis=0))
