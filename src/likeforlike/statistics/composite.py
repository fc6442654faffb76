"""Weighted means over indicators, of joint draws or of their moments, and weightings around a plan's."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from likeforlike.statistics.checks import (
    FloatArray,
    check_complete,
    check_dimensions,
    check_enough_units,
    check_numbers,
    check_whole_number,
)


class CompositeMoments(NamedTuple):
    """Mean and variance of each organisation's composite, shape (n,)."""

    mean: FloatArray
    variance: FloatArray


def composite_draws(draws: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Σⱼwⱼθⱼ/Σⱼwⱼ in each draw: `draws` (d, n, k), `weights` (k,), result (d, n).

    The draws must be on one scale already (signed by polarity, in units of the smallest difference that
    matters). Covariance between indicators is in the draws; a missing indicator must have been drawn
    (`draw_joint` with a population): an organisation with NaN in all indicators stays NaN, with NaN in some
    is refused, because to leave one out would push incomplete organisations into the tails.

    Raises ValueError for negative weights, weights that are all 0, or shapes that do not fit.
    """
    values = check_numbers("draws", draws)
    check_dimensions("draws", values, 3)
    check_enough_units("draws", values.shape[0], 1)
    share = _shares(weights, values.shape[2])
    # Every draw of an organisation has the same gaps: the first shows them.
    gaps = np.isnan(values[0])
    some = gaps.any(axis=1) & ~gaps.all(axis=1)
    if some.any():
        organisation = int(np.argmax(some))
        raise ValueError(
            f"draws[:, {organisation}] lack indicator {int(np.argmax(gaps[organisation]))}: draw the missing"
            " given the observed (draw_joint with a population) before combining"
        )
    return np.asarray(values @ share)


def composite_moments(mean: ArrayLike, covariance: ArrayLike, weights: ArrayLike) -> CompositeMoments:
    """Mean w′m and variance w′Vw of each composite without drawing, weights scaled to sum to 1.

    `mean` (n, k), `covariance` (n, k, k), as `condition_effects` returns them; `weights` (k,). Exact for the
    first two moments of any joint distribution. NaN where an organisation is not assessed. Raises ValueError
    like `composite_draws`.
    """
    m, v = check_numbers("mean", mean), check_numbers("covariance", covariance)
    check_dimensions("mean", m, 2)
    if v.shape != (*m.shape, m.shape[1]):
        raise ValueError(
            f"covariance has shape {v.shape}: for a mean {m.shape} it must be {(*m.shape, m.shape[1])}"
        )
    share = _shares(weights, m.shape[1])
    return CompositeMoments(m @ share, np.einsum("ijk,j,k->i", v, share, share))


def draw_weightings(
    weights: ArrayLike, concentration: float, draws: int, rng: np.random.Generator
) -> FloatArray:
    """Weightings around the plan's: Dirichlet(concentration·w/Σw), shape (draws, k), each summing to 1.

    The mean is the plan's weighting; the standard deviation of weight j is √(wⱼ(1−wⱼ)/(concentration + 1)):
    at 20, a weight of 0.25 mostly lies between 0.09 and 0.45. Indicators of weight 0 keep it. Saisana,
    Saltelli & Tarantola 2005 vary weights so, to see what a composite owes to them.

    Raises ValueError for a concentration not above 0, or weights like `composite_draws`.
    """
    share = _shares(weights, np.asarray(weights).size)
    strength = float(check_complete("concentration", concentration))
    if strength <= 0:
        raise ValueError(f"concentration is {strength:g}: it must be greater than 0")
    drawn = np.zeros((check_whole_number("draws", draws, 1), share.size))
    used = share > 0
    drawn[:, used] = rng.dirichlet(strength * share[used], size=drawn.shape[0])
    return drawn


def _shares(weights: ArrayLike, indicators: int) -> FloatArray:
    w = check_complete("weights", weights)
    if w.shape != (indicators,):
        raise ValueError(
            f"weights has shape {w.shape}: it must have one weight for each of {indicators} indicators"
        )
    if np.any(w < 0):
        position = int(np.argmin(w))
        raise ValueError(f"weights[{position}] is {w[position]:g}: it must not be negative")
    if w.sum() == 0:
        raise ValueError("weights are all 0: at least one indicator must count")
    return np.asarray(w / w.sum())
