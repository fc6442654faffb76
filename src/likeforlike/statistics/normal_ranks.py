"""What is probable about ranks where each organisation has an independent normal posterior: no simulation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import ndtr

from likeforlike.statistics.checks import (
    FloatArray,
    check_complete,
    check_dimensions,
    check_enough_units,
    check_level,
    check_positive,
    check_same_shape,
    check_whole_number,
)
from likeforlike.statistics.rank_probabilities import RankIntervals, check_position
from likeforlike.statistics.ranks import Best, larger_is_better

# Beyond 8.3 standard deviations lies 1e-16 of a normal distribution.
_REACH = 8.3
# Least standard deviation, in units of the range of all means: narrower ones would differ by rounding only.
_NARROWEST = 1e-12
# Nodes of the Gauss–Legendre rule on each stretch of the grid; probabilities then add up to 1e-8 and better.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
# Organisations whose distributions are held at once, and numbers in one temporary array.
_BLOCK = 512
_ROOM = 2**21


def normal_rank_intervals(
    means: ArrayLike, variances: ArrayLike, *, best: Best, level: float = 0.95
) -> RankIntervals:
    """Expected ranks and central rank intervals for θᵢ ~ N(mᵢ, vᵢ), independent.

    E(rank i) = 1 + Σⱼ Φ((mⱼ − mᵢ)/√(vᵢ + vⱼ)). The interval comes from the exact distribution: given θᵢ = t
    the number of better ones is Poisson–binomial with probabilities Φ((mⱼ − t)/√vⱼ), and t is integrated out
    on a grid. `lower` is the smallest rank with P(rank ≤ lower) > (1 − level)/2, `upper` its mirror.

    Args:
        means, variances: shape (n,).
        best: which end has rank 1.
        level: strictly between 0 and 1.

    Meant for an area: about a second for 200 organisations, several for 1,000. For all practices of England,
    and wherever posteriors depend on each other, take draws.

    Raises:
        ValueError: shapes differ, a number is missing, a variance is not positive, level outside 0 to 1.

    Source: Laird & Louis 1989 (expected rank); Hong 2013, Computational Statistics & Data Analysis 59
    (Poisson–binomial by discrete Fourier transform). R: `merTools::expectedRank`, `poibin::dpoibin`.
    """
    m, s = _posterior(means, variances, best)
    outside = (1.0 - check_level(level)) / 2.0
    lower, upper = np.empty(m.size), np.empty(m.size)
    for members, distribution in _distributions(m, s):
        upto = np.cumsum(distribution, axis=1)
        onward = np.cumsum(distribution[:, ::-1], axis=1)[:, ::-1]
        lower[members] = 1 + np.argmax(upto > outside, axis=1)
        upper[members] = m.size - np.argmax(onward[:, ::-1] > outside, axis=1)
    return RankIntervals(_expected_ranks(m, s), lower, upper)


def normal_probability_of_worst_places(
    means: ArrayLike, variances: ArrayLike, places: int, *, best: Best
) -> FloatArray:
    """The probability that each organisation holds one of the `places` worst places, shape (n,).

    The last fifth is `places = n // 5`; the probabilities add up to `places`. Method, arguments and errors as
    for `normal_rank_intervals`.
    """
    m, s = _posterior(means, variances, best)
    check_whole_number("places", places, 1)
    if places > m.size:
        raise ValueError(f"places is {places}: there are only {m.size} organisations")
    probability = np.empty(m.size)
    for members, distribution in _distributions(m, s):
        probability[members] = distribution[:, m.size - places :].sum(axis=1)
    return np.minimum(probability, 1.0)


def normal_probability_better_than(
    means: ArrayLike, variances: ArrayLike, organisation: int, *, best: Best
) -> FloatArray:
    """P(θᵢ better than θⱼ) = Φ((mᵢ − mⱼ)/√(vᵢ + vⱼ)) for each i, j being at position `organisation`.

    The organisation itself has 0.5. Errors as for `normal_rank_intervals`. Source: Goldstein & Spiegelhalter
    1996, section 4.
    """
    m, s = _posterior(means, variances, best)
    check_position(organisation, m.size)
    probability = ndtr((m - m[organisation]) / np.hypot(s, s[organisation]))
    probability[organisation] = 0.5
    return np.asarray(probability)


def _posterior(means: ArrayLike, variances: ArrayLike, best: Best) -> tuple[FloatArray, FloatArray]:
    m = check_complete("means", means)
    v = check_positive("variances", check_complete("variances", variances))
    check_dimensions("means", m, 1)
    check_same_shape(means=m, variances=v)
    check_enough_units("means", m.size, 1)
    return larger_is_better(m, best), np.sqrt(v)


def _expected_ranks(m: FloatArray, s: FloatArray) -> FloatArray:
    expected = np.empty(m.size)
    rows = max(1, _ROOM // m.size)
    for start in range(0, m.size, rows):
        part = slice(start, start + rows)
        better = ndtr((m - m[part, None]) / np.sqrt(s**2 + s[part, None] ** 2))
        # The organisation itself is counted with Φ(0) = 0.5.
        expected[part] = 0.5 + better.sum(axis=1)
    return expected


def _distributions(m: FloatArray, s: FloatArray) -> Iterator[tuple[np.ndarray, FloatArray]]:
    """For each block of organisations its positions and P(exactly r others are better), shape (block, n)."""
    # Only differences matter to ranks, and a width that is lost in rounding beside them is no width at all.
    m = m - np.median(m)
    s = np.maximum(s, _NARROWEST * np.ptp(m))
    grid, weights = _grid(m, s)
    better = ndtr((m - grid[:, None]) / s)
    counts = [_poisson_binomial(row) for row in better]
    order = np.argsort(m, kind="stable")
    for start in range(0, m.size, _BLOCK):
        members = order[start : start + _BLOCK]
        distance = (grid[:, None] - m[members]) / s[members]
        share = weights[:, None] * np.exp(-0.5 * distance**2) / (s[members] * np.sqrt(2.0 * np.pi))
        distribution = np.zeros((members.size, m.size))
        for node in np.flatnonzero((np.abs(distance) < _REACH).any(axis=1)):
            near = np.flatnonzero(np.abs(distance[node]) < _REACH)
            low, count = counts[node]
            others = _without_one(count, better[node, members[near]])
            high = min(low + others.shape[0], m.size)
            distribution[near, low:high] += (others[: high - low] * share[node, near]).T
        yield members, distribution


def _grid(m: FloatArray, s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights for integrals over t, in stretches of three times the scale on which things change.

    The scale is that of the narrowest posterior met, or that on which the count of better ones moves by its
    own standard deviation (or by one): with thousands of organisations the second is much the finer.
    """
    start, stop = m - _REACH * s, m + _REACH * s

    def step_of_count(t: float, most: float) -> float:
        better, density = ndtr((m - t) / s), np.exp(-0.5 * ((m - t) / s) ** 2) / (s * np.sqrt(2.0 * np.pi))
        deviation, speed = 3.0 * float(np.sqrt(1.0 + (better * (1.0 - better)).sum())), float(density.sum())
        return deviation / max(speed, deviation / most)

    edges = [float(start.min())]
    while edges[-1] < stop.max():
        t = edges[-1]
        # Each posterior that is met, or the way to where a narrower one begins: that may be far, so only the
        # count is looked at again there.
        narrowest = float(np.where(stop > t, np.maximum(3.0 * s, start - t), np.inf).min())
        ahead = step_of_count(t, narrowest)
        edges.append(t + step_of_count(t + ahead, ahead))
    left, right = np.array(edges[:-1]), np.array(edges[1:])
    half = (right - left)[:, None] / 2.0
    return ((left + right)[:, None] / 2.0 + half * _NODES).ravel(), (half * _WEIGHTS).ravel()


