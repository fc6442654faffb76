"""Likelihoods of counts with one normal random intercept for each organisation, integrated by quadrature.

Each family gives the approximated log-likelihood with its exact first derivatives: the nodes move with the
parameters, and that movement is part of the derivative. One node (Laplace) is then as well served as nine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from scipy import special

from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.fixed_effects import FixedDesign, sum_products
from likeforlike.statistics.quadrature import hermite_rule

_MODE_STEPS = 200
_MODE_TOLERANCE = 1e-10
_ROUNDING = 1e-14
# Step of the central differences of the Poisson derivatives: error about step², well below a standard error.
_STEP = 1e-4
# Newton's matrix needs the variance over the nodes, which one node does not have.
_CURVATURE_NODES = 9


class Intercepts(NamedTuple):
    """Posterior of each organisation's intercept at given parameters, shape (organisations,) each."""

    mode: FloatArray
    scale: FloatArray
    mean: FloatArray
    variance: FloatArray


class Likelihood(Protocol):
    """What a family offers to the fit; parameters are the fixed effects, then log τ."""

    @property
    def design(self) -> FixedDesign: ...
    @property
    def nodes(self) -> int: ...
    def value_and_slope(self, parameters: FloatArray) -> tuple[float, FloatArray]: ...
    def information(self, parameters: FloatArray) -> FloatArray: ...
    def intercepts(self, parameters: FloatArray) -> Intercepts: ...
    def log_density(self, parameters: FloatArray, values: FloatArray) -> FloatArray: ...
    def row_terms(self, linear: FloatArray) -> tuple[float, FloatArray, FloatArray]: ...


class _Nodes(NamedTuple):
    """Quadrature of each organisation: points and their shares of the integral, (organisations, nodes)."""

    points: FloatArray
    share: FloatArray
    log_integral: FloatArray


def find_modes(
    slope_and_curvature: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    lowest: FloatArray,
    highest: FloatArray,
    magnitude: FloatArray,
) -> FloatArray:
    """Roots of n decreasing functions by Newton's method inside a shrinking bracket.

    `magnitude` is the size of what is subtracted in each slope: its rounding error is the end of the search.
    """
    low, high = lowest.copy(), highest.copy()
    at = np.clip(np.zeros_like(low), low, high)
    for _ in range(_MODE_STEPS):
        slope, curvature = slope_and_curvature(at)
        newton = slope / curvature
        there = (np.abs(newton) <= _MODE_TOLERANCE * (1 + np.abs(at))) | (
            np.abs(slope) <= _ROUNDING * magnitude
        )
        if np.all(there):
            return np.asarray(at + newton)
        low, high = np.where(slope > 0, at, low), np.where(slope < 0, at, high)
        step = at + newton
        # Also where it lands on an end: Newton would swing between the two for ever.
        step = np.where((step <= low) | (step >= high), (low + high) / 2, step)
        at = np.where(there, at, step)
    raise ArithmeticError("the modes of the random intercepts were not found; check the scale of the data")


def _integrate(
    log_integrand: Callable[[FloatArray], FloatArray], mode: FloatArray, scale: FloatArray, nodes: int
) -> _Nodes:
    z, log_weight = hermite_rule(nodes)
    points = mode[:, None] + scale[:, None] * z
    terms = log_integrand(points) + log_weight
    peak = terms.max(axis=1, keepdims=True)
    parts = np.exp(terms - peak)
    total = parts.sum(axis=1, keepdims=True)
    return _Nodes(points, parts / total, (np.log(total) + peak)[:, 0] + np.log(scale))


def _moments(nodes: _Nodes, mode: FloatArray, scale: FloatArray) -> Intercepts:
    mean = (nodes.share * nodes.points).sum(axis=1)
    variance = (nodes.share * (nodes.points - mean[:, None]) ** 2).sum(axis=1)
    return Intercepts(mode, scale, mean, variance)


