"""Indicators: what is compared, why, what it does not tell, and how it is summed from stored tables."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Discriminator, Field, Tag, model_validator

from likeforlike.catalogue.loading import POPULATION, QUANTITY, Definition, Identifier, Text


class Kind(StrEnum):
    """What a figure is, which decides its estimate and its interval."""

    PROPORTION = "proportion"
    RATE = "rate"
    RATIO = "ratio"
    COUNT = "count"
    MEAN = "mean"
    ORDINAL = "ordinal"


class Polarity(StrEnum):
    """Which direction is good, or that none is."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"
    NO_JUDGEMENT = "no_judgement"


class Purpose(StrEnum):
    """What an indicator is about; a delivery model alone never puts anybody on a list."""

    ACCESS = "access"
    DELIVERY_MODEL = "delivery_model"
    DEMAND = "demand"
    OUTCOME = "outcome"
    EXPERIENCE = "experience"
    RATING = "rating"
    RESOURCE = "resource"
    POPULATION = "population"


class Status(StrEnum):
    """Whether an indicator is in use."""

    ACTIVE = "active"
    DRAFT = "draft"
    RETIRED = "retired"


class Quantity(Definition):
    """A sum over the rows of the input's table, as data: which columns, over which rows."""

    sum: tuple[Identifier, ...] = Field(min_length=1)
    where: dict[Identifier, tuple[Text, ...]] = Field(default_factory=dict)
    """Only rows whose label is one of these."""


class Population(Definition):
    """A denominator that is another indicator's figure: the list size under a count of appointments."""

    indicator: Identifier
    within_months: int = Field(default=0, ge=0, le=12)
    """How far the month of the list may lie from the month of the numerator; the nearest is taken."""


def _kind_of_denominator(given: object) -> str:
    """Which of the two a denominator is meant to be, so that an error is about that one only."""
    names_indicator = isinstance(given, Population) or (isinstance(given, Mapping) and "indicator" in given)
    return POPULATION if names_indicator else QUANTITY


Denominator = Annotated[
    Annotated[Quantity, Tag(QUANTITY)] | Annotated[Population, Tag(POPULATION)],
    Discriminator(_kind_of_denominator),
]


class Missing(Definition):
    """Rows that carry no figure, and the reason: it is shown, and never read as zero."""

    where: dict[Identifier, tuple[Text, ...]]
    reason: Identifier
    only_if_zero: bool = False
    """Only where the numerator's sum is zero: a figure above zero speaks for itself."""


class Input(Definition):
    """One place where an indicator's counts are published; the first that has a figure is used."""

    source: Identifier
    table: Identifier
    numerator: Quantity
    denominator: Denominator | None = None
    expected: Quantity | None = None
    """The publisher's own expected count, where there is one."""
    missing: tuple[Missing, ...] = ()


class Gate(Definition):
    """A check of data quality: a figure that fails it does not count against an organisation."""

    id: Identifier
    title: Text
    share_of: Quantity
    """The part that should be small (unknown mode, unknown status)."""
    of: Quantity
    at_most: float = Field(ge=0, le=1)
    source: Identifier
    table: Identifier
    """The gate judges figures from this table; figures from elsewhere have gates of their own."""


class ExpectedModel(Definition):
    """What the population would lead one to expect: chosen here, before the data are seen."""

    family: Identifier
    covariates: tuple[Identifier, ...] = Field(min_length=1)
    reference: Text


class Indicator(Definition):
    """One indicator: `definitions/indicators/<id>.toml`."""

    id: Identifier
    title: Text
    question: Text
    why_it_matters: Text
    does_not_tell: Text
    kind: Kind
    unit: Text
    multiplier: float = Field(gt=0)
    polarity: Polarity
    purpose: Purpose
    smallest_difference: float | None = Field(default=None, gt=0)
    """The smallest difference that matters, in the indicator's unit; none: it lists nobody."""
    smallest_difference_reason: Text
    organisation_types: tuple[Identifier, ...] = Field(min_length=1)
    per_working_day: bool = False
    minimum_denominator: int = Field(default=0, ge=0)
    minimum_numerator: int = Field(default=0, ge=0)
    expected_model: ExpectedModel | None = None
    inputs: tuple[Input, ...] = Field(min_length=1)
    quality_gates: tuple[Gate, ...] = ()
    caveats: tuple[Text, ...] = Field(min_length=1)
    visibility: Text = Field(pattern=r"^(public|restricted)$")
    status: Status
    written_by: Text
    checked_by: Text | None = None
    next_review: datetime.date

    @model_validator(mode="after")
    def _holds_together(self) -> Indicator:
        for number, source in enumerate(self.inputs, start=1):
            if (source.denominator is None) != (self.kind is Kind.COUNT):
                raise ValueError(
                    f"input {number}: a {self.kind} indicator has "
                    f"{'no denominator' if self.kind is Kind.COUNT else 'a denominator'}"
                )
        if self.per_working_day and self.kind not in (Kind.RATE, Kind.COUNT):
            raise ValueError(f"per_working_day: a {self.kind} does not grow with the days of a month")
        if self.status is Status.ACTIVE and self.checked_by is None:
            raise ValueError("checked_by: an active indicator has been read by a second person")
        return self
