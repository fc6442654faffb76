"""Quadratic forms with Vᵢ⁻¹ at many values of ω² at once, for all organisations: one sweep forward through time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.drift_covariance import VarianceComponents, prior_diagonal

# Numbers worked on at a time: a few arrays of this size stay near the processor.
_ROOM = 2**15
# Pivots multiplied up before a logarithm is taken stay below ten to this.
_RANGE = 240.0


class GridForms(NamedTuple):
    """u′Vᵢ⁻¹v at k values of ω² for n organisations, (k, n) each, and the log-likelihood up to a constant.

    `of[a, b]`, a ≥ b, is the form of vectors a and b; the last vector is 1.
    """

    log_likelihood: FloatArray
    of: dict[tuple[int, int], FloatArray]


def grid_forms(
    precision: FloatArray, vectors: tuple[FloatArray, ...], components: VarianceComponents, logs: FloatArray
) -> GridForms:
    """The forms among `vectors` (T, n) and 1 at ω² = exp(`logs`), the first being the residuals.

    As `DriftCovariance`, whose V⁻¹·vector needs the way back too: w′(R⁻¹ + ω²P)⁻¹w, w = P·vector, is the sum of
    what is eliminated forward, squared, by the pivots.
    """
    drifts = np.exp(logs)
    organisations = precision.shape[1]
    count = len(vectors) + 1
    pairs = [(a, b) for a in range(count) for b in range(a + 1)]
    result = GridForms(
        np.empty((drifts.size, organisations)),
        {pair: np.empty((drifts.size, organisations)) for pair in pairs},
    )
    width = max(1, _ROOM // drifts.size)
    for start in range(0, organisations, width):
        part = slice(start, start + width)
        some = [vector[:, part] for vector in vectors]
        logarithm, forms = _sweep(precision[:, part], some, components.correlation, drifts)
        inside = 1 + components.lasting * forms[count - 1, count - 1]
        for (a, b), form in forms.items():
            through = forms[count - 1, a] * forms[count - 1, b]
            result.of[a, b][:, part] = form - components.lasting * through / inside
        logarithm += np.log(inside)
        result.log_likelihood[:, part] = -0.5 * (logarithm + result.of[0, 0][:, part])
    return result


def _sweep(
    precision: FloatArray, vectors: list[FloatArray], correlation: float, drifts: FloatArray
) -> tuple[FloatArray, dict[tuple[int, int], FloatArray]]:
    """Log determinants (less that of the sampling) and forms without the lasting effect."""
    periods, organisations = precision.shape
    shape = (drifts.size, organisations)
    diagonal, neighbour = prior_diagonal(correlation, periods)
    drift = drifts[:, None]
    largest = float(drifts.max() * precision.max() + diagonal.max())
    every = max(1, int(_RANGE / np.log10(max(largest, 10.0))))
    weighted = [precision * vector for vector in vectors] + [precision]
    count = len(weighted)
    eliminated = [np.zeros(shape) for _ in weighted]
    sums = {(a, b): np.zeros(shape) for a in range(count) for b in range(a + 1)}
    logarithm, product, before = np.zeros(shape), np.ones(shape), np.full(shape, np.inf)
    room, scaled = np.empty(shape), np.empty(shape)
    for t in range(periods):
        ratio = np.divide(neighbour, before, out=room)
        for vector, x in zip(weighted, eliminated, strict=True):
            x *= ratio
            np.subtract(vector[t], x, out=x)
        ratio *= neighbour
        pivot = np.multiply(drift, precision[t], out=before)
        pivot += diagonal[t]
        pivot -= ratio
        product *= pivot
        if (t + 1) % every == 0:
            logarithm += np.log(product)
            product.fill(1.0)
        for a in range(count):
            np.divide(eliminated[a], pivot, out=scaled)
            for b in range(a + 1):
                sums[a, b] += np.multiply(scaled, eliminated[b], out=room)
    logarithm += np.log(product) + (periods - 1) * np.log1p(-(correlation**2))
    plain = [*vectors, np.ones_like(precision)]
    for (a, b), form in sums.items():
        form *= -drift
        form += (weighted[a] * plain[b]).sum(axis=0)
    return logarithm, sums
