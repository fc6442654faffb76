"""What numbers a measure is summed from: whole counts, or decimals that give the same sum in any order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ibis.expr import datatypes

from likeforlike.catalogue import Catalogue, Indicator, Population, Quantity, Table

# Of a sum of decimals: eight digits more than twenty-two, so that two such sums still fit the 38 of every engine.
WIDTH = 30

WHOLE = datatypes.int64

Part = Literal["numerator", "denominator", "expected"]


@dataclass(frozen=True)
class Numbers:
    """The types of an indicator's sums, the same whatever files are at hand."""

    numerator: datatypes.DataType
    denominator: datatypes.DataType
    expected: datatypes.DataType


def numbers_of(indicator: Indicator, catalogue: Catalogue) -> Numbers:
    """The types that hold an indicator's sums from all of its inputs exactly."""
    return Numbers(
        *(
            number_type(_decimals_of_part(indicator, part, catalogue))
            for part in ("numerator", "denominator", "expected")
        )
    )


def number_type(decimals: int | None) -> datatypes.DataType:
    """Of sums with so many decimals; none are sums of counts."""
    return WHOLE if decimals is None else datatypes.Decimal(WIDTH, decimals)


def decimals_of_quantity(quantity: Quantity, table: Table) -> int | None:
    """The most decimals that any of its columns has; None where all are counts."""
    return _most(table.column(name).decimals for name in quantity.sum)


def _decimals_of_part(indicator: Indicator, part: Part, catalogue: Catalogue) -> int | None:
    found = []
    for source in indicator.inputs:
        quantity = getattr(source, part)
        if isinstance(quantity, Quantity):
            table = catalogue.sources[source.source].table(source.table)
            found.append(decimals_of_quantity(quantity, table))
        elif isinstance(quantity, Population) and quantity.indicator in catalogue.indicators:
            population = catalogue.indicators[quantity.indicator]
            found.append(_decimals_of_part(population, "numerator", catalogue))
    return _most(found)


def _most(decimals: Iterable[int | None]) -> int | None:
    return max((number for number in decimals if number is not None), default=None)
