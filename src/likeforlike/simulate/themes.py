"""The themes that practices differ in: how large the lasting differences, the drift and the case mix are.

Variances are of the order of the real ones, measured on the files of 2024 to 2026: telephony from the
covariance of four months, online submissions from that of twenty, appointments from one month's spread
(which bounds lasting difference and drift together). What each figure rests on is in
`docs/simulated-county.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.months import months_between

Scale = Literal["log", "logit"]


@dataclass(frozen=True)
class Theme:
    """One theme on its scale: level + season + case mix + lasting difference + drift.

    `lasting_variance` is τ², `drift_variance` the mean of practices' ω², `drift_spread` the standard
    deviation of log ω² between practices, `persistence` ρ, the correlation of one month's drift with the
    next. `shared` is the correlation of the lasting difference with a common factor, the pressure that a
    practice is under.
    `older` and `youngest` are the effects of one unit of the two case-mix covariates.
    """

    id: str
    scale: Scale
    meaning: str
    level: float
    lasting_variance: float
    drift_variance: float
    drift_spread: float
    persistence: float
    shared: float
    older: float
    youngest: float


# With 1.28 the tenth of practices with the largest ω² holds half of all ω², as on real telephony.
UNEVEN, LESS_UNEVEN = 1.28, 0.8

THEMES = (
    Theme("appointments", "log", "appointments per 1,000 patients per working day",
          3.25, 0.08, 0.006, LESS_UNEVEN, 0.6, -0.2, 0.12, 0.03),
    Theme("same_day_share", "logit", "appointments on the day they were booked, of those with a known wait",
          -0.50, 0.27, 0.021, LESS_UNEVEN, 0.6, 0.2, -0.06, 0.05),
    Theme("face_to_face_share", "logit", "face-to-face and home visits, of appointments with a known mode",
          0.85, 0.75, 0.030, LESS_UNEVEN, 0.7, -0.1, 0.10, 0.0),
    Theme("gp_share", "logit", "appointments with a GP, of those with a known kind of staff",
          -0.27, 0.42, 0.020, LESS_UNEVEN, 0.7, 0.0, 0.0, 0.03),
    Theme("did_not_attend_share", "logit", "not attended, of appointments with a known status",
          -3.00, 0.28, 0.020, LESS_UNEVEN, 0.5, 0.3, -0.12, 0.05),
    Theme("inbound_calls", "log", "inbound calls per 1,000 patients per working day",
          3.38, 0.10, 0.008, UNEVEN, 0.6, 0.4, 0.06, 0.02),
    Theme("calls_answered_share", "logit", "calls answered, of inbound calls",
          0.42, 0.39, 0.030, UNEVEN, 0.6, -0.5, 0.08, -0.04),
    Theme("ended_in_ivr_of_unanswered", "logit", "calls ended in the recorded menu, of calls not answered",
          0.40, 0.50, 0.040, UNEVEN, 0.6, 0.0, 0.0, 0.0),
    Theme("answered_within_2_minutes_share", "logit", "calls answered within two minutes, of calls answered",
          0.40, 0.88, 0.045, UNEVEN, 0.6, -0.5, 0.05, 0.0),
    Theme("online_submissions", "log", "online submissions per 1,000 patients per working day",
          1.25, 0.70, 0.70, 0.5, 0.935, 0.1, -0.05, 0.02),
    Theme("online_clinical_share", "logit", "clinical submissions, of online submissions",
          0.80, 0.50, 0.050, LESS_UNEVEN, 0.7, 0.0, 0.0, 0.0),
    Theme("nhs_111_calls", "log", "calls to 111 in GP hours per 1,000 patients per working day",
          -0.97, 0.06, 0.010, LESS_UNEVEN, 0.6, 0.5, -0.04, 0.08),
    Theme("ae_attendances", "log", "A&E attendances per 1,000 patients per day",
          0.14, 0.05, 0.004, LESS_UNEVEN, 0.7, 0.3, 0.08, 0.06),
    Theme("cqc_complaints", "log", "complaints and concerns sent to CQC per 1,000 patients per day",
          -7.10, 0.30, 0.050, LESS_UNEVEN, 0.5, 0.5, 0.0, 0.0),
)  # fmt: skip

# January … December, on the theme's scale.
SEASON = {
    "appointments": (0.02, 0.01, 0.0, -0.01, -0.02, -0.01, -0.02, -0.05, 0.03, 0.10, 0.04, -0.06),
    "same_day_share": (0.05, 0.03, 0.0, 0.0, 0.0, 0.0, 0.0, 0.02, -0.05, -0.15, -0.02, 0.10),
    "face_to_face_share": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.05, 0.12, 0.04, 0.0),
    "inbound_calls": (0.05, 0.0, -0.02, 0.0, -0.02, -0.02, -0.03, -0.05, 0.02, 0.06, 0.03, 0.0),
    "calls_answered_share": (-0.03, 0.0, 0.0, 0.0, 0.02, 0.03, 0.03, 0.05, 0.0, -0.06, -0.02, 0.0),
    "online_submissions": (0.08, 0.03, 0.0, -0.03, -0.02, 0.0, 0.0, -0.10, 0.03, 0.10, 0.03, -0.12),
}  # fmt: skip

# The pandemic, month by month from March 2020 to August 2021, from the regional files of 2019 to 2021
# (45 CCGs): appointments per working day as a share of those in the same month of 2019 (of 2020 for January
# and February), and the shifts on the logit scale of the face-to-face share from today's level, and of the
# same-day share from its level in 2019. Before it, face-to-face was commoner than it is today.
PANDEMIC_STARTS = date(2020, 3, 1)
PANDEMIC_APPOINTMENTS = (
    0.90, 0.67, 0.73, 0.81, 0.85, 0.92, 0.99, 0.99, 0.94, 0.95, 0.90, 0.92, 0.96, 0.99, 1.0, 1.0, 1.0, 1.0,
)  # fmt: skip
PANDEMIC_FACE_TO_FACE = (
    -0.05, -0.90, -0.90, -0.90, -0.80, -0.74, -0.54, -0.39, -0.58, -0.56, -0.70, -0.70, -0.67, -0.62, -0.59,
    -0.57, -0.54, -0.51,
)  # fmt: skip
PANDEMIC_SAME_DAY = (
    0.15, 0.87, 0.85, 0.63, 0.43, 0.36, 0.13, 0.0, 0.13, 0.15, 0.27, 0.25, 0.18, 0.15, 0.12, 0.15, 0.14, 0.18,
)  # fmt: skip
FACE_TO_FACE_BEFORE = 0.80
# Nothing published for CCGs says how the rest of the shifts faded; here they do so evenly within a year.
MONTHS_OF_FADING = 12

# Online submissions grow by about 5% a month up to autumn 2025 and by 1% after, from a floor.
ONLINE_GROWTH_TURNS = date(2025, 10, 1)
ONLINE_FLOOR = -1.0


def theme_levels(theme: Theme, months: tuple[date, ...]) -> npt.NDArray[np.float64]:
    """μ of each month on the theme's scale: level, season, growth and pandemic."""
    season = SEASON.get(theme.id, (0.0,) * 12)
    return np.array(
        [theme.level + season[month.month - 1] + _shift(theme.id, month) for month in months],
        dtype=np.float64,
    )


def _shift(theme_id: str, month: date) -> float:
    step = months_between(PANDEMIC_STARTS, month)
    if theme_id == "appointments":
        return float(np.log(PANDEMIC_APPOINTMENTS[step])) if 0 <= step < len(PANDEMIC_APPOINTMENTS) else 0.0
    if theme_id == "face_to_face_share":
        return FACE_TO_FACE_BEFORE if step < 0 else _faded(PANDEMIC_FACE_TO_FACE, step)
    if theme_id == "same_day_share":
        return 0.0 if step < 0 else _faded(PANDEMIC_SAME_DAY, step)
    return _online_growth(month) if theme_id == "online_submissions" else 0.0


def _faded(shifts: tuple[float, ...], step: int) -> float:
    after = step - len(shifts) + 1
    if after <= 0:
        return shifts[step]
    return shifts[-1] * max(0.0, 1 - after / MONTHS_OF_FADING)


def _online_growth(month: date) -> float:
    away = months_between(ONLINE_GROWTH_TURNS, month)
    return max(ONLINE_FLOOR, 0.05 * away) if away < 0 else 0.01 * away
