"""The real annual measures: what is printed is reproduced, and sums to England as far as rounding tells."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import pytest
from service_stores import query, store_of

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.sampling_intervals import sampling_interval
from likeforlike.statistics.intervals import wilson_interval
from likeforlike.store import Store

FILE = "talking_therapies/measures_annual.parquet"


@pytest.fixture(scope="module")
def file(published_data: Path) -> Path:
    return published_data / FILE


@pytest.fixture(scope="module")
def store(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(tmp_path_factory.mktemp("therapies"), [file], datetime.date(2025, 12, 1))


def rows(store: Store, items: str) -> list[tuple[object, ...]]:
    return query(store, "talking_therapies", "measures", items)


def test_each_year_has_its_providers_and_commissioners(store: Store) -> None:
    found = rows(store, "SELECT year(year), printed_type, count(*) FROM {rows} GROUP BY ALL ORDER BY ALL")
    newest = [(kind, count) for year, kind, count in found if year == 2024]
    assert newest == [("Commissioning Region", 8), ("England", 1), ("ICB", 43), ("Provider", 147)]
    assert [count for _, kind, count in found if kind == "CCG"] == [211, 200, 194, 139, 109]
    assert [count for _, kind, count in found if kind == "England"] == [1] * 8


def test_england_2024_is_as_printed(store: Store) -> None:
    assert rows(
        store,
        "SELECT referrals, finished, started_at_caseness, recovered, recovered_percent, reliably_recovered_percent, "
        "improved_percent, within_6_weeks, within_18_weeks FROM {rows} "
        "WHERE organisation = 'ENG' AND year = DATE '2024-04-01'",
    ) == [(1_813_432, 670_419, 635_185, 321_061, 50.5, 47.5, 67.5, 614_104, 661_723)]
    assert round(100 * 321_061 / 635_185, 1) == 50.5
    assert round(100 * 452_284 / 670_419, 1) == 67.5


def test_the_published_percentages_follow_from_the_counts(store: Store) -> None:
    # Of England, which is not rounded, to the printed decimal; of the others to rounding of counts, checked on
    # arrival. The definition of the denominator matters: by `at_caseness` they would not follow.
    found = rows(
        store,
        "SELECT year(year), recovered_percent, 100 * recovered / started_at_caseness, 100 * recovered / at_caseness "
        "FROM {rows} WHERE organisation = 'ENG' ORDER BY year",
    )
    assert all(abs(printed - ours) <= 0.0501 for _, printed, ours, _ in found)  # type: ignore[operator]
    assert not all(abs(printed - other) <= 0.0501 for _, printed, _, other in found)  # type: ignore[operator]


def test_every_stored_figure_is_the_one_row_that_prints_it(store: Store, file: Path) -> None:
    printed = duckdb.execute(
        "SELECT reporting_period, org_type, org_code, max(value) FROM read_parquet(?) WHERE variable_type = "
        "'Waiting Time' AND variable_a IN ('First treatment', 'Accessing services') AND variable_b = '<6 weeks' AND "
        "measure_name = 'finished_course_treatment' AND measure_statistic = 'count' GROUP BY ALL",
        [str(file)],
    ).fetchall()
    stored = rows(
        store,
        "SELECT year(year) || '-' || right(CAST(year(year) + 1 AS VARCHAR), 2), printed_type, "
        "CASE WHEN organisation = 'ENG' THEN 'All' ELSE regexp_replace(organisation, '^UNKNOWN .*', 'UNKNOWN') END, "
        "coalesce(CAST(within_6_weeks AS VARCHAR), '*') FROM {rows}",
    )
    assert sorted(stored) == sorted(printed)


def test_a_trust_in_two_names_is_counted_once(store: Store) -> None:
    found = rows(
        store,
        "SELECT sum(finished) FILTER (printed_type = 'Provider'), sum(finished) FILTER (printed_type = 'England') "
        "FROM {rows} WHERE year = DATE '2023-04-01'",
    )
    # The printed rows of providers sum to 673,415: TAF90 stands there twice, with 1,780 each time.
    assert found == [(673_415 - 1_780, 671_648)]


def test_rounding_widens_the_interval_of_a_small_provider() -> None:
    # Isle of Wight, 2024-25: 55 of 120 recovered, both rounded.
    row = {
        "value": 100 * 55 / 120, "numerator": 55, "denominator": 120, "expected": None, "exposure": None,
        "members_with_value": None, "published_lower": None, "published_upper": None,
        "source": "talking_therapies", "organisation_type": "nhs_trust",
    }  # fmt: skip
    indicator = load_catalogue().indicator("talking_therapies_recovery_share")
    lower, upper = sampling_interval(indicator, [row], 0.95)
    fewest, most = wilson_interval(53, 125, level=0.95), wilson_interval(57, 115, level=0.95)
    assert (lower[0], upper[0]) == pytest.approx((100 * float(fewest.lower), 100 * float(most.upper)))
    assert (lower[0], upper[0]) == pytest.approx((34.1, 58.6), abs=0.05)
