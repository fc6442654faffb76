"""Successors from lists: found where one neighbour gained what was lost, and nowhere else."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from likeforlike.measures.list_jumps import infer_successors

OCTOBER, NOVEMBER = datetime.date(2025, 10, 1), datetime.date(2025, 11, 1)
# Eight practices of the area that stay as they are: the typical growth is none.
QUIET = {f"X0009{number}": (5000.0, 5000.0) for number in range(8)}


def infer(
    lists: dict[str, tuple[float | None, float | None]],
    months: tuple[datetime.date, datetime.date] = (OCTOBER, NOVEMBER),
    elsewhere: tuple[str, ...] = (),
) -> dict[str, str]:
    """Predecessor → successor; all practices are in one area but those that are `elsewhere`."""
    every: dict[str, tuple[float | None, float | None]] = {**QUIET, **lists}
    sizes = np.array([[np.nan if size is None else size for size in pair] for pair in every.values()])
    jumps = infer_successors(
        list(every), months, sizes, lambda code, _: "XS002" if code in elsewhere else "XS001"
    )
    return {jump.predecessor: jump.successor for jump in jumps}


def test_one_went_to_one() -> None:
    assert infer({"X00001": (4000, None), "X00002": (9000, 12_980)}) == {"X00001": "X00002"}


def test_an_emptied_list_is_lost_too() -> None:
    # A few records linger for months after the patients have gone.
    assert infer({"X00001": (4000, 3), "X00002": (9000, 13_000)}) == {"X00001": "X00002"}


def test_two_went_to_one_together() -> None:
    lists = {"X00001": (4000, None), "X00002": (7000, None), "X00003": (9000, 20_000)}
    assert infer(lists) == {"X00001": "X00003", "X00002": "X00003"}


def test_two_went_to_two() -> None:
    lists = {
        "X00001": (4000, None), "X00002": (7000, None), "X00003": (9000, 16_100), "X00004": (8000, 11_900),
    }  # fmt: skip
    assert infer(lists) == {"X00001": "X00004", "X00002": "X00003"}


def test_a_new_code_for_the_same_patients() -> None:
    assert infer({"X00001": (4000, None), "X00002": (None, 3990)}) == {"X00001": "X00002"}


def test_growth_of_all_is_no_jump() -> None:
    # Every list grows by a tenth; X00002 by a tenth and by what X00001 had.
    growing = dict.fromkeys(QUIET, (5000.0, 5500.0))
    lists = {**growing, "X00001": (4000.0, None), "X00002": (9000.0, 9900.0 + 4000)}
    assert infer(lists) == {"X00001": "X00002"}


@pytest.mark.parametrize(
    ("lists", "why"),
    [
        ({"X00001": (4000, None), "X00002": (9000, 11_000), "X00003": (9000, 11_000)}, "dispersed to two"),
        ({"X00001": (4000, None), "X00002": (9000, 13_000), "X00003": (9000, 13_100)}, "two gained as much"),
        (
            {"X00001": (4000, None), "X00002": (4100, None), "X00003": (9000, 13_050)},
            "one gained, two were lost",
        ),
        ({"X00001": (499, None), "X00002": (900, 1399)}, "a list too small to tell"),
        ({"X00001": (4000, None), "X00002": (9000, 13_500)}, "more than a tenth too many"),
        ({"X00001": (4000, None), "X00002": (60_000, 64_000)}, "no more than it may grow by itself"),
        ({"X00001": (4000, None)}, "nobody gained"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_is_inferred_where_it_could_be_otherwise(
    lists: dict[str, tuple[float | None, float | None]], why: str
) -> None:
    assert infer(lists) == {}, why


def test_only_in_the_same_area() -> None:
    lists = {"X00001": (4000.0, None), "X00002": (9000.0, 13_000.0)}
    assert infer(lists, elsewhere=("X00002",)) == {}


def test_not_over_more_than_half_a_year() -> None:
    lists = {"X00001": (4000.0, None), "X00002": (9000.0, 13_000.0)}
    assert infer(lists, (datetime.date(2025, 5, 1), NOVEMBER)) == {"X00001": "X00002"}
    assert infer(lists, (datetime.date(2025, 4, 1), NOVEMBER)) == {}
