"""Standardised rates against sums written out band by band, their laws, and their coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from likeforlike.statistics import standardisation
from likeforlike.statistics.checks import Reason
from likeforlike.statistics.intervals import byar_interval
from likeforlike.statistics.standardisation import (
    directly_standardised_rate,
    expected_events,
    gamma_interval_of_rate,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
    repeated_event_variance,
)

NAN = float("nan")
EVENTS = [12, 7, 31]
POPULATION = [900, 800, 300]
STANDARD = [5000, 6000, 2000]


def dobson_slowly(events, population, standard, variance) -> tuple[float, float, float]:
    value = total = spread = 0.0
    for x, n, s, v in zip(events, population, standard, variance, strict=True):
        weight = s / n / sum(standard)
        value += weight * x
        spread += weight**2 * v
        total += x
    lower, upper = byar_interval(total)
    scale = math.sqrt(spread / total)
    return value, value + scale * (lower - total), value + scale * (upper - total)


class TestDirectStandardisation:
    def test_independent_events_band_by_band(self) -> None:
        ours = directly_standardised_rate(EVENTS, POPULATION, STANDARD)
        assert ours[:3] == pytest.approx(dobson_slowly(EVENTS, POPULATION, STANDARD, EVENTS), rel=1e-12)

    def test_repeated_events_band_by_band(self) -> None:
        people = [[8, 2, 0], [7, 0, 0], [10, 6, 3]]  # 8·1 + 2·2 = 12, 7, 10 + 12 + 9 = 31 events
        variance = [8 * 1 + 2 * 4, 7, 10 * 1 + 6 * 4 + 3 * 9]
        assert repeated_event_variance(people).tolist() == variance
        ours = directly_standardised_rate(EVENTS, POPULATION, STANDARD, event_variance=variance)
        assert ours[:3] == pytest.approx(dobson_slowly(EVENTS, POPULATION, STANDARD, variance), rel=1e-12)

    def test_reasons_replace_numbers_and_touch_nobody_else(self) -> None:
        alone = directly_standardised_rate(EVENTS, POPULATION, STANDARD)
        ours = directly_standardised_rate(
            [EVENTS, [12, NAN, 31], [0, 7, 31], [3, 3, 3]],
            [POPULATION, POPULATION, [0, 800, 300], POPULATION],
            STANDARD,
        )
        assert [Reason(reason).name for reason in ours.reason] == [
            "NONE", "MISSING", "ZERO_DENOMINATOR", "TOO_FEW_EVENTS",
        ]  # fmt: skip
        for field in ("value", "lower", "upper", "effective_events", "weight_spread"):
            assert getattr(ours, field)[0] == getattr(alone, field)
            assert np.isnan(getattr(ours, field)[1:]).all()
        assert not ours.too_narrow[1:].any()

    def test_a_band_outside_the_standard_may_be_empty(self) -> None:
        ours = directly_standardised_rate([*EVENTS, 0], [*POPULATION, 0], [*STANDARD, 0])
        assert ours.value == pytest.approx(directly_standardised_rate(EVENTS, POPULATION, STANDARD).value)

    def test_fewer_events_on_request_and_none_without_limits(self) -> None:
        few = directly_standardised_rate([1, 0, 2], POPULATION, STANDARD, fewest_events=0)
        assert few.value == pytest.approx((5000 / 900 + 2 * 2000 / 300) / 13000)
        assert few.lower < few.value < few.upper
        none = directly_standardised_rate([0, 0, 0], POPULATION, STANDARD, fewest_events=0)
        assert none.value == 0
        assert np.isnan([none.lower, none.upper]).all()

    @given(st.permutations(range(3)), st.integers(1, 50))
    def test_neither_order_of_bands_nor_size_of_the_standard_matters(self, order, times) -> None:
        arrays = (np.array(array)[order] for array in (EVENTS, POPULATION, np.array(STANDARD) * times))
        expected = directly_standardised_rate(EVENTS, POPULATION, STANDARD)
        for ours, known in zip(directly_standardised_rate(*arrays), expected, strict=True):
            assert ours == pytest.approx(known, rel=1e-12)

    def test_with_equal_weights_it_is_the_crude_rate_and_nothing_is_spread(self) -> None:
        ours = directly_standardised_rate([20, 30], [1000, 2000], [10, 20])
        lower, upper = byar_interval(50)
        assert ours[:3] == pytest.approx((50 / 3000, lower / 3000, upper / 3000), rel=1e-12)
        assert ours.weight_spread == pytest.approx(1)
        assert not ours.too_narrow

    @pytest.mark.parametrize(
        ("events", "population", "standard", "message"),
        [
            ([1, -1], [5, 5], [1, 1], r"events\[1\] is -1: it must not be negative"),
            ([1, 1], [5, 0], [1, 1], r"events\[1\] is 1 where population is 0"),
            ([1, 1], [5, 5], [1, NAN], r"standard\[1\] is nan: it must not be missing"),
            ([1, 1], [5, 5], [0, 0], "standard adds up to 0"),
            ([1, 1], [5, 5], [1, 1, 1], "do not broadcast"),
            (1, 5, 1, r"events has shape \(\): its last axis must hold at least one band"),
        ],
    )
    def test_impossible_input_is_refused(self, events, population, standard, message) -> None:
        for function in (directly_standardised_rate, gamma_interval_of_rate):
            with pytest.raises(ValueError, match=message):
                function(events, population, standard)


class TestGammaInterval:
    def test_its_definition_with_chi_squared(self) -> None:
        weights = [s / n / sum(STANDARD) for s, n in zip(STANDARD, POPULATION, strict=True)]
        y = sum(w * x for w, x in zip(weights, EVENTS, strict=True))
        v = sum(w**2 * x for w, x in zip(weights, EVENTS, strict=True))
        m = max(weights)
        lower = v / (2 * y) * stats.chi2.ppf(0.025, 2 * y**2 / v)
        upper = (v + m**2) / (2 * (y + m)) * stats.chi2.ppf(0.975, 2 * (y + m) ** 2 / (v + m**2))
        assert gamma_interval_of_rate(EVENTS, POPULATION, STANDARD) == pytest.approx(
            (y, lower, upper), rel=1e-10
        )

    def test_no_events_leave_an_upper_limit(self) -> None:
        value, lower, upper = gamma_interval_of_rate([0, 0], [100, 200], [1, 1])
        # The largest weight is 1/100/2, and −ln 0.025 is the exact upper limit of no events.
        assert (value, lower, upper) == pytest.approx((0, 0, -math.log(0.025) / 200))

    def test_missing_bands_give_no_number(self) -> None:
        assert np.isnan(gamma_interval_of_rate([NAN, 3], [100, 200], [1, 1])).all()
        assert np.isnan(gamma_interval_of_rate([0, 3], [0, 200], [1, 1])).all()


def test_coverage_and_what_the_warning_is_worth() -> None:
    """Forty random sets of weights, 2,000 draws each: Dobson holds where it does not warn; gamma holds."""
    random = np.random.default_rng(20240)
    quiet, warned, gamma = [], [], []
    for _ in range(40):
        bands = int(random.integers(3, 20))
        weights = random.lognormal(0, random.uniform(0.1, 2.2), bands)
        means = random.dirichlet(np.full(bands, random.uniform(0.5, 3))) * random.choice([15, 30, 60, 400])
        population, standard = 1 / weights, np.ones(bands)
        truth = (means * weights).sum() / bands
        events = random.poisson(means, (2000, bands))
        rate = directly_standardised_rate(events, population, standard)
        known = rate.reason == Reason.NONE
        covered = ((rate.lower <= truth) & (truth <= rate.upper))[known]
        (warned if np.median(rate.too_narrow[known]) else quiet).append(covered.mean())
        _, lower, upper = gamma_interval_of_rate(events, population, standard)
        gamma.append(((lower <= truth) & (truth <= upper)).mean())
    error = math.sqrt(0.95 * 0.05 / 2000)
    assert len(quiet) >= 20
    assert len(warned) >= 5
    assert min(quiet) >= 0.92
    assert np.mean(quiet) == pytest.approx(0.95, abs=0.01)
    assert np.mean(warned) < 0.93
    assert min(gamma) >= 0.95 - 3 * error


class TestIndirectStandardisation:
    def test_expected_events_band_by_band(self) -> None:
        expected = expected_events(POPULATION, [50, 40, 90], [10_000, 9_000, 4_000])
        assert expected == pytest.approx(900 * 50 / 10_000 + 800 * 40 / 9_000 + 300 * 90 / 4_000)

    def test_expected_events_need_every_band_that_the_unit_has(self) -> None:
        population = [[900, 800], [900, 0], [NAN, 800], [0, NAN]]
        expected = expected_events(population, [50, 0], [10_000, 0])
        np.testing.assert_allclose(expected, [NAN, 4.5, NAN, NAN])

    def test_ratio_and_rate_divide_the_interval_of_the_observed(self) -> None:
        lower, upper = byar_interval(91)
        assert indirectly_standardised_ratio(91, 130) == pytest.approx((91 / 130, lower / 130, upper / 130))
        rate = indirectly_standardised_rate(91, 130, 0.02)
        assert rate == pytest.approx((0.02 * 91 / 130, 0.02 * lower / 130, 0.02 * upper / 130))

    def test_nothing_expected_is_no_ratio(self) -> None:
        ours = indirectly_standardised_ratio([5, NAN, 0], [0, 3, 3])
        assert np.isnan(ours)[:, :2].all()
        assert ours.value[2] == ours.lower[2] == 0
        assert ours.upper[2] == pytest.approx(-math.log(0.025) / 3)

    def test_impossible_input_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"observed\[0\] is -1: it must not be negative"):
            indirectly_standardised_ratio([-1], [3])
        with pytest.raises(ValueError, match="reference_rate is -1"):
            indirectly_standardised_rate(1, 3, -1)
        with pytest.raises(ValueError, match="population is -1"):
            expected_events(-1, [1], [1])


def test_the_thresholds_of_the_warning_are_those_the_simulation_found() -> None:
    assert (standardisation.SPREAD_WEIGHTS, standardisation.FEW_EFFECTIVE_EVENTS) == (2, 20)


def test_a_missing_least_number_of_events_is_refused() -> None:
    with pytest.raises(ValueError, match="fewest_events is nan: it must not be negative or missing"):
        directly_standardised_rate([20], [100], [100], fewest_events=float("nan"))
