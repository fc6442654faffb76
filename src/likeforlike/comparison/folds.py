"""What a regression expects of organisations that it has not seen: fitted again without each fold of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from likeforlike.comparison.panel import FloatArray

_STEPS = 100
# The search ends where the best step would change no linear predictor by more than this.
_SETTLED = 1e-9


def predict_unseen(
    share: FloatArray,
    weight: FloatArray,
    covariates: FloatArray,
    folds: NDArray[np.int64],
    start: FloatArray,
    *,
    binomial: bool,
) -> FloatArray:
    """Each figure's expected share or rate by the model fitted to the other folds: (organisations, months).

    `share` and `weight` (organisations, months), the weight 0 where there is no figure; `covariates`
    (organisations, covariates); `start`, the coefficients of months and then covariates, from which every fold
    sets out: those fitted to all. Binomial with logit link, else Poisson with log link. Newton's method, halving
    a step that does not gain (McCullagh & Nelder 1989, section 2.5). A month or covariate that only the
    fold itself tells something of keeps its coefficient.

    A covariate is the same in every month, so sums over months come first: the cost is one pass over the
    figures for each step, however many covariates there are.
    """
    predicted = np.empty_like(share)
    for one in np.unique(folds):
        unseen = folds == one
        coefficients = _fit(share[~unseen], weight[~unseen], covariates[~unseen], start, binomial)
        predicted[unseen] = _mean(_linear(covariates[unseen], coefficients, share.shape[1]), binomial)
    return predicted


def _fit(
    share: FloatArray, weight: FloatArray, covariates: FloatArray, start: FloatArray, binomial: bool
) -> FloatArray:
    months = share.shape[1]
    total = max(float(weight.sum()), 1.0)
    coefficients = start
    linear = _linear(covariates, coefficients, months)
    value = _log_likelihood(share, weight, linear, binomial)
    for _ in range(_STEPS):
        mean = _mean(linear, binomial)
        curvature = weight * (mean * (1 - mean) if binomial else mean)
        surplus = weight * (share - mean)
        slope = np.concatenate([surplus.sum(axis=0), surplus.sum(axis=1) @ covariates])
        cross = curvature.T @ covariates
        information = np.block(
            [
                [np.diag(curvature.sum(axis=0)), cross],
                [cross.T, (covariates.T * curvature.sum(axis=1)) @ covariates],
            ]
        )
        # Least squares leave alone what nothing is known of.
        step = np.linalg.lstsq(information / total, slope / total, rcond=None)[0]
        while True:
            moved = _linear(covariates, coefficients + step, months)
            gained = _log_likelihood(share, weight, moved, binomial)
            if gained >= value - 1e-12 * abs(value):
                break
            step = step / 2
        furthest = float(np.abs(moved - linear).max(initial=0.0))
        coefficients, linear, value = coefficients + step, moved, gained
        if furthest < _SETTLED:
            break
    return coefficients


def _linear(covariates: FloatArray, coefficients: FloatArray, months: int) -> FloatArray:
    return np.asarray(coefficients[:months] + (covariates @ coefficients[months:])[:, None])


def _mean(linear: FloatArray, binomial: bool) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-linear)) if binomial else np.exp(linear))


def _log_likelihood(share: FloatArray, weight: FloatArray, linear: FloatArray, binomial: bool) -> float:
    """Up to a constant: Σ weight·(share·linear − b(linear))."""
    # log(1 + exp(x)) without overflow; numpy's own takes four times as long.
    tail = np.log1p(np.exp(-np.abs(linear))) if binomial else np.exp(linear)
    normaliser = np.maximum(linear, 0.0) + tail if binomial else tail
    return float((weight * (share * linear - normaliser)).sum())
