"""What the fictional region's councils, care homes and hospitals are like: drawn once for all files that tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.providers import Providers
from likeforlike.simulate.randomness import random_stream

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
# As the Commission's ratings of care homes in one region of England were in 2021: 2%, 12%, 78%, 8%.
SHARES_OF_LEVELS = (0.02, 0.12, 0.78, 0.08)
KEY_QUESTIONS = ("Safe", "Well-led", "Caring", "Responsive", "Effective")
# How often a key question differs from the rating overall, by a level.
SHARE_THAT_DIFFERS = 0.2
SHARE_INHERITED = 0.05
MOST_REPORTS = 3
SHORTEST_GAP, LONGEST_GAP = 250, 1100  # days between two reports
FIRST_REPORT = date(2015, 1, 5)

FIRST_MONTH_OF_YEAR = 4


@dataclass(frozen=True)
class Report:
    """One inspection report: its day, the rating overall and those of the key questions, as levels from 0."""

    day: date
    overall: int
    questions: tuple[int, ...]


@dataclass(frozen=True)
class Location:
    """One location that the Commission rates, its reports oldest first."""

    code: str
    name: str
    reports: tuple[Report, ...]
    inherited: bool
    """Whether its oldest report was about another registration."""


@dataclass(frozen=True)
class SocialCare:
    """Locations by kind, and the councils' outcomes of one financial year."""

    homes: tuple[Location, ...]
    hospitals: tuple[Location, ...]
    home_care: tuple[Location, ...]
    last_day: date
    year: int
    """In which the financial year of the outcomes began."""
    shares: npt.NDArray[np.float64]
    """(councils, measures): what each council's people would answer, or how often a service succeeds."""


SHARE_MIDDLES = (0.77, 0.40, 0.68, 0.82, 0.26, 0.80)
SHARE_SPREAD = 0.25


def draw_social_care(county: County, providers: Providers) -> SocialCare:
    """Ratings up to the last published month, and outcomes of the last financial year that was over before it."""
    rng = random_stream(county.plan.seed, "social care")
    last_month = county.months[-1]
    last_day = last_month - timedelta(days=1)
    homes = tuple(_draw_location(rng, home.code, home.name, last_day) for home in providers.care_homes)
    hospitals = tuple(
        _draw_location(
            rng, f"XH{number + 1:03d}", f"{trust.name.split(' NHS')[0]} site (fictional)", last_day
        )
        for number, trust in enumerate(providers.acute_trusts)
    )
    home_care = tuple(
        _draw_location(rng, f"X2-{number + 1:08d}", "", last_day)
        for number in range(len(providers.care_homes))
    )
    middles = np.log(np.array(SHARE_MIDDLES) / (1 - np.array(SHARE_MIDDLES)))
    logits = middles + SHARE_SPREAD * rng.standard_normal((len(providers.councils), len(SHARE_MIDDLES)))
    return SocialCare(
        homes=homes,
        hospitals=hospitals,
        home_care=home_care,
        last_day=last_day,
        year=last_month.year - (1 if last_month.month >= FIRST_MONTH_OF_YEAR else 2),
        shares=1 / (1 + np.exp(-logits)),
    )


def _draw_location(rng: np.random.Generator, code: str, name: str, last_day: date) -> Location:
    reports: list[Report] = []
    day = FIRST_REPORT + timedelta(days=int(rng.integers(0, LONGEST_GAP)))
    for _ in range(int(rng.integers(1, MOST_REPORTS + 1))):
        if day > last_day:
            break
        overall = int(rng.choice(len(LEVELS), p=SHARES_OF_LEVELS))
        differs = rng.random(len(KEY_QUESTIONS)) < SHARE_THAT_DIFFERS
        step = rng.choice((-1, 1), len(KEY_QUESTIONS))
        questions = np.clip(overall + np.where(differs, step, 0), 0, len(LEVELS) - 1)
        reports.append(Report(day, overall, tuple(int(level) for level in questions)))
        day += timedelta(days=int(rng.integers(SHORTEST_GAP, LONGEST_GAP)))
    return Location(code, name, tuple(reports), inherited=bool(rng.random() < SHARE_INHERITED))
