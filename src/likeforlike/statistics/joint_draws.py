"""Joint draws of organisations' true effects, over one indicator or several, the missing ones drawn too."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    check_complete,
    check_dimensions,
    check_enough_units,
    check_numbers,
    check_positive,
    check_same_shape,
    check_whole_number,
)

# Slope of the log-likelihood of one organisation at which the climb ends.
_SLOPE = 1e-9
# Most negative eigenvalue, relative to the largest, that rounding may leave in a covariance.
_ROUNDING = 1e-9


class EffectPopulation(NamedTuple):
    """How k true effects are distributed over organisations: mean (k,) and covariance (k, k)."""

    mean: FloatArray
    covariance: FloatArray


class JointEffects(NamedTuple):
    """What is believed of each organisation's k effects: mean (n, k) and covariance (n, k, k)."""

    mean: FloatArray
    covariance: FloatArray


def fit_effect_population(effects: ArrayLike, variances: ArrayLike) -> EffectPopulation:
    """Estimate mean and covariance of the true effects on k indicators, from organisations with gaps.

    yᵢ = θᵢ + eᵢ, θᵢ ~ N(m, B), eᵢ ~ N(0, diag(vᵢ)); `effects` and `variances` have shape (n, k), NaN where an
    indicator is missing. Maximum likelihood, Σᵢ log N(yᵢ; m, B + diag vᵢ) over what was observed of each
    (Jackson, Riley & White 2011, section 3), climbed by BFGS over m and the triangular root of B, so B is a
    covariance whatever happens and may be singular. Each pair of indicators is estimated from everybody:
    organisations that lack one still inform the other.

    Raises ValueError for variances not above 0 or an indicator with fewer than k + 1 organisations.
    """
    y, v, seen = _check_effects(effects, variances)
    k = y.shape[1]
    for j in range(k):
        check_enough_units(f"effects[:, {j}]", int(np.count_nonzero(seen[:, j])), k + 1)
    some = np.flatnonzero(seen.any(axis=1))
    y, v, seen = y[some], v[some], np.asarray(seen[some])
    # In units of each indicator's own spread, so that one step suits all.
    centre, unit = np.nanmean(y, axis=0), np.maximum(np.nanstd(y, axis=0), 1e-12)
    y, v = (y - centre) / unit, v / unit**2
    lower = np.tril_indices(k)

    def population_at(parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        root = np.zeros((k, k))
        root[lower] = parameters[k:]
        return parameters[:k], root

    def fall(parameters: FloatArray) -> tuple[float, FloatArray]:
        mean, root = population_at(parameters)
        value, by_mean, by_covariance = _population_likelihood(y, v, seen, mean, root @ root.T)
        slope = np.concatenate([by_mean, (2 * by_covariance @ root)[lower]])
        return -value / some.size, -slope / some.size

    start = np.concatenate([np.zeros(k), (0.7 * np.eye(k))[lower]])
    found = optimize.minimize(fall, start, jac=True, method="BFGS", options={"gtol": _SLOPE, "maxiter": 5000})
    mean, root = population_at(np.asarray(found.x, dtype=np.float64))
    return EffectPopulation(centre + unit * mean, np.outer(unit, unit) * (root @ root.T))


def condition_effects(effects: ArrayLike, variances: ArrayLike, population: EffectPopulation) -> JointEffects:
    """Posterior of every organisation's k true effects, the missing ones given the observed ones.

    Multivariate normal–normal shrinkage m + B·Z′(Z(B + diag vᵢ)Z′)⁻¹(yᵢ − m), Z picking what was observed
    (Lindley & Smith 1972, eq. 11; Efron & Morris 1972). Shapes as in `fit_effect_population`. An
    organisation without any indicator gets NaN: it is not assessed.

    Raises ValueError for variances not above 0, or a population of another size or not a covariance.
    """
    y, v, seen = _check_effects(effects, variances)
    _check_population(population, y.shape[1])
    posterior = _condition(y, v, seen, population)
    some = np.asarray(seen.any(axis=1))
    return JointEffects(
        np.where(some[:, None], posterior.mean, np.nan),
        np.where(some[:, None, None], posterior.covariance, np.nan),
    )


def draw_joint(
    mean: ArrayLike,
    spread: ArrayLike,
    draws: int,
    rng: np.random.Generator,
    *,
    shared: ArrayLike | None = None,
    population: EffectPopulation | None = None,
) -> FloatArray:
    """Draw true effects jointly: shape (draws, n) for one indicator, (draws, n, k) for k.

    One indicator: `mean` and `spread` (variances) have shape (n,). Several: `mean` (n, k), `spread` variances
    (n, k) or covariances (n, k, k); organisations are independent of each other. `shared`, shape (n, r) or
    (n,), adds shared·z with one standard normal z (r,) for all organisations of a draw: an uncertainty that
    they have in common (one indicator only).

    Entries of `mean` that are NaN are missing. With a `population` they are drawn from its conditional normal
    distribution given the same draw of the observed entries (never left out); without, and for organisations
    with no entry at all, they stay NaN and change nobody else. Memory is 8·draws·n·k bytes: draw in portions
    from one `rng` where that is too much.

    Raises ValueError for negative variances, a matrix that is no covariance, or shapes that do not fit.
    """
    m, s = check_numbers("mean", mean), check_numbers("spread", spread)
    count = check_whole_number("draws", draws, 1)
    if m.ndim not in (1, 2):
        raise ValueError(
            f"mean has shape {m.shape}: it must be (organisations,) or (organisations, indicators)"
        )
    if m.ndim == 1:
        if population is not None:
            raise ValueError("population needs several indicators: mean has shape (organisations,)")
        return _draw_one(m, s, count, rng, shared)
    if shared is not None:
        raise ValueError("shared goes with one indicator: give several as separate draws")
    drawn = m + _deviations(m, s, count, rng)
    if population is not None:
        _check_population(population, m.shape[1])
        _draw_missing(drawn, ~np.isnan(m), population, rng)
    return np.asarray(drawn)


def _draw_one(
    mean: FloatArray, spread: FloatArray, draws: int, rng: np.random.Generator, shared: ArrayLike | None
) -> FloatArray:
    check_same_shape(mean=mean, spread=spread)
    drawn = mean + np.sqrt(_check_variances(spread)) * rng.standard_normal((draws, mean.size))
    if shared is not None:
        common = check_numbers("shared", shared)
        if common.ndim not in (1, 2) or common.shape[0] != mean.size:
            raise ValueError(
                f"shared has shape {common.shape}: for a mean of shape {mean.shape} it must be {mean.shape} or"
                f" ({mean.size}, r)"
            )
        common = common.reshape(mean.size, -1)
        drawn += rng.standard_normal((draws, common.shape[1])) @ common.T
    return np.asarray(drawn)


def _deviations(mean: FloatArray, spread: FloatArray, draws: int, rng: np.random.Generator) -> FloatArray:
    n, k = mean.shape
    noise = rng.standard_normal((draws, n, k))
    if spread.shape == (n, k):
        noise *= np.sqrt(_check_variances(spread))
        return noise
    if spread.shape != (n, k, k):
        raise ValueError(
            f"spread has shape {spread.shape}: for a mean of shape {mean.shape} it must be {(n, k)}"
            f" (variances) or {(n, k, k)} (covariances)"
        )
    # Entries that are missing are drawn afterwards: here they neither spread nor pull at the others.
    usable = ~np.isnan(mean)
    pairs = usable[:, :, None] & usable[:, None, :]
    factors = _factor("spread", np.where(pairs, spread, 0.0))
    return np.asarray(np.einsum("ijl,dil->dij", factors, noise, optimize=True))


def _draw_missing(
    drawn: FloatArray, seen: BoolArray, population: EffectPopulation, rng: np.random.Generator
) -> None:
    """Fill the missing entries, one pattern of missing indicators after another."""
    m, b = population
    patterns, which = np.unique(seen, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if pattern.all() or not pattern.any():
            continue
        rows = np.flatnonzero(which.ravel() == number)
        known, gone = np.flatnonzero(pattern), np.flatnonzero(~pattern)
        slope = np.linalg.lstsq(b[np.ix_(known, known)], b[np.ix_(known, gone)], rcond=None)[0]
        rest = b[np.ix_(gone, gone)] - b[np.ix_(gone, known)] @ slope
        given = drawn[:, rows][:, :, known]
        noise = rng.standard_normal((drawn.shape[0], rows.size, gone.size))
        filled = (
            m[gone] + (given - m[known]) @ slope + noise @ _factor("population.covariance", rest[None])[0].T
        )
        drawn[:, rows[:, None], gone] = filled


def _population_likelihood(
    y: FloatArray, v: FloatArray, seen: BoolArray, mean: FloatArray, covariance: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Log-likelihood (up to a constant) and its derivatives by the mean and by the covariance."""
    weights, log_determinants = _weights(v, seen, covariance)
    residuals = np.where(seen, y - mean, 0.0)
    pulled = np.einsum("ijk,ik->ij", weights, residuals)
    value = -0.5 * float((log_determinants.sum()) + (residuals * pulled).sum())
    return value, pulled.sum(axis=0), 0.5 * (pulled.T @ pulled - weights.sum(axis=0))


def _weights(v: FloatArray, seen: BoolArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Inverse of covariance + diag(v) over what was observed (0 elsewhere), and its log determinant."""
    pairs = seen[:, :, None] & seen[:, None, :]
    total = np.where(pairs, covariance, 0.0)
    index = np.arange(v.shape[1])
    # A missing entry stands alone with variance 1, and then leaves the weights.
    total[:, index, index] += np.where(seen, v, 1.0)
    return np.where(pairs, np.linalg.inv(total), 0.0), np.linalg.slogdet(total)[1]


def _condition(y: FloatArray, v: FloatArray, seen: BoolArray, population: EffectPopulation) -> JointEffects:
    m, b = population
    gains = _weights(v, seen, b)[0] @ b
    residuals = np.where(seen, y - m, 0.0)
    mean = m + np.einsum("ijk,ij->ik", gains, residuals)
    covariance = b - np.einsum("jl,ilk->ijk", b, gains)
    return JointEffects(mean, (covariance + covariance.transpose(0, 2, 1)) / 2)


def _check_effects(effects: ArrayLike, variances: ArrayLike) -> tuple[FloatArray, FloatArray, BoolArray]:
    y, v = check_numbers("effects", effects), check_positive("variances", variances)
    check_same_shape(effects=y, variances=v)
    check_dimensions("effects", y, 2)
    return y, v, np.asarray(~(np.isnan(y) | np.isnan(v)))


def _check_population(population: EffectPopulation, k: int) -> None:
    mean = check_complete("population.mean", population.mean)
    covariance = check_complete("population.covariance", population.covariance)
    if mean.shape != (k,) or covariance.shape != (k, k):
        raise ValueError(
            f"population has mean {mean.shape} and covariance {covariance.shape}: for {k} indicators they"
            f" must be {(k,)} and {(k, k)}"
        )
    _factor("population.covariance", covariance[None])


def _check_variances(spread: FloatArray) -> FloatArray:
    if np.any(spread < 0):
        position = tuple(int(i) for i in np.unravel_index(int(np.nanargmin(spread)), spread.shape))
        raise ValueError(f"spread{list(position)} is {spread[position]:g}: a variance must not be negative")
    return spread


def _factor(name: str, covariances: FloatArray) -> FloatArray:
    """L with LL′ = covariance for each; semi-definite ones too, which Cholesky refuses."""
    if not np.allclose(covariances, covariances.transpose(0, 2, 1), rtol=1e-8, atol=1e-12):
        raise ValueError(f"{name} is not symmetric: a covariance must be")
    values, vectors = np.linalg.eigh(covariances)
    if np.any(values[:, 0] < -_ROUNDING * np.maximum(values[:, -1], 1e-300)):
        position = int(np.argmin(values[:, 0]))
        raise ValueError(f"{name} (position {position}) has a negative eigenvalue: it is no covariance")
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :])
