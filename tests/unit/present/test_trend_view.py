"""A series in words: what its end says, its marks, its gaps, its breaks."""

from __future__ import annotations

import datetime
import re

import pytest

from likeforlike.catalogue import KnownBreak, load_catalogue
from likeforlike.comparison.trend import follow_months
from likeforlike.present.trend import TrendView, view_trend

CATALOGUE = load_catalogue()
FLAT = [70, 72, 69, 71, 73, 70, 72, 69, 71, 73, 70, 71]


def view(
    values: list[float | None], indicator: str = "calls_answered_share", rebase: int | None = None
) -> TrendView:
    """The series from January 2024, months without a figure being suppressed."""
    months = [datetime.date(2024 + one // 12, one % 12 + 1, 1) for one in range(len(values))]
    breaks = () if rebase is None else (
        KnownBreak(
            id="made", source="cloud_telephony", indicators=(indicator,), month=months[rebase], rebase=True,
            what="More practices take part.", evidence="Made.",
        ),
    )  # fmt: skip
    figures = dict(zip(months, values, strict=True))
    reasons = {month: "suppressed" for month, value in figures.items() if value is None}
    return view_trend(
        follow_months(CATALOGUE.indicator(indicator), figures, reasons, breaks), CATALOGUE.methods
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            [60, 62] * 9 + [70, 71, 72, 70, 71, 73, 70],
            "Higher since July 2025, which is better here: seven months in a row above its mean.",
        ),
        (
            [70, 72] * 9 + [60, 61, 60, 61, 60, 61, 62],
            "Lower since July 2025, which is less good here: seven months in a row below its mean.",
        ),
        (
            [60, 70, 58, 72, 60, 71, 59, 70, 61, 72, 58, 71, 60, 61, 62, 63, 64, 65.5, 66],
            "Rising since January 2025, which is better here: seven months in a row, each above the one before.",
        ),
        (
            [70, 71] * 10 + [60],
            "September 2025 stands out: lower than its months vary by themselves, which is less good here.",
        ),
        (
            FLAT + [value + (0.1 if place % 2 else -0.1) for place, value in enumerate(FLAT)],
            "Changed little: 0.0 (−0.1 to 0.1) against the same months a year before, in percentage points.",
        ),
        (
            [60, 80] * 6 + [65, 87] * 6,
            (
                "Higher than a year before, which is better here: 6.0 (5.3 to 6.7) against the same months a year "
                "before, in percentage points."
            ),
        ),
        (
            [70, 71, 70],
            "Too few months to say whether it changes: three with a figure, twelve needed.",
        ),
        ([None, None], "No month has a figure."),
        (
            [70, 72] * 7,
            "The last month does not stand out, and too few have a like one a year before to compare with.",
        ),
    ],
)  # fmt: skip
def test_what_the_end_says(values: list[float | None], sentence: str) -> None:
    assert view(values).sentence == sentence


def test_a_wide_change_cannot_be_told() -> None:
    sentence = view(FLAT + [one + (9 if place % 2 else -9) for place, one in enumerate(FLAT)]).sentence
    assert sentence.startswith("Whether it changed cannot be told: 0.0 (−6.0 to 6.0)")


def test_a_direction_that_is_neither_good_nor_bad_is_not_called_so() -> None:
    shown = view([60, 62] * 9 + [70, 71, 72, 70, 71, 73, 70], "same_day_share")
    assert shown.sentence == "Higher since July 2025: seven months in a row above its mean."
    assert shown.months[-1].mark_words == "above its upper limit"


def test_marks_have_a_letter_and_words() -> None:
    shown = view([72, 75, 71, 74, 73, 76, 58, 74, 72, 75, 77, 73])
    marked = [(one.month, one.mark, one.mark_words) for one in shown.months if one.mark]
    assert marked == [(datetime.date(2024, 7, 1), "L", "below its lower limit (lower, less good)")]
    assert shown.limits == "Its mean is 72.5%, and its months vary between 58.2% and 86.8%."


def test_a_gap_says_why() -> None:
    shown = view([70.0, None, *FLAT])
    assert (shown.months[1].value, shown.months[1].words) == (None, "suppressed")
    # (70 + 851)/13; the eleven distances of neighbouring months are 25 together.
    assert sum(FLAT) == 851
    reach = 2.66 * 25 / 11
    mean = 921 / 13
    limits = [f"{one:.1f}" for one in (mean, mean - reach, mean + reach)]
    assert shown.table.texts()[1] == ["February 2024", "–", *limits, "–", "suppressed"]


def test_a_break_says_what_changed_and_what_became_of_the_limits() -> None:
    shown = view([70, 72] * 7 + [50, 52, 50], rebase=14)
    assert [one.words for one in shown.breaks] == [
        "March 2025: More practices take part. The limits begin anew here."
    ]
    assert shown.sentence == (
        "Too few months to say whether it changes: three with a figure, twelve needed since recording changed in "
        "March 2025."
    )


def test_no_word_judges() -> None:
    text = " ".join(
        view(values).sentence + view(values).how
        for values in ([60, 62] * 9 + [70, 71, 72, 70, 71, 73, 70], [70, 71] * 10 + [60], FLAT)
    )
    assert not re.search(r"\b(worse|worst|failing|poor|risk)\b", text)
