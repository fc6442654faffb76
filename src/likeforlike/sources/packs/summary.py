"""What a data pack holds, in a few figures: what its maker should recognise before it is added."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from likeforlike.sources.packs.header import PackHeader
from likeforlike.sources.packs.pack import Pack


@dataclass(frozen=True)
class IndicatorSummary:
    """What a pack brings for one indicator."""

    indicator: str
    rows: int
    organisations: int
    periods: int
    first_day: datetime.date
    last_day: datetime.date
    events: int
    """The sum of the numerators."""
    without_figure: int
    """Rows with a reason in place of a numerator."""
    own_denominator: bool
    expected: bool


@dataclass(frozen=True)
class PackSummary:
    """What a pack holds."""

    header: PackHeader
    organisations: tuple[str, ...]
    indicators: tuple[IndicatorSummary, ...]


def summarise_pack(pack: Pack) -> PackSummary:
    """Rows, organisations, periods and sums of a pack."""
    names = sorted({row.indicator for row in pack.rows})
    return PackSummary(
        header=pack.header,
        organisations=tuple(sorted({row.organisation for row in pack.rows})),
        indicators=tuple(_summarise_indicator(pack, name) for name in names),
    )


def _summarise_indicator(pack: Pack, name: str) -> IndicatorSummary:
    rows = [row for row in pack.rows if row.indicator == name]
    return IndicatorSummary(
        indicator=name,
        rows=len(rows),
        organisations=len({row.organisation for row in rows}),
        periods=len({row.start for row in rows}),
        first_day=min(row.start for row in rows),
        last_day=max(row.end for row in rows),
        events=sum(row.numerator or 0 for row in rows),
        without_figure=sum(row.numerator is None for row in rows),
        own_denominator=rows[0].denominator is not None,
        expected=rows[0].expected is not None,
    )
