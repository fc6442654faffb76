"""The whole catalogue, loaded once: every reference between definitions leads somewhere."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import Field, field_validator, model_validator

from likeforlike.catalogue.columns import WORDS, ColumnType
from likeforlike.catalogue.figure_checks import OTHER_TYPE, check_figures
from likeforlike.catalogue.indicators import (
    Indicator,
    Input,
    Kind,
    Population,
    PublishedValue,
    Purpose,
    Quantity,
)
from likeforlike.catalogue.loading import (
    DEFINITIONS,
    Definition,
    Identifier,
    Text,
    check_once,
    load_definition,
)
from likeforlike.catalogue.methods import Methods
from likeforlike.catalogue.nearest import SHOW_INDICATORS, name_nearest, suggest_nearest
from likeforlike.catalogue.organisation_types import OrganisationType, OrganisationTypes
from likeforlike.catalogue.peer_groups import PeerGroup, check_groups_apart
from likeforlike.catalogue.rating_rules import RatingRule, check_rules
from likeforlike.catalogue.sources import Source
from likeforlike.catalogue.successions import Succession, Successions
from likeforlike.catalogue.tables import Table
from likeforlike.errors import DefinitionError, NotFoundError

Anything = TypeVar("Anything")
Named = TypeVar("Named", Source, Indicator, PeerGroup, RatingRule)


class KnownBreak(Definition):
    """A dated change in recording, as in `known_breaks.toml`: months on its two sides are not like for like."""

    id: Identifier
    source: Identifier
    indicators: tuple[Identifier, ...] = Field(min_length=1)
    month: datetime.date
    """The first month recorded the new way."""
    what: Text
    evidence: Text
    rebase: bool = False
    """Whether limits of a series begin anew here: a person decided so, because everybody's figures moved."""

    @field_validator("month")
    @classmethod
    def _is_first_day(cls, month: datetime.date) -> datetime.date:
        if month.day != 1:
            raise ValueError("the first day of a month was expected")
        return month


class KnownBreaks(Definition):
    """The file `known_breaks.toml`."""

    known_breaks: tuple[KnownBreak, ...]
    """Every break, each a `[[known_breaks]]`."""

    @model_validator(mode="after")
    def _once_each(self) -> KnownBreaks:
        check_once((known_break.id for known_break in self.known_breaks), "known break")
        return self


@dataclass(frozen=True)
class Catalogue:
    """All definitions, checked against each other."""

    organisation_types: Mapping[str, OrganisationType]
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    peer_groups: Mapping[str, PeerGroup]
    rating_rules: Mapping[str, RatingRule]
    successions: tuple[Succession, ...]
    known_breaks: tuple[KnownBreak, ...]
    methods: Methods
    digest: str = field(repr=False)
    """SHA-256 over the text of all definitions: part of the key of every build."""

    def indicator(self, indicator_id: str) -> Indicator:
        """The indicator of that id.

        Raises:
            NotFoundError: naming those that are spelled most like it, and where all of them are listed.
        """
        return _named(self.indicators, indicator_id, "indicator", SHOW_INDICATORS)

    def source(self, source_id: str) -> Source:
        """The source of that id.

        Raises:
            NotFoundError: naming the sources that there are.
        """
        return _named(self.sources, source_id, "source")

    def organisation_type(self, type_id: str) -> OrganisationType:
        """The kind of organisation of that id.

        Raises:
            NotFoundError: naming the kinds that there are.
        """
        return _named(self.organisation_types, type_id, "organisation type")

    def peer_group(self, group_id: str) -> PeerGroup:
        """The peer group of that id.

        Raises:
            NotFoundError: naming the peer groups that there are.
        """
        return _named(self.peer_groups, group_id, "peer group")

    def rating_rule(self, rule_id: str) -> RatingRule:
        """The rating rule of that id.

        Raises:
            NotFoundError: naming the rules that there are.
        """
        return _named(self.rating_rules, rule_id, "rating rule")

    def is_peer(self, group_id: str, code: str) -> bool:
        """Whether an organisation is a member of a peer group, or of one of those that it is made of.

        Raises:
            NotFoundError: there is no such peer group.
        """
        group = self.peer_group(group_id)
        return group.has(code) or any(self.peer_groups[part].has(code) for part in group.made_of)

    def peer_groups_of(self, organisation_type: str, code: str) -> tuple[PeerGroup, ...]:
        """The peer groups that an organisation is in, the narrowest first; none where nobody has placed it."""
        found = [
            group
            for group in self.peer_groups.values()
            if group.organisation_type == organisation_type and self.is_peer(group.id, code)
        ]
        return tuple(sorted(found, key=lambda group: len(group.made_of)))


