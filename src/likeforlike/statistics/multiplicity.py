"""Naming some out of many: lists with few wrong entries, and p-values that allow for how many were asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    check_complete,
    check_dimensions,
    check_proportions,
    check_whole_number,
)


class ControlledList(NamedTuple):
    """Who is listed, (units,), and the expected share of wrong entries; 0 for an empty list."""

    listed: BoolArray
    expected_false_share: float


def list_with_few_false(
    probabilities: ArrayLike,
    most_false: float = 0.10,
    *,
    least_probability: float = 0.0,
    longest: int | None = None,
) -> ControlledList:
    """The longest list, by decreasing probability, whose expected share of wrong entries stays low.

    The mean of 1 − P over the listed is the expected share of them that do not belong there (Newton et al.
    2004; Müller et al. 2004). Units with equal probabilities are listed together or not at
    all: the order of rows decides nothing.

    Args:
        probabilities: (units,), each unit's probability P of belonging on the list; NaN is never listed.
        most_false: the mean of 1 − P may not exceed this.
        least_probability: nobody below this is listed, however good the others are.
        longest: the list may not be longer.

    Raises:
        ValueError: probabilities or shares outside 0 to 1, other than one axis, a negative length.
    """
    p = check_proportions("probabilities", probabilities)
    check_dimensions("probabilities", p, 1)
    share = float(check_proportions("most_false", check_complete("most_false", most_false)))
    least = float(
        check_proportions("least_probability", check_complete("least_probability", least_probability))
    )
    most = p.size if longest is None else check_whole_number("longest", longest, 0)

    # Groups of equal probability, best first; a group may come in if the list with all of it still holds.
    levels, sizes = np.unique(p[p >= least], return_counts=True)
    levels, sizes = levels[::-1], sizes[::-1]
    lengths = np.cumsum(sizes)
    false = np.cumsum((1 - levels) * sizes)
    # A whisker for the rounding of sums: ten times 0.1 is not 1.
    holds = (false <= share * lengths * (1 + 1e-12)) & (lengths <= most)
    # Lengths grow and the mean of 1 − P never falls, so those that hold come first.
    entering = int(holds.sum())
    if entering == 0:
        return ControlledList(np.zeros(p.shape, dtype=bool), 0.0)
    last = entering - 1
    return ControlledList(p >= levels[last], float(false[last] / lengths[last]))


def benjamini_hochberg(p_values: ArrayLike) -> FloatArray:
    """P-values adjusted for the false discovery rate (Benjamini & Hochberg 1995).

    Rejecting where the adjusted value is at most q keeps the expected share of wrong rejections at most q,
    for independent or positively dependent tests: min over j ≥ i of m·p₍ⱼ₎/j, at most 1.

    Args:
        p_values: (tests,); NaN stays NaN and does not count among the m.

    Raises:
        ValueError: values outside 0 to 1, other than one axis.
    """

    def step_up(ordered: FloatArray) -> FloatArray:
        m = ordered.size
        inflated = ordered * (m / np.arange(1, m + 1))
        return np.minimum.accumulate(inflated[::-1])[::-1]

    return _adjusted(p_values, step_up)


def holm(p_values: ArrayLike) -> FloatArray:
    """P-values adjusted for the chance of any wrong rejection (Holm 1979), whatever the dependence.

    Max over j ≤ i of (m + 1 − j)·p₍ⱼ₎, at most 1.

    Args:
        p_values: (tests,); NaN stays NaN and does not count among the m.

    Raises:
        ValueError: values outside 0 to 1, other than one axis.
    """

    def step_down(ordered: FloatArray) -> FloatArray:
        m = ordered.size
        return np.maximum.accumulate(ordered * np.arange(m, 0, -1))

    return _adjusted(p_values, step_down)


def _adjusted(p_values: ArrayLike, adjust: Callable[[FloatArray], FloatArray]) -> FloatArray:
    p = check_proportions("p_values", p_values)
    check_dimensions("p_values", p, 1)
    adjusted = np.full(p.shape, np.nan)
    order = np.argsort(p, kind="stable")[: int((~np.isnan(p)).sum())]
    adjusted[order] = np.minimum(adjust(p[order]), 1.0)
    return adjusted
