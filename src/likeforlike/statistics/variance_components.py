"""Normal–normal random effects: the variance between organisations and estimates shrunk by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    check_dimensions,
    check_enough_units,
    check_not_negative,
    check_numbers,
    check_positive,
    check_same_shape,
)

# Roots are found to the last digits: the functions are smooth and evaluations cost microseconds.
_SMALLEST_STEP, _RELATIVE_STEP = 1e-300, 1e-14
_ROOT_STEPS = 500
# Where the likelihood of τ² is first looked at, before its best stretch is refined.
_LIKELIHOOD_GRID = 400


class PooledEffect(NamedTuple):
    """The mean of the organisations' effects and its standard error."""

    mean: float
    standard_error: float


class ShrunkenEffects(NamedTuple):
    """Effects drawn towards the mean of all organisations (shape (n,) each; NaN where nothing was observed).

    `standard_error` includes the uncertainty of the mean. The prediction errors share it: their covariance
    is `diag(own_variance) + outer(shared, shared)`, the form that `draw_joint` takes.
    """

    mean: FloatArray
    standard_error: FloatArray
    weight: FloatArray
    own_variance: FloatArray
    shared: FloatArray


class _Sample(NamedTuple):
    """Effects, their sampling variances, and weights for the one method that takes them."""

    effects: FloatArray
    variances: FloatArray
    weights: FloatArray


def between_variance(
    effects: ArrayLike,
    variances: ArrayLike,
    method: str = "restricted_maximum_likelihood",
    weights: ArrayLike | None = None,
) -> float:
    """Estimate τ², the variance of true effects between organisations: yᵢ ~ N(μ + uᵢ, vᵢ), uᵢ ~ N(0, τ²).

    `effects` and `variances` have shape (n,), on one scale and its square; units with NaN in either, or in
    the weights, are left out. Never negative. Methods, with the code of R's `metafor::rma(method=)`:

    | method | code | source |
    |---|---|---|
    | `dersimonian_laird` | DL | DerSimonian & Laird 1986, eq. 8 |
    | `hedges` | HE | Hedges 1983 |
    | `hunter_schmidt` | HS | Schmidt & Hunter 2015 |
    | `sidik_jonkman` | SJ | Sidik & Jonkman 2005 |
    | `maximum_likelihood` | ML | Hardy & Thompson 1996 |
    | `restricted_maximum_likelihood` | REML | Raudenbush 2009 |
    | `paule_mandel` | PM | Paule & Mandel 1982 |
    | `empirical_bayes` | EB | Morris 1983 |
    | `iterated_dersimonian_laird` | DLIT | DerSimonian & Kacker 2007 |
    | `median_unbiased` | PMM | Viechtbauer 2021 |
    | `generalised_q` | GENQ | DerSimonian & Kacker 2007, eq. 6, with `weights` (shape (n,)) |

    Paule–Mandel, empirical Bayes and the iterated DerSimonian–Laird solve the same equation by different
    iterations (Viechtbauer et al. 2015), so here they are the same number; programs that stop their
    iterations early print three. The likelihood methods return the highest of all maxima.

    Raises ValueError for an unknown method, variances not above 0, fewer than two units, or weights given
    to a method that takes none (or not given to the one that needs them).
    """
    estimate = _ESTIMATORS.get(method)
    if estimate is None:
        raise ValueError(f"method is {method!r}: it must be one of {', '.join(_ESTIMATORS)}")
    if (weights is None) == (method == "generalised_q"):
        raise ValueError(f"weights go with method 'generalised_q' and with no other; method is {method!r}")
    y, v, present = _check_effects(effects, variances)
    a = 1 / v if weights is None else check_positive("weights", weights)
    check_same_shape(effects=y, weights=a)
    present &= ~np.isnan(a)
    check_enough_units("effects", int(present.sum()), 2)
    return max(0.0, estimate(_Sample(y[present], v[present], a[present])))


def pool_effects(effects: ArrayLike, variances: ArrayLike, between: float) -> PooledEffect:
    """Mean effect μ̂ = Σwᵢyᵢ/Σwᵢ with wᵢ = 1/(vᵢ + τ²), and its standard error 1/√Σwᵢ.

    `effects`, `variances`: shape (n,); `between` is τ². DerSimonian & Laird 1986, eq. 9. Units with NaN
    are left out. Raises ValueError for variances not above 0, a negative τ² or no unit at all.
    """
    y, v, present = _check_effects(effects, variances)
    check_enough_units("effects", int(present.sum()), 1)
    tau2 = float(check_not_negative("between", between))
    mean, precision = _pool(y[present], v[present], tau2)
    return PooledEffect(mean, 1 / float(np.sqrt(precision)))


def shrink_effects(effects: ArrayLike, variances: ArrayLike, between: float) -> ShrunkenEffects:
    """Best linear unbiased prediction of each true effect: λᵢyᵢ + (1−λᵢ)μ̂ with λᵢ = τ²/(τ² + vᵢ).

    Variance λᵢvᵢ + (1−λᵢ)²·se(μ̂)², as R's `metafor::blup` (Raudenbush & Bryk 1985, eq. 11; Morris 1983).
    `effects`, `variances`: shape (n,); `between` is τ². Units with NaN get NaN and change nobody else.
    Raises ValueError like `pool_effects`.
    """
    y, v, _ = _check_effects(effects, variances)
    mu = pool_effects(y, v, between)
    weight = np.where(np.isnan(y), np.nan, between / (between + v))
    own = weight * v
    shared = (1 - weight) * mu.standard_error
    return ShrunkenEffects(
        mean=weight * y + (1 - weight) * mu.mean,
        standard_error=np.sqrt(own + shared**2),
        weight=weight,
        own_variance=own,
        shared=shared,
    )


