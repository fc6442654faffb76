"""The proof in a reduced form: the same counties, review and targets, a dozen of each of the rows that must hold.

The targets are those of the full form; where a dozen counties cannot tell, the Monte Carlo error is allowed for.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from cases import CASES, NOBODY, ORDINARY
from counties import Case, Theme, draw_county
from page import write_page
from reviewing import Reviewed, definitions, review_county
from scoring import Figure, missed, ratio, score
from suspicions import Suspicions

from likeforlike.review.listing import Category, Listing
from likeforlike.statistics.drift_covariance import VarianceComponents
from likeforlike.statistics.rank_probabilities import RankIntervals

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods" / "proof.md"
FEW = 12


def test_the_ordinary_county_meets_the_targets() -> None:
    one = score(ORDINARY, [review_county(ORDINARY, seed) for seed in range(FEW)])
    assert one.reliability >= 0.6
    assert 0.93 - 2 * one.coverage.error <= one.coverage.value <= 0.97 + 2 * one.coverage.error
    assert 0.9 - 2 * one.slope.error <= one.slope.value <= 1.1 + 2 * one.slope.error
    assert one.wrong.value <= 0.10 + 2 * one.wrong.error
    assert one.beside_oracle.value >= 0.90
    # An empty list must not pass, nor one that a month's league table would have been as good as.
    assert one.listed.value > 0.5 * one.truly
    assert one.snapshot_wrong.value > 3 * one.wrong.value


def test_where_nobody_differs_nobody_is_listed() -> None:
    reviewed = [review_county(NOBODY, seed) for seed in range(FEW)]
    # At 5% of lists that are not empty, two of twelve would come once in eight times; three once in fifty.
    assert sum(one.listing.listed.any() for one in reviewed) <= 2
    # The county whose uneven drift once made estimates that nobody could have is among them (seed 6).
    assert not reviewed[6].listing.listed.any()
    assert all(one.by_snapshot.sum() >= 20 for one in reviewed)


def test_an_announced_change_is_gated_in_every_county() -> None:
    case = next(one for one in CASES if one.recording == "announced")
    assert score(case, [review_county(case, seed) for seed in range(2)]).from_after_break == 1.0


def test_counties_are_drawn_as_the_case_says() -> None:
    """One theme, many counties: lasting difference and drift come out as put in, and the window's truth follows."""
    theme = Theme("calls_answered_share", 1, 0.4, VarianceComponents(0.39, 0.0, 0.6), -0.5, 0.01, 0.0)
    county = draw_county(Case("one", "", themes=(theme,), months=6), definitions(), 3)
    panel = county.panels[0]
    assert panel.months[-1] == datetime.date(2025, 12, 1)
    assert len(panel.months) == 6
    share = panel.numerator / panel.denominator
    links = np.log(share / (1 - share))
    seen = ~np.isnan(links)
    # Without drift and with 800,000 trials what is seen is the level of the month and the truth.
    for month in range(6):
        its = links[seen[:, month], month] - county.effects[seen[:, month], 0]
        assert its.std() < 0.01
    assert county.effects.var() == pytest.approx(0.39, rel=0.2)
    assert (
        draw_county(ORDINARY, definitions(), 3).effects[0, 0]
        == draw_county(ORDINARY, definitions(), 3).effects[0, 0]
    )


def made_up(listed: list[int], true: list[int]) -> Reviewed:
    """Ten practices with P of 0.95 on the list and 0.05 off it."""
    named, truth = np.isin(np.arange(10), listed), np.isin(np.arange(10), true)
    rank = np.arange(10, 0, -1.0)
    listing = Listing(
        assessed=np.ones(10, dtype=bool),
        probability=np.where(named, 0.95, 0.05),
        categories=(Category.CANNOT_TELL,) * 10,
        ranks=RankIntervals(rank, rank - 1, rank + np.where(np.arange(10) == 9, -0.5, 1)),
        composite=np.zeros(10),
        listed=named,
        expected_false_share=0.05,
        longest=2,
    )
    return Reviewed(listing, 0.8, truth, rank, named, truth, named, truth, truth, (0,))


def test_the_scores_are_those_one_counts_by_hand() -> None:
    one = score(ORDINARY, [made_up([0, 1], [0, 1]), made_up([0], [1])])
    # Nine of ten intervals hold; one of three listed is wrong; P of 0.95 came true in two of three, 0.05 in 1 of 17.
    assert one.coverage.value == pytest.approx(0.9)
    assert one.wrong.value == pytest.approx(1 / 3)
    assert one.slope.value == pytest.approx((2 / 3 - 1 / 17) / 0.9)
    assert one.listed.value == pytest.approx(1.5)
    assert one.empty == 0
    assert missed(one) == [
        "95% rank intervals hold 0.93 to 0.97 of true ranks",
        "calibration slope of P 0.9 to 1.1",
    ]


def test_the_error_of_a_ratio_is_that_of_its_residuals() -> None:
    # Residuals a − b·r are −0.5, 0, 0.5 about r = 0.5: s = 0.5, error 0.5·√3/6.
    assert ratio([0.5, 1.0, 1.5], [2.0, 2.0, 2.0]) == Figure(0.5, pytest.approx(0.5 * 3**0.5 / 6))
    assert np.isnan(ratio([0.0], [0.0]).value)


def test_the_page_has_every_row_and_its_targets() -> None:
    scores = [score(case, [made_up([0, 1], [0, 1]), made_up([0], [1])]) for case in CASES]
    text = write_page(scores, Suspicions(0.9, 0.4, 100))
    for case in CASES:
        assert f"| {case.name} | 2 |" in text
    assert "wrong entries at most 10% + 2 Monte Carlo errors | ordinary | yes" in text
    assert "calibration slope of P 0.9 to 1.1 | ordinary | no" in text


def test_the_printed_page_has_these_cases_and_misses_no_target() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for case in CASES:
        assert f"| {case.name} |" in text
        assert f"- **{case.name}**: {case.says}." in text
    assert text.count("| yes |") == sum(len(case.targets) for case in CASES)
    assert "| no |" not in text
