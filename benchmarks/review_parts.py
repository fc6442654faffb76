"""How long the parts of a review take at the size of England: variance components, predictions, expected, weightings.

Processor time, least of several runs, and beside it how many times the simplest piece of the same work that is: one
look at the likelihood, one plain `make_list`. Run alone with `python -m benchmarks review_parts`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np

from benchmarks.measuring import least_processor_seconds
from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.expected import Covariates, fit_expected
from likeforlike.comparison.panel import Panel
from likeforlike.review.listing import make_list
from likeforlike.review.plan import Thresholds
from likeforlike.review.weightings import list_for_weightings
from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.drift import fit_drift, predict_next_window
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.drift_likelihood import check_panel, profile

ENGLAND, REGION, MONTHS, WINDOW = 6_200, 600, 36, 12
AREA, INDICATORS, DRAWS, WEIGHTINGS = 150, 8, 2_000, 1_000
COVARIATES = 12
REPEATS = 3
TRUTH = VarianceComponents(0.39, 0.03, 0.7, unevenness=1.3)

Row = dict[str, str | float | None]


def run() -> list[Row]:
    """Rows of work, figure, unit, bar (None where none) and note."""
    rows: list[Row] = []
    for organisations, bar in ((REGION, 0.1), (ENGLAND, 1.0)):
        values, variances = _draw_values(organisations)
        y, precision = check_panel(values, variances)
        fit = fit_drift(values, variances, uneven=True)
        recent = slice(MONTHS - WINDOW, MONTHS)
        means = fit.period_means[recent]
        size = f"{organisations:,} × {MONTHS}"
        look = _bind(profile, y, precision, fit.components)
        rows += _rows(
            f"fit of uneven drift, {size}",
            _bind(fit_drift, values, variances, uneven=True),
            bar,
            look,
            "looks at the likelihood",
        )
        rows += _rows(
            f"prediction from {WINDOW} months, {organisations:,} organisations",
            _bind(
                predict_next_window,
                values[:, recent],
                variances[:, recent],
                fit.components,
                period_means=means,
            ),
            None,
            look,
            "looks at the likelihood",
        )
    panel, covariates, areas = _draw_panel()
    rows += _rows(
        f"expected model, {ENGLAND:,} × {MONTHS}, {COVARIATES} covariates, 10 folds",
        _bind(fit_expected, panel, covariates, areas),
        1.0,
        None,
        "",
    )
    units, weightings = _draw_units()
    everybody = np.ones(AREA, dtype=bool)
    rows += _rows(
        f"lists of {WEIGHTINGS:,} weightings, {AREA} × {INDICATORS} × {DRAWS:,} draws",
        _bind(list_for_weightings, units, weightings, everybody, Thresholds()),
        5.0,
        _bind(make_list, units, weightings[0], everybody, Thresholds()),
        "plain lists",
    )
    return rows


def _bind(work: Callable[..., object], *arguments: object, **named: object) -> Callable[[], object]:
    return lambda: work(*arguments, **named)


def _rows(
    work: str,
    call: Callable[[], object],
    bar: float | None,
    unit_of_work: Callable[[], object] | None,
    name: str,
) -> list[Row]:
    seconds = least_processor_seconds(REPEATS, call)
    note = f"processor time, least of {REPEATS}"
    rows: list[Row] = [{"work": work, "figure": round(seconds, 3), "unit": "s", "bar": bar, "note": note}]
    if unit_of_work is not None:
        ratio = seconds / least_processor_seconds(3 * REPEATS, unit_of_work)
        rows.append({"work": work, "figure": round(ratio, 1), "unit": name, "bar": None, "note": "ratio"})
    return rows


def _draw_values(organisations: int) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(1)
    rho, spread = TRUTH.correlation, TRUTH.unevenness
    drift = rng.standard_normal((organisations, MONTHS))
    for t in range(1, MONTHS):
        drift[:, t] = rho * drift[:, t - 1] + np.sqrt(1 - rho**2) * drift[:, t]
    own = TRUTH.drift * np.exp(spread * rng.standard_normal(organisations) - spread**2 / 2)
    variances = 0.01 * np.exp(rng.normal(0, 0.5, drift.shape))
    values = rng.normal(0, np.sqrt(TRUTH.lasting), organisations)[:, None] + np.sqrt(own)[:, None] * drift
    values += np.sqrt(variances) * rng.standard_normal(drift.shape)
    values[rng.random(drift.shape) < 0.05] = np.nan
    return values, variances


def _draw_panel() -> tuple[Panel, Covariates, list[str]]:
    rng = np.random.default_rng(2)
    about = rng.normal(10, 2, (ENGLAND, COVARIATES))
    linear = (about - 10) @ rng.normal(0, 0.08, COVARIATES) + rng.normal(0, 0.5, ENGLAND)
    patients = rng.integers(2_000, 20_000, (ENGLAND, MONTHS)).astype(float)
    counts = rng.poisson(patients * 0.05 * np.exp(linear)[:, None]).astype(float)
    months = tuple(datetime.date(2023 + place // 12, place % 12 + 1, 1) for place in range(MONTHS))
    panel = Panel(
        indicator=load_catalogue().indicator("online_submissions_per_1000"),
        organisations=tuple(map(str, range(ENGLAND))),
        months=months,
        numerator=counts,
        denominator=patients,
        withheld=np.full(counts.shape, "", dtype=object),
        editions=(),
    )
    names = tuple(f"covariate {number}" for number in range(COVARIATES))
    return panel, Covariates(names, about), [f"area {number % 42}" for number in range(ENGLAND)]


def _draw_units() -> tuple[FloatArray, FloatArray]:
    """An area in which about a third is worse than England by what matters: the slower case."""
    rng = np.random.default_rng(3)
    centres = -1 + rng.normal(0, 1.5, (AREA, INDICATORS))
    units = centres + rng.normal(0, 0.6, (DRAWS, AREA, INDICATORS))
    return units, rng.dirichlet(20 * np.ones(INDICATORS) / INDICATORS, WEIGHTINGS)
