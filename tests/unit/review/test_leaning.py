"""Whether a list leans: Fisher's own table, every list written out, and blind lists that are hardly ever warned of."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from likeforlike.review.leaning import Lean, find_leans


def one_measure(values: list[float], listed: list[int], seed: int = 1) -> Lean:
    (lean,) = find_leans(
        np.isin(np.arange(len(values)), listed),
        np.ones(len(values), dtype=bool),
        {"deprivation": np.array(values, dtype=float)},
        {},
        np.random.default_rng(seed),
    )
    return lean


def test_a_share_is_fishers_exact_test() -> None:
    """Fisher's lady: of eight cups four had the milk first, and of the four that she named three: P = 34/70."""
    listed = np.array([True, True, True, False, True, False, False, False])
    milk = ["milk first"] * 4 + ["tea first"] * 4
    first, second = find_leans(listed, np.ones(8, bool), {}, {"cup": milk}, np.random.default_rng(1))
    assert first.p_value == pytest.approx(34 / 70)
    assert (first.characteristic, first.label, first.listed, first.assessed) == (
        "cup",
        "milk first",
        0.75,
        0.5,
    )
    assert second.p_value == pytest.approx(34 / 70)
    assert second.difference == -0.25
    # None and all four come in one list of 70 each, less than 2.5%.
    assert (first.lower, first.upper) == (0.25, 0.75)


def test_a_share_is_scipys_exact_test_too() -> None:
    rng = np.random.default_rng(2)
    listed = np.isin(np.arange(143), rng.choice(143, 22, replace=False))
    rural = rng.random(143) < np.where(listed, 0.6, 0.2)
    words = ["rural" if one else "urban" for one in rural]
    leans = {one.label: one for one in find_leans(listed, np.ones(143, bool), {}, {"rurality": words}, rng)}
    cells = [
        [(listed & rural).sum(), (listed & ~rural).sum()],
        [(~listed & rural).sum(), (~listed & ~rural).sum()],
    ]
    assert leans["rural"].p_value == pytest.approx(stats.fisher_exact(cells).pvalue)
    assert leans["rural"].leans
    assert leans["urban"].leans
    assert leans["rural"].listed > leans["rural"].upper


def test_a_mean_is_what_writing_out_every_list_gives() -> None:
    values = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 5.0, 3.0, 9.0]
    lean = one_measure(values, [4, 5, 8])
    mean = sum(values) / 9
    every = [abs(sum(chosen) / 3 - mean) for chosen in itertools.combinations(values, 3)]
    exact = sum(one >= (16 + 32 + 9) / 3 - mean - 1e-12 for one in every) / len(every)
    assert len(every) == 84
    assert lean.p_value == pytest.approx(exact, abs=4 * math.sqrt(exact / 10_000))
    assert lean.listed == 19
    assert lean.assessed == pytest.approx(80 / 9)
    assert lean.lower < lean.assessed < lean.upper < lean.listed


def test_the_same_seed_gives_the_same() -> None:
    values = list(np.random.default_rng(3).normal(20, 5, 50))
    assert one_measure(values, [1, 2, 3], seed=4) == one_measure(values, [1, 2, 3], seed=4)


def test_a_list_of_the_most_deprived_is_warned_of() -> None:
    lean = one_measure([float(i) for i in range(50)], list(range(40, 50)))
    assert lean.leans
    # No drawn list is as far: (1 + 0)/(1 + 10,000).
    assert lean.p_value == 1 / 10_001


def test_who_was_not_assessed_or_is_not_known_takes_no_part() -> None:
    listed = np.array([True, True, False, False, False, False])
    assessed = np.array([True, True, True, True, True, False])
    scores = np.array([30.0, np.nan, 10.0, 20.0, np.nan, 500.0])
    words = ["rural", None, "urban", "urban", "rural", "rural"]
    mean, rural, urban = find_leans(
        listed, assessed, {"deprivation": scores}, {"rurality": words}, np.random.default_rng(1)
    )
    assert (mean.listed, mean.assessed, mean.known_listed, mean.known_assessed) == (30, 20, 1, 3)
    assert (rural.listed, rural.assessed, rural.known_assessed) == (1, 0.5, 4)
    assert urban.listed == 0


def test_an_empty_list_leans_nowhere() -> None:
    leans = find_leans(
        np.zeros(4, bool),
        np.ones(4, bool),
        {"deprivation": np.array([1.0, 2.0, 3.0, np.nan]), "unknown": np.full(4, np.nan)},
        {"region": ["N", "N", "S", "S"]},
        np.random.default_rng(1),
    )
    assert [one.leans for one in leans] == [False] * 4
    assert np.isnan([one.listed for one in leans]).all()
    assert [one.assessed for one in leans] == pytest.approx([2, np.nan, 0.5, 0.5], nan_ok=True)


def test_blind_lists_are_hardly_ever_warned_of() -> None:
    """Forty lists drawn blindly, three measures and two sets of labels each: some two may be warned of."""
    rng = np.random.default_rng(8)
    warned = 0
    for _ in range(40):
        listed = np.isin(np.arange(50), rng.choice(50, 8, replace=False))
        leans = find_leans(
            listed,
            np.ones(50, bool),
            {name: rng.gamma(2, 3, 50) for name in ("deprivation", "patients", "older")},
            {"rurality": list(rng.choice(["R", "U"], 50)), "place": list(rng.choice(list("abcd"), 50))},
            rng,
        )
        warned += any(one.leans for one in leans)
    assert warned <= 2 + 3 * math.sqrt(40 * 0.05 * 0.95)


def test_the_more_is_asked_the_more_it_takes_to_be_warned() -> None:
    """Nine of ten listed are rural, of twenty-five altogether 16: P is 0.04 and is 0.08 where two are asked for."""
    listed = np.arange(25) < 10
    rural = ["rural"] * 9 + ["urban"] + ["rural"] * 7 + ["urban"] * 8
    alike = ["even" if place % 2 else "odd" for place in range(25)]
    alone = find_leans(listed, np.ones(25, bool), {}, {"rurality": rural}, np.random.default_rng(1))
    assert [round(one.p_value, 2) for one in alone] == [0.04, 0.04]
    assert [one.leans for one in alone] == [True, True]
    among = find_leans(
        listed, np.ones(25, bool), {}, {"rurality": rural, "place": alike}, np.random.default_rng(1)
    )
    assert [one.leans for one in among] == [False] * 4


def test_where_nothing_is_asked_nothing_is_found() -> None:
    assert find_leans(np.array([True, False]), np.ones(2, bool), {}, {}, np.random.default_rng(1)) == ()


def test_a_list_of_somebody_else_is_refused() -> None:
    with pytest.raises(ValueError, match="not assessed"):
        find_leans(np.array([True]), np.array([False]), {}, {}, np.random.default_rng(1))
