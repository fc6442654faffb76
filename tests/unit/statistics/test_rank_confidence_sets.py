"""Confidence sets for ranks against looking at every pair of every draw."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeforlike.statistics import rank_critical_values
from likeforlike.statistics.rank_confidence_sets import (
    RankSets,
    Side,
    best_places_sets,
    marginal_rank_sets,
    simultaneous_rank_sets,
    worst_places_sets,
)


def county(size: int, seed: int, spread: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Estimates and standard errors like those of practices: uneven sizes, real differences."""
    stream = np.random.default_rng(seed)
    s = 0.3 * np.exp(stream.normal(0, 0.4, size))
    return spread * stream.normal(0, 1, size) + s * stream.normal(0, 1, size), s


def draws_of(x: np.ndarray, s: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """The draws the functions use, for the organisations in the order of rows."""
    order = rank_critical_values._order(x, s)
    e = np.concatenate([block for _, block in rank_critical_values._draws(draws, x.size, seed)])
    rows = np.empty_like(e)
    rows[:, order] = e
    return rows * s


def brute_critical_value(
    x: np.ndarray, s: np.ndarray, z: np.ndarray, level: float, pairs: set[tuple[int, int]], stepdown: bool
) -> float:
    """Mogstad et al., algorithm 3.2, in plain Python: all ordered pairs, all draws."""
    spread = {(i, j): math.sqrt(s[i] ** 2 + s[j] ** 2) for i, j in pairs}
    while True:
        largest = sorted(
            max((0.0, *((draw[i] - draw[j]) / spread[i, j] for i, j in pairs))) for draw in z.tolist()
        )
        critical = largest[math.ceil(level * len(largest) - 1e-9) - 1]
        rejected = {(i, j) for i, j in pairs if x[i] - x[j] > critical * spread[i, j]}
        if not stepdown or not rejected:
            return critical
        pairs = pairs - rejected


@pytest.mark.parametrize("stepdown", [False, True])
@pytest.mark.parametrize(("size", "seed"), [(2, 1), (9, 2), (20, 3)])
def test_simultaneous_sets_equal_brute_force(size: int, seed: int, stepdown: bool) -> None:
    x, s = county(size, seed)
    sets = simultaneous_rank_sets(x, s, best="highest", stepdown=stepdown, draws=200, seed=seed)
    critical = brute_critical_value(
        x, s, draws_of(x, s, 200, seed), 0.95, set(permutations(range(size), 2)), stepdown
    )
    assert float(sets.critical_value) == pytest.approx(critical, rel=1e-12)
    for i in range(size):
        above = sum(x[k] - x[i] > critical * math.hypot(s[k], s[i]) for k in range(size))
        below = sum(x[i] - x[k] > critical * math.hypot(s[k], s[i]) for k in range(size))
        assert (sets.lower[i], sets.upper[i]) == (1 + above, size - below)


@pytest.mark.parametrize("spread", [0.0, 0.5, 5.0])
@pytest.mark.parametrize("stepdown", [False, True])
def test_the_bound_finds_the_same_critical_value_as_all_pairs(spread: float, stepdown: bool) -> None:
    """With 400 organisations the search stops early; here each draw is a 400 × 400 table."""
    x, s = county(400, 4, spread)
    sets = simultaneous_rank_sets(x, s, best="lowest", stepdown=stepdown, draws=100, level=0.9)
    deviation = np.sqrt(s[:, None] ** 2 + s**2)
    family = ~np.eye(400, dtype=bool)
    while True:
        largest = np.sort([((z[:, None] - z) / deviation)[family].max() for z in draws_of(x, s, 100, 0)])
        left = family & (x[:, None] - x <= largest[89] * deviation)
        if not stepdown or (left == family).all():
            break
        family = left
    assert float(sets.critical_value) == pytest.approx(largest[89], rel=1e-12)


@pytest.mark.parametrize("side", ["both", "lower", "upper"])
@pytest.mark.parametrize("size", [12, 300])
def test_marginal_sets_equal_brute_force(size: int, side: Side) -> None:
    x, s = county(size, 6)
    draws = 120
    z = draws_of(x, s, draws, 0)
    sets = marginal_rank_sets(x, s, best="highest", side=side, draws=draws)
    for i in range(0, size, max(1, size // 12)):
        deviation = np.sqrt(s[i] ** 2 + s**2)
        others = np.arange(size) != i
        rises, falls = others & (side != "upper"), others & (side != "lower")
        while True:
            best = np.zeros(draws)
            for family, statistic in (
                (rises, (z - z[:, [i]]) / deviation),
                (falls, (z[:, [i]] - z) / deviation),
            ):
                best = np.maximum(best, statistic[:, family].max(axis=1, initial=0.0))
            critical = np.sort(best)[113]  # 0.95 of 120 draws are 114
            up, down = x - x[i] > critical * deviation, x[i] - x > critical * deviation
            if not (rises & up).any() and not (falls & down).any():
                break
            rises, falls = rises & ~up, falls & ~down
        assert sets.critical_value[i] == pytest.approx(critical, rel=1e-12)
        assert sets.lower[i] == (1 if side == "upper" else 1 + up.sum())
        assert sets.upper[i] == (size if side == "lower" else size - down.sum())


def test_the_strip_search_equals_all_pairs_of_one_draw() -> None:
    x, s = county(150, 8)
    e = np.random.default_rng(9).standard_normal(150)
    deviation = np.sqrt(s[:, None] ** 2 + s**2)
    for critical in (0.5, 2.0, np.inf):
        statistic = np.where(
            x[:, None] - x <= critical * deviation, ((s * e)[:, None] - s * e) / deviation, 0.0
        )
        found = rank_critical_values._largest_pair(x, s, e, critical, 0.0)
        assert found == pytest.approx(statistic.max(), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-4, 4), st.sampled_from([0.5, 1.0, 3.0])), min_size=2, max_size=9),
)
def test_order_of_rows_changes_nothing(rows: list[tuple[int, float]]) -> None:
    x, s = np.array(rows, dtype=float).T
    order = np.random.default_rng(x.size).permutation(x.size)
    for function in (simultaneous_rank_sets, marginal_rank_sets):
        whole = function(x, s, best="highest", draws=50)
        shuffled = function(x[order], s[order], best="highest", draws=50)
        if function is marginal_rank_sets and len(set(rows)) < len(rows):
            continue  # Identical organisations exchange their draws, hence their own critical values.
        assert (whole.lower[order] == shuffled.lower).all()
        assert (whole.upper[order] == shuffled.upper).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(-4, 4), st.sampled_from([0.5, 1.0])), min_size=2, max_size=8))
