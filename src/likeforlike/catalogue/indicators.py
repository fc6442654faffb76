"""Indicators: what is compared, why, what it does not tell, and how it is summed from stored tables."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from math import prod
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from likeforlike.catalogue.loading import POPULATION, QUANTITY, REFERENCE, Definition, Identifier, Text


class Kind(StrEnum):
    """What a figure is, which decides its estimate and its interval."""

    PROPORTION = "proportion"
    RATE = "rate"
    RATIO = "ratio"
    COUNT = "count"
    MEAN = "mean"
    SCORE = "score"
    """A number on a scale, as published: it is not summed, and an area has one where one is published."""
    ORDINAL = "ordinal"
    """One of a few levels: neither summed nor averaged."""


# Kinds whose value the publisher gives; all others are computed from counts.
PUBLISHED_KINDS = (Kind.SCORE, Kind.ORDINAL)
# Kinds that need nothing to divide by.
WITHOUT_DENOMINATOR = (Kind.COUNT, *PUBLISHED_KINDS)


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
    RECORDING = "recording"


# What says how an organisation is placed or how it writes things down, or is a judgement: none of it lists anybody.
LIST_NOBODY = (Purpose.RATING, Purpose.RESOURCE, Purpose.POPULATION, Purpose.RECORDING)


class Status(StrEnum):
    """Whether an indicator is in use."""

    ACTIVE = "active"
    DRAFT = "draft"
    RETIRED = "retired"


class Quantity(Definition):
    """A sum over the rows of the input's table, as data: which columns, over which rows."""

    sum: tuple[Identifier, ...] = Field(min_length=1)
    where: dict[Identifier, tuple[Text, ...]] = Field(default_factory=dict)
    """Only rows whose label, code or text is one of these."""
    rounded_to: int | None = Field(default=None, ge=2, le=1000)
    """The publisher rounds each of the counts to a multiple of this: how far they may lie from what is printed goes
    into the interval."""

    def off_by(self) -> int:
        """How far the sum may lie from the sum of what was counted, as half of a rounding is made up or down.

        Each column is printed once for each combination of the words of `where`: so many roundings are in the sum.
        """
        if self.rounded_to is None:
            return 0
        return self.rounded_to // 2 * len(self.sum) * prod(len(words) for words in self.where.values())


class PublishedValue(Definition):
    """A value that the publisher gives, with its interval where there is one: a score, or the level of an ordinal."""

    column: Identifier
    lower: Identifier | None = None
    upper: Identifier | None = None
    where: dict[Identifier, tuple[Text, ...]] = Field(default_factory=dict)
    """Only rows whose label, code or text is one of these."""


class Population(Definition):
    """A denominator that is another indicator's figure: the list size under a count of appointments."""

    indicator: Identifier
    within_months: int = Field(default=0, ge=0, le=36)
    """How far the month of the list may lie from the month of the numerator; the nearest is taken."""
    months_before: int = Field(default=0, ge=0, le=120)
    """How much earlier than the numerator's the wanted month is: 12 for the list a year ago."""


class Reference(Definition):
    """What would be expected if everyone were as the reference is: its rate × the denominator."""

    reference: Literal["england"]
    """England's rate in the same period: as published in the same table, else of all its organisations together."""


def _kind_of_denominator(given: object) -> str:
    """Which of the two a denominator is meant to be, so that an error is about that one only."""
    names_indicator = isinstance(given, Population) or (isinstance(given, Mapping) and "indicator" in given)
    return POPULATION if names_indicator else QUANTITY


def _kind_of_expected(given: object) -> str:
    """Which of the two an expected count is meant to be, so that an error is about that one only."""
    names_reference = isinstance(given, Reference) or (isinstance(given, Mapping) and "reference" in given)
    return REFERENCE if names_reference else QUANTITY


Expected = Annotated[
    Annotated[Quantity, Tag(QUANTITY)] | Annotated[Reference, Tag(REFERENCE)],
    Discriminator(_kind_of_expected),
]
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
    numerator: Quantity | None = None
    denominator: Denominator | None = None
    expected: Expected | None = None
    """The publisher's own expected count, or what a reference would lead one to expect."""
    value: PublishedValue | None = None
    """Of a score or ordinal: the published value, in place of counts."""
    counts_events: bool = False
    """The numerator is an amount, and counts events all the same (a patient shared by two trusts is half a patient
    at each): chance makes more or fewer of them."""
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


class Family(StrEnum):
    """The regression of an expected model: of counts on the log scale, or of shares on the logit scale."""

    QUASI_POISSON = "quasi_poisson"
    QUASI_BINOMIAL = "quasi_binomial"


class ExpectedModel(Definition):
    """What the population would lead one to expect: chosen here, before the data are seen."""

    family: Family
    covariates: tuple[Identifier, ...] = Field(min_length=1)
    """Indicators that describe the population: nothing that the organisation controls."""
    reference: Text


class BandMethod(StrEnum):
    """How it is said whether a figure stands out: in words of the publisher or by the publisher's recipe."""

    OVERDISPERSED_SHMI = "overdispersed_shmi"
    """Against limits that allow for over-dispersion, as those of the SHMI: higher than, as, lower than expected."""
    QUARTILES = "quartiles"
    """In the highest or lowest quarter of all organisations of the kind, or in the middle half."""
    MEDIAN_MAD = "median_mad"
    """How many median absolute deviations from the median of all organisations of the kind."""
    PUBLISHED = "published"
    """As the publisher prints it."""


