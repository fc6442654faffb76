"""What a data pack may bring: the indicators that read packs, and what the rows of each must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from likeforlike.catalogue import Catalogue, Column, Indicator, Input, Kind, Population
from likeforlike.errors import DefinitionError

SOURCE, TABLE = "data_pack", "figures"


@dataclass(frozen=True)
class Rule:
    """What the rows of one name in the column `indicator` must hold; several indicators may read them."""

    name: str
    title: str
    readers: tuple[Indicator, ...]
    takes_denominator: bool
    needs_denominator: bool
    """Without one some reader has nothing to divide by; else the list size is taken where it is empty."""
    takes_expected: bool
    needs_expected: bool
    part_of_whole: bool
    """Whether the numerator is a part of the denominator."""
    organisation_types: tuple[str, ...]


def make_rules(catalogue: Catalogue) -> dict[str, Rule]:
    """Name in the column `indicator` → its rule, for everything that some indicator reads from packs."""
    readers: dict[str, list[tuple[Indicator, list[Input]]]] = {}
    for indicator in catalogue.indicators.values():
        inputs = [one for one in indicator.inputs if (one.source, one.table) == (SOURCE, TABLE)]
        for name in sorted({name for one in inputs for name in _names(one, catalogue)}):
            readers.setdefault(name, []).append((indicator, inputs))
    return {name: _rule(name, found) for name, found in sorted(readers.items())}


def _names(source: Input, catalogue: Catalogue) -> Iterator[str]:
    series = catalogue.sources[SOURCE].table(TABLE).series
    if series is None or source.numerator is None:
        raise DefinitionError(f"table '{TABLE}' has no series.", where=f"{SOURCE}.toml")
    yield from source.numerator.where.get(series, ())


def _rule(name: str, found: list[tuple[Indicator, list[Input]]]) -> Rule:
    inputs = [one for _, its in found for one in its]
    return Rule(
        name=name,
        title=next((one.title for one, _ in found if one.id == name), found[0][0].title),
        readers=tuple(indicator for indicator, _ in found),
        takes_denominator=any(_has_own_denominator(one) for one in inputs),
        needs_denominator=any(all(_has_own_denominator(one) for one in its) for _, its in found),
        takes_expected=any(one.expected is not None for one in inputs),
        needs_expected=all(
            one.expected is not None and i.kind is Kind.RATIO for i, its in found for one in its
        ),
        part_of_whole=any(indicator.kind is Kind.PROPORTION for indicator, _ in found),
        organisation_types=tuple(
            dict.fromkeys(kind for indicator, _ in found for kind in indicator.organisation_types)
        ),
    )


def _has_own_denominator(source: Input) -> bool:
    return source.denominator is not None and not isinstance(source.denominator, Population)


def reason_words(catalogue: Catalogue) -> Mapping[str, str]:
    """Words that stand in place of a numerator, each with the reason that it gives."""
    column: Column = catalogue.sources[SOURCE].table(TABLE).column("numerator")
    return column.missing
