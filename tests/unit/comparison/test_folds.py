"""Predictions for organisations left out: a plain regression on the others, written out row by row."""

from __future__ import annotations

import numpy as np
import pytest

from likeforlike.comparison.folds import predict_unseen


def draw(binomial: bool, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Shares, weights, covariates and folds of 60 organisations over 5 months, a tenth of them missing."""
    rng = np.random.default_rng(seed)
    covariates = rng.normal(size=(60, 2))
    linear = np.linspace(-1, 1, 5) + (covariates @ [0.5, -0.3])[:, None] + rng.normal(0, 0.2, (60, 5))
    weight = rng.integers(50, 500, (60, 5)).astype(float)
    chance = 1 / (1 + np.exp(-linear)) if binomial else np.exp(linear)
    counts = rng.binomial(weight.astype(int), chance) if binomial else rng.poisson(weight * chance)
    weight[rng.random(weight.shape) < 0.1] = 0.0
    share = np.divide(counts, weight, out=np.zeros((60, 5)), where=weight > 0)
    return share, weight, covariates, np.arange(60) % 3


def plain(share: np.ndarray, weight: np.ndarray, covariates: np.ndarray, binomial: bool) -> np.ndarray:
    """Iteratively reweighted least squares with a dummy for each month."""
    rows = [
        (np.concatenate([np.eye(5)[t], covariates[i]]), share[i, t], weight[i, t])
        for i in range(share.shape[0])
        for t in range(5)
        if weight[i, t] > 0
    ]
    X, y, w = (np.array(part) for part in zip(*rows, strict=True))
    beta = np.zeros(7)
    for _ in range(60):
        mean = 1 / (1 + np.exp(-X @ beta)) if binomial else np.exp(X @ beta)
        size = w * (mean * (1 - mean) if binomial else mean)
        beta = beta + np.linalg.solve(X.T @ (size[:, None] * X), X.T @ (w * (y - mean)))
    return beta


@pytest.mark.parametrize("binomial", [True, False], ids=["share", "rate"])
@pytest.mark.parametrize("start", [np.zeros(7), np.full(7, 2.0)], ids=["near", "far"])
def test_each_fold_is_predicted_by_the_others(binomial: bool, start: np.ndarray) -> None:
    share, weight, covariates, folds = draw(binomial, 1)
    predicted = predict_unseen(share, weight, covariates, folds, start, binomial=binomial)
    for one in range(3):
        others, unseen = folds != one, folds == one
        beta = plain(share[others], weight[others], covariates[others], binomial)
        linear = beta[:5] + (covariates[unseen] @ beta[5:])[:, None]
        expected = 1 / (1 + np.exp(-linear)) if binomial else np.exp(linear)
        np.testing.assert_allclose(predicted[unseen], expected, rtol=1e-7)


def test_what_only_the_fold_knows_keeps_its_coefficient() -> None:
    share, weight, covariates, folds = draw(True, 2)
    weight[folds != 0, 4] = 0.0
    start = np.full(7, 0.25)
    predicted = predict_unseen(share, weight, covariates, folds, start, binomial=True)
    others = folds != 0
    known = plain(
        np.where(weight > 0, share, 0.0)[others], weight[others] + 1e-9, covariates[others], binomial=True
    )
    linear = 0.25 + covariates[folds == 0] @ known[5:]
    np.testing.assert_allclose(predicted[folds == 0, 4], 1 / (1 + np.exp(-linear)), rtol=1e-4)
