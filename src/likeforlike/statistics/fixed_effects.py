"""The fixed part of a mixed model: period effects and covariates, without writing out indicators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from likeforlike.statistics.checks import FloatArray, IntArray

# Smallest eigenvalue of the information, scaled to a unit diagonal, at which effects still count as separate.
_SEPARATE = 1e-10
# A standard error of this size on the log or logit scale knows nothing at all.
_BOUNDLESS = 50.0


def sum_products(one: FloatArray, other: FloatArray) -> float:
    """Σ one·other of two long vectors, without BLAS.

    On a machine that others use too BLAS waits for its second thread: measured, ten times the whole fit.
    """
    return float(np.einsum("i,i->", one, other))


@dataclass(frozen=True)
class FixedDesign:
    """Rows of data: whose they are, their period, and their covariates.

    The design matrix is [one indicator for each period | covariates], `columns` wide; its products are taken
    by sums over codes, so that 36 periods cost no more than one.
    """

    organisation: IntArray
    period: IntArray
    covariates: FloatArray
    organisations: int
    periods: int

    @property
    def columns(self) -> int:
        return self.periods + int(self.covariates.shape[1])

    def predict(self, effects: FloatArray) -> FloatArray:
        """X·effects, one value for each row."""
        result = effects[: self.periods][self.period]
        for column, effect in zip(self.covariates.T, effects[self.periods :], strict=True):
            result = result + column * effect
        return np.asarray(result)

    def total(self, rows: FloatArray) -> FloatArray:
        """X′·rows, one value for each effect."""
        by_period = np.bincount(self.period, rows, minlength=self.periods)
        return np.concatenate([by_period, [sum_products(column, rows) for column in self.covariates.T]])

    def gram(self, weights: FloatArray) -> FloatArray:
        """X′·diag(weights)·X."""
        result = np.zeros((self.columns, self.columns))
        weighted = self.covariates * weights[:, None]
        result[: self.periods, : self.periods] = np.diag(
            np.bincount(self.period, weights, minlength=self.periods)
        )
        for j, column in enumerate(weighted.T):
            cross = np.bincount(self.period, column, minlength=self.periods)
            result[: self.periods, self.periods + j] = cross
            result[self.periods + j, : self.periods] = cross
            for k, other in enumerate(self.covariates.T[: j + 1]):
                product = sum_products(column, other)
                result[self.periods + j, self.periods + k] = result[self.periods + k, self.periods + j] = (
                    product
                )
        return result

    def sum_rows(self, rows: FloatArray) -> FloatArray:
        """Sum of the rows of each organisation, shape (organisations,)."""
        return np.bincount(self.organisation, rows, minlength=self.organisations).astype(np.float64)

    def sum_design(self, weights: FloatArray) -> FloatArray:
        """Σ weight·x over the rows of each organisation, shape (organisations, columns)."""
        cell = self.organisation * self.periods + self.period
        by_period = np.bincount(cell, weights, minlength=self.organisations * self.periods)
        result = np.empty((self.organisations, self.columns))
        result[:, : self.periods] = by_period.reshape(self.organisations, self.periods)
        for j, column in enumerate(self.covariates.T):
            result[:, self.periods + j] = self.sum_rows(weights * column)
        return result

    def check_bounded(self, information: FloatArray) -> None:
        """Refuse effects that are infinite: nothing limits them, so their standard errors run away."""
        typical = np.ones(self.columns)
        typical[self.periods :] = np.sqrt(np.mean(self.covariates**2, axis=0))
        errors = typical * np.sqrt(np.diag(np.linalg.inv(information)))
        if errors.max() > _BOUNDLESS:
            name = self._names()[int(np.argmax(errors))]
            raise ValueError(f"{name} separates events from no events: its effect is infinite. Leave it out")

    def check_separate(self, information: FloatArray) -> None:
        """Refuse effects that the data cannot tell apart (a covariate that the others add up to)."""
        scale = np.sqrt(np.diag(information))
        names = self._names()
        for name, size in zip(names, scale, strict=True):
            if not size > 0:
                raise ValueError(f"{name} has no data or is 0 everywhere: leave it out")
        values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
        if values[0] < _SEPARATE:
            together = [name for name, part in zip(names, vectors[:, 0], strict=True) if abs(part) > 0.1]
            raise ValueError(
                f"{', '.join(together)} cannot be told apart: together they are linearly dependent"
                " (the period effects already contain the intercept). Leave one out"
            )

    def _names(self) -> list[str]:
        covariates = range(self.columns - self.periods)
        return [*(f"period {t}" for t in range(self.periods)), *(f"covariates[:, {j}]" for j in covariates)]