def _log_prior(points: FloatArray, tau: float) -> FloatArray:
    return np.asarray(-0.5 * (points / tau) ** 2 - np.log(tau) - 0.5 * np.log(2 * np.pi))


@dataclass(frozen=True)
class PoissonLikelihood:
    """Counts with mean expected·exp(xβ + b): an organisation is Y = Σy and M = Σ expected·exp(xβ).

    Its integral ∫ exp(Yb − Me^b) N(b; 0, τ²) db is a function of log M and log τ; second derivatives by these
    two are central differences of the exact first ones.
    """

    design: FixedDesign
    events: FloatArray
    log_expected: FloatArray
    nodes: int

    def row_terms(self, linear: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Log-likelihood, residuals and weights of the rows without random intercepts."""
        log_mean = linear + self.log_expected
        mean = np.exp(log_mean)
        return (
            sum_products(self.events, log_mean) - float(mean.sum()) + self._constant,
            self.events - mean,
            mean,
        )

    def value_and_slope(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        events, mean, total = self._sums(parameters)
        value, by_mean, by_tau = self._integral(events, np.log(total), parameters[-1], self.nodes)
        rows = self.events + (by_mean / total)[self.design.organisation] * mean
        own = sum_products(self.events, np.log(mean)) + self._constant
        return float(value.sum()) + own, np.append(self.design.total(rows), by_tau.sum())

    def information(self, parameters: FloatArray) -> FloatArray:
        events, mean, total = self._sums(parameters)
        log_total, log_tau = np.log(total), parameters[-1]
        _, by_mean, _ = self._integral(events, log_total, log_tau, self.nodes)
        up, down = (self._integral(events, log_total + h, log_tau, self.nodes)[1:] for h in (_STEP, -_STEP))
        wide, narrow = (
            self._integral(events, log_total, log_tau + h, self.nodes)[2] for h in (_STEP, -_STEP)
        )
        mean_mean, mean_tau = (up[0] - down[0]) / (2 * _STEP), (up[1] - down[1]) / (2 * _STEP)
        tau_tau = (wide - narrow) / (2 * _STEP)
        average = self.design.sum_design(mean) / total[:, None]
        share = (by_mean / total)[self.design.organisation] * mean
        p = self.design.columns
        result = np.empty((p + 1, p + 1))
        result[:p, :p] = self.design.gram(share) + average.T @ (average * (mean_mean - by_mean)[:, None])
        result[:p, p] = result[p, :p] = mean_tau @ average
        result[p, p] = tau_tau.sum()
        return -result

    def intercepts(self, parameters: FloatArray) -> Intercepts:
        events, _, total = self._sums(parameters)
        tau = float(np.exp(parameters[-1]))
        mode, scale = self._modes(events, total, tau)
        nodes = max(self.nodes, _CURVATURE_NODES)
        return _moments(
            _integrate(lambda b: self.log_density(parameters, b), mode, scale, nodes), mode, scale
        )

    def log_density(self, parameters: FloatArray, values: FloatArray) -> FloatArray:
        events, _, total = self._sums(parameters)
        prior = _log_prior(values, float(np.exp(parameters[-1])))
        return events[:, None] * values - total[:, None] * np.exp(values) + prior

    def _sums(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        mean = np.exp(self.design.predict(parameters[:-1]) + self.log_expected)
        return self._totals, mean, self.design.sum_rows(mean)

    @cached_property
    def _totals(self) -> FloatArray:
        return self.design.sum_rows(self.events)

    @cached_property
    def _constant(self) -> float:
        return -float(special.gammaln(self.events + 1).sum())

    @staticmethod
    def _modes(events: FloatArray, total: FloatArray, tau: float) -> tuple[FloatArray, FloatArray]:
        with np.errstate(divide="ignore"):
            ratio = np.log(events / total)
        # The mode lies between 0 and log(Y/M); without events it is above −τ²M.
        lowest = np.minimum(np.where(events > 0, ratio, -(tau**2) * total), 0.0)

        def slope_and_curvature(b: FloatArray) -> tuple[FloatArray, FloatArray]:
            mean = total * np.exp(b)
            return events - mean - b / tau**2, mean + 1 / tau**2

        mode = find_modes(slope_and_curvature, lowest, np.maximum(ratio, 0.0), events + total)
        return mode, 1 / np.sqrt(total * np.exp(mode) + 1 / tau**2)

    @classmethod
    def _integral(
        cls, events: FloatArray, log_total: FloatArray, log_tau: float, nodes: int
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Log of each organisation's integral and its derivatives by log M and log τ."""
        tau, total = float(np.exp(log_tau)), np.exp(log_total)
        mode, scale = cls._modes(events, total, tau)
        at = _integrate(
            lambda b: events[:, None] * b - total[:, None] * np.exp(b) + _log_prior(b, tau),
            mode,
            scale,
            nodes,
        )
        peak = total * np.exp(mode)
        precision = 1 / scale**2
        means = total[:, None] * np.exp(at.points)
        slopes = events[:, None] - means - at.points / tau**2
        offsets = at.points - mode[:, None]
        slope = (at.share * slopes).sum(axis=1)
        stretch = (at.share * slopes * offsets).sum(axis=1) + 1
        mode_by_mean, mode_by_tau = -peak / precision, 2 * mode / tau**2 / precision
        scale_by_mean = -0.5 * peak * (1 + mode_by_mean) / precision
        scale_by_tau = -0.5 * (peak * mode_by_tau - 2 / tau**2) / precision
        by_mean = slope * mode_by_mean + stretch * scale_by_mean - (at.share * means).sum(axis=1)
        by_tau = slope * mode_by_tau + stretch * scale_by_tau - 1
        by_tau += (at.share * at.points**2).sum(axis=1) / tau**2
        return at.log_integral, by_mean, by_tau


@dataclass(frozen=True)
class BinomialLikelihood:
    """Counts with probability expit(xβ + b): rows do not collapse, so all are visited."""

    design: FixedDesign
    events: FloatArray
    trials: FloatArray
    nodes: int

    def row_terms(self, linear: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Log-likelihood, residuals and weights of the rows without random intercepts."""
        p, log_one_plus = _logistic(linear)
        value = sum_products(self.events, linear) - sum_products(self.trials, log_one_plus) + self._constant
        return value, self.events - self.trials * p, self.trials * p * (1 - p)

    def value_and_slope(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        tau, linear = float(np.exp(parameters[-1])), self.design.predict(parameters[:-1])
        whose = self.design.organisation
        mode, scale = self._modes(linear, tau)
        at = _integrate(lambda b: self._log_integrand(linear, tau, b), mode, scale, self.nodes)
        value = at.log_integral.sum() + sum_products(self.events, linear) + self._constant
        slopes = np.empty_like(at.points)
        residual = np.zeros_like(linear)
        for k, b in enumerate(at.points.T):
            left = self.events - self.trials * special.expit(linear + b[whose])
            slopes[:, k] = self.design.sum_rows(left) - b / tau**2
            residual += at.share[whose, k] * left
        slope = (at.share * slopes).sum(axis=1)
        stretch = (at.share * slopes * (at.points - mode[:, None])).sum(axis=1) + 1
        p = special.expit(linear + mode[whose])
        weight = self.trials * p * (1 - p)
        third = weight * (2 * p - 1)
        sum_third = self.design.sum_rows(third)
        variance = scale**2
        mode_by_row = -weight * variance[whose]
        scale_by_row = 0.5 * variance[whose] * (third + sum_third[whose] * mode_by_row)
        mode_by_tau = 2 * mode / tau**2 * variance
        scale_by_tau = 0.5 * variance * (2 / tau**2 + sum_third * mode_by_tau)
        rows = residual + slope[whose] * mode_by_row + stretch[whose] * scale_by_row
        by_tau = slope * mode_by_tau + stretch * scale_by_tau - 1
        by_tau += (at.share * at.points**2).sum(axis=1) / tau**2
        return float(value), np.append(self.design.total(rows), by_tau.sum())

    def information(self, parameters: FloatArray) -> FloatArray:
        """Louis 1982, eq. 3.1: expected complete information less the variance of the complete score."""
        tau, linear = float(np.exp(parameters[-1])), self.design.predict(parameters[:-1])
        whose, p = self.design.organisation, self.design.columns
        mode, scale = self._modes(linear, tau)
        nodes = max(self.nodes, _CURVATURE_NODES)
        at = _integrate(lambda b: self._log_integrand(linear, tau, b), mode, scale, nodes)
        scores = np.empty((nodes, self.design.organisations, p + 1))
        weight = np.zeros_like(linear)
        for k, b in enumerate(at.points.T):
            probability = special.expit(linear + b[whose])
            scores[k, :, :p] = self.design.sum_design(self.events - self.trials * probability)
            scores[k, :, p] = (b / tau) ** 2
            weight += at.share[whose, k] * self.trials * probability * (1 - probability)
        share = at.share.T[:, :, None]
        scores -= (share * scores).sum(axis=0)
        spread = (np.sqrt(share) * scores).reshape(-1, p + 1)
        result = -(spread.T @ spread)
        result[:p, :p] += self.design.gram(weight)
        result[p, p] += 2 * float((at.share * at.points**2).sum()) / tau**2
        return result

    def intercepts(self, parameters: FloatArray) -> Intercepts:
        tau, linear = float(np.exp(parameters[-1])), self.design.predict(parameters[:-1])
        mode, scale = self._modes(linear, tau)
        nodes = max(self.nodes, _CURVATURE_NODES)
        return _moments(
            _integrate(lambda b: self._log_integrand(linear, tau, b), mode, scale, nodes), mode, scale
        )

    def log_density(self, parameters: FloatArray, values: FloatArray) -> FloatArray:
        return self._log_integrand(
            self.design.predict(parameters[:-1]), float(np.exp(parameters[-1])), values
        )

    @cached_property
    def _constant(self) -> float:
        y, n = self.events, self.trials
        return float((special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)).sum())

    def _log_integrand(self, linear: FloatArray, tau: float, points: FloatArray) -> FloatArray:
        """What depends on b: Σ(y·b − n·log(1 + exp(xβ + b))) and the prior; (organisations, nodes)."""
        result = self.design.sum_rows(self.events)[:, None] * points + _log_prior(points, tau)
        for k, b in enumerate(points.T):
            log_one_plus = _logistic(linear + b[self.design.organisation])[1]
            result[:, k] -= self.design.sum_rows(self.trials * log_one_plus)
        return result

    def _modes(self, linear: FloatArray, tau: float) -> tuple[FloatArray, FloatArray]:
        whose = self.design.organisation
        events, trials = self.design.sum_rows(self.events), self.design.sum_rows(self.trials)

        def slope_and_curvature(b: FloatArray) -> tuple[FloatArray, FloatArray]:
            p = special.expit(linear + b[whose])
            slope = events - self.design.sum_rows(self.trials * p) - b / tau**2
            return slope, self.design.sum_rows(self.trials * p * (1 - p)) + 1 / tau**2

        lowest, highest = -(tau**2) * (trials - events), tau**2 * events
        mode = find_modes(slope_and_curvature, lowest, highest, trials)
        return mode, 1 / np.sqrt(slope_and_curvature(mode)[1])


def _logistic(linear: FloatArray) -> tuple[FloatArray, FloatArray]:
    """expit(x) and log(1 + exp(x)) from one exponential."""
    small = np.exp(-np.abs(linear))
    p = np.where(linear > 0, 1.0, small) / (1 + small)
    return p, np.maximum(linear, 0) + np.log1p(small)
