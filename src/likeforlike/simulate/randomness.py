"""One stream of random numbers per purpose and month, so that no draw depends on the order of others."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def random_stream(seed: int, purpose: str, *parts: int) -> np.random.Generator:
    """A generator for one purpose. `parts` tell months apart, so that months can be written in any order."""
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence([seed, crc32(purpose.encode()), *parts]))
    )
