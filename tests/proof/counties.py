"""Counties whose truth is known, as drawn counts: regions of 600 practices in four boards, one of them under review."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from likeforlike.catalogue import Catalogue
from likeforlike.comparison.expected import Covariates
from likeforlike.comparison.panel import FloatArray, Panel, is_share
from likeforlike.statistics.drift_covariance import VarianceComponents

BOARDS = (110, 140, 160, 190)
PRACTICES = sum(BOARDS)
WINDOW = 12
LAST_MONTH = datetime.date(2025, 12, 1)
# Of an indicator's figures: single months that are missing, and practices that have none.
MONTHS_MISSING, PRACTICES_MISSING = 0.04, 0.08
MONTH_EFFECT = 0.1

Shape = Literal["normal", "skewed", "t3"]
Recording = Literal["none", "announced", "unannounced"]
# A change of recording: what it adds to everybody on the link scale, and by how much that differs; the share of
# practices that change without a word, and by how much.
CHANGE, CHANGE_DIFFERS, SILENT_SHARE, SILENT_CHANGE = 0.5, 0.3, 0.05, 1.0


@dataclass(frozen=True)
class Theme:
    """One indicator and how practices differ in it, on its link scale."""

    indicator: str
    better: int
    level: float
    components: VarianceComponents
    pressure: float
    """Correlation of the lasting difference with what all indicators have in common."""
    patients_per_trial: float
    """How many patients of the list make one trial (or person at risk) a month."""
    older: float
    """Effect of one standard deviation of the population's covariate."""


# Variances of the order of the real ones (docs/simulated-county.md); unevenness as on real telephony only in its row.
TELEPHONY = (
    Theme("calls_answered_share", 1, 0.42, VarianceComponents(0.39, 0.030, 0.6), -0.5, 2.0, 0.08),
    Theme(
        "calls_answered_within_2_minutes_share",
        1,
        0.40,
        VarianceComponents(0.88, 0.045, 0.6),
        -0.5,
        3.0,
        0.05,
    ),
    Theme("nhs_111_calls_per_1000", -1, -4.8, VarianceComponents(0.06, 0.010, 0.6), 0.5, 1.0, -0.04),
)


@dataclass(frozen=True)
class Case:
    """One row of the proof."""

    name: str
    says: str
    themes: tuple[Theme, ...] = TELEPHONY
    months: int = 36
    shape: Shape = "normal"
    recording: Recording = "none"
    counties: int = 200
    targets: tuple[str, ...] = ()
    """Names of the targets that this row must meet; a row without any is published only."""


@dataclass(frozen=True)
class County:
    """Drawn counts and the truth behind them. Arrays are practices × indicators unless said otherwise."""

    panels: tuple[Panel, ...]
    covariates: Covariates
    boards: tuple[str, ...]
    members: NDArray[np.int64]
    """Places of the practices of the board under review."""
    effects: FloatArray
    """The truth: mean of a + d over the next window, on the link scale."""
    levels: FloatArray
    """True share or rate at distance 0 over the last twelve months, (indicators,)."""
    changed: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    """Practices whose recording changed without a word, (practices,)."""


def draw_county(case: Case, catalogue: Catalogue, seed: int) -> County:
    """The county of a case and a seed; the same ones give the same county."""
    rng = np.random.default_rng([seed, len(case.name)])
    patients = np.round(8_000 * np.exp(rng.normal(0, 0.5, PRACTICES)))
    older = rng.standard_normal(PRACTICES)
    pressure = _standard(rng, case.shape, PRACTICES)
    boards = np.repeat(np.arange(len(BOARDS)), BOARDS)
    changed = rng.random(PRACTICES) < (SILENT_SHARE if case.recording == "unannounced" else 0.0)
    sizes = rng.choice([-1.0, 1.0], PRACTICES) * SILENT_CHANGE
    drawn = [
        _draw_theme(theme, case, catalogue, rng, patients, older, pressure, changed * sizes)
        for theme in case.themes
    ]
    return County(
        panels=tuple(one[0] for one in drawn),
        covariates=Covariates(("older",), older[:, None]),
        boards=tuple(f"X{board}" for board in boards),
        members=np.flatnonzero(boards == seed % len(BOARDS)),
        effects=np.column_stack([one[1] for one in drawn]),
        levels=np.array([one[2] for one in drawn]),
        changed=changed,
    )


