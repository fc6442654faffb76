"""The plan of a review: one TOML file, and nothing else influences the result."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator, model_validator

from likeforlike.catalogue import Catalogue, Polarity, Purpose
from likeforlike.catalogue.indicators import LIST_NOBODY
from likeforlike.catalogue.loading import Definition, Identifier, Text, load_definition
from likeforlike.catalogue.nearest import SHOW_INDICATORS, suggest_nearest
from likeforlike.errors import DefinitionError, NotFoundError

# Larger numbers than anybody means: their sums and quotients would be no numbers any more.
LARGEST = 1e6
EARLIEST, LATEST = datetime.date(1948, 7, 1), datetime.date(2199, 12, 1)


LONGEST_WINDOW = 60


class PlannedIndicator(Definition):
    """One indicator of the composite and what it counts."""

    id: Identifier
    weight: float = Field(ge=1 / LARGEST, le=LARGEST)
    better: Text | None = Field(default=None, pattern=r"^(higher|lower)$")
    """Which direction is good, where the definition makes no judgement; needs a `reason`."""
    reason: Text | None = None
    borrow_from: Identifier | None = None
    """The related indicator whose variance components are used where there are fewer than four months."""


class Window(Definition):
    """The months that are compared."""

    last: datetime.date = Field(ge=EARLIEST, le=LATEST)
    """First day of the last month."""
    months: int = Field(default=12, ge=1, le=LONGEST_WINDOW)

    @field_validator("last")
    @classmethod
    def _is_first_day(cls, month: datetime.date) -> datetime.date:
        if month.day != 1:
            raise ValueError("the first day of a month was expected")
        return month

    @property
    def first(self) -> datetime.date:
        """First day of the first month."""
        number = self.last.year * 12 + self.last.month - self.months
        return datetime.date(number // 12, number % 12 + 1, 1)


class Gates(Definition):
    """Which figures count against nobody; each organisation that one stops is told so."""

    least_patients: int = Field(default=1000, ge=0)
    """On smaller lists a handful of patients decides."""
    most_months_missing: float = Field(default=0.5, ge=0, le=1)
    """Of an indicator's months in the window."""
    most_months_gated: float = Field(default=0.5, ge=0, le=1)
    """Of an indicator's months in the window that fail the definition's own gates."""
    largest_list_jump: float = Field(default=0.2, gt=0, le=LARGEST)
    """Of the list from one month to the next: a merger, a dispersal, a new contract."""
    breaks: bool = True
    """Whether an indicator's window begins after the last known break in recording within it."""
    mergers: bool = True
    """Whether one that took over another within the window is left out; false where, as for areas, the publisher has
    stated the months before again as those of both together."""
    supplier_change: bool = True
    """Whether a change of the supplier of its system within the window keeps an organisation's figures out."""
    least_under_5: float = Field(default=0.01, ge=0, le=1)
    """Share of patients under 5 below which a list is no typical one: students, the homeless, a special scheme."""
    most_aged_85: float = Field(default=0.15, ge=0, le=1)
    """Share of patients aged 85 and over above which a list is that of care homes."""


class Thresholds(Definition):
    """What is called certain, and how long and how wrong the list may be; the defaults are those of the methods."""

    almost_certainly: float = Field(default=0.95, gt=0.5, lt=1)
    probably: float = Field(default=0.80, gt=0.5, lt=1)
    almost_certainly_not: float = Field(default=0.05, gt=0, lt=0.5)
    most_false: float = Field(default=0.10, gt=0, lt=0.5)
    """The expected share of wrong entries on the list."""
    worse_by: float = Field(default=1.0, gt=0, le=LARGEST)
    """In units of the smallest difference that matters."""
    least_weight: float = Field(default=0.5, gt=0, le=1)
    """The share of the weights that an organisation's figures must have for it to be assessed."""

    @model_validator(mode="after")
    def _in_order(self) -> Thresholds:
        if self.probably > self.almost_certainly:
            raise ValueError("probably must not be above almost_certainly")
        return self


