"""The truth that the files are drawn from: every practice's lasting difference, drift and expected value.

On the scale of a theme, practice i in month t has ℓᵢₜ = μₜ + cᵢₜ + aᵢ + dᵢₜ: the level of the month, the
effect of the population (case mix), the lasting difference aᵢ ~ N(0, τ²), and the drift dᵢₜ, a stationary
AR(1) of variance ωᵢ² and correlation ρ, with log ωᵢ² normal between practices. Sampling (Poisson, binomial)
is added by the files' writers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.themes import THEMES, Theme, theme_levels

# Eight times the usual number of appointments per patient: a care-home practice visits its patients weekly.
CARE_HOME_APPOINTMENTS = 1.75
CARE_HOME_FACE_TO_FACE = 1.5
CARE_HOME_ONLINE = -3.0


@dataclass(frozen=True)
class ThemeTruth:
    """One theme. `level` is by month, `lasting` and `drift_variance` by practice, the rest practice × month.

    Months run past the published ones to the end of the next window. `value` is the expected value itself:
    a rate per 1,000 patients per working day, or a share.
    """

    theme: Theme
    level: npt.NDArray[np.float64]
    case_mix: npt.NDArray[np.float64]
    lasting: npt.NDArray[np.float64]
    drift_variance: npt.NDArray[np.float64]
    drift: npt.NDArray[np.float64]
    link: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]


Truth = dict[str, ThemeTruth]


def draw_truth(county: County) -> Truth:
    """The truth of every theme, by its id."""
    practices = len(county.codes)
    pressure = random_stream(county.plan.seed, "pressure").standard_normal(practices)
    return {theme.id: _draw_theme(county, theme, pressure) for theme in THEMES}


def _draw_theme(county: County, theme: Theme, pressure: npt.NDArray[np.float64]) -> ThemeTruth:
    rng = random_stream(county.plan.seed, f"truth of {theme.id}")
    own = rng.standard_normal(len(pressure))
    lasting = np.sqrt(theme.lasting_variance) * (theme.shared * pressure + np.sqrt(1 - theme.shared**2) * own)
    care_home = {
        "appointments": CARE_HOME_APPOINTMENTS,
        "face_to_face_share": CARE_HOME_FACE_TO_FACE,
        "online_submissions": CARE_HOME_ONLINE,
    }
    if theme.id in care_home:
        lasting[county.events.care_home] = care_home[theme.id]
    spread = theme.drift_spread
    # A log-normal of mean one: exp(σz − σ²/2).
    drift_variance = theme.drift_variance * np.exp(
        spread * rng.standard_normal(len(pressure)) - spread**2 / 2
    )
    drift = np.sqrt(drift_variance)[:, None] * _autoregression(
        rng.standard_normal((len(pressure), len(county.all_months))), theme.persistence
    )
    populations = county.populations
    case_mix = theme.older * populations.older + theme.youngest * populations.youngest
    level = theme_levels(theme, county.all_months)
    link = level[None, :] + case_mix + lasting[:, None] + drift
    value = np.exp(link) if theme.scale == "log" else 1 / (1 + np.exp(-link))
    return ThemeTruth(theme, level, case_mix, lasting, drift_variance, drift, link, value)


def _autoregression(innovations: npt.NDArray[np.float64], persistence: float) -> npt.NDArray[np.float64]:
    """A stationary AR(1) of variance one along the second axis."""
    series = innovations.copy()
    for month in range(1, series.shape[1]):
        series[:, month] = (
            persistence * series[:, month - 1] + np.sqrt(1 - persistence**2) * innovations[:, month]
        )
    return series
