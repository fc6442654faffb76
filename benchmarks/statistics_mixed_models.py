"""Speed and memory of the mixed models and the drift model at the size of England: 6,500 × 36."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

import numpy as np

from likeforlike.statistics.drift import fit_drift, predict_next_window
from likeforlike.statistics.drift_counts import fit_drift_counts
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.joint_draws import draw_joint, fit_effect_population
from likeforlike.statistics.mixed_models import fit_binomial_intercepts, fit_poisson_intercepts

ORGANISATIONS, PERIODS, RUNS = 6500, 36, 3
# Telephony, share of calls answered, on the logit scale.
_COMPONENTS = VarianceComponents(lasting=0.39, drift=0.03, correlation=0.7)

Result = dict[str, str | float | None]


def run() -> list[Result]:
    """Best of three runs each; seconds, and the memory of the whole process at its highest."""
    rng = np.random.default_rng(1)
    organisation = np.repeat(np.arange(ORGANISATIONS), PERIODS)
    period = np.tile(np.arange(PERIODS), ORGANISATIONS)
    rows = organisation.size
    of_organisations = rng.normal(size=(ORGANISATIONS, 3))[organisation]
    covariates = np.column_stack([of_organisations, rng.normal(size=(rows, 2))])
    linear = rng.normal(0, 0.1, PERIODS)[period] + covariates @ [0.1, -0.05, 0.02, 0.03, 0.0]
    linear += rng.normal(0, 0.3, ORGANISATIONS)[organisation]
    expected = np.exp(rng.normal(2, 0.5, ORGANISATIONS))[organisation]
    events = rng.poisson(expected * np.exp(linear))
    trials = rng.poisson(5 * expected) + 1
    successes = rng.binomial(trials, 1 / (1 + np.exp(-linear)))
    values, variances = _drifting(rng)
    missing = np.isnan(values)
    counts = np.where(missing, np.nan, rng.poisson(8 * np.exp(np.where(missing, 0.0, values))))
    effects = rng.normal(size=(ORGANISATIONS, 8))
    effects[rng.random(effects.shape) < 0.1] = np.nan

    return [
        _timed(
            "Poisson mixed model, 36 month effects + 5 covariates, AGQ 9, standard errors",
            lambda: fit_poisson_intercepts(
                events, expected, organisation, period=period, covariates=covariates
            ),
            1.0,
            "R on the issue's figures: glmmTMB 37 s, glmer 10 s",
        ),
        {
            "work": "the same: memory of the process at its highest, data included",
            "figure": _memory(),
            "unit": "GB",
            "bar": 0.5,
            "note": "resident set size",
        },
        _timed(
            "binomial mixed model, same size, AGQ 9, standard errors",
            lambda: fit_binomial_intercepts(
                successes, trials, organisation, period=period, covariates=covariates
            ),
            None,
            "row by row: the likelihood of an organisation does not collapse",
        ),
        _timed(
            "lasting differences and drift, REML with standard errors",
            lambda: fit_drift(values, variances),
            None,
            "exact Gaussian likelihood, 5% of the months missing",
        ),
        _timed(
            "prediction of the next window",
            lambda: predict_next_window(values, variances, _COMPONENTS),
            None,
            "given components",
        ),
        _timed(
            "lasting differences and drift behind Poisson counts, Laplace",
            lambda: fit_drift_counts(counts, np.full(counts.shape, 8.0), "poisson"),
            None,
            "means near 8",
            runs=1,
        ),
        _timed(
            "covariance of 8 indicators with gaps, maximum likelihood",
            lambda: fit_effect_population(effects, np.ones_like(effects)),
            None,
            "10% missing",
        ),
        _timed(
            "10,000 joint draws of one indicator",
            lambda: draw_joint(np.zeros(ORGANISATIONS), np.ones(ORGANISATIONS), 10_000, rng),
            None,
            "520 MB of draws",
        ),
    ]


def _drifting(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    shape = (ORGANISATIONS, PERIODS)
    values = rng.normal(size=shape) * np.sqrt(_COMPONENTS.drift)
    for t in range(1, PERIODS):
        values[:, t] = 0.7 * values[:, t - 1] + np.sqrt(1 - 0.49) * values[:, t]
    values += rng.normal(0, np.sqrt(_COMPONENTS.lasting), ORGANISATIONS)[:, None]
    variances = 0.005 * np.exp(rng.normal(0, 0.5, shape))
    observed = values + rng.normal(size=shape) * np.sqrt(variances)
    return np.where(rng.random(shape) < 0.05, np.nan, observed), variances


def _timed(
    work: str, function: Callable[[], object], bar: float | None, note: str, runs: int = RUNS
) -> Result:
    best = np.inf
    for _ in range(runs):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return {"work": work, "figure": round(best, 3), "unit": "s", "bar": bar, "note": note}


def _memory() -> float:
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(highest / (1e9 if sys.platform == "darwin" else 1e6), 3)