def _poisson_binomial(probabilities: FloatArray) -> tuple[int, FloatArray]:
    """The distribution of a sum of independent yes/no: its first count, and the probabilities from there on.

    Pairs of distributions are convolved by Fourier transform, then pairs of pairs; what is beyond nine
    standard deviations (below 1e-16) is left out.
    """
    size = 1 << max(0, (probabilities.size - 1).bit_length())
    parts = np.zeros((size, 2))
    parts[:, 0] = 1.0
    parts[: probabilities.size, 0] = 1.0 - probabilities
    parts[: probabilities.size, 1] = probabilities
    while parts.shape[0] > 1:
        width = 2 * parts.shape[1] - 1
        length = next_fast_len(width, real=True)
        spectrum = rfft(parts, length, axis=1)
        parts = irfft(spectrum[0::2] * spectrum[1::2], length, axis=1)[:, :width]
    mean = float(probabilities.sum())
    reach = 9.0 * float(np.sqrt((probabilities * (1.0 - probabilities)).sum())) + 12.0
    low = max(0, int(mean - reach))
    high = min(probabilities.size, int(np.ceil(mean + reach)))
    return low, np.maximum(parts[0, low : high + 1], 0.0)


def _without_one(count: FloatArray, p: FloatArray) -> FloatArray:
    """The distribution of the count when one yes/no of probability p is taken out, for each p: (counts, p).

    count(k) = (1 − p)·rest(k) + p·rest(k − 1) is solved upwards for p below a half and downwards above:
    either way an error shrinks from step to step.
    """
    rest = np.zeros((count.size, p.size))
    rare = p < 0.5
    odds, scale = p[rare] / (1.0 - p[rare]), 1.0 / (1.0 - p[rare])
    last = np.zeros(odds.size)
    upward = np.empty((count.size, odds.size))
    for k in range(count.size):
        last = count[k] * scale - odds * last
        upward[k] = last
    odds, scale = (1.0 - p[~rare]) / p[~rare], 1.0 / p[~rare]
    last = np.zeros(odds.size)
    downward = np.empty((count.size, odds.size))
    for k in range(count.size - 1, -1, -1):
        downward[k] = last
        last = count[k] * scale - odds * last
    rest[:, rare], rest[:, ~rare] = upward, downward
    return np.maximum(rest, 0.0)
