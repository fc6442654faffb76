"""What the charts of one indicator are drawn from: plain figures of all organisations of a kind, handed in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class ChartIndicator:
    """The indicator, and whose figures they are."""

    title: str
    unit: str
    decimals: int
    polarity: str
    """higher_is_better, lower_is_better or no_judgement."""
    one: str
    """The kind of organisation: 'GP practice'."""
    many: str
    """'GP practices'."""
    window: str
    """In words: '12 months to November 2025'."""
    source: str
    """Source and edition, as they stand underneath."""
    nation: float | None = None
    """England's figure over the window."""
    levels: tuple[str, ...] = ()
    """Of a rating, in the order of its values 1, 2, …"""


@dataclass(frozen=True)
class ChartRow:
    """One organisation: a figure over the window and where it stands."""

    code: str
    name: str
    value: float | None
    lower: float | None
    upper: float | None
    state: str
    mean: float | None = None
    """Of the prediction, in smallest differences that matter; 0 is what is expected, higher is better."""
    deviation: float | None = None
    least: int | None = None
    """Of the interval of its position among its peers, 1 being best."""
    most: int | None = None
    area: str | None = None
    """The area in which its peers are counted, and whose shape it lies in; none where peers are all of England's."""
    deprivation: int | None = None
    """Fifth of its population by deprivation: 1 is the most deprived."""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class AreaShape:
    """The boundary of an area: of an organisation of that code, or of the area that organisations lie in."""

    code: str
    name: str
    geometry: str
    """GeoJSON Polygon or MultiPolygon in degrees, as text."""


@dataclass(frozen=True)
class NationMonth:
    """One period of England's series, with the lines of its XmR chart where it has them."""

    month: datetime.date
    value: float | None
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None
    mark: str = ""
    """'H' or 'L' where it stands out."""
    mark_words: str = ""


@dataclass(frozen=True)
class NationBreak:
    """A known change in recording."""

    month: datetime.date
    words: str
