"""Figures of one indicator made by hand, for the charts of the public site."""

from __future__ import annotations

import datetime
import json

from likeforlike.catalogue import Kind
from likeforlike.charts.indicator_input import (
    AreaShape,
    ChartIndicator,
    ChartRow,
    NationBreak,
    NationMonth,
)
from likeforlike.comparison.funnel_points import FunnelFigure, FunnelPoints, make_funnel_points

STATES = ("better than expected", "as expected", "worse than expected", "cannot tell")
INDICATOR = ChartIndicator(
    title="Calls answered",
    unit="per cent",
    decimals=1,
    polarity="higher_is_better",
    one="NHS trust",
    many="NHS trusts",
    window="12 months to November 2025",
    source="Source: a publisher that does not exist, edition of 18 December 2025. " + "Licence. " * 15,
    nation=61.5,
)


def make_rows(number: int, *, areas: int = 0, judged: bool = True) -> list[ChartRow]:
    """Organisations X000, X001, … the better the earlier: their figures are 90, and evenly less down to 30.

    The first tenth is better, the last tenth worse, and of every fifth one it cannot be told. `areas` says that
    each belongs to one of so many, in which its peers are.
    """
    rows = []
    for place in range(number):
        value = 90 - 60 * place / max(number - 1, 1)
        tenth = 10 * place // number
        state = STATES[0] if tenth == 0 else STATES[2] if tenth == 9 else STATES[3 if place % 5 == 0 else 1]
        rows.append(
            ChartRow(
                code=f"X{place:03}",
                name=f"TRUST {place}",
                value=value,
                lower=value - 3,
                upper=value + 3,
                state=state if judged else "not assessed",
                mean=(value - 60) / 5 if judged else None,
                deviation=0.5 if judged else None,
                least=max(place - 4, 1) if judged else None,
                most=min(place + 6, number) if judged else None,
                area=f"A{place % areas}" if areas else None,
                deprivation=1 + place % 5,
                latitude=51.0 + 0.02 * (place % 50),
                longitude=-1.0 + 0.03 * (place % 30),
            )
        )
    return rows


def make_shapes(number: int, first: str = "A") -> list[AreaShape]:
    """A row of squares of a degree from west to east, coded A0, A1, …; the first has an island."""
    shapes = []
    for place in range(number):
        west = -5.0 + place
        square = [[west, 52.0], [west, 53.0], [west + 1, 53.0], [west + 1, 52.0], [west, 52.0]]
        polygons = [[square]]
        if place == 0:
            polygons.append([[[-6.0, 51.0], [-6.0, 51.2], [-5.8, 51.2], [-5.8, 51.0], [-6.0, 51.0]]])
        geometry = {"type": "MultiPolygon", "coordinates": polygons}
        shapes.append(AreaShape(f"{first}{place}", f"Area {place}", json.dumps(geometry)))
    return shapes


def make_months() -> tuple[list[NationMonth], list[NationBreak]]:
    """Twenty months around 60, of which the tenth is not known and the last stands out."""
    months = [
        NationMonth(
            datetime.date(2024 + place // 12, 1 + place % 12, 1),
            None if place == 9 else 70.0 if place == 19 else 60.0 + place % 3,
            61.0,
            57.0,
            65.0,
            "H" if place == 19 else "",
            "higher than its months usually are" if place == 19 else "",
        )
        for place in range(20)
    ]
    return months, [NationBreak(datetime.date(2024, 6, 1), "More of them are counted.")]


def make_funnel(rows: list[ChartRow]) -> FunnelPoints:
    """Their funnel, with denominators of 200 to 5,000."""
    figures = []
    for place, row in enumerate(rows):
        size = 200 + 4800 * (place % 7) / 6
        value = row.value or 0.0
        figures.append(FunnelFigure(row.code, value, 60.0, value / 100 * size, size))
    made = make_funnel_points(Kind.PROPORTION, figures)
    assert made is not None
    return made