def _named(among: Mapping[str, Anything], wanted: str, what: str, listed_by: str = "") -> Anything:
    try:
        return among[wanted]
    except KeyError:
        raise NotFoundError(
            f"there is no {what} '{wanted}'.", next_step=suggest_nearest(wanted, list(among), listed_by)
        ) from None


@lru_cache(maxsize=4)
def load_catalogue(folder: Path = DEFINITIONS) -> Catalogue:
    """Load and check every definition of a folder.

    Raises:
        DefinitionError: a definition does not hold, or names something that does not exist.
    """
    types = load_definition(OrganisationTypes, folder / "organisation_types.toml").organisation_types
    sources = _load_named(Source, folder / "sources")
    indicators = _load_named(Indicator, folder / "indicators")
    peer_groups = _load_named(PeerGroup, folder / "peer_groups")
    rating_rules = _load_named(RatingRule, folder / "rating_rules")
    successions = load_definition(Successions, folder / "successions.toml").successions
    breaks = load_definition(KnownBreaks, folder / "known_breaks.toml").known_breaks
    methods = load_definition(Methods, folder / "methods.toml")
    catalogue = Catalogue(
        # One catalogue is shared by all who ask for it: nobody may change it for the others.
        organisation_types=MappingProxyType(
            {kind.id: kind for kind in sorted(types, key=lambda kind: kind.rank)}
        ),
        sources=MappingProxyType(sources),
        indicators=MappingProxyType(indicators),
        peer_groups=MappingProxyType(peer_groups),
        rating_rules=MappingProxyType(rating_rules),
        successions=successions,
        known_breaks=breaks,
        methods=methods,
        digest=_digest(folder),
    )
    check_references(catalogue)
    return catalogue


def _load_named(kind: type[Named], folder: Path) -> dict[str, Named]:
    loaded = {}
    for path in sorted(folder.glob("*.toml")):
        definition = load_definition(kind, path)
        if definition.id != path.stem:
            raise DefinitionError(
                f"key 'id': the file's name without .toml was expected, found '{definition.id}'.",
                where=path.name,
            )
        loaded[definition.id] = definition
    return loaded


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.toml")):
        digest.update(path.relative_to(folder).as_posix().encode())
        # Line ends differ between checkouts and mean nothing.
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def check_references(catalogue: Catalogue) -> None:
    """Raise DefinitionError where a definition names a type, source, column, label or reason that is not there."""
    for kind in catalogue.organisation_types.values():
        for parent in kind.parents:
            _check_known(
                parent, catalogue.organisation_types, f"organisation_types.toml, {kind.id}", "parents"
            )
    for source in catalogue.sources.values():
        _check_source(source, catalogue)
    for indicator in catalogue.indicators.values():
        _check_indicator(indicator, catalogue)
    for known_break in catalogue.known_breaks:
        where = f"known_breaks.toml, {known_break.id}"
        _check_known(known_break.source, catalogue.sources, where, "source")
        for indicator_id in known_break.indicators:
            _check_known(indicator_id, catalogue.indicators, where, "indicators")
    for group in catalogue.peer_groups.values():
        where = f"peer_groups/{group.id}.toml"
        _check_known(group.organisation_type, catalogue.organisation_types, where, "organisation_type")
        for part in group.made_of:
            _check_known(part, catalogue.peer_groups, where, "made_of")
    for succession in catalogue.successions:
        _check_succession(succession, catalogue)
    check_groups_apart(catalogue.peer_groups, catalogue.organisation_types)
    check_rules(
        catalogue.rating_rules, catalogue.organisation_types, catalogue.peer_groups, catalogue.indicators
    )


