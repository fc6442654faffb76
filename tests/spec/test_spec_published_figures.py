"""Tables of many series and kinds of organisation: counts beside England's rate, scores, ratings."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from made_up import MadeUp, make_up

EXPORT = """
[[tables]]
id = "export"
title = "Many indicators of many kinds of organisation"
period = "year"
months = 12
organisation = "code"
organisation_types = "kind"
series = "measure"
key = ["year", "kind", "code", "measure", "sex"]
columns = [
    { name = "year", type = "year" },
    { name = "kind", type = "label", labels = { "gp_practice" = ["GP"], "icb" = ["ICB"], "england" = [
      "England"], "other" = ["District"] } },
    { name = "code", type = "code" },
    { name = "measure", type = "code" },
    { name = "sex", type = "text" },
    { name = "events", type = "count", missing = { "" = "suppressed" } },
    { name = "people", type = "amount", decimals = 1, missing = { "" = "suppressed" } },
    { name = "value", type = "number", negative = true, missing = { "" = "suppressed" } },
    { name = "lower", type = "number", negative = true, missing = { "" = "suppressed" } },
    { name = "upper", type = "number", negative = true, missing = { "" = "suppressed" } },
]
[[tables.layouts]]
name = "only"
[tables.layouts.headers]
year = "Year"
kind = "Kind"
code = "Code"
measure = "Measure"
sex = "Sex"
events = "Events"
people = "People"
value = "Value"
lower = "Lower"
upper = "Upper"
"""
ATTENDANCES = """
numerator = { sum = ["events"], where = { measure = ["93930"], sex = ["Persons"] } }
denominator = { sum = ["people"], where = { measure = ["93930"], sex = ["Persons"] } }
expected = { reference = "england" }
"""
INDICATORS = {
    "attendances": 'kind = "rate"\nmultiplier = 1000.0\n[[inputs]]\nsource = "export"\ntable = "export"'
    + ATTENDANCES,
    "attendances_ratio": 'kind = "ratio"\nmultiplier = 1.0\n[[inputs]]\nsource = "export"\ntable = "export"'
    + ATTENDANCES,
    "deprivation": """
kind = "score"
multiplier = 1.0
[[inputs]]
source = "export"
table = "export"
value = { column = "value", lower = "lower", upper = "upper", where = { measure = ["93553"] } }
""",
}


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MadeUp:
    return make_up(tmp_path, monkeypatch, {"export": EXPORT}, INDICATORS)


HEAD = "Year, Kind, Code, Measure, Sex, Events, People, Value, Lower, Upper\n"
WITH_ENGLAND = (
    HEAD
    + """
    2021/22, England,  E92000001, 93930, Persons, 1000, 10000.0, , ,
    2021/22, England,  E92000001, 93930, Male,    600,  5000,    , ,
    2021/22, District, E07000001, 93930, Persons, 90,   900,     , ,
    2021/22, GP,       X00001,    93930, Persons, 30,   200.5,   , ,
    2021/22, GP,       X00002,    93930, Persons, 10,   200,     , ,
    2021/22, GP,       X00003,    93930, Persons, ,     100,     , ,
    2021/22, GP,       X00004,    93930, Male,    7,    70,      , ,
    2021/22, GP,       X00005,    93553, Persons, ,     ,        21.5, 20, 23
    """.replace("\n    ", "\n").strip()
)


def test_expected_is_englands_published_rate_of_the_same_people(export: MadeUp) -> None:
    export.add("export.csv", WITH_ENGLAND)
    rows = {
        row["organisation"]: row for row in export.observe("attendances", organisation_type="gp_practice")
    }
    # Nobody is there who has no row of this series; X00004 has none for persons: that is no zero.
    assert rows.keys() == {"X00001", "X00002", "X00003"}
    england = 1000 / 10000
    first = rows["X00001"]
    assert (first["numerator"], first["denominator"]) == (30, 200.5)
    assert first["value"] == 1000 * 30 / 200.5
    assert first["expected"] == pytest.approx(200.5 * england, rel=1e-15)
    assert (first["period_start"], first["period_end"]) == (
        datetime.date(2021, 4, 1),
        datetime.date(2022, 3, 31),
    )
    assert rows["X00003"]["reason"] == "suppressed"


def test_observed_over_expected(export: MadeUp) -> None:
    export.add("export.csv", WITH_ENGLAND)
    assert export.values("attendances_ratio") == {
        ("gp_practice", "X00001"): pytest.approx(30 / (200.5 * 0.1), rel=1e-15),
        ("gp_practice", "X00002"): pytest.approx(10 / (200 * 0.1), rel=1e-15),
        ("gp_practice", "X00003"): "suppressed",
        # England has one code, whatever the publisher's; a district is kept and not observed.
        ("england", "ENG"): pytest.approx(1.0, rel=1e-15),
    }


def test_without_england_all_organisations_together_are_the_reference(export: MadeUp) -> None:
    lines = [line for line in WITH_ENGLAND.splitlines() if "England" not in line]
    export.add("export.csv", "\n".join(lines))
    rate = (30 + 10) / (200.5 + 200)
    values = export.values("attendances_ratio", organisation_type="gp_practice")
    assert values["gp_practice", "X00001"] == pytest.approx(30 / (200.5 * rate), rel=1e-15)
    assert values["gp_practice", "X00002"] == pytest.approx(10 / (200 * rate), rel=1e-15)


def test_an_areas_expected_count_is_its_members(export: MadeUp) -> None:
    export.add("export.csv", WITH_ENGLAND)
    export.add_lists("2021-04", {"X00001": 2000, "X00002": 2000})
    (area,) = export.observe("attendances_ratio", organisation_type="icb")
    assert (area["organisation"], area["numerator"], area["denominator"]) == ("XI01", 40, 400.5)
    assert area["expected"] == pytest.approx(400.5 * 0.1, rel=1e-15)
    assert area["value"] == pytest.approx(40 / 40.05, rel=1e-15)


def test_a_score_is_the_publishers_and_no_area_gets_one_by_summing(export: MadeUp) -> None:
    export.add(
        "export.csv",
        HEAD
        + """
