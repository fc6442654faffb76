"""Gamma–Poisson and beta–binomial empirical Bayes: rates and proportions drawn towards the mean of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    check_dimensions,
    check_enough_units,
    check_events_within_trials,
    check_level,
    check_not_negative,
    check_same_shape,
)

Method = Literal["maximum_likelihood", "moments"]


class GammaPrior(NamedTuple):
    """Gamma distribution of true rates over organisations: variance mean²/shape.

    `shape` is infinite where the counts vary no more than Poisson; every rate is then the mean. The standard
    errors and the log-likelihood are those of maximum likelihood and NaN for moments.
    """

    mean: float
    shape: float
    mean_standard_error: float
    shape_standard_error: float
    log_likelihood: float


class BetaPrior(NamedTuple):
    """Beta distribution of true proportions over organisations: Beta(mean·size, (1−mean)·size).

    `size` is infinite where the counts vary no more than binomial; every proportion is then the mean. The
    log-likelihood is that of maximum likelihood and NaN for moments.
    """

    mean: float
    size: float
    log_likelihood: float


class ConjugatePosterior(NamedTuple):
    """What is believed of each true rate or proportion after its data; every array has shape (n,).

    `first` and `second` are shape and rate of the gamma, or the two parameters of the beta distribution.
    """

    mean: FloatArray
    variance: FloatArray
    family: Literal["gamma", "beta"]
    first: FloatArray
    second: FloatArray


def fit_gamma_poisson(
    events: ArrayLike, expected: ArrayLike, method: Method = "maximum_likelihood"
) -> GammaPrior:
    """Fit yᵢ ~ Poisson(λᵢeᵢ), λᵢ ~ Gamma(shape, mean) over organisations.

    `events`, `expected`: shape (n,), counts and expected counts (or person-time); NaN, or nothing expected,
    leaves a unit out. `maximum_likelihood` is the negative binomial regression with an offset (Lawless 1987;
    R's `MASS::glm.nb`), its standard errors those of the expected (mean) and observed (shape, at fixed mean:
    the two are orthogonal) information. `moments` is Marshall 1991, eqs 4–5 (R's `spdep::EBest`).

    Raises ValueError for negative counts, fewer than two units with data or no event at all.
    """
    y, e = _check_counts(events, "expected", expected)
    if method == "moments":
        return _gamma_by_moments(y, e)
    _check_method(method)
    start = _gamma_by_moments(y, e)
    pooled = float(y.sum() / e.sum())
    # The score for 1/shape at 1/shape = 0: where it is not positive the likelihood is highest there.
    if float(((y - pooled * e) ** 2 - y).sum()) <= 0:
        log_likelihood = float((special.xlogy(y, pooled * e) - pooled * e - special.gammaln(y + 1)).sum())
        return GammaPrior(pooled, np.inf, float(np.sqrt(pooled / e.sum())), np.nan, log_likelihood)
    first_shape = start.shape if np.isfinite(start.shape) else 100.0
    solution, log_likelihood = _maximise(
        lambda parameters: _gamma_poisson_likelihood(parameters, y, e),
        np.log([pooled, first_shape]),
    )
    mean, shape = np.exp(solution)
    mu = mean * e
    curvature = (
        special.polygamma(1, y + shape)
        - special.polygamma(1, shape)
        + 1 / shape
        - 2 / (mu + shape)
        + (y + shape) / (mu + shape) ** 2
    )
    return GammaPrior(
        mean=float(mean),
        shape=float(shape),
        mean_standard_error=float(mean / np.sqrt((mu * shape / (shape + mu)).sum())),
        shape_standard_error=float(1 / np.sqrt(-curvature.sum())),
        log_likelihood=log_likelihood,
    )


def fit_beta_binomial(
    events: ArrayLike, trials: ArrayLike, method: Method = "maximum_likelihood"
) -> BetaPrior:
    """Fit yᵢ ~ Binomial(nᵢ, pᵢ), pᵢ ~ Beta(mean·size, (1−mean)·size) over organisations.

    `events`, `trials`: shape (n,); NaN, or no trials, leaves a unit out. `maximum_likelihood` after Griffiths
    1973; `moments` after Kleinman 1973, eq. 2.7 with weights nᵢ.

    Raises ValueError for negative counts, more events than trials, fewer than two units with data, or events
    that are none or all of the trials.
    """
    check_events_within_trials(*_check_pair(events, "trials", trials))
    y, n = _check_counts(events, "trials", trials)
    if y.sum() == n.sum():
        raise ValueError("events equal trials everywhere: a beta distribution cannot be fitted to that")
    start = _beta_by_moments(y, n)
    if method == "moments":
        return start
    _check_method(method)
    p = start.mean
    # Tarone 1979: the score for 1/size at 1/size = 0.
    if float(((y - n * p) ** 2 / (p * (1 - p)) - n).sum()) <= 0:
        choose = special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)
        log_likelihood = float((choose + special.xlogy(y, p) + special.xlog1py(n - y, -p)).sum())
        return BetaPrior(p, np.inf, log_likelihood)
    first_size = start.size if np.isfinite(start.size) else 100.0
    solution, log_likelihood = _maximise(
        lambda parameters: _beta_binomial_likelihood(parameters, y, n),
        np.array([special.logit(p), np.log(first_size)]),
    )
    return BetaPrior(float(special.expit(solution[0])), float(np.exp(solution[1])), log_likelihood)


def gamma_poisson_posterior(events: ArrayLike, expected: ArrayLike, prior: GammaPrior) -> ConjugatePosterior:
    """Posterior Gamma(shape + yᵢ, shape/mean + eᵢ) of each rate (Clayton & Kaldor 1987, eq. 3).

    `events`, `expected`: shape (n,). NaN, or nothing expected, gives NaN. Raises ValueError for negative
    counts.
    """
    y, e = _check_pair(events, "expected", expected)
    known = ~np.isnan(y) & (e > 0)
    first = np.where(known, prior.shape + y, np.nan)
    second = np.where(known, prior.shape / prior.mean + e, np.nan)
    if np.isinf(prior.shape):
        return _certain(prior.mean, known, "gamma", first, second)
    return ConjugatePosterior(first / second, first / second**2, "gamma", first, second)


def beta_binomial_posterior(events: ArrayLike, trials: ArrayLike, prior: BetaPrior) -> ConjugatePosterior:
    """Posterior Beta(mean·size + yᵢ, (1−mean)·size + nᵢ − yᵢ) of each organisation's proportion.

    `events`, `trials`: shape (n,). NaN, or no trials, gives NaN. Gelman et al. 2013, section 5.3. Raises
    ValueError for negative counts or more events than trials.
    """
    y, n = _check_pair(events, "trials", trials)
    check_events_within_trials(y, n)
    known = ~np.isnan(y) & (n > 0)
    first = np.where(known, prior.mean * prior.size + y, np.nan)
    second = np.where(known, (1 - prior.mean) * prior.size + n - y, np.nan)
    if np.isinf(prior.size):
        return _certain(prior.mean, known, "beta", first, second)
    total = first + second
    return ConjugatePosterior(first / total, first * second / (total**2 * (total + 1)), "beta", first, second)


def posterior_quantile(posterior: ConjugatePosterior, probability: float) -> FloatArray:
    """The value below which each true rate or proportion lies with this probability, shape (n,).

    Raises ValueError for a probability not strictly between 0 and 1.
    """
    q = check_level(probability, "probability")
    if _is_certain(posterior):
        return posterior.mean.copy()
    if posterior.family == "gamma":
        return np.asarray(special.gammaincinv(posterior.first, q) / posterior.second)
    return np.asarray(special.betaincinv(posterior.first, posterior.second, q))


def posterior_above(posterior: ConjugatePosterior, threshold: float) -> FloatArray:
    """P(true rate or proportion > threshold) for each organisation, shape (n,); NaN where nothing is known.

    Raises ValueError for a threshold below zero or missing.
    """
    limit = float(check_not_negative("threshold", threshold))
    if np.isnan(limit):
        raise ValueError("threshold is missing: give the rate or proportion to compare with")
    if _is_certain(posterior):
        return np.where(np.isnan(posterior.mean), np.nan, (posterior.mean > limit).astype(float))
    if posterior.family == "gamma":
        return np.asarray(special.gammaincc(posterior.first, posterior.second * limit))
    return np.asarray(special.betaincc(posterior.first, posterior.second, min(limit, 1.0)))


def _check_pair(events: ArrayLike, name: str, below: ArrayLike) -> tuple[FloatArray, FloatArray]:
    y, n = check_not_negative("events", events), check_not_negative(name, below)
    check_same_shape(**{"events": y, name: n})
    check_dimensions("events", y, 1)
    return y, n


def _check_counts(events: ArrayLike, name: str, below: ArrayLike) -> tuple[FloatArray, FloatArray]:
    y, n = _check_pair(events, name, below)
    present = ~np.isnan(y) & (n > 0)
    y, n = y[present], n[present]
    check_enough_units("events", y.size, 2)
    if y.sum() == 0:
        raise ValueError(
            "events are zero everywhere: how they vary between organisations cannot be estimated"
        )
    return y, n


def _check_method(method: str) -> None:
    if method != "maximum_likelihood":
        raise ValueError(f"method is {method!r}: it must be 'maximum_likelihood' or 'moments'")


def _gamma_by_moments(y: FloatArray, e: FloatArray) -> GammaPrior:
    mean = float(y.sum() / e.sum())
    spread = float(e @ (y / e - mean) ** 2 / e.sum())
    variance = spread - mean * y.size / float(e.sum())
    return GammaPrior(mean, mean**2 / variance if variance > 0 else np.inf, np.nan, np.nan, np.nan)


def _beta_by_moments(y: FloatArray, n: FloatArray) -> BetaPrior:
    p = float(y.sum() / n.sum())
    ratio = float(n @ (y / n - p) ** 2 / (p * (1 - p)))
    beyond = float((1 - n / n.sum()) @ (n - 1))
    # The correlation of two trials in one organisation, 1/(size + 1).
    correlation = (ratio - (n.size - 1)) / beyond if beyond > 0 else 0.0
    return BetaPrior(p, max(1 / correlation - 1, 1e-6) if correlation > 0 else np.inf, np.nan)


def _gamma_poisson_likelihood(
    parameters: FloatArray, y: FloatArray, e: FloatArray
) -> tuple[float, FloatArray]:
    """Log-likelihood and its derivatives by log mean and log shape."""
    mean, shape = np.exp(parameters)
    mu = mean * e
    log_ratio = -np.log1p(mu / shape)
    value = (
        special.gammaln(y + shape)
        - special.gammaln(shape)
        - special.gammaln(y + 1)
        + (shape + y) * log_ratio
        + special.xlogy(y, mu / shape)
    )
    by_mean = (y - mu) * shape / (shape + mu)
    by_shape = special.digamma(y + shape) - special.digamma(shape) + log_ratio + (mu - y) / (shape + mu)
    return float(value.sum()), np.array([by_mean.sum(), shape * by_shape.sum()])


def _beta_binomial_likelihood(
    parameters: FloatArray, y: FloatArray, n: FloatArray
) -> tuple[float, FloatArray]:
    """Log-likelihood and its derivatives by logit mean and log size."""
    p, size = float(special.expit(parameters[0])), float(np.exp(parameters[1]))
    a, b = p * size, (1 - p) * size
    choose = special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)
    value = choose + special.betaln(y + a, n - y + b) - special.betaln(a, b)
    both = special.digamma(n + size) - special.digamma(size)
    by_a = float((special.digamma(y + a) - special.digamma(a) - both).sum())
    by_b = float((special.digamma(n - y + b) - special.digamma(b) - both).sum())
    return float(value.sum()), np.array([size * p * (1 - p) * (by_a - by_b), a * by_a + b * by_b])


def _maximise(
    likelihood: Callable[[FloatArray], tuple[float, FloatArray]], start: FloatArray
) -> tuple[FloatArray, float]:
    """Climb by BFGS, then solve score = 0 from there: the climb alone stops at half of the digits."""

    def fall(parameters: FloatArray) -> tuple[float, FloatArray]:
        value, slope = likelihood(parameters)
        return -value, -slope

    def score(parameters: FloatArray) -> FloatArray:
        return likelihood(parameters)[1]

    climbed = optimize.minimize(fall, start, jac=True, method="BFGS", options={"gtol": 1e-4})
    solved = optimize.root(score, climbed.x, tol=1e-13)
    value = likelihood(solved.x)[0]
    better = value >= -climbed.fun - 1e-9 * abs(climbed.fun)
    best = np.asarray(solved.x if better else climbed.x, dtype=np.float64)
    return best, likelihood(best)[0]


def _certain(
    mean: float, known: BoolArray, family: Literal["gamma", "beta"], first: FloatArray, second: FloatArray
) -> ConjugatePosterior:
    value = np.where(known, mean, np.nan)
    return ConjugatePosterior(value, np.where(known, 0.0, np.nan), family, first, second)


def _is_certain(posterior: ConjugatePosterior) -> bool:
    return bool(np.isinf(posterior.first).any())