def _check_succession(succession: Succession, catalogue: Catalogue) -> None:
    where = "successions.toml"
    _check_known(succession.organisation_type, catalogue.organisation_types, where, "organisation_type")
    kind = catalogue.organisation_types[succession.organisation_type]
    for code in (*succession.predecessors, *succession.successors):
        if not kind.accepts(code):
            raise DefinitionError(
                f"'{code}' is no code of a {kind.title} ({kind.code_pattern}): {succession.evidence}",
                where=where,
            )


def _check_source(source: Source, catalogue: Catalogue) -> None:
    reasons = {reason.id for reason in catalogue.methods.reasons}
    for table in source.tables:
        if table.belongs_by_name:
            _check_known(
                table.belongs_by_name.organisation_type,
                catalogue.organisation_types,
                f"{source.id}.toml, table '{table.id}'",
                "belongs_by_name.organisation_type",
            )
        if table.organisation_types:
            labels = table.column(table.organisation_types).labels
            where = f"{source.id}.toml, table '{table.id}'"
            for label in labels:
                _check_known(label, [*catalogue.organisation_types, OTHER_TYPE], where, "organisation_types")
        for column in table.columns:
            where = f"{source.id}.toml, table '{table.id}', column '{column.name}'"
            if column.organisation_type:
                _check_known(
                    column.organisation_type, catalogue.organisation_types, where, "organisation_type"
                )
            for reason in column.missing.values():
                _check_known(reason, reasons, where, "missing")


def _check_indicator(indicator: Indicator, catalogue: Catalogue) -> None:
    where = f"{indicator.id}.toml"
    reasons = {reason.id for reason in catalogue.methods.reasons}
    for type_id in indicator.organisation_types:
        _check_known(type_id, catalogue.organisation_types, where, "organisation_types")
    for number, source in enumerate(indicator.inputs):
        _check_input(source, indicator, catalogue, where, f"inputs.{number}", reasons)
    for covariate in indicator.expected_model.covariates if indicator.expected_model else ():
        _check_known(covariate, catalogue.indicators, where, "expected_model.covariates")
        if catalogue.indicators[covariate].purpose is not Purpose.POPULATION:
            raise DefinitionError(
                f"key 'expected_model.covariates': '{covariate}' does not describe the population.",
                where=where,
            )
    for number, gate in enumerate(indicator.quality_gates):
        key = f"quality_gates.{number}"
        table = _table(gate.source, gate.table, catalogue, where, key)
        _check_quantity(gate.share_of, table, where, f"{key}.share_of")
        _check_quantity(gate.of, table, where, f"{key}.of")
        if gate.share_of.rounded_to or gate.of.rounded_to:
            raise DefinitionError(
                f"key '{key}': a gate has no interval into which rounded_to could go.", where=where
            )


