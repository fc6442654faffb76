"""Writes the ambulance systems indicators: a time series of response times, as a workbook with sheet 'Raw'."""

from __future__ import annotations

from pathlib import Path

from likeforlike.simulate.county import County
from likeforlike.simulate.months import NAMES, month_end
from likeforlike.simulate.providers import list_providers
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.workbook import Cell, new_book

FOLDER = "ambulance"
MOST_MONTHS = 12
APRIL = 4

KEYS = ("Concatenated", "Year", "Month", "Reg", "", "Area", "Trust")
# Incidents, those seen, those not seen, those taken to an emergency department; then for the categories 1 to 4
# incidents, total time in seconds, its mean and 90th centile.
ALL, SEEN, HEARD, CONVEYED = "A7", "A56", "A17", "A53"
CATEGORIES = (
    ("A8", "A24", "A25", "A26"),
    ("A10", "A30", "A31", "A32"),
    ("A11", "A33", "A34", "A35"),
    ("A12", "A36", "A37", "A38"),
)
# England, August 2025: share of all incidents, mean and 90th centile in seconds.
SHARES, MEANS, CENTILES = (0.096, 0.498, 0.187, 0.008), (467, 1623, 5569, 7440), (836, 3285, 12_680, 16_100)
SHARE_HEARD, SHARE_CONVEYED = 0.17, 0.59
INCIDENTS_PER_PATIENT = 0.0135  # a month; England: 0.78 million among 57 million


def write_ambulance(county: County, directory: Path) -> Path:
    """Write the newest twelve months at most: rows of England, then of the one service, which has all of it."""
    months = range(max(0, len(county.months) - MOST_MONTHS), len(county.months))
    (service,) = list_providers(county).ambulance_trusts
    region = county.regions[county.icbs[service.icb].parent]
    rows = [_draw_month(county, month) for month in months]
    figures = list(rows[0])
    path = directory / FOLDER / f"AmbSYS-Time-Series-until-{month_end(county.months[-1]):%Y%m%d}.xlsx"
    with new_book(path) as book:
        book.sheet("Introduction").write_column(
            1,
            (
                "About the Ambulance Quality Indicators (AQI)",
                "A service that does not exist, simulated by LikeForLike.",
                "Centiles are in seconds; those of England are means of the services' own.",
            ),
        )
        sheet = book.sheet("Raw")
        # What the columns are stands above their codes, as groups.
        sheet.write_row(
            4, ("", "", "", "", "", "", "", *("Count" if name < "A24" else "" for name in figures))
        )
        sheet.write_row(5, (*KEYS, *figures))
        at = 6
        for place, month in enumerate(months):
            sheet.write_row(at + place, (*_keys(county, month, "ENG", "", "", ""), *rows[place].values()))
        sheet.write_row(at + len(rows) + 1, ("Raw data",))
        at += len(rows) + 2
        for place, month in enumerate(months):
            keys = _keys(county, month, service.code, region.code, region.name, service.name.upper())
            sheet.write_row(at + place, (*keys, *rows[place].values()))
    return path


def _keys(
    county: County, month: int, code: str, region: str, region_name: str, name: str
) -> tuple[Cell, ...]:
    first = county.months[month]
    started = first.year if first.month >= APRIL else first.year - 1
    year, written = f"{started}-{(started + 1) % 100:02d}", NAMES[first.month - 1].upper()
    return f"{year}{written}{code}", year, written, region, region_name, code, name


def _draw_month(county: County, month: int) -> dict[str, Cell]:
    rng = random_stream(county.plan.seed, "ambulance", month)
    incidents = int(rng.poisson(INCIDENTS_PER_PATIENT * county.populations.list_size[:, month].sum()))
    heard = int(rng.binomial(incidents, SHARE_HEARD))
    seen = incidents - heard
    figures: dict[str, Cell] = {
        ALL: incidents,
        SEEN: seen,
        HEARD: heard,
        CONVEYED: int(rng.binomial(seen, SHARE_CONVEYED)),
    }
    slow = float(rng.lognormal(0.0, 0.12))  # a hard month is hard for every category
    for (count, total, mean, centile), share, seconds, late in zip(
        CATEGORIES, SHARES, MEANS, CENTILES, strict=True
    ):
        number = max(1, int(rng.binomial(incidents, share)))
        time = round(number * seconds * slow)
        figures |= {count: number, total: time, mean: round(time / number), centile: round(late * slow)}
    return figures
