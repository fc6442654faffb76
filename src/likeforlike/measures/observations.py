"""From counts to observations: numerator, denominator, exposure, and a value or the reason for none."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pyarrow
from ibis.expr.types import StringValue, Table

from likeforlike.catalogue import Catalogue, Indicator, Input, Kind, Population, Quantity
from likeforlike.measures.counts import EDITION, ORGANISATION, PERIOD, TableNeeds
from likeforlike.measures.working_days import count_working_days

# How far the list sizes that say how much of an area is covered may lie from the month in question: lists
# change by about one per cent a year, coverage of a collection by tens.
COVERAGE_WITHIN_MONTHS = 12

# Reasons for which an organisation has no figure of its own though its counts are known.
COUNTED_ABOVE = ("below_minimum", "not_applicable")

CALENDAR = pyarrow.schema(
    {
        "month": pyarrow.date32(),
        "working_days": pyarrow.int64(),
        "list_month": pyarrow.date32(),
        "list_distance": pyarrow.int64(),
    }
)

COLUMNS = (
    "indicator",
    "organisation_type",
    "organisation",
    "period_start",
    "period_end",
    "numerator",
    "denominator",
    "expected",
    "exposure",
    "value",
    "reason",
    "failed_gates",
    "coverage",
    "members",
    "members_with_value",
    "source",
    "editions",
)


@dataclass(frozen=True)
class Counted:
    """The counts of one stored table, computed and kept in the engine."""

    needs: TableNeeds
    counts: Table
    months: tuple[datetime.date, ...]
    """The months that its editions cover."""


@dataclass(frozen=True)
class Lists:
    """List sizes: the denominators and weights of everything else."""

    sizes: Table
    """organisation_type, organisation, period_start, numerator, editions: one row for each list."""
    areas: Table
    """parent_type, parent, child_type, list_month, patients, members: the lists of all that belong to an area."""


def make_calendar(months: Sequence[datetime.date], list_months: Sequence[datetime.date]) -> Table:
    """One row a month: its working days, and the nearest month with list sizes (the earlier of two)."""
    rows = []
    for month in sorted(months):
        near = min(
            ((abs(_months_between(month, other)), other) for other in list_months), default=(None, None)
        )
        rows.append(
            {
                "month": month,
                "working_days": count_working_days(month),
                "list_month": near[1],
                "list_distance": near[0],
            }
        )
    return ibis.memtable(pyarrow.Table.from_pylist(rows, schema=CALENDAR))


def _months_between(one: datetime.date, other: datetime.date) -> int:
    return (one.year - other.year) * 12 + one.month - other.month


def observe(
    indicator: Indicator,
    source: Input,
    preference: int,
    counted: Counted,
    lists: Lists | None,
    calendar: Table,
) -> Table:
    """The observations that one input gives, at the level at which it is published.

    Columns: organisation_type, organisation, period_start, numerator, denominator, expected, reason,
    failed_gates, editions, source, preference. `reason` is null where a value can be computed.
    """
    needs, counts = counted.needs, counted.counts
    kind = str(needs.table.column(str(needs.table.organisation)).organisation_type)
    numerator = counts[needs.sum_name(source.numerator)] if source.numerator else ibis.null("int64")
    observed = counts.mutate(
        numerator=numerator,
        expected=counts[needs.sum_name(source.expected)]
        if isinstance(source.expected, Quantity)
        else ibis.null("int64"),
        stated_reason=_stated_reason(source, needs, counts, numerator),
        failed_gates=_failed_gates(indicator, source, needs, counts),
    )
    observed = _with_denominator(observed, source, needs, kind, lists, calendar)
    return observed.select(
        organisation_type=ibis.literal(kind),
        organisation=observed[ORGANISATION],
        period_start=observed[PERIOD],
        numerator=observed.numerator,
        denominator=observed.denominator,
        expected=observed.expected,
        reason=_reason(indicator, observed),
        failed_gates=observed.failed_gates,
        editions=observed.editions,
        source=ibis.literal(source.source),
        preference=ibis.literal(preference),
    )


def _stated_reason(source: Input, needs: TableNeeds, counts: Table, numerator: ibis.Value) -> StringValue:
    """The reason that the data themselves give for having no figure."""
    reasons: list[ibis.Value] = []
    for missing in source.missing:
        marked = counts[needs.mark_name(missing)] > 0
        if missing.only_if_zero:
            marked &= numerator.fill_null(0) == 0
        reasons.append(ibis.ifelse(marked, ibis.literal(missing.reason), ibis.null("string")))
    for quantity in (source.numerator, source.denominator, source.expected):
        if not isinstance(quantity, Quantity):
            continue
        name = f"{needs.sum_name(quantity)}_reason"
        if name in counts.columns:
            reasons.append(counts[name])
    return ibis.coalesce(*reasons) if reasons else ibis.null("string")


def _failed_gates(indicator: Indicator, source: Input, needs: TableNeeds, counts: Table) -> StringValue:
    failed: StringValue = ibis.literal("")
    for gate in indicator.quality_gates:
        if (gate.source, gate.table) == (source.source, source.table):
            part, whole = counts[needs.sum_name(gate.share_of)], counts[needs.sum_name(gate.of)]
            fails = part > whole * gate.at_most
            named = ibis.ifelse(failed == "", gate.id, failed + f",{gate.id}")
            failed = ibis.ifelse(fails, named, failed)
    return failed


def _with_denominator(
    observed: Table, source: Input, needs: TableNeeds, kind: str, lists: Lists | None, calendar: Table
) -> Table:
    if not isinstance(source.denominator, Population):
        named = needs.sum_name(source.denominator) if source.denominator else None
        return observed.mutate(
            denominator=observed[named] if named else ibis.null("int64"), editions=observed[EDITION]
        )
    if lists is None:
        return observed.mutate(denominator=ibis.null("int64"), editions=observed[EDITION])
    near = calendar.filter(calendar.list_distance <= source.denominator.within_months)
    placed = observed.left_join(near.select("month", "list_month"), [observed[PERIOD] == near.month])
    sizes = lists.sizes.filter(lists.sizes.organisation_type == kind).select(
        list_organisation="organisation", size_month="period_start", denominator="numerator",
        list_editions="editions",
    )  # fmt: skip
    joined = placed.left_join(
        sizes,
        [placed[ORGANISATION] == sizes.list_organisation, placed.list_month == sizes.size_month],
    )
    return joined.mutate(
        editions=ibis.ifelse(
            joined.list_editions.isnull(), joined[EDITION], joined[EDITION] + "," + joined.list_editions
        )
    )


def _reason(indicator: Indicator, observed: Table) -> StringValue:
    """Why there is no value, in the order in which it matters; null where there is one."""
    if indicator.kind is Kind.COUNT:
        return ibis.coalesce(
            observed.stated_reason,
            ibis.ifelse(observed.numerator.isnull(), ibis.literal("not_submitted"), ibis.null("string")),
        )
    return ibis.coalesce(
        observed.stated_reason,
        ibis.cases(
            (observed.denominator.isnull(), ibis.literal("no_denominator")),
            (observed.numerator.isnull(), ibis.literal("not_submitted")),
            else_=_reason_of_size(indicator, observed),
        ),
    )


def _reason_of_size(indicator: Indicator, observed: Table) -> StringValue:
    """Why known counts make no figure: nothing to count, more than all, too little; null where they make one."""
    if indicator.kind is Kind.COUNT:
        return ibis.null("string")
    more_than_all = (observed.numerator > observed.denominator) & (indicator.kind is Kind.PROPORTION)
    small = observed.denominator < indicator.minimum_denominator
    if indicator.minimum_numerator:
        small |= observed.numerator < indicator.minimum_numerator
    return ibis.cases(
        (observed.denominator == 0, ibis.literal("not_applicable")),
        (more_than_all, ibis.literal("contradictory")),
        (small, ibis.literal("below_minimum")),
        else_=ibis.null("string"),
    )


def prefer(candidates: Sequence[Table]) -> Table:
    """For each organisation and month one observation: the first input that has a value, else the first."""
    together = ibis.union(*candidates) if len(candidates) > 1 else candidates[0]
    ranked = together.mutate(
        place=ibis.row_number().over(
            group_by=[together.organisation_type, together.organisation, together.period_start],
            order_by=[together.reason.notnull(), together.preference],
        )
    )
    return ranked.filter(ranked.place == 0).drop("place")


def roll_up(
    indicator: Indicator,
    observed: Table,
    parents: Table,
    lists: Lists | None,
    calendar: Table,
    minimum_coverage: float,
) -> Table:
    """Observations of one level summed to every level above it, computed again from the counts.

    An area has a value only where the organisations with one look after `minimum_coverage` of the patients of
    all that belong to it, with a figure or not.
    """
    levels = list(indicator.organisation_types)
    above = parents.filter(parents.parent_type.isin(levels))
    joined = observed.join(
        above, [observed.organisation_type == above.child_type, observed.organisation == above.child]
    )
    joined = _with_weights(joined, lists, calendar)
    # A practice too small for a figure of its own, or with nothing to count, is known all the same: its counts
    # belong to the area's.
    is_counted = joined.reason.isnull() | joined.reason.isin(COUNTED_ABOVE)
    summed = joined.group_by(
        [
            joined.parent_type,
            joined.parent,
            joined.period_start,
            joined.organisation_type,
            joined.weight_month,
        ]
    ).aggregate(
        numerator=joined.numerator.sum(where=is_counted).cast("int64"),
        denominator=joined.denominator.sum(where=is_counted).cast("int64"),
        expected=joined.expected.sum(where=is_counted).cast("int64"),
        covered=joined.weight.sum(where=is_counted).cast("int64"),
        members_with_value=is_counted.sum().cast("int64"),
        source=_join(joined.source, is_counted).nullif(""),
        editions=_join(joined.editions, is_counted),
        preference=joined.preference.min(),
        first_reason=joined.reason.min(),
        last_reason=joined.reason.max(),
    )
    summed = _with_whole_areas(summed, lists)
    coverage = summed.covered.cast("float64") / summed.patients.nullif(0).cast("float64")
    summed = summed.mutate(coverage=coverage)
    reason = ibis.cases(
        # Where no member has a figure and all lack it for one reason, that is the area's reason too.
        (
            (summed.members_with_value == 0) & (summed.first_reason == summed.last_reason),
            summed.first_reason,
        ),
        (summed.members_with_value == 0, ibis.literal("coverage_below_minimum")),
        (summed.coverage.isnull(), ibis.literal("coverage_unknown")),
        (summed.coverage < minimum_coverage, ibis.literal("coverage_below_minimum")),
        else_=_reason_of_size(indicator, summed),
    )
    return summed.select(
        organisation_type=summed.parent_type,
        organisation=summed.parent,
        period_start=summed.period_start,
        numerator=summed.numerator,
        denominator=summed.denominator,
        expected=summed.expected,
        reason=reason,
        failed_gates=ibis.literal(""),
        editions=summed.editions,
        source=summed.source,
        preference=summed.preference,
        coverage=summed.coverage,
        members=summed.members,
        members_with_value=summed.members_with_value,
    )


def _with_weights(joined: Table, lists: Lists | None, calendar: Table) -> Table:
    """Each organisation's list size in the nearest month that has any."""
    if lists is None:
        return joined.mutate(weight=ibis.null("int64"), weight_month=ibis.null("date"))
    near = calendar.filter(calendar.list_distance <= COVERAGE_WITHIN_MONTHS).select(
        calendar_month="month", weight_month="list_month"
    )
    placed = joined.left_join(near, [joined.period_start == near.calendar_month])
    sizes = lists.sizes.select(
        weight_type="organisation_type", weight_organisation="organisation",
        size_month="period_start", weight="numerator",
    )  # fmt: skip
    return placed.left_join(
        sizes,
        [
            placed.organisation_type == sizes.weight_type,
            placed.organisation == sizes.weight_organisation,
            placed.weight_month == sizes.size_month,
        ],
    )


