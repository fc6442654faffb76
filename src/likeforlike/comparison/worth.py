"""What an indicator is worth: would its differences be seen again, and what does it add to the others?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from likeforlike.comparison.effects import Yardstick
from likeforlike.comparison.panel import FloatArray, Panel, link_values
from likeforlike.statistics.checks import check_level
from likeforlike.statistics.drift_reliability import (
    LONGEST_WINDOW,
    periods_needed,
    reliability,
    variance_of_mean,
)
from likeforlike.statistics.joint_draws import EffectPopulation
from likeforlike.statistics.rankability import rankability

ENOUGH = 0.7
# Three pairs have a correlation, four have an interval of it (Fisher 1915).
_LEAST_PAIRS = 4


@dataclass(frozen=True)
class Worth:
    """How well one indicator tells organisations apart over a window; NaN where nobody has a figure there."""

    months: int
    """Of the window: those in which an organisation in the middle has a figure."""
    sampling_variance: float
    """Of one month's figure of an organisation in the middle, on the link scale."""
    reliability: float
    """Share of a difference in the window that would be seen again in the next, for such an organisation."""
    rankability: float
    """Share of the differences in this window that is more than chance."""
    months_needed: int | None
    """Until reliability reaches `ENOUGH`; None where no window does, because organisations drift."""
    best_reliability: float
    """Of all windows up to twenty years."""
    borrowed: bool
    """Whether the variance components are another indicator's."""


def indicator_worth(panel: Panel, expected: FloatArray, yardstick: Yardstick, months: slice) -> Worth:
    """Reliability, rankability and the months that are needed, from all organisations' variance components.

    Reliability is (τ² + ω²c)/(τ² + ω²v + s²/T), the correlation of two adjoining windows (Lord & Novick 1968, chapter
    3; see `statistics.drift_reliability`); rankability sets what differs in this window, τ² + ω²v, against the
    median sampling variance of an organisation's mean over its own months (Lingsma et al. 2010). Errors of recording
    repeat themselves too: neither is validity.
    """
    variances = link_values(panel, expected)[1][:, months]
    seen = (~np.isnan(variances)).sum(axis=1)
    some = seen > 0
    if not some.any():
        return Worth(0, np.nan, np.nan, np.nan, None, np.nan, yardstick.borrowed)
    components = yardstick.components
    of_month: FloatArray = np.asarray(np.nanmean(variances[some], axis=1))
    typical, count = float(np.median(of_month)), int(np.median(seen[some]))
    between = components.lasting + components.drift * variance_of_mean(components.correlation, count)
    return Worth(
        months=count,
        sampling_variance=typical,
        reliability=float(reliability(components, typical, count)),
        rankability=rankability(between, of_month / seen[some]),
        months_needed=periods_needed(components, typical, ENOUGH),
        best_reliability=max(
            float(reliability(components, typical, periods)) for periods in range(1, LONGEST_WINDOW + 1)
        ),
        borrowed=yardstick.borrowed,
    )


@dataclass(frozen=True)
class Correlations:
    """Between the indicators' effects on the link scale: each (indicators, indicators)."""

    observed: FloatArray
    """Pearson's, of the estimates as they are; NaN below four organisations."""
    lower: FloatArray
    upper: FloatArray
    """Fisher's interval of the observed ones."""
    true: FloatArray
    """Of the true effects, chance and drift taken out; NaN where an indicator does not vary."""
    organisations: NDArray[np.int64]
    """With both figures."""


def correlate_indicators(
    estimates: FloatArray, population: EffectPopulation, *, level: float = 0.95
) -> Correlations:
    """How far indicators say the same: correlations as observed, and disattenuated.

    `estimates` (organisations, indicators) are effects before shrinkage, NaN where there is none; `population` is
    `fit_effect_population` of these and their errors. The true correlation is B_jk/√(B_jj·B_kk): Spearman's correction
    for attenuation (1904) by maximum likelihood, each organisation's own error allowed for. The intervals are
    Fisher's, tanh(artanh r ± z/√(n − 3)) (1921).
    """
    k = estimates.shape[1]
    z = float(stats.norm.ppf(0.5 + check_level(level) / 2))
    observed, lower, upper = (np.full((k, k), np.nan) for _ in range(3))
    present = ~np.isnan(estimates)
    organisations = present.T.astype(np.int64) @ present
    for one in range(k):
        for other in range(k):
            both = present[:, one] & present[:, other]
            pair = estimates[both][:, [one, other]]
            if both.sum() < _LEAST_PAIRS or (pair.std(axis=0) == 0).any():
                continue
            r = 1.0 if one == other else float(np.asarray(np.corrcoef(pair.T))[0, 1])
            observed[one, other] = r
            with np.errstate(divide="ignore"):
                half = z / np.sqrt(both.sum() - 3)
                lower[one, other], upper[one, other] = np.tanh(np.arctanh(r) + np.array([-half, half]))
    spread = np.sqrt(np.diag(population.covariance))
    with np.errstate(invalid="ignore", divide="ignore"):
        true = population.covariance / np.outer(spread, spread)
    return Correlations(observed, lower, upper, np.clip(true, -1, 1), organisations)
