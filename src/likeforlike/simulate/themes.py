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

from likeforlike.simulate.months import month_after

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

# The pandemic, from March 2020 on: the share of the usual appointments that took place, and the shift of the
# face-to-face share on the logit scale. Rounded from the regional files of 2019 to 2021.
PANDEMIC_STARTS = date(2020, 3, 1)
PANDEMIC_APPOINTMENTS = (0.90, 0.67, 0.72, 0.82, 0.86, 0.88, 0.94, 0.97, 0.98, 0.98, 0.94, 0.95, 0.98, 0.98)
PANDEMIC_FACE_TO_FACE = (
    -0.5, -1.35, -1.30, -1.15, -1.05, -1.0, -0.8, -0.8, -0.85, -0.85, -0.95, -0.9, -0.8, -0.75, -0.75, -0.7,
    -0.7, -0.65, -0.6, -0.45, -0.45, -0.5, -0.5, -0.4, -0.35, -0.3, -0.25, -0.25, -0.2, -0.15, -0.1, -0.05,
)  # fmt: skip

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


def pandemic_months() -> dict[date, tuple[float, float]]:
    """Month → (share of the usual appointments, shift of the face-to-face share on the logit scale)."""
    return {
        month_after(PANDEMIC_STARTS, step): (
            PANDEMIC_APPOINTMENTS[step] if step < len(PANDEMIC_APPOINTMENTS) else 1.0,
            shift,
        )
        for step, shift in enumerate(PANDEMIC_FACE_TO_FACE)
    }


def _shift(theme_id: str, month: date) -> float:
    appointments, face_to_face = pandemic_months().get(month, (1.0, 0.0))
    shifts = {
        "appointments": float(np.log(appointments)),
        "face_to_face_share": face_to_face,
        "online_submissions": _online_growth(month),
    }
    return shifts.get(theme_id, 0.0)


def _online_growth(month: date) -> float:
    away = (month.year - ONLINE_GROWTH_TURNS.year) * 12 + month.month - ONLINE_GROWTH_TURNS.month
    return max(ONLINE_FLOOR, 0.05 * away) if away < 0 else 0.01 * away
