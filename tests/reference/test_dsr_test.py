"""Agreement with the published table of R package dsrTest: Down's syndrome by birth order."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from likeforlike.statistics.standardisation import directly_standardised_rate, gamma_interval_of_rate


@pytest.fixture
def bands(reference_answers: Path) -> tuple[list[float], list[float], list[float]]:
    with (reference_answers / "dsrTest" / "input_downs_birthorder5.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    cases, births, standard = ([float(row[name]) for row in rows] for name in ("cases", "births", "standard"))
    return cases, births, standard


@pytest.fixture
def published(reference_answers: Path) -> dict[str, tuple[float, float, float]]:
    """Estimate and limits per 100,000 by method, printed with five decimals."""
    with (reference_answers / "dsrTest" / "published_downs_birthorder5_ci_per100k.csv").open(
        newline=""
    ) as file:
        return {
            row["method"]: (float(row["estimate"]), float(row["lower"]), float(row["upper"]))
            for row in csv.DictReader(file)
        }


def test_gamma_interval(bands, published) -> None:
    ours = [100_000 * figure for figure in gamma_interval_of_rate(*bands)]
    assert ours == pytest.approx(published["gamma[wmtype=max] (Fay-Feuer 1997)"], abs=5.1e-6)


def test_dobson_with_the_exact_interval_of_the_total(bands, published) -> None:
    rate = directly_standardised_rate(*bands, exact_below=math.inf)
    assert [100_000 * figure for figure in rate[:3]] == pytest.approx(published["dobson[exact]"], abs=5.1e-6)


def test_dobson_is_told_to_be_too_narrow(bands, published) -> None:
    """Dobson's upper limit is 83.9, the gamma interval's 188.3: the first band weighs 155 times as much."""
    rate = directly_standardised_rate(*bands)
    assert 100_000 * rate.upper == pytest.approx(published["dobson[exact]"][2], rel=1e-4)
    assert rate.too_narrow
    assert rate.effective_events < 10
    assert sum(bands[0]) == 740
