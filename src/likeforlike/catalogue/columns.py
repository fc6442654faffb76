"""Columns of stored tables: what each holds, and how strictly its text is taken."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field, model_validator

from likeforlike.catalogue.loading import Definition, Identifier, Text


class ColumnType(StrEnum):
    """What a column holds, which decides how its text is converted."""

    MONTH = "month"
    """The first day of a month, in any of the publishers' spellings."""
    CODE = "code"
    """An organisation code; `organisation_type` says of what kind."""
    TEXT = "text"
    """Free text: names, postcodes, suppliers."""
    LABEL = "label"
    """One of a closed vocabulary; a word outside it is refused."""
    COUNT = "count"
    """A whole number, zero or more."""
    NUMBER = "number"
    """A decimal number that the publisher computed, a rate or an interval: shown as it is, never summed."""
    AMOUNT = "amount"
    """An exact decimal that may be summed: full-time equivalents, weighted patients. `decimals` says how exact."""
    DATE = "date"
    """A day, spelled in one of the `formats`."""
    YEAR = "year"
    """A calendar year ('2016') or financial year ('2021/22'), stored as its first day."""
    SHAPE = "shape"
    """Where an area lies: a GeoJSON geometry as text, in degrees of longitude and latitude (WGS 84)."""


# Decimals of eighteen digits are eight bytes wide in every engine.
DIGITS = 18
# Months of the longest period that anything is published for: ten years.
LONGEST_PERIOD = 120
PERIODS = (ColumnType.MONTH, ColumnType.DATE, ColumnType.YEAR)
WORDS = (ColumnType.CODE, ColumnType.TEXT, ColumnType.LABEL)


class Column(Definition):
    """One column of a stored table."""

    name: Identifier
    type: ColumnType
    organisation_type: Identifier | None = None
    labels: Mapping[Text, tuple[Text, ...]] = Field(default_factory=dict)
    """The vocabulary of a label column: our spelling, and the publisher's other spellings of it."""
    missing: Mapping[str, Identifier] = Field(default_factory=dict)
    """Tokens that stand for no value, each with its reason; an empty cell is the token ''."""
    none_tokens: tuple[str, ...] = ()
    """Codes, texts or dates that say "none": a practice outside any PCN is published as 'U'."""
    formats: tuple[Text, ...] = ()
    """How a date is spelled, as strptime has it; each cell in one of these ways, to the letter."""
    decimals: int | None = Field(default=None, ge=0, lt=DIGITS)
    """Of an amount: how many digits may stand behind the point."""
    negative: bool = False
    """Whether an amount or number may be below zero."""
    named_after_end: bool = False
    """Of a year: whether '2016' stands for the financial year that ended in 2016, from April 2015."""

    @model_validator(mode="after")
    def _fits_its_type(self) -> Column:
        if (self.type is ColumnType.LABEL) != bool(self.labels):
            raise ValueError(f"column '{self.name}': labels belong to a label column, and only to one")
        if self.missing and self.type not in (
            ColumnType.COUNT,
            ColumnType.NUMBER,
            ColumnType.AMOUNT,
            ColumnType.LABEL,
        ):
            raise ValueError(
                f"column '{self.name}': missing tokens belong to counts, numbers, amounts and labels"
            )
        if self.none_tokens and self.type not in (ColumnType.CODE, ColumnType.TEXT, ColumnType.DATE):
            raise ValueError(f"column '{self.name}': none_tokens belong to codes, texts and dates")
        if (self.type is ColumnType.DATE) != bool(self.formats):
            raise ValueError(f"column '{self.name}': formats belong to a date, and a date has some")
        if (self.type is ColumnType.AMOUNT) != (self.decimals is not None):
            raise ValueError(f"column '{self.name}': decimals belong to an amount, and an amount has them")
        if self.negative and self.type not in (ColumnType.AMOUNT, ColumnType.NUMBER):
            raise ValueError(f"column '{self.name}': only an amount or a number may be negative")
        if self.named_after_end and self.type is not ColumnType.YEAR:
            raise ValueError(f"column '{self.name}': only a year can be named after its end")
        if self.organisation_type and self.type is not ColumnType.CODE:
            raise ValueError(f"column '{self.name}': only a code has an organisation_type")
        return self
