"""Observations in their final shape: working days, what would be expected, value or reason, order."""

from __future__ import annotations

import datetime

import ibis
import pyarrow
from ibis.expr.types import FloatingValue, StringValue, Table

from likeforlike.catalogue import Catalogue, Indicator, Kind, Reference
from likeforlike.catalogue.indicators import PUBLISHED_KINDS
from likeforlike.measures.counts import ENGLAND_TYPE
from likeforlike.measures.numbers import Numbers
from likeforlike.measures.observations import COUNTED_ABOVE
from likeforlike.measures.working_days import count_days

DAYS = pyarrow.schema({"day": pyarrow.date32(), "before": pyarrow.int64(), "through": pyarrow.int64()})

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
    "published_lower",
    "published_upper",
    "published_band",
    "reason",
    "failed_gates",
    "restricted",
    "coverage",
    "members",
    "members_with_value",
    "source",
    "editions",
)


def make_days(first: datetime.date, last: datetime.date) -> Table:
    """For each day how many working days came before it since the first, and how many with itself."""
    rows = [
        {"day": day, "before": before, "through": through} for day, before, through in count_days(first, last)
    ]
    return ibis.memtable(pyarrow.Table.from_pylist(rows, schema=DAYS))


def has_reference(indicator: Indicator) -> bool:
    """Whether what is expected of an indicator follows from England's rate."""
    return any(isinstance(source.expected, Reference) for source in indicator.inputs)


def england_reference(published: Table, numbers: Numbers, catalogue: Catalogue) -> Table:
    """England's numerator and denominator by period: as published, else of all organisations of the smallest kind.

    Columns: reference_start, reference_end, reference_numerator, reference_denominator, reference_restricted.
    """
    known = published.filter(published.reason.isnull() | published.reason.isin(COUNTED_ABOVE))
    sums = known.group_by(["adds_up_as", "period_start", "period_end"]).aggregate(
        numerator=known.numerator.sum().cast(numbers.numerator),
        denominator=known.denominator.sum().cast(numbers.denominator),
        restricted=known.restricted.cast("int8").max() > 0,
    )
    kinds = [kind for kind in catalogue.organisation_types if kind != ENGLAND_TYPE]
    order = sums.adds_up_as.cases(
        (ENGLAND_TYPE, 0),
        *((kind, place) for place, kind in enumerate(kinds, start=1)),
        else_=len(kinds) + 1,
    )
    ranked = sums.mutate(
        place=ibis.row_number().over(group_by=[sums.period_start, sums.period_end], order_by=[order])
    )
    chosen = ranked.filter((ranked.place == 0) & (ranked.denominator > 0))
    return chosen.select(
        reference_start="period_start",
        reference_end="period_end",
        reference_numerator="numerator",
        reference_denominator="denominator",
        reference_restricted="restricted",
    )


def finish(indicator: Indicator, observed: Table, days: Table | None, reference: Table | None) -> Table:
    """Observations in their final shape and order.

    `days` are the working days of an indicator that grows with them, `reference` is England's rate where what is
    expected follows from it.
    """
    observed = _with_exposure(observed, days)
    observed = _with_expected(observed, reference)
    reason = _final_reason(indicator, observed)
    if indicator.kind not in PUBLISHED_KINDS:
        observed = observed.mutate(published_lower=ibis.null("float64"), published_upper=ibis.null("float64"))
    finished = observed.mutate(
        indicator=ibis.literal(indicator.id),
        editions=_each_once(observed.editions),
        reason=reason,
        value=ibis.ifelse(reason.isnull(), _value(indicator, observed), ibis.null("float64")),
    )
    # Sums of amounts are exact until here.
    for name in ("numerator", "denominator"):
        if finished[name].type().is_decimal():
            finished = finished.mutate(**{name: finished[name].cast("float64")})
    return finished.select(*COLUMNS).order_by(
        ["organisation_type", "organisation", "period_start", "period_end"]
    )


def _with_exposure(observed: Table, days: Table | None) -> Table:
    if days is None:
        return observed.mutate(exposure=ibis.null("int64"))
    starts = days.select(first_day="day", before="before")
    ends = days.select(last_day="day", through="through")
    joined = observed.left_join(starts, [observed.period_start == starts.first_day])
    joined = joined.left_join(ends, [joined.period_end == ends.last_day])
    return joined.mutate(exposure=(joined.through - joined.before).cast("int64"))


def _with_expected(observed: Table, reference: Table | None) -> Table:
    if reference is None:
        return observed.mutate(expected=observed.expected.cast("float64"))
    joined = observed.left_join(
        reference,
        [
            observed.period_start == reference.reference_start,
            observed.period_end == reference.reference_end,
        ],
    )
    rate = joined.reference_numerator.cast("float64") / joined.reference_denominator.cast("float64")
    return joined.mutate(
        expected=joined.denominator.cast("float64") * rate,
        restricted=joined.restricted | joined.reference_restricted.fill_null(ibis.literal(value=False)),
    )


def _final_reason(indicator: Indicator, observed: Table) -> StringValue:
    if indicator.kind is not Kind.RATIO:
        return observed.reason
    return ibis.coalesce(
        observed.reason,
        ibis.cases(
            (observed.expected.isnull(), ibis.literal("no_expected")),
            (observed.expected == 0, ibis.literal("not_applicable")),
            else_=ibis.null("string"),
        ),
    )


def _value(indicator: Indicator, observed: Table) -> FloatingValue:
    if indicator.kind in PUBLISHED_KINDS:
        return observed.published_value
    per_day = observed.exposure.fill_null(1).cast("float64")
    if indicator.kind is Kind.RATIO:
        over = observed.expected
    elif indicator.kind is Kind.COUNT:
        over = per_day
    else:
        over = observed.denominator.cast("float64") * per_day
    return observed.numerator.cast("float64") * indicator.multiplier / over


def _each_once(editions: StringValue) -> StringValue:
    """The editions of a figure, each named once and in order; null where there are none."""
    return editions.split(",").unique().sort().join(",").nullif("")
