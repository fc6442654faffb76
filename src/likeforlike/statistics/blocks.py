"""Work through long arrays in pieces that fit the processor's cache: same numbers, several times faster."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from likeforlike.statistics.checks import FloatArray, check_broadcast

# 16,384 doubles are 128 KB: the handful of temporaries of one formula stay in the second-level cache.
# Without it, every numpy operation on millions of values fetches fresh pages (4 to 5 times slower).
BLOCK = 16_384

PairOfArrays = tuple[FloatArray, FloatArray]


def in_blocks(formula: Callable[..., PairOfArrays], **arrays: FloatArray) -> PairOfArrays:
    """Apply an element-wise formula with two results to the broadcast arrays, block by block.

    The formula sees one-dimensional arrays of equal length, in the order in which they are named here;
    the results have the broadcast shape.
    """
    shape = check_broadcast(**arrays)
    flat = [np.broadcast_to(array, shape).reshape(-1) for array in arrays.values()]
    first, second = np.empty(flat[0].size), np.empty(flat[0].size)
    for start in range(0, flat[0].size, BLOCK):
        part = slice(start, start + BLOCK)
        first[part], second[part] = formula(*(array[part] for array in flat))
    return first.reshape(shape)[()], second.reshape(shape)[()]