class ReviewPlan(Definition):
    """A whole review, as data."""

    title: Text
    area: Text
    """Code or name of the area."""
    organisation_type: Identifier = "gp_practice"
    window: Window
    reference: Text = Field(default="england", pattern=r"^(england|area)$")
    """Whose level an organisation must be worse than."""
    expected: bool = True
    """Whether organisations are compared with what their population would lead one to expect. Where no file says
    what the populations are, as for areas, this is false with an `expected_reason`."""
    expected_reason: Text | None = None
    restricted: bool = False
    """Whether figures that not everybody may see are used; then the whole result is restricted."""
    as_at: datetime.date | None = None
    """Only editions issued by then; without it the newest."""
    seed: int = Field(ge=0)
    draws: int = Field(default=10_000, ge=1_000, le=100_000)
    weightings: int = Field(default=1_000, ge=0, le=10_000)
    """How many other weightings the sensitivity tries."""
    concentration: float = Field(default=20.0, ge=1 / LARGEST, le=LARGEST)
    """Of the Dirichlet distribution around the plan's weights."""
    indicators: tuple[PlannedIndicator, ...] = Field(min_length=1)
    beside: tuple[Identifier, ...] = ()
    """Indicators that are shown beside the list and count nothing in it: ratings, single years, single months."""
    gates: Gates = Gates()
    thresholds: Thresholds = Thresholds()
    data_packs: tuple[Text, ...] = ()
    """Paths of local data packs, relative to the plan."""

    @model_validator(mode="after")
    def _once_each(self) -> ReviewPlan:
        ids = [one.id for one in self.indicators]
        if len(set(ids)) < len(ids):
            raise ValueError("indicators: one is named twice")
        if len(set(self.beside)) < len(self.beside) or set(self.beside) & set(ids):
            raise ValueError("beside: one is named twice, or is among the indicators")
        if self.expected == (self.expected_reason is not None):
            raise ValueError("expected_reason: belongs to expected = false, and to nothing else")
        return self


def key_defaults() -> dict[str, Any]:
    """What a plan means that does not say a key: `draws`, `gates.breaks`, `window.months`."""
    parts: tuple[tuple[str, type[Definition]], ...] = (
        ("", ReviewPlan), ("window.", Window), ("gates.", Gates), ("thresholds.", Thresholds)
    )  # fmt: skip
    return {
        f"{prefix}{name}": field.default
        for prefix, part in parts
        for name, field in part.model_fields.items()
        if not field.is_required() and not isinstance(field.default, Definition)
    }


@dataclass(frozen=True)
class Planned:
    """A plan with the bytes of its file, which are kept beside the result."""

    plan: ReviewPlan
    text: bytes
    where: str


def read_plan(path: Path, catalogue: Catalogue) -> Planned:
    """Read a plan and hold it against the definitions.

    Raises:
        NotFoundError: there is no such file.
        DefinitionError: naming file and key: an unknown key or indicator, a direction missing or without a reason,
            an indicator that nobody can be listed by.
    """
    text = _read_bytes(path)
    plan = load_definition(ReviewPlan, path)
    check_plan(plan, catalogue, where=path.name)
    return Planned(plan, text, path.name)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFoundError(
            "there is no such plan.", where=str(path), next_step="`likeforlike review new` writes one."
        ) from None
    except OSError as error:
        found = "found a folder" if path.is_dir() else str(error.strerror or error)
        raise DefinitionError(
            f"the TOML file of a plan was expected, {found}.", where=str(path), next_step="Name the file."
        ) from None