def months_of(case: Case) -> tuple[datetime.date, ...]:
    """The months of a case's figures, the last of them `LAST_MONTH`."""
    last = LAST_MONTH.year * 12 + LAST_MONTH.month - 1
    return tuple(
        datetime.date(number // 12, number % 12 + 1, 1) for number in range(last - case.months + 1, last + 1)
    )


def break_at(case: Case) -> int:
    """The month in which recording changes, as a place among the months: half a window before the end."""
    return case.months - WINDOW // 2


def _draw_theme(
    theme: Theme,
    case: Case,
    catalogue: Catalogue,
    rng: np.random.Generator,
    patients: FloatArray,
    older: FloatArray,
    pressure: FloatArray,
    silent: FloatArray,
) -> tuple[Panel, FloatArray, float]:
    lasting, drift_variance, rho, spread = theme.components
    own = _standard(rng, case.shape, PRACTICES)
    # A long tail lies where it is worst.
    tail = -theme.better if case.shape == "skewed" else 1
    a = np.sqrt(lasting) * (theme.pressure * pressure + np.sqrt(1 - theme.pressure**2) * tail * own)
    innovations = _standard(rng, "t3" if case.shape == "t3" else "normal", (PRACTICES, case.months + WINDOW))
    d = innovations.copy()
    for t in range(1, d.shape[1]):
        d[:, t] = rho * d[:, t - 1] + np.sqrt(1 - rho**2) * innovations[:, t]
    own_variance = drift_variance * np.exp(spread * rng.standard_normal(PRACTICES) - spread**2 / 2)
    d *= np.sqrt(own_variance)[:, None]
    month = rng.normal(0, MONTH_EFFECT, case.months)
    link = theme.level + month + (theme.older * older + a)[:, None] + d[:, : case.months]
    effect = a + d[:, case.months :].mean(axis=1)
    level = theme.level + month[-WINDOW:].mean()
    if case.recording == "announced":
        # What is recorded is different from then on, and stays so: the next window is recorded that way too.
        shift = rng.normal(CHANGE, CHANGE_DIFFERS, PRACTICES)
        link[:, break_at(case) :] += shift[:, None]
        effect = effect + shift - CHANGE
        level = theme.level + month[-WINDOW // 2 :].mean() + CHANGE
    link[:, break_at(case) :] += silent[:, None]
    indicator = catalogue.indicator(theme.indicator)
    trials = np.maximum(np.round(patients[:, None] / theme.patients_per_trial * np.ones(case.months)), 1.0)
    if is_share(indicator):
        counts = rng.binomial(trials.astype(np.int64), 1 / (1 + np.exp(-link))).astype(float)
        natural = 1 / (1 + np.exp(-level))
    else:
        counts = rng.poisson(trials * np.exp(link)).astype(float)
        natural = np.exp(level)
    absent = rng.random(link.shape) < MONTHS_MISSING
    absent |= (rng.random(PRACTICES) < PRACTICES_MISSING)[:, None]
    panel = Panel(
        indicator=indicator,
        organisations=tuple(f"X{number:05d}" for number in range(PRACTICES)),
        months=months_of(case),
        numerator=np.where(absent, np.nan, counts),
        denominator=np.where(absent, np.nan, trials),
        withheld=np.where(absent, "absent", "").astype(object),
        editions=(),
    )
    return panel, effect, float(natural)


def _standard(rng: np.random.Generator, shape: Shape, size: int | tuple[int, ...]) -> FloatArray:
    """Draws of mean 0 and variance 1: normal, exponential (skewness 2), or Student's with three degrees."""
    if shape == "skewed":
        return rng.standard_exponential(size) - 1
    if shape == "t3":
        return np.asarray(rng.standard_t(3, size) / np.sqrt(3))
    return rng.standard_normal(size)
