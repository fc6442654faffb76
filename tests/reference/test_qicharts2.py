"""Control and run charts of one infection series against R's qicharts2 0.8.1."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from likeforlike.statistics.control_charts import (
    Limits,
    count_limits,
    individuals_limits,
    moving_range_limits,
)
from likeforlike.statistics.run_rules import anhoej_runs

SCREENING = pytest.mark.parametrize("screening", ["nomrscreen", "screenedmr"])


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "qicharts2" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows: list[dict[str, str]], column: str) -> np.ndarray:
    return np.array([float(row[column] or "nan") for row in rows])


def check(values: np.ndarray, centre: np.ndarray, limits: Limits | None, rows: list[dict[str, str]]) -> None:
    np.testing.assert_allclose(values, numbers(rows, "y"))
    np.testing.assert_allclose(centre, numbers(rows, "cl"), rtol=1e-12)
    if limits is not None:
        # Theirs call the lines at two thirds "95".
        names = {"lower": "lcl", "upper": "ucl", "near_lower": "lcl.95", "near_upper": "ucl.95"}
        for ours, theirs in names.items():
            np.testing.assert_allclose(getattr(limits, ours), numbers(rows, theirs), rtol=1e-12)
        outside = (values < limits.lower) | (values > limits.upper)
        assert outside.tolist() == [row["sigma.signal"] == "TRUE" for row in rows]
    runs, row = anhoej_runs(values, centre), rows[0]
    assert len(rows) == int(row["n.obs"])
    assert runs.useful == int(row["n.useful"])
    assert (runs.longest_run, runs.longest_run_limit) == (
        int(row["longest.run"]),
        float(row["longest.run.max"]),
    )
    assert (runs.crossings, runs.crossings_limit) == (
        float(row["n.crossings"]),
        float(row["n.crossings.min"]),
    )
    assert runs.signal == (row["runs.signal"] == "TRUE")


@pytest.fixture
def counts(reference_answers: Path) -> np.ndarray:
    return numbers(read(reference_answers, "input_cdi"), "n")


@SCREENING
def test_individuals_chart(reference_answers: Path, counts: np.ndarray, screening: str) -> None:
    limits = individuals_limits(counts, screen_moving_ranges=screening == "screenedmr")
    check(counts, limits.centre, limits, read(reference_answers, f"golden_cdi_i_{screening}"))


@SCREENING
def test_moving_range_chart(reference_answers: Path, counts: np.ndarray, screening: str) -> None:
    ranges, limits = moving_range_limits(counts)
    check(ranges, limits.centre, limits, read(reference_answers, f"golden_cdi_mr_{screening}"))


@SCREENING
def test_count_chart(reference_answers: Path, counts: np.ndarray, screening: str) -> None:
    limits = count_limits(counts)
    check(counts, limits.centre, limits, read(reference_answers, f"golden_cdi_c_{screening}"))


@SCREENING
def test_run_chart(reference_answers: Path, counts: np.ndarray, screening: str) -> None:
    centre = np.full(counts.size, np.median(counts))
    check(counts, centre, None, read(reference_answers, f"golden_cdi_run_{screening}"))
