"""Draws the online submissions of each practice in each month: whose system sends any, and of what type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.months import months_between
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.truth import Truth

# Suppliers with their share of practices. The last cannot tell clinical from administrative.
SUPPLIERS = {
    "ACCURX LIMITED": 0.47,
    "ECONSULT HEALTH LIMITED": 0.17,
    "PATCHS HEALTH LIMITED": 0.11,
    "TPP": 0.07,
    "CONTINUUM HEALTH LIMITED": 0.04,
    "SILICON PRACTICE LTD": 0.04,
    "Klinik Healthcare Solutions UK Ltd": 0.02,
    "RAPID HEALTH": 0.04,
    "EVERGREEN HEALTH SOLUTIONS": 0.04,
}
UNTYPED = "EVERGREEN HEALTH SOLUTIONS"
SHARE_WITH_TWO = 0.09
SHARE_NOT_PARTICIPATING = 0.004
# The share of practices whose system sends submissions grows to 95% in November 2025.
COVERAGE, COVERAGE_MONTH, COVERAGE_GROWTH, LEAST_COVERAGE = 0.953, date(2025, 11, 1), 0.006, 0.70


@dataclass(frozen=True)
class OnlineSystems:
    """What is lasting, by practice: suppliers, whether it participates, the coverage at which it starts."""

    suppliers: tuple[str, ...]
    participating: npt.NDArray[np.bool_]
    starts_at: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Submissions:
    """One month, by practice; practices that send nothing have zeros."""

    sending: npt.NDArray[np.bool_]
    clinical: npt.NDArray[np.int64]
    administrative: npt.NDArray[np.int64]
    other: npt.NDArray[np.int64]


@dataclass(frozen=True)
class OnlineMonth:
    """What Table 1 says about one month."""

    month: date
    open_practices: int
    included: int
    receiving: int
    patients: int
    patients_receiving: int
    clinical: int
    administrative: int
    other: int

    @property
    def total(self) -> int:
        """All submissions."""
        return self.clinical + self.administrative + self.other


def draw_online_systems(county: County) -> OnlineSystems:
    """Draw the lasting facts of the online consultation systems."""
    rng = random_stream(county.plan.seed, "online systems")
    practices = len(county.codes)
    names, shares = list(SUPPLIERS), np.array(list(SUPPLIERS.values()))
    chosen = rng.choice(len(names), (practices, 2), p=shares / shares.sum())
    with_two = rng.random(practices) < SHARE_WITH_TWO
    suppliers = tuple(
        ", ".join(sorted({names[one], names[other]})) if two else names[one]
        for (one, other), two in zip(chosen, with_two, strict=True)
    )
    return OnlineSystems(suppliers, rng.random(practices) >= SHARE_NOT_PARTICIPATING, rng.random(practices))


def draw_submissions(county: County, truth: Truth, systems: OnlineSystems, month: int) -> Submissions:
    """Draw the month: Poisson submissions, binomial shares of clinical ones."""
    rng = random_stream(county.plan.seed, "submissions", month)
    lists = county.populations.list_size[:, month]
    covered = systems.starts_at < online_coverage(county.months[month])
    sending = covered & systems.participating & (lists > 0)
    rate = truth["online_submissions"].value[:, month] / 1000 * county.working_days[month]
    total = rng.poisson(np.where(sending, rate * lists, 0.0))
    untyped = np.array([supplier == UNTYPED for supplier in systems.suppliers])
    typed = np.where(untyped, 0, total)
    clinical = rng.binomial(typed, truth["online_clinical_share"].value[:, month])
    return Submissions(sending & (total > 0), clinical, typed - clinical, np.where(untyped, total, 0))


def online_coverage(month: date) -> float:
    """The share of practices whose system sends submissions in the month."""
    grown = COVERAGE + COVERAGE_GROWTH * months_between(COVERAGE_MONTH, month)
    return max(LEAST_COVERAGE, min(COVERAGE, grown))


def summarise_submissions(
    county: County, systems: OnlineSystems, submissions: Submissions, month: int
) -> OnlineMonth:
    """The figures of one month for Table 1."""
    lists = county.populations.list_size[:, month]
    return OnlineMonth(
        month=county.months[month],
        open_practices=int((lists > 0).sum()),
        included=int(((lists > 0) & systems.participating).sum()),
        receiving=int(submissions.sending.sum()),
        patients=int(lists.sum()),
        patients_receiving=int(lists[submissions.sending].sum()),
        clinical=int(submissions.clinical.sum()),
        administrative=int(submissions.administrative.sum()),
        other=int(submissions.other.sum()),
    )
