"""Small numbers: what is withheld, and that nobody who adds and subtracts gets it back."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.disclosure import (
    SUPPRESSED,
    Figures,
    Sum,
    counts_people,
    find_fixed,
    find_suppressed,
    make_sums,
    protect_figures,
)

K = 5


def suppressed(counts: list[float], sums: list[Sum], withheld: tuple[int, ...] = ()) -> list[int]:
    """Places that are withheld, everything else being shown."""
    marks = np.zeros(len(counts), dtype=bool)
    marks[list(withheld)] = True
    values = np.array(counts, dtype=float)
    found = find_suppressed(values, sums, K, withheld=marks, shown=~marks & ~np.isnan(values))
    return np.flatnonzero(found.suppressed).tolist()


def test_a_small_count_takes_the_next_smallest_with_it() -> None:
    """Area 3 = 40 = 3 + 25 + 12: 40 − 25 − 12 would give the 3 back, so the 12 goes as well."""
    assert suppressed([3, 25, 12, 40], [Sum(3, (0, 1, 2))]) == [0, 2]


def test_nothing_small_nothing_withheld() -> None:
    assert suppressed([5, 0, 12, 17], [Sum(3, (0, 1, 2))]) == []


def test_where_no_total_is_shown_one_is_enough() -> None:
    """The area has no figure of its own (too little covered): there is nothing to subtract from."""
    assert suppressed([3, 25, 12, np.nan], [Sum(3, (0, 1, 2))]) == [0]


def test_two_small_counts_whose_sum_is_small_need_a_third() -> None:
    """30 − 28 leaves 2 for two practices: one each. With the 8 there are 10 for three."""
    assert suppressed([1, 1, 20, 8, 30], [Sum(4, (0, 1, 2, 3))]) == [0, 1, 3]


def test_as_many_people_as_withheld_practices_is_one_each() -> None:
    """5 is no small count, but it is 1 + 1 + 1 + 1 + 1."""
    counts = [1, 1, 1, 1, 1, 9, 14]
    assert suppressed(counts, [Sum(6, (0, 1, 2, 3, 4, 5))]) == [0, 1, 2, 3, 4, 5]


def test_an_area_with_one_member_is_withheld_with_it() -> None:
    """A network of one practice says what the practice does; England then needs a second unknown."""
    practices, network_a, network_b, england = [3, 10, 11], 3, 21, 24
    sums = [Sum(3, (0,)), Sum(4, (1, 2)), Sum(5, (0, 1, 2))]
    # 0 and its network; of England's parts the 10; then of network b the 11; and as 24 − 21 is 3, the 21.
    assert suppressed([*practices, network_a, network_b, england], sums) == [0, 1, 2, 3, 4]


def test_noughts_are_shown_and_are_poor_cover() -> None:
    """20 − 17 − 0: the nought would hide nothing, for withheld counts are known to be no noughts."""
    assert suppressed([3, 17, 0, 20], [Sum(3, (0, 1, 2))]) == [0, 1]


def test_what_the_publisher_withheld_counts_as_withheld() -> None:
    """Its count is not known to us, and 40 − 25 − 9 would give it to anybody."""
    assert suppressed([np.nan, 25, 9, 40], [Sum(3, (0, 1, 2))], withheld=(0,)) == [0, 2]


def test_not_submitted_is_no_cover() -> None:
    """Who sent nothing is in no total: 15 − 12 is the 3 of the other."""
    assert suppressed([3, np.nan, 12, 15], [Sum(3, (0, 1, 2))]) == [0, 2]


def test_a_count_that_is_not_shown_for_another_reason_is_cover() -> None:
    """'Too few to say': 30 appointments that nobody can read. 133 − 100 says nothing of the 3 by itself."""
    counts = np.array([3.0, 30.0, 100.0, 133.0])
    shown = np.array([True, False, True, True])
    found = find_suppressed(counts, [Sum(3, (0, 1, 2))], K, withheld=np.zeros(4, dtype=bool), shown=shown)
    assert found.suppressed.tolist() == [True, False, False, False]


def test_crossing_areas_are_seen_through_together() -> None:
    """Two ways to cut four practices in pairs, and each total is shown: every pair has two unknowns, and yet…

    a + b = 9, c + d = 60, a + c = 30 and the three a + b + c = 36: c is 27 and so a is 3.
    """
    counts = [3.0, 6.0, 27.0, 33.0, 9.0, 60.0, 30.0, 36.0]
    sums = [Sum(4, (0, 1)), Sum(5, (2, 3)), Sum(6, (0, 2)), Sum(7, (0, 1, 2))]
    unknown = np.zeros(8, dtype=bool)
    unknown[:3] = True
    assert np.flatnonzero(find_fixed(sums, unknown)).tolist() == [0, 1, 2]
    assert 0 not in attack(counts, sums, suppressed(counts, sums))


def test_rates_intervals_and_expected_go_too() -> None:
    """A rate of a known list, or a ratio to a known expected count, is the count in other words."""
    figures = Figures(
        count=np.array([3.0, 25.0, 12.0, 40.0, np.nan]),
        value=np.array([0.3, 2.5, 1.2, 1.3, np.nan]),
        lower=np.array([0.1, 1.6, 0.6, 0.9, np.nan]),
        upper=np.array([0.9, 3.7, 2.1, 1.8, np.nan]),
        expected=np.array([5.0, 20.0, 15.0, 40.0, np.nan]),
        reason=np.array(["", "", "", "", "not_submitted"], dtype=object),
    )
    shown = protect_figures(figures, [Sum(3, (0, 1, 2, 4))], K)
    assert shown.reason.tolist() == [SUPPRESSED, "", SUPPRESSED, "", "not_submitted"]
    for column in (shown.count, shown.value, shown.lower, shown.upper, shown.expected):
        assert np.isnan(column).tolist() == [True, False, True, False, True]
    assert shown.expected[[1, 3]].tolist() == [20.0, 40.0]
    # A second pass changes nothing: what was withheld is unknown, and is taken for small.
    again = protect_figures(shown, [Sum(3, (0, 1, 2, 4))], K)
    assert again.reason.tolist() == shown.reason.tolist()


def test_sums_of_a_hierarchy() -> None:
    kinds = ["gp_practice", "gp_practice", "pcn", "england"]
    belongs = [(0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
    assert make_sums(belongs, kinds) == (Sum(2, (0, 1)), Sum(3, (0, 1)), Sum(3, (2,)))


def test_what_is_about_people() -> None:
    indicators = load_catalogue().indicators
    for protected in ("calls_answered_share", "shmi", "cancer_treated_within_62_days_share"):
        assert counts_people(indicators[protected]), protected
    for plain in ("care_home_beds", "gp_fte_per_1000_weighted", "rural_practice", "cqc_overall_rating"):
        assert not counts_people(indicators[plain]), plain


@pytest.mark.parametrize(
    ("counts", "total", "smallest", "message"),
    [
        ([-1.0, 2.0], 1, 5, "events cannot be negative"),
        ([1.0, 2.0], 1, 1, "from 2 on"),
        ([1.0, 2.0], 2, 5, "not among the 2"),
        ([1.0, 2.0], 0, 5, "no part of itself"),
    ],
)
def test_what_cannot_be_is_refused(counts: list[float], total: int, smallest: int, message: str) -> None:
    none = np.zeros(2, dtype=bool)
    with pytest.raises(ValueError, match=message):
        find_suppressed(np.array(counts), [Sum(total, (0,))], smallest, withheld=none, shown=~none)


def test_shapes_must_fit() -> None:
    with pytest.raises(ValueError, match="one and the same number of places"):
        find_suppressed(np.zeros(2), [], K, withheld=np.zeros(3, dtype=bool), shown=np.zeros(2, dtype=bool))


# A county of practices in networks and, crossing them, in areas; areas in boards, boards in England.
@st.composite
def counties(draw: st.DrawFn) -> tuple[list[float], list[str], list[tuple[int, int]], list[bool]]:
    """Counts (leaves, then areas with their sums), kinds, who belongs to whom, and what the publisher withheld."""
    number = draw(st.integers(1, 10))
    leaves = draw(st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9, 30]), min_size=number, max_size=number))
    belongs: list[tuple[int, int]] = []
    counts: list[float] = [float(one) for one in leaves]
    kinds = ["gp_practice"] * number
    within: list[int | None] = [None] * number
    for level, most in (("pcn", 4), ("sub_icb", 3), ("icb", 2), ("england", 1)):
        crossing = level == "sub_icb" and draw(st.booleans())
        groups = draw(st.lists(st.integers(0, most - 1), min_size=number, max_size=number))
        if not crossing and within[0] is not None:
            # Nested: members of one group of the level below are together.
            groups = [groups[within.index(one)] for one in within]
        for group in sorted(set(groups)):
            members = [leaf for leaf in range(number) if groups[leaf] == group]
            belongs += [(leaf, len(counts)) for leaf in members]
            counts.append(float(sum(leaves[leaf] for leaf in members)))
            kinds.append(level)
        within = [*groups]
    withheld = [
        count > 0 and kind == "gp_practice" and draw(st.integers(0, 9)) == 0
        for count, kind in zip(counts, kinds, strict=True)
    ]
    return counts, kinds, belongs, withheld


@given(counties())
def test_nobody_who_solves_the_published_sums_gets_a_withheld_count(
    county: tuple[list[float], list[str], list[tuple[int, int]], list[bool]],
) -> None:
    counts, kinds, belongs, withheld = county
    sums = list(make_sums(belongs, kinds))
    known = [np.nan if mark else count for count, mark in zip(counts, withheld, strict=True)]
    places = tuple(place for place, mark in enumerate(withheld) if mark)
    hidden = suppressed(known, sums, places)
    assert {place for place, count in enumerate(counts) if 0 < count < K} | set(places) <= set(hidden)
    assert attack(counts, sums, hidden) == set()


def attack(counts: list[float], sums: list[Sum], hidden: list[int]) -> set[int]:
    """What an attacker pins, by another way than ours: a withheld count that all solutions have in common.

    Dense Gauss over fractions: place j is pinned where adding the row eⱼ does not raise the rank.
    """
    column = {place: number for number, place in enumerate(hidden)}
    rows = []
    for one in sums:
        row = [Fraction(0)] * len(hidden)
        for part in one.parts:
            if part in column:
                row[column[part]] += 1
        if one.total in column:
            row[column[one.total]] -= 1
        rows.append(row)
    plain = rank(rows)
    unit = {
        place: [Fraction(int(number == one)) for one in range(len(hidden))]
        for place, number in column.items()
    }
    return {place for place in hidden if rank([*rows, unit[place]]) == plain}


def rank(rows: list[list[Fraction]]) -> int:
    """The rank, row by row."""
    rows, found = [row[:] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((place for place in range(found, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for place in range(found + 1, len(rows)):
            times = rows[place][column] / rows[found][column]
            rows[place] = [one - times * other for one, other in zip(rows[place], rows[found], strict=True)]
        found += 1
    return found


@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 7]), min_size=2, max_size=4))
def test_in_one_area_trying_every_possibility_pins_nothing(leaves: list[int]) -> None:
    """A stronger attacker: whole numbers, none of the withheld a nought (they are shown), one total."""
    counts = [float(one) for one in leaves]
    total = sum(leaves)
    hidden = suppressed([*counts, float(total)], [Sum(len(leaves), tuple(range(len(leaves))))])
    parts = [place for place in hidden if place < len(leaves)]
    if len(leaves) in hidden or not parts or any(leaves[place] == 0 for place in parts):
        return
    rest = sum(leaves[place] for place in parts)
    possible = [guess for guess in product(range(1, rest + 1), repeat=len(parts)) if sum(guess) == rest]
    assert rest >= K
    for number, _ in enumerate(parts):
        assert len({guess[number] for guess in possible}) > 1
