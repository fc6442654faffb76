"""The providers and councils of the fictional region: codes, names and sizes that every file of theirs shares."""

from __future__ import annotations

from dataclasses import dataclass

from likeforlike.simulate.county import County
from likeforlike.simulate.names import COUNTIES, LANDFORMS, PLANTS

CARE_HOMES_OF_A_COUNCIL = 20


@dataclass(frozen=True)
class Provider:
    """One provider: `size` is relative to the others of its kind, `icb` its board's position in the county."""

    code: str
    name: str
    icb: int
    size: float


@dataclass(frozen=True)
class Council:
    """One council responsible for social care and public health."""

    code: str
    name: str
    icb: int


@dataclass(frozen=True)
class CareHome:
    """One care home, by the regulator's identifier of its location."""

    code: str
    name: str
    council: int
    beds: int


@dataclass(frozen=True)
class Providers:
    """Everybody but the practices and their boards, in order of code."""

    acute_trusts: tuple[Provider, ...]
    mental_health_trusts: tuple[Provider, ...]
    ambulance_trusts: tuple[Provider, ...]
    independent: tuple[Provider, ...]
    councils: tuple[Council, ...]
    care_homes: tuple[CareHome, ...]


def list_providers(county: County) -> Providers:
    """Two acute trusts, a mental health trust, an ambulance service, an independent provider and two councils.

    They serve the first board of the county, whatever its size.
    """
    place, other = COUNTIES[0], COUNTIES[1]
    last = len(county.icbs) - 1
    councils = (
        Council("X06000001", f"{place} Council (fictional)", 0),
        Council("X06000002", f"{other} Council (fictional)", min(1, last)),
    )
    return Providers(
        acute_trusts=(
            Provider("XA1", f"{place} University Hospitals NHS Trust (fictional)", 0, 1.6),
            Provider("XA2", f"{other} General Hospital NHS Foundation Trust (fictional)", min(1, last), 0.9),
        ),
        mental_health_trusts=(Provider("XM1", f"{place} Mental Health NHS Trust (fictional)", 0, 1.0),),
        ambulance_trusts=(Provider("XB1", f"{place} Ambulance Service NHS Trust (fictional)", 0, 1.0),),
        independent=(Provider("XN01", f"{other} Independent Clinic (fictional)", min(1, last), 0.1),),
        councils=councils,
        care_homes=tuple(
            CareHome(
                f"X1-{number + 1:08d}",
                _home_name(number),
                number // CARE_HOMES_OF_A_COUNCIL,
                12 + number * 7 % 49,
            )
            for number in range(CARE_HOMES_OF_A_COUNCIL * len(councils))
        ),
    )


def _home_name(number: int) -> str:
    plant, landform = PLANTS[number % len(PLANTS)], LANDFORMS[number * 3 % len(LANDFORMS)]
    return f"{plant.title()}{landform.lower()} House (fictional)"
