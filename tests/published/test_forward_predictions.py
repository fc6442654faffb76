"""Lasting differences and drift put to the test of time: fitted to the earlier real months, scored on the later.

The prediction of `predict_next_window` is set beside what a league table of the past assumes: that each practice's
next months are the mean of its earlier ones, give or take sampling.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow.compute
import pytest
from numpy.typing import NDArray
from scipy import stats

from likeforlike.measures.build import Build
from likeforlike.measures.reading import read_observations
from likeforlike.statistics import fit_drift, predict_next_window
from likeforlike.statistics.drift_covariance import VarianceComponents

FloatArray = NDArray[np.float64]


class Panel(NamedTuple):
    """Values on the model's scale and their sampling variances, practices × months; NaN where there is no figure."""

    values: FloatArray
    variances: FloatArray
    months: tuple[str, ...]


class Score(NamedTuple):
    """How predictions of the later months did."""

    practices: int
    covered: float
    """Share of practices within their 95% interval."""
    error: float
    """Root mean square of predicted less seen."""
    past_covered: float
    past_error: float


def read_counts(build: Build, indicator: str) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
    """Numerators and denominators, practices × every month from the first to the last, absent ones as NaN."""
    observed = read_observations(build, indicator, organisation_type="gp_practice")
    observed = observed.filter(pyarrow.compute.is_valid(observed["value"]))
    starts = observed["period_start"].to_numpy().astype("datetime64[M]").astype(int)
    codes, rows = np.unique(observed["organisation"].to_numpy(), return_inverse=True)
    counts = np.full((2, codes.size, int(np.ptp(starts)) + 1), np.nan)
    for place, name in enumerate(("numerator", "denominator")):
        counts[place, rows, starts - starts.min()] = observed[name].to_numpy()
    months = np.arange(starts.min(), starts.max() + 1).astype("datetime64[M]")
    return counts[0], counts[1], tuple(str(month) for month in months)


@pytest.fixture(scope="module")
def answered(published_build: Build) -> Panel:
    """Calls answered of all, as logits."""
    x, n, months = read_counts(published_build, "calls_answered_share")
    x, rest = x + 0.5, n - x + 0.5
    return Panel(np.log(x / rest), 1 / x + 1 / rest, months)


@pytest.fixture(scope="module")
def online(published_build: Build) -> Panel:
    """Online submissions per patient, as logarithms."""
    x, n, months = read_counts(published_build, "online_submissions_per_1000")
    return Panel(np.log((x + 0.5) / n), 1 / (x + 0.5), months)


def score(panel: Panel, components: VarianceComponents, known: int, ahead: int) -> Score:
    """Predict the `ahead` months after the first `known` and compare; all as differences from the mean of all."""
    past, variances = panel.values[:, :known], panel.variances[:, :known]
    predicted = predict_next_window(past, variances, components, window=ahead)
    later = panel.values[:, known : known + ahead]
    sampling = panel.variances[:, known : known + ahead].mean(axis=1) / ahead
    both = ~np.isnan(later).any(axis=1) & ~np.isnan(predicted.mean)
    seen = centre(later[both].mean(axis=1))
    mean = centre(predicted.mean[both])
    before = centre(np.nanmean(past[both], axis=1))
    chance = np.nanmean(variances[both], axis=1) / (~np.isnan(past[both])).sum(axis=1)
    z = stats.norm.ppf(0.975)
    width = z * np.sqrt(predicted.variance[both] + sampling[both])
    past_width = z * np.sqrt(chance + sampling[both])
    return Score(
        practices=int(both.sum()),
        covered=float((abs(seen - mean) <= width).mean()),
        error=float(np.sqrt(((seen - mean) ** 2).mean())),
        past_covered=float((abs(seen - before) <= past_width).mean()),
        past_error=float(np.sqrt(((seen - before) ** 2).mean())),
    )


def centre(values: FloatArray) -> FloatArray:
    return values - values.mean()


def test_january_2026_of_telephony(answered: Panel) -> None:
    """Three months cannot tell the components apart: they are those of all four, of 4,700 practices."""
    assert answered.months == ("2025-10", "2025-11", "2025-12", "2026-01")
    components = fit_drift(answered.values, answered.variances, uneven=True).components
    # Near those that the design of the simulated counties took from these files (τ² 0.39, ω² 0.03 and more).
    assert components.lasting == pytest.approx(0.39, abs=0.02)
    result = score(answered, components, known=3, ahead=1)
    assert result.practices > 4700
    assert 0.93 < result.covered < 0.97
    assert result.error < result.past_error
    # The interval that takes last quarter's figure for the truth, sampling aside, holds a third of them.
    assert result.past_covered < 0.40


@pytest.mark.parametrize(("known", "ahead"), [(12, 4), (16, 4), (18, 4), (21, 1)])
def test_later_months_of_online_submissions(online: Panel, known: int, ahead: int) -> None:
    assert (online.months[0], online.months[-1], len(online.months)) == ("2024-04", "2026-01", 22)
    fitted = fit_drift(online.values[:, :known], online.variances[:, :known])
    result = score(online, fitted.components, known, ahead)
    assert result.practices > 5000
    assert 0.92 < result.covered < 0.97
    assert result.error < 0.85 * result.past_error
    assert result.past_covered < 0.25
