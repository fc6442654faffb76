"""An organisation's own months: limits, rebases by a person only, the end of the series, the change in a year."""

from __future__ import annotations

import datetime
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.catalogue import KnownBreak, load_catalogue
from likeforlike.comparison.trend import Movement, Trend, follow_months

ANSWERED = load_catalogue().indicator("calls_answered_share")
FIRST = datetime.date(2023, 12, 1)
# Twelve months whose year-on-year changes are known: mean 72.5, moving ranges 3 4 3 1 3 18 16 2 3 2 4.
YEAR = [72, 75, 71, 74, 73, 76, 58, 74, 72, 75, 77, 73]


def months(number: int) -> list[datetime.date]:
    return [datetime.date(2023 + (11 + one) // 12, (11 + one) % 12 + 1, 1) for one in range(number)]


def follow(values: list[float | None], breaks: tuple[KnownBreak, ...] = (), **reasons: str) -> Trend:
    """The series from December 2023; a month without a figure was not submitted."""
    figures = dict(
        zip(months(len(values)), [None if one is None else float(one) for one in values], strict=True)
    )
    why = {month: reasons.get("reason", "not_submitted") for month, value in figures.items() if value is None}
    return follow_months(ANSWERED, figures, why, breaks)


def known_break(month: datetime.date, *, rebase: bool, indicator: str = ANSWERED.id) -> KnownBreak:
    return KnownBreak(
        id="made", source="cloud_telephony", indicators=(indicator,), month=month, what="More.",
        evidence="Made.", rebase=rebase,
    )  # fmt: skip


def test_limits_are_those_of_the_xmr_chart() -> None:
    """72.5 ± 2.66 · 59/11, and the 58 lies below: computed by hand."""
    trend = follow(YEAR)
    reach = 2.66 * sum(abs(b - a) for a, b in pairwise(YEAR)) / 11
    assert trend.centre[0] == 72.5
    assert (trend.lower[0], trend.upper[0]) == pytest.approx((72.5 - reach, 72.5 + reach))
    assert [place for place, rule in enumerate(trend.rules) if rule] == [6]
    assert (trend.rules[6], trend.direction[6]) == (Movement.OUTSIDE, -1)


def test_fewer_than_twelve_months_have_no_limits() -> None:
    trend = follow([*YEAR[:11], None])
    assert trend.movement is Movement.TOO_FEW
    assert np.isnan(trend.centre).all()
    assert set(trend.rules) == {None}


def test_a_missing_month_keeps_its_reason_and_a_gap_in_the_calendar_is_absent() -> None:
    figures: dict[datetime.date, float | None] = dict(zip(months(14), [70.0, 71.0] * 7, strict=True))
    figures[months(14)[3]] = None
    del figures[months(14)[5]]
    trend = follow_months(ANSWERED, figures, {months(14)[3]: "suppressed"})
    assert trend.months == tuple(months(14))
    assert [(place, reason) for place, reason in enumerate(trend.reasons) if reason] == [
        (3, "suppressed"),
        (5, "absent"),
    ]
    assert np.isnan(trend.values[[3, 5]]).all()


def test_a_shift_that_lasts_to_the_end_has_its_first_month() -> None:
    trend = follow([60, 62] * 9 + [70, 71, 72, 70, 71, 73, 70])
    assert (trend.movement, trend.sign, trend.since) == (Movement.SHIFT, 1, 18)


def test_a_shift_that_ended_is_marked_and_not_spoken_of() -> None:
    """Seven low months in the middle, months on both sides of the mean around them."""
    trend = follow([60, 76] * 6 + [61, 62, 61, 62, 61, 62, 61] + [76, 60] * 6)
    assert trend.rules[12:19] == (Movement.SHIFT,) * 7
    assert trend.movement is Movement.CANNOT_TELL


def test_a_trend_that_lasts_to_the_end() -> None:
    trend = follow([60, 70, 58, 72, 60, 71, 59, 70, 61, 72, 58, 71, 60, 61, 62, 63, 64, 65.5, 66])
    assert (trend.movement, trend.sign, trend.since) == (Movement.TREND, 1, 12)


def test_the_last_month_alone() -> None:
    trend = follow([70, 71] * 10 + [60])
    assert (trend.movement, trend.sign, trend.since) == (Movement.OUTSIDE, -1, None)


def test_changed_little_needs_an_interval_within_what_matters() -> None:
    """Changes of +0.1 and −0.1 in turn: 0 ± t(11)·0.104/√12, far within the 5 points that matter here."""
    before = [70, 72, 69, 71, 73, 70, 72, 69, 71, 73, 70, 71]
    after = [value + (0.1 if place % 2 else -0.1) for place, value in enumerate(before)]
    trend = follow([*before, *after])
    assert trend.year is not None
    spread = math.sqrt(12 * 0.01 / 11)
    # Student's quantile for 11 degrees of freedom, from his table: 2.201.
    assert trend.year.upper == pytest.approx(2.201 * spread / math.sqrt(12), rel=1e-3)
    assert (trend.movement, trend.year.pairs) == (Movement.LITTLE, 12)


def test_months_that_go_together_say_less() -> None:
    """Changes of −2 for six months and +2 for six have the same mean and spread as in turn, and a wider interval."""
    before = [70, 72, 69, 71, 73, 70, 72, 69, 71, 73, 70, 71]
    turn = follow(before + [value + (2 if place % 2 else -2) for place, value in enumerate(before)])
    runs = follow(before + [value + (2 if place >= 6 else -2) for place, value in enumerate(before)])
    assert turn.year is not None
    assert runs.year is not None
    assert turn.year.change == pytest.approx(runs.year.change) == pytest.approx(0.0)
    # r = (5·4 − 4 + 5·4)/(12·4) = 0.75, so that 12 months are worth 12 · 0.25/1.75 = 1.71, and two at the least.
    assert runs.year.upper - runs.year.lower > 5 * (turn.year.upper - turn.year.lower)
    assert runs.movement is not Movement.LITTLE


def test_a_change_in_a_year_outside_nought() -> None:
    """+5 and +7 in turn, on months that alternate by far more: no run, and 6 in a year."""
    before = [60, 80] * 6
    after = [value + (7 if place % 2 else 5) for place, value in enumerate(before)]
    trend = follow([*before, *after])
    assert trend.year is not None
    assert (trend.movement, trend.sign) == (Movement.CHANGED, 1)
    assert trend.year.change == pytest.approx(6.0)


def test_a_certain_change_that_does_not_matter_is_little() -> None:
    """+2 for sure, of the 5 points that matter."""
    before = [60, 80] * 6
    trend = follow(before + [value + (2.5 if place % 2 else 1.5) for place, value in enumerate(before)])
    assert trend.year is not None
    assert trend.year.lower > 0
    assert trend.movement is Movement.LITTLE


def test_only_a_person_rebases() -> None:
    """The same break, once with and once without `rebase`: new limits, or the old ones with a break in the year."""
    values: list[float | None] = [70, 72] * 7 + [50, 52] * 7
    at = months(28)[14]
    plain = follow(values, (known_break(at, rebase=False),))
    assert len(set(plain.centre)) == 1
    assert (plain.movement, plain.rebased) == (Movement.SHIFT, ())
    anew = follow(values, (known_break(at, rebase=True),))
    assert anew.rebased == (14,)
    assert (anew.centre[0], anew.centre[-1]) == (71.0, 51.0)
    assert set(anew.rules) == {None}
    # The last two have a counterpart on the same side, which is too few.
    assert (anew.movement, anew.year) == (Movement.CANNOT_TELL, None)


def test_a_break_of_another_indicator_is_none_of_ours() -> None:
    trend = follow([70, 72] * 12, (known_break(months(24)[6], rebase=True, indicator="same_day_share"),))
    assert (trend.breaks, trend.rebased) == ((), ())


def test_a_short_time_after_a_rebase_has_no_limits() -> None:
    trend = follow([70, 72] * 7 + [50, 52, 50], (known_break(months(17)[14], rebase=True),))
    assert np.isnan(trend.centre).tolist() == [False] * 14 + [True] * 3
    assert trend.movement is Movement.TOO_FEW


def test_limits_do_not_go_where_no_share_can() -> None:
    trend = follow([99, 90] * 8)
    assert trend.upper[0] == 100.0
    assert 0 < trend.lower[0] < 90


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=1, max_size=40))
def test_turned_upside_down_everything_turns(values: list[int | None]) -> None:
    """100 − y has the same marks, the other way round."""
    trend = follow([None if one is None else float(one) for one in values])
    other = follow([None if one is None else 100.0 - one for one in values])
    assert trend.movement is other.movement
    assert trend.rules == other.rules
    assert trend.sign == -other.sign
    assert trend.since == other.since


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({}, "no month"),
        ({datetime.date(2025, 1, 2): 1.0}, "2025-01-02: the first day"),
        ({FIRST: None}, "nothing of 2023-12-01"),
    ],
)
def test_what_cannot_be_is_refused(figures: dict[datetime.date, float | None], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        follow_months(ANSWERED, figures, {})
