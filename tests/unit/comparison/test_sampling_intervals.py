"""Sampling intervals of rounded counts and of amounts that count events, against every count that there can be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from made_builds import observation

from likeforlike.catalogue import Indicator, Input, Kind, Quantity, load_catalogue
from likeforlike.comparison.sampling_intervals import off_by, sampling_interval
from likeforlike.statistics.intervals import byar_interval, wilson_interval


def indicator(kind: Kind, *, rounded_to: int | None = 5, **facts: Any) -> Indicator:
    """A shipped indicator made one with a numerator and denominator that are rounded so."""
    count = Quantity(sum=("events",), rounded_to=rounded_to)
    among = Quantity(sum=("people",), rounded_to=rounded_to)
    source = Input(source="made_up", table="made_up", numerator=count, denominator=among, **facts)
    share = load_catalogue().indicator("face_to_face_share")
    return share.model_copy(update={"kind": kind, "inputs": (source,), "quality_gates": ()})


def row(**facts: Any) -> dict[str, Any]:
    return observation("X00001", value=1.0, source="made_up", **facts)


@pytest.mark.parametrize(("events", "people"), [(35, 80), (0, 40), (5, 5), (40, 40), (75, 80), (5, 1000)])
def test_a_share_of_rounded_counts_reaches_over_all_counts_that_are_printed_so(
    events: int, people: int
) -> None:
    share = indicator(Kind.PROPORTION)
    lower, upper = sampling_interval(share, [row(numerator=events, denominator=people)], 0.95)
    # To 5 are rounded the two counts below a multiple and the two above.
    possible = [
        wilson_interval(x, n)
        for x in range(max(events - 2, 0), events + 3)
        for n in range(max(people - 2, 1), people + 3)
        if x <= n
    ]
    assert lower[0] == pytest.approx(100 * min(one.lower for one in possible), abs=1e-12)
    assert upper[0] == pytest.approx(100 * max(one.upper for one in possible), abs=1e-12)
    exact = 100 * np.array(wilson_interval(events, people))
    assert lower[0] <= exact[0]
    assert exact[1] <= upper[0]


@pytest.mark.parametrize(("events", "people"), [(35, 80), (0, 40), (10, 20), (120, 300)])
def test_a_rate_of_rounded_counts_too(events: int, people: int) -> None:
    rate = indicator(Kind.RATE, rounded_to=10)
    lower, upper = sampling_interval(rate, [row(numerator=events, denominator=people)], 0.95)
    # Whether 5 is printed as 0 or as 10 nobody says: both are taken in.
    possible = [
        (float(byar_interval(x).lower) / n, float(byar_interval(x).upper) / n)
        for x in range(max(events - 5, 0), events + 6)
        for n in range(people - 5, people + 6)
    ]
    assert lower[0] == pytest.approx(100 * min(low for low, _ in possible))
    assert upper[0] == pytest.approx(100 * max(high for _, high in possible))


def test_a_sum_over_organisations_has_been_rounded_for_each(  # and each column of it, and each word
) -> None:
    share = indicator(Kind.PROPORTION)
    area = row(numerator=300, denominator=600, members=40, members_with_value=36)
    assert off_by(share, area, "numerator") == 36 * 2
    two_columns = Quantity(sum=("a", "b"), where={"sex": ("F", "M"), "age": ("all",)}, rounded_to=5)
    source = share.inputs[0].model_copy(update={"numerator": two_columns})
    assert off_by(share.model_copy(update={"inputs": (source,)}), area, "numerator") == 36 * 2 * 2 * 2
    lower, upper = sampling_interval(share, [area], 0.95)
    assert lower[0] == pytest.approx(100 * float(wilson_interval(300 - 72, 600 + 72).lower))
    assert upper[0] == pytest.approx(100 * float(wilson_interval(300 + 72, 600 - 72).upper))


def test_exact_counts_keep_their_interval() -> None:
    share = indicator(Kind.PROPORTION, rounded_to=None)
    lower, upper = sampling_interval(share, [row(numerator=35, denominator=80)], 0.95)
    assert [lower[0] / 100, upper[0] / 100] == pytest.approx(np.array(wilson_interval(35, 80)).tolist())


def test_the_rounding_of_another_source_does_not_matter() -> None:
    share = indicator(Kind.PROPORTION)
    from_elsewhere = observation("X00001", value=1.0, source="another", numerator=35, denominator=80)
    assert off_by(share, from_elsewhere, "numerator") == 0


def test_amounts_count_events_where_their_input_says_so() -> None:
    # A patient who was seen by two trusts is half a patient at each.
    halves = row(numerator=10.5, denominator=20.0)
    assert np.isnan(sampling_interval(indicator(Kind.PROPORTION, rounded_to=None), [halves], 0.95)[0][0])
    counted = indicator(Kind.PROPORTION, rounded_to=None, counts_events=True)
    lower, upper = sampling_interval(counted, [halves], 0.95)
    # Wilson for 10.5 of 20: (10.5 + 1.96²/2 ± 1.96 √(10.5 · 9.5 / 20 + 1.96²/4)) / (20 + 1.96²).
    middle, half = 10.5 + 1.959964**2 / 2, 1.959964 * np.sqrt(10.5 * 9.5 / 20 + 1.959964**2 / 4)
    assert lower[0] == pytest.approx(100 * (middle - half) / (20 + 1.959964**2), rel=1e-6)
    assert upper[0] == pytest.approx(100 * (middle + half) / (20 + 1.959964**2), rel=1e-6)


def test_a_mean_has_none() -> None:
    lower, upper = sampling_interval(
        indicator(Kind.MEAN), [row(numerator=500, denominator=10, members=1)], 0.95
    )
    assert np.isnan(lower[0])
    assert np.isnan(upper[0])
