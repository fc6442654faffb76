"""XmR charts against R's NHSRplotthedots 0.2.2, with and without screening of moving ranges."""

from __future__ import annotations

import csv
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest

from likeforlike.statistics.control_charts import Cause, Improvement, Meaning, XmrChart, xmr_chart

CAUSES = {
    "Common Cause": (Cause.COMMON, 0),
    "Above UCL": (Cause.OUTSIDE_LIMITS, 1),
    "Below LCL": (Cause.OUTSIDE_LIMITS, -1),
    "7 Point Trend (Increasing)": (Cause.TREND, 1),
    "7 Point Trend (Decreasing)": (Cause.TREND, -1),
    "2 in 3 Above CL": (Cause.TWO_OF_THREE_NEAR_LIMIT, 1),
    "2 in 3 Below CL": (Cause.TWO_OF_THREE_NEAR_LIMIT, -1),
    "7 Points Above CL": (Cause.SHIFT, 1),
    "7 Points Below CL": (Cause.SHIFT, -1),
}
MEANINGS = {
    "common_cause": Meaning.COMMON_CAUSE,
    "special_cause_improvement": Meaning.IMPROVEMENT,
    "special_cause_concern": Meaning.CONCERN,
}


def read(path: Path) -> dict[str, list[dict[str, str]]]:
    with path.open(newline="") as file:
        rows = sorted(csv.DictReader(file), key=itemgetter("f", "x"))
    return {name: list(part) for name, part in groupby(rows, key=itemgetter("f"))}


def numbers(rows: list[dict[str, str]], column: str) -> np.ndarray:
    return np.array([float(row[column] or "nan") for row in rows])


def check_lines(chart: XmrChart, rows: list[dict[str, str]]) -> None:
    np.testing.assert_allclose(chart.limits.centre, numbers(rows, "mean_col"), rtol=1e-9)
    np.testing.assert_allclose(chart.limits.lower, numbers(rows, "lpl"), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(chart.limits.upper, numbers(rows, "upl"), rtol=1e-9)
    assert chart.outside.tolist() == [row["outside_limits"] == "TRUE" for row in rows]
    y = numbers(rows, "y")
    near = ((y < chart.limits.near_lower) | (y > chart.limits.near_upper)) & ~chart.outside
    assert near.tolist() == [row["close_to_limits"] == "TRUE" for row in rows]


@pytest.mark.parametrize(
    ("source", "golden", "improvement", "screened"),
    [
        ("synthetic", "synthetic_decrease_noscreen", "decrease", False),
        ("synthetic", "synthetic_decrease_screen", "decrease", True),
        ("synthetic", "synthetic_increase_noscreen", "increase", False),
        ("synthetic", "synthetic_increase_screen", "increase", True),
        ("ae_type1_breach_pct", "ae_decrease_screen", "decrease", True),
    ],
)
def test_every_point_of_every_series(
    reference_answers: Path, source: str, golden: str, improvement: Improvement, screened: bool
) -> None:
    folder = reference_answers / "nhsr_plot_the_dots"
    series, answers = read(folder / f"input_{source}.csv"), read(folder / f"golden_{golden}.csv")
    assert series.keys() == answers.keys()
    for name, rows in answers.items():
        chart = xmr_chart(numbers(series[name], "y"), improvement=improvement, screen_moving_ranges=screened)
        if screened and name == "const":
            # Theirs screens away every moving range of a constant series and has no limits; ours are 3 and 3.
            assert np.isnan(numbers(rows, "lpl")).all()
            assert chart.limits.lower.tolist() == chart.limits.upper.tolist() == [3.0] * len(rows)
        else:
            check_lines(chart, rows)
        found = list(zip(chart.cause.tolist(), chart.direction.tolist(), strict=True))
        assert found == [CAUSES[row["special_cause_type"]] for row in rows], name
        assert chart.meaning.tolist() == [MEANINGS[row["point_type"]] for row in rows], name
        assert (chart.cause != 0).tolist() == [row["special_cause_flag"] == "TRUE" for row in rows]


def test_a_tie_breaks_a_trend(reference_answers: Path) -> None:
    folder = reference_answers / "nhsr_plot_the_dots"
    values = numbers(read(folder / "input_synthetic.csv")["trend_tie"], "y")
    assert values[6:14].tolist() == [1, 2, 3, 3, 4, 5, 6, 7]
    assert Cause.TREND not in xmr_chart(values, improvement="increase").cause.tolist()
