"""The real ambulance time series against what its other sheets print."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import python_calamine
from service_stores import query, store_of

from likeforlike.store import Store

FILE = "ambulance/AmbSYS-Time-Series-until-20250831.xlsx"
MONTHS = 97
CATEGORIES = ("c1", "c2", "c3", "c4")


@pytest.fixture(scope="module")
def workbook(published_data: Path) -> Path:
    return published_data / FILE


@pytest.fixture(scope="module")
def store(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(tmp_path_factory.mktemp("ambulance"), [workbook])


def test_eleven_services_three_regions_and_england_in_every_month(store: Store) -> None:
    found = query(
        store, "ambulance", "services",
        "SELECT organisation_type, count(DISTINCT area), count(*), min(month), max(month) FROM {rows} "
        "GROUP BY organisation_type ORDER BY organisation_type",
    )  # fmt: skip
    first, last = datetime.date(2017, 8, 1), datetime.date(2025, 8, 1)
    assert found == [
        ("england", 1, MONTHS, first, last),
        ("nhs_region", 3, 3 * MONTHS, first, last),
        ("nhs_trust", 11, 11 * MONTHS, first, last),
    ]
    (regions,) = query(
        store, "ambulance", "services",
        "SELECT list(DISTINCT area || ' ' || region ORDER BY area || ' ' || region) FROM {rows} "
        "WHERE organisation_type = 'nhs_trust' AND region IN ('Y59', 'Y60', 'Y63')",
    )  # fmt: skip
    assert regions == (["R1F Y59", "RX6 Y63", "RX8 Y63", "RX9 Y60", "RYA Y60", "RYD Y59", "RYE Y59"],)


def test_england_is_the_sum_of_its_services_in_every_month_and_count(store: Store) -> None:
    counts = ("incidents", "seen", "heard_and_treated", "conveyed_to_emergency_department")
    counts += tuple(f"{category}_{what}" for category in CATEGORIES for what in ("incidents", "seconds"))
    for count in counts:
        different = query(
            store, "ambulance", "services",
            f"SELECT month FROM {{rows}} GROUP BY month HAVING sum({count}) FILTER (organisation_type = 'nhs_trust') "
            f"<> sum({count}) FILTER (organisation_type = 'england')",
        )  # fmt: skip
        assert different == [], count


def test_the_means_are_those_that_the_sheet_of_response_times_prints_for_england(
    store: Store, workbook: Path
) -> None:
    sheet = python_calamine.CalamineWorkbook.from_path(str(workbook)).get_sheet_by_name("Response times")
    codes = sheet.to_python()[5]
    places = {code: codes.index(code) for code in ("A8", "A24", "A25", "A26", "A10", "A31", "A12", "A38")}
    printed = {row[0]: row for row in sheet.to_python()[6:] if isinstance(row[0], datetime.date) and row[3]}
    stored = query(
        store, "ambulance", "services",
        "SELECT month, c1_incidents, c1_seconds, c1_seconds / c1_incidents, c1_centile_90_minutes, c2_incidents, "
        "c2_seconds / c2_incidents, c4_centile_90 FROM {rows} WHERE area = 'ENG' AND month >= DATE '2018-01-01' "
        "ORDER BY month",
    )  # fmt: skip
    compared = 0
    for month, incidents, seconds, mean, centile, c2_incidents, c2_mean, c4_centile in stored:
        row = printed.get(month)
        if row is None:
            continue  # The sheet prints months of the newest years by name.
        compared += 1
        assert row[places["A8"]] == incidents
        assert row[places["A24"]] * 3600 == pytest.approx(seconds)
        assert as_seconds(row[places["A25"]]) == pytest.approx(mean, abs=0.501)
        assert as_seconds(row[places["A26"]]) == pytest.approx(60 * centile, abs=0.501)
        assert row[places["A10"]] == c2_incidents
        assert as_seconds(row[places["A31"]]) == pytest.approx(c2_mean, abs=0.501)
        assert as_seconds(row[places["A38"]]) == pytest.approx(c4_centile, abs=0.501)
    assert compared >= 12


def as_seconds(time: object) -> float:
    if isinstance(time, datetime.timedelta):
        return time.total_seconds()
    assert isinstance(time, datetime.time)
    return time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6


def test_services_that_had_not_begun_and_london_in_late_2022_have_reasons(store: Store) -> None:
    found = query(
        store, "ambulance", "services",
        "SELECT area, response_times, count(*), min(month), max(month) FROM {rows} WHERE response_times <> 'sent' "
        "AND organisation_type = 'nhs_trust' GROUP BY ALL ORDER BY count(*) DESC, area",
    )  # fmt: skip
    assert found[0] == ("R1F", "not yet", 8, datetime.date(2017, 8, 1), datetime.date(2018, 3, 1))
    assert ("RRU", "not available", 2, datetime.date(2022, 10, 1), datetime.date(2022, 11, 1)) in found
    assert query(
        store, "ambulance", "services",
        "SELECT count(*) FROM {rows} WHERE c1_centile_90_minutes IS NULL AND response_times = 'sent' "
        "OR c1_centile_90_minutes = 0",
    ) == [(0,)]  # fmt: skip
