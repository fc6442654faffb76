"""Real Fingertips exports: what is stored of them, and their intervals computed again from what they print."""

from __future__ import annotations

import csv
import datetime
import gzip
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import Build, build
from likeforlike.measures.reading import read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.statistics import byar_interval, wilson_interval
from likeforlike.store import Store

ATTENDANCES = "fingertips_gp/93930_ae_attendances_0_to_4_years.csv.gz"
SMOKING = "fingertips_gp/91547_smoking.csv.gz"
DEPRIVATION = "deprivation/fingertips_93553_gp_imd_2019.csv"
ISSUED = datetime.date(2025, 3, 1)
# Half of the last printed decimal, and what a double of a thousand leaves out.
FIFTH_DECIMAL = 5e-6 + 1e-11
# Smoking is printed with ten significant digits: of a percentage above ten, eight decimals.
EIGHTH_DECIMAL = 5e-9 + 1e-13
# Counts of attendances are rounded to five.
ROUNDING = 2

Numbers = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def store(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the three exports."""
    store = Store(tmp_path_factory.mktemp("fingertips") / "store")
    paths = [published_data / name for name in (ATTENDANCES, SMOKING, DEPRIVATION)]
    results = add_paths(store, load_catalogue(), paths, published=ISSUED)
    assert {result.outcome for result in results} == {Outcome.ADDED}
    return store


@pytest.fixture(scope="module")
def built(store: Store) -> Build:
    """All observations of the three exports."""
    return build(store, load_catalogue(), Settings(store.folder))


def query(store: Store, items: str, condition: str) -> list[tuple[object, ...]]:
    """Rows of what is stored."""
    stored = store.folder / "editions" / "fingertips" / "*.parquet"
    return duckdb.sql(f"SELECT {items} FROM '{stored}' WHERE {condition} ORDER BY ALL").fetchall()


def numbers(store: Store, condition: str, *columns: str) -> list[Numbers]:
    """Columns of what is stored, as arrays."""
    stored = store.folder / "editions" / "fingertips" / "*.parquet"
    items = ", ".join(f"CAST({name} AS DOUBLE) AS {name}" for name in columns)
    found = duckdb.sql(f"SELECT {items} FROM '{stored}' WHERE {condition}").fetchnumpy()
    return [np.ma.filled(found[name], np.nan) for name in columns]


def printed_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of an export, by the standard library."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


OF_PRACTICES = "series = '93930 Persons 0-4 yrs' AND organisation_type = 'gp_practice'"


def test_attendances_of_6343_practices_one_of_them_suppressed(store: Store) -> None:
    assert query(store, "count(*), count(DISTINCT organisation), count(value)", OF_PRACTICES) == [
        (6343, 6343, 6342)
    ]
    suppressed = query(
        store, "organisation, value_reason, count_reason, denominator", f"{OF_PRACTICES} AND value IS NULL"
    )
    assert suppressed == [("A82620", "suppressed", "suppressed", 21)]
    assert query(store, "count(*)", "series = '93930 Persons 0-4 yrs' AND organisation_type = 'pcn'") == [
        (1191,)
    ]


def test_sums_are_those_of_the_file(store: Store, published_data: Path) -> None:
    rows = [row for row in printed_rows(published_data / ATTENDANCES) if row["Area Type"] == "GPs"]
    children = sum(int(row["Denominator"]) for row in rows)
    attendances = sum(int(row["Count"]) for row in rows if row["Count"])
    assert (attendances, children) == (2_278_160, 3_036_228)
    assert query(store, "CAST(sum(count) AS BIGINT), CAST(sum(denominator) AS BIGINT)", OF_PRACTICES) == [
        (attendances, children)
    ]


def test_every_published_interval_of_attendances_is_byar_s_of_a_count_before_rounding(store: Store) -> None:
    """Value and count are rounded to five, the interval is not: one of the five counts behind it gives both limits.

    Which of them it is says nothing about access and is kept nowhere.
    """
    condition = "indicator_id = '93930' AND value IS NOT NULL"
    count, denominator, value, lower, upper = numbers(
        store, condition, "count", "denominator", "value", "lower_95", "upper_95"
    )
    assert count.size == 7609
    assert abs(1000 * count / denominator - value).max() < FIFTH_DECIMAL
    errors = []
    for rounded_away in range(-ROUNDING, ROUNDING + 1):
        limits = byar_interval(count + rounded_away)
        errors.append(
            np.maximum(
                abs(1000 * limits.lower / denominator - lower), abs(1000 * limits.upper / denominator - upper)
            )
        )
    assert np.min(errors, axis=0).max() < FIFTH_DECIMAL
    # The printed count itself gives the printed limits in about one row of five, as it must.
    agreeing = np.mean(errors[ROUNDING] < FIFTH_DECIMAL)
    assert 0.18 < agreeing < 0.22


@pytest.mark.parametrize(("limits", "level", "rows"), [("95", 0.95, 6378), ("99_8", 0.998, 6378)])
def test_every_published_interval_of_smoking_in_practices_is_wilson_s(
    store: Store, limits: str, level: float, rows: int
) -> None:
    condition = f"indicator_id = '91547' AND organisation_type = 'gp_practice' AND lower_{limits} IS NOT NULL"
    count, denominator, lower, upper = numbers(
        store, condition, "count", "denominator", f"lower_{limits}", f"upper_{limits}"
    )
    assert count.size == rows
    interval = wilson_interval(count, denominator, level)
    assert abs(100 * interval.lower - lower).max() < EIGHTH_DECIMAL
    assert abs(100 * interval.upper - upper).max() < EIGHTH_DECIMAL


def test_intervals_of_smoking_in_all_areas_but_those_whose_boundaries_moved(store: Store) -> None:
    condition = "indicator_id = '91547' AND lower_95 IS NOT NULL"
    count, denominator, lower, upper = numbers(
        store, condition, "count", "denominator", "lower_95", "upper_95"
    )
    interval = wilson_interval(count, denominator)
    error = np.maximum(abs(100 * interval.lower - lower), abs(100 * interval.upper - upper))
    assert (error.size, int((error > FIFTH_DECIMAL).sum())) == (11_354, 37)


def test_practices_that_smoke_add_up_to_england(store: Store) -> None:
    whole = "CAST(sum(count) AS BIGINT), CAST(sum(denominator) AS BIGINT)"
    year = "series = '91547 Persons 15+ yrs' AND time_period = '2022/23'"
    for area_type, areas in (("GPs", 6378), ("ICBs", 42), ("ICB sub-locations", 106), ("England", 1)):
        condition = f"{year} AND area_type = '{area_type}' AND category IS NULL"
        assert query(store, f"count(*), {whole}", condition) == [(areas, 7_664_426, 52_100_343)]


def test_decimal_denominators_are_kept_exactly(store: Store) -> None:
    condition = "organisation = 'ENG' AND time_period = '2013/14' AND indicator_id = '91547'"
    assert query(store, "CAST(denominator AS VARCHAR)", condition) == [("46608551.500000",)]


def test_the_rows_of_2023_24_that_leave_out_identifier_sex_and_age(
    store: Store, published_data: Path
) -> None:
    rows = list(printed_rows(published_data / SMOKING))
    short = [row for row in rows if not row["Indicator ID"]]
    assert {(row["Area Type"], row["Time period"], row["Sex"], row["Age"]) for row in short} == {
        ("GPs", "2023/24", "", "")
    }
    condition = "stated = 'in other rows'"
    found = query(
        store, "series, count(*), count(lower_95), CAST(sum(count) AS BIGINT)", f"{condition} GROUP BY 1"
    )
    assert found == [("91547 Persons 15+ yrs", len(short), 0, sum(int(row["Count"]) for row in short))]
    assert len(short) == 6267


def test_deprivation_of_6545_practices_and_of_england_once(store: Store, published_data: Path) -> None:
    with (published_data / DEPRIVATION).open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    printed = {row["Area Code"]: float(row["Value"]) for row in rows}
    assert (len(rows), len(printed)) == (6547, 6546)  # England stands twice
    found = query(store, "organisation_type, organisation, value", "indicator_id = '93553'")
    assert found[0] == ("england", "ENG", printed.pop("E92000001"))
    assert found[1:] == [("gp_practice", *practice) for practice in sorted(printed.items())]


def test_what_the_definition_of_attendances_says_of_england(store: Store) -> None:
    year = "series = '93930 Persons 0-4 yrs' AND time_period = '2021/22' AND category IS NULL"
    ((england,),) = query(store, "value", f"{year} AND organisation_type = 'england'")
    count, children = numbers(store, f"{OF_PRACTICES} AND value IS NOT NULL", "count", "denominator")
    practices = 1000 * count.sum() / children.sum()
    assert isinstance(england, float)
    assert (round(england), round(practices), round(100 * practices / england)) == (763, 750, 98)
    caveats = " ".join(load_catalogue().indicator("ae_attendances_0_to_4").caveats)
    assert all(figure in caveats for figure in ("763", "750", "98%"))


def observed(built: Build, indicator: str, kind: str) -> dict[tuple[str, str], dict[str, object]]:
    """(organisation, first day) → the observation, of one kind of organisation."""
    rows = read_observations(built, indicator, organisation_type=kind).to_pylist()
    found = {(row["organisation"], row["period_start"].isoformat()): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_attendances_are_observed_with_what_england_would_lead_one_to_expect(built: Build) -> None:
    practices = observed(built, "ae_attendances_0_to_4", "gp_practice")
    assert len(practices) == 6343
    # The Densham Surgery: 215 attendances of 214 children, England 2,332,838 of 3,059,096.
    densham = practices["A81001", "2021-04-01"]
    assert densham["period_end"] == datetime.date(2022, 3, 31)
    assert densham["value"] == pytest.approx(1000 * 215 / 214, rel=1e-12)
    assert densham["expected"] == pytest.approx(214 * 2_332_838 / 3_059_096, rel=1e-12)
    assert practices["A82620", "2021-04-01"]["reason"] == "suppressed"
    networks = observed(built, "ae_attendances_0_to_4", "pcn")
    assert len(networks) == 1191
    # West Merton PCN, as printed.
    assert networks["U00070", "2021-04-01"]["value"] == pytest.approx(540.32683, abs=FIFTH_DECIMAL)
    england = observed(built, "ae_attendances_0_to_4", "england")["ENG", "2021-04-01"]
    assert england["value"] == pytest.approx(762.5906477, abs=5.1e-8)


def test_smoking_is_observed_for_both_years_and_for_those_aged_15_and_over_alone(built: Build) -> None:
    practices = observed(built, "smoking_prevalence", "gp_practice")
    years = [year for _, year in practices]
    assert (years.count("2022-04-01"), years.count("2023-04-01"), len(years)) == (6378, 6267, 12_645)
    england = observed(built, "smoking_prevalence", "england")
    # In 2015/16 England stands under two ages; counted twice it would be the same share of twice as many.
    assert england["ENG", "2015-04-01"]["denominator"] == 47_581_677
    assert england["ENG", "2013-04-01"]["denominator"] == 46_608_551.5


def test_deprivation_is_observed_as_published_and_never_summed(built: Build) -> None:
    assert len(observed(built, "deprivation_score", "gp_practice")) == 6545
    kinds = {row["organisation_type"] for row in read_observations(built, "deprivation_score").to_pylist()}
    assert kinds == {"gp_practice", "england"}
    densham = observed(built, "deprivation_score", "gp_practice")["A81001", "2019-01-01"]
    assert densham["value"] == 32.3609392614188
