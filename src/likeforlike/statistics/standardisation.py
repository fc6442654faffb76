"""Directly and indirectly standardised rates and ratios with their intervals.

The last axis of an array that has one is the band (age, sex, …); all axes before it are units. Nothing is
scaled: multiply by 100 or 100,000 where a result is shown.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from likeforlike.statistics.checks import (
    BoolArray,
    FloatArray,
    Reason,
    ReasonArray,
    check_broadcast,
    check_complete,
    check_level,
    check_not_negative,
)
from likeforlike.statistics.intervals import EXACT_BELOW, byar_interval, rate_interval

# DHSC gives no directly standardised rate for fewer events than this ("Technical guide: confidence
# intervals"): the variance of so few weighted counts cannot be estimated.
FEWEST_EVENTS = 10.0

# Dobson's interval scales that of the total count, as if every event weighed the same. By the simulation in
# tests/unit/statistics/test_standardisation.py a nominal 95% holds 92% or more unless the weights spread by
# at least SPREAD_WEIGHTS and fewer than FEW_EFFECTIVE_EVENTS carry the rate; there it falls as low as 65%.
SPREAD_WEIGHTS = 2.0
FEW_EFFECTIVE_EVENTS = 20.0


class StandardisedRate(NamedTuple):
    """A standardised rate or ratio with its interval, each of the units' shape."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray


