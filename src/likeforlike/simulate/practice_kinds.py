"""What kind of practice each is, for as long as it exists: rurality, contract, weight of its list, staff, rating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.randomness import random_stream

# Shares and spreads of practices with more than 1,000 patients in the payments of 2022-23.
RURAL_SHARE, RURAL_SPREAD = 0.16, 1.5  # the spread between areas, on the logit scale, is assumed
DISPENSING_SHARE = {True: 0.64, False: 0.05}  # of rural practices, of urban ones
CONTRACTS, CONTRACT_SHARES = ("GMS", "PMS", "APMS"), (0.72, 0.25, 0.03)
WEIGHT_SPREAD = 0.105  # of the logarithm of weighted by registered patients
WEIGHT_OF_OLDER = 0.08  # for one spread more of patients aged 65 and over: assumed
# Full-time equivalents per 1,000 weighted patients of 2022-23: the median practice, and the spread of the logarithm.
STAFF = {
    "gp": (0.425, 0.40),
    "locum_or_training": (0.10, 0.80),
    "nurse": (0.235, 0.50),
    "direct_patient_care": (0.19, 0.70),
    "administrative": (1.15, 0.33),
}
RATINGS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
RATING_SHARES = (0.009, 0.047, 0.897, 0.047)
INHERITED_SHARE = 0.05
# How many years before the newest a rating was given, as in the directory of April 2024.
AGE_SHARES = (0.04, 0.08, 0.09, 0.05, 0.05, 0.12, 0.13, 0.20, 0.22, 0.02)


@dataclass(frozen=True)
class PracticeKinds:
    """The truth about practices that no month changes; arrays are by practice."""

    rural: npt.NDArray[np.bool_]
    dispensing: npt.NDArray[np.bool_]
    contract: npt.NDArray[np.int64]
    """Place in CONTRACTS."""
    weight: npt.NDArray[np.float64]
    """Weighted patients for a registered one, before they are scaled to the county's list."""
    staff: Mapping[str, npt.NDArray[np.float64]]
    """Role → full-time equivalents per 1,000 weighted patients."""
    rating: npt.NDArray[np.int64]
    """Place in RATINGS."""
    rating_age: npt.NDArray[np.int64]
    """Years since the rating."""
    inherited: npt.NDArray[np.bool_]


def draw_kinds(county: County) -> PracticeKinds:
    """The kinds of the county's practices; the same plan always gives the same."""
    rng = random_stream(county.plan.seed, "practice kinds")
    practices = len(county.codes)
    tilt = np.log(RURAL_SHARE / (1 - RURAL_SHARE)) + RURAL_SPREAD * rng.standard_normal(len(county.sub_icbs))
    rural = rng.random(practices) < (1 / (1 + np.exp(-tilt)))[county.sub_icb_of]
    dispensing = rng.random(practices) < np.where(rural, DISPENSING_SHARE[True], DISPENSING_SHARE[False])
    own = np.sqrt(WEIGHT_SPREAD**2 - WEIGHT_OF_OLDER**2) * rng.standard_normal(practices)
    return PracticeKinds(
        rural=rural,
        dispensing=dispensing,
        contract=rng.choice(len(CONTRACTS), practices, p=CONTRACT_SHARES),
        weight=np.exp(WEIGHT_OF_OLDER * county.populations.older[:, 0] + own),
        staff={
            role: median * np.exp(spread * rng.standard_normal(practices))
            for role, (median, spread) in STAFF.items()
        },
        rating=rng.choice(len(RATINGS), practices, p=RATING_SHARES),
        rating_age=rng.choice(len(AGE_SHARES), practices, p=AGE_SHARES),
        inherited=rng.random(practices) < INHERITED_SHARE,
    )


@dataclass(frozen=True)
class FinancialYear:
    """A financial year that ended within the published months, with its lists by practice."""

    end: int
    """The calendar year in which it ends: 2025 for April 2024 to March 2025."""
    quarters: tuple[int, ...]
    """Those of its four quarter days (first of April, July, October, January) that are published months."""
    registered: npt.NDArray[np.float64]
    """The mean list over the quarters in which the practice had patients, to two decimals; zero where it had none."""
    weighted: npt.NDArray[np.float64]
    """As many in all as registered ones, but for the rounding to two decimals."""
    part_of_year: npt.NDArray[np.bool_]
    """Practices without patients in some quarter, and with some in another."""


def financial_years(county: County, kinds: PracticeKinds) -> tuple[FinancialYear, ...]:
    """Every financial year that has ended by the last published month and has a quarter day among them, in order."""
    last = county.months[-1]
    ends = range(county.months[0].year, last.year + 1)
    found = []
    for end in ends:
        if (end, 3) > (last.year, last.month):
            continue
        days = ((end - 1, 4), (end - 1, 7), (end - 1, 10), (end, 1))
        quarters = tuple(
            place for place, month in enumerate(county.months) if (month.year, month.month) in days
        )
        if quarters:
            found.append(_financial_year(county, kinds, end, quarters))
    return tuple(found)


def _financial_year(
    county: County, kinds: PracticeKinds, end: int, quarters: tuple[int, ...]
) -> FinancialYear:
    lists = county.populations.list_size[:, list(quarters)]
    with_patients = (lists > 0).sum(axis=1)
    registered = np.round(lists.sum(axis=1) / np.maximum(with_patients, 1), 2)
    raw = registered * kinds.weight
    return FinancialYear(
        end=end,
        quarters=quarters,
        registered=registered,
        weighted=np.round(raw * registered.sum() / raw.sum(), 2),
        part_of_year=(with_patients > 0) & (with_patients < len(quarters)),
    )
