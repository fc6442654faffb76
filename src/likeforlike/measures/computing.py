"""All observations of a store, computed with an engine and written: indicators in the order in which they divide."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ibis
from ibis.expr.types import Table

from likeforlike.catalogue import Catalogue, Indicator, Input
from likeforlike.catalogue import Table as TableDefinition
from likeforlike.catalogue.columns import LONGEST_PERIOD
from likeforlike.catalogue.indicators import PUBLISHED_KINDS, Population, Status
from likeforlike.measures.areas import COVERAGE_WITHIN_MONTHS, Lists, roll_up, sum_areas, with_own_coverage
from likeforlike.measures.counts import TableNeeds, collect_needs, count
from likeforlike.measures.editions import keep_newest_issue, select_rows
from likeforlike.measures.engine import Engine
from likeforlike.measures.finishing import england_reference, finish, has_reference, make_days
from likeforlike.measures.lineage_tables import write_lineage
from likeforlike.measures.membership import all_parents, list_names, list_records, newest_statements
from likeforlike.measures.numbers import Numbers, numbers_of
from likeforlike.measures.observations import Counted, observe, prefer
from likeforlike.measures.placing import list_records_by_name, list_unplaced, place_by_name
from likeforlike.measures.populations import Populations
from likeforlike.measures.suppliers import SUPPLIERS, list_suppliers
from likeforlike.store import Manifest, Selection, Store, select_editions

LIST_SIZE = "list_size"
LONGEST_MONTH = datetime.timedelta(days=31)

# Months by series; a table without any has them under None.
Months = dict[str | None, set[datetime.date]]


@dataclass(frozen=True)
class _Stored:
    """What the store has of a table: its counts, and the periods of each of its series."""

    counted: Counted
    months: Months

    def months_of(self, source: Input) -> set[datetime.date]:
        """First days of the periods that an input may be about."""
        series = self.counted.needs.table.series
        quantity = source.numerator or source.value
        if series is None or quantity is None:
            return self.all_months()
        return {month for name in quantity.where[series] for month in self.months.get(name, ())}

    def all_months(self) -> set[datetime.date]:
        """First days of all periods."""
        return {month for months in self.months.values() for month in months}


def compute_observations(
    engine: Engine,
    store: Store,
    manifest: Manifest,
    catalogue: Catalogue,
    as_at: datetime.date | None,
    folder: Path,
    report: Callable[[str], None],
) -> tuple[dict[str, int], int]:
    """Compute all observations with an engine and write them below a folder.

    Returns the number of observations by indicator, and the number of organisations that have a name.
    """
    restricted = [file.edition for file in manifest.files if file.restricted]
    stored: dict[tuple[str, str], _Stored] = {}
    suppliers: list[Table] = []
    for key, needs in collect_needs(catalogue).items():
        selection = select_editions(manifest, *key, as_at=as_at)
        if selection.paths:
            report(f"counting {needs.source}, {needs.table.id}")
            withheld = [file.edition for file in selection.files if file.edition in restricted]
            rows = select_rows(engine, store, selection, needs)
            if needs.table.supplier:
                suppliers.append(list_suppliers(rows, needs))
            expression = count(rows, needs, withheld)
            expression = keep_newest_issue(expression, selection, needs)
            counted = Counted(needs, engine.keep(needs.name, expression))
            stored[key] = _Stored(counted, _months(selection, needs))
    if not stored:
        write_lineage(engine, store, manifest, catalogue, as_at, folder)
        return {}, 0
    if suppliers:
        engine.write(
            ibis.union(*suppliers).order_by(["source", "organisation", "period", "supplier"])
            if len(suppliers) > 1
            else suppliers[0].order_by(["source", "organisation", "period", "supplier"]),
            folder / SUPPLIERS,
        )
    report("placing organisations")
    counts = [(one.counted.needs.table, one.counted.counts) for one in stored.values()]
    records = list_records(counts)
    if any(table.belongs_by_name for table, _ in counts):
        by_name = list_records_by_name(counts)
        unplaced = list_unplaced(records, by_name)
        engine.write(
            unplaced.order_by(["parent_type", "parent_name", "organisation_type"]),
            folder / "unplaced.parquet",
        )
        records = place_by_name(records, by_name)
    newest = engine.keep("newest_statements", newest_statements(records))
    organisations = engine.write(
        list_names(newest).order_by(["organisation_type", "organisation"]), folder / "organisations.parquet"
    )
    parents = engine.keep("parents", all_parents(newest, catalogue))
    engine.write(
        parents.order_by(["child_type", "child", "parent_type", "parent"]), folder / "membership.parquet"
    )
    measured = _Measured(engine, catalogue, stored, parents)
    for indicator in _in_order(catalogue):
        report(f"measuring {indicator.title}")
        measured.measure(indicator, folder / "observations" / f"{indicator.id}.parquet")
    report("tracing organisations")
    write_lineage(engine, store, manifest, catalogue, as_at, folder)
    return dict(sorted(measured.rows.items())), organisations


class _Measured:
    """The indicators measured so far, and what later ones need of them."""

    def __init__(
        self,
        engine: Engine,
        catalogue: Catalogue,
        stored: dict[tuple[str, str], _Stored],
        parents: Table,
    ) -> None:
        self.engine = engine
        self.catalogue = catalogue
        self.stored = stored
        self.parents = parents
        self.rows: dict[str, int] = {}
        """Observations by indicator."""
        self.populations = Populations(
            engine, sorted({month for one in stored.values() for month in one.all_months()})
        )
        self.lists: Lists | None = None
        self.divisors = _divisors(catalogue)
        self.days = self._make_days()

    def _make_days(self) -> Table | None:
        """The working days of all periods of indicators that grow with them."""
        spans = [
            (month, self.stored[source.source, source.table].counted.needs.table)
            for indicator in _in_order(self.catalogue)
            if indicator.per_working_day
            for source in indicator.inputs
            if (source.source, source.table) in self.stored
            for month in self.stored[source.source, source.table].months_of(source)
        ]
        if not spans:
            return None
        last = max(month + LONGEST_MONTH * longest_period(table) for month, table in spans)
        return self.engine.keep("days", make_days(min(month for month, _ in spans), last))

    def measure(self, indicator: Indicator, path: Path) -> None:
        """Observe, sum to areas and write an indicator; one without any file of its sources is left out."""
        inputs = [
            (preference, source, self.stored[source.source, source.table])
            for preference, source in enumerate(indicator.inputs)
            if (source.source, source.table) in self.stored
        ]
        if not inputs:
            return
        numbers = numbers_of(indicator, self.catalogue)
        months = {month for _, source, known in inputs for month in known.months_of(source)}
        published = self.engine.keep(
            f"published_{indicator.id}",
            prefer(
                [
                    observe(indicator, source, preference, known.counted, numbers, self.populations)
                    for preference, source, known in inputs
                ]
            ),
        )
        if indicator.id == LIST_SIZE:
            # List sizes weigh themselves: an area's list is the sum of those of its practices.
            self._keep_lists("published", published, months)
        observed = self._with_areas(indicator, published, numbers)
        if indicator.id in self.divisors:
            observed = self.engine.keep(f"observed_{indicator.id}", observed)
            if indicator.id == LIST_SIZE:
                self._keep_lists("observed", observed, months)
            else:
                self.populations.keep(indicator.id, "observed", observed, months)
        reference = (
            england_reference(published, numbers, self.catalogue) if has_reference(indicator) else None
        )
        days = self.days if indicator.per_working_day else None
        self.rows[indicator.id] = self.engine.write(finish(indicator, observed, days, reference), path)

    def _keep_lists(self, level: str, observed: Table, months: set[datetime.date]) -> None:
        sizes = self.populations.keep(LIST_SIZE, level, observed, months)
        areas = self.engine.keep(f"area_lists_{level}", sum_areas(sizes, self.parents))
        nearest = self.populations.nearest(LIST_SIZE, within_months=COVERAGE_WITHIN_MONTHS)
        self.lists = Lists(sizes, areas, nearest)

    def _with_areas(self, indicator: Indicator, published: Table, numbers: Numbers) -> Table:
        own = with_own_coverage(published)
        if indicator.kind in PUBLISHED_KINDS:
            return own
        above = roll_up(indicator, published, self.parents, self.lists, numbers, self.catalogue)
        return prefer([own, above])


def longest_period(table: TableDefinition) -> int:
    """How many months a period of a table can last at most."""
    return LONGEST_PERIOD if table.period_end else table.months


def _months(selection: Selection, needs: TableNeeds) -> Months:
    months: Months = {}
    for file in selection.files:
        for stored in file.tables:
            if stored.table != needs.table.id:
                continue
            for period, parts in stored.coverage.items():
                # The part of an edition is its area, its series, or both: 'area|series'.
                names = {part.rsplit("|", 1)[-1] for part in parts} if needs.table.series else {None}
                for name in names:
                    months.setdefault(name, set()).add(datetime.date.fromisoformat(period))
    return months


def _divisors(catalogue: Catalogue) -> set[str]:
    """The indicators that others divide by. They are counts, which divide by nothing themselves."""
    return {LIST_SIZE} | {
        source.denominator.indicator
        for indicator in catalogue.indicators.values()
        for source in indicator.inputs
        if isinstance(source.denominator, Population)
    }


def _in_order(catalogue: Catalogue) -> list[Indicator]:
    """Active indicators: the list sizes, which weigh everything, then what others divide by, then the others."""
    active = [one for one in catalogue.indicators.values() if one.status is Status.ACTIVE]
    divisors = _divisors(catalogue)
    return sorted(active, key=lambda one: (one.id != LIST_SIZE, one.id not in divisors, one.id))
