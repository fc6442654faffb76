"""The tables of the county agree with one another, as the publishers' do, or disagree in the same way."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from county_files import (
    SMALL,
    crosstab,
    list_sizes,
    online_workbook,
    read_csv,
    read_sheet,
    telephony_workbook,
    truth,
)

from likeforlike.simulate import Simulated
from likeforlike.simulate.months import months_up_to, short_month

MONTHS = months_up_to(SMALL.last_month, SMALL.months)


def numbers(rows: list[list[object]], column: int, first: int, last: int) -> list[float]:
    """A column of numbers, rows counted from 1."""
    found = []
    for row in rows[first - 1 : last]:
        assert isinstance(row[column], float), row
        found.append(row[column])
    return found


def practice_rows(rows: list[list[object]], first: int) -> list[list[object]]:
    """The rows of practices, from `first` (counted from 1) up to the first row without a month."""
    found = []
    for row in rows[first - 1 :]:
        if not isinstance(row[0], date):
            break
        found.append(row)
    return found


@pytest.mark.parametrize(("month", "label"), [(MONTHS[0], "October 2024"), (MONTHS[-1], "November 2025")])
def test_telephony_rows_add_up_to_the_total_and_to_the_summary(
    small: Simulated, month: date, label: str
) -> None:
    workbook = telephony_workbook(small, label)
    outcomes, answered, missed = (read_sheet(workbook, f"Table {number}") for number in (3, 4, 5))
    summary = [row[2] for row in read_sheet(workbook, "Table 1")]
    rows = practice_rows(outcomes, 15)
    assert {row[0] for row in rows} == {month}
    for column, summary_row in ((11, 19), (13, 22), (15, 23), (17, 24), (20, 33), (23, 30)):
        total = sum(numbers(rows, column, 1, len(rows)))
        assert total == outcomes[12][column] == summary[summary_row - 1]
    for table, columns in ((answered, (11, 12, 15, 17, 19, 21, 24, 26, 28, 30)), (missed, (11, 12, 15, 21))):
        rows = practice_rows(table, 14)
        for column in columns:
            assert sum(numbers(rows, column, 1, len(rows))) == table[11][column]
    assert answered[11][11:13] == [outcomes[12][11], outcomes[12][13]]
    assert missed[11][11:13] == [outcomes[12][11], outcomes[12][20]]


def test_calls_by_day_and_time_add_up_to_all_calls(small: Simulated) -> None:
    workbook = telephony_workbook(small, "November 2025")
    times = read_sheet(workbook, "Table 2")
    days = times[10:40]
    assert [row[1] for row in days] == [date(2025, 11, 1) + timedelta(day) for day in range(30)]
    for row in days:
        assert row[2] == sum(cell for cell in row[4:13] if isinstance(cell, float))
    assert sum(numbers(times, 2, 11, 40)) == read_sheet(workbook, "Table 3")[12][11]


def test_outcomes_fall_short_of_all_calls_only_by_uncounted_missed_calls(small: Simulated) -> None:
    rows = practice_rows(read_sheet(telephony_workbook(small, "November 2025"), "Table 3"), 15)
    short = []
    for row in rows:
        inbound, *outcomes = (row[column] for column in (11, 13, 15, 17, 20))
        assert isinstance(inbound, float)
        short.append((inbound - sum(cell for cell in outcomes if isinstance(cell, float))) / inbound)
    assert min(short) == 0
    assert 0 < max(short) < 0.02
    # In the real files the outcomes add up exactly for some nine practices in ten.
    assert 0.75 < sum(one == 0 for one in short) / len(short) < 0.97


def test_accounts_that_cannot_be_split_hold_some_of_the_calls(small: Simulated) -> None:
    rows = practice_rows(read_sheet(telephony_workbook(small, "November 2025"), "Table 3"), 15)
    unassigned = [row for row in rows if row[1] == "Unassigned"]
    assert unassigned
    assert all(row[2] == "Unmapped" for row in unassigned)
    # Whatever area is unknown, so is every smaller one: codes of PCN, sub-ICB, ICB, region.
    for row in unassigned:
        codes = [row[column] != "Unmapped" for column in (3, 5, 7, 9)]
        assert codes == sorted(codes)
    assert len({tuple(row[1:11]) for row in rows}) == len(rows)


@pytest.mark.parametrize("place", [0, 7, 13])
def test_online_practices_add_up_to_the_summary(small: Simulated, place: int) -> None:
    month = MONTHS[place]
    workbook = online_workbook(small, f"{month:%B %Y}")
    rows = practice_rows(read_sheet(workbook, "Table 2"), 13)
    summary = [row[2] for row in read_sheet(workbook, "Table 1")]
    for column, summary_row in ((12, 19), (13, 20), (14, 21), (15, 22)):
        assert sum(numbers(rows, column, 1, len(rows))) == summary[summary_row - 1]
    assert len(rows) == summary[11] == len(list_sizes(small, short_month(month, "")))
    assert sum(numbers(rows, 16, 1, len(rows))) == summary[15]
    assert sum(numbers(rows, 18, 1, len(rows))) == summary[12]
    receiving = [row for row in rows if row[12] != 0.0]
    assert len(receiving) == summary[13]
    for row in receiving:
        assert isinstance(row[12], float)
        assert isinstance(row[16], float)
        assert row[17] == pytest.approx(1000 * row[12] / row[16], rel=1e-12)
        assert row[11] not in ("No data", "No Data")
    assert {row[11] for row in rows if row[12] == 0.0} <= {"No data", "No Data"}


def test_average_submissions_times_days_add_up_to_the_month(small: Simulated) -> None:
    workbook = online_workbook(small, "November 2025")
    averages = read_sheet(workbook, "Table 3")[12:19]
    days_of_november = (4, 4, 4, 4, 4, 5, 5)  # Mondays … Sundays of November 2025
    total = sum(
        days * sum(cell for cell in row[1:] if isinstance(cell, float))
        for days, row in zip(days_of_november, averages, strict=True)
    )
    assert total == pytest.approx(read_sheet(workbook, "Table 1")[18][2], rel=1e-12)


@pytest.mark.parametrize("month", ["Oct24", "Apr25", "Oct25"])
def test_age_bands_add_up_to_the_list(small: Simulated, month: str) -> None:
    rows = read_csv(small.directory / "registered_patients" / month / "gp-reg-pat-prac-quin-age.csv")
    sums: Counter[tuple[str, str]] = Counter()
    totals: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["ORG_CODE"], row["SEX"])
        if row["AGE_GROUP_5"] == "ALL":
            totals[key] = int(row["NUMBER_OF_PATIENTS"])
        else:
            sums[key] += int(row["NUMBER_OF_PATIENTS"])
    lists = list_sizes(small, month)
    assert {code: totals[code, "ALL"] for code in lists} == lists
    for code in lists:
        assert sums[code, "FEMALE"] == totals[code, "FEMALE"]
        assert sums[code, "MALE"] == totals[code, "MALE"]
        assert totals[code, "FEMALE"] + totals[code, "MALE"] == totals[code, "ALL"]
    assert len(rows) == len(lists) * (2 * 21 + 1)


def test_the_files_know_the_same_practices_and_lists(small: Simulated) -> None:
    lists = list_sizes(small, "Nov25")
    rows = practice_rows(read_sheet(online_workbook(small, "November 2025"), "Table 2"), 13)
    assert {row[1]: row[16] for row in rows} == lists
    mapped = read_csv(small.directory / "registered_patients" / "Nov25" / "gp-reg-pat-prac-map.csv")
    assert [row["PRACTICE_CODE"] for row in mapped] == list(lists)
    assert {row["GP_CODE"] for row in crosstab(small, "Nov_25")} <= set(lists)
    expected = {
        row["practice_code"]: int(row["list_size"]) for row in truth(small, "expected")[-len(lists) :]
    }
    assert expected == lists


def test_no_row_of_the_crosstab_occurs_twice_and_none_is_empty(small: Simulated) -> None:
    rows = crosstab(small, "Nov_25")
    counts = [int(row.pop("COUNT_OF_APPOINTMENTS")) for row in rows]
    assert min(counts) == 1
    assert len({tuple(row.values()) for row in rows}) == len(rows)


def test_codes_are_outside_the_real_ranges(small: Simulated) -> None:
    rows = read_csv(small.directory / "registered_patients" / "Nov25" / "gp-reg-pat-prac-map.csv")
    patterns = {
        "PRACTICE_CODE": r"X\d{5}",
        "PRACTICE_POSTCODE": r"ZZ99 \d[A-Z]{2}",
        "ONS_SUB_ICB_LOCATION_CODE": r"X38\d{6}",
        "SUB_ICB_LOCATION_CODE": r"XS\d{3}",
        "ONS_ICB_CODE": r"X54\d{6}",
        "ICB_CODE": r"XI\d{2}",
        "ONS_COMM_REGION_CODE": r"X40\d{6}",
        "COMM_REGION_CODE": r"XR\d",
        "PCN_CODE": r"XP\d{4}|U",
    }
    for column, pattern in patterns.items():
        assert all(re.fullmatch(pattern, row[column]) for row in rows), column
    for row in rows:
        for column in ("PRACTICE_NAME", "SUB_ICB_LOCATION_NAME", "ICB_NAME", "COMM_REGION_NAME"):
            assert "(fictional)" in row[column].lower()