def _with_whole_areas(summed: Table, lists: Lists | None) -> Table:
    """The patients and number of all that belong to an area."""
    if lists is None:
        return summed.mutate(patients=ibis.null("int64"), members=ibis.null("int64"))
    whole = lists.areas.select(
        whole_type="parent_type", whole="parent", whole_child_type="child_type", whole_month="list_month",
        patients="patients", members="members",
    )  # fmt: skip
    return summed.left_join(
        whole,
        [
            summed.parent_type == whole.whole_type,
            summed.parent == whole.whole,
            summed.organisation_type == whole.whole_child_type,
            summed.weight_month == whole.whole_month,
        ],
    )


def sum_areas(sizes: Table, parents: Table) -> Table:
    """The lists of all organisations that belong to an area, by month: what coverage is a share of."""
    joined = sizes.join(
        parents, [sizes.organisation_type == parents.child_type, sizes.organisation == parents.child]
    )
    return joined.group_by(
        parent_type=joined.parent_type,
        parent=joined.parent,
        child_type=joined.child_type,
        list_month=joined.period_start,
    ).aggregate(patients=joined.numerator.sum().cast("int64"), members=joined.count().cast("int64"))


def _join(words: StringValue, where: ibis.Value) -> StringValue:
    """What stands under a sum: the sources, or lists of editions (`finish` then names each edition once)."""
    return words.collect(where=where, distinct=True).sort().join(",")


