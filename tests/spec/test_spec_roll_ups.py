"""Areas: computed again from their practices' counts, where those with a figure have nine tenths of the patients."""

from __future__ import annotations

import pytest
from official_files import write_crosstab, write_lists, write_map, write_online, write_telephony
from whole_street import Street

LEVELS = ("pcn", "sub_icb", "icb", "nhs_region", "england")

# Two networks in one sub-ICB, another sub-ICB of the same ICB, and another ICB of another region.
WHERE = """
practice, pcn,    sub_icb, icb,  region
X00001,   XP0001, XS001,   XI01, XR1
X00002,   XP0001, XS001,   XI01, XR1
X00003,   XP0002, XS001,   XI01, XR1
X00004,   XP0003, XS002,   XI01, XR1
X00005,   XP0004, XS003,   XI02, XR2
"""
LISTS = """
practice, sub_icb, patients
X00001,   XS001,   1000
X00002,   XS001,   3000
X00003,   XS001,   2000
X00004,   XS002,   2000
X00005,   XS003,   4000
"""
CALLS = """
practice, pcn,    sub_icb, icb,  region, inbound, answered
X00001,   XP0001, XS001,   XI01, XR1,    100,     90
X00002,   XP0001, XS001,   XI01, XR1,    900,     450
X00003,   XP0002, XS001,   XI01, XR1,    200,     150
X00004,   XP0003, XS002,   XI01, XR1,    500,     300
X00005,   XP0004, XS003,   XI02, XR2,    400,     100
"""


def test_every_level_is_a_ratio_of_sums_and_no_mean_of_shares(street: Street) -> None:
    street.add(
        write_map(street.folder, "2025-12", WHERE),
        write_lists(street.folder, "2025-12", LISTS),
        write_telephony(street.folder, "2025-12", CALLS),
    )
    found = {level: street.values("calls_answered_share", level) for level in LEVELS}
    assert found == {
        "pcn": {
            "XP0001": 100 * (90 + 450) / (100 + 900),  # the mean of 90% and 50% would be 70%
            "XP0002": 100 * 150 / 200,
            "XP0003": 100 * 300 / 500,
            "XP0004": 100 * 100 / 400,
        },
        "sub_icb": {
            "XS001": 100 * (90 + 450 + 150) / (100 + 900 + 200),
            "XS002": 100 * 300 / 500,
            "XS003": 100 * 100 / 400,
        },
        "icb": {"XI01": 100 * (90 + 450 + 150 + 300) / (100 + 900 + 200 + 500), "XI02": 25.0},
        "nhs_region": {"XR1": 100 * (90 + 450 + 150 + 300) / (100 + 900 + 200 + 500), "XR2": 25.0},
        "england": {"ENG": pytest.approx(100 * (90 + 450 + 150 + 300 + 100) / (100 + 900 + 200 + 500 + 400))},
    }


def test_a_rate_is_summed_on_both_sides(street: Street) -> None:
    street.add(
        write_map(street.folder, "2025-12", WHERE),
        write_lists(street.folder, "2025-12", LISTS),
        write_telephony(street.folder, "2025-12", CALLS),
    )
    assert street.values("calls_per_1000", "sub_icb") == {
        "XS001": 1000 * (100 + 900 + 200) / (1000 + 3000 + 2000),
        "XS002": 1000 * 500 / 2000,
        "XS003": 1000 * 400 / 4000,
    }
    sizes = street.observe("list_size", "icb")
    assert {code: (row["value"], row["members"]) for code, row in sizes.items()} == {
        "XI01": (1000 + 3000 + 2000 + 2000, 4),
        "XI02": (4000, 1),
    }


@pytest.mark.parametrize(
    ("silent", "expected"),
    [
        (1000, 100 * 60 / 100),  # 9,000 of 10,000 patients: nine tenths are enough
        (1001, "coverage_below_minimum"),  # 9,000 of 10,001
    ],
)
def test_nine_tenths_of_the_patients_must_be_covered(
    street: Street, silent: int, expected: float | str
) -> None:
    street.add(
        write_lists(street.folder, "2025-12", f"practice, patients\nX00001, 9000\nX00002, {silent}"),
        write_telephony(street.folder, "2025-12", "practice, inbound, answered\nX00001, 100, 60"),
    )
    observed = street.observe("calls_answered_share", "sub_icb")["XS001"]
    assert (observed["reason"] or observed["value"]) == expected
    assert observed["coverage"] == 9000 / (9000 + silent)
    assert (observed["members"], observed["members_with_value"]) == (2, 1)


