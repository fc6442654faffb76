"""Counts that others divide by: kept by organisation and period, and the period nearest to another one."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import ibis
import pyarrow
from ibis.expr.types import Table

from likeforlike.catalogue import Population
from likeforlike.measures.counts import EDITION, ORGANISATION, PERIOD, RESTRICTED
from likeforlike.measures.engine import Engine
from likeforlike.measures.numbers import Numbers

NEAREST = pyarrow.schema({"month": pyarrow.date32(), "population_month": pyarrow.date32()})


@dataclass
class Populations:
    """The figures of every indicator that another one divides by."""

    engine: Engine
    periods: Sequence[datetime.date]
    """First days of all periods that any figure is about."""
    _sizes: dict[str, Table] = field(default_factory=dict)
    _months: dict[str, tuple[datetime.date, ...]] = field(default_factory=dict)
    _nearest: dict[tuple[str, int, int], Table] = field(default_factory=dict)

    def keep(self, indicator: str, level: str, observed: Table, months: Collection[datetime.date]) -> Table:
        """Remember an indicator's figures of a level ('published', 'observed'), which take the place of earlier ones.

        `months` are the first days of the periods that they are about.
        """
        sizes = self.engine.keep(f"sizes_{indicator}_{level}", sizes_of(observed))
        self._sizes[indicator] = sizes
        self._months[indicator] = tuple(sorted(months))
        return sizes

    def sizes(self, indicator: str) -> Table | None:
        """organisation_type, organisation, period_start, size, editions, restricted; None where there are none."""
        return self._sizes.get(indicator)

    def nearest(self, indicator: str, *, within_months: int, months_before: int = 0) -> Table:
        """month → population_month, the nearest to the wanted one that has figures; months without one are absent."""
        key = (indicator, within_months, months_before)
        if key not in self._nearest:
            table = make_nearest(self.periods, self._months[indicator], within_months, months_before)
            name = f"nearest_{indicator}_{within_months}_{months_before}"
            self._nearest[key] = self.engine.keep(name, table)
        return self._nearest[key]


def sizes_of(observed: Table) -> Table:
    """One size for each organisation and first day: of two periods that begin together the shorter one's."""
    known = observed.filter(observed.reason.isnull())
    ranked = known.mutate(
        place=ibis.row_number().over(
            group_by=[known.organisation_type, known.organisation, known.period_start],
            order_by=[known.period_end],
        )
    )
    return ranked.filter(ranked.place == 0).select(
        "organisation_type", "organisation", "period_start", "editions", "restricted", size="numerator"
    )


def make_nearest(
    months: Sequence[datetime.date],
    population_months: Sequence[datetime.date],
    within_months: int,
    months_before: int,
) -> Table:
    """For each month the nearest with figures to the one so many months before it (the earlier of two)."""
    rows = []
    for month in sorted(months):
        near = min(
            ((abs(_months_between(month, other) - months_before), other) for other in population_months),
            default=None,
        )
        if near is not None and near[0] <= within_months:
            rows.append({"month": month, "population_month": near[1]})
    return ibis.memtable(pyarrow.Table.from_pylist(rows, schema=NEAREST))


def _months_between(one: datetime.date, other: datetime.date) -> int:
    return (one.year - other.year) * 12 + one.month - other.month


def with_population(
    observed: Table, population: Population, populations: Populations, numbers: Numbers
) -> Table:
    """Counts with another indicator's figure as their denominator, its editions and its restriction beside theirs."""
    sizes = populations.sizes(population.indicator)
    if sizes is None:
        return observed.mutate(denominator=ibis.null(numbers.denominator), editions=observed[EDITION])
    near = populations.nearest(
        population.indicator,
        within_months=population.within_months,
        months_before=population.months_before,
    )
    placed = observed.left_join(near, [observed[PERIOD] == near.month])
    sizes = sizes.select(
        size_type="organisation_type", size_organisation="organisation", size_month="period_start",
        size="size", size_editions="editions", size_restricted="restricted",
    )  # fmt: skip
    joined = placed.left_join(
        sizes,
        [
            placed.organisation_type == sizes.size_type,
            placed[ORGANISATION] == sizes.size_organisation,
            placed.population_month == sizes.size_month,
        ],
    )
    return joined.mutate(
        **{
            "denominator": joined["size"].cast(numbers.denominator),
            "editions": ibis.ifelse(
                joined.size_editions.isnull(), joined[EDITION], joined[EDITION] + "," + joined.size_editions
            ),
            RESTRICTED: joined[RESTRICTED] | joined.size_restricted.fill_null(ibis.literal(value=False)),
        }
    )