def _check_input(
    source: Input, indicator: Indicator, catalogue: Catalogue, where: str, key: str, reasons: set[str]
) -> None:
    table = _table(source.source, source.table, catalogue, where, key)
    if table.organisation is None:
        raise DefinitionError(f"key '{key}': table '{table.id}' is not about organisations.", where=where)
    if table.organisation_types is None and table.column(table.organisation).organisation_type is None:
        raise DefinitionError(
            f"key '{key}': table '{table.id}' does not say of what kind its organisations are: "
            f"'{table.organisation}' has no organisation_type.",
            where=where,
        )
    if source.numerator is not None:
        _check_quantity(source.numerator, table, where, f"{key}.numerator")
    if source.value is not None:
        _check_value(source.value, indicator, table, where, f"{key}.value")
    if isinstance(source.denominator, Population):
        _check_known(
            source.denominator.indicator, catalogue.indicators, where, f"{key}.denominator.indicator"
        )
        if catalogue.indicators[source.denominator.indicator].kind is not Kind.COUNT:
            raise DefinitionError(
                f"key '{key}.denominator.indicator': a count was expected, "
                f"found '{source.denominator.indicator}'.",
                where=where,
            )
    elif source.denominator is not None:
        _check_quantity(source.denominator, table, where, f"{key}.denominator")
    if isinstance(source.expected, Quantity):
        _check_quantity(source.expected, table, where, f"{key}.expected")
    check_figures(indicator, source, table, catalogue.organisation_types, key)
    for missing in source.missing:
        _check_known(missing.reason, reasons, where, f"{key}.missing.reason")
        _check_conditions(missing.where, table, where, f"{key}.missing.where")


def _check_quantity(quantity: Quantity, table: Table, where: str, key: str) -> None:
    for name in quantity.sum:
        _check_column(name, table, where, f"{key}.sum")
        if table.column(name).type not in (ColumnType.COUNT, ColumnType.AMOUNT):
            raise DefinitionError(
                f"key '{key}.sum': '{name}' is not a column of counts or amounts.", where=where
            )
    _check_conditions(quantity.where, table, where, f"{key}.where")


def _check_value(value: PublishedValue, indicator: Indicator, table: Table, where: str, key: str) -> None:
    wanted = {"column": value.column, "lower": value.lower, "upper": value.upper}
    for part, name in wanted.items():
        if name is None:
            continue
        _check_column(name, table, where, f"{key}.{part}")
        column = table.column(name)
        if indicator.kind is Kind.ORDINAL:
            if part != "column" or column.type is not ColumnType.LABEL:
                raise DefinitionError(
                    f"key '{key}.{part}': an ordinal's value is a label column, without limits.", where=where
                )
            # Words that are no levels may stand there where the rows with them are left out.
            words = value.where.get(value.column, tuple(column.labels))
            if set(words) != set(indicator.levels):
                raise DefinitionError(
                    f"key '{key}.column': the labels of '{name}' must be the levels; "
                    f"one side alone has {', '.join(sorted(set(words) ^ set(indicator.levels)))}.",
                    where=where,
                )
        elif column.type not in (ColumnType.NUMBER, ColumnType.AMOUNT, ColumnType.COUNT):
            raise DefinitionError(f"key '{key}.{part}': '{name}' is not a column of numbers.", where=where)
    _check_conditions(value.where, table, where, f"{key}.where")


def _check_conditions(conditions: Mapping[str, tuple[str, ...]], table: Table, where: str, key: str) -> None:
    if table.series and table.series not in conditions:
        raise DefinitionError(
            f"key '{key}': which '{table.series}' is meant must be said: the table '{table.id}' has several.",
            where=where,
        )
    for name, words in conditions.items():
        _check_column(name, table, where, key)
        column = table.column(name)
        if column.type not in WORDS:
            raise DefinitionError(
                f"key '{key}.{name}': a label, code or text column was expected.", where=where
            )
        for word in words if column.labels else ():
            _check_known(word, column.labels, where, f"{key}.{name}")


def _check_column(name: str, table: Table, where: str, key: str) -> None:
    _check_known(name, [column.name for column in table.columns], where, key)


def _table(source_id: str, table_id: str, catalogue: Catalogue, where: str, key: str) -> Table:
    _check_known(source_id, catalogue.sources, where, f"{key}.source")
    source = catalogue.sources[source_id]
    _check_known(table_id, [table.id for table in source.tables], where, f"{key}.table")
    return source.table(table_id)


def _check_known(wanted: str, known: Iterable[str], where: str, key: str) -> None:
    choices = sorted(known)
    if wanted not in choices:
        raise DefinitionError(
            f"key '{key}': one of {name_nearest(wanted, choices)} was expected, found '{wanted}'.",
            where=where,
        )
