"""Agreement with DHSC's PHEindicatormethods 2.1.0 and its spreadsheets: intervals of proportions, rates and means."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from phe_answers import RELATIVE, assert_equal, column, level, table

from likeforlike.statistics.intervals import (
    byar_interval,
    exact_poisson_interval,
    rate_interval,
    wilson_interval,
)
from likeforlike.statistics.means import mean_interval


@pytest.fixture(scope="module")
def folder(reference_answers: Path) -> Path:
    return reference_answers / "phe_indicator_methods"


class TestIntervals:
    def test_wilson_grid(self, folder: Path) -> None:
        rows = table(folder / "golden_wilson_grid.csv")
        assert len(rows) == 605 - 1
        for confidence in sorted({row["confidence"] for row in rows}):
            part = [row for row in rows if row["confidence"] == confidence]
            lower, upper = wilson_interval(column(part, "x"), column(part, "n"), level(confidence))
            np.testing.assert_allclose(lower, column(part, "wilson_lower"), rtol=RELATIVE, atol=1e-15)
            assert_equal(upper, column(part, "wilson_upper"))

    def test_byar_and_exact_grid(self, folder: Path) -> None:
        rows = table(folder / "golden_byars_exact_grid.csv")
        assert len(rows) == 301 - 1
        for confidence in sorted({row["confidence"] for row in rows}):
            part = [row for row in rows if row["confidence"] == confidence]
            x, at = column(part, "x"), level(confidence)
            byar_lower, byar_upper = column(part, "byars_lower"), column(part, "byars_upper")
            exact_lower, exact_upper = column(part, "exact_lower"), column(part, "exact_upper")

            formula = byar_interval(x, at, exact_below=0)
            # Where theirs has no lower bound (no events, or a formula below 0) ours is 0.
            assert_equal(formula.lower, np.where(np.isnan(byar_lower), 0, np.maximum(byar_lower, 0)))
            assert_equal(formula.upper, byar_upper)

            exact = exact_poisson_interval(x, at)
            assert_equal(exact.lower, exact_lower)
            assert_equal(exact.upper, exact_upper)

            both = byar_interval(x, at)
            assert_equal(both.lower, np.where(x < 10, exact_lower, byar_lower))
            assert_equal(both.upper, np.where(x < 10, exact_upper, byar_upper))

    def test_the_authors_spreadsheet_of_byar_and_wilson(self, folder: Path) -> None:
        rows = table(folder / "testdata" / "Byars_Wilson__testdata_B_W.csv")
        assert len(rows) == 13
        for row in rows:
            x, at = float(row["x"]), level(row["confidence"])
            bounds = (
                byar_interval(x, at, exact_below=0)
                if row["method"] == "Byars"
                else wilson_interval(x, float(row["n"]), at)
            )
            # One lower bound of theirs is "NA": Byar's formula is negative there, and ours 0.
            lower = 0.0 if row["lowercl"] == "NA" else float(row["lowercl"])
            assert bounds == pytest.approx((lower, float(row["uppercl"])), rel=RELATIVE)

    @pytest.mark.parametrize(
        ("file", "multiplier"),
        [("golden_phe_proportion.csv", 100), ("testdata/Proportion__testdata_Prop.csv", 1)],
    )
    def test_proportions(self, folder: Path, file: str, multiplier: int) -> None:
        rows = table(folder / file)
        x, n = column(rows, "Numerator"), column(rows, "Denominator")
        scale = column(rows, "multiplier") if "multiplier" in rows[0] else multiplier
        assert_equal(scale * x / n, column(rows, "value"))
        for at, name in ((0.95, "95_0"), (0.998, "99_8")):
            lower, upper = wilson_interval(x, n, at)
            assert_equal(scale * lower, column(rows, f"lower{name}cl"))
            assert_equal(scale * upper, column(rows, f"upper{name}cl"))

    def test_proportions_of_groups(self, folder: Path) -> None:
        rows = table(folder / "testdata" / "Proportion__testdata_Prop_g.csv")
        assert {row["confidence"] for row in rows} == {"95%"}
        x, n, scale = (column(rows, name) for name in ("Numerator", "Denominator", "multiplier"))
        lower, upper = wilson_interval(x, n)
        assert_equal(scale * x / n, column(rows, "value"))
        assert_equal(scale * lower, column(rows, "lowercl"))
        assert_equal(scale * upper, column(rows, "uppercl"))

    @pytest.mark.parametrize(
        ("file", "multiplier"), [("golden_phe_rate.csv", 100_000), ("testdata/Rate__testdata_Rate.csv", 100)]
    )
    def test_rates(self, folder: Path, file: str, multiplier: int) -> None:
        rows = table(folder / file)
        x, n = column(rows, "Numerator"), column(rows, "Denominator")
        scale = column(rows, "multiplier") if "multiplier" in rows[0] else multiplier
        for at, name in ((0.95, "95_0"), (0.998, "99_8")):
            lower, upper = rate_interval(x, n, at)
            assert_equal(scale * lower, column(rows, f"lower{name}cl"))
            assert_equal(scale * upper, column(rows, f"upper{name}cl"))

    def test_rates_of_groups(self, folder: Path) -> None:
        rows = table(folder / "testdata" / "Rate__testdata_Rate_g.csv")
        assert {row["confidence"] for row in rows} == {"95%"}
        x, n, scale = (column(rows, name) for name in ("Numerator", "Denominator", "multiplier"))
        lower, upper = rate_interval(x, n)
        assert_equal(scale * x / n, column(rows, "value"))
        assert_equal(scale * lower, column(rows, "lowercl"))
        assert_equal(scale * upper, column(rows, "uppercl"))

    def test_child_measurement_programme(self, folder: Path) -> None:
        rows = table(folder / "testdata" / "NCMP_testdata.csv")
        x, n = column(rows, "Count"), column(rows, "Measured")
        lower, upper = wilson_interval(x, n)
        assert_equal(100 * x / n, column(rows, "Rate"))
        assert_equal(100 * lower, column(rows, "LCL"))
        assert_equal(100 * upper, column(rows, "UCL"))


class TestMeans:
    @pytest.mark.parametrize(
        ("data", "answer"),
        [
            ("golden_mean_input.csv", "golden_mean_output.csv"),
            ("testdata/Mean__testdata_Mean.csv", "testdata/Mean__testdata_Mean_results.csv"),
        ],
    )
    def test_students_interval(self, folder: Path, data: str, answer: str) -> None:
        inputs, outputs = table(folder / data), table(folder / answer)
        for row in outputs:
            part = [line for line in inputs if row["area"] in (line["area"], "No grouping")]
            assert len(part) == float(row["value_count"])
            for at, name in ((0.95, "95_0"), (0.998, "99_8")):
                expected = [float(row[column]) for column in ("value", f"lower{name}cl", f"upper{name}cl")]
                assert_equal(mean_interval(column(part, "values"), at), expected)