def test_polarity_flip_mirrors_ranks(rows: list[tuple[int, float]]) -> None:
    x, s = np.array(rows, dtype=float).T
    for function in (simultaneous_rank_sets, marginal_rank_sets):
        up, down = (function(x, s, best=best, draws=50) for best in ("highest", "lowest"))
        assert (up.rank + down.rank == x.size + 1).all()
        assert (up.lower + down.upper == x.size + 1).all()
        assert (up.upper + down.lower == x.size + 1).all()


def test_polarity_flip_mirrors_one_sided_sets() -> None:
    x, s = county(15, 3)
    up = marginal_rank_sets(x, s, best="highest", side="lower", draws=300)
    down = marginal_rank_sets(x, s, best="lowest", side="upper", draws=300)
    assert (up.lower + down.upper == 16).all()
    assert (up.lower > 1).any()
    assert (down.lower == 1).all()


@given(st.integers(2, 30), st.floats(-5, 5), st.floats(0.01, 5))
@settings(max_examples=30, deadline=None)
def test_identical_organisations_get_identical_sets_that_span_everything(n: int, x: float, s: float) -> None:
    for function in (simultaneous_rank_sets, marginal_rank_sets):
        sets = function(np.full(n, x), np.full(n, s), best="lowest", draws=40)
        assert (sets.lower == 1).all()
        assert (sets.upper == n).all()
        assert worst_places_sets(sets, 1).may.all()
        assert not best_places_sets(sets, max(1, n - 1)).must.any()


def test_organisations_far_apart_get_one_place_each() -> None:
    sets = simultaneous_rank_sets([30.0, 10.0, 20.0], [0.1, 0.1, 0.1], best="highest", draws=100)
    assert sets.lower.tolist() == sets.upper.tolist() == [1, 3, 2]
    worst = worst_places_sets(sets, 1)
    assert worst.may.tolist() == worst.must.tolist() == [False, True, False]
    best = best_places_sets(sets, 2)
    assert best.may.tolist() == best.must.tolist() == [True, False, True]


def test_places_follow_from_the_bounds() -> None:
    sets = RankSets(np.array([1.0, 2, 3, 4]), np.array([1, 1, 2, 4]), np.array([2, 3, 4, 4]), np.array(2.0))
    assert worst_places_sets(sets, 2).may.tolist() == [False, True, True, True]
    assert worst_places_sets(sets, 2).must.tolist() == [False, False, False, True]
    assert best_places_sets(sets, 2).may.tolist() == [True, True, True, False]
    assert best_places_sets(sets, 2).must.tolist() == [True, False, False, False]


def test_stepdown_only_narrows_and_marginal_sets_lie_within_simultaneous_ones() -> None:
    x, s = county(60, 12, 3.0)
    wide = simultaneous_rank_sets(x, s, best="highest", stepdown=False, draws=2_000)
    narrow = simultaneous_rank_sets(x, s, best="highest", draws=2_000)
    marginal = marginal_rank_sets(x, s, best="highest", draws=2_000)
    assert (narrow.lower >= wide.lower).all()
    assert (narrow.upper <= wide.upper).all()
    assert float(narrow.critical_value) < float(wide.critical_value)
    assert (marginal.lower >= narrow.lower).all()
    assert (marginal.upper <= narrow.upper).all()


