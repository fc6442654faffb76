"""Buckets of tokens, by a clock that the test turns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.api import limits
from likeforlike.api.limits import Buckets


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_is_emptied_and_filled_again() -> None:
    clock = Clock()
    # Six a minute: a token in ten seconds.
    buckets = Buckets(6, 3, clock=clock)
    assert [buckets.take("192.0.2.1") for _ in range(4)] == [0, 0, 0, 10]
    clock.now += 4
    assert buckets.take("192.0.2.1") == 6
    clock.now += 6
    assert [buckets.take("192.0.2.1") for _ in range(2)] == [0, 10]
    clock.now += 3600
    # However long it was: no more than it holds.
    assert [buckets.take("192.0.2.1") for _ in range(4)] == [0, 0, 0, 10]


def test_a_large_question_takes_more_and_is_let_in_by_a_full_bucket() -> None:
    clock = Clock()
    buckets = Buckets(6, 5, clock=clock)
    assert [buckets.take("192.0.2.1", 3) for _ in range(2)] == [0, 10]
    clock.now += 10
    assert buckets.take("192.0.2.1", 3) == 0
    assert buckets.take("192.0.2.2", 50) == 0


def test_whoever_waits_as_long_as_told_is_let_in() -> None:
    clock = Clock()
    buckets = Buckets(7, 1, clock=clock)
    for _ in range(20):
        assert buckets.take("192.0.2.1") == 0
        clock.now += buckets.take("192.0.2.1")


@given(gaps=st.lists(st.floats(0, 30), max_size=60), burst=st.integers(1, 5), per_minute=st.integers(1, 120))
def test_no_more_are_let_in_than_the_bucket_and_the_time_give(
    gaps: list[float], burst: int, per_minute: int
) -> None:
    clock = Clock()
    buckets = Buckets(per_minute, burst, clock=clock)
    allowed = 0
    for gap in gaps:
        clock.now += gap
        allowed += buckets.take("192.0.2.1") == 0
    assert allowed <= burst + sum(gaps) * per_minute / 60 + 1e-6


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        # A household has a whole /64.
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "unknown", False),
    ],
)
def test_whose_address_it_is(one: str, other: str, shared: bool) -> None:
    buckets = Buckets(6, 1, clock=Clock())
    assert buckets.take(one) == 0
    assert (buckets.take(other) > 0) is shared


def test_only_so_many_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ADDRESSES", 3)
    buckets = Buckets(6, 1, clock=Clock())
    for number in range(5):
        buckets.take(f"192.0.2.{number}")
    assert list(buckets._buckets) == ["192.0.2.2", "192.0.2.3", "192.0.2.4"]
