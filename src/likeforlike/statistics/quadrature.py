"""One-dimensional integrals by Gaussian rules, for many organisations at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from likeforlike.statistics.checks import FloatArray

# Beyond this many standard deviations (those at its mode) a posterior is empty to nine digits, even that of
# four events behind a wide prior, whose lower tail falls only exponentially.
_REACH = 12.0
_TAIL_NODES = 96
_DRAW_GRID = 769

LogDensity = Callable[[FloatArray], FloatArray]


@lru_cache(maxsize=32)
def hermite_rule(nodes: int) -> tuple[FloatArray, FloatArray]:
    """Nodes zₖ and log weights so that ∫ exp(g(x)) dx ≈ s·Σ exp(g(c + s·zₖ) + log_weightₖ), shape (nodes,).

    With centre c and scale s at the mode and the curvature of g this is adaptive Gauss–Hermite quadrature
    (Liu & Pierce 1994, eq. 4; Pinheiro & Bates 1995), exact where exp(g) is a normal density times a
    polynomial of degree 2·nodes − 1; one node is the Laplace approximation.
    """
    z, weight = np.polynomial.hermite_e.hermegauss(nodes)
    return z, np.log(weight) + z**2 / 2


def probability_above(
    log_density: LogDensity, mode: FloatArray, scale: FloatArray, threshold: float
) -> FloatArray:
    """P(X > threshold) for each of n densities known up to a factor, by Gauss–Legendre on both sides.

    `log_density` takes and returns shape (n, k); `mode` and `scale` (the standard deviation at the mode) have
    shape (n,), NaN where there is no density. Returns shape (n,).
    """
    x, weight = np.polynomial.legendre.leggauss(_TAIL_NODES)
    lowest, highest = mode - _REACH * scale, mode + _REACH * scale
    middle = np.clip(threshold, lowest, highest)
    peak = log_density(mode[:, None])

    def mass(start: FloatArray, end: FloatArray) -> FloatArray:
        half = (end - start) / 2
        points = (start + half)[:, None] + half[:, None] * x
        return np.asarray(half * (np.exp(log_density(points) - peak) @ weight))

    above, below = mass(middle, highest), mass(lowest, middle)
    return np.asarray(above / (above + below))


def draw_from_density(
    log_density: LogDensity, mode: FloatArray, scale: FloatArray, draws: int, rng: np.random.Generator
) -> FloatArray:
    """Independent draws from n densities known up to a factor, by inverting their distribution on a grid.

    Arguments as in `probability_above`. Returns shape (draws, n), NaN where there is no density.
    """
    steps = np.linspace(-_REACH, _REACH, _DRAW_GRID)
    grid = mode[:, None] + scale[:, None] * steps
    density = np.exp(log_density(grid) - log_density(mode[:, None]))
    cumulative = np.zeros_like(density)
    np.cumsum((density[:, 1:] + density[:, :-1]) / 2, axis=1, out=cumulative[:, 1:])
    cumulative /= cumulative[:, -1:]
    drawn = np.full((draws, mode.size), np.nan)
    uniform = rng.random((draws, mode.size))
    for i in np.flatnonzero(~np.isnan(mode)):
        drawn[:, i] = np.interp(uniform[:, i], cumulative[i], grid[i])
    return drawn
