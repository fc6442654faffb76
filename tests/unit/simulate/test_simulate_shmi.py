"""The county's SHMI: figures that follow from each other, by trusts that keep what sets them apart."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from likeforlike.simulate import Simulated
from likeforlike.simulate.shmi import BETWEEN_TRUSTS, NORMAL_95

ISSUES = ("2025-january", "2025-april", "2025-july", "2025-october")


def read(folder: Path, issue: str) -> list[dict[str, str]]:
    with (folder / "shmi" / f"shmi-{issue}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_four_quarterly_issues_of_both_acute_trusts(small: Simulated) -> None:
    assert sorted(path.name for path in (small.directory / "shmi").iterdir()) == sorted(
        f"shmi-{issue}.csv" for issue in ISSUES
    )
    for issue in ISSUES:
        rows = read(small.directory, issue)
        assert [row["PROVIDER"] for row in rows] == ["XA1", "XA2"]
        assert all("(FICTIONAL)" in row["PROVIDER_NAME"] for row in rows)


@pytest.mark.parametrize("issue", ISSUES)
def test_a_row_follows_from_observed_and_expected(small: Simulated, issue: str) -> None:
    for row in read(small.directory, issue):
        observed, expected = int(row["OBSERVED"]), float(row["EXPECTED"])
        value = observed / expected
        half = NORMAL_95 * math.sqrt(1 / expected + BETWEEN_TRUSTS)
        assert float(row["VALUE"]) == pytest.approx(value, abs=5.1e-5)
        assert float(row["OD_LL"]) == pytest.approx(math.exp(-half), abs=5.1e-5)
        assert float(row["OD_UL"]) == pytest.approx(math.exp(half), abs=5.1e-5)
        assert row["OD_BANDING"] == (
            "1" if value > math.exp(half) else "3" if value < math.exp(-half) else "2"
        )
        # By chance alone at 99.8% the limits lie about 3.09 / √expected from 1.
        assert float(row["PO_UL"]) == pytest.approx(1 + 3.09 / math.sqrt(expected), abs=0.01)
        assert float(row["PO_LL"]) == pytest.approx(1 - 3.09 / math.sqrt(expected), abs=0.01)
        assert 0.5 < value < 2.0
