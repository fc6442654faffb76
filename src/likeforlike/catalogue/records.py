"""Records: how files of one row an event are described, and which monthly counts are made of them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field, model_validator

from likeforlike.catalogue.loading import Definition, Identifier, Text, check_once


class Handling(StrEnum):
    """What becomes of a row with a fault."""

    REFUSE = "refuse"
    """One such row refuses all the files."""
    LEAVE_OUT = "leave_out"
    """Such rows count for nothing; how many there were is written into the header of the pack."""


class Vocabulary(Definition):
    """A column of labels; a word outside its vocabulary is a fault."""

    column: Text
    """Its header in the files."""
    labels: Mapping[Text, tuple[str, ...]] = Field(min_length=1)
    """Our word, and the spellings in the files that mean it; an empty cell is the spelling ''."""

    @model_validator(mode="after")
    def _each_spelling_once(self) -> Vocabulary:
        check_once((spelling for spellings in self.labels.values() for spelling in spellings), "spelling")
        return self


class RecordSum(Definition):
    """What is counted: rows, or the sum of the column of counts, where labels are among those named."""

    where: Mapping[Identifier, tuple[Text, ...]] = Field(default_factory=dict)
    """Label column → the labels that count; without it every row does."""


class RecordIndicator(Definition):
    """One indicator that is made of the records."""

    indicator: Identifier
    numerator: RecordSum
    denominator: RecordSum | None = None
    """None where another file gives it, as the list size."""


class Records(Definition):
    """Files of one row an event, about organisations and never about people: `NAME.toml`."""

    title: Text
    about: Text
    """What was recorded, and what to know before using it; goes into the header of the pack."""
    provider: Text
    """Who gives the figures and answers for them: an organisation and a team, never a person."""
    area: Text
    """The code of the area whose organisations the records are about."""
    organisation_type: Identifier
    restricted: bool = True
    licence: str = ""
    organisation: Text
    """The header of the column of organisation codes."""
    date: Text
    """The header of the column of days or moments; in CSV as 2025-11-30, with or without a time after it."""
    first_day: datetime.date
    last_day: datetime.date
    """The span that the records cover, in whole months; a day outside it is a fault."""
    count: Text | None = None
    """The header of a column that says how many events a row stands for; without it a row is one event."""
    labels: Mapping[Identifier, Vocabulary] = Field(default_factory=dict)
    ignored: tuple[Text, ...] = ()
    """Headers of columns that are there and are not read. None of them may be about a person."""
    indicators: tuple[RecordIndicator, ...] = Field(min_length=1)
    no_organisation: Handling = Handling.REFUSE
    """What becomes of rows without an organisation."""
    outside_span: Handling = Handling.REFUSE
    """What becomes of rows without a day, or with one outside the span."""
    unknown_label: Handling = Handling.REFUSE
    """What becomes of rows with a word outside a vocabulary."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers of the columns that are read."""
        labels = (vocabulary.column for vocabulary in self.labels.values())
        counts = (self.count,) if self.count else ()
        return (self.organisation, self.date, *counts, *labels)

    @model_validator(mode="after")
    def _whole_months(self) -> Records:
        after = self.last_day + datetime.timedelta(days=1)
        if self.first_day.day != 1 or after.day != 1 or after <= self.first_day:
            raise ValueError(
                f"first_day and last_day: whole months were expected, found {self.first_day} to {self.last_day}; "
                "a month of which a part is missing would look like a quiet one"
            )
        return self

    @model_validator(mode="after")
    def _references_lead_somewhere(self) -> Records:
        check_once((*self.columns, *self.ignored), "column")
        check_once((one.indicator for one in self.indicators), "indicator")
        for one in self.indicators:
            for quantity in (one.numerator, one.denominator):
                for name, words in (quantity.where if quantity else {}).items():
                    if name not in self.labels:
                        raise ValueError(f"indicator '{one.indicator}': there are no labels '{name}'")
                    if strange := sorted(set(words) - set(self.labels[name].labels)):
                        raise ValueError(f"indicator '{one.indicator}': {strange} are no labels of '{name}'")
        return self