class Bands(Definition):
    """How a comparison says where a figure stands among all of its kind; a band judges nobody."""

    method: BandMethod
    column: Identifier | None = None
    """Of `published`: the label or text column in which the band is printed."""
    best_quarter: Text | None = None
    """Of `published`: what the publisher calls those in the quarter at the good end, and likewise `worst_quarter`."""
    worst_quarter: Text | None = None

    @model_validator(mode="after")
    def _has_its_column(self) -> Bands:
        if (self.column is not None) != (self.method is BandMethod.PUBLISHED):
            raise ValueError("column belongs to the method 'published', and that one has it")
        if (self.best_quarter is None) != (self.worst_quarter is None):
            raise ValueError("best_quarter and worst_quarter belong together")
        if self.best_quarter is not None and self.column is None:
            raise ValueError("best_quarter and worst_quarter belong to the method 'published'")
        return self


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
    decimals: int | None = Field(default=None, ge=0, le=6)
    """How many digits behind the point are printed, where the smallest difference does not say."""
    organisation_types: tuple[Identifier, ...] = Field(min_length=1)
    per_working_day: bool = False
    minimum_denominator: int = Field(default=0, ge=0)
    minimum_numerator: int = Field(default=0, ge=0)
    expected_model: ExpectedModel | None = None
    levels: tuple[Text, ...] = ()
    """Of an ordinal: its levels, worst first; the value is the level's place from 1."""
    inputs: tuple[Input, ...] = Field(min_length=1)
    quality_gates: tuple[Gate, ...] = ()
    bands: Bands | None = None
    """How a comparison says where a figure stands among all of its kind."""
    caveats: tuple[Text, ...] = Field(min_length=1)
    visibility: Text = Field(pattern=r"^(public|restricted)$")
    status: Status
    written_by: Text
    checked_by: Text | None = None
    next_review: datetime.date

    @model_validator(mode="after")
    def _holds_together(self) -> Indicator:
        for number, source in enumerate(self.inputs, start=1):
            try:
                _check_parts(self.kind, source)
            except ValueError as error:
                raise ValueError(f"input {number}: {error}") from None
        if (self.kind is Kind.ORDINAL) != (len(set(self.levels)) > 1):
            raise ValueError("levels: an ordinal has two or more, other kinds have none")
        if len(set(self.levels)) < len(self.levels):
            raise ValueError("levels: a level is named twice")
        if self.bands is not None:
            _check_bands(self.bands.method, self)
            if self.bands.best_quarter is not None and self.polarity is Polarity.NO_JUDGEMENT:
                raise ValueError("bands: without a direction that is good no quarter is the best")
        if self.expected_model is not None:
            share = self.expected_model.family is Family.QUASI_BINOMIAL
            if share != (self.kind is Kind.PROPORTION):
                raise ValueError(
                    f"expected_model.family: '{self.expected_model.family}' is not for a {self.kind}"
                )
        if self.per_working_day and self.kind not in (Kind.RATE, Kind.COUNT):
            raise ValueError(f"per_working_day: a {self.kind} does not grow with the days of a month")
        if self.status is Status.ACTIVE and self.checked_by is None:
            raise ValueError("checked_by: an active indicator has been read by a second person")
        return self


def _check_bands(method: BandMethod, indicator: Indicator) -> None:
    """Raise ValueError where an indicator has not what its bands are made of."""
    if method is BandMethod.OVERDISPERSED_SHMI and indicator.kind is not Kind.RATIO:
        raise ValueError(f"bands: '{method}' compares observed with expected counts, which only a ratio has")
    if method in (BandMethod.QUARTILES, BandMethod.MEDIAN_MAD) and indicator.kind is Kind.ORDINAL:
        raise ValueError(f"bands: '{method}' orders numbers; an ordinal has levels")


def _check_parts(kind: Kind, source: Input) -> None:
    """Raise ValueError where an input lacks what its kind is made of, or has what it is not."""
    if (source.value is not None) != (kind in PUBLISHED_KINDS):
        raise ValueError(
            f"a {kind} indicator has {'a published value' if kind in PUBLISHED_KINDS else 'no published value'}"
        )
    if (source.numerator is None) != (kind in PUBLISHED_KINDS):
        raise ValueError(
            f"a {kind} indicator has {'no numerator' if kind in PUBLISHED_KINDS else 'a numerator'}"
        )
    if kind is Kind.RATIO:
        # What is divided by is the expected count; a denominator is needed where that is made from a rate.
        if source.expected is None:
            raise ValueError("a ratio indicator has an expected count")
    elif (source.denominator is None) != (kind in WITHOUT_DENOMINATOR):
        raise ValueError(
            f"a {kind} indicator has {'no denominator' if kind in WITHOUT_DENOMINATOR else 'a denominator'}"
        )
    if isinstance(source.expected, Quantity) and source.expected.rounded_to:
        raise ValueError("expected: rounded_to is for counts of events and of those among whom they happened")
    if source.counts_events and kind not in (Kind.PROPORTION, Kind.RATE, Kind.RATIO, Kind.COUNT):
        raise ValueError(
            f"counts_events: indicators of kind {kind} have no interval that is made from events"
        )
    if isinstance(source.expected, Reference) and source.denominator is None:
        raise ValueError("what a reference leads one to expect needs a denominator")
    if source.expected is not None and kind in WITHOUT_DENOMINATOR:
        raise ValueError(f"a {kind} indicator has no expected count")
