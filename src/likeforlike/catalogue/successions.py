"""Successions: which organisation followed which, where no official file says it and it is known all the same."""

from __future__ import annotations

import datetime

from pydantic import Field, model_validator

from likeforlike.catalogue.loading import Definition, Identifier, Text


class Succession(Definition):
    """One statement, as in `successions.toml`: from this day on one organisation's duties are with others."""

    organisation_type: Identifier
    predecessors: tuple[Text, ...] = Field(min_length=1)
    """Codes of those that ended, or gave something away."""
    successors: tuple[Text, ...] = Field(min_length=1)
    """Codes of those that followed; several where the predecessor was divided."""
    since: datetime.date
    """The successors' first day."""
    evidence: Text
    """How it is known."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Succession:
        if len(self.predecessors) > 1 and len(self.successors) > 1:
            raise ValueError("several predecessors and several successors: state each division by itself")
        if both := sorted({*self.predecessors} & {*self.successors}):
            raise ValueError(f"{', '.join(both)} cannot follow itself")
        return self


class Successions(Definition):
    """The file `successions.toml`."""

    successions: tuple[Succession, ...]
    """Every statement, each a `[[successions]]`."""

    @model_validator(mode="after")
    def _once_each(self) -> Successions:
        stated: set[tuple[str, str, str]] = set()
        for one in self.successions:
            for predecessor in one.predecessors:
                for successor in one.successors:
                    key = (one.organisation_type, predecessor, successor)
                    if key in stated:
                        raise ValueError(f"that {successor} followed {predecessor} is stated twice")
                    stated.add(key)
        return self
