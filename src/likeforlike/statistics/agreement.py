"""How far two lists or two orders agree, and how often runs of an analysis list the same units."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from likeforlike.statistics.checks import (
    FloatArray,
    check_broadcast,
    check_dimensions,
    check_enough_units,
    check_level,
    check_numbers,
    check_proportions,
    check_same_shape,
)


def jaccard(first: ArrayLike, second: ArrayLike) -> FloatArray:
    """Units on both lists over units on either (Jaccard 1901).

    Args:
        first, second: (…, units), 1 or true where listed; broadcast, so that one list meets many runs.

    Returns:
        (…): NaN where both lists are empty, for there is nothing to agree about.

    Raises:
        ValueError: anything but 0 and 1, shapes that do not broadcast, no axis of units.
    """
    a, b = _check_listed("first", first), _check_listed("second", second)
    check_broadcast(first=a, second=b)
    either = np.maximum(a, b).sum(axis=-1)
    return np.asarray((a * b).sum(axis=-1) / np.where(either > 0, either, np.nan))[()]


def rank_biased_overlap(
    first: Sequence[Hashable], second: Sequence[Hashable], persistence: float = 0.9
) -> float:
    """Agreement of two ranked lists, the top counting most (Webber, Moffat & Zobel 2010, eq. 32).

    (1 − p) Σ pᵈ⁻¹ A_d, with A_d the share that the first d of both have in common; beyond their ends the
    lists are taken to go on agreeing as they did. The first d ranks carry most of the weight for d about
    1/(1 − p).

    Args:
        first, second: labels, best first, none twice; lengths may differ.
        persistence: p, between 0 and 1.

    Returns:
        0 (nothing in common) to 1 (the same); NaN if either list is empty.

    Raises:
        ValueError: a label twice in one list, persistence outside (0, 1).
    """
    p = check_level(persistence, "persistence")
    for name, labels in (("first", first), ("second", second)):
        if len(set(labels)) != len(labels):
            raise ValueError(f"{name} holds a label twice: each unit has one place in a ranked list")
    shorter, longer = sorted((first, second), key=len)
    s, n = len(shorter), len(longer)
    if s == 0:
        return float("nan")
    place = {label: depth for depth, label in enumerate(longer, start=1)}
    # A common unit joins the overlap at the deeper of its two places.
    joins = [max(depth, place[label]) for depth, label in enumerate(shorter, start=1) if label in place]
    overlap = np.cumsum(np.bincount(joins, minlength=n + 1))[1:]
    depth = np.arange(1, n + 1)
    at_short, at_long = float(overlap[s - 1]), float(overlap[n - 1])
    # Between the two ends the shorter list is taken to go on at its last rate.
    assumed = np.maximum(depth - s, 0) * at_short / s
    series = float(((overlap + assumed) / depth) @ p**depth)
    return (1 - p) / p * series + ((at_long - at_short) / n + at_short / s) * p**n


def kendall_tau(first: ArrayLike, second: ArrayLike) -> float:
    """Kendall's τ_b of two orders: pairs in the same order less pairs in opposite, corrected for ties.

    (C − D) / √((n₀ − t₁)(n₀ − t₂)), with t the tied pairs of either (Kendall 1945). A unit that is missing in
    either order takes no part.

    Args:
        first, second: (units,) figures or ranks.

    Returns:
        −1 to 1; NaN if all units are tied in either order.

    Raises:
        ValueError: infinite values, other shapes, fewer than two units in both.
    """
    a, b = check_numbers("first", first), check_numbers("second", second)
    check_dimensions("first", a, 1)
    check_same_shape(first=a, second=b)
    present = ~(np.isnan(a) | np.isnan(b))
    check_enough_units("first and second", int(present.sum()), 2)
    return float(stats.kendalltau(a[present], b[present], variant="b").statistic)


def listing_shares(listed: ArrayLike) -> FloatArray:
    """The share of runs that list each unit, among the runs that assessed it.

    Args:
        listed: (runs, units), 1 or true where listed, NaN where the run did not assess the unit.

    Returns:
        (units,): NaN for a unit that no run assessed.

    Raises:
        ValueError: anything but 0, 1 and NaN, other than two axes, no runs.
    """
    runs = check_proportions("listed", listed)
    check_dimensions("listed", runs, 2)
    check_enough_units("listed", runs.shape[0], 1)
    _check_zero_or_one("listed", runs)
    assessed = (~np.isnan(runs)).sum(axis=0)
    return np.asarray(np.nansum(runs, axis=0) / np.where(assessed > 0, assessed, np.nan))


def _check_listed(name: str, listed: ArrayLike) -> FloatArray:
    array = check_proportions(name, listed)
    if array.ndim == 0:
        raise ValueError(f"{name} has shape (): its last axis must hold the units")
    _check_zero_or_one(name, array)
    if np.isnan(array).any():
        raise ValueError(
            f"{name} holds missing values: a unit is on a list or not (listing_shares takes them)"
        )
    return array


def _check_zero_or_one(name: str, array: FloatArray) -> None:
    other = np.argwhere((array != 0) & (array != 1) & ~np.isnan(array))
    if other.size:
        position = [int(i) for i in other[0]]
        raise ValueError(f"{name}{position} is {array[tuple(position)]:g}: it must be 0 or 1")
