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

# Periods whose ratios are multiplied up together: even ratios of 1e-30 stay within double range.
_BLOCK, _NOTHING = 8, 1e-30


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
        return np.asarray(partial - self._ones * (self._share * partial.sum(axis=0)))

    @cached_property
    def log_determinant(self) -> FloatArray:
        """Log determinant of Vᵢ over the observed periods, shape (n,)."""
        observed = self.precision > 0
        sampling = -np.log(np.where(observed, self.precision, 1.0)).sum(axis=0)
        periods = self.precision.shape[0]
        drift = (periods - 1) * np.log1p(-(self.components.correlation**2)) + np.log(self._pivots).sum(axis=0)
        return np.asarray(sampling + drift + np.log1p(self.components.lasting * self._ones.sum(axis=0)))

    def sum_inverse(self) -> FloatArray:
        """Σᵢ Vᵢ⁻¹, shape (T, T), rows and columns of unobserved periods being 0.

        Entry (s, t) of (R⁻¹ + ω²P)⁻¹ is its corner (t, t) times the ratios from s to t; summed over
        organisations that is a matrix product of what belongs to s and what belongs to t.
        """
        periods = self.precision.shape[0]
        # A ratio of 0 (no correlation) would be divided by; this much is nothing.
        ratio = -self._neighbour / self._pivots + _NOTHING
        corner = 1 / self._pivots
        for t in range(periods - 2, -1, -1):
            corner[t] += ratio[t] ** 2 * corner[t + 1]
        corner *= self.components.drift * self.precision
        result = np.diag(self.precision.sum(axis=1))
        # In blocks, so that the running product of many small ratios is never divided by.
        for first in range(0, periods, _BLOCK):
            last = min(first + _BLOCK, periods)
            running = np.ones((periods - first, self.precision.shape[1]))
            np.cumprod(ratio[first:-1], axis=0, out=running[1:])
            block = (self.precision[first:last] / running[: last - first]) @ (running * corner[first:]).T
            upper = np.triu(block)
            result[first:last, first:] -= upper
            result[first:, first:last] -= upper.T
            inside = np.arange(first, last)
            result[inside, inside] += np.diag(block)
        return np.asarray(result - (self._ones * self._share) @ self._ones.T)

    @cached_property
    def _neighbour(self) -> float:
        """Off-diagonal entry of R⁻¹."""
        return -float(self.components.correlation) / (1 - self.components.correlation**2)

    @cached_property
    def _pivots(self) -> FloatArray:
        """Pivots of the tridiagonal R⁻¹ + ω²P, shape (T, n)."""
        periods = self.precision.shape[0]
        inner = (1 + self.components.correlation**2) / (1 - self.components.correlation**2)
        outer = 1 / (1 - self.components.correlation**2)
        diagonal = np.full(periods, inner)
        diagonal[0] = diagonal[-1] = outer
        if periods == 1:
            diagonal[0] = 1.0
        pivots = self.components.drift * self.precision + diagonal[:, None]
        for t in range(1, periods):
            pivots[t] -= self._neighbour**2 / pivots[t - 1]
        return np.asarray(pivots)

    def _solve_drift(self, vectors: FloatArray) -> FloatArray:
        """(ω²R + P⁻¹)⁻¹·vector."""
        weighted = self.precision * vectors
        ratio = self._neighbour / self._pivots
        x = weighted.copy()
        for t in range(1, x.shape[0]):
            x[t] -= ratio[t - 1] * x[t - 1]
        x[-1] /= self._pivots[-1]
        for t in range(x.shape[0] - 2, -1, -1):
            x[t] = x[t] / self._pivots[t] - ratio[t] * x[t + 1]
        return np.asarray(weighted - self.components.drift * self.precision * x)

    @cached_property
    def _ones(self) -> FloatArray:
        """(ω²R + P⁻¹)⁻¹·1."""
        return self._solve_drift(np.ones_like(self.precision))

    @cached_property
    def _share(self) -> FloatArray:
        return np.asarray(self.components.lasting / (1 + self.components.lasting * self._ones.sum(axis=0)))
