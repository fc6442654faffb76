"""The limits hold their tails, by scipy's distributions, and the table says what solving says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from likeforlike.statistics.tail_limits import TABLE_FROM, binomial_limits, poisson_ratio_limits

NAN = float("nan")
TAILS = [0.2, 0.025, 0.001, 1e-5]


@pytest.mark.parametrize("tail", TAILS)
def test_poisson_tails_from_almost_nothing_to_millions(tail: float) -> None:
    expected = np.geomspace(1e-4, 1e6, TABLE_FROM - 1)
    lower, upper = poisson_ratio_limits(expected, tail)
    np.testing.assert_allclose(special.gammainc(upper * expected, expected), tail, rtol=1e-10)
    some = np.exp(-expected) < tail
    count = (lower * expected)[some]
    np.testing.assert_allclose(special.gammaincc(count + 1, expected[some]), tail, rtol=1e-10)
    assert not lower[~some].any()


@pytest.mark.parametrize("tail", TAILS)
def test_binomial_tails_at_any_target(tail: float) -> None:
    trials, target = np.meshgrid([1.0, 2.0, 17.0, 450.0, 30_000.0], [0.0, 1e-4, 0.03, 0.5, 0.9, 0.9995, 1.0])
    lower, upper = binomial_limits(trials, target, tail)
    open_above = (target > 0) & (target**trials < tail)
    chance = special.betainc(upper, trials - upper + 1, target)
    np.testing.assert_allclose(chance[open_above], tail, rtol=1e-9)
    np.testing.assert_array_equal(upper[~open_above], np.where(target > 0, trials, 0.0)[~open_above])
    np.testing.assert_allclose(lower, trials - binomial_limits(trials, 1 - target, tail)[1], atol=1e-6)


@pytest.mark.parametrize("tail", TAILS)
def test_the_table_says_what_solving_says(tail: float) -> None:
    random = np.random.default_rng(11)
    expected = np.concatenate(
        [np.exp(random.uniform(np.log(0.01), np.log(1e7), TABLE_FROM)), random.uniform(0.5, 30, TABLE_FROM)]
    )
    tabled = poisson_ratio_limits(expected, tail)
    pieces = [poisson_ratio_limits(part, tail) for part in np.split(expected, 4)]
    solved = [np.concatenate([piece[side] for piece in pieces]) for side in (0, 1)]
    for ours, known in zip(tabled, solved, strict=True):
        np.testing.assert_allclose(ours, known, rtol=0, atol=1e-10)


def test_what_is_missing_or_not_expected_has_no_limits() -> None:
    some = np.array([NAN, 0.0, 5.0])
    for expected in (some, np.tile(some, TABLE_FROM)):
        for limits in poisson_ratio_limits(expected, 0.025):
            assert np.isnan(limits[:3]).tolist() == [True, True, False]
    for limits in binomial_limits(np.array([NAN, 0.0, 5.0]), np.array(0.5), 0.025):
        assert np.isnan(limits).tolist() == [True, True, False]