def check_plan(plan: ReviewPlan, catalogue: Catalogue, *, where: str) -> None:
    """Raise DefinitionError where a plan does not fit the definitions."""
    if plan.organisation_type not in catalogue.organisation_types:
        raise DefinitionError(
            f"organisation_type: there is no '{plan.organisation_type}'.",
            where=where,
            next_step=f"Known: {', '.join(catalogue.organisation_types)}.",
        )
    _check_beside(plan, catalogue, where)
    for number, one in enumerate(plan.indicators):
        key = f"indicators.{number}"
        if one.id not in catalogue.indicators:
            raise DefinitionError(
                f"{key}.id: there is no indicator '{one.id}'.",
                where=where,
                next_step=suggest_nearest(one.id, sorted(catalogue.indicators), SHOW_INDICATORS),
            )
        indicator = catalogue.indicators[one.id]
        if plan.organisation_type not in indicator.organisation_types:
            raise DefinitionError(
                f"{key}.id: '{one.id}' is not measured for '{plan.organisation_type}'.", where=where
            )
        if indicator.visibility == "restricted" and not plan.restricted:
            raise DefinitionError(
                f"{key}.id: the figures of '{one.id}' are not for everybody, and the plan does not say so.",
                where=where,
                next_step="Say `restricted = true`: then the whole result is.",
            )
        if indicator.purpose in LIST_NOBODY:
            raise DefinitionError(
                f"{key}.id: '{one.id}' is about {indicator.purpose}, by which nobody is listed.",
                where=where,
                next_step="Leave it out: it is used to explain the others.",
            )
        if indicator.smallest_difference is None:
            raise DefinitionError(
                f"{key}.id: '{one.id}' has no smallest difference that matters, so nobody can be listed by it.",
                where=where,
                next_step="Leave it out, or define `smallest_difference` for it beforehand, with its reason.",
            )
        judged = indicator.polarity is not Polarity.NO_JUDGEMENT
        if judged and one.better is not None:
            raise DefinitionError(
                f"{key}.better: the definition of '{one.id}' says which direction is good, and a plan does not "
                "change that.",
                where=where,
            )
        if not judged and (one.better is None or one.reason is None):
            raise DefinitionError(
                f"{key}: '{one.id}' is of supply or demand and makes no judgement: say which direction is `better` "
                "and give the `reason`.",
                where=where,
            )
        if one.borrow_from is not None and one.borrow_from not in catalogue.indicators:
            raise DefinitionError(
                f"{key}.borrow_from: there is no indicator '{one.borrow_from}'.",
                where=where,
                next_step="Name one of the plan's indicators that has four months or more.",
            )


def _check_beside(plan: ReviewPlan, catalogue: Catalogue, where: str) -> None:
    for number, name in enumerate(plan.beside):
        if name not in catalogue.indicators:
            raise DefinitionError(
                f"beside.{number}: there is no indicator '{name}'.",
                where=where,
                next_step=suggest_nearest(name, sorted(catalogue.indicators), SHOW_INDICATORS),
            )
        if plan.organisation_type not in catalogue.indicators[name].organisation_types:
            raise DefinitionError(
                f"beside.{number}: '{name}' is not measured for '{plan.organisation_type}'.", where=where
            )


def directions(plan: ReviewPlan, catalogue: Catalogue) -> tuple[int, ...]:
    """+1 where higher is better, −1 where lower is, for each indicator of the plan."""
    return tuple(
        1
        if one.better == "higher" or catalogue.indicators[one.id].polarity is Polarity.HIGHER_IS_BETTER
        else -1
        for one in plan.indicators
    )


def can_list(plan: ReviewPlan, catalogue: Catalogue) -> bool:
    """Whether any indicator is about more than the delivery model: that alone lists nobody."""
    return any(listing_indicators(plan, catalogue))


def listing_indicators(plan: ReviewPlan, catalogue: Catalogue) -> tuple[bool, ...]:
    """Of each indicator of the plan: whether it is about more than the delivery model."""
    return tuple(
        catalogue.indicators[one.id].purpose is not Purpose.DELIVERY_MODEL for one in plan.indicators
    )
