"""Published bands beside derived quarters and intervals, on eight organisations that can be counted."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest
from made_builds import observation

from likeforlike.catalogue import Indicator, load_catalogue
from likeforlike.catalogue.indicators import BandMethod, Bands
from likeforlike.comparison.band_contrast import Support, contrast_bands

BEST, MIDDLE, WORST = "In the best 25% of CCGs", "In the middle range", "In the worst 25% of CCGs"
DEATHS = load_catalogue().indicator("mynhs_ccg_deaths_under_75_cancer")
EXPERIENCE = load_catalogue().indicator("mynhs_ccg_out_of_hours_experience")
VALUES = [100.0, 105.0, 110.0, 115.0, 120.0, 125.0, 130.0, 135.0]
# Of eight: the lowest two values in the best quarter, the highest two in the other.
WORDS = [BEST, BEST, MIDDLE, MIDDLE, MIDDLE, MIDDLE, WORST, WORST]


def rows(
    values: list[float | None], words: list[str | None], limits: float | None = None
) -> list[dict[str, Any]]:
    """CCGs '00A', '00B' …; with limits, intervals of so much on either side."""
    made = []
    for place, (value, word) in enumerate(zip(values, words, strict=True)):
        some = value is not None and limits is not None
        made.append(
            observation(
                f"00{chr(65 + place)}",
                organisation_type="sub_icb",
                value=value,
                reason=None if value is not None else "not_published",
                published_band=word,
                published_lower=value - limits if some and value and limits else None,
                published_upper=value + limits if some and value and limits else None,
            )
        )
    return made


def test_without_intervals_nothing_can_be_told() -> None:
    contrast = contrast_bands(DEATHS, rows(list(VALUES), list(WORDS)))
    assert {one.support for one in contrast.rows} == {Support.NO_INTERVAL}
    assert (contrast.called_worst, contrast.called_best) == (2, 2)
    assert (contrast.told_apart, contrast.without_interval) == (0, 2)
    assert (contrast.agree, contrast.differ, contrast.tied_with_middle) == (8, 0, 0)
    assert [one.quarter_words for one in contrast.rows] == (
        ["lowest quarter"] * 2 + ["middle half"] * 4 + ["highest quarter"] * 2
    )


def test_with_intervals_some_can() -> None:
    """The middle of the eight is 117.5: 130 ± 14 holds it, 135 ± 14 does not."""
    contrast = contrast_bands(DEATHS, rows(list(VALUES), list(WORDS), 14.0))
    assert (contrast.reference, contrast.reference_is_england) == (117.5, False)
    assert [one.support for one in contrast.rows[-2:]] == [Support.WITHIN, Support.ABOVE]
    assert contrast.rows[0].support is Support.BELOW
    assert (contrast.told_apart, contrast.without_interval) == (1, 0)


def test_england_is_the_reference_where_it_is_known() -> None:
    contrast = contrast_bands(DEATHS, rows(list(VALUES), list(WORDS), 14.0), england=115.0)
    assert contrast.reference_is_england
    assert contrast.told_apart == 2


def test_an_interval_may_come_from_elsewhere() -> None:
    contrast = contrast_bands(DEATHS, rows(list(VALUES), list(WORDS)), derived={"00H": (120.0, 150.0)})
    assert [one.support for one in contrast.rows[-2:]] == [Support.NO_INTERVAL, Support.ABOVE]
    assert (contrast.told_apart, contrast.without_interval) == (1, 1)


def test_where_higher_is_better_the_low_end_is_the_bad_one() -> None:
    words: list[str | None] = [*reversed(WORDS)]
    contrast = contrast_bands(EXPERIENCE, rows(list(VALUES), words, 10.0))
    assert (contrast.agree, contrast.differ, contrast.told_apart) == (8, 0, 2)


def test_ties_at_a_border_were_parted() -> None:
    """Three with 130: one was called so and two were not, by an order that nobody printed."""
    values: list[float | None] = [100, 105, 110, 115, 130, 130, 130, 135]
    contrast = contrast_bands(DEATHS, rows(values, list(WORDS)))
    assert contrast.tied_with_middle == 1
    # Together they rank 5th to 7th of 8, which is the middle half: the one called so is not where its figure is.
    assert (contrast.agree, contrast.differ) == (7, 1)


def test_who_has_no_figure_is_in_no_quarter() -> None:
    values: list[float | None] = [*VALUES[:-1], None]
    contrast = contrast_bands(DEATHS, rows(values, [*WORDS[:-1], None]))
    last = contrast.rows[-1]
    assert (last.quarter, last.support, last.reason) == (None, Support.NO_FIGURE, "not_published")
    assert sum(number for _, number in contrast.words) == 7


def test_nobody_has_a_figure() -> None:
    contrast = contrast_bands(DEATHS, rows([None, None], [None, None]))
    assert (contrast.reference, contrast.words) == (None, ())
    assert contrast_bands(DEATHS, []).rows == ()


def test_words_that_name_no_quarters_are_counted_only() -> None:
    strokes = load_catalogue().indicator("mynhs_council_stroke_mortality")
    contrast = contrast_bands(strokes, rows([40.0, 50.0], ["About average", "About average"]))
    assert contrast.words == (("About average", 2),)
    assert (contrast.called_worst, contrast.agree, contrast.differ) == (0, 0, 0)


def test_what_does_not_belong_together_is_refused() -> None:
    with pytest.raises(ValueError, match="shmi has bands of ours"):
        contrast_bands(load_catalogue().indicator("shmi"), [])
    two = rows([1.0, 2.0], [MIDDLE, MIDDLE])
    two[1]["period_start"] = datetime.date(2014, 1, 1)
    with pytest.raises(ValueError, match="2 kinds and periods"):
        contrast_bands(DEATHS, two)


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ({"method": "published", "column": "a", "worst_quarter": "Last"}, "belong together"),
        ({"method": "quartiles", "best_quarter": "a", "worst_quarter": "b"}, "method 'published'"),
    ],
)
def test_words_of_quarters_belong_to_published_bands(bands: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Bands(**bands)


def test_quarters_have_no_ends_without_a_direction() -> None:
    fields: dict[str, Any] = DEATHS.model_dump() | {"polarity": "no_judgement"}
    with pytest.raises(ValueError, match="no quarter is the best"):
        Indicator(**fields)
    assert DEATHS.bands is not None
    assert DEATHS.bands.method is BandMethod.PUBLISHED
    assert not math.isnan(VALUES[0])
