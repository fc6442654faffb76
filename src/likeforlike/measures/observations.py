"""From counts to observations at the level at which they are published: a value can be computed, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table

from likeforlike.catalogue import Indicator, Input, Kind, Population, Quantity
from likeforlike.catalogue.indicators import PUBLISHED_KINDS, WITHOUT_DENOMINATOR
from likeforlike.measures.counts import (
    EDITION,
    ORGANISATION,
    ORGANISATION_TYPE,
    PERIOD,
    PERIOD_END,
    RESTRICTED,
    TableNeeds,
    published_band,
)
from likeforlike.measures.numbers import Numbers
from likeforlike.measures.populations import Populations, with_population

# Reasons for which an organisation has no figure of its own though its counts are known.
COUNTED_ABOVE = ("below_minimum", "not_applicable")
# Between the preferences of two inputs there is room for every kind of organisation that is summed.
LEVELS = 1000
# What a score or ordinal has in place of counts.
PUBLISHED = ("published_value", "published_lower", "published_upper")


@dataclass(frozen=True)
class Counted:
    """The counts of one stored table, computed and kept in the engine."""

    needs: TableNeeds
    counts: Table


def observe(
    indicator: Indicator,
    source: Input,
    preference: int,
    counted: Counted,
    numbers: Numbers,
    populations: Populations,
) -> Table:
    """The observations that one input gives, at the level at which it is published.

    Columns: organisation_type, organisation, period_start, period_end, numerator, denominator, expected, reason,
    failed_gates, restricted, editions, source, preference, published_band, complete (whether every organisation of
    its kinds is in the edition), adds_up_as (the kind under whose name it is summed with others); of a score or
    ordinal also published_value, published_lower and published_upper. `reason` is null where there is a value or one
    can be computed.
    """
    needs, counts = counted.needs, counted.counts
    if needs.table.organisation_types:
        # Of the many kinds in such a table those that the indicator is about.
        counts = counts.filter(counts[ORGANISATION_TYPE].isin(list(indicator.organisation_types)))
    if (present := _rows_name(indicator, source, needs)) is not None:
        counts = counts.filter(counts[present] > 0)
    numerator = (
        counts[needs.sum_name(source.numerator)].cast(numbers.numerator)
        if source.numerator
        else ibis.null(numbers.numerator)
    )
    expected = (
        counts[needs.sum_name(source.expected)].cast(numbers.expected)
        if isinstance(source.expected, Quantity)
        else ibis.null(numbers.expected)
    )
    observed = counts.mutate(
        numerator=numerator,
        expected=expected,
        stated_reason=_stated_reason(indicator, source, needs, counts, numerator),
        failed_gates=_failed_gates(indicator, source, needs, counts),
        **_published_value(indicator, source, needs, counts),
    )
    observed = _with_denominator(observed, source, needs, populations, numbers)
    kind, together = observed[ORGANISATION_TYPE], needs.together
    band = published_band(indicator, source)
    return observed.select(
        organisation_type=observed[ORGANISATION_TYPE],
        organisation=observed[ORGANISATION],
        period_start=observed[PERIOD],
        period_end=observed[PERIOD_END],
        numerator=observed.numerator,
        denominator=observed.denominator,
        expected=observed.expected,
        **{name: observed[name] for name in PUBLISHED if source.value},
        reason=_reason(indicator, source, observed),
        failed_gates=observed.failed_gates,
        restricted=observed[RESTRICTED],
        editions=observed.editions,
        source=ibis.literal(source.source),
        # What is published stands before what is summed from the members, which adds their level.
        preference=ibis.literal(preference * LEVELS, type="int64"),
        published_band=ibis.null("string") if band is None else observed[needs.band_name(band)],
        complete=ibis.literal(value=needs.table.complete),
        # Trusts and other providers of one complete table are parts of one sum.
        adds_up_as=ibis.ifelse(kind.isin(together), together[0], kind) if together else kind,
    )


def _rows_name(indicator: Indicator, source: Input, needs: TableNeeds) -> str | None:
    """The column that counts the rows without which there is no observation; none where no row is a true zero."""
    if source.value is not None:
        return f"{needs.value_name(indicator, source.value)}_rows"
    if source.numerator is not None and needs.table.series:
        return f"{needs.sum_name(source.numerator)}_rows"
    return None


def _published_value(
    indicator: Indicator, source: Input, needs: TableNeeds, counts: Table
) -> dict[str, ibis.Value]:
    if source.value is None:
        return {}
    name = needs.value_name(indicator, source.value)
    endings = ("", "_lower", "_upper", "_lowest")
    return {
        part: counts[f"{name}{ending}"]
        for part, ending in zip((*PUBLISHED, "lowest_value"), endings, strict=True)
    }


def _stated_reason(
    indicator: Indicator, source: Input, needs: TableNeeds, counts: Table, numerator: ibis.Value
) -> StringValue:
    """The reason that the data themselves give for having no figure."""
    reasons: list[ibis.Value] = []
    for missing in source.missing:
        marked = counts[needs.mark_name(missing)] > 0
        if missing.only_if_zero:
            marked &= numerator.fill_null(0) == 0
        reasons.append(ibis.ifelse(marked, ibis.literal(missing.reason), ibis.null("string")))
    names = [
        needs.sum_name(quantity)
        for quantity in (source.numerator, source.denominator, source.expected)
        if isinstance(quantity, Quantity)
    ]
    names += [needs.value_name(indicator, source.value)] if source.value else []
    reasons += [counts[f"{name}_reason"] for name in names if f"{name}_reason" in counts.columns]
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
    observed: Table, source: Input, needs: TableNeeds, populations: Populations, numbers: Numbers
) -> Table:
    if isinstance(source.denominator, Population):
        return with_population(observed, source.denominator, populations, numbers)
    denominator = (
        observed[needs.sum_name(source.denominator)].cast(numbers.denominator)
        if source.denominator
        else ibis.null(numbers.denominator)
    )
    return observed.mutate(denominator=denominator, editions=observed[EDITION])


def _reason(indicator: Indicator, source: Input, observed: Table) -> StringValue:
    """Why there is no value, in the order in which it matters; null where there is one."""
    none = ibis.null("string")
    if indicator.kind in PUBLISHED_KINDS:
        value, lowest = observed.published_value, observed.lowest_value
        return ibis.coalesce(
            observed.stated_reason,
            ibis.cases(
                (value.isnull(), ibis.literal("not_submitted")),
                # The publisher gives several for one organisation and period, and nothing says which it is.
                (value != lowest, ibis.literal("contradictory")),
                else_=none,
            ),
        )
    missing: list[tuple[BooleanValue, StringValue]] = []
    if source.denominator is not None:
        missing.append((observed.denominator.isnull(), ibis.literal("no_denominator")))
    missing.append((observed.numerator.isnull(), ibis.literal("not_submitted")))
    if indicator.kind is Kind.RATIO and isinstance(source.expected, Quantity):
        missing.append((observed.expected.isnull(), ibis.literal("no_expected")))
    return ibis.coalesce(
        observed.stated_reason, ibis.cases(*missing, else_=reason_of_size(indicator, observed))
    )


def reason_of_size(indicator: Indicator, observed: Table) -> StringValue:
    """Why known counts make no figure: nothing to count, more than all, too little; null where they make one."""
    if indicator.kind in WITHOUT_DENOMINATOR:
        return ibis.null("string")
    more_than_all = (observed.numerator > observed.denominator) & (indicator.kind is Kind.PROPORTION)
    small = observed.denominator < indicator.minimum_denominator
    if indicator.minimum_numerator:
        small |= observed.numerator < indicator.minimum_numerator
    nothing = observed.denominator == 0
    if indicator.kind is Kind.RATIO:
        # A ratio of counts need not have a denominator; what it is divided by may be zero all the same.
        nothing = nothing.fill_null(ibis.literal(value=False)) | (observed.expected == 0).fill_null(
            ibis.literal(value=False)
        )
    return ibis.cases(
        (nothing, ibis.literal("not_applicable")),
        (more_than_all, ibis.literal("contradictory")),
        (small, ibis.literal("below_minimum")),
        else_=ibis.null("string"),
    )


def prefer(candidates: Sequence[Table]) -> Table:
    """For each organisation and period one observation: the first input that has a value, else the first.

    Of one input, what is published stands before what is summed, and a sum of small members before one of large.
    """
    together = ibis.union(*candidates) if len(candidates) > 1 else candidates[0]
    ranked = together.mutate(
        place=ibis.row_number().over(
            group_by=[
                together.organisation_type,
                together.organisation,
                together.period_start,
                together.period_end,
            ],
            order_by=[together.reason.notnull(), together.preference],
        )
    )
    return ranked.filter(ranked.place == 0).drop("place")
