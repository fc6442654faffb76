"""Periods as tables print them: the first day and the last."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.sources.reading.periods import parse_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2021/22", "2021-04-01", "2022-03-31"),
        ("1999/00", "1999-04-01", "2000-03-31"),
        ("2019", "2019-01-01", "2019-12-31"),
        ("2017 - 19", "2017-01-01", "2019-12-31"),
        ("2017-19", "2017-01-01", "2019-12-31"),
        ("2017 - 2019", "2017-01-01", "2019-12-31"),
        ("1999 - 01", "1999-01-01", "2001-12-31"),
        ("2016/17 - 18/19", "2016-04-01", "2019-03-31"),
        ("2016/17 - 2018/19", "2016-04-01", "2019-03-31"),
        ("1998/99 - 00/01", "1998-04-01", "2001-03-31"),
        ("2021/22 Q4", "2022-01-01", "2022-03-31"),
        ("2021/22 Q1", "2021-04-01", "2021-06-30"),
        ("2021 Q2", "2021-04-01", "2021-06-30"),
        ("Feb 2024", "2024-02-01", "2024-02-29"),
    ],
)
def test_periods(text: str, start: str, end: str) -> None:
    assert parse_period(text) == (datetime.date.fromisoformat(start), datetime.date.fromisoformat(end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021/23",
        "2021/22 - 22/24",
        "2019 - 2017",
        "2021 Q5",
        "2021/23 Q1",
        "Foo 2024",
        "21/22",
        "1066",
        " 2019",
    ],
)
def test_what_is_no_period(text: str) -> None:
    assert parse_period(text) is None


@given(st.integers(1990, 2089), st.integers(0, 9))
def test_years_in_words_come_back(first: int, more: int) -> None:
    last = first + more
    calendar = f"{first} - {last % 100:02d}" if more else str(first)
    assert parse_period(calendar) == (datetime.date(first, 1, 1), datetime.date(last, 12, 31))
    financial = f"{first}/{(first + 1) % 100:02d}"
    if more:
        financial += f" - {last % 100:02d}/{(last + 1) % 100:02d}"
    assert parse_period(financial) == (datetime.date(first, 4, 1), datetime.date(last + 1, 3, 31))


@given(st.text(max_size=30))
def test_any_text_is_a_period_or_none(text: str) -> None:
    period = parse_period(text)
    assert period is None or period.start < period.end
