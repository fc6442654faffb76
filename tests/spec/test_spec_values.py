"""What a figure is: sums, shares and rates; a true zero, and each reason for having no figure."""

from __future__ import annotations

import pytest
from official_files import (
    write_annex_1,
    write_crosstab,
    write_lists,
    write_online,
    write_regional,
    write_telephony,
)
from whole_street import Street


def test_a_share_is_the_sum_of_its_rows_over_the_sum_of_all(street: Street) -> None:
    table = """
    practice, mode,         status,   appointments
    X00001,   Face-to-Face, Attended, 30
    X00001,   Face-to-Face, DNA,      5
    X00001,   Home Visit,   Attended, 4
    X00001,   Telephone,    Attended, 61
    X00002,   Unknown,      Attended, 10
    X00002,   Face-to-Face, Attended, 90
    """
    street.add(write_crosstab(street.folder, "2025-10", table))
    assert street.values("face_to_face_share") == {
        "X00001": 100 * (30 + 5 + 4) / (30 + 5 + 4 + 61),  # home visits are face to face
        "X00002": 100 * 90 / (10 + 90),  # of unknown mode is not face to face, but it is an appointment
    }


def test_none_of_a_kind_is_zero_and_no_rows_is_no_figure(street: Street) -> None:
    table = """
    practice, mode,      appointments
    X00001,   Telephone, 100
    """
    street.add(write_crosstab(street.folder, "2025-10", table))
    observed = street.observe("face_to_face_share")
    assert (observed["X00001"]["numerator"], observed["X00001"]["value"]) == (0, 0.0)
    assert "X00002" not in observed


def test_a_denominator_may_leave_rows_out(street: Street) -> None:
    table = """
    practice, status,   mode,         appointments
    X00001,   Attended, Face-to-Face, 190
    X00001,   DNA,      Telephone,    10
    X00001,   Unknown,  Telephone,    40
    """
    street.add(write_crosstab(street.folder, "2025-10", table))
    # An appointment of unknown outcome is on neither side.
    assert street.values("did_not_attend_share") == {"X00001": 100 * 10 / (190 + 10)}


WAITS = """
practice, wait,                    appointments
X00001,   Same Day,                50
X00001,   1 Day,                   20
X00001,   2 to 7 Days,             12
X00001,   8  to 14 Days,           8
X00001,   15  to 21 Days,          6
X00001,   Unknown / Data Issue,    4
"""


def test_labels_are_counted_under_every_spelling(street: Street) -> None:
    street.add(write_crosstab(street.folder, "2025-10", WAITS))
    everything = 50 + 20 + 12 + 8 + 6 + 4
    assert street.values("same_day_share") == {"X00001": 100 * 50 / everything}
    assert street.values("within_14_days_share") == {"X00001": 100 * (50 + 20 + 12 + 8) / everything}


def test_a_count_is_given_for_each_working_day(street: Street) -> None:
    table = """
    practice, appointments
    X00001,   2300
    """
    street.add(write_crosstab(street.folder, "2025-10", table))
    observed = street.observe("appointments_per_working_day")["X00001"]
    assert observed["exposure"] == 23  # October 2025 has 23 weekdays and no bank holiday
    assert observed["value"] == 2300 / 23
    assert observed["denominator"] is None


def test_a_bank_holiday_is_no_working_day(street: Street) -> None:
    # May 2021: 21 weekdays less two Mondays.
    rows = "sub_icb, month, appointments\nXS001, 2021-05, 1900\nXS001, 2021-06, 2200"
    street.add(write_regional(street.folder, rows, issue="2021-06"))
    observed = street.observe_all("appointments_per_working_day", "sub_icb")
    assert [row["value"] for row in observed] == [1900 / 19, 2200 / 22]
    assert [f"{row['period_end']}" for row in observed] == ["2021-05-31", "2021-06-30"]


def test_a_rate_is_per_1000_patients_and_working_day(street: Street) -> None:
    street.add(
        write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 460\nX00002, 92"),
        write_lists(street.folder, "2025-10", "practice, patients\nX00001, 2000\nX00002, 999\nX00003, 5000"),
    )
    observed = street.observe("appointments_per_1000")
    assert observed["X00001"]["value"] == 1000 * 460 / (2000 * 23)
    # The indicator's minimum is a list of 1,000. The counts stay for whoever wants to see why.
    assert (observed["X00002"]["reason"], observed["X00002"]["numerator"]) == ("below_minimum", 92)
    assert observed["X00002"]["denominator"] == 999