def coverage(counties: int, size: int, draws: int) -> tuple[float, float]:
    """Shares of true ranks covered: all at once, and the first organisation's by its marginal set."""
    together = alone = 0
    stream = np.random.default_rng(20_240)
    truth = np.sort(stream.normal(0, 1, size))[::-1]
    s = stream.uniform(0.2, 0.8, size)
    ranks = np.arange(1, size + 1)
    for number in range(counties):
        x = truth + s * stream.standard_normal(size)
        sets = simultaneous_rank_sets(x, s, best="highest", level=0.9, draws=draws, seed=number)
        own = marginal_rank_sets(x, s, best="highest", level=0.9, draws=draws, seed=number)
        together += bool(((sets.lower <= ranks) & (ranks <= sets.upper)).all())
        middle = size // 2
        alone += bool(own.lower[middle] <= ranks[middle] <= own.upper[middle])
    return together / counties, alone / counties


def test_coverage_is_at_least_nominal_in_few_counties() -> None:
    together, alone = coverage(counties=150, size=12, draws=300)
    # Nominal 0.90 less three Monte Carlo errors √(0.9·0.1/150) = 0.024.
    assert together >= 0.90 - 0.073
    assert alone >= 0.90 - 0.073


@pytest.mark.slow
def test_coverage_is_at_least_nominal() -> None:
    together, alone = coverage(counties=2_000, size=25, draws=1_000)
    assert together >= 0.90 - 0.020
    assert alone >= 0.90 - 0.020


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([1.0, 2.0], [1.0]), {}, "these must have the same shape"),
        (([1.0, np.nan], [1.0, 1.0]), {}, r"estimates\[1\] is nan"),
        (([1.0, 2.0], [1.0, 0.0]), {}, r"standard_errors\[1\] is 0: it must be greater than 0"),
        (([1.0, 2.0], [1.0, np.nan]), {}, r"standard_errors\[1\] is nan"),
        (([1.0], [1.0]), {}, "estimates has 1 unit"),
        (([1.0, 2.0], [1.0, 1.0]), {"level": 95}, "level is 95"),
        (([1.0, 2.0], [1.0, 1.0]), {"draws": 0}, "draws is 0"),
        (([1.0, 2.0], [1.0, 1.0]), {"best": "first"}, "best is 'first'"),
    ],
)
def test_bad_input_is_refused(
    arguments: tuple[object, object], options: dict[str, object], message: str
) -> None:
    for function in (simultaneous_rank_sets, marginal_rank_sets):
        with pytest.raises(ValueError, match=message):
            function(*arguments, **{"best": "highest", **options})


def test_unknown_sides_and_places_are_refused() -> None:
    with pytest.raises(ValueError, match="side is 'left'"):
        marginal_rank_sets([1.0, 2.0], [1.0, 1.0], best="highest", side="left")
    sets = simultaneous_rank_sets([1.0, 2.0], [1.0, 1.0], best="highest", draws=10)
    with pytest.raises(ValueError, match="places is 3: there are only 2 organisations"):
        worst_places_sets(sets, 3)
    with pytest.raises(ValueError, match="places is 0"):
        best_places_sets(sets, 0)


@given(st.floats(0.05, 5), st.floats(-4, 4), st.floats(0.1, 4), st.floats(0.05, 20))
def test_the_bound_of_those_not_looked_at_is_never_passed_and_can_be_reached(
    own_error: float, own_e: float, small_e: float, small_z: float
) -> None:
    own_z = own_error * own_e
    errors = np.geomspace(1e-3, 1e3, 20_001)
    z = -np.sign(own_z or 1.0) * np.minimum(errors * small_e, small_z)
    largest = (np.abs(own_z - z) / np.hypot(own_error, errors)).max()
    [bound] = rank_critical_values._bound_of_the_rest(
        np.array([own_error]), np.array([own_z]), small_e, small_z
    )
    assert largest <= bound * (1 + 1e-12)
    # The errors tried are 0.07% apart; where own_e is 0 the largest is only reached in the limit.
    if abs(own_e) > 0.05:
        assert largest == pytest.approx(bound, rel=1e-3)


def test_a_difference_of_exactly_the_critical_value_is_not_clear() -> None:
    """10 = 2 · √(3² + 4²)."""
    errors, twice = np.array([3.0, 4.0]), np.asarray(2.0)
    for lead, clear in ((10.0, 0), (np.nextafter(10.0, 11.0), 1)):
        higher, lower = rank_critical_values.count_clear_differences(np.array([0.0, lead]), errors, twice)
        assert (higher.tolist(), lower.tolist()) == ([clear, 0], [0, clear])
