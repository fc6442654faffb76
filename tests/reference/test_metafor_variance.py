"""Agreement of the variance between units with R package metafor, on the SHMI of April 2014."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from likeforlike.statistics.between_variance import (
    dersimonian_laird,
    paule_mandel,
    restricted_maximum_likelihood,
)

# metafor's iterations stop short: its REML when τ² moves by less than 1e-5, its Paule–Mandel by uniroot's
# tolerance of 1.2e-4. Ours go on to 1e-13, so its last digits are the ones in doubt.
CASES = [
    ("DL", dersimonian_laird, 1e-12),
    ("PM", paule_mandel, 1.2e-6),
    ("REML", restricted_maximum_likelihood, 1.5e-7),
]


@pytest.mark.parametrize(("method", "estimator", "stopped_at"), CASES)
@pytest.mark.parametrize("variance", ["1/E", "1/O"])
def test_tau2(reference_answers: Path, method: str, estimator, stopped_at: float, variance: str) -> None:
    folder = reference_answers / "r_hierarchical"
    with (folder / "input_shmi_2014apr_OE.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    observed, expected = (np.array([float(row[name]) for row in rows]) for name in "OE")
    with (folder / "golden_metafor_tau2_shmi.csv").open(newline="") as file:
        (theirs,) = (r for r in csv.DictReader(file) if (r["vi"], r["method"]) == (variance, method))
    ours = estimator(np.log(observed / expected), 1 / (expected if variance == "1/E" else observed))
    assert ours.tau2 == pytest.approx(float(theirs["tau2"]), abs=stopped_at)
    assert ours.heterogeneity == pytest.approx(float(theirs["QE"]), rel=1e-6)
    # The mean and its standard error follow from τ², more slowly than it.
    assert ours.mean == pytest.approx(float(theirs["mu"]), abs=0.5 * stopped_at)
    assert ours.mean_standard_error == pytest.approx(float(theirs["se"]), abs=0.5 * stopped_at)
