"""Agreement with DHSC's PHEindicatormethods 2.1.0 and its spreadsheets: funnels, quantile groups, inequality."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from phe_answers import assert_equal, by_area, column, table
from scipy.stats import norm

from likeforlike.statistics.funnels import (
    compare_with_limits,
    ratio_funnel_limits,
    score_funnel_limits,
)
from likeforlike.statistics.inequality import inequality_indices, standard_errors_from_limits
from likeforlike.statistics.intervals import (
    Interval,
    exact_poisson_interval,
    rate_interval,
)
from likeforlike.statistics.quantile_groups import quantile_groups

MULTIPLIERS = {"multiplier (x 100)": 100, "multiplier (x -100)": -100, "negative multiplier": -1}
# Of our simulated intervals; theirs come from 10,000 to 1,000,000.
DRAWS = 40_000


@pytest.fixture(scope="module")
def folder(reference_answers: Path) -> Path:
    return reference_answers / "phe_indicator_methods"


SIGNIFICANCE = {
    (1, 1): "High (0.001)",
    (1, 0): "High (0.025)",
    (0, 0): "Not significant",
    (-1, 0): "Low (0.025)",
    (-1, -1): "Low (0.001)",
}


def significance(figures: np.ndarray, at_95: Interval, at_998: Interval) -> list[str]:
    """Their five words for where figures lie against limits at 95% and 99.8%."""
    near, far = compare_with_limits(figures, at_95), compare_with_limits(figures, at_998)
    return [SIGNIFICANCE[int(a), int(b)] for a, b in zip(near, far, strict=True)]


class TestFunnels:
    def test_limits_of_proportions(self, folder: Path) -> None:
        rows = table(folder / "golden_funnel_prop_limits.csv")
        spreadsheet = table(folder / "testdata" / "testdata_funnel_prop_outputs.csv")
        target = column(rows, "baseline") / 100
        for at, name, printed in ((0.95, "2s", "2s0025"), (0.998, "3s", "3s0001")):
            limits = score_funnel_limits(column(rows, "Population"), target, at)
            for side, figures in zip(("lower", "upper"), limits, strict=True):
                assert_equal(100 * figures, column(rows, f"{side}_{name}_limit"))
                # The spreadsheet prints six decimals.
                theirs = column(spreadsheet, f"{side.title()}{printed}limit")
                np.testing.assert_allclose(100 * figures, theirs, rtol=0, atol=5.1e-7)
        np.testing.assert_array_equal(column(spreadsheet, "Population"), column(rows, "Population"))

    @pytest.mark.parametrize(
        "file", ["golden_funnel_prop_significance.csv", "testdata/testdata_funnel_prop_inputs.csv"]
    )
    def test_significance_of_proportions(self, folder: Path, file: str) -> None:
        rows = table(folder / file)
        x, n = column(rows, "numerator"), column(rows, "denominator")
        limits = (score_funnel_limits(n, x.sum() / n.sum(), at) for at in (0.95, 0.998))
        assert significance(x / n, *limits) == [row["significance"] for row in rows]

    def test_limits_of_ratios(self, folder: Path) -> None:
        """They give, for each observed count, the expected counts at which it would lie on a limit."""
        as_ratio = table(folder / "golden_funnel_ratio_limits_isr.csv")
        as_excess = table(folder / "golden_funnel_ratio_limits_count.csv")
        spreadsheet = table(folder / "testdata" / "testdata_funnel_ratio_outputs.csv")
        observed = column(as_ratio, "Observed_events")
        np.testing.assert_array_equal(column(spreadsheet, "Observed_events\n"), observed)
        for at, name in ((0.95, "2s"), (0.998, "3s")):
            # The expected counts at which x lies on the lower and on the upper limit end its exact interval.
            interval = exact_poisson_interval(observed, at)
            for side, expected in (("lower", interval.upper), ("upper", interval.lower)):
                limit = getattr(ratio_funnel_limits(expected, at), side)
                np.testing.assert_allclose(limit, observed / expected, rtol=1e-9)
                # They halve v = E/(1 + x + E) down to steps of 2⁻²⁴; this is what such a step is worth.
                error = 2.0**-23 * (1 + observed + expected) ** 2 / (1 + observed)
                assert (np.abs(expected - column(as_ratio, f"{side}_{name}_exp_events")) <= error).all()
                assert (np.abs(expected - column(as_excess, f"{side}_{name}_exp_events")) <= error).all()
                error *= limit / expected
                for figures, theirs in (
                    (limit, column(as_ratio, f"{side}_{name}_limit") / 100),
                    (limit, column(spreadsheet, f"{side}_{name}_isr") / 100),
                    (limit - 1, column(as_excess, f"{side}_{name}_limit")),
                    (limit - 1, column(spreadsheet, f"{side}_{name}_count")),
                ):
                    # The spreadsheet prints ten digits.
                    assert (np.abs(figures - theirs) <= error + 1e-9 * limit).all()

    @pytest.mark.parametrize(
        "file", ["golden_funnel_ratio_significance.csv", "testdata/testdata_funnel_ratio_inputs.csv"]
    )
    def test_significance_of_ratios(self, folder: Path, file: str) -> None:
        """They ask whether the interval of the ratio leaves out 1; exact limits around 1 say the same."""
        rows = table(folder / file)
        observed, expected = column(rows, "obs"), column(rows, "expected")
        words = [row["significance"] for row in rows]
        limits = (ratio_funnel_limits(expected, at) for at in (0.95, 0.998))
        assert significance(observed / expected, *limits) == words
        intervals = (rate_interval(observed, expected, at) for at in (0.95, 0.998))
        turned = (Interval(2 - interval.upper, 2 - interval.lower) for interval in intervals)
        assert significance(np.ones(len(rows)), *turned) == words


class TestQuantileGroups:
    @pytest.mark.parametrize(
        ("file", "groups", "highest_first", "grouped"),
        [
            ("golden_quantile_all_n10_noinvert.csv", 10, False, False),
            ("golden_quantile_all_n5_invert.csv", 5, True, False),
            ("golden_quantile_grouped_n5.csv", 5, False, True),
        ],
    )
    def test_the_package(
        self, folder: Path, file: str, groups: int, highest_first: bool, grouped: bool
    ) -> None:
        inputs, outputs = table(folder / "golden_quantile_input.csv"), table(folder / file)
        within = [f"{row['IndSexRef']} {row['ParentCode']}" for row in inputs] if grouped else None
        values = column(inputs, "Value")
        np.testing.assert_array_equal(column(outputs, "Value"), values)
        ours = quantile_groups(values, groups, within=within, highest_first=highest_first)
        np.testing.assert_array_equal(ours.group, column(outputs, "quantile"))

    def test_the_authors_spreadsheet(self, folder: Path) -> None:
        rows = table(folder / "testdata" / "Quantiles__testdata_Quantiles.csv")
        kinds = {"Quartile": 4, "Septile": 7, "Decile": 10}
        sets = {
            "None": lambda row: "",
            "IndSex": lambda row: row["IndSexRef"],
            "IndSexReg": lambda row: f"{row['IndSexRef']} {row['ParentCode']}",
        }
        compared = 0
        for kind, groups in kinds.items():
            part = [row for row in rows if row["QuantileNm"] == kind]
            labels = np.array([sets[row["GroupSet"]](row) for row in part])
            ranks, values = column(part, "RankinGrp"), column(part, "Value")
            theirs = column(part, "QuantileInGrp")
            for label in np.unique(labels):
                inside = (labels == label) & ~np.isnan(values)
                top = ranks[inside][np.argmax(values[inside])]
                highest_first = bool(top == 1)
                ours = quantile_groups(values[inside], groups, highest_first=highest_first)
                np.testing.assert_array_equal(ours.group, theirs[inside])
                compared += int(inside.sum())
            assert np.isnan(theirs[np.isnan(values)]).all()
        assert compared == sum(row["Value"] != "NA" for row in rows)


def assert_simulated(ours: np.ndarray, theirs: np.ndarray, at: float, repetitions: float) -> None:
    """Limits (lower, upper) within five Monte Carlo errors of both simulations."""
    z = norm.ppf(0.5 + at / 2)
    spread = (ours[1] - ours[0]) / (2 * z)
    tail = (1 - at) / 2
    error = spread * np.sqrt(tail * (1 - tail) * (1 / repetitions + 1 / DRAWS)) / norm.pdf(z)
    assert (np.abs(ours - theirs) <= 5 * error).all()


class TestInequality:
    @pytest.mark.parametrize(("kind", "transform"), [("normal", "none"), ("rate", "log"), ("rate", "none")])
    def test_the_package(self, folder: Path, kind: str, transform: str) -> None:
        inputs, answers = (
            table(folder / "golden_sii_example_input.csv"),
            table(folder / "golden_sii_example_output.csv"),
        )
        areas, values = by_area(inputs, "value")
        population, lower, upper, errors = (
            by_area(inputs, name)[1] for name in ("population", "lowerCL", "upperCL", "se")
        )
        scale = "identity"
        if kind == "rate":
            scale, errors = "log", standard_errors_from_limits(lower, upper, scale="log")
        rows = [row for row in answers if (row["indicator_type"], row["transform"]) == (kind, transform)]
        assert [row["area"] for row in rows] == areas
        for at, name in ((0.95, "95_0"), (0.998, "99_8")):
            slope, relative, intercept = inequality_indices(
                values, population, errors, seed=1, scale=scale,
                fit_on_scale=transform == "log", level=at, draws=DRAWS,
            )  # fmt: skip
            assert_equal(intercept, column(rows, "intercept"))
            for index, figure in (("sii", slope), ("rii", relative)):
                assert_equal(figure.value, column(rows, index))
                # Their columns of limits of transformed figures have other names.
                suffix = "" if transform == "log" else "cl"
                theirs = np.array(
                    [column(rows, f"{index}_{side}{name}{suffix}") for side in ("lower", "upper")]
                )
                assert_simulated(np.array(figure[1:]), theirs, at, 1e6)

    def test_the_authors_spreadsheet(self, folder: Path) -> None:
        tests: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in table(folder / "testdata" / "SII__testdata_SII.csv"):
            tests.setdefault((row["TestDescription"], row["Area"]), []).append(row)
        compared = 0
        for (description, _), rows in tests.items():
            if "handling" in description:
                continue
            scale = ("identity", "log", "logit")[int(rows[0]["ValueType"])]
            factor = next((f for text, f in MULTIPLIERS.items() if text in description), 1)
            # The description is right about levels of 98%; the column says 95 there.
            percents = re.findall(r"\b9\d", description) or re.findall(r"\d+", rows[0]["Confidence"])
            for place, percent in enumerate(percents, start=1):
                at = float(percent) / 100
                slope, relative, intercept = inequality_indices(
                    column(rows, "Value"), column(rows, "Population"), column(rows, "StandardError"), seed=2,
                    scale=scale, fit_on_scale="transform" in description, level=at, draws=DRAWS,
                )  # fmt: skip
                answer = rows[0]
                assert_equal(factor * slope.value, float(answer["sii"]))
                # A negative multiplier turns the polarity round: their relative index is then the inverse.
                power = np.sign(factor)
                if answer["rii"] != "NA":
                    assert_equal(relative.value**power, float(answer["rii"]))
                if answer["Intercept"] != "NA":
                    assert_equal(intercept, float(answer["Intercept"]))
                for index, limits in (
                    ("sii", np.sort(factor * np.array(slope[1:]))),
                    ("rii", np.sort(np.array(relative[1:]) ** power)),
                ):
                    theirs = [answer[f"{index}_{side}cl_{place}"] for side in ("lower", "upper")]
                    if "NA" not in theirs:
                        assert_simulated(
                            limits, np.array(theirs, dtype=float), at, float(answer["Repetitions"])
                        )
                        compared += 1
        lowers = [f"{index}_lowercl_{place}" for index in ("sii", "rii") for place in (1, 2)]
        given = [row[name] for row in table(folder / "testdata" / "SII__testdata_SII.csv") for name in lowers]
        assert compared == len(given) - given.count("NA")

    def test_the_authors_bad_input(self, folder: Path) -> None:
        tests: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in table(folder / "testdata" / "SII__testdata_SII.csv"):
            if "handling" in row["TestDescription"]:
                tests.setdefault((row["TestDescription"], row["Area"]), []).append(row)

        def indices(description: str, area: str):
            rows = tests[description, area]
            figures = (column(rows, name) for name in ("Value", "Population", "StandardError"))
            return inequality_indices(*figures, seed=1, draws=1000)

        with pytest.raises(ValueError, match=r"populations\[\d\] is -\d+: it must be greater than 0"):
            indices("error handling - negative populations", "area1")
        with pytest.raises(ValueError, match=r"standard_errors\[\d\] is -\d+: it must not be negative"):
            indices("error handling - negative counts/standard error", "area1")
        for missing in ("missing value field", "missing confidence limits and se"):
            slope, relative, _ = indices(f"error handling - {missing}", "area3")
            assert np.isnan([*slope[1:], *relative[1:]]).all()
        assert np.isnan(
            indices("warning handling - missing populations, counts or values", "area1").slope
        ).all()

    @pytest.mark.parametrize("file", ["DSR_testdata.csv", "pkgdata_DSR_data.csv"])
    def test_five_groups_of_the_packages_example(self, folder: Path, file: str) -> None:
        """No answers come with these rates by fifth; the line is fitted again by numpy's least squares."""
        rows = table(folder / "testdata" / file)
        for period in dict.fromkeys(row["Period"] for row in rows):
            part = sorted((r for r in rows if r["Period"] == period), key=lambda r: int(r["Quintile"]))
            n, y = column(part, "total_pop"), column(part, "value")
            errors = standard_errors_from_limits(
                column(part, "lowercl"), column(part, "uppercl"), scale="log"
            )
            slope, relative, intercept = inequality_indices(y, n, errors, seed=1, scale="log", draws=20_000)
            middle = (np.cumsum(n) - n / 2) / n.sum()
            b, a = np.polyfit(middle, y, 1, w=np.sqrt(n))
            assert_equal([intercept, slope.value, relative.value], [a, b, (a + b) / a])
            assert slope.lower < slope.value < slope.upper < 0  # rates fall from the most deprived fifth on
