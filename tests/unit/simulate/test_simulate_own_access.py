"""What access is truly like is what the other files of the truth say it is, and the last fifth is the lowest of it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from county_files import SMALL, read_csv

from likeforlike.errors import NotFoundError
from likeforlike.simulate import Simulated
from likeforlike.simulate.county import build_county
from likeforlike.simulate.scoring import find_last_fifth
from likeforlike.simulate.truth import draw_truth


def test_calls_answered_are_those_of_every_months_level_lasting_difference_and_drift(
    small: Simulated,
) -> None:
    county = build_county(SMALL)
    one = draw_truth(county)["calls_answered_share"]
    rows = {row["practice_code"]: row for row in read_csv(small.truth / "own_access.csv")}
    window = range(len(county.months), len(county.all_months))
    assert len(window) == 12
    still_open = [county.codes[place] for place in county.open_practices(window[0])]
    assert list(rows) == still_open
    for code in still_open:
        place = county.codes.index(code)
        shares = [
            1 / (1 + math.exp(-(one.level[month] + one.lasting[place] + one.drift[place, month])))
            for month in window
        ]
        assert float(rows[code]["calls_answered_share"]) == pytest.approx(100 * sum(shares) / 12, abs=1e-6)


def test_calls_to_111_are_by_month_and_waits_are_shares_of_all_appointments(small: Simulated) -> None:
    days = [
        int(row["working_days"])
        for row in read_csv(small.truth / "levels.csv")
        if row["window"] == "next_window"
    ]
    rates = {
        row["practice_code"]: (float(row["next_window_value"]), float(row["next_window_case_mix"]))
        for row in read_csv(small.truth / "effects.csv")
        if row["theme"] == "nhs_111_calls" and row["next_window"] == "open"
    }
    for row in read_csv(small.truth / "own_access.csv"):
        rate, case_mix = rates[row["practice_code"]]
        assert float(row["nhs_111_calls_per_1000"]) == pytest.approx(
            rate * np.exp(-case_mix) * np.mean(days), rel=0.03
        )
        assert 0 < float(row["same_day_share"]) < float(row["within_14_days_share"]) < 100


TRUTH = """\
practice_code,calls_answered_share,nhs_111_calls_per_1000
X1,60,8
X2,50,8
X3,60,12
X4,70,9
X5,65,7
"""
# Twice a fifth of a point for each per cent of calls, less half a point for each call to 111:
# 20, 16, 18, 23.5 and 22.5.
WORTH = {"calls_answered_share": 2 / 5, "nhs_111_calls_per_1000": -1 / 2}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own_access.csv").write_text(TRUTH)
    return tmp_path


def test_the_last_fifth_is_the_lowest_by_weight_and_direction(folder: Path) -> None:
    assert find_last_fifth(folder, ["X1", "X2", "X3", "X4", "X5"], WORTH) == {"X2"}
    # By calls to 111 alone it is another.
    assert find_last_fifth(folder, ["X1", "X2", "X3", "X4", "X5"], {"nhs_111_calls_per_1000": -1.0}) == {"X3"}
    # A fifth of four is nobody.
    assert find_last_fifth(folder, ["X1", "X2", "X3", "X4"], WORTH) == frozenset()


def test_what_the_truth_does_not_say_is_refused(folder: Path) -> None:
    with pytest.raises(NotFoundError, match="nothing of 'gp_share'"):
        find_last_fifth(folder, ["X1"], {"gp_share": 1.0})
    with pytest.raises(NotFoundError, match="nothing of 'X9'"):
        find_last_fifth(folder, ["X9"], WORTH)