def _check_effects(effects: ArrayLike, variances: ArrayLike) -> tuple[FloatArray, FloatArray, BoolArray]:
    y = check_numbers("effects", effects)
    v = check_positive("variances", variances)
    check_same_shape(effects=y, variances=v)
    check_dimensions("effects", y, 1)
    return y, v, ~(np.isnan(y) | np.isnan(v))


def _pool(y: FloatArray, v: FloatArray, tau2: float) -> tuple[float, float]:
    w = 1 / (v + tau2)
    return float(w @ y / w.sum()), float(w.sum())


def _q(y: FloatArray, w: FloatArray) -> float:
    """Weighted sum of squares about the weighted mean."""
    return float(w @ (y - w @ y / w.sum()) ** 2)


def _moment(y: FloatArray, v: FloatArray, a: FloatArray) -> float:
    """τ² whose expected Q with weights a equals the observed one (DerSimonian & Kacker 2007, eq. 6)."""
    total = a.sum()
    excess = _q(y, a) - (a @ v - a**2 @ v / total)
    return float(excess / (total - a @ a / total))


def _dersimonian_laird(sample: _Sample) -> float:
    return _moment(sample.effects, sample.variances, 1 / sample.variances)


def _hedges(sample: _Sample) -> float:
    return _moment(sample.effects, sample.variances, np.ones_like(sample.effects))


def _generalised_q(sample: _Sample) -> float:
    return _moment(*sample)


def _hunter_schmidt(sample: _Sample) -> float:
    w = 1 / sample.variances
    return float((_q(sample.effects, w) - w.size) / w.sum())


def _sidik_jonkman(sample: _Sample) -> float:
    if np.ptp(sample.effects) == 0:
        return 0.0
    start = float(np.var(sample.effects))
    return start * _q(sample.effects, 1 / (sample.variances + start)) / (sample.effects.size - 1)


def _root(function: Callable[[float], float], below: float, above: float) -> float:
    return float(
        optimize.brentq(function, below, above, xtol=_SMALLEST_STEP, rtol=_RELATIVE_STEP, maxiter=_ROOT_STEPS)
    )


def _q_equals(sample: _Sample, target: float) -> float:
    """τ² at which Q with weights 1/(v + τ²) equals the target; Q falls as τ² grows, so there is one."""
    y, v = sample.effects, sample.variances

    def excess(tau2: float) -> float:
        return _q(y, 1 / (v + tau2)) - target

    if excess(0.0) <= 0:
        return 0.0
    # Q(τ²) ≤ Σ(y−ȳ)²/τ², which is the target at this τ².
    highest = float(np.var(y)) * y.size / target
    return _root(excess, 0.0, highest)


def _paule_mandel(sample: _Sample) -> float:
    return _q_equals(sample, sample.effects.size - 1.0)


def _median_unbiased(sample: _Sample) -> float:
    return _q_equals(sample, float(stats.chi2.median(sample.effects.size - 1)))


def _likelihood(sample: _Sample, restricted: bool) -> float:
    """The τ² that maximises the (restricted) likelihood: best stretch on a grid, then its score's root."""
    y, v = sample.effects, sample.variances

    def log_likelihood(tau2: float) -> float:
        w = 1 / (v + tau2)
        return 0.5 * float(np.log(w).sum() - _q(y, w) - (np.log(w.sum()) if restricted else 0.0))

    def score(tau2: float) -> float:
        w = 1 / (v + tau2)
        mean = w @ y / w.sum()
        correction = w @ w / w.sum() if restricted else 0.0
        return float(w**2 @ (y - mean) ** 2 - w.sum() + correction)

    # τ² = Σw²((y−μ)²−v)/Σw² + 1/Σw at a maximum, hence never above this.
    highest = 2 * float(np.ptp(y) ** 2 + v.max())
    grid = np.concatenate([[0.0], np.geomspace(1e-8 * highest, highest, _LIKELIHOOD_GRID)])
    best = int(np.argmax([log_likelihood(tau2) for tau2 in grid]))
    below, above = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    if score(below) <= 0 or score(above) >= 0:
        return float(grid[best])
    return _root(score, float(below), float(above))


def _maximum_likelihood(sample: _Sample) -> float:
    return _likelihood(sample, restricted=False)


def _restricted_maximum_likelihood(sample: _Sample) -> float:
    return _likelihood(sample, restricted=True)


_ESTIMATORS: dict[str, Callable[[_Sample], float]] = {
    "dersimonian_laird": _dersimonian_laird,
    "hedges": _hedges,
    "hunter_schmidt": _hunter_schmidt,
    "sidik_jonkman": _sidik_jonkman,
    "maximum_likelihood": _maximum_likelihood,
    "restricted_maximum_likelihood": _restricted_maximum_likelihood,
    "paule_mandel": _paule_mandel,
    "empirical_bayes": _paule_mandel,
    "iterated_dersimonian_laird": _paule_mandel,
    "median_unbiased": _median_unbiased,
    "generalised_q": _generalised_q,
}
