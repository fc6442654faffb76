"""Who the practices' patients are and what becomes of their children: deprivation, smoking, A&E attendances of a year.

Deprivation is a common factor of a practice's patients, shared in part with the sub-ICB: it raises smoking and
attendances, each of which differs between practices beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.populations import BANDS, patients_by_band
from likeforlike.simulate.randomness import random_stream

# Quartiles of England's practices: scores of 2019 from 14.0 over 21.3 to 30.5, smoking in 2022/23 from 11.2% over
# 14.5% to 18.1%, attendances in 2021/22 from 554 over 709 to 913 per 1,000 children.
MIDDLE_SCORE, SCORE_SPREAD = 21.3, 0.55
SHARED_WITH_AREA = 0.5
FURTHEST = 2.1  # spreads from the middle: no score above that of the most deprived practice, 68.7
SMOKING_MIDDLE, SMOKING_BY_DEPRIVATION, SMOKING_OWN = -1.77, 0.33, 0.26
ATTENDANCE_MIDDLE, ATTENDANCE_BY_DEPRIVATION, ATTENDANCE_OWN = 0.71, 0.10, 0.36
ADULTS_FROM = BANDS.index("15_19")
FIRST_MONTH_OF_YEAR = 4


@dataclass(frozen=True)
class AreaIndicators:
    """By practice. `year` is that in which the financial year began; shares and rates are the expected ones."""

    year: int
    open_practices: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    smoking_share: npt.NDArray[np.float64]
    attendance_rate: npt.NDArray[np.float64]
    adults: npt.NDArray[np.int64]
    smokers: npt.NDArray[np.int64]
    children: npt.NDArray[np.int64]
    attendances: npt.NDArray[np.int64]


def draw_area_indicators(county: County) -> AreaIndicators:
    """The last financial year that was over before the last published month, with the lists of its end.

    A county that has no list of that time takes its first.
    """
    rng = random_stream(county.plan.seed, "area indicators")
    practices = len(county.codes)
    of_area = rng.standard_normal(len(county.sub_icbs))[county.sub_icb_of]
    own = rng.standard_normal((3, practices))
    deprivation = np.sqrt(SHARED_WITH_AREA) * of_area + np.sqrt(1 - SHARED_WITH_AREA) * own[0]
    deprivation = np.clip(deprivation, -FURTHEST, FURTHEST)
    logit = SMOKING_MIDDLE + SMOKING_BY_DEPRIVATION * deprivation + SMOKING_OWN * own[1]
    smoking_share = 1 / (1 + np.exp(-logit))
    attendance_rate = ATTENDANCE_MIDDLE * np.exp(
        ATTENDANCE_BY_DEPRIVATION * deprivation + ATTENDANCE_OWN * own[2]
    )
    year, month = _year_and_month(county.months)
    by_band = patients_by_band(county.populations, month)
    both_sexes = by_band[:, : len(BANDS)] + by_band[:, len(BANDS) :]
    adults, children = both_sexes[:, ADULTS_FROM:].sum(axis=1), both_sexes[:, 0]
    return AreaIndicators(
        year=year,
        open_practices=county.open_practices(month),
        score=MIDDLE_SCORE * np.exp(SCORE_SPREAD * deprivation),
        smoking_share=smoking_share,
        attendance_rate=attendance_rate,
        adults=adults,
        smokers=rng.binomial(adults, smoking_share),
        children=children,
        attendances=rng.poisson(children * attendance_rate),
    )


def _year_and_month(months: tuple[date, ...]) -> tuple[int, int]:
    """The year in which the last whole financial year began, and the position of its last month, else the first."""
    last = months[-1]
    year = last.year - (1 if last.month >= FIRST_MONTH_OF_YEAR else 2)
    march = date(year + 1, FIRST_MONTH_OF_YEAR - 1, 1)
    return year, months.index(march) if march in months else 0
