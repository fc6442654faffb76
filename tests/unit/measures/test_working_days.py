"""Working days of England's months, against the bank holidays that the government published, written out here."""

from __future__ import annotations

import datetime

import pytest

from likeforlike.measures.working_days import count_working_days

# gov.uk/bank-holidays, England and Wales: month and day. Those that fall on a weekend are moved already.
BANK_HOLIDAYS = {
    2019: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",  # May's first moved to VE Day
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",  # jubilee, the Queen's funeral
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",  # coronation
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
}


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_every_month_of_a_year(year: int) -> None:
    closed = {datetime.date.fromisoformat(f"{year}-{day}") for day in BANK_HOLIDAYS[year].split()}
    days = [datetime.date(year, 1, 1) + datetime.timedelta(days=number) for number in range(366)]
    for month in range(1, 13):
        working = [
            day
            for day in days
            if (day.year, day.month) == (year, month) and day.weekday() < 5 and day not in closed
        ]
        assert count_working_days(datetime.date(year, month, 1)) == len(working)
