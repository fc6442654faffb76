"""Agreement with DHSC's R package PHEindicatormethods 2.1.0 and with its authors' own spreadsheets."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from likeforlike.statistics.checks import Reason
from likeforlike.statistics.funnels import (
    compare_with_limits,
    ratio_funnel_limits,
    score_funnel_limits,
)
from likeforlike.statistics.inequality import inequality_indices, standard_errors_from_limits
from likeforlike.statistics.intervals import (
    Interval,
    byar_interval,
    exact_poisson_interval,
    rate_interval,
    wilson_interval,
)
from likeforlike.statistics.means import mean_interval
from likeforlike.statistics.quantile_groups import quantile_groups
from likeforlike.statistics.standardisation import (
    directly_standardised_rate,
    expected_events,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
    repeated_event_variance,
)

RELATIVE = 1e-6
# Of our simulated intervals; theirs come from 10,000 to 1,000,000.
DRAWS = 40_000
MULTIPLIERS = {"multiplier (x 100)": 100, "multiplier (x -100)": -100, "negative multiplier": -1}


@pytest.fixture(scope="module")
def folder(reference_answers: Path) -> Path:
    return reference_answers / "phe_indicator_methods"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float("nan") if row[name] in ("", "NA") else float(row[name]) for row in rows])


def level(text: str) -> float:
    """0.95 from "0.95" or "95%"."""
    return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def assert_equal(ours, theirs) -> None:
    """Equal to 1e-6 relative, and missing in the same places."""
    np.testing.assert_allclose(ours, theirs, rtol=RELATIVE)


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


def by_area(rows: list[dict[str, str]], name: str) -> tuple[list[str], np.ndarray]:
    """The areas in their order, and one column as (areas, bands)."""
    areas = list(dict.fromkeys(row["area"] for row in rows))
    return areas, np.array([column([row for row in rows if row["area"] == area], name) for area in areas])


def assert_rates_equal(rates: dict[float, tuple], rows: list[dict[str, str]], multiplier: float) -> None:
    """Value and limits at 95% and 99.8% against the columns of their table."""
    for at, name in ((0.95, "95_0"), (0.998, "99_8")):
        value, lower, upper = (multiplier * figure for figure in rates[at][:3])
        assert_equal(value, column(rows, "value"))
        assert_equal(lower, column(rows, f"lower{name}cl"))
        assert_equal(upper, column(rows, f"upper{name}cl"))


class TestDirectlyStandardisedRates:
    def test_dobson(self, folder: Path) -> None:
        inputs, outputs = table(folder / "golden_dsr_input.csv"), table(folder / "golden_dsr_output.csv")
        areas, events = by_area(inputs, "count")
        _, population = by_area(inputs, "pop")
        _, standard = by_area(inputs, "esp2013")
        assert areas == [row["area"] for row in outputs]
        rates = {at: directly_standardised_rate(events, population, standard, at) for at in (0.95, 0.998)}
        assert_rates_equal(rates, outputs, 100_000)
        # The last area lacks a band; with a 0 there (as theirs has it) it has too few events instead.
        assert rates[0.95].reason.tolist() == [Reason.NONE, Reason.NONE, Reason.MISSING]
        filled = directly_standardised_rate(np.nan_to_num(events), population, standard)
        assert filled.reason.tolist() == [Reason.NONE, Reason.NONE, Reason.TOO_FEW_EVENTS]

    def test_a_missing_band_refuses_where_theirs_counts_nothing(self, folder: Path) -> None:
        inputs = table(folder / "golden_dsr_missing_input.csv")
        outputs = table(folder / "golden_dsr_missing_output.csv")
        areas, events = by_area(inputs, "count")
        _, population = by_area(inputs, "pop")
        _, standard = by_area(inputs, "esp2013")
        ours = directly_standardised_rate(events, population, standard)
        theirs = directly_standardised_rate(np.nan_to_num(events), population, standard)
        missing = np.isnan(events).any(axis=-1)
        assert dict(zip(areas, missing, strict=True)) == {
            "testdata_big": True,
            "testdata_small": False,
            "testdata_tiny": True,
        }
        assert (ours.reason[missing] == Reason.MISSING).all()
        assert np.isnan(ours.value[missing]).all()
        assert_equal(100_000 * ours.value[~missing], column(outputs, "value")[~missing])
        # Their answer for the area with a hole in it is the one for a count of 0 there.
        assert_equal(100_000 * theirs.value, column(outputs, "value"))

    def test_the_authors_spreadsheet(self, folder: Path) -> None:
        answers = table(folder / "testdata" / "DSR_ISR__testresults_DSR.csv")
        standard = column(table(folder / "testdata" / "pkgdata_esp2013.csv"), "x")
        inputs = table(folder / "testdata" / "DSR_ISR__testdata_multiarea.csv")
        areas, events = by_area(inputs, "count")
        _, population = by_area(inputs, "pop")
        rates = {at: directly_standardised_rate(events, population, standard, at) for at in (0.95, 0.998)}
        for multiplier in (10_000, 100_000):
            rows = [
                row
                for row in answers
                if row["statistic"] == f"dsr per {multiplier}" or "< 10" in row["statistic"]
            ]
            part = {row["area"]: row for row in rows if row["method"] == "Dobson"}
            assert_rates_equal(rates, [part[area] for area in areas], multiplier)

    def test_the_authors_spreadsheet_of_the_1976_standard(self, folder: Path) -> None:
        rows = table(folder / "testdata" / "DSR_ISR__testdata_1976.csv")
        bands = [column(rows, name) for name in ("count", "pop", "esp1976")]
        answers = table(folder / "testdata" / "DSR_ISR__testresults_DSR.csv")
        for multiplier in (10_000, 100_000):
            (answer,) = (
                row
                for row in answers
                if row["area"] == "testdata_1976" and row["statistic"] == f"dsr per {multiplier}"
            )
            at_95 = directly_standardised_rate(*bands)
            at_998 = directly_standardised_rate(*bands, 0.998)
            ours = [*at_95[:3], *(10 * limit for limit in at_998[1:3])]
            names = ("value", "lower95_0cl", "upper95_0cl", "lower99_8cl", "upper99_8cl")
            # Their spreadsheet has these two limits at 99.8% ten times too large: 7,659 to 9,599 around 859.
            assert_equal(multiplier * np.array(ours), [float(answer[name]) for name in names])

    def test_the_authors_spreadsheet_of_events_that_are_not_independent(self, folder: Path) -> None:
        inputs = table(folder / "testdata" / "DSR_ISR__testdata_nonindepe.csv")
        areas, events = by_area(inputs, "count")
        _, population = by_area(inputs, "pop")
        # An empty cell of f1 … f4 says that nobody had so many events; the counts add up.
        people = np.nan_to_num(np.stack([by_area(inputs, f"f{k}")[1] for k in (1, 2, 3, 4)], axis=-1))
        np.testing.assert_array_equal((people * [1, 2, 3, 4]).sum(axis=-1), events)
        standard = column(table(folder / "testdata" / "pkgdata_esp2013.csv"), "x")
        answers = {row["area"]: row for row in table(folder / "testdata" / "DSR_ISR__testresults_DSR.csv")}
        variance = repeated_event_variance(people)
        rates = {
            at: directly_standardised_rate(events, population, standard, at, event_variance=variance)
            for at in (0.95, 0.998)
        }
        assert_rates_equal(rates, [answers[area] for area in areas], 100_000)


class TestIndirectlyStandardisedRates:
    """The smallest area lacks a band in all inputs. Theirs counts it as 0; here the tests must say so."""

    def test_ratio_and_rate(self, folder: Path) -> None:
        inputs, reference = table(folder / "golden_dsr_input.csv"), table(folder / "golden_isr_reference.csv")
        areas, events = by_area(inputs, "count")
        _, population = by_area(inputs, "pop")
        cases, people = column(reference, "refcount"), column(reference, "refpop")
        observed, expected = np.nansum(events, axis=-1), expected_events(population, cases, people)
        rate = cases.sum() / people.sum()
        for file, multiplier, standardise in (
            (
                "golden_isratio_output.csv",
                100,
                lambda at: indirectly_standardised_ratio(observed, expected, at),
            ),
            (
                "golden_israte_output.csv",
                100_000,
                lambda at: indirectly_standardised_rate(observed, expected, rate, at),
            ),
        ):
            rows = table(folder / file)
            assert [row["area"] for row in rows] == areas
            assert_equal(observed, column(rows, "observed"))
            assert_equal(expected, column(rows, "expected"))
            assert_rates_equal({at: standardise(at) for at in (0.95, 0.998)}, rows, multiplier)

    def test_a_reference_by_area_at_90_percent(self, folder: Path) -> None:
        inputs = table(folder / "golden_isr_ownref_input.csv")
        rows = table(folder / "golden_israte_ownref_conf90_output.csv")
        areas, events = by_area(inputs, "count")
        population, cases, people = (by_area(inputs, name)[1] for name in ("pop", "refcount", "refpop"))
        assert [row["area"] for row in rows] == areas
        assert np.isnan(expected_events(population, cases, people)).tolist() == [False, False, True]
        population, cases = np.nan_to_num(population), np.nan_to_num(cases)
        value, lower, upper = indirectly_standardised_rate(
            np.nansum(events, axis=-1),
            expected_events(population, cases, people),
            cases.sum(axis=-1) / people.sum(axis=-1),
            0.9,
        )
        assert_equal(100_000 * value, column(rows, "value"))
        assert_equal(100_000 * lower, column(rows, "lowercl"))
        assert_equal(100_000 * upper, column(rows, "uppercl"))

    def test_the_authors_spreadsheet(self, folder: Path) -> None:
        inputs = table(folder / "testdata" / "DSR_ISR__testdata_multiarea_isr.csv")
        reference = table(folder / "testdata" / "DSR_ISR__refdata.csv")
        lookup = table(folder / "testdata" / "DSR_ISR__testdata_multiarea_lookup.csv")
        areas, events = by_area(inputs, "count")
        _, population = by_area(inputs, "pop")
        for name in ("refcount", "refpop"):
            own = by_area(inputs, name)[1]
            shared = np.broadcast_to(column(reference, name), own.shape)
            np.testing.assert_array_equal(own, np.where(np.isnan(own), np.nan, shared))
        observed = np.nansum(events, axis=-1)
        assert areas == [row["area"] for row in lookup]
        np.testing.assert_array_equal(observed, column(lookup, "total_count"))
        cases, people = column(reference, "refcount"), column(reference, "refpop")
        expected = expected_events(np.nan_to_num(population), cases, people)
        answers = table(folder / "testdata" / "DSR_ISR__testresults_ISR.csv")
        compared = 0
        for statistic, multiplier in (
            ("indirectly standardised rate per 100000", 100_000),
            ("indirectly standardised rate per 1000", 1000),
            ("indirectly standardised ratio x 1", 1),
            ("indirectly standardised ratio x 100", 100),
        ):
            rows = [row for row in answers if row["statistic"] == statistic and row["area"] in areas]
            assert [row["area"] for row in rows] == areas
            rate = column(rows, "ref_rate") / multiplier if " rate " in statistic else 1.0
            standardised = {
                at: indirectly_standardised_rate(observed, expected, rate, at) for at in (0.95, 0.998)
            }
            assert_rates_equal(standardised, rows, multiplier)
            compared += len(rows)
        # Areas 1 and 2 come without their bands: observed and expected are given.
        rest = [row for row in answers if row["area"] not in areas]
        for row in rest:
            multiplier = float(row["statistic"].split()[-1])
            rate = 1.0 if row["ref_rate"] == "NA" else float(row["ref_rate"]) / multiplier
            ours = indirectly_standardised_rate(float(row["observed"]), float(row["expected"]), rate)
            names = ("value", "lower95_0cl", "upper95_0cl")
            assert_equal(multiplier * np.array(ours), [float(row[name]) for name in names])
        assert compared + len(rest) == len(answers)


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
