"""Writes the directories of trusts and of their sites: `etr` and `ets`, without headers, in 27 columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path

from likeforlike.simulate.county import County
from likeforlike.simulate.months import NAMES
from likeforlike.simulate.organisations import COLUMNS, FOLDER, LINE_END, TELEPHONE, area_merger
from likeforlike.simulate.providers import Provider, list_providers

OPENED = "20010401"
# A trust that had closed before the first month; its sites went to the first acute trust.
CLOSED = ("XA9", "RIVERSIDE INFIRMARY NHS TRUST (FICTIONAL)")
SITE_KINDS = ("HOSPITAL", "COMMUNITY HOSPITAL", "CLINIC")


def write_trusts(county: County, directory: Path) -> list[Path]:
    """Write both directories as they stood in the last month, into the folder of the other directories."""
    folder = directory / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    month = county.months[-1]
    issue = f"{NAMES[month.month - 1][:3]}{month.year}"
    return [
        _write(folder / f"etr_{issue}.csv", _trusts(county)),
        _write(folder / f"ets_{issue}.csv", _sites(county)),
    ]


def _write(path: Path, rows: Iterable[Mapping[int, str]]) -> Path:
    lines = [
        ",".join(f'"{fields.get(place, "")}"' for place in range(1, COLUMNS + 1)) + LINE_END
        for fields in rows
    ]
    path.write_bytes("".join(lines).encode())
    return path


def _every_trust(county: County) -> tuple[Provider, ...]:
    providers = list_providers(county)
    return (*providers.acute_trusts, *providers.mental_health_trusts, *providers.ambulance_trusts)


def _place(county: County, icb: int, number: int) -> dict[int, str]:
    board = county.icbs[icb]
    return {
        3: county.regions[board.parent].code,
        4: board.code,
        5: "TRUST OFFICES",
        6: f"{number + 1} FICTION ROAD",
        10: county.postcodes[number % len(county.postcodes)],
        11: OPENED,
        18: TELEPHONE.format(number=number),
        22: "0",
        24: "X",
    }


def _trusts(county: County) -> Iterable[dict[int, str]]:
    for number, trust in enumerate(_every_trust(county)):
        yield {1: trust.code, 2: trust.name.upper()} | _place(county, trust.icb, number)
    code, name = CLOSED
    yield {1: code, 2: name} | _place(county, 0, 0) | {12: f"{area_merger(county) - timedelta(1):%Y%m%d}"}


def _sites(county: County) -> Iterable[dict[int, str]]:
    number = 0
    for trust in _every_trust(county):
        for kind in SITE_KINDS:
            number += 1
            name = f"{trust.name.split()[0].upper()} {kind} {number} (FICTIONAL)"
            # The last site of the first trust was the closed trust's.
            since = f"{area_merger(county):%Y%m%d}" if number == len(SITE_KINDS) else OPENED
            yield {1: f"XH{number:03d}", 2: name, 15: trust.code, 16: since} | _place(
                county, trust.icb, number
            )
