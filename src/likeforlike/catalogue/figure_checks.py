"""What an indicator says of its figures must be possible in its tables: rounding, bands, sums to England."""

from __future__ import annotations

from collections.abc import Mapping

from likeforlike.catalogue.columns import ColumnType
from likeforlike.catalogue.indicators import Bands, Indicator, Input, Quantity
from likeforlike.catalogue.organisation_types import OrganisationType
from likeforlike.catalogue.tables import Table
from likeforlike.errors import DefinitionError

# A label of a column of kinds of organisation: rows of kinds that nobody compares.
OTHER_TYPE = "other"
ENGLAND_TYPE = "england"


def kinds_that_add_up(table: Table, types: Mapping[str, OrganisationType]) -> tuple[str, ...]:
    """The kinds of a complete table that together are England, smallest first; none where it is not complete.

    A kind that lies within another of the table stands for it: of sub-ICBs and ICBs the sub-ICBs are summed.
    """
    if not table.complete:
        return ()
    kinds = _kinds(table) - {OTHER_TYPE, ENGLAND_TYPE}
    above = {parent for kind in kinds for parent in types[kind].parents}
    return tuple(kind for kind in types if kind in kinds - above)


def _kinds(table: Table) -> set[str]:
    if table.organisation_types:
        return set(table.column(table.organisation_types).labels)
    return {str(table.column(str(table.organisation)).organisation_type)}


def check_figures(
    indicator: Indicator, source: Input, table: Table, types: Mapping[str, OrganisationType], key: str
) -> None:
    """Raise DefinitionError where an input's table cannot give what its indicator says of the figures."""
    where = f"{indicator.id}.toml"
    for part in ("numerator", "denominator"):
        quantity = getattr(source, part)
        if isinstance(quantity, Quantity) and quantity.rounded_to:
            _check_rounding(quantity, table, where, f"{key}.{part}")
    if source.counts_events and source.numerator is not None:
        kinds = {table.column(name).type for name in source.numerator.sum}
        if ColumnType.AMOUNT not in kinds:
            raise DefinitionError(
                f"key '{key}.counts_events': it is for amounts; the columns of the numerator are counts, "
                "which count events in any case.",
                where=where,
            )
    if indicator.bands is not None and indicator.bands.column is not None:
        _check_band(indicator.bands, table, where)
    together = kinds_that_add_up(table, types)
    left_out = [kind for kind in together if kind not in indicator.organisation_types]
    if ENGLAND_TYPE in indicator.organisation_types and left_out:
        raise DefinitionError(
            f"key 'organisation_types': England is the sum of {', '.join(together)} in table '{table.id}', and "
            f"{', '.join(left_out)} is left out; name it too, or leave out {ENGLAND_TYPE}.",
            where=where,
        )


def _check_rounding(quantity: Quantity, table: Table, where: str, key: str) -> None:
    """How often a sum is rounded must be known: each column once for every word that is asked for."""
    for name in quantity.sum:
        if table.column(name).type is not ColumnType.COUNT:
            raise DefinitionError(
                f"key '{key}.rounded_to': a column of counts was expected, found '{name}'.", where=where
            )
    once = {table.organisation, table.organisation_types, table.period, table.period_end, *quantity.where}
    several = [name for name in table.key if name not in once]
    if several:
        raise DefinitionError(
            f"key '{key}.rounded_to': an organisation has several rows, told apart by '{several[0]}'; "
            "without it in 'where' nobody knows how often the sum is rounded.",
            where=where,
        )


def _check_band(bands: Bands, table: Table, where: str) -> None:
    kinds = {column.name: column.type for column in table.columns}
    if kinds.get(str(bands.column)) not in (ColumnType.LABEL, ColumnType.TEXT):
        raise DefinitionError(
            f"key 'bands.column': a label or text column of table '{table.id}' was expected, "
            f"found '{bands.column}'.",
            where=where,
        )
    labels = table.column(str(bands.column)).labels
    for key in ("best_quarter", "worst_quarter"):
        word = getattr(bands, key)
        if word is not None and labels and word not in labels:
            raise DefinitionError(
                f"key 'bands.{key}': a label of '{bands.column}' was expected, found '{word}'.", where=where
            )
