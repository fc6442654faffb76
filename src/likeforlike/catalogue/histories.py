"""Histories: what the rows of a table say of their organisations' lives, and in which columns."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, model_validator

from likeforlike.catalogue.loading import Definition, Identifier, Text


class Belonging(Definition):
    """To which larger organisation a row's organisation belongs, and from when to when where the row says so."""

    column: Identifier
    """The column with the larger organisation's code."""
    organisation_type: Identifier
    """Of what kind that is."""
    since: Identifier | None = None
    """The date column with the first day."""
    until: Identifier | None = None
    """The date column with the last day."""


class History(Definition):
    """What a row says of its organisation: its dates, name, state and place, or who followed it."""

    organisation_type: Identifier | None = None
    """Of what kind the organisations are; none where the table's `organisation_types` column says so."""
    where: Mapping[Identifier, tuple[Text, ...]] = Field(default_factory=dict)
    """Only rows whose label is one of these."""
    name: Identifier | None = None
    postcode: Identifier | None = None
    opened: Identifier | None = None
    """The date column with the day on which it opened."""
    closed: Identifier | None = None
    """The date column with the day on which it closed."""
    state: Identifier | None = None
    """The label column that says whether it is active, closed, dormant or proposed."""
    belongs: tuple[Belonging, ...] = ()
    successor: Identifier | None = None
    """The column with the code of who followed it; then `since`, `share` and `evidence` are about that."""
    since: Identifier | None = None
    """The date column with the successor's first day."""
    share: Identifier | None = None
    """The column with the share that the successor took over."""
    evidence: Identifier | None = None
    """The column that says how it is known."""

    @model_validator(mode="after")
    def _is_about_something(self) -> History:
        if self.successor is not None and self.since is None:
            raise ValueError("a successor needs the column 'since' with its first day")
        if self.successor is None and (self.since or self.share or self.evidence):
            raise ValueError("since, share and evidence belong to a successor")
        return self

    def columns(self) -> list[tuple[str, str]]:
        """(key, column) for every column that is named here."""
        keys = ("name", "postcode", "opened", "closed", "state", "successor", "since", "share", "evidence")
        named = [(key, name) for key in keys if (name := getattr(self, key))]
        named += [("where", column) for column in self.where]
        for one in self.belongs:
            named.append(("belongs.column", one.column))
            named += [(f"belongs.{key}", name) for key in ("since", "until") if (name := getattr(one, key))]
        return named
