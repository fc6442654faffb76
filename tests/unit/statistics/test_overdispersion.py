"""Over-dispersed funnels against the recipes written out, their laws, and simulated truth."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.statistics.overdispersion import (
    arcsine_proportion_scores,
    cqc_funnel,
    log_ratio_scores,
    overdispersed_limits,
    root_ratio_scores,
    shmi_funnel,
    trimmed_overdispersion,
    winsorised_overdispersion,
)

NAN = float("nan")
# Twelve units, so that a tenth at each end is one unit.
OBSERVED = [90, 140, 35, 260, 77, 118, 52, 190, 61, 130, 88, 20]
EXPECTED = [100.5, 110.0, 40.2, 230.0, 80.0, 125.0, 70.0, 170.5, 60.0, 101.0, 92.0, 21.0]
Z95 = 1.959963984540054


def moments_slowly(z: list[float], weights: list[float]) -> tuple[float, float]:
    squares = sum(score**2 for score in z)
    spread = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return squares / len(z), max(0.0, (squares - (len(z) - 1)) / spread)


class TestRecipesWrittenOut:
    def test_shmi(self) -> None:
        pairs = sorted((math.sqrt(e) * math.log(o / e), e) for o, e in zip(OBSERVED, EXPECTED, strict=True))[
            1:-1
        ]
        phi, tau2 = moments_slowly([z for z, _ in pairs], [e for _, e in pairs])
        funnel = shmi_funnel(OBSERVED, EXPECTED)
        assert funnel.overdispersion == pytest.approx((phi, tau2, 10), rel=1e-12)
        for o, e, lower, upper, value, position in zip(
            OBSERVED, EXPECTED, *funnel.limits, funnel.value, funnel.position, strict=True
        ):
            half = Z95 * math.sqrt(1 / e + tau2)
            assert (value, lower, upper) == pytest.approx((o / e, math.exp(-half), math.exp(half)))
            assert position == int(o / e > math.exp(half)) - int(o / e < math.exp(-half))

    def test_cqc(self) -> None:
        z = [2 * (math.sqrt(o) - math.sqrt(e)) for o, e in zip(OBSERVED, EXPECTED, strict=True)]
        cuts = statistics.quantiles(z, n=10, method="inclusive")
        drawn_in = [min(max(score, cuts[0]), cuts[-1]) for score in z]
        phi, tau2 = moments_slowly(drawn_in, [4 * e for e in EXPECTED])
        funnel = cqc_funnel(OBSERVED, EXPECTED)
        assert funnel.overdispersion == pytest.approx((phi, tau2, 12), rel=1e-12)
        for e, lower, upper in zip(EXPECTED, *funnel.limits, strict=True):
            half = Z95 * math.sqrt(1 / (4 * e) + tau2)
            assert (lower, upper) == pytest.approx((max(0, 1 - half) ** 2, (1 + half) ** 2))

    def test_proportions_on_the_arcsine_scale(self) -> None:
        trials = [4 * e for e in range(20, 140, 10)]
        scores = arcsine_proportion_scores(OBSERVED[:12], [n + 200 for n in trials])
        pooled = sum(OBSERVED) / sum(n + 200 for n in trials)
        assert scores.target == pytest.approx(math.asin(math.sqrt(pooled)))
        first = (math.asin(math.sqrt(90 / 280)) - scores.target) * 2 * math.sqrt(280)
        assert scores.z[0] == pytest.approx(first)
        half = Z95 * math.sqrt(1 / (4 * 280) + 0.004)
        limits = overdispersed_limits(scores, tau2=0.004)
        expected = [math.sin(scores.target - half) ** 2, math.sin(scores.target + half) ** 2]
        assert [limits.lower[0], limits.upper[0]] == pytest.approx(expected)

    def test_multiplicative(self) -> None:
        scores = log_ratio_scores(OBSERVED, EXPECTED)
        limits = overdispersed_limits(scores, 0.998, phi=2.5)
        half = 3.090232306167813 * math.sqrt(2.5 / 100.5)
        assert (limits.lower[0], limits.upper[0]) == pytest.approx((math.exp(-half), math.exp(half)))

    def test_limits_stay_within_what_is_possible(self) -> None:
        small = root_ratio_scores([0, 1, 2], [0.5, 1.0, 2.0])
        assert overdispersed_limits(small, tau2=0.3).lower.tolist() == [0, 0, 0]
        few = arcsine_proportion_scores([1, 1, 2], [1, 2, 3])
        limits = overdispersed_limits(few, tau2=0.5)
        assert limits.lower.tolist() == [0, 0, 0]
        assert limits.upper.tolist() == [1, 1, 1]


@pytest.mark.parametrize("funnel", [shmi_funnel, cqc_funnel])
class TestLaws:
    @given(order=st.permutations(range(12)))
    def test_the_order_of_units_does_not_matter(self, funnel, order) -> None:
        expected, ours = (
            funnel(OBSERVED, EXPECTED),
            funnel(*(np.array(a)[order] for a in (OBSERVED, EXPECTED))),
        )
        assert ours.overdispersion == pytest.approx(expected.overdispersion, rel=1e-12)
        np.testing.assert_array_equal(ours.position, expected.position[order])

    def test_a_unit_without_data_changes_nobody_else(self, funnel) -> None:
        expected = funnel(OBSERVED, EXPECTED)
        ours = funnel([*OBSERVED, NAN, 3, 0], [*EXPECTED, 50, NAN, 0])
        assert ours.overdispersion == expected.overdispersion
        for with_more, without in zip(
            (*ours.limits, ours.value, ours.position),
            (*expected.limits, expected.value, expected.position),
            strict=True,
        ):
            np.testing.assert_array_equal(with_more[:12], without)
        assert np.isnan(ours.value[12:]).all()
        assert np.isnan(ours.position[12:]).all()

    def test_without_over_dispersion_tau2_is_nothing(self, funnel) -> None:
        assert funnel(np.array(EXPECTED) + 0.1, EXPECTED).overdispersion.tau2 == 0

    def test_more_over_dispersion_never_finds_more_units(self, funnel) -> None:
        tight, wide = funnel(OBSERVED, EXPECTED, 0.95), funnel(OBSERVED, EXPECTED, 0.998)
        assert np.abs(wide.position).sum() <= np.abs(tight.position).sum()

    @pytest.mark.parametrize(
        ("observed", "expected", "share", "message"),
        [
            ([1, 2, -3], [1, 2, 3], 0.1, r"observed\[2\] is -3: it must not be negative"),
            ([1, 2, 3], [1, 2], 0.1, "must have the same shape"),
            ([[1, 2, 3]], [[1, 2, 3]], 0.1, r"observed has shape \(1, 3\): it must have 1 dimension"),
            ([1, 2, NAN], [1, 2, 3], 0.1, r"scores has 2 unit\(s\) with data: at least 3 are needed"),
            ([1, 2, 3], [1, 2, 3], 0.5, "share is 0.5: it must be at least 0 and below 0.5"),
        ],
    )
    def test_impossible_input_is_refused(self, funnel, observed, expected, share, message) -> None:
        with pytest.raises(ValueError, match=message):
            funnel(observed, expected, share=share)


def test_no_events_are_trimmed_or_refused_on_the_log_scale_and_welcome_on_the_root_scale() -> None:
    # On either scale a unit without any event is the most extreme; of 12 the SHMI's recipe drops one.
    one = shmi_funnel([0, *OBSERVED[1:]], EXPECTED)
    assert (one.value[0], one.position[0]) == (0, -1)
    assert one.overdispersion.units == 10
    with pytest.raises(ValueError, match=r"scores hold 1 unit\(s\) without events .* Use root_ratio_scores"):
        shmi_funnel([0, 0, *OBSERVED[2:]], EXPECTED)
    assert cqc_funnel([0, 0, *OBSERVED[2:]], EXPECTED).position.tolist()[:2] == [-1, -1]


def test_shares_of_nothing_use_all_units_and_both_recipes_agree() -> None:
    scores = log_ratio_scores(OBSERVED, EXPECTED)
    trimmed, winsorised = trimmed_overdispersion(scores, 0), winsorised_overdispersion(scores, 0)
    assert trimmed == pytest.approx(winsorised, rel=1e-12)
    assert trimmed.units == 12
    with pytest.raises(ValueError, match=r"scores after trimming has 2 unit\(s\)"):
        trimmed_overdispersion(scores, 0.45)


def test_trimming_shrinks_tau2_where_all_units_differ() -> None:
    """500 units around a true τ² of 0.04: untrimmed it is found, trimmed by the recipe it is a third."""
    random = np.random.default_rng(5)
    expected = random.uniform(200, 2000, 500)
    observed = random.poisson(expected * np.exp(random.normal(0, 0.2, 500)))
    scores = log_ratio_scores(observed, expected)
    assert trimmed_overdispersion(scores, 0).tau2 == pytest.approx(0.04, rel=0.2)
    assert trimmed_overdispersion(scores).tau2 == pytest.approx(0.04 / 3, rel=0.35)


@pytest.mark.parametrize("funnel", [shmi_funnel, cqc_funnel])
def test_false_alarms_when_nobody_differs(funnel) -> None:
    """Without true differences the recipes call as few units as they may; counted over 200 funnels."""
    random = np.random.default_rng(8)
    expected = random.uniform(100, 1500, 140)
    positions = np.array([funnel(random.poisson(expected), expected).position for _ in range(200)])
    error = math.sqrt(0.05 * 0.95 / positions.size)
    assert np.abs(positions).mean() <= 0.05 + 3 * error
    assert np.abs(positions).mean() >= 0.04


def test_events_without_any_trial_are_refused() -> None:
    with pytest.raises(ValueError, match=r"events\[1\] is 2 but trials\[1\] is 0"):
        arcsine_proportion_scores([1, 2, 3], [5, 0, 5])
