"""Makes the compiling of many expressions to SQL cheap: of a build it is most of the time."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import ibis

# Allocations before the collector looks, and how often it looks at what has lived longer. An expression is many
# thousands of small objects that live together: by Python's thresholds they are looked at again and again.
SELDOM = (100_000, 50, 100)


@contextmanager
def many_expressions() -> Iterator[None]:
    """Within this, selects stay nested, for an engine's optimiser to merge, and the collector runs seldom.

    Together they take a third off a build (benchmarks/results/street.md); the rows are the same to the byte.
    """
    fused, thresholds = ibis.options.sql.fuse_selects, gc.get_threshold()
    ibis.options.sql.fuse_selects = False
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = fused
        gc.set_threshold(*thresholds)