def test_a_practice_with_a_reason_instead_of_a_figure_is_not_covered(street: Street) -> None:
    table = """
    practice, submissions, patients, participation
    X00001,   300,         5000,     1
    X00002,   0,           0,        0
    """
    street.add(
        write_lists(street.folder, "2025-12", "practice, patients\nX00001, 5000\nX00002, 5000"),
        write_online(street.folder, "2025-12", table),
    )
    observed = street.observe("online_submissions_per_1000", "sub_icb")["XS001"]
    # Its zero is no zero: 300 / 10,000 would halve the rate.
    assert (observed["value"], observed["reason"], observed["coverage"]) == (
        None,
        "coverage_below_minimum",
        0.5,
    )


def test_a_practice_too_small_for_a_figure_counts_in_its_area(street: Street) -> None:
    table = """
    practice, mode,         appointments
    X00001,   Face-to-Face, 60
    X00001,   Telephone,    140
    X00002,   Face-to-Face, 30
    X00002,   Telephone,    10
    """
    street.add(
        write_lists(street.folder, "2025-10", "practice, patients\nX00001, 5000\nX00002, 5000"),
        write_crosstab(street.folder, "2025-10", table),
    )
    assert street.values("face_to_face_share") == {"X00001": 100 * 60 / 200, "X00002": "below_minimum"}
    observed = street.observe("face_to_face_share", "sub_icb")["XS001"]
    assert observed["value"] == 100 * (60 + 30) / (200 + 40)
    assert (observed["coverage"], observed["members_with_value"]) == (1.0, 2)


def test_an_area_too_small_for_a_figure_says_so(street: Street) -> None:
    street.add(
        write_lists(street.folder, "2025-10", "practice, patients\nX00001, 5000"),
        write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 99"),
    )
    assert street.values("face_to_face_share", "sub_icb") == {"XS001": "below_minimum"}


def test_a_reason_that_all_share_is_the_areas_reason(street: Street) -> None:
    table = """
    practice, pcn,    submissions, patients, participation
    X00001,   XP0001, 0,           0,        0
    X00002,   XP0001, 0,           0,        0
    X00003,   XP0002, 0,           0,        0
    X00004,   XP0002, 0,           0,        *
    """
    street.add(
        write_lists(street.folder, "2025-12",
                    "practice, patients\nX00001, 2000\nX00002, 2000\nX00003, 2000\nX00004, 2000"),
        write_online(street.folder, "2025-12", table),
    )  # fmt: skip
    observed = street.observe("online_submissions_per_1000", "pcn")
    assert {code: (row["reason"], row["editions"]) for code, row in observed.items()} == {
        "XP0001": ("not_participating", None),
        "XP0002": ("coverage_below_minimum", None),  # one does not take part, of the other nobody knows
    }


def test_lists_of_another_month_say_how_much_is_covered(street: Street) -> None:
    # Eleven months before: too far for a rate, near enough to tell nine tenths from the half.
    street.add(
        write_lists(street.folder, "2025-01", "practice, patients\nX00001, 9500\nX00002, 500"),
        write_telephony(street.folder, "2025-12", "practice, inbound, answered\nX00001, 200, 60"),
    )
    assert street.values("calls_answered_share", "sub_icb") == {"XS001": 100 * 60 / 200}
    assert street.values("calls_per_1000") == {"X00001": "no_denominator"}


def test_lists_of_more_than_a_year_away_do_not(street: Street) -> None:
    street.add(
        write_lists(street.folder, "2024-11", "practice, patients\nX00001, 9500\nX00002, 500"),
        write_telephony(street.folder, "2025-12", "practice, inbound, answered\nX00001, 200, 60"),
    )
    assert street.values("calls_answered_share", "sub_icb") == {"XS001": "coverage_unknown"}


def test_calls_that_no_practice_is_known_for_are_in_no_figure(street: Street) -> None:
    table = """
    practice, inbound, answered
    X00001,   400,     300
    ,         100,     10
    """
    street.add(
        write_lists(street.folder, "2025-12", "practice, patients\nX00001, 5000"),
        write_telephony(street.folder, "2025-12", table),
    )
    for level in ("gp_practice", *LEVELS):
        assert list(street.values("calls_answered_share", level).values()) == [100 * 300 / 400], level


def test_working_days_divide_the_sum_once(street: Street) -> None:
    street.add(
        write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 2300\nX00002, 4600"),
        write_lists(street.folder, "2025-10", "practice, patients\nX00001, 2000\nX00002, 3000"),
    )
    assert street.values("appointments_per_1000", "england") == {
        "ENG": 1000 * (2300 + 4600) / ((2000 + 3000) * 23)
    }
    assert street.values("appointments_per_working_day", "pcn") == {"XP0001": (2300 + 4600) / 23}
