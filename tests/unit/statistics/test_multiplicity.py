"""Lists with few wrong entries and adjusted p-values: slow twins, laws, and simulated truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.statistics.multiplicity import benjamini_hochberg, holm, list_with_few_false

NAN = float("nan")
chances = st.lists(st.sampled_from([0.0, 0.3, 0.5, 0.8, 0.85, 0.9, 0.95, 0.97, 0.999, 1.0]), max_size=25)


def longest_slowly(p: list[float], share: float, least: float, most: int) -> set[int]:
    """The longest allowed list among those that cut the order at one probability."""
    best: set[int] = set()
    for cut in sorted(set(p)):
        candidate = {i for i, chance in enumerate(p) if chance >= cut and chance >= least}
        if candidate and len(candidate) <= most:
            false = math.fsum(1 - p[i] for i in candidate) / len(candidate)
            if false <= share + 1e-12 and len(candidate) > len(best):
                best = candidate
    return best


class TestLists:
    @given(chances, st.sampled_from([0.0, 0.05, 0.1, 0.25]), st.sampled_from([0.0, 0.8]), st.integers(0, 25))
    def test_the_longest_that_holds(self, p, share, least, most) -> None:
        ours = list_with_few_false(p, share, least_probability=least, longest=most)
        assert set(np.flatnonzero(ours.listed)) == longest_slowly(p, share, least, most)

    def test_an_example_to_read(self) -> None:
        listed, share = list_with_few_false([0.99, 0.60, 0.95, NAN, 0.84, 0.10])
        # (0.01 + 0.05 + 0.16)/3 = 0.073; with 0.60 it would be 0.155.
        assert listed.tolist() == [True, False, True, False, True, False]
        assert share == pytest.approx(0.22 / 3)

    def test_ties_come_together_or_not_at_all(self) -> None:
        assert list_with_few_false([0.9, 0.9, 0.9], longest=2).listed.sum() == 0
        assert list_with_few_false([1.0, 0.9, 0.9], longest=2).listed.tolist() == [True, False, False]

    def test_ten_times_a_tenth_is_a_tenth(self) -> None:
        assert list_with_few_false([0.9] * 10).listed.all()

    def test_empty_is_valid(self) -> None:
        for p in ([], [NAN], [0.2, 0.2]):
            listed, share = list_with_few_false(p)
            assert (listed.sum(), share) == (0, 0)

    def test_calibrated_probabilities_keep_the_promise(self) -> None:
        """Truths drawn with the probabilities themselves: the share of wrong entries is what was expected."""
        random = np.random.default_rng(6)
        expected, wrong = [], []
        for _ in range(400):
            p = random.beta(0.4, 0.6, 200)
            listed, share = list_with_few_false(p, 0.10)
            expected.append(share)
            wrong.append((random.random(200)[listed] > p[listed]).mean())
        error = np.std(wrong) / math.sqrt(400)
        assert np.mean(wrong) == pytest.approx(np.mean(expected), abs=3 * error)
        assert 0.08 < np.mean(expected) <= 0.10

    @pytest.mark.parametrize(
        ("arguments", "options", "message"),
        [
            (([0.5, 1.5],), {}, r"probabilities\[1\] is 1.5: it must lie between 0 and 1"),
            (([0.5], 10), {}, "most_false is 10: it must lie between 0 and 1"),
            (([0.5],), {"least_probability": -1}, "least_probability is -1"),
            (([0.5],), {"longest": -1}, "longest is -1: it must be a whole number of at least 0"),
            (([[0.5]],), {}, r"probabilities has shape \(1, 1\): it must have 1 dimension"),
        ],
    )
    def test_impossible_input_is_refused(self, arguments, options, message) -> None:
        with pytest.raises(ValueError, match=message):
            list_with_few_false(*arguments, **options)


def benjamini_hochberg_slowly(p: list[float]) -> list[float]:
    """The smallest q at which each would be rejected: some j with p ≤ p₍ⱼ₎ ≤ jq/m."""
    m, ordered = len(p), sorted(p)
    return [
        min(1.0, min(m * ordered[j - 1] / j for j in range(1, m + 1) if ordered[j - 1] >= value))
        for value in p
    ]


def holm_slowly(p: list[float]) -> list[float]:
    m, ordered = len(p), sorted(p)
    adjusted: dict[float, float] = {}
    highest = 0.0
    for i, value in enumerate(ordered):
        highest = max(highest, (m - i) * value)
        adjusted.setdefault(value, min(1.0, highest))
    return [adjusted[value] for value in p]


p_lists = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("adjust", "twin"), [(benjamini_hochberg, benjamini_hochberg_slowly), (holm, holm_slowly)]
)
class TestAdjustedPValues:
    @given(p=p_lists)
    def test_the_slow_twin(self, adjust, twin, p) -> None:
        np.testing.assert_allclose(adjust(p), twin(p), rtol=1e-12)

    @given(p=p_lists)
    def test_missing_tests_do_not_count(self, adjust, twin, p) -> None:
        np.testing.assert_array_equal(adjust([NAN, *p, NAN]), [NAN, *adjust(p), NAN])

    def test_impossible_input_is_refused(self, adjust, twin) -> None:
        with pytest.raises(ValueError, match=r"p_values\[1\] is -0.1: it must lie between 0 and 1"):
            adjust([0.5, -0.1])
        with pytest.raises(ValueError, match="it must have 1 dimension"):
            adjust([[0.5]])

    def test_nothing_to_adjust(self, adjust, twin) -> None:
        assert adjust([]).size == 0


def test_the_published_example() -> None:
    """Benjamini & Hochberg 1995, their example: of 15 p-values they reject 4 at 0.05, Bonferroni 3."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    assert (benjamini_hochberg(p) <= 0.05).sum() == 4
    assert (holm(p) <= 0.05).sum() == 3


def test_error_rates_are_kept() -> None:
    """90 true hypotheses and 10 false ones, 1,000 times."""
    random = np.random.default_rng(9)
    from_noise = random.random((1000, 90))
    from_signal = 10 ** -random.uniform(1, 8, (1000, 10))
    false_share, any_false = [], []
    for noise, signal in zip(from_noise, from_signal, strict=True):
        both = np.concatenate([noise, signal])
        by_bh, by_holm = benjamini_hochberg(both) <= 0.1, holm(both) <= 0.1
        false_share.append(by_bh[:90].sum() / max(1, by_bh.sum()))
        any_false.append(by_holm[:90].any())
    # With independent tests the false discovery rate is exactly 90% of 10%.
    error = np.std(false_share) / math.sqrt(1000)
    assert np.mean(false_share) == pytest.approx(0.09, abs=3 * error)
    assert np.mean(any_false) <= 0.1 + 3 * math.sqrt(0.1 * 0.9 / 1000)


def test_a_missing_share_of_wrong_entries_is_not_an_empty_list() -> None:
    with pytest.raises(ValueError, match="most_false is nan: it must not be missing here"):
        list_with_few_false([0.9, 0.8], float("nan"))
    with pytest.raises(ValueError, match="least_probability is nan: it must not be missing here"):
        list_with_few_false([0.9, 0.8], 0.5, least_probability=float("nan"))


def test_the_least_probability_itself_is_enough() -> None:
    assert list_with_few_false([0.95, 0.8], 0.5, least_probability=0.8).listed.tolist() == [True, True]