def test_a_share_of_fewer_than_the_minimum_is_not_given(street: Street) -> None:
    table = """
    practice, mode,         appointments
    X00001,   Face-to-Face, 60
    X00001,   Telephone,    39
    X00002,   Face-to-Face, 60
    X00002,   Telephone,    40
    """
    street.add(write_crosstab(street.folder, "2025-10", table))
    assert street.values("face_to_face_share") == {"X00001": "below_minimum", "X00002": 60.0}


CALLS = """
practice, inbound, answered, waits
X00001,   200,     150,      60 40 30 10
X00002,   0,       0,        0 0 0 0
X00003,   300,     120,      60 - - 20
,         80,      50,       50 0 0 0
"""


def test_calls(street: Street) -> None:
    street.add(write_telephony(street.folder, "2025-12", CALLS))
    assert street.values("calls_answered_share") == {
        "X00001": 100 * 150 / 200,
        "X00002": "not_applicable",  # no call: a share of nothing
        "X00003": 100 * 120 / 300,
    }


def test_more_than_all_is_no_share(street: Street) -> None:
    # Answered calls and all calls are collected by separate methods.
    table = """
    practice, inbound, answered
    X00001,   200,     201
    X00002,   200,     200
    """
    street.add(write_telephony(street.folder, "2025-12", table))
    assert street.values("calls_answered_share") == {"X00001": "contradictory", "X00002": 100.0}


def test_a_sum_with_a_missing_part_is_no_figure(street: Street) -> None:
    street.add(write_telephony(street.folder, "2025-12", CALLS))
    observed = street.observe("calls_answered_within_2_minutes_share")
    assert observed["X00001"]["value"] == 100 * (60 + 40) / (60 + 40 + 30 + 10)
    # Two of four waits were not sent: neither 60 + 20 nor 60 alone is a sum.
    assert observed["X00003"]["reason"] == "not_submitted"
    assert (observed["X00003"]["numerator"], observed["X00003"]["denominator"]) == (None, None)


def test_taking_part_and_zero_are_different_things(street: Street) -> None:
    table = """
    practice, submissions, clinical, administrative, patients, participation
    X00001,   240,         100,      60,             2000,     1
    X00002,   0,           0,        0,              2000,     1
    X00003,   0,           0,        0,              0,        0
    X00004,   0,           0,        0,              2000,     *
    X00005,   60,          30,       30,             3000,     *
    X00006,   50,          40,       10,             2000,     0
    """
    street.add(write_online(street.folder, "2025-12", table))
    assert street.values("online_submissions_per_1000") == {
        "X00001": 1000 * 240 / 2000,
        "X00002": "not_submitted",  # none came in: from the patients or from the supplier, nothing tells
        "X00003": "not_participating",
        "X00004": "not_submitted",  # nobody says whether it takes part: its zero says nothing
        "X00005": 1000 * 60 / 3000,  # nor here, but a figure above zero speaks for itself
        "X00006": "not_participating",
    }
    assert street.values("online_clinical_share") == {
        "X00001": 100 * 100 / (100 + 60),  # the 80 of unknown type are on neither side
        "X00002": "not_applicable",
        "X00003": "not_participating",
        "X00004": "not_applicable",
        "X00005": 100 * 30 / 60,
        "X00006": "not_participating",
    }


@pytest.mark.parametrize(("unknown", "failed"), [(20, ""), (21, "unknown_mode")])
def test_a_gate_closes_above_a_fifth(street: Street, unknown: int, failed: str) -> None:
    table = f"""
    practice, mode,         appointments
    X00001,   Unknown,      {unknown}
    X00001,   Face-to-Face, {100 - unknown}
    """
    street.add(write_crosstab(street.folder, "2025-10", table))
    observed = street.observe("face_to_face_share")["X00001"]
    # The value stays to be seen; what it may be used for is for others to decide.
    assert (observed["failed_gates"], observed["value"]) == (failed, 100.0 - unknown)


def test_a_gate_judges_figures_of_its_own_table_only(street: Street) -> None:
    table = """
    practice, mode,    status,  appointments
    X00001,   Unknown, Unknown, 100
    X00001,   Telephone, Attended, 200
    """
    street.add(write_crosstab(street.folder, "2025-10", table))
    assert street.observe("face_to_face_share")["X00001"]["failed_gates"] == "unknown_mode"
    assert street.observe("did_not_attend_share")["X00001"]["failed_gates"] == "unknown_status"
    assert street.observe("gp_share")["X00001"]["failed_gates"] == ""


def test_published_list_sizes_divide_within_the_same_file(street: Street) -> None:
    street.add(
        write_annex_1(street.folder, "2025-10", "practice, appointments, list_size\nX00001, 460, 2000")
    )
    observed = street.observe("appointments_per_1000")["X00001"]
    assert observed["value"] == 1000 * 460 / (2000 * 23)
    assert observed["editions"].count(",") == 0
