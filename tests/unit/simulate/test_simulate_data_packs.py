"""The boards' data packs: their two files, what they count, and that the counts are drawn from the truth."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from county_files import list_sizes, read_csv, truth

from likeforlike.simulate import CountyPlan, Simulated
from likeforlike.simulate.county import build_county
from likeforlike.simulate.data_packs import draw_local_figures
from likeforlike.simulate.months import days_of
from likeforlike.simulate.truth import draw_truth

CALLS, VISITS, COMPLAINTS = "nhs_111_calls_per_1000", "ae_attendances_per_1000", "cqc_complaints_per_10000"


def pack(county: Simulated, board: str) -> Path:
    return county.directory / "data_packs" / f"{board}-local-figures.csv"


def test_every_board_has_a_pack_of_its_own_practices(small: Simulated) -> None:
    assert {path.name for path in (small.directory / "data_packs").iterdir()} == {
        f"{board}-local-figures.{suffix}" for board in ("XI01", "XI02") for suffix in ("csv", "toml")
    }
    belongs = {row["practice_code"]: row["icb_code"] for row in truth(small, "practices")}
    for board in ("XI01", "XI02"):
        rows = read_csv(pack(small, board))
        assert {belongs[row["organisation_code"]] for row in rows} == {board}
        header = tomllib.loads(pack(small, board).with_suffix(".toml").read_text(encoding="utf-8"))
        assert (header["area"], header["restricted"], header["published"]) == (
            board,
            True,
            date(2025, 12, 18),
        )
        assert "FICTIONAL" in header["about"]


def test_open_practices_have_every_month_and_the_rest_none(small: Simulated) -> None:
    rows = [row for board in ("XI01", "XI02") for row in read_csv(pack(small, board))]
    november = [row for row in rows if row["period_start"] == "2025-11-01"]
    lists = list_sizes(small, "Nov25")
    for indicator in (CALLS, VISITS):
        its = [row for row in november if row["indicator"] == indicator]
        assert {row["organisation_code"] for row in its} == set(lists)
    for row in november:
        patients = str(lists[row["organisation_code"]])
        assert row["denominator"] == (patients if row["indicator"] == VISITS else "")
        assert bool(row["expected"]) == (row["indicator"] == VISITS)
    keys = Counter((row["organisation_code"], row["period_start"], row["indicator"]) for row in rows)
    assert set(keys.values()) == {1}


def test_complaints_come_by_quarter_and_small_ones_are_withheld_by_every_second_board(
    small: Simulated,
) -> None:
    for board, withholds in (("XI01", False), ("XI02", True)):
        its = [row for row in read_csv(pack(small, board)) if row["indicator"] == COMPLAINTS]
        assert {(row["period_start"], row["period_end"]) for row in its} == {
            ("2024-10-01", "2024-12-31"), ("2025-01-01", "2025-03-31"), ("2025-04-01", "2025-06-30"),
            ("2025-07-01", "2025-09-30"),
        }  # fmt: skip
        shown = {row["numerator"] for row in its}
        assert ("suppressed" in shown) == withholds
        assert bool(shown & {"1", "2", "3", "4"}) == (not withholds)


def test_counts_are_poisson_around_the_truth() -> None:
    county = build_county(CountyPlan(icbs=42, practices=3_000, months=6, seed=3))
    themes = draw_truth(county)
    figures = draw_local_figures(county, themes)
    lists = county.populations.list_size[:, :6]
    days = np.array([len(days_of(month)) for month in county.months])
    for theme, counts, per in (
        ("nhs_111_calls", figures.calls_111, county.working_days[:6]),
        ("ae_attendances", figures.attendances, days),
        ("cqc_complaints", figures.complaints, days),
    ):
        mean = themes[theme].value[:, :6] * lists * per / 1000
        there = lists > 0
        # Pearson's statistic over its degrees of freedom is one for a Poisson count.
        pearson = ((counts - mean)[there] ** 2 / mean[there]).mean()
        assert pearson == pytest.approx(1, abs=0.05), theme
        assert counts[there].sum() == pytest.approx(mean[there].sum(), rel=0.02)
        assert not counts[~there].any()


def test_expected_attendances_leave_what_is_the_practices_own() -> None:
    county = build_county(CountyPlan(icbs=42, practices=3_000, months=6, seed=3))
    themes = draw_truth(county)
    figures = draw_local_figures(county, themes)
    there = county.populations.list_size[:, 0] > 0
    ratio = np.log(figures.attendances[there, 0] / figures.expected_attendances[there, 0])
    own = (themes["ae_attendances"].lasting + themes["ae_attendances"].drift[:, 0])[there]
    assert np.corrcoef(ratio, own)[0, 1] > 0.95
    assert (ratio - own).mean() == pytest.approx(0, abs=0.01)


def test_practices_under_pressure_send_more_people_to_111() -> None:
    county = build_county(CountyPlan(icbs=42, practices=6_000, months=6, seed=3))
    themes = draw_truth(county)
    calls, answered = themes["nhs_111_calls"].lasting, themes["calls_answered_share"].lasting
    # Both share the pressure, with correlations 0.5 and -0.5.
    assert np.corrcoef(calls, answered)[0, 1] == pytest.approx(-0.25, abs=0.05)
