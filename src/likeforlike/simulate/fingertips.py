"""Writes a Fingertips export: three indicators of practices, networks and an England that is only this county."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.area_indicators import AreaIndicators
from likeforlike.simulate.county import County
from likeforlike.simulate.text_columns import quoted

FOLDER = "fingertips"
FILE = "indicators-GPs.data.csv"
HEADER = (
    "Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name", "Area Type", "Sex",
    "Age", "Category Type", "Category", "Time period", "Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit",
    "Lower CI 99.8 limit", "Upper CI 99.8 limit", "Count", "Denominator", "Value note", "Recent Trend",
    "Compared to England value or percentiles", "Column not used", "Time period Sortable", "New data",
    "Compared to goal", "Time period range",
)  # fmt: skip
LINE_END = "\r\n"
ENGLAND = ("XENG", "England (FICTIONAL: this county alone)")
PRACTICES, NETWORKS, NATION = "GPs", "PCNs (v. 27/10/23)", "England"
SUPPRESSED = "Value suppressed for disclosure control reasons"
ROUNDED_TO = 5
FEWEST_ATTENDANCES = 8  # fewer are suppressed
Z95, Z998 = 1.959963984540054, 3.090232306167813
INDEX_OF_DEPRIVATION = "2019"

Limits = tuple[float, float]


@dataclass(frozen=True)
class _Area:
    """One area with what is counted in it."""

    code: str
    name: str
    kind: str
    parent: tuple[str, str]
    members: npt.NDArray[np.int64]


def write_fingertips(county: County, indicators: AreaIndicators, directory: Path) -> Path:
    """Write the export, every area of one indicator after the other."""
    folder = directory / FOLDER
    folder.mkdir(parents=True)
    path = folder / FILE
    areas = list(_areas(county, indicators))
    rows = [
        *(_attendances(area, indicators) for area in areas if indicators.children[area.members].sum()),
        *(_smoking(area, indicators) for area in areas),
        *(_deprivation(area, indicators) for area in areas if area.kind != NETWORKS),
    ]
    lines = [",".join(HEADER), *(",".join(quoted(cell) for cell in row) for row in rows)]
    path.write_bytes((LINE_END.join(lines) + LINE_END).encode())
    return path


def _areas(county: County, indicators: AreaIndicators) -> Iterator[_Area]:
    """England, which is printed once without a parent and once as its own, the networks, the practices."""
    practices = indicators.open_practices
    for parent in (("", ""), ENGLAND):
        yield _Area(*ENGLAND, NATION, parent, practices)
    for number, network in enumerate(county.pcns):
        members = practices[county.pcn_of[practices] == number]
        if members.size:
            yield _Area(network.code, network.name, NETWORKS, ENGLAND, members)
    for practice in practices:
        pcn = county.pcn_of[practice]
        parent = ("", "") if pcn < 0 else (county.pcns[pcn].code, county.pcns[pcn].name)
        yield _Area(
            county.codes[practice], county.practice_names[practice], PRACTICES, parent, practice[None]
        )


def _attendances(area: _Area, indicators: AreaIndicators) -> Sequence[str]:
    count = int(indicators.attendances[area.members].sum())
    children = int(indicators.children[area.members].sum())
    indicator = ("93930", "A&E attendances (0 to 4 years)", "Persons", "0-4 yrs")
    if count < FEWEST_ATTENDANCES:
        figures = ("", "", "", "", "", "", str(children), SUPPRESSED)
        return _row(area, indicator, _financial(indicators.year), figures)
    # The publisher rounds the count and computes the value from that, but the limits from the count itself.
    printed = count if area.kind == NATION else ROUNDED_TO * round(count / ROUNDED_TO)
    lower, upper = (1000 * limit / children for limit in byar(count, Z95))
    value = 1000 * printed / children
    figures = (f"{value:.5f}", f"{lower:.5f}", f"{upper:.5f}", "", "", str(printed), str(children), "")
    return _row(area, indicator, _financial(indicators.year), figures)


def _smoking(area: _Area, indicators: AreaIndicators) -> Sequence[str]:
    count, adults = int(indicators.smokers[area.members].sum()), int(indicators.adults[area.members].sum())
    indicator = ("91547", "Smoking prevalence in adults (15+) - current smokers (QOF)", "Persons", "15+ yrs")
    limits = (100 * limit for z in (Z95, Z998) for limit in wilson(count, adults, z))
    figures = (
        f"{100 * count / adults:.8f}",
        *(f"{limit:.8f}" for limit in limits),
        str(count),
        str(adults),
        "",
    )
    return _row(area, indicator, _financial(indicators.year), figures)


def _deprivation(area: _Area, indicators: AreaIndicators) -> Sequence[str]:
    weights = indicators.adults[area.members] + indicators.children[area.members]
    score = float(np.average(indicators.score[area.members], weights=weights))
    indicator = ("93553", "Deprivation score (IMD 2019)", "Persons", "All ages")
    period = (INDEX_OF_DEPRIVATION, f"{INDEX_OF_DEPRIVATION}0000")
    return _row(area, indicator, period, (f"{score:.13f}", "", "", "", "", "", "", ""))


def _row(
    area: _Area, indicator: Sequence[str], period: tuple[str, str], figures: Sequence[str]
) -> Sequence[str]:
    number, name, sex, age = indicator
    *numbers, note = figures
    told = "Cannot be calculated" if number == "93553" else ""
    return (
        number, name, *area.parent, area.code, area.name, area.kind, sex, age, "", "", period[0], *numbers, note,
        told, "Not compared", "Not compared", period[1], "", "", "1y",
    )  # fmt: skip


def _financial(year: int) -> tuple[str, str]:
    """The financial year as it is printed, and in its sortable form."""
    return f"{year}/{(year + 1) % 100:02d}", f"{year}0000"


def byar(count: int, z: float) -> Limits:
    """Byar's limits of a count (Breslow & Day 1987, p. 69)."""
    over = count + 1
    lower = count * (1 - 1 / (9 * count) - z / (3 * count**0.5)) ** 3
    return lower, over * (1 - 1 / (9 * over) + z / (3 * over**0.5)) ** 3


def wilson(count: int, total: int, z: float) -> Limits:
    """Wilson's limits of a share (Wilson 1927)."""
    middle = count + z * z / 2
    half = z * (count * (total - count) / total + z * z / 4) ** 0.5
    return max(0.0, (middle - half) / (total + z * z)), min(1.0, (middle + half) / (total + z * z))
