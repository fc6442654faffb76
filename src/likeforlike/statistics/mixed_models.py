"""Poisson and binomial mixed models: period effects, covariates and a random intercept per organisation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    IntArray,
    check_complete,
    check_dimensions,
    check_enough_units,
    check_events_within_trials,
    check_not_negative,
    check_same_shape,
    check_whole_number,
)
from likeforlike.statistics.fixed_effects import FixedDesign
from likeforlike.statistics.intercept_likelihoods import (
    BinomialLikelihood,
    Likelihood,
    PoissonLikelihood,
)
from likeforlike.statistics.quadrature import LogDensity, draw_from_density, probability_above

_STEPS = 100
_HALVINGS = 30
# Half the Newton decrement: the log-likelihood still to be gained. One more full step squares what is left.
_GAIN = 1e-11
# What the sums of a log-likelihood may lose to rounding.
_ROUNDING = 1e-12
# A factor of e¹⁰ between ordinary organisations: data that go there do not limit τ at all.
_LARGEST_LOG_TAU = float(np.log(10.0))
# From this many nodes the quadrature is close enough to the integral for the integral's own information.
_EXACT_NODES = 7
# Gain in log-likelihood below which the maximum counts as near.
_NEAR = 1e-3
_DIFFERENCE = 1e-4


@dataclass(frozen=True)
class MixedModelFit:
    """A fitted mixed model on the log (Poisson) or logit (binomial) scale.

    `period_effects` (periods,) and `coefficients` (covariates,) with their standard errors; `covariance` is
    that of [period effects, coefficients]. `between_sd` is τ, with standard error (NaN at τ = 0). Of each
    organisation's intercept, shape (organisations,), NaN without rows: posterior `mode`, `mode_sd` (from
    the curvature there, as `lme4::ranef` prints), `mean` and `variance`, all at the estimated parameters.
    """

    period_effects: FloatArray
    period_standard_errors: FloatArray
    coefficients: FloatArray
    coefficient_standard_errors: FloatArray
    covariance: FloatArray
    between_sd: float
    between_sd_standard_error: float
    log_likelihood: float
    mode: FloatArray
    mode_sd: FloatArray
    mean: FloatArray
    variance: FloatArray
    likelihood: Likelihood = field(repr=False)
    parameters: FloatArray = field(repr=False)
    present: BoolArray = field(repr=False)


def fit_poisson_intercepts(
    events: ArrayLike,
    expected: ArrayLike,
    organisation: ArrayLike,
    *,
    period: ArrayLike | None = None,
    covariates: ArrayLike | None = None,
    nodes: int = 9,
) -> MixedModelFit:
    """Fit yᵣ ~ Poisson(expectedᵣ·exp(μ[periodᵣ] + xᵣβ + b[organisationᵣ])), b ~ N(0, τ²).

    Arguments have one entry for each of N rows, in any order: `events` and `expected` (expected counts or
    person-time), integer codes `organisation` (0, 1, …) and `period` (0, 1, …; without it one intercept), and
    `covariates` of shape (N, p). Rows with NaN, or nothing expected, are left out.

    Maximum likelihood by adaptive Gauss–Hermite quadrature with `nodes` nodes (Pinheiro & Bates 1995; one
    node is Laplace), standard errors from the inverse observed information of all parameters. R:
    `lme4::glmer(y ~ 0 + period + x + offset(log(expected)) + (1 | organisation), poisson, nAGQ = nodes)`.

    Where the organisations vary no more than Poisson, `between_sd` is 0. Raises ValueError for negative
    counts, wrong codes or shapes, a period without events, or linearly dependent effects.
    """
    y, e = check_not_negative("events", events), check_not_negative("expected", expected)
    keep = _rows(y, "expected", e)
    design, present = _design(organisation, period, covariates, keep)
    y, e = y[keep], e[keep]
    _check_periods(design, y, "events are 0 in all rows")
    likelihood = PoissonLikelihood(design, y, np.log(e), check_whole_number("nodes", nodes, 1))
    return _fit(likelihood, present, float(np.log(y.sum() / e.sum())))


def fit_binomial_intercepts(
    events: ArrayLike,
    trials: ArrayLike,
    organisation: ArrayLike,
    *,
    period: ArrayLike | None = None,
    covariates: ArrayLike | None = None,
    nodes: int = 9,
) -> MixedModelFit:
    """Fit yᵣ ~ Binomial(trialsᵣ, expit(μ[periodᵣ] + xᵣβ + b[organisationᵣ])), b ~ N(0, τ²).

    As `fit_poisson_intercepts`, with `trials` for `expected`; rows without trials are left out. R:
    `lme4::glmer(cbind(y, n - y) ~ 0 + period + x + (1 | organisation), binomial, nAGQ = nodes)`.
    From seven nodes on the information is Louis's (1982, eq. 3.1), below that the slope is differenced.

    Raises ValueError also for more events than trials and for a period in which all trials are events.
    """
    y, n = check_not_negative("events", events), check_not_negative("trials", trials)
    keep = _rows(y, "trials", n)
    check_events_within_trials(y, n)
    design, present = _design(organisation, period, covariates, keep)
    y, n = y[keep], n[keep]
    _check_periods(design, y, "events are 0 in all rows")
    _check_periods(design, n - y, "events equal trials in all rows")
    likelihood = BinomialLikelihood(design, y, n, check_whole_number("nodes", nodes, 1))
    return _fit(likelihood, present, float(np.log(y.sum() / (n - y).sum())))


def intercept_above(fit: MixedModelFit, threshold: float = 0.0) -> FloatArray:
    """P(organisation's intercept > threshold) at the estimated parameters, shape (organisations,).

    By Gauss–Legendre quadrature of the posterior itself, so skewness from few events is kept.
    """
    if fit.between_sd == 0:
        return np.where(fit.present, float(threshold < 0), np.nan)
    return _everywhere(probability_above(*_posterior(fit), threshold), fit.present)


def draw_intercepts(fit: MixedModelFit, draws: int, rng: np.random.Generator) -> FloatArray:
    """Draws from the posterior of the intercepts at the estimated parameters, shape (draws, organisations).

    The organisations are independent there. NaN for organisations without rows.
    """
    check_whole_number("draws", draws, 1)
    if fit.between_sd == 0:
        return np.tile(np.where(fit.present, 0.0, np.nan), (draws, 1))
    drawn = draw_from_density(*_posterior(fit), draws, rng)
    result = np.full((draws, fit.present.size), np.nan)
    result[:, fit.present] = drawn
    return result


def _posterior(fit: MixedModelFit) -> tuple[LogDensity, FloatArray, FloatArray]:
    """Log density, modes and scales of the organisations that have rows."""

    def log_density(values: FloatArray) -> FloatArray:
        return fit.likelihood.log_density(fit.parameters, values)

    return log_density, fit.mode[fit.present], fit.mode_sd[fit.present]


def _everywhere(values: FloatArray, present: BoolArray) -> FloatArray:
    """The values in the places of the organisations that have rows, NaN elsewhere."""
    result = np.full(present.size, np.nan)
    result[present] = values
    return result


def _rows(y: FloatArray, name: str, below: FloatArray) -> BoolArray:
    check_same_shape(**{"events": y, name: below})
    check_dimensions("events", y, 1)
    keep = np.asarray(~np.isnan(y) & (below > 0))
    check_enough_units("events", int(np.count_nonzero(keep)), 2)
    return keep


def _design(
    organisation: ArrayLike, period: ArrayLike | None, covariates: ArrayLike | None, keep: BoolArray
) -> tuple[FixedDesign, BoolArray]:
    """The design of the organisations that have rows, and which of all they are."""
    rows = keep.size
    whose = _codes("organisation", organisation, rows)
    when = np.zeros(rows, dtype=np.int64) if period is None else _codes("period", period, rows)
    x = np.empty((rows, 0)) if covariates is None else check_complete("covariates", covariates)
    check_dimensions("covariates", x, 2)
    if x.shape[0] != rows:
        raise ValueError(f"covariates has {x.shape[0]} rows but events has {rows}: give one row for each")
    present, compact = np.unique(whose[keep], return_inverse=True)
    check_enough_units("organisation", present.size, 2)
    design = FixedDesign(compact, when[keep], np.asfortranarray(x[keep]), present.size, int(when.max()) + 1)
    return design, np.isin(np.arange(int(whose.max()) + 1), present)


def _codes(name: str, values: ArrayLike, rows: int) -> IntArray:
    codes = np.asarray(values)
    if np.ma.is_masked(values):
        raise ValueError(f"{name} holds masked codes: every row must belong to one; leave the others out")
    if codes.shape != (rows,) or codes.dtype.kind not in "iu":
        raise ValueError(
            f"{name} has shape {codes.shape} and type {codes.dtype}: it must hold {rows} whole-number codes"
            " (0, 1, …), as numpy.unique(labels, return_inverse=True)[1] gives"
        )
    if codes.min() < 0:
        position = int(np.argmin(codes))
        raise ValueError(f"{name}[{position}] is {codes[position]}: codes must not be negative")
    return codes.astype(np.int64)


def _check_periods(design: FixedDesign, events: FloatArray, trouble: str) -> None:
    totals = np.bincount(design.period, events, minlength=design.periods)
    if np.any(totals == 0):
        period = int(np.argmin(totals))
        raise ValueError(f"period {period}: {trouble}, so its effect is infinite. Leave the period out")


def _fit(likelihood: Likelihood, present: BoolArray, intercept: float) -> MixedModelFit:
    design = likelihood.design
    fixed = _fit_without_intercepts(likelihood, intercept)
    _, residuals, weights = likelihood.row_terms(design.predict(fixed))
    left, weight = design.sum_rows(residuals), design.sum_rows(weights)
    # The score for τ² at τ² = 0 (Chesher 1984): not positive, and the likelihood is highest there.
    excess = float((left**2 - weight).sum())
    if excess <= 0:
        return _result_without_intercepts(likelihood, present, fixed)
    start = np.append(fixed, 0.5 * np.log(max(excess / float(weight @ weight), 1e-4)))
    parameters = _climb(likelihood, start)
    value, _ = likelihood.value_and_slope(parameters)
    information = _own_information(likelihood, parameters, near=True)
    if np.linalg.eigvalsh(information)[0] <= 0:
        raise ValueError(_NO_LIMIT)
    likelihood.design.check_bounded(information[:-1, :-1])
    covariance = linalg.inv(information)
    tau = float(np.exp(parameters[-1]))
    tau_error = tau * float(covariance[-1, -1]) ** 0.5
    return _result(likelihood, present, parameters, covariance[:-1, :-1], tau, tau_error, value)


def _fit_without_intercepts(likelihood: Likelihood, intercept: float) -> FloatArray:
    """Newton's method for the model without random intercepts, which starts the other one."""
    design = likelihood.design
    effects = np.zeros(design.columns)
    effects[: design.periods] = intercept
    value, residuals, weights = likelihood.row_terms(design.predict(effects))
    design.check_separate(design.gram(weights))
    for _ in range(_STEPS):
        information = design.gram(weights)
        slope = design.total(residuals)
        step = _shorten(design, linalg.solve(information, slope, assume_a="pos"))
        gain = float(slope @ step) / 2
        for _ in range(_HALVINGS):
            tried = likelihood.row_terms(design.predict(effects + step))
            if tried[0] >= value - _ROUNDING * abs(value):
                break
            step = step / 2
        effects = effects + step
        value, residuals, weights = tried
        if gain < _GAIN:
            design.check_bounded(information)
            return effects
    raise ArithmeticError(_NO_END.format("without random intercepts"))


def _climb(likelihood: Likelihood, start: FloatArray) -> FloatArray:
    parameters = start
    value, slope = likelihood.value_and_slope(parameters)
    gain = np.inf
    for _ in range(_STEPS):
        # Near the top the few nodes' own curvature, which Louis's is not: with it alone the steps zigzag.
        information = _own_information(likelihood, parameters, near=gain < _NEAR)
        step = linalg.solve(_positive(information), slope, assume_a="pos")
        step = _shorten(likelihood.design, step)
        room = _LARGEST_LOG_TAU - float(parameters[-1])
        if room < 1e-9 and slope[-1] > 0:
            raise ValueError(_NO_LIMIT)
        step *= min(1.0, room / step[-1]) if step[-1] > 0 else 1.0
        gain = float(slope @ step) / 2
        for _ in range(_HALVINGS):
            tried_value, tried_slope = likelihood.value_and_slope(parameters + step)
            if tried_value >= value - _ROUNDING * abs(value):
                break
            step = step / 2
        parameters, value, slope = parameters + step, tried_value, tried_slope
        if gain < _GAIN:
            return parameters
    raise ArithmeticError(_NO_END.format("with random intercepts"))


_NO_LIMIT = (
    "events do not limit the variance between organisations: nearly all have no events or nothing but events."
    " Pool periods, or use a beta or gamma prior (likeforlike.statistics.empirical_bayes)"
)
_NO_END = (
    "the model {} did not settle. A covariate that separates events from no events has an infinite effect:"
    " look for one that is nearly constant, and put covariates on a scale near 1"
)


def _shorten(design: FixedDesign, step: FloatArray) -> FloatArray:
    """The step, or the part of it that changes no row by more than e³ and τ by no more than e².

    Far from the maximum the curvature misleads; the last entry is log τ where the step has one.
    """
    furthest = float(np.abs(design.predict(step[: design.columns])).max()) / 3
    if step.size > design.columns:
        furthest = max(furthest, abs(float(step[-1])) / 2)
    return step / max(1.0, furthest)


def _own_information(likelihood: Likelihood, parameters: FloatArray, near: bool) -> FloatArray:
    """The family's formula where it is the information of the quadrature, or far off, else differences."""
    if near and isinstance(likelihood, BinomialLikelihood) and likelihood.nodes < _EXACT_NODES:
        return _difference_slope(likelihood, parameters)
    return likelihood.information(parameters)


def _positive(information: FloatArray) -> FloatArray:
    """The matrix itself where it is positive definite, else with eigenvalues turned positive."""
    values, vectors = np.linalg.eigh(information)
    if values[0] > 0:
        return information
    return np.asarray((vectors * np.maximum(np.abs(values), 1e-8 * values[-1])) @ vectors.T)


def _difference_slope(likelihood: Likelihood, parameters: FloatArray) -> FloatArray:
    """Observed information by central differences of the exact slope."""
    size = _DIFFERENCE / np.sqrt(np.maximum(np.diag(likelihood.information(parameters)), 1e-12))
    rows = []
    for j in range(parameters.size):
        step = np.zeros_like(parameters)
        step[j] = size[j]
        up, down = (likelihood.value_and_slope(parameters + side * step)[1] for side in (1, -1))
        rows.append((down - up) / (2 * size[j]))
    result = np.array(rows)
    return np.asarray((result + result.T) / 2)


def _result_without_intercepts(
    likelihood: Likelihood, present: BoolArray, fixed: FloatArray
) -> MixedModelFit:
    value, _, weights = likelihood.row_terms(likelihood.design.predict(fixed))
    covariance = linalg.inv(likelihood.design.gram(weights))
    return _result(likelihood, present, np.append(fixed, -np.inf), covariance, 0.0, np.nan, value)


def _result(
    likelihood: Likelihood,
    present: BoolArray,
    parameters: FloatArray,
    covariance: FloatArray,
    tau: float,
    tau_standard_error: float,
    value: float,
) -> MixedModelFit:
    design = likelihood.design
    nothing = np.zeros(design.organisations)
    posterior = likelihood.intercepts(parameters) if tau > 0 else (nothing,) * 4
    mode, mode_sd, mean, variance = (_everywhere(part, present) for part in posterior)
    errors = np.sqrt(np.diag(covariance))
    return MixedModelFit(
        period_effects=parameters[: design.periods],
        period_standard_errors=errors[: design.periods],
        coefficients=parameters[design.periods : -1],
        coefficient_standard_errors=errors[design.periods :],
        covariance=covariance,
        between_sd=tau,
        between_sd_standard_error=tau_standard_error,
        log_likelihood=value,
        mode=mode,
        mode_sd=mode_sd,
        mean=mean,
        variance=variance,
        likelihood=likelihood,
        parameters=parameters,
        present=present,
    )