def _each_once(editions: StringValue) -> StringValue:
    """The editions of a figure, each named once and in order; null where there are none."""
    return editions.split(",").unique().sort().join(",").nullif("")


def finish(indicator: Indicator, observed: Table, calendar: Table) -> Table:
    """Observations in their final shape and order: value or reason, working days, end of period."""
    days = calendar.select("month", exposure="working_days")
    if not indicator.per_working_day:
        days = days.mutate(exposure=ibis.null("int64"))
    observed = observed.join(days, [observed.period_start == days.month])
    per_day = observed.exposure.fill_null(1)
    over = per_day if indicator.kind is Kind.COUNT else observed.denominator * per_day
    value = observed.numerator.cast("float64") * indicator.multiplier / over.cast("float64")
    ends = observed.period_start + ibis.interval(months=1) - ibis.interval(days=1)
    finished = observed.mutate(
        indicator=ibis.literal(indicator.id),
        editions=_each_once(observed.editions),
        period_end=ends.cast("date"),
        value=ibis.ifelse(observed.reason.isnull(), value, ibis.null("float64")),
    )
    return finished.select(*COLUMNS).order_by(["organisation_type", "organisation", "period_start"])


def with_own_coverage(observed: Table) -> Table:
    """Observations as published: the organisation speaks for itself."""
    return observed.mutate(
        coverage=ibis.null("float64"), members=ibis.null("int64"), members_with_value=ibis.null("int64")
    )


def minimum_coverage(catalogue: Catalogue) -> float:
    """The share of an area's patients that organisations with a figure must look after."""
    return catalogue.methods.minimum_population_coverage.value