2019, GP,  X00001, 93553, Persons, , , 32.5, 31, 34
2019, GP,  X00002, 93553, Persons, , , -1.5, ,
2019, GP,  X00003, 93553, Persons, , , ,     ,
2019, GP,  X00004, 93553, Male,    , , 10,   ,
2019, GP,  X00004, 93553, Female,  , , 11,   ,
2019, ICB, XI01,   93553, Persons, , , 20,   ,
2019, GP,  X00005, 93930, Persons, 5, 50, ,  ,
""".strip(),
    )
    export.add_lists("2019-01", {"X00001": 2000, "X00002": 2000})
    assert export.values("deprivation") == {
        ("gp_practice", "X00001"): 32.5,
        ("gp_practice", "X00002"): -1.5,
        ("gp_practice", "X00003"): "suppressed",
        ("gp_practice", "X00004"): "contradictory",  # two, and nothing says which
        ("icb", "XI01"): 20.0,  # as published, and England has none
    }
    first = export.observe("deprivation", organisation_type="gp_practice")[0]
    assert (first["published_lower"], first["published_upper"]) == (31.0, 34.0)
    assert (first["numerator"], first["denominator"], first["expected"]) == (None, None, None)


def test_a_newer_issue_of_one_series_leaves_the_others_alone(export: MadeUp) -> None:
    export.add("export.csv", WITH_ENGLAND, published=datetime.date(2022, 9, 1))
    newer = HEAD + "2021/22, GP, X00001, 93930, Persons, 31, 200.5, , ,"
    export.add("newer/export.csv", newer, published=datetime.date(2023, 9, 1))
    assert export.observe("attendances", organisation_type="gp_practice")[0]["numerator"] == 31
    assert export.values("deprivation") == {("gp_practice", "X00005"): 21.5}


RATINGS = """
[[tables]]
id = "ratings"
title = "Ratings by day"
period = "day"
organisation = "practice"
key = ["day", "practice", "domain"]
columns = [
    { name = "day", type = "date", formats = ["%d/%m/%Y"] },
    { name = "practice", type = "code", organisation_type = "gp_practice" },
    { name = "domain", type = "text" },
    { name = "rating", type = "label", labels = { "Inadequate" = [], "Requires improvement" = [
      "Requires Improvement"], "Good" = [], "Outstanding" = [] }, missing = { "Not rated" = "not_applicable" } },
]
[[tables.layouts]]
name = "only"
[tables.layouts.headers]
day = "Day"
practice = "Practice"
domain = "Domain"
rating = "Rating"
"""
RATING = """
kind = "ordinal"
multiplier = 1.0
levels = ["Inadequate", "Requires improvement", "Good", "Outstanding"]
[[inputs]]
source = "ratings"
table = "ratings"
value = { column = "rating", where = { domain = ["Overall"] } }
"""


def test_a_rating_is_the_place_of_its_level_and_is_never_averaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_up(tmp_path, monkeypatch, {"ratings": RATINGS}, {"rating": RATING})
    made.add(
        "ratings.csv",
        """
        Day,        Practice, Domain,  Rating
        03/05/2019, X00001,   Overall, Inadequate
        03/05/2019, X00001,   Safe,    Good
        12/02/2024, X00001,   Overall, Good
        03/05/2019, X00002,   Overall, Requires Improvement
        03/05/2019, X00003,   Overall, Outstanding
        03/05/2019, X00004,   Overall, Not rated
        03/05/2019, X00005,   Safe,    Good
        """,
    )
    made.add_lists("2019-05", {"X00001": 2000, "X00002": 2000, "X00003": 2000})
    rows = made.observe("rating")
    first, second = datetime.date(2019, 5, 3), datetime.date(2024, 2, 12)
    assert [(row["organisation"], row["period_start"], row["value"] or row["reason"]) for row in rows] == [
        ("X00001", first, 1.0),
        ("X00001", second, 3.0),
        ("X00002", first, 2.0),
        ("X00003", first, 4.0),
        ("X00004", first, "not_applicable"),
    ]
    # It is about the day, and no area has one.
    assert all(row["period_end"] == row["period_start"] for row in rows)
    assert {row["organisation_type"] for row in rows} == {"gp_practice"}
