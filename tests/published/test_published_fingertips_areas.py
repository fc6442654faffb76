"""Fingertips for councils and NHS areas: what is stored, polarity as published, intervals computed again."""

from __future__ import annotations

import csv
import datetime
import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import chi2

from likeforlike.catalogue import Indicator, load_catalogue
from likeforlike.measures.build import Build, build
from likeforlike.measures.reading import read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.statistics import byar_interval, wilson_interval
from likeforlike.store import Store

FOLDER = "fingertips_areas"
ISSUED = datetime.date(2025, 6, 1)
# What a double of a hundred thousand leaves out.
OF_A_DOUBLE = 1e-10
AS_PRINTED = (
    "diabetes_prevalence",
    "deaths_in_hospital",
    "general_fertility_rate",
    "urgent_cancer_referrals_ratio",
)
TWICE = "breast_screening_coverage"

Numbers = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def store(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the five files."""
    store = Store(tmp_path_factory.mktemp("areas") / "store")
    results = add_paths(store, load_catalogue(), [published_data / FOLDER], published=ISSUED)
    assert [result.outcome for result in results] == [Outcome.ADDED] * 5
    return store


@pytest.fixture(scope="module")
def built(store: Store) -> Build:
    """The observations of a few indicators."""
    every = load_catalogue()
    few = replace(every, indicators={one: every.indicators[one] for one in (*AS_PRINTED, TWICE)})
    return build(store, few, Settings(store.folder))


def printed_rows(data: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the files, by the standard library."""
    with gzip.open(data / FOLDER / f"{name}.csv.gz", "rt", encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


def query(store: Store, table: str, items: str, condition: str = "true") -> list[tuple[object, ...]]:
    """Rows of what is stored of a table."""
    stored = store.folder / "editions" / FOLDER / f"*-{table}-v*.parquet"
    return duckdb.sql(f"SELECT {items} FROM '{stored}' WHERE {condition} ORDER BY ALL").fetchall()


def test_rows_are_those_of_the_files_copies_once(store: Store, published_data: Path) -> None:
    for table, file in (
        ("areas", "areas"),
        ("indicators", "indicators"),
        ("ages", "agedata"),
        ("categories",) * 2,
    ):
        assert query(store, table, "count(*)") == [(sum(1 for _ in printed_rows(published_data, file)),)]
    rows = list(printed_rows(published_data, "healthdata"))
    assert len(rows) == 44_452
    assert len({row["IndicatorId"] for row in rows}) == 31
    assert len({row["AreaCode"] for row in rows}) == 116
    # Written once more in plain Python: quarters are all kept; of others, one of each that is alike in all but what
    # the file names twice, and those that only repeat a part of another are left out.
    kept = Counter(row["IndicatorId"] for row in rows if row["IndicatorId"] == "91040")
    said: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    key = ("IndicatorId", "Sex", "Age", "AreaCode", "Year", "CategoryType", "Category")
    figures = ("Value", "LowerCI", "UpperCI", "Count", "Denominator", "Trend")
    for row in rows:
        if row["IndicatorId"] != "91040":
            said.setdefault(tuple(row[name] for name in key), set()).add(tuple(row[name] for name in figures))
    for where, several in said.items():
        fullest = [
            one
            for one in several
            if not any(
                other != one and all(mine in ("", its) for mine, its in zip(one, other, strict=True))
                for other in several
            )
        ]
        kept[where[0]] += len(fullest)
    assert dict(query(store, "values", "indicator_id, count(*)", "true GROUP BY ALL")) == dict(kept)
    assert sum(kept.values()) == 42_281


def test_quarters_are_all_kept_in_the_order_of_the_file(store: Store, published_data: Path) -> None:
    # Liverpool printed four quarters without an offer in 2020/21, all four the same.
    assert query(
        store, "values", "occurrence, count, stands",
        "indicator_id = '91040' AND area_code = 'E08000012' AND year = '2020' AND category_type IS NULL",
    ) == [(quarter, 0, "with quarters") for quarter in (1, 2, 3, 4)]  # fmt: skip
    england = [
        (row["Year"], row["Count"])
        for row in printed_rows(published_data, "healthdata")
        if (row["IndicatorId"], row["AreaCode"], row["CategoryType"]) == ("91040", "E92000001", "")
    ]
    stored = query(
        store, "values", "year, occurrence, CAST(count AS INTEGER)",
        "indicator_id = '91040' AND area_code = 'E92000001' AND category_type IS NULL",
    )  # fmt: skip
    assert [(year, str(count)) for year, _, count in stored] == england


def test_what_an_indicator_is_stands_in_its_file_and_in_its_definition(published_data: Path) -> None:
    """Polarity is the publisher's, but where he plainly slipped or nobody is judged; each exception is named."""
    polarities = {"High is good": "higher_is_better", "Low is good": "lower_is_better"}
    published = {row["IndicatorID"]: row for row in printed_rows(published_data, "indicators")}
    differing = {}
    for indicator in of_this_source():
        number = number_of(indicator)
        if number in published:
            printed = polarities.get(published[number]["Polarity"], "no_judgement")
            if printed != indicator.polarity:
                differing[number] = (printed, str(indicator.polarity))
    assert differing == {
        "91040": ("lower_is_better", "higher_is_better"),
        "92033": ("higher_is_better", "lower_is_better"),
        "93553": ("lower_is_better", "no_judgement"),
    }


def test_every_indicator_of_the_file_has_a_definition(published_data: Path) -> None:
    numbers = {row["IndicatorId"] for row in printed_rows(published_data, "healthdata")}
    assert {number_of(indicator) for indicator in of_this_source()} == numbers


def of_this_source() -> list[Indicator]:
    """The indicators that are made from these files."""
    every = load_catalogue().indicators.values()
    return [one for one in every if any(source.source == FOLDER for source in one.inputs)]


def number_of(indicator: Indicator) -> str:
    """The publisher's number of an indicator."""
    source = indicator.inputs[0]
    figure = source.value or source.numerator
    assert figure is not None
    return figure.where["series"][0].split(" ")[0]


def printed_figures(data: Path, number: str, *, councils: bool = True) -> list[Numbers]:
    """Count, denominator, value and limits of every row of an indicator that has them all, categories too."""
    rows = [
        row
        for row in printed_rows(data, "healthdata")
        if row["IndicatorId"] == number
        and (councils or row["AreaCode"][:3] not in ("E06", "E07", "E08", "E10"))
        and all(row[name] for name in ("Count", "Denominator", "LowerCI", "UpperCI"))
    ]
    return [
        np.array([float(row[name]) for row in rows])
        for name in ("Count", "Denominator", "Value", "LowerCI", "UpperCI")
    ]


# Older issues are printed to five decimals, newer ones to nine or with all that a double has.
FIFTH, NINTH = 5e-6, 5e-9


@pytest.mark.parametrize(
    ("number", "councils", "rows", "within"),
    [
        ("241", False, 356, FIFTH),
        ("247", False, 356, FIFTH),
        ("93474", True, 2340, FIFTH),
        ("94063", True, 193, NINTH),
        ("91040", True, 646, NINTH),
        ("30302", True, 63, FIFTH),
    ],
)
def test_published_intervals_are_wilson_s(
    published_data: Path, number: str, councils: bool, rows: int, within: float
) -> None:
    count, denominator, _, lower, upper = printed_figures(published_data, number, councils=councils)
    limits = wilson_interval(count, denominator)
    assert count.size == rows
    assert abs(100 * limits.lower - lower).max() < within + OF_A_DOUBLE
    assert abs(100 * limits.upper - upper).max() < within + OF_A_DOUBLE


@pytest.mark.parametrize("number", ["241", "247"])
def test_councils_limits_of_registers_lie_beside_wilson_s(published_data: Path, number: str) -> None:
    """As their caveat says: by up to 0.002 points, all 216 of them."""
    every = printed_figures(published_data, number)
    others = printed_figures(published_data, number, councils=False)
    assert every[0].size - others[0].size == 216
    count, denominator, _, lower, upper = every
    limits = wilson_interval(count, denominator)
    difference = np.maximum(abs(100 * limits.lower - lower), abs(100 * limits.upper - upper))
    assert 0.001 < difference.max() < 0.002
    assert (difference > 1e-5).sum() == 216


@pytest.mark.parametrize(
    ("number", "per", "rows"), [("92266", 1e3, 175), ("20401", 1e3, 208), ("41203", 1e5, 161)]
)
def test_published_intervals_are_byar_s(published_data: Path, number: str, per: float, rows: int) -> None:
    count, denominator, value, lower, upper = printed_figures(published_data, number)
    limits = byar_interval(count)
    assert count.size == rows
    assert abs(per * count / denominator - value).max() < FIFTH + OF_A_DOUBLE
    assert abs(per * limits.lower / denominator - lower).max() < FIFTH + OF_A_DOUBLE
    assert abs(per * limits.upper / denominator - upper).max() < FIFTH + OF_A_DOUBLE


def test_limits_of_few_cases_of_hepatitis_are_exact_and_of_two_councils_those_of_the_count(
    published_data: Path,
) -> None:
    """Garwood (1936): half the quantiles of chi-squared with 2n and 2n + 2 degrees of freedom."""
    not_divided: Counter[str] = Counter()
    for row in printed_rows(published_data, "healthdata"):
        if row["IndicatorId"] != "93124" or not row["Count"] or int(row["Count"]) >= 10:
            continue
        count = int(row["Count"])
        exact = [chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, chi2.ppf(0.975, 2 * count + 2) / 2]
        printed = [float(row["LowerCI"]), float(row["UpperCI"])]
        per = 1e5 / float(row["Denominator"])
        if printed == pytest.approx(exact, abs=1e-5):
            not_divided[row["AreaCode"]] += 1
        else:
            assert printed == pytest.approx([per * limit for limit in exact], abs=1e-5)
    # Cumberland, Westmorland and Furness, and deciles of England, which nobody compares.
    assert not_divided == {"E06000063": 4, "E06000064": 4, "E92000001": 30}


@pytest.mark.parametrize("indicator", AS_PRINTED)
def test_figures_are_those_printed(built: Build, published_data: Path, indicator: str) -> None:
    """The newest year of councils or sub-ICBs, and England's: the value that is computed is the one printed."""
    definition = load_catalogue().indicator(indicator)
    figure = definition.inputs[0].numerator
    assert figure is not None
    number, sex, age = figure.where["series"][0].split(" ", 2)
    printed = {
        (row["AreaCode"], row["Year"]): float(row["Value"])
        for row in printed_rows(published_data, "healthdata")
        if (row["IndicatorId"], row["Sex"], row["Age"], row["CategoryType"]) == (number, sex, age, "")
        and row["Value"]
    }
    labels = load_catalogue().source(FOLDER).table("values").column("nhs_code").labels
    printed_codes = {code: spellings[0] for code, spellings in labels.items() if spellings} | {
        "ENG": "E92000001"
    }
    compared = 0
    for kind in definition.organisation_types:
        for row in read_observations(built, indicator, organisation_type=kind).to_pylist():
            code = printed_codes.get(row["organisation"], row["organisation"])
            its = printed.get((code, str(row["period_start"].year)))
            if row["value"] is not None and its is not None:
                assert row["value"] == pytest.approx(its, abs=1e-5)
                compared += 1
    assert compared > 100


def test_two_figures_of_one_area_and_year_are_neither(built: Build) -> None:
    rows = read_observations(built, TWICE, organisation_type="sub_icb").to_pylist()
    assert Counter((row["value"], row["reason"]) for row in rows) == {(None, "contradictory"): 34}


def test_kinds_compared_and_left(store: Store) -> None:
    kinds = query(
        store,
        "values",
        "organisation_type, count(DISTINCT organisation)",
        "category_type IS NULL GROUP BY ALL",
    )
    assert kinds == [("council", 24), ("england", 1), ("icb", 2), ("other", 72), ("sub_icb", 17)]
