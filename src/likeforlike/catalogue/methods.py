"""Levels and minimum sizes that the methods use, and the reasons for having no figure."""

from __future__ import annotations

from pydantic import model_validator

from likeforlike.catalogue.loading import Definition, Identifier, Text, check_once


class Level(Definition):
    """A number that a method needs, with where it comes from."""

    value: float
    reference: Text


class Reason(Definition):
    """Why a figure is missing: its word for people."""

    id: Identifier
    title: Text
    explanation: Text


class Methods(Definition):
    """The file `methods.toml`: levels and minimum sizes, each with its reference, and reasons for no figure."""

    confidence_level: Level
    """Level of the sampling intervals."""
    minimum_population_coverage: Level
    """Share of an area's patients below which it gets no figure."""
    smallest_count_shown: Level
    """The smallest count of events of people, besides nought, that may be shown."""
    reasons: tuple[Reason, ...]
    """Every reason for no figure, each a `[[reasons]]`."""

    @model_validator(mode="after")
    def _once_each(self) -> Methods:
        check_once((reason.id for reason in self.reasons), "reason")
        return self

    def reason(self, reason_id: str) -> Reason:
        """The reason of that id; an id that is not there is a programming error."""
        return next(reason for reason in self.reasons if reason.id == reason_id)
