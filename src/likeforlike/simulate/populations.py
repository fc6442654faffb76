"""How many patients each practice has in each month, and of what age and sex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.events import Events
from likeforlike.simulate.randomness import random_stream

# Registered patients of England by five-year band, thousands, rounded (NHS England, November 2025).
BANDS = (
    "0_4", "5_9", "10_14", "15_19", "20_24", "25_29", "30_34", "35_39", "40_44", "45_49",
    "50_54", "55_59", "60_64", "65_69", "70_74", "75_79", "80_84", "85_89", "90_94", "95+",
)  # fmt: skip
FEMALE = (
    1420, 1670, 1840, 1860, 1920, 2200, 2340, 2370, 2180, 1950,
    1920, 2010, 1940, 1630, 1380, 1350, 920, 580, 280, 90,
)  # fmt: skip
MALE = (
    1490, 1750, 1930, 1950, 1940, 2260, 2430, 2500, 2340, 2100,
    2030, 2050, 1940, 1580, 1270, 1180, 740, 410, 160, 35,
)  # fmt: skip
FIRST_OLDER_BAND = BANDS.index("65_69")
STUDENT_BANDS = (BANDS.index("15_19"), BANDS.index("20_24"))
MEDIAN_LIST, LIST_SPREAD = 8_800, 0.60
SMALLEST_LIST = 60
CARE_HOME_LIST = 160
QUARTILES_OF_NORMAL = 1.349  # the distance between the quartiles of a standard normal distribution


@dataclass(frozen=True)
class Populations:
    """Lists, covariates and `host` are practice × month, `pyramid` is practice × 40.

    `older` and `youngest` are the shares of patients aged 65 and over and under 5, standardised by the middle
    and spread of practices. `own_list` is the list without merged practices, `host` who holds it in each
    month.
    """

    list_size: npt.NDArray[np.int64]
    own_list: npt.NDArray[np.int64]
    pyramid: npt.NDArray[np.float64]
    host: npt.NDArray[np.int64]
    older: npt.NDArray[np.float64]
    youngest: npt.NDArray[np.float64]


def draw_populations(practices: int, months: int, events: Events, seed: int) -> Populations:
    """Lists that grow or shrink slowly, pyramids that differ, and merged lists moved to the successor."""
    rng = random_stream(seed, "populations")
    size = np.exp(rng.normal(np.log(MEDIAN_LIST), LIST_SPREAD, practices))
    growth = rng.normal(0.0004, 0.0015, (practices, 1)) + rng.normal(0, 0.0015, (practices, months))
    own_list = np.maximum(SMALLEST_LIST, np.rint(size[:, None] * np.exp(np.cumsum(growth, axis=1))))
    own_list[events.care_home] = CARE_HOME_LIST + rng.integers(-4, 5, months)
    pyramid = _pyramids(practices, events.care_home, rng)

    host = np.tile(np.arange(practices)[:, None], (1, months))
    for merger in events.mergers:
        host[merger.closing, merger.month :] = merger.successor
    list_size = _held(own_list, host)
    older_share = pyramid[:, [*range(FIRST_OLDER_BAND, 20), *range(20 + FIRST_OLDER_BAND, 40)]].sum(axis=1)
    youngest_share = pyramid[:, [0, 20]].sum(axis=1)
    return Populations(
        list_size=list_size.astype(np.int64),
        own_list=own_list.astype(np.int64),
        pyramid=pyramid,
        host=host,
        older=_standardised(older_share, own_list, host, list_size),
        youngest=_standardised(youngest_share, own_list, host, list_size),
    )


def patients_by_band(populations: Populations, month: int) -> npt.NDArray[np.int64]:
    """Practice × 40 whole numbers (females' 20 bands, then males') that add up to the list exactly."""
    held = np.zeros_like(populations.pyramid)
    np.add.at(
        held,
        populations.host[:, month],
        populations.own_list[:, month, None] * populations.pyramid,
    )
    counts = np.floor(held).astype(np.int64)
    # Largest remainders: those with the largest part cut off get one more, until the list is reached.
    short = populations.list_size[:, month] - counts.sum(axis=1)
    place = np.argsort(np.argsort(counts - held, axis=1, kind="stable"), axis=1, kind="stable")
    rounded: npt.NDArray[np.int64] = counts + (place < short[:, None])
    return rounded


def _pyramids(practices: int, care_home: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    age = np.arange(20) - 8.0
    tilt = rng.normal(0, 0.055, (practices, 1)) * age
    children = rng.normal(0, 0.12, (practices, 1)) * (np.arange(20) < 3)
    students = np.where(rng.random(practices) < 0.03, rng.uniform(0.8, 2.0, practices), 0.0)
    tilt = tilt + children
    tilt[:, STUDENT_BANDS] += students[:, None]
    tilt[care_home] = 0.6 * (np.arange(20) - 19.0)
    weights = np.concatenate([FEMALE, MALE]) * np.exp(np.tile(tilt, (1, 2)))
    pyramid: npt.NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return pyramid


def _held(amount: npt.NDArray[np.float64], host: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    held = np.zeros_like(amount)
    np.add.at(held, (host, np.arange(amount.shape[1])[None, :]), amount)
    return held


def _standardised(
    share: npt.NDArray[np.float64],
    own_list: npt.NDArray[np.float64],
    host: npt.NDArray[np.int64],
    list_size: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Distance from the middle practice in units of spread, at most three either way (the care home's is)."""
    of_month = _held(own_list * share[:, None], host) / np.maximum(list_size, 1)
    lower, middle, upper = np.quantile(share, (0.25, 0.5, 0.75))
    spread = (upper - lower) / QUARTILES_OF_NORMAL
    standardised: npt.NDArray[np.float64] = np.clip((of_month - middle) / spread, -3, 3)
    return standardised
