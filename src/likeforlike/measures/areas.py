"""Observations of organisations summed to the areas above them: counts are summed, never rates."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table

from likeforlike.catalogue import Catalogue, Indicator
from likeforlike.measures.counts import ENGLAND, ENGLAND_TYPE
from likeforlike.measures.numbers import Numbers
from likeforlike.measures.observations import COUNTED_ABOVE, reason_of_size

# How far the list sizes that say how much of an area is covered may lie from the month in question: lists
# change by about one per cent a year, coverage of a collection by tens.
COVERAGE_WITHIN_MONTHS = 12


@dataclass(frozen=True)
class Lists:
    """List sizes: what coverage is a share of."""

    sizes: Table
    """organisation_type, organisation, period_start, size, editions, restricted: one row for each list."""
    areas: Table
    """parent_type, parent, child_type, list_month, patients, members, restricted: all that belong to an area."""
    nearest: Table
    """month → population_month, the nearest with list sizes."""


def roll_up(
    indicator: Indicator,
    observed: Table,
    parents: Table,
    lists: Lists | None,
    numbers: Numbers,
    catalogue: Catalogue,
) -> Table:
    """Observations of one level summed to every level above it, computed again from the counts.

    An area has a value only where the organisations with one look after nine tenths (a level of the methods) of the
    patients of all that belong to it, with a figure or not. From tables in which every organisation is, nine tenths
    of the organisations must have one: those without patients of their own have no share of patients.
    """
    joined = _with_weights(_place(indicator, observed, parents, catalogue), lists)
    # A practice too small for a figure of its own, or with nothing to count, is known all the same: its counts
    # belong to the area's.
    is_counted = joined.reason.isnull() | joined.reason.isin(COUNTED_ABOVE)
    # Part of what is expected beside all that happened would be no comparison.
    without_expected = (is_counted & joined.expected.isnull()).sum()
    summed = joined.group_by(
        [
            joined.parent_type,
            joined.parent,
            joined.period_start,
            joined.period_end,
            joined.adds_up_as,
            joined.weight_month,
        ]
    ).aggregate(
        complete=joined.complete.cast("int8").min() > 0,
        placed=joined.count().cast("int64"),
        numerator=joined.numerator.sum(where=is_counted).cast(numbers.numerator),
        denominator=joined.denominator.sum(where=is_counted).cast(numbers.denominator),
        expected=ibis.ifelse(
            without_expected > 0, ibis.null(numbers.expected), joined.expected.sum(where=is_counted)
        ).cast(numbers.expected),
        covered=joined.weight.sum(where=is_counted).cast("int64"),
        members_with_value=is_counted.sum().cast("int64"),
        restricted=_any(joined.restricted),
        source=_join(joined.source, is_counted).nullif(""),
        editions=_join(joined.editions, is_counted),
        preference=joined.preference.min(),
        first_reason=joined.reason.min(),
        last_reason=joined.reason.max(),
    )
    summed = _with_whole_areas(summed, lists)
    coverage = summed.covered.cast("float64") / summed.patients.nullif(0).cast("float64")
    summed = summed.mutate(
        coverage=ibis.ifelse(summed.complete, ibis.null("float64"), coverage),
        members=ibis.ifelse(summed.complete, summed.placed, summed.members),
    )
    covered = ibis.ifelse(
        summed.complete,
        summed.members_with_value.cast("float64") / summed.placed.cast("float64"),
        summed.coverage,
    )
    reason = ibis.cases(
        # Where no member has a figure and all lack it for one reason, that is the area's reason too.
        (
            (summed.members_with_value == 0) & (summed.first_reason == summed.last_reason),
            summed.first_reason,
        ),
        (summed.members_with_value == 0, ibis.literal("coverage_below_minimum")),
        (covered.isnull(), ibis.literal("coverage_unknown")),
        (
            covered < catalogue.methods.minimum_population_coverage.value,
            ibis.literal("coverage_below_minimum"),
        ),
        else_=reason_of_size(indicator, summed),
    )
    return summed.select(
        organisation_type=summed.parent_type,
        organisation=summed.parent,
        period_start=summed.period_start,
        period_end=summed.period_end,
        numerator=summed.numerator,
        denominator=summed.denominator,
        expected=summed.expected,
        reason=reason,
        failed_gates=ibis.literal(""),
        restricted=summed.restricted | summed.whole_restricted,
        editions=summed.editions,
        source=summed.source,
        preference=(summed.preference + _level(summed.adds_up_as, catalogue)).cast("int64"),
        published_band=ibis.null("string"),
        coverage=summed.coverage,
        members=summed.members,
        members_with_value=summed.members_with_value,
    )


def _place(indicator: Indicator, observed: Table, parents: Table, catalogue: Catalogue) -> Table:
    """Each observation once for every area above its organisation, as parent_type and parent."""
    levels = list(indicator.organisation_types)
    above = parents.filter(parents.parent_type.isin(levels))
    joined = observed.join(
        above, [observed.organisation_type == above.child_type, observed.organisation == above.child]
    ).select(*observed.columns, "parent_type", "parent")
    tables = [catalogue.sources[one.source].table(one.table) for one in indicator.inputs]
    if ENGLAND_TYPE not in levels or not any(table.complete for table in tables):
        return joined
    # Whoever is in a table of all that there are in England belongs to it, though no file says so.
    elsewhere = joined.filter(~joined.complete | (joined.parent_type != ENGLAND_TYPE))
    everyone = observed.filter(observed.complete & (observed.organisation_type != ENGLAND_TYPE))
    in_england = everyone.mutate(parent_type=ibis.literal(ENGLAND_TYPE), parent=ibis.literal(ENGLAND))
    return ibis.union(elsewhere, in_england.select(*elsewhere.columns))


def _level(members: StringValue, catalogue: Catalogue) -> ibis.Value:
    """Sums of small members stand before sums of large ones, which hold them already."""
    places = [(kind, place) for place, kind in enumerate(catalogue.organisation_types, start=1)]
    return members.cases(*places, else_=len(places) + 1)


def _any(flags: BooleanValue) -> BooleanValue:
    return flags.cast("int8").max() > 0


def _with_weights(joined: Table, lists: Lists | None) -> Table:
    """Each organisation's list size in the nearest month that has any."""
    if lists is None:
        return joined.mutate(weight=ibis.null("int64"), weight_month=ibis.null("date"))
    near = lists.nearest.select(nearest_to="month", weight_month="population_month")
    placed = joined.left_join(near, [joined.period_start == near.nearest_to])
    sizes = lists.sizes.select(
        weight_type="organisation_type", weight_organisation="organisation",
        size_month="period_start", weight="size",
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
        return summed.mutate(
            patients=ibis.null("int64"),
            members=ibis.null("int64"),
            whole_restricted=ibis.literal(value=False),
        )
    whole = lists.areas.select(
        whole_type="parent_type", whole="parent", whole_child_type="child_type", whole_month="list_month",
        patients="patients", members="members", lists_restricted="restricted",
    )  # fmt: skip
    joined = summed.left_join(
        whole,
        [
            summed.parent_type == whole.whole_type,
            summed.parent == whole.whole,
            summed.adds_up_as == whole.whole_child_type,
            summed.weight_month == whole.whole_month,
        ],
    )
    return joined.mutate(whole_restricted=joined.lists_restricted.fill_null(ibis.literal(value=False)))


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
    ).aggregate(
        patients=joined["size"].sum().cast("int64"),
        members=joined.count().cast("int64"),
        restricted=_any(joined.restricted),
    )


def _join(words: StringValue, where: ibis.Value) -> StringValue:
    """What stands under a sum: the sources, or lists of editions (`finish` then names each edition once)."""
    return words.collect(where=where, distinct=True).sort().join(",")


def with_own_coverage(observed: Table) -> Table:
    """Observations as published: the organisation speaks for itself."""
    return observed.drop("complete", "adds_up_as").mutate(
        coverage=ibis.null("float64"), members=ibis.null("int64"), members_with_value=ibis.null("int64")
    )
