"""Equal groups by rank: fifths, tenths or any other number, by the rule of the Department of Health."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from likeforlike.statistics.checks import (
    FloatArray,
    Reason,
    ReasonArray,
    check_dimensions,
    check_numbers,
    check_same_shape,
    check_whole_number,
)


class QuantileGroups(NamedTuple):
    """Each unit's group, 1 to `groups`; NaN where `reason` is not `Reason.NONE`."""

    group: FloatArray
    reason: ReasonArray


def quantile_groups(
    values: ArrayLike,
    groups: int = 5,
    *,
    within: ArrayLike | None = None,
    highest_first: bool = False,
) -> QuantileGroups:
    """Group k + 1 − ⌈(n + 1 − rank)·k/n⌉ of k, never below 1, rank 1 being the first value.

    Tied values share the lowest of their ranks and so their group; groups can then be unequal or empty (DHSC,
    "Technical guide: assigning deprivation categories").

    Args:
        values: (units,), NaN where missing.
        groups: k, 2 or more.
        within: (units,) labels: each label's units are grouped among themselves (fifths of each region).
        highest_first: group 1 holds the highest values instead of the lowest.

    Returns:
        NaN for a missing value, and for all units of a label that has fewer of them than groups.

    Raises:
        ValueError: infinite values, other shapes, fewer than 2 groups.
    """
    figures = check_numbers("values", values)
    check_dimensions("values", figures, 1)
    k = check_whole_number("groups", groups, 2)
    labels = np.zeros(figures.shape, dtype=np.int8) if within is None else np.asarray(within)
    check_same_shape(values=figures, within=labels)

    group = np.full(figures.shape, np.nan)
    reason = np.where(np.isnan(figures), Reason.MISSING, Reason.NONE).astype(np.int8)
    directed = -figures if highest_first else figures
    _, label_of_unit = np.unique(labels, return_inverse=True)
    present = np.flatnonzero(reason == Reason.NONE)
    order = present[np.lexsort((directed[present], label_of_unit[present]))]
    for units in np.split(order, np.flatnonzero(np.diff(label_of_unit[order])) + 1):
        n = units.size
        if n < k:
            reason[units] = Reason.TOO_FEW_UNITS
            continue
        rank = np.searchsorted(directed[units], directed[units]) + 1
        # The ceiling in whole numbers: (n + 1 − rank)·k/n as a fraction is off by a group now and then.
        group[units] = np.maximum(k + 1 + (-(n + 1 - rank) * k) // n, 1)
    return QuantileGroups(group, reason)
