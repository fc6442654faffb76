"""Amounts that are no whole numbers, other populations than the list, periods of their own, restricted figures."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest
from made_up import MadeUp, make_up

from likeforlike.measures.working_days import count_working_days
from likeforlike.store.files import hash_file

STAFF = """
[[tables]]
id = "staff"
title = "Full-time equivalents"
period = "year"
months = 12
organisation = "practice"
key = ["year", "practice"]
columns = [
    { name = "year", type = "year" },
    { name = "practice", type = "code", organisation_type = "gp_practice" },
    { name = "doctors", type = "amount", decimals = 2, missing = { "NA" = "not_submitted" } },
    { name = "nurses", type = "amount", decimals = 3 },
]
[[tables.layouts]]
name = "only"
headers = { year = "Year", practice = "Practice", doctors = "Doctors", nurses = "Nurses" }
"""
PAYMENTS = """
[[tables]]
id = "weighted"
title = "Weighted patients"
period = "month"
organisation = "practice"
key = ["month", "practice"]
columns = [
    { name = "month", type = "month" },
    { name = "practice", type = "code", organisation_type = "gp_practice" },
    { name = "patients", type = "amount", decimals = 1 },
]
[[tables.layouts]]
name = "only"
headers = { month = "Month", practice = "Practice", patients = "Weighted" }
"""
EVENTS = """
[[tables]]
id = "events"
title = "Events of periods of their own"
period = "from"
period_end = "until"
organisation = "practice"
key = ["from", "until", "practice"]
columns = [
    { name = "from", type = "date", formats = ["%Y-%m-%d"] },
    { name = "until", type = "date", formats = ["%Y-%m-%d"] },
    { name = "practice", type = "code", organisation_type = "gp_practice" },
    { name = "events", type = "count" },
]
[[tables.layouts]]
name = "only"
headers = { from = "From", until = "Until", practice = "Practice", events = "Events" }
"""
WEIGHTED = """
kind = "count"
multiplier = 1.0
[[inputs]]
source = "payments"
table = "weighted"
numerator = { sum = ["patients"] }
"""
STAFF_PER_1000 = """
kind = "rate"
multiplier = 1000.0
[[inputs]]
source = "staff"
table = "staff"
numerator = { sum = ["doctors", "nurses"] }
denominator = { indicator = "weighted", within_months = 24 }
"""
LIST_CHANGE = """
kind = "rate"
multiplier = 100.0
[[inputs]]
source = "registered_patients"
table = "totals"
numerator = { sum = ["patients"] }
denominator = { indicator = "list_size", months_before = 12 }
"""
DAILY = """
kind = "count"
multiplier = 1.0
per_working_day = true
[[inputs]]
source = "events"
table = "events"
numerator = { sum = ["events"] }
"""
PRACTICES = ("X00001", "X00002", "X00003")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MadeUp:
    return make_up(
        tmp_path,
        monkeypatch,
        {"staff": STAFF, "payments": PAYMENTS, "events": EVENTS},
        # An indicator comes before the one that it divides by in the alphabet, and is measured after it.
        {"staff_per_1000": STAFF_PER_1000, "weighted": WEIGHTED, "list_change": LIST_CHANGE, "daily": DAILY},
    )


def add_staff(made: MadeUp) -> None:
    made.add(
        "staff.csv",
        """
        Year, Practice, Doctors, Nurses
        2024, X00001,   2.10,    0.2
        2024, X00002,   0.7,     1.105
        2024, X00003,   NA,      1
        """,
    )
    made.add(
        "weighted.csv",
        """
        Month,   Practice, Weighted
        Apr-22,  X00001,   9999.9
        Apr-23,  X00001,   2300.5
        Apr-23,  X00002,   1000
        Apr-23,  X00003,   1000
        """,
    )


def test_full_time_equivalents_for_each_thousand_weighted_patients(made: MadeUp) -> None:
    add_staff(made)
    rows = {
        row["organisation"]: row for row in made.observe("staff_per_1000", organisation_type="gp_practice")
    }
    # The weighted list of April 2023 is the nearest to the year that begins in January 2024.
    assert rows["X00001"]["value"] == 1000 * 2.3 / 2300.5
    assert rows["X00002"]["value"] == 1000 * 1.805 / 1000
    assert (rows["X00001"]["numerator"], rows["X00001"]["denominator"]) == (2.3, 2300.5)
    assert rows["X00003"]["reason"] == "not_submitted"
    assert rows["X00001"]["period_end"] == datetime.date(2024, 12, 31)


def test_an_area_sums_amounts_and_divides_once(made: MadeUp) -> None:
    add_staff(made)
    made.add_lists("2024-01", {"X00001": 2000, "X00002": 2000})
    (area,) = made.observe("staff_per_1000", organisation_type="icb")
    # 2.10 + 0.2 + 0.7 + 1.105, exactly, as no sum of binary fractions is.
    assert (area["numerator"], area["denominator"]) == (4.105, 3300.5)
    assert area["value"] == 1000 * 4.105 / 3300.5
    (weighted,) = made.observe("weighted", organisation_type="icb", period=datetime.date(2023, 4, 1))
    assert (weighted["value"], weighted["numerator"]) == (3300.5, 3300.5)


def test_the_same_bytes_whatever_the_order_and_the_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"2024, X{number:05}, {number % 97}.{number % 10}, 0.{number % 7}" for number in range(1, 2000)]
    lists = {f"X{number:05}": 1000 for number in range(1, 2000)}
    patients = [f"Apr-23, {code}, {size}.3" for code, size in lists.items()]
    areas, files = set(), set()
    for number, step in enumerate((1, -1)):
        made = make_up(
            tmp_path / str(number),
            monkeypatch,
            {"staff": STAFF, "payments": PAYMENTS},
            {"staff_per_1000": STAFF_PER_1000, "weighted": WEIGHTED},
        )
        made.add("staff.csv", "\n".join(["Year, Practice, Doctors, Nurses", *rows[::step]]))
        made.add("weighted.csv", "\n".join(["Month, Practice, Weighted", *patients[::step]]))
        made.add_lists("2024-01", lists)
        for threads in (1, 2):
            built = made.build(threads=threads)
            files.add((number, hash_file(built.observations("staff_per_1000"))))
            (area,) = made.observe("staff_per_1000", organisation_type="icb")
            shutil.rmtree(built.folder)
        assert area["members_with_value"] == 1999
        # Files in another order are other editions; their figures are the same to the last bit.
        areas.add((area["numerator"], area["denominator"], area["value"]))
    assert len(files) == 2
    assert len(areas) == 1


def test_a_list_against_the_one_a_year_ago(made: MadeUp) -> None:
    made.add_lists("2024-10", {"X00001": 2000, "X00002": 3000})
    made.add_lists("2025-10", {"X00001": 2100, "X00002": 2850, "X00003": 500})
    october = datetime.date(2025, 10, 1)
    assert made.values("list_change", period=october) == {
        ("gp_practice", "X00001"): 100 * 2100 / 2000,
        ("gp_practice", "X00002"): 100 * 2850 / 3000,
        ("gp_practice", "X00003"): "no_denominator",
        ("icb", "XI01"): 100 * (2100 + 2850) / (2000 + 3000),  # 91% of the patients are in both lists
        ("england", "ENG"): 100 * (2100 + 2850) / (2000 + 3000),
    }
    (practice, *_) = made.observe("list_change", organisation_type="gp_practice", period=october)
    # Counts stay whole numbers.
    assert [type(practice[name]) for name in ("numerator", "denominator")] == [int, int]
    # A year before there is nothing to compare with.
    before = made.values("list_change", period=datetime.date(2024, 10, 1), organisation_type="gp_practice")
    assert set(before.values()) == {"no_denominator"}


def test_working_days_of_a_period_of_its_own(made: MadeUp) -> None:
    made.add(
        "events.csv",
        """
        From,       Until,      Practice, Events
        2025-04-01, 2025-06-30, X00001,   620
        2025-04-01, 2025-04-30, X00001,   200
        2025-12-24, 2025-12-29, X00001,   6
        """,
    )
    rows = made.observe("daily", organisation_type="gp_practice")
    quarter = sum(count_working_days(datetime.date(2025, month, 1)) for month in (4, 5, 6))
    # Two periods that begin together are two observations; Christmas leaves the 24th and the 29th.
    assert [(row["period_end"].isoformat(), row["exposure"], row["value"]) for row in rows] == [
        ("2025-04-30", 20, 200 / 20),
        ("2025-06-30", quarter, 620 / quarter),
        ("2025-12-29", 2, 6 / 2),
    ]
    assert quarter == 61


def test_what_divides_by_a_restricted_figure_is_restricted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_up(
        tmp_path,
        monkeypatch,
        {"staff": STAFF, "payments": "restricted = true\n" + PAYMENTS},
        {"staff_per_1000": STAFF_PER_1000, "weighted": WEIGHTED, "staff": STAFF_ALONE},
    )
    add_staff(made)
    made.add_lists("2024-01", dict.fromkeys(PRACTICES, 2000))
    assert made.observe("staff_per_1000") == []
    assert made.observe("weighted") == []
    rows = made.observe("staff_per_1000", restricted=True)
    kinds = {row["organisation_type"] for row in rows}
    assert kinds == {"gp_practice", "icb", "england"}  # the areas of restricted members are restricted
    assert {row["restricted"] for row in rows} == {True}
    # The same counts without that denominator are for everybody.
    assert {row["restricted"] for row in made.observe("staff")} == {False}


def test_an_area_with_one_restricted_member_is_restricted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = "restricted = true\n" + STAFF.replace('"Nurses"', '"Nurses held"')
    made = make_up(
        tmp_path,
        monkeypatch,
        {"staff": STAFF, "held": held},
        {
            "staff": STAFF_ALONE
            + STAFF_ALONE[STAFF_ALONE.index("[[inputs]]") :].replace('"staff"', '"held"', 1)
        },
    )
    made.add("staff.csv", "Year, Practice, Doctors, Nurses\n2024, X00001, 1, 1\n2024, X00002, 1, 1")
    made.add("held.csv", "Year, Practice, Doctors, Nurses held\n2024, X00002, 9, 9\n2024, X00003, 1, 1")
    made.add_lists("2024-01", dict.fromkeys(PRACTICES, 2000))
    open_to_all = {
        (row["organisation_type"], row["organisation"]): row["value"] for row in made.observe("staff")
    }
    # The public figure stands where there is one; the area's sum holds what not everybody may see.
    assert open_to_all == {("gp_practice", "X00001"): 2.0, ("gp_practice", "X00002"): 2.0}
    everything = {row["organisation"]: row["value"] for row in made.observe("staff", restricted=True)}
    assert everything == {"X00001": 2.0, "X00002": 2.0, "X00003": 2.0, "XI01": 6.0, "ENG": 6.0}


STAFF_ALONE = """
kind = "count"
multiplier = 1.0
[[inputs]]
source = "staff"
table = "staff"
numerator = { sum = ["doctors", "nurses"] }
"""
