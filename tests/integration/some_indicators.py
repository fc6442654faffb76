"""Fewer definitions, for tests to which it does not matter that there are two hundred indicators."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from likeforlike.catalogue import Catalogue, Indicator, Population

LIST_SIZE = "list_size"


def by_way_of_computing(indicator: Indicator) -> Hashable:
    """What decides how an indicator is computed."""
    return (
        indicator.kind,
        len(indicator.inputs),
        type(indicator.inputs[0].expected),
        indicator.per_working_day,
    )


def by_source_too(indicator: Indicator) -> Hashable:
    """That, and the tables that it is computed from."""
    return (by_way_of_computing(indicator), tuple((its.source, its.table) for its in indicator.inputs))


def choose_one_of_each(catalogue: Catalogue, way: Callable[[Indicator], Hashable]) -> Catalogue:
    """One indicator of each way, the list sizes, and what these divide by."""
    chosen = {one.id: one for one in {way(one): one for one in catalogue.indicators.values()}.values()}
    divisors = {
        its.denominator.indicator
        for one in chosen.values()
        for its in one.inputs
        if isinstance(its.denominator, Population)
    } | {LIST_SIZE}
    return replace(catalogue, indicators=chosen | {name: catalogue.indicators[name] for name in divisors})