class DirectlyStandardisedRate(NamedTuple):
    """A directly standardised rate; value and limits are NaN where `reason` is not `Reason.NONE`.

    `effective_events` is how many equally weighted events would be as uncertain as these and one more in the
    band of the largest weight m: (y + m)²/(v + m²) with y = Σwx and v = Σw²x, the shape of Fay and Feuer's
    upper limit. `weight_spread` is the total count and 1 over that: 1 if all weights are equal. Where
    `too_narrow` is set, weights vary so much that Dobson's interval is known to be too narrow;
    `gamma_interval_of_rate` keeps its level there.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    effective_events: FloatArray
    weight_spread: FloatArray
    too_narrow: BoolArray
    reason: ReasonArray


class _WeightedSum(NamedTuple):
    """Σwx and its variance, the total count, the largest weight, and why a unit has none of them."""

    value: FloatArray
    variance: FloatArray
    total: FloatArray
    largest_weight: FloatArray
    reason: ReasonArray


def directly_standardised_rate(
    events: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    level: float = 0.95,
    *,
    event_variance: ArrayLike | None = None,
    fewest_events: float = FEWEST_EVENTS,
    exact_below: float = EXACT_BELOW,
) -> DirectlyStandardisedRate:
    """Rate of the standard population at the unit's own band rates, with Dobson's interval.

    With weights wᵢ = standardᵢ / (populationᵢ · Σ standard): value Σwᵢxᵢ, variance V = Σwᵢ²·var(xᵢ), limits
    value + √(V / Σxᵢ) · (limit of Σxᵢ − Σxᵢ), the limits of the total count being Byar's, exact for few
    (Dobson et al. 1991). A missing band refuses its unit; it is never counted as 0 events.

    Args:
        events: (…, bands), events x by band.
        population: (…, bands), the unit's population by band.
        standard: (bands,) or (…, bands), the standard population.
        level: two-sided coverage, between 0 and 1.
        event_variance: (…, bands), the variance of x where events are not independent, such as several
            admissions of one person (`repeated_event_variance`); x itself (Poisson) if not given.
        fewest_events: units with fewer events in all get `Reason.TOO_FEW_EVENTS`.
        exact_below: totals below this use the exact interval instead of Byar's.

    Raises:
        ValueError: negative or infinite input, a missing or all-zero standard, events in a band without
            population, shapes that do not broadcast, no axis of bands, level outside (0, 1).
    """
    level = check_level(level)
    if not fewest_events >= 0:
        raise ValueError(f"fewest_events is {fewest_events}: it must not be negative or missing")
    weighted = _weighted_sum(events, population, standard, event_variance)
    reason = weighted.reason.copy()
    reason[(reason == Reason.NONE) & (weighted.total < fewest_events)] = Reason.TOO_FEW_EVENTS
    known = reason == Reason.NONE
    total = np.where(known, weighted.total, np.nan)[()]
    value = np.where(known, weighted.value, np.nan)[()]
    counts = byar_interval(total, level, exact_below)
    # With `fewest_events=0` a unit without events has the value 0 and no scale to put an interval on.
    scale = np.sqrt(weighted.variance / np.where(total > 0, total, np.nan))
    effective = (value + weighted.largest_weight) ** 2 / (weighted.variance + weighted.largest_weight**2)
    spread = (total + 1) / effective
    return DirectlyStandardisedRate(
        value=value,
        lower=value + scale * (counts.lower - total),
        upper=value + scale * (counts.upper - total),
        effective_events=effective,
        weight_spread=spread,
        too_narrow=(spread >= SPREAD_WEIGHTS) & (effective < FEW_EFFECTIVE_EVENTS),
        reason=reason,
    )


def gamma_interval_of_rate(
    events: ArrayLike, population: ArrayLike, standard: ArrayLike, level: float = 0.95
) -> StandardisedRate:
    """Fay and Feuer's gamma interval of a directly standardised rate (Fay & Feuer 1997).

    With y = Σwx, v = Σw²x and the largest weight m: lower (v/2y)·χ²(α/2; 2y²/v); upper
    ((v + m²)/(2(y + m)))·χ²(1 − α/2; 2(y + m)²/(v + m²)). It holds its level however much the weights vary,
    at the price of width, and is valid for any number of events, none included.

    Args:
        events: (…, bands).
        population: (…, bands).
        standard: (bands,) or (…, bands).
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: as `directly_standardised_rate`.
    """
    tail = (1 - check_level(level)) / 2
    weighted = _weighted_sum(events, population, standard, None)
    y, v, largest = weighted.value, weighted.variance, weighted.largest_weight
    some = y > 0
    shape = np.where(some, y**2 / np.where(some, v, 1.0), 1.0)
    below = np.where(some, v / np.where(some, y, 1.0), 0.0) * special.gammaincinv(shape, tail)
    one_more, its_variance = y + largest, v + largest**2
    above = its_variance / one_more * special.gammainccinv(one_more**2 / its_variance, tail)
    return StandardisedRate(y, np.where(np.isnan(y), np.nan, below)[()], above)


def repeated_event_variance(people: ArrayLike) -> FloatArray:
    """Variance of a count of events that come in several to a person: Σ k² f_k (Stukel et al. 1994).

    Args:
        people: (…, most), the number of people f_k with 1, 2, 3 … events along the last axis.

    Raises:
        ValueError: negative or infinite input, no axis.
    """
    frequencies = check_not_negative("people", people)
    _check_has_bands("people", frequencies)
    repeats = np.arange(1.0, frequencies.shape[-1] + 1)
    return np.asarray((frequencies * repeats**2).sum(axis=-1))


def expected_events(
    population: ArrayLike, reference_events: ArrayLike, reference_population: ArrayLike
) -> FloatArray:
    """Events the unit would have at the reference's band rates: Σᵢ populationᵢ · eventsᵢ / populationᵢ.

    Args:
        population: (…, bands), the unit's population.
        reference_events: (bands,) or (…, bands).
        reference_population: (bands,) or (…, bands).

    Returns:
        (…): NaN where a band is missing or a band that the unit has is empty in the reference.

    Raises:
        ValueError: negative or infinite input, shapes that do not broadcast, no axis of bands.
    """
    own = check_not_negative("population", population)
    events = check_not_negative("reference_events", reference_events)
    below = check_not_negative("reference_population", reference_population)
    check_broadcast(population=own, reference_events=events, reference_population=below)
    _check_has_bands("population", own)
    rate = events / np.where(below > 0, below, np.nan)
    # A band that the unit does not have needs no reference rate.
    expected = np.where((own == 0) & ~np.isnan(events) & ~np.isnan(below), 0.0, own * rate)
    return np.asarray(expected.sum(axis=-1))


def indirectly_standardised_ratio(
    observed: ArrayLike, expected: ArrayLike, level: float = 0.95
) -> StandardisedRate:
    """Observed over expected events, with Byar's interval (exact below 10 events) divided by the expected.

    The expected count is taken as known (Breslow & Day 1987, chapter 2).

    Args:
        observed: events.
        expected: events that the reference rates would give (`expected_events`, a model or the publisher).
        level: two-sided coverage, between 0 and 1.

    Returns:
        NaN where either is missing or nothing is expected (`checks.count_reasons` says which).

    Raises:
        ValueError: negative or infinite input, shapes that do not broadcast, level outside (0, 1).
    """
    events, below = check_not_negative("observed", observed), check_not_negative("expected", expected)
    check_broadcast(observed=events, expected=below)
    lower, upper = rate_interval(events, below, level)
    return StandardisedRate(events / np.where(below > 0, below, np.nan), lower, upper)


def indirectly_standardised_rate(
    observed: ArrayLike, expected: ArrayLike, reference_rate: ArrayLike, level: float = 0.95
) -> StandardisedRate:
    """The standardised ratio times the reference's crude rate, with the ratio's interval.

    Args:
        observed: events.
        expected: events that the reference rates would give.
        reference_rate: events per head of the reference.
        level: two-sided coverage, between 0 and 1.

    Raises:
        ValueError: negative or infinite input, shapes that do not broadcast, level outside (0, 1).
    """
    rate = check_not_negative("reference_rate", reference_rate)
    ratio = indirectly_standardised_ratio(observed, expected, level)
    check_broadcast(observed_and_expected=np.asarray(ratio.value), reference_rate=rate)
    return StandardisedRate(ratio.value * rate, ratio.lower * rate, ratio.upper * rate)


def _weighted_sum(
    events: ArrayLike, population: ArrayLike, standard: ArrayLike, event_variance: ArrayLike | None
) -> _WeightedSum:
    x, n = check_not_negative("events", events), check_not_negative("population", population)
    s = check_not_negative("standard", check_complete("standard", standard))
    spread = x if event_variance is None else check_not_negative("event_variance", event_variance)
    for name, array in (("events", x), ("population", n), ("standard", s), ("event_variance", spread)):
        _check_has_bands(name, array)
    shape = check_broadcast(events=x, population=n, standard=s, event_variance=spread)
    x, n, s, spread = (np.broadcast_to(array, shape) for array in (x, n, s, spread))
    if (s.sum(axis=-1) <= 0).any():
        raise ValueError("standard adds up to 0: it must have people in at least one band")
    if ((x > 0) & (n == 0)).any():
        position = tuple(int(i) for i in np.argwhere((x > 0) & (n == 0))[0])
        raise ValueError(f"events{list(position)} is {x[position]:g} where population is 0: it must be 0")
    missing = np.isnan(x) | np.isnan(n) | np.isnan(spread)
    empty = (n == 0) & (s > 0)
    weights = s / np.where(n > 0, n, np.nan) / s.sum(axis=-1, keepdims=True)
    weights = np.where((n == 0) & (s == 0), 0.0, weights)
    reason = np.full(shape[:-1], Reason.NONE, dtype=np.int8)
    reason[empty.any(axis=-1)] = Reason.ZERO_DENOMINATOR
    reason[missing.any(axis=-1)] = Reason.MISSING
    return _WeightedSum(
        value=(weights * x).sum(axis=-1),
        variance=(weights**2 * spread).sum(axis=-1),
        total=x.sum(axis=-1),
        largest_weight=weights.max(axis=-1),
        reason=reason,
    )


def _check_has_bands(name: str, array: FloatArray) -> None:
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(f"{name} has shape {array.shape}: its last axis must hold at least one band")
