"""The covariance of a lasting effect, AR(1) drift and sampling error, inverted for all organisations at once.

The values of organisation i at T periods have covariance Vᵢ = τ²11′ + ω²R(ρ) + diag(sᵢ²), R(ρ)ₛₜ = ρ^|s−t|.
The inverse of R is tridiagonal, so no organisation needs a T × T matrix: with precisions P = diag(1/s²), 0
where nothing was observed, (ω²R + P⁻¹)⁻¹ = P − ω²P(R⁻¹ + ω²P)⁻¹P (Woodbury), and τ² is one
more rank. The cost is that of T operations on vectors over organisations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from likeforlike.statistics.checks import FloatArray

# A ratio of 0 (no correlation) would be divided by: this much is nothing.
_NOTHING = 1e-30
# How far from 1, in powers of ten, a product of many numbers may come: doubles end at 308.
_RANGE = 240.0


class VarianceComponents(NamedTuple):
    """τ² (`lasting`), ω² (`drift`) and ρ (`correlation`), on the scale of the values and its square.

    `unevenness` is the standard deviation of log ωᵢ² over organisations: 0 where all drift alike; `drift` is
    the mean of the ωᵢ².
    """

    lasting: float
    drift: float
    correlation: float
    unevenness: float = 0.0


@dataclass(frozen=True)
class DriftCovariance:
    """Vᵢ of every organisation, with even drift. Arrays have shape (T, n): periods, organisations."""

    precision: FloatArray
    components: VarianceComponents

    def solve(self, vectors: FloatArray) -> FloatArray:
        """Vᵢ⁻¹·vector for each organisation (0 where nothing was observed), shape (T, n)."""
        partial = self._solve_drift(vectors)
        partial -= self._ones * (self._share * partial.sum(axis=0))
        return partial

    @cached_property
    def log_determinant(self) -> FloatArray:
        """Log determinant of Vᵢ over the observed periods, shape (n,)."""
        sampling = -_sum_of_logs(np.where(self.precision > 0, self.precision, 1.0))
        periods = self.precision.shape[0]
        drift = (periods - 1) * np.log1p(-(self.components.correlation**2)) + _sum_of_logs(self._pivots)
        return np.asarray(sampling + drift + np.log1p(self.components.lasting * self._ones.sum(axis=0)))

    def sum_inverse(self) -> FloatArray:
        """Σᵢ Vᵢ⁻¹, shape (T, T), rows and columns of unobserved periods being 0.

        Entry (s, t) of (R⁻¹ + ω²P)⁻¹ is its corner (t, t) times the ratios from s to t; summed over
        organisations that is a matrix product of what belongs to s and what belongs to t.
        """
        periods, organisations = self.precision.shape
        ratio = _NOTHING - self._ratio
        corner = 1 / self._pivots
        moved = np.empty(organisations)
        for t in range(periods - 2, -1, -1):
            np.multiply(ratio[t], ratio[t], out=moved)
            corner[t] += np.multiply(moved, corner[t + 1], out=moved)
        corner *= self.precision
        corner *= self.components.drift
        result = np.diag(self.precision.sum(axis=1))
        # In blocks, so that the running product of many small ratios stays a number to divide by.
        size = _block(ratio)
        for first in range(0, periods, size):
            last = min(first + size, periods)
            # Product of the ratios from the first of the block on: of the row before, then times the ratio.
            running = np.empty((periods - first, organisations))
            running[0] = 1.0
            for t in range(first + 1, periods):
                np.multiply(running[t - first - 1], ratio[t - 1], out=running[t - first])
            before = self.precision[first:last] / running[: last - first]
            running *= corner[first:]
            block = before @ running.T
            upper = np.triu(block)
            result[first:last, first:] -= upper
            result[first:, first:last] -= upper.T
            inside = np.arange(first, last)
            result[inside, inside] += np.diag(block)
        return np.asarray(result - self._ones @ (self._ones * self._share).T)

    @cached_property
    def _neighbour(self) -> float:
        """Off-diagonal entry of R⁻¹."""
        return prior_diagonal(self.components.correlation, 1)[1]

    @cached_property
    def _pivots(self) -> FloatArray:
        """Pivots of the tridiagonal R⁻¹ + ω²P, shape (T, n)."""
        periods = self.precision.shape[0]
        diagonal, _ = prior_diagonal(self.components.correlation, periods)
        pivots = self.components.drift * self.precision
        pivots += diagonal[:, None]
        lost = np.empty(pivots.shape[1])
        for t in range(1, periods):
            np.divide(self._neighbour**2, pivots[t - 1], out=lost)
            pivots[t] -= lost
        return pivots

    @cached_property
    def _ratio(self) -> FloatArray:
        return np.asarray(self._neighbour / self._pivots)

    def _solve_drift(self, vectors: FloatArray) -> FloatArray:
        """(ω²R + P⁻¹)⁻¹·vector."""
        ratio = self._ratio
        x = self.precision * vectors
        # Row by row and in place: new arrays of this size cost more than the arithmetic.
        moved = np.empty(x.shape[1])
        for t in range(1, x.shape[0]):
            x[t] -= np.multiply(ratio[t - 1], x[t - 1], out=moved)
        x /= self._pivots
        for t in range(x.shape[0] - 2, -1, -1):
            x[t] -= np.multiply(ratio[t], x[t + 1], out=moved)
        x *= -self.components.drift
        x += vectors
        x *= self.precision
        return x

    @cached_property
    def _ones(self) -> FloatArray:
        """(ω²R + P⁻¹)⁻¹·1."""
        return self._solve_drift(np.ones_like(self.precision))

    @cached_property
    def _share(self) -> FloatArray:
        return np.asarray(self.components.lasting / (1 + self.components.lasting * self._ones.sum(axis=0)))


def prior_diagonal(correlation: float, periods: int) -> tuple[FloatArray, float]:
    """The tridiagonal R⁻¹: its diagonal, shape (T,), and its off-diagonal entry."""
    rest = 1 - correlation**2
    diagonal = np.full(periods, (1 + correlation**2) / rest)
    diagonal[0] = diagonal[-1] = 1 / rest
    if periods == 1:
        diagonal[0] = 1.0
    return diagonal, -float(correlation) / rest


def _block(numbers: FloatArray) -> int:
    """How many rows of positive numbers can be multiplied up without leaving the range of doubles."""
    sizes = np.abs(numbers)
    extremes = np.abs(np.log10([sizes.min(), sizes.max()])).max()
    return max(1, int(min(_RANGE / max(extremes, 1e-9), numbers.shape[0])))


def _sum_of_logs(numbers: FloatArray) -> FloatArray:
    """Sum over rows of the logarithms of positive numbers: of products, for logarithms are slow."""
    starts = np.arange(0, numbers.shape[0], _block(numbers))
    return np.asarray(np.log(np.multiply.reduceat(numbers, starts, axis=0)).sum(axis=0))
