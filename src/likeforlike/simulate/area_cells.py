"""How the workbooks say where a practice is."""

from __future__ import annotations

from likeforlike.simulate.county import County


def area_cells(county: County, practice: int) -> tuple[str, ...]:
    """Code and name of network, sub-ICB, ICB and region, in the capitals of the workbooks."""
    pcn = county.pcn_of[practice]
    area = county.sub_icbs[county.sub_icb_of[practice]]
    icb = county.icbs[area.parent]
    region = county.regions[icb.parent]
    network = ("U", "Unallocated") if pcn < 0 else (county.pcns[pcn].code, county.pcns[pcn].name)
    return (
        *network,
        area.code,
        area.name.upper(),
        icb.code,
        icb.name.upper(),
        region.code,
        region.name.upper(),
    )
