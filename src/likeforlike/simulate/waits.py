"""How long people wait at the fictional providers: who is quick at what, by month, before any publisher counts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.providers import Provider, list_providers
from likeforlike.simulate.randomness import random_stream

MONTHS = 6  # of each publication, the newest
# Spread of the logarithm: between providers in everything, in one thing, and from month to month. Assumed.
BETWEEN, WITHIN, MONTHLY = 0.25, 0.15, 0.04


@dataclass(frozen=True)
class Delays:
    """How many times as long as elsewhere one waits, by provider, thing and month."""

    providers: tuple[Provider, ...]
    months: tuple[date, ...]
    times: npt.NDArray[np.float64]


def draw_delays(county: County, purpose: str, things: int, *, independent: bool) -> Delays:
    """Delays at the acute trusts, and at the independent provider where it takes part."""
    known = list_providers(county)
    providers = (*known.acute_trusts, *(known.independent if independent else ()))
    months = county.months[-MONTHS:]
    rng = random_stream(county.plan.seed, purpose)
    shape = (len(providers), things, len(months))
    logarithm = (
        rng.normal(0.0, BETWEEN, (len(providers), 1, 1))
        + rng.normal(0.0, WITHIN, (len(providers), things, 1))
        + rng.normal(0.0, MONTHLY, shape)
    )
    return Delays(providers, months, np.exp(logarithm))


def region_of(county: County, provider: Provider) -> tuple[str, str]:
    """Code and name of the region in which a provider lies."""
    region = county.regions[county.icbs[provider.icb].parent]
    return region.code, region.name


def split(rng: np.random.Generator, whole: int, shares: npt.NDArray[np.float64]) -> list[int]:
    """A whole number, fallen apart by chance in about these shares."""
    return [int(part) for part in rng.multinomial(whole, shares / shares.sum())]
