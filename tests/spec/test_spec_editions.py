"""Which issue a figure is from: the newest of each month and area, as at a date, and the preferred source."""

from __future__ import annotations

import datetime

from official_files import write_annex_1, write_crosstab, write_lists, write_regional
from whole_street import Street

# An issue named after a month appears by the end of the next one.
BEFORE_NOVEMBERS_ISSUE = datetime.date(2025, 12, 15)
ON_ITS_DAY = datetime.date(2025, 12, 31)


def test_the_newest_issue_of_a_month_replaces_the_older(street: Street) -> None:
    street.add(
        write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 230\nX00002, 23"),
        write_crosstab(
            street.folder, "2025-10", "practice, appointments\nX00001, 460", issue="2025-11"
        ),  # X00002 is gone from it
    )
    now = street.observe("appointments_per_working_day")
    assert {code: row["value"] for code, row in now.items()} == {"X00001": 460 / 23}
    before = street.observe("appointments_per_working_day", as_at=BEFORE_NOVEMBERS_ISSUE)
    assert {code: row["value"] for code, row in before.items()} == {"X00001": 230 / 23, "X00002": 23 / 23}
    on_the_day = street.observe("appointments_per_working_day", as_at=ON_ITS_DAY)
    assert on_the_day == now


def test_the_order_in_which_issues_arrive_does_not_matter(street: Street) -> None:
    newer = write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 460", issue="2025-11")
    street.add(newer)
    street.add(write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 230"))
    assert street.values("appointments_per_working_day") == {"X00001": 460 / 23}


def test_before_any_issue_there_is_nothing(street: Street) -> None:
    street.add(write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 230"))
    made = street.build(["appointments_per_working_day"], datetime.date(2025, 10, 31))
    assert (made.rows, made.organisations) == ({}, 0)


BOTH_AREAS = """
practice, sub_icb, appointments
X00001,   XS001,   230
X00002,   XS002,   460
"""


def test_an_issue_replaces_only_the_areas_that_it_is_about(street: Street) -> None:
    street.add(
        write_crosstab(street.folder, "2025-10", BOTH_AREAS),
        write_crosstab(street.folder, "2025-10", "practice, sub_icb, appointments\nX00002, XS002, 690",
                       issue="2025-11"),
    )  # fmt: skip
    observed = street.observe("appointments_per_working_day")
    assert {code: row["value"] for code, row in observed.items()} == {"X00001": 230 / 23, "X00002": 690 / 23}
    october, november = street.store.manifest().of_source("gp_appointments_practice")
    assert observed["X00001"]["editions"] == october.edition
    assert observed["X00002"]["editions"] == november.edition


def test_an_issue_of_several_months_is_replaced_month_by_month(street: Street) -> None:
    two_months = """
    sub_icb, month,   appointments
    XS001,   2025-09, 220
    XS001,   2025-10, 230
    """
    street.add(
        write_regional(street.folder, two_months, issue="2025-10"),
        write_regional(street.folder, "sub_icb, month, appointments\nXS001, 2025-10, 460", issue="2025-11"),
    )
    observed = street.observe_all("appointments_per_working_day", "sub_icb")
    assert [row["value"] for row in observed] == [220 / 22, 460 / 23]


def test_a_practice_that_moved_between_issues_is_counted_once(street: Street) -> None:
    # The newer issue is about XS002 alone and has X00001 in it; the older one has it in XS001.
    moved = """
    practice, sub_icb, appointments
    X00001,   XS002,   253
    X00002,   XS002,   690
    """
    street.add(
        write_crosstab(street.folder, "2025-10", BOTH_AREAS),
        write_crosstab(street.folder, "2025-10", moved, issue="2025-11"),
    )
    november = street.store.manifest().of_source("gp_appointments_practice")[1].edition
    observed = street.observe("appointments_per_working_day")
    assert {code: (row["value"], row["editions"]) for code, row in observed.items()} == {
        "X00001": (253 / 23, november),
        "X00002": (690 / 23, november),
    }


def test_the_crosstab_is_preferred_to_the_annex_and_that_to_nothing(street: Street) -> None:
    annex = """
    practice, appointments, list_size
    X00001,   2300,         2000
    X00002,   2300,         2000
    """
    street.add(
        write_annex_1(street.folder, "2025-10", annex),
        write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 4600"),
    )
    observed = street.observe("appointments_per_working_day")
    assert {code: (row["value"], row["source"]) for code, row in observed.items()} == {
        "X00001": (4600 / 23, "gp_appointments_practice"),
        "X00002": (2300 / 23, "gp_appointments_annex1"),
    }


def test_a_source_without_a_figure_gives_way_to_one_with(street: Street) -> None:
    # The crosstab has 60 appointments of the practice, fewer than the indicator's minimum; the annex has no
    # modes, so that the reason of the preferred source stands; for the count both have a figure.
    street.add(
        write_annex_1(street.folder, "2025-10", "practice, appointments, list_size\nX00001, 69, 2000"),
        write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 46"),
    )
    assert street.values("face_to_face_share") == {"X00001": "below_minimum"}
    # No list size but the annex's own: the crosstab's rate has it as denominator as well.
    assert street.values("appointments_per_1000") == {"X00001": 1000 * 46 / (2000 * 23)}


def test_an_area_is_summed_from_its_practices_before_its_own_published_figure(street: Street) -> None:
    street.add(
        write_crosstab(street.folder, "2025-10", BOTH_AREAS),
        write_lists(street.folder, "2025-10",
                    "practice, sub_icb, patients\nX00001, XS001, 2000\nX00002, XS002, 8000\nX00003, XS002, 2000"),
        write_regional(
            street.folder,
            "sub_icb, month, appointments\nXS001, 2025-10, 920\nXS002, 2025-10, 1150",
            issue="2025-10",
        ),
    )  # fmt: skip
    observed = street.observe("appointments_per_working_day", "sub_icb")
    assert {code: (row["value"], row["source"], row["coverage"]) for code, row in observed.items()} == {
        "XS001": (230 / 23, "gp_appointments_practice", 2000 / 2000),
        # Of XS002 the crosstab covers 8,000 of 10,000 patients: its published figure is the better one.
        "XS002": (1150 / 23, "gp_appointments_regional", None),
    }


def test_an_area_whose_practices_come_from_two_sources_names_both(street: Street) -> None:
    annex = "practice, appointments, list_size\nX00001, 2300, 2000\nX00002, 2300, 2000"
    street.add(
        write_annex_1(street.folder, "2025-10", annex),
        write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 4600"),
    )
    observed = street.observe("appointments_per_working_day", "pcn")["XP0001"]
    assert observed["value"] == (4600 + 2300) / 23
    assert observed["source"] == "gp_appointments_annex1,gp_appointments_practice"
